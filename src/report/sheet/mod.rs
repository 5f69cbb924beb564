//! What is told of a call beside its ladder: every message with where it came from and what the node in front of it changed, and
//! what the audit found, with the place of it. The messages of a call repeat each other from hop to hop, so that each line is
//! kept once; that two messages share a line is that it has the same number.

mod findings;
mod lines;

use serde::Serialize;

use super::Times;
use super::notes;
use super::order::in_order;
use crate::base::escape;
use crate::rules::Finding;
use crate::sip::{self, Index};
use crate::trace::{Call, End, Message, Node, Trace, judged_changes};

pub use findings::{Found, Mark, of_texts};
use lines::Lines;

/// A call, message by message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Every line of every message, once.
    pub lines: Vec<String>,
    /// The messages in their order.
    pub messages: Vec<Sent>,
    /// What was found, in the order of the marks on the ladder: the first is 1.
    pub findings: Vec<Found>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// As all commands know it.
    pub number: usize,
    /// When, as far as that is known.
    pub time: Option<String>,
    /// Who sent it.
    pub from: String,
    /// Who got it.
    pub to: String,
    /// The input that it stands in, and where.
    pub place: String,
    /// How often it was seen.
    pub seen: usize,
    /// Its lines, by their numbers.
    pub lines: Vec<usize>,
    /// The message that its sender passed on with it.
    pub came_as: Option<usize>,
    /// What the sender changed, and what is odd about the message.
    pub notes: Vec<String>,
}

/// The sheet of a call. `place` says where a message stands in the inputs, and `read` gives its bytes.
pub fn of_call<'a, E>(
    trace: &'a Trace,
    call: &Call<'a>,
    found: &[Finding],
    times: &Times,
    place: impl Fn(&Message<'a>) -> String,
    mut read: impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Sheet, E> {
    let mut lines = Lines::default();
    let mut messages = Vec::new();
    for message in in_order(&[*call], times) {
        let bytes = read(&message)?;
        let (from, to) = ends(&message);
        let mut sent = Sent {
            number: message.id().number(),
            time: times.told(&message).map(|told| told.to_string()),
            from,
            to,
            place: place(&message),
            seen: message.sightings().len(),
            lines: lines.of(&bytes),
            came_as: None,
            notes: Vec::new(),
        };
        let mut relays = message.relays().into_iter();
        if let Some(relay) = relays.find(|relay| relay.after.id() == message.id()) {
            let before = read(&relay.before)?;
            let (mut came, mut went) = (Index::default(), Index::default());
            let changes = judged_changes(
                &sip::Message::read(&before, &mut came),
                &sip::Message::read(&bytes, &mut went),
                relay.between(),
            );
            sent.came_as = Some(relay.before.id().number());
            sent.notes = notes::of_relay(None, "", &changes);
        }
        if !message.sighting().whole() {
            sent.notes.push("Cut: its end was not seen.".to_owned());
        }
        messages.push(sent);
    }
    let findings = findings::of_call(trace, call, found, &mut read)?;
    Ok(Sheet {
        lines: lines.all,
        messages,
        findings,
    })
}

/// `P-CSCF 10.0.0.1:5060`, for the sender and the receiver.
fn ends(message: &Message<'_>) -> (String, String) {
    let sighting = message.sighting();
    let (from, to) = message.nodes();
    (
        end(from, sighting.source()),
        end(to, sighting.destination()),
    )
}

fn end(node: Option<Node<'_>>, at: Option<End<'_>>) -> String {
    let label = node.map(|node| node.label()).unwrap_or_default();
    let at = at.map(|at| at.to_string()).unwrap_or_default();
    let said = match (label.as_str(), at.as_str()) {
        ("", "") => "unknown".to_owned(),
        ("", at) => at.to_owned(),
        (label, "") => label.to_owned(),
        // A node without a name is called by its address.
        (label, at) if at.starts_with(label) => at.to_owned(),
        (label, at) => format!("{label} {at}"),
    };
    escape::text(&said)
}
