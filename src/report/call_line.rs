//! What is told of a call in one line: who, whom, how much, and how it ended.

use std::collections::BTreeSet;

use super::Times;
use crate::base::Told;
use crate::trace::{Call, Hop, Kind, Trace};

/// A call in a line. Texts are as they were sent: whoever shows them escapes them.
#[derive(Clone, Debug)]
pub struct CallLine {
    /// As all commands know it.
    pub number: usize,
    /// When it began, as far as that is known.
    pub time: Option<Told>,
    /// What it is for, in a word.
    pub kind: String,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// Elements that take part.
    pub nodes: usize,
    /// Its messages.
    pub messages: usize,
    /// Its hops.
    pub hops: usize,
    /// Its dialogs.
    pub dialogs: usize,
    /// How it ended.
    pub outcome: String,
}

impl CallLine {
    /// The line of a call.
    pub fn of(trace: &Trace, times: &Times, call: &Call<'_>) -> Self {
        let hops: Vec<_> = call.hops().collect();
        let (from, to) = Self::ends(call);
        let nodes: BTreeSet<_> = hops
            .iter()
            .flat_map(|hop| [hop.source_node(), hop.destination_node()])
            .flatten()
            .map(|node| node.id())
            .collect();
        Self {
            number: call.id().number(),
            time: times.told(&call.first_message()),
            kind: Self::kind(trace, call),
            from,
            to,
            nodes: nodes.len(),
            messages: hops.iter().map(|hop| hop.messages().count()).sum(),
            hops: hops.len(),
            dialogs: call.dialogs().len(),
            outcome: call.outcome().to_string(),
        }
    }

    /// Who calls whom: by the first message or, where it does not say, by the first that does. A NOTIFY within a dialog goes to the
    /// one who subscribed.
    pub fn ends(call: &Call<'_>) -> (String, String) {
        let first = call.first_message().hop();
        let is_notify = first.method_name() == b"NOTIFY" && call.first_message().to_tag().is_some();
        if call.kind() == Kind::Subscription && is_notify {
            return (text(first.to()), text(first.from()));
        }
        let says = |of: fn(&Hop<'_>) -> Vec<u8>| {
            let mut all = std::iter::once(first)
                .chain(call.hops())
                .map(|hop| of(&hop));
            all.find(|name| !name.is_empty()).unwrap_or_default()
        };
        let from = says(|hop| hop.from().to_vec());
        let to = says(|hop| hop.to().to_vec());
        (text(&from), text(&to))
    }

    /// What a call is for, in a word.
    pub fn kind(trace: &Trace, call: &Call<'_>) -> String {
        match call.kind() {
            Kind::Session => "call".to_owned(),
            Kind::Registration => "registration".to_owned(),
            Kind::Subscription => "subscription".to_owned(),
            Kind::Publication => "publication".to_owned(),
            Kind::Other(method) => text(trace.sightings().method_name(method)),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
