//! A report to look at in a browser: one page that refers to nothing outside of itself and opens from a disk. What is known is
//! embedded once, as data: of all calls, of one call alone, or of a documented flow; the scripts beside this file make views of it when they are asked for, and only out of texts: what
//! a message contains is never markup. The policy of the page names its own script and style by their hashes, so that nothing
//! else runs in it.

mod data;
mod drawn;
mod policy;

use std::io::{self, Write};

use serde::Serialize;

use crate::report::ladder::Ladder;
use crate::report::sheet::Sheet;
use drawn::Drawn;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// One after the other they are the script of the page.
const SCRIPT: &str = concat!(
    include_str!("script/data.js"),
    include_str!("script/make.js"),
    include_str!("script/calls.js"),
    include_str!("script/ladder.js"),
    include_str!("script/message.js"),
    include_str!("script/findings.js"),
    include_str!("script/call.js"),
    include_str!("script/rules.js"),
    include_str!("script/capture.js"),
    include_str!("script/main.js"),
);

/// A report as it is written: data by data, so that no more than one call is held at a time.
pub struct Report<W> {
    out: W,
    behind: &'static str,
}

impl<W: Write> Report<W> {
    /// Writes what stands in front of all data.
    pub fn begin(mut out: W) -> io::Result<Self> {
        let (before, behind) = PAGE.split_once("{data}").unwrap_or((PAGE, ""));
        let before = before.replace("{policy}", &policy::policy(SCRIPT, STYLE));
        out.write_all(before.replace("{style}", STYLE).as_bytes())?;
        Ok(Self { out, behind })
    }

    /// Data under a name.
    pub fn data(&mut self, name: &str, value: &impl Serialize) -> io::Result<()> {
        write!(self.out, "<script type=\"application/json\" id=\"{name}\">")?;
        data::write(&mut self.out, value)?;
        self.out.write_all(b"</script>\n")
    }

    /// A call.
    pub fn call(&mut self, number: usize, ladder: &Ladder, sheet: &Sheet) -> io::Result<()> {
        #[derive(Serialize)]
        struct Call<'a> {
            ladder: Drawn<'a>,
            sheet: &'a Sheet,
        }
        let ladder = Drawn::of(ladder);
        self.data(&format!("call-{number}"), &Call { ladder, sheet })
    }

    /// A documented flow: its page shows nothing else.
    pub fn flow(&mut self, ladder: &Ladder) -> io::Result<()> {
        self.data("flow", &Drawn::of(ladder))
    }

    /// Writes what stands behind all data.
    pub fn end(mut self) -> io::Result<()> {
        let behind = self.behind.replace("{script}", SCRIPT);
        self.out.write_all(behind.as_bytes())?;
        self.out.flush()
    }
}
