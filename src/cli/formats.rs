//! `sipscope formats`: what is read, and what each format keeps of a message.

use std::io::Write;

use clap::Args;
use serde::Serialize;
use sipscope::source::{About, formats};

use super::catalogue::{Catalogue, page_text};
use super::printed::Printed;
use super::{Ended, Outcome, layout, wrap};

#[derive(Args)]
pub(super) struct Formats {
    #[command(flatten)]
    pub(super) printed: Printed<Catalogue>,
}

#[derive(Serialize)]
struct Table {
    schema: &'static str,
    formats: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    what: &'static str,
    time: &'static str,
    addresses: &'static str,
    transport: &'static str,
    message: &'static str,
    note: &'static str,
}

impl Formats {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        match self.printed.form() {
            Catalogue::Text => print(out)?,
            Catalogue::Json => layout::write(
                out,
                &Table {
                    schema: "sipscope.formats/1",
                    formats: formats().map(Row::of).collect(),
                },
            )?,
            Catalogue::Markdown => page(out)?,
        }
        Ok((Ended::Fine, true))
    }
}

impl Row {
    fn of((name, about): (&'static str, &'static About)) -> Self {
        Self {
            name,
            what: about.what,
            time: about.time,
            addresses: about.addresses,
            transport: about.transport,
            message: about.message,
            note: about.note,
        }
    }
}

fn print(out: &mut impl Write) -> std::io::Result<()> {
    for (name, about) in formats() {
        wrap::print(out, "", "    ", &format!("{name}  {}", about.what))?;
        let facts = [
            ("time", about.time),
            ("addresses", about.addresses),
            ("transport", about.transport),
            ("message", about.message),
            ("note", about.note),
        ];
        for (what, fact) in facts.into_iter().filter(|(_, fact)| !fact.is_empty()) {
            wrap::print(out, "    ", "      ", &format!("{what}: {fact}"))?;
        }
    }
    Ok(())
}

/// All formats as a page.
fn page(out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "# The formats\n\nWhat `sipscope` reads, and what each format keeps of a message. This page is made of what the readers \
         say of themselves: `sipscope formats --format markdown > FORMATS.md`. Every input is recognised by its content; texts, and \
         HEP packets without a header in front, may be named by `--input-format`. All may be packed with gzip or zstd. What an \
         encapsulation of a capture may be stands in the [README](README.md#what-it-reads).\n"
    )?;
    writeln!(
        out,
        "| format | written by | time | addresses | transport | message | note |\n|---|---|---|---|---|---|---|"
    )?;
    for (name, about) in formats() {
        let cells = [
            about.what,
            about.time,
            about.addresses,
            about.transport,
            about.message,
            about.note,
        ];
        // Their code stays code.
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        writeln!(out, "| `{}` | {} |", page_text(name), cells.join(" | "))?;
    }
    Ok(())
}
