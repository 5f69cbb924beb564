//! `sipscope show`: one message whole, and where it came from.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde::Serialize;
use sipscope::Intake;

use super::messages::{Row, read};
use super::{Ended, Inputs, Outcome, ended, escape, say, typed};

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    inputs: Inputs,

    /// Number of the message, as `messages` gives it.
    #[arg(value_name = "N", value_parser = message_number)]
    number: usize,

    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: ShowFormat,
}

/// Where the number was left out the last file stands in its place.
fn message_number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| {
        "a message number is needed behind the files, as `sipscope messages` gives it".to_owned()
    })
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// For people: control characters escaped.
    Text,
    /// For programs: what is not UTF-8 is replaced.
    Json,
    /// The bytes of the message and nothing else.
    Raw,
}

#[derive(Serialize)]
struct Shown {
    schema: &'static str,
    #[serde(flatten)]
    row: Row,
    message: String,
    parsed: serde_json::Value,
}

impl Show {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut intake = self.inputs.analyze(true)?;
        let message = read(&mut intake, self.number)?;
        let Some(sighting) = intake.sightings.get(self.number) else {
            let count = intake.sightings.len();
            say(&format!(
                "sipscope: there is no message {}: the inputs hold {count}",
                self.number
            ));
            return ended(&intake, Ended::NothingFound);
        };
        let row = Row::of(&intake, &sighting, &message);
        match self.format {
            ShowFormat::Raw => out.write_all(&message)?,
            ShowFormat::Json => {
                let shown = Shown {
                    schema: "sipscope.show/1",
                    row,
                    message: String::from_utf8_lossy(&message).into_owned(),
                    parsed: typed::message(&message),
                };
                serde_json::to_writer_pretty(&mut *out, &shown)?;
                writeln!(out)?;
            }
            ShowFormat::Text => {
                row.print(out)?;
                self.records(&intake, out)?;
                writeln!(out, "\n{}", escape::lines(&message))?;
            }
        }
        ended(&intake, Ended::Fine)
    }

    /// Every record that brought a part, for messages that came in several.
    fn records(&self, intake: &Intake, out: &mut impl Write) -> std::io::Result<()> {
        let Some(sighting) = intake.sightings.get(self.number) else {
            return Ok(());
        };
        for record in sighting.records() {
            let path = intake
                .inputs
                .get(record.input as usize)
                .map(|input| &input.path);
            let path = path.map_or_else(String::new, |path| path.to_string_lossy().into_owned());
            writeln!(out, "record {} of {}", record.number, escape::text(&path))?;
        }
        Ok(())
    }
}
