//! Whether a node may do what it did to a message that it passed on: every change gets the rule that speaks of it. This is
//! told to people beside the change; it is no verdict of an audit, which knows more of the call and of the network.

mod case;
mod table;

use super::journeys::Link;
use super::nodes::Role;
use super::relay::{Change, Edit, Place, changes};
use crate::sip::{Message, Name};

use case::{Case, Pair};

/// What to think of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nodes do this in the course of their work.
    Expected,
    /// It is allowed to some, or now and then, and worth a look.
    Notable,
    /// A proxy must not do this.
    Suspicious,
}

impl Class {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Notable => "worth a look",
            Self::Suspicious => "suspicious",
        }
    }
}

/// Which side of the node did it. Upstream is where requests come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Its upstream side: as it received the request, or sent the response on.
    Upstream,
    /// Its downstream side: as it sent the request on, or received the response.
    Downstream,
    /// The node, on either side or between them.
    Node,
    /// No SIP node that shows itself: something between two sightings of one message.
    Unseen,
}

impl Side {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upstream => "upstream side of the node",
            Self::Downstream => "downstream side of the node",
            Self::Node => "node",
            Self::Unseen => "unseen between two sightings",
        }
    }
}

/// What is known of the node between two hops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between {
    /// How one hop is known to follow the other.
    pub link: Link,
    /// What the node does in the network.
    pub role: Option<Role>,
}

/// A change, and what to think of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged<'a> {
    /// What changed.
    pub change: Change<'a>,
    /// What to think of it.
    pub class: Class,
    /// Who did it.
    pub side: Side,
    /// Why, in words.
    pub why: &'static str,
    /// The document and clause that says so.
    pub cites: &'static str,
    /// Why a node with this role may do what a proxy must not, and where that stands.
    pub excuse: Option<(&'static str, &'static str)>,
}

/// Roles that are more than a proxy, and what that allows.
const EXCUSED: [(Role, &str, &str); 5] = [
    (
        Role::PCscf,
        "a P-CSCF hides and rewrites routing fields toward the UE, and SDP as an IMS-ALG",
        "3GPP TS 24.229 5.2",
    ),
    (
        Role::Ibcf,
        "an IBCF may hide the topology, screen fields, and end and start dialogs",
        "3GPP TS 24.229 5.10",
    ),
    (
        Role::As,
        "an AS may be a back-to-back user agent",
        "3GPP TS 24.229 5.7.5",
    ),
    (
        Role::Sbc,
        "a border controller hides the topology and repairs messages",
        "RFC 5853 3",
    ),
    (
        Role::B2bua,
        "a back-to-back user agent makes a request of its own",
        "RFC 3261 6",
    ),
];

/// Every difference between a message and what became of it, and what to think of each; also what a proxy had to change and
/// did not.
pub fn judged_changes<'a>(
    before: &Message<'a>,
    after: &Message<'a>,
    between: Between,
) -> Vec<Judged<'a>> {
    let mut all = changes(before, after);
    all.extend(kept(before, after));
    let pair = Pair::of(before, after);
    all.into_iter()
        .map(|change| judge(change, &pair, between))
        .collect()
}

/// Max-Forwards where it was not counted down.
fn kept<'a>(before: &Message<'a>, after: &Message<'a>) -> Option<Change<'a>> {
    let (old, new) = (
        before.value(Name::MaxForwards)?,
        after.value(Name::MaxForwards)?,
    );
    let is_request = before.status().is_none();
    let same = is_request && before.max_forwards().is_some() && old.number() == new.number();
    same.then(|| Change {
        place: Place::Field(Name::MaxForwards),
        what: Name::MaxForwards.spelling().to_owned(),
        edit: Edit::Kept,
        before: Some(old),
        after: Some(new),
    })
}

fn judge<'a>(change: Change<'a>, pair: &Pair, between: Between) -> Judged<'a> {
    let rule = table::rule_of(&Case {
        change: &change,
        pair,
    });
    let mut judged = Judged {
        class: rule.class,
        side: rule.side,
        why: rule.why,
        cites: rule.cites,
        excuse: None,
        change,
    };
    if between.link == Link::Unchanged {
        judged.side = Side::Unseen;
        if judged.change.edit == Edit::Kept {
            judged.class = Class::Expected;
            judged.why = "what passed it on without a Via of its own is no proxy";
        }
    }
    let mut excuses = EXCUSED.iter();
    let excuse = excuses.find(|(role, _, _)| between.role == Some(*role));
    if judged.class == Class::Suspicious
        && let Some((_, why, cites)) = excuse
    {
        judged.class = Class::Notable;
        judged.excuse = Some((why, cites));
    }
    judged
}

#[cfg(test)]
mod tests;
