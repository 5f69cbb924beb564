//! `sipscope hop`: what a node did to a message that it passed on, field by field.

use std::io::Write;

use clap::Args;
use serde::Serialize;
use sipscope::Intake;
use sipscope::sip::{self, Index, Text};
use sipscope::trace::{Message, MessageId, changes};

use super::traced::Traced;
use super::{Ended, Format, Outcome, ended, escape, say};

#[derive(Args)]
pub(super) struct OneHop {
    #[command(flatten)]
    traced: Traced,

    /// Number of a message that a node passed on, as `call` gives it; a request or a response.
    #[arg(value_name = "N", value_parser = super::number::<MessageNumber>)]
    number: usize,

    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// What the number stands for, in error messages.
pub(super) struct MessageNumber;

impl super::Numbered for MessageNumber {
    const WHAT: &'static str = "message";
    const COMMAND: &'static str = "call";
}

#[derive(Serialize)]
struct RelayShown {
    schema: &'static str,
    /// Number of the message as it came in.
    before: usize,
    /// Number of the message as it went out.
    after: usize,
    link: &'static str,
    node: Ends,
    delay_nanoseconds: Option<i64>,
    changes: Vec<ChangeRow>,
}

/// Where the node got it and where it sent it from.
#[derive(Serialize)]
struct Ends {
    received_at: Option<String>,
    sent_from: Option<String>,
}

#[derive(Serialize)]
struct ChangeRow {
    what: String,
    edit: &'static str,
    before: Option<String>,
    after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before_span: Option<[u32; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_span: Option<[u32; 2]>,
}

impl OneHop {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let (mut intake, trace) = self.traced.trace()?;
        let number = self.number;
        let Some(message) = MessageId::numbered(number).and_then(|id| trace.message(id)) else {
            let count = trace.messages().len();
            say(&format!(
                "sipscope: there is no message {number}: the inputs hold {count}"
            ));
            return ended(&intake, Ended::NothingFound);
        };
        let relays = message.relays();
        if relays.is_empty() {
            say(&format!(
                "sipscope: nobody was seen to pass message {number} on"
            ));
            return ended(&intake, Ended::NothingFound);
        }
        let shown = relays
            .iter()
            .map(|(before, after)| RelayShown::of(&mut intake, before, after))
            .collect::<anyhow::Result<Vec<_>>>()?;
        match self.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &shown)?;
                writeln!(out)?;
            }
            Format::Text => shown.iter().try_for_each(|relay| relay.print(out))?,
        }
        ended(&intake, Ended::Fine)
    }
}

impl RelayShown {
    fn of(intake: &mut Intake, before: &Message<'_>, after: &Message<'_>) -> anyhow::Result<Self> {
        let mut read = |message: &Message<'_>| -> anyhow::Result<Vec<u8>> {
            let sighting = message.sighting();
            let bytes =
                intake
                    .store
                    .read(sighting.input(), sighting.location(), sighting.length())?;
            Ok(bytes.to_vec())
        };
        let (one, other) = (read(before)?, read(after)?);
        let (mut index, mut second) = (Index::default(), Index::default());
        let in_message = sip::Message::read(&one, &mut index);
        let out_message = sip::Message::read(&other, &mut second);
        let text = |text: Text<'_>| text.lossy().into_owned();
        let span = |text: Text<'_>| [text.span().start, text.span().end];
        let rows = changes(&in_message, &out_message)
            .into_iter()
            .map(|change| ChangeRow {
                edit: change.edit.name(),
                before: change.before.map(text),
                after: change.after.map(text),
                before_span: change.before.map(span),
                after_span: change.after.map(span),
                what: change.what,
            });
        let end = |end: Option<sipscope::trace::End<'_>>| end.map(|end| end.to_string());
        let link = after.hop().parent().or_else(|| before.hop().parent());
        let times = before.time().zip(after.time());
        Ok(Self {
            schema: "sipscope.hop/1",
            before: before.id().number(),
            after: after.id().number(),
            link: link.map_or("none", |(_, link)| link.name()),
            node: Ends {
                received_at: end(before.sighting().destination()),
                sent_from: end(after.sighting().source()),
            },
            delay_nanoseconds: times.map(|(before, after)| after.nanos() - before.nanos()),
            changes: rows.collect(),
        })
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let unknown = || "unknown".to_owned();
        let delay = match self.delay_nanoseconds {
            Some(delay) => format!(", {:.3} ms later", delay as f64 / 1e6),
            None => String::new(),
        };
        writeln!(
            out,
            "message {} came to {}, went on as message {} from {}{delay} (link: {})",
            self.before,
            self.node.received_at.clone().unwrap_or_else(unknown),
            self.after,
            self.node.sent_from.clone().unwrap_or_else(unknown),
            self.link
        )?;
        for change in &self.changes {
            writeln!(out, "  {} {}", escape::text(&change.what), change.edit)?;
            let body = change.what == "body";
            let side = |out: &mut dyn Write, sign: char, text: &Option<String>| match text {
                Some(text) if body => writeln!(out, "    {sign} {} bytes", text.len()),
                Some(text) => writeln!(out, "    {sign} {}", escape::text(text)),
                None => Ok(()),
            };
            side(out, '-', &change.before)?;
            side(out, '+', &change.after)?;
        }
        if self.changes.is_empty() {
            writeln!(out, "  nothing changed")?;
        }
        Ok(())
    }
}
