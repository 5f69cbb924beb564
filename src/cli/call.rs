//! `sipscope call`: one call with its journeys, its dialogs, and why it is one.

use std::collections::BTreeSet;
use std::io::Write;

use clap::Args;
use serde::Serialize;
use sipscope::Intake;
use sipscope::base::Ink;
use sipscope::trace::{Call, Hop, Link, Message, Node, Part, Subject, Trace};

use super::calls::CallRow;
use super::clocks::ContradictionRow;
use super::dialog::{self, DialogRow};
use super::filter::Filter;
use super::folds::{self, FoldRow};
use super::link::LinkRow;
use super::messages::read;
use super::printed::{Paint, Printed, outcome_ink};
use super::publication::PublicationRow;
use super::registration::RegistrationRow;
use super::shapes::{self, ShapeRow};
use super::state::SubscriptionRow;
use super::times::{Times, When, times};
use super::traced::Traced;
use super::{Ended, Format, Outcome, ended, escape};

#[derive(Args)]
pub(super) struct OneCall {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    #[command(flatten)]
    pub(super) printed: Printed<Format>,

    /// Every hop and every step, also those of refreshes that are all alike; programs get all of them anyway.
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct CallShown {
    schema: &'static str,
    #[serde(flatten)]
    row: CallRow,
    clock_contradictions: Vec<ContradictionRow>,
    links: Vec<LinkRow>,
    journeys: Vec<HopRow>,
    folds: Vec<FoldRow>,
    shapes: Vec<ShapeRow>,
    dialogs_of_call: Vec<DialogRow>,
    subscriptions: Vec<SubscriptionRow>,
    registrations: Vec<RegistrationRow>,
    publications: Vec<PublicationRow>,
}

/// A hop; those of a journey stand one behind the other, each behind the one that it continues.
#[derive(Serialize)]
struct HopRow {
    /// Its own number, as `hop` takes it.
    hop: usize,
    /// Number of its first message.
    number: usize,
    depth: usize,
    /// Number of the first message of the hop that it continues.
    continues: Option<usize>,
    link: &'static str,
    /// Number of the hop with the INVITE that a CANCEL is for.
    cancels: Option<usize>,
    /// Number of the hop with the INVITE whose 2xx an ACK is for.
    acknowledges: Option<usize>,
    method: String,
    cseq: Option<u32>,
    from: Option<String>,
    /// Number of the node, as `nodes` gives it.
    from_node: Option<usize>,
    to: Option<String>,
    to_node: Option<usize>,
    status: Option<u16>,
    messages: Vec<MessageRow>,
}

#[derive(Serialize)]
struct MessageRow {
    number: usize,
    #[serde(flatten)]
    time: When,
    part: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// How an answer is known to be on this hop, where its Via does not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    placed: Option<Placed>,
    seen: usize,
}

#[derive(Serialize)]
struct Placed {
    link: &'static str,
    reason: &'static str,
}

/// The steps of a document tell what answers what.
const BY_ORDER: Placed = Placed {
    link: Link::Inferred.name(),
    reason: "the document's Via does not match",
};

impl OneCall {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = traced.inputs.take_number()?;
        let (mut intake, trace) = traced.trace()?;
        let Some(call) = self.filter.one(number, &trace, &mut intake)? else {
            return ended(&intake, Ended::NothingFound);
        };
        let times = times(&intake, &trace);
        let shown = CallShown::of(&mut intake, &trace, &times, &call)?;
        match self.printed.form() {
            Format::Json => super::layout::write(out, &shown)?,
            Format::Text => {
                super::clocks::print_contradictions(out, &intake, &trace, std::iter::once(call))?;
                shown.print(out, &times, &call, (self.all, self.printed.paint()))?;
            }
        }
        ended(&intake, Ended::Fine)
    }
}

impl CallShown {
    fn of(
        intake: &mut Intake,
        trace: &Trace,
        times: &Times,
        call: &Call<'_>,
    ) -> anyhow::Result<Self> {
        let dialogs = dialog::rows(call, |message| read(intake, message))?;
        Ok(Self {
            schema: "sipscope.call/1",
            row: CallRow::of(trace, times, call),
            clock_contradictions: ContradictionRow::all(intake, trace, std::iter::once(*call)),
            links: call.edges().map(|edge| LinkRow::of(&edge)).collect(),
            journeys: call
                .journeys()
                .iter()
                .map(|(hop, depth)| HopRow::of(hop, times, *depth))
                .collect(),
            folds: FoldRow::all(call),
            shapes: ShapeRow::all(call),
            dialogs_of_call: dialogs,
            subscriptions: call
                .subscriptions()
                .iter()
                .map(|subscription| SubscriptionRow::of(subscription, times))
                .collect(),
            registrations: super::registration::rows(intake, trace, times, call)?,
            publications: super::publication::rows(trace, times, call),
        })
    }

    fn print(
        &self,
        out: &mut impl Write,
        times: &Times,
        call: &Call<'_>,
        (all, paint): (bool, Paint),
    ) -> std::io::Result<()> {
        self.row
            .print_head(out, paint, outcome_ink(&call.outcome()))?;
        for call_id in call.call_ids() {
            writeln!(out, "Call-ID {}", escape::bytes(call_id))?;
        }
        self.links.iter().try_for_each(|link| link.print(out))?;
        writeln!(out, "\nhops:")?;
        let began = call.first_message();
        let print = |out: &mut _, hop: &Hop<'_>, depth| {
            HopRow::of(hop, times, depth).print(out, times, (&began, hop), paint)
        };
        match all {
            true => {
                let mut hops = call.journeys().into_iter();
                hops.try_for_each(|(hop, depth)| print(out, &hop, depth))?;
            }
            false => folds::print_hops(out, call, print)?,
        }
        shapes::print(out, &self.shapes)?;
        print_nodes(out, call)?;
        if !self.dialogs_of_call.is_empty() {
            writeln!(out, "\ndialogs:")?;
        }
        for dialog in &self.dialogs_of_call {
            dialog.print(out)?;
        }
        for subscription in &self.subscriptions {
            subscription.print(out, all)?;
        }
        for registration in &self.registrations {
            registration.print(out, all)?;
        }
        for publication in &self.publications {
            publication.print(out, all)?;
        }
        Ok(())
    }
}

impl HopRow {
    fn of(hop: &Hop<'_>, times: &Times, depth: usize) -> Self {
        let end = |end: Option<sipscope::trace::End<'_>>| end.map(|end| end.to_string());
        let parent = hop.parent();
        Self {
            hop: hop.id().number(),
            number: hop.first_message().id().number(),
            depth,
            continues: parent.map(|(parent, _)| parent.first_message().id().number()),
            link: parent.map_or("none", |(_, link)| link.name()),
            cancels: hop.about().map(|invite| invite.id().number()),
            acknowledges: hop.acknowledges().map(|invite| invite.id().number()),
            method: String::from_utf8_lossy(hop.method_name()).into_owned(),
            cseq: hop.first_message().sighting().cseq(),
            from: end(hop.source()),
            from_node: hop.source_node().map(|node| node.id().number()),
            to: end(hop.destination()),
            to_node: hop.destination_node().map(|node| node.id().number()),
            status: hop.status(),
            messages: hop
                .messages()
                .map(|message| MessageRow::of(&message, times))
                .collect(),
        }
    }

    fn print(
        &self,
        out: &mut impl Write,
        times: &Times,
        (began, hop): (&Message<'_>, &Hop<'_>),
        paint: Paint,
    ) -> std::io::Result<()> {
        let link = match hop.parent() {
            Some((_, link)) => format!("  ({})", link.name()),
            None => String::new(),
        };
        let about = match (self.cancels, self.acknowledges) {
            (Some(invite), _) => format!("  cancels hop {invite}"),
            (_, Some(invite)) => format!("  acknowledges hop {invite}"),
            _ => String::new(),
        };
        writeln!(
            out,
            "{:indent$}hop {}: {} {}  {} -> {}{link}{about}",
            "",
            self.hop,
            escape::text(&self.method),
            self.cseq
                .map_or_else(|| "-".to_owned(), |cseq| cseq.to_string()),
            end(self.from.as_deref(), hop.source_node()),
            end(self.to.as_deref(), hop.destination_node()),
            indent = 2 + 2 * self.depth,
        )?;
        for message in hop.messages() {
            let row = MessageRow::of(&message, times);
            let after = match times.since(began, &message) {
                Some((nanos, digits)) => {
                    format!("{:+.*} s", usize::from(digits), nanos as f64 / 1e9)
                }
                None => row.time.text().unwrap_or_else(|| "no time".to_owned()),
            };
            let what = match row.status {
                Some(status) => paint.text(Ink::of_status(status), status).to_string(),
                None => row.part.to_owned(),
            };
            let odd = match message.part() {
                Part::Repeated | Part::Late | Part::Second | Part::Stray => {
                    format!(" ({})", row.part)
                }
                _ => String::new(),
            };
            let placed = row.placed.as_ref();
            let placed = placed.map(|how| format!(" ({}: {})", how.link, how.reason));
            let odd = placed.unwrap_or(odd);
            let seen = match row.seen {
                1 => String::new(),
                seen => format!("  seen {seen}x"),
            };
            writeln!(
                out,
                "{:indent$}{:>6}  {after:>14}  {what}{odd}{seen}",
                "",
                row.number,
                indent = 2 + 2 * self.depth,
            )?;
        }
        Ok(())
    }
}

/// An end of a hop: its address, and what is there.
fn end(address: Option<&str>, node: Option<Node<'_>>) -> String {
    // A party without an address goes by a name that an input gives it.
    let address = escape::text(address.unwrap_or("unknown"));
    match node {
        Some(node) => format!("{address} ({})", node.role().name()),
        None => address,
    }
}

/// The nodes of a call in the order in which it came by them.
fn print_nodes(out: &mut impl Write, call: &Call<'_>) -> std::io::Result<()> {
    let (mut nodes, mut seen) = (Vec::new(), BTreeSet::new());
    for (hop, _) in call.journeys() {
        for node in [hop.source_node(), hop.destination_node()]
            .into_iter()
            .flatten()
        {
            if seen.insert(node.id()) {
                nodes.push(node);
            }
        }
    }
    writeln!(out, "\nnodes:")?;
    for node in nodes {
        let (number, role) = (node.id().number(), node.role().name());
        writeln!(
            out,
            "{number:>6}  {role:<16}  {}",
            escape::text(&node.label())
        )?;
    }
    Ok(())
}

impl MessageRow {
    fn of(message: &Message<'_>, times: &Times) -> Self {
        Self {
            number: message.id().number(),
            time: When::new("time", times.told(message)),
            part: message.part().name(),
            status: match message.subject() {
                Subject::Response(status) => Some(status),
                Subject::Request(_) => None,
            },
            placed: message.is_by_order().then_some(BY_ORDER),
            seen: message.sightings().len(),
        }
    }
}
