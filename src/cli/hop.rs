//! `sipscope hop`: what a node did to the messages that it passed on, field by field, and whether it may.
//!
//! ```text
//! hop 2: request 1 came in, and went out as 3, 8.707 ms later
//! node 2: proxy 10.0.0.1 (link: via)
//! --- message 1  10.64.0.1:5060 -> 10.0.0.1:5060
//! +++ message 3  10.0.0.1:5060 -> 10.0.0.2:5060
//! - Max-Forwards: 70
//! + Max-Forwards: 69
//!     expected, by the node: counts one down (RFC 3261 16.6 step 3)
//! ```

use std::io::Write;

use clap::Args;
use serde::Serialize;
use sipscope::Intake;
use sipscope::base::Ink;
use sipscope::sip::{self, Index, Text};
use sipscope::trace::{
    Edit, End, HopId, Judged, MessageId, Place, Relay, Subject, Trace, judged_changes,
};

use super::printed::{Paint, Printed};
use super::times::{Times, times};
use super::traced::Traced;
use super::unknown::no_number;
use super::{Ended, Format, Outcome, ended, escape, messages, say, wrap};

#[derive(Args)]
pub(super) struct OneHop {
    #[command(flatten)]
    traced: Traced,

    /// N is the number of a message that a node passed on, a request or a response.
    #[arg(long)]
    message: bool,

    #[command(flatten)]
    pub(super) printed: Printed<Format>,
}

/// What the number stands for, in error messages.
pub(super) struct HopNumber;

impl super::Numbered for HopNumber {
    const WHAT: &'static str = "hop";
    const COMMAND: &'static str = "call";
}

#[derive(Serialize)]
struct Shown {
    schema: &'static str,
    relays: Vec<RelayRow>,
}

#[derive(Serialize)]
struct RelayRow {
    /// Number of the message as it came in.
    before: usize,
    /// Number of the message as it went out.
    after: usize,
    /// `request`, or the status of the response.
    kind: String,
    /// Number of the hop toward where the request came from.
    upper_hop: usize,
    /// Number of the hop toward where the request went.
    lower_hop: usize,
    link: &'static str,
    node: NodeRow,
    delay_nanoseconds: Option<i64>,
    changes: Vec<ChangeRow>,
    /// Digits behind the second that the delay is known with.
    #[serde(skip)]
    delay_digits: u8,
    #[serde(skip)]
    came_from: Option<String>,
    #[serde(skip)]
    went_to: Option<String>,
}

/// The node, where it got the message and where it sent it from.
#[derive(Serialize)]
struct NodeRow {
    number: Option<usize>,
    role: Option<&'static str>,
    label: Option<String>,
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
    class: &'static str,
    side: &'static str,
    why: &'static str,
    cites: &'static str,
    /// Why a node with this role may do what a proxy must not.
    #[serde(skip_serializing_if = "Option::is_none")]
    excuse: Option<Excuse>,
    #[serde(skip)]
    place: Place,
    #[serde(skip)]
    kept: bool,
}

#[derive(Serialize)]
struct Excuse {
    why: &'static str,
    cites: &'static str,
}

impl OneHop {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = traced.inputs.take_needed_number::<HopNumber>()?;
        let (mut intake, trace) = traced.trace()?;
        let what = if self.message { "message" } else { "hop" };
        let Some(relays) = self.relays(&trace, number) else {
            let count = match self.message {
                true => trace.messages().len(),
                false => trace.hops().len(),
            };
            let command = if self.message { "messages" } else { "call" };
            no_number(what, number, count, command);
            return ended(&intake, Ended::NothingFound);
        };
        if relays.is_empty() {
            say(&format!(
                "sipscope: nobody was seen to pass {what} {number} on"
            ));
            return ended(&intake, Ended::NothingFound);
        }
        let times = times(&intake, &trace);
        let rows = relays
            .iter()
            .map(|relay| RelayRow::of(&mut intake, &times, relay))
            .collect::<anyhow::Result<Vec<_>>>()?;
        match self.printed.form() {
            Format::Json => {
                let shown = Shown {
                    schema: "sipscope.hop/1",
                    relays: rows,
                };
                super::layout::write(out, &shown)?;
            }
            Format::Text => {
                for (position, row) in rows.iter().enumerate() {
                    if position > 0 {
                        writeln!(out)?;
                    }
                    row.print(out, self.printed.paint())?;
                }
            }
        }
        ended(&intake, Ended::Fine)
    }

    /// What was passed on; `None` where nothing has the number.
    fn relays<'t>(&self, trace: &'t Trace, number: usize) -> Option<Vec<Relay<'t>>> {
        match self.message {
            true => Some(trace.message(MessageId::numbered(number)?)?.relays()),
            false => Some(trace.hop(HopId::numbered(number)?)?.relays()),
        }
    }
}

impl RelayRow {
    fn of(intake: &mut Intake, times: &Times, relay: &Relay<'_>) -> anyhow::Result<Self> {
        let (before, after) = (relay.before, relay.after);
        let one = messages::read(intake, &before)?;
        let other = messages::read(intake, &after)?;
        let (mut index, mut second) = (Index::default(), Index::default());
        let came = sip::Message::read(&one, &mut index);
        let went = sip::Message::read(&other, &mut second);
        let changes = judged_changes(&came, &went, relay.between());
        let end = |end: Option<End<'_>>| end.map(|end| end.to_string());
        let node = relay.node();
        let delay = times.since(&before, &after);
        Ok(Self {
            before: before.id().number(),
            after: after.id().number(),
            kind: match before.subject() {
                Subject::Request(_) => "request".to_owned(),
                Subject::Response(status) => status.to_string(),
            },
            upper_hop: relay.upper_hop().id().number(),
            lower_hop: relay.lower_hop().id().number(),
            link: relay.link().name(),
            node: NodeRow {
                number: node.map(|node| node.id().number()),
                role: node.map(|node| node.role().name()),
                label: node.map(|node| node.label()),
                received_at: end(before.sighting().destination()),
                sent_from: end(after.sighting().source()),
            },
            delay_nanoseconds: delay.map(|(nanos, _)| nanos),
            delay_digits: delay.map_or(0, |(_, digits)| digits),
            changes: changes.into_iter().map(ChangeRow::of).collect(),
            came_from: end(before.sighting().source()),
            went_to: end(after.sighting().destination()),
        })
    }

    fn print(&self, out: &mut impl Write, paint: Paint) -> std::io::Result<()> {
        let delay = match self.delay_nanoseconds {
            Some(delay) if self.delay_digits < 3 => {
                let digits = usize::from(self.delay_digits);
                format!(", {:.digits$} s later", delay as f64 / 1e9)
            }
            Some(delay) => {
                let digits = usize::from(self.delay_digits - 3);
                format!(", {:.digits$} ms later", delay as f64 / 1e6)
            }
            None => String::new(),
        };
        writeln!(
            out,
            "hop {}: {} came in as {}, and went out as {}{delay}",
            self.lower_hop, self.kind, self.before, self.after
        )?;
        let node = match (self.node.number, self.node.role, &self.node.label) {
            (Some(number), Some(role), Some(label)) => {
                format!("node {number}: {role} {}", escape::text(label))
            }
            _ => "an unknown node".to_owned(),
        };
        wrap::print(out, "", "  ", &format!("{node} (link: {})", self.link))?;
        let known = |end: &Option<String>| escape::text(end.as_deref().unwrap_or("unknown"));
        let ends = |sign, message, from, to| {
            format!("{sign} message {message}  {} -> {}", known(from), known(to))
        };
        let (received_at, sent_from) = (&self.node.received_at, &self.node.sent_from);
        let came = ends("---", self.before, &self.came_from, received_at);
        wrap::print(out, "", "      ", &came)?;
        let went = ends("+++", self.after, sent_from, &self.went_to);
        wrap::print(out, "", "      ", &went)?;
        if self.changes.is_empty() {
            writeln!(out, "  nothing changed")?;
        }
        self.changes
            .iter()
            .try_for_each(|change| change.print(out, paint))
    }
}

impl ChangeRow {
    fn of(judged: Judged<'_>) -> Self {
        let change = judged.change;
        let text = |text: Text<'_>| text.lossy().into_owned();
        let span = |text: Text<'_>| [text.span().start, text.span().end];
        Self {
            edit: change.edit.name(),
            before: change.before.map(text),
            after: change.after.map(text),
            before_span: change.before.map(span),
            after_span: change.after.map(span),
            class: judged.class.name(),
            side: judged.side.name(),
            why: judged.why,
            cites: judged.cites,
            excuse: judged.excuse.map(|(why, cites)| Excuse { why, cites }),
            place: change.place,
            kept: change.edit == Edit::Kept,
            what: change.what,
        }
    }

    fn print(&self, out: &mut impl Write, paint: Paint) -> std::io::Result<()> {
        if self.kept {
            self.print_side(out, ' ', &self.after, |line| line.to_owned())?;
        } else {
            let gone = |line: &str| paint.text(Ink::Bad, line).to_string();
            self.print_side(out, '-', &self.before, gone)?;
            let new = |line: &str| paint.text(Ink::Good, line).to_string();
            self.print_side(out, '+', &self.after, new)?;
        }
        let moved = match self.edit == Edit::Moved.name() {
            true => ", values in another order",
            false => "",
        };
        let (class, side, why, cites) = (self.class, self.side, self.why, self.cites);
        let text = format!("{class}{moved}, by the {side}: {why} ({cites})");
        wrap::print(out, "    ", "    ", &text)?;
        match &self.excuse {
            Some(Excuse { why, cites }) => {
                wrap::print(out, "    ", "    ", &format!("but {why} ({cites})"))
            }
            None => Ok(()),
        }
    }

    fn print_side(
        &self,
        out: &mut impl Write,
        sign: char,
        text: &Option<String>,
        painted: impl Fn(&str) -> String,
    ) -> std::io::Result<()> {
        let Some(text) = text else {
            return Ok(());
        };
        let line = match self.place {
            Place::FirstLine => escape::text(text),
            Place::Body => format!("body of {} bytes", text.len()),
            Place::Field(_) => format!("{}: {}", escape::text(&self.what), escape::text(text)),
        };
        let mut lines = Vec::new();
        wrap::print(&mut lines, &format!("{sign} "), "    ", &line)?;
        let lines = String::from_utf8_lossy(&lines);
        let mut lines = lines.lines();
        lines.try_for_each(|line| writeln!(out, "{}", painted(line)))
    }
}
