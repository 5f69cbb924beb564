//! `sipscope flows draw`: a documented flow as a figure.

use std::io::Write;

use clap::Args;
use sipscope::report::ladder::of_template;

use super::library::{Templates, named};
use crate::cli::ladder::Look;
use crate::cli::{Ended, Outcome};

#[derive(Args)]
pub(super) struct Draw {
    /// Its identifier, as `sipscope flows` gives it.
    #[arg(value_name = "ID")]
    id: String,

    #[command(flatten)]
    templates: Templates,

    #[command(flatten)]
    look: Look,
}

impl Draw {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let known = named(self.templates.load()?, &self.id)?;
        let ladder = of_template(&known.template, &self.look.options());
        self.look.write(out, &ladder)?;
        Ok((Ended::Fine, true))
    }
}
