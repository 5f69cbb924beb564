//! Why a finding is no more than it seems: what else could look like it, and what the trace knows that excludes it. What a single
//! rule excludes beside that stands in its documentation.

use super::finding::Finding;
use super::rule::SubjectKind;
use crate::base::Layer;
use crate::trace::{Hop, Link, Message, Part, Role, Trace};

/// A legal explanation that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// What else it could be.
    pub explanation: &'static str,
    /// Why it is not that.
    pub because: String,
}

impl Finding {
    /// What the trace excludes, for the message that is blamed and the hop that it went over. Of an explanation that it cannot
    /// exclude nothing is said.
    pub fn excluded(&self, trace: &Trace) -> Vec<Excluded> {
        let blamed = self.places.first();
        let Some(message) = blamed.and_then(|place| trace.message(place.message)) else {
            return Vec::new();
        };
        let hop = self.hop.and_then(|hop| trace.hop(hop));
        let hop = hop.unwrap_or_else(|| message.hop());
        let of_message = [
            ("retransmission", first_sending(&message)),
            ("duplicate capture", one_message(&message)),
            ("capture gap", whole(&message)),
            ("log damage", undamaged(&message)),
        ];
        let subject = self.rule.check.subject();
        let of_hop: &[(&'static str, Option<String>)] = match subject {
            SubjectKind::Message | SubjectKind::Document => &[],
            SubjectKind::Relay => &[
                ("B2BUA", proxied(&hop)),
                ("topology hiding", list_kept(&hop)),
                ("P-CSCF toward the UE", inside(&hop)),
                ("collapsed node", two_ends(&hop)),
                ("spiral", first_visit(&hop)),
                ("forking", one_branch(&hop)),
            ],
            _ => &[("collapsed node", two_ends(&hop))],
        };
        let all = of_message.into_iter().chain(of_hop.iter().cloned());
        all.filter_map(|(explanation, because)| {
            Some(Excluded {
                explanation,
                because: because?,
            })
        })
        .collect()
    }
}

fn first_sending(message: &Message<'_>) -> Option<String> {
    let again = matches!(message.part(), Part::Retransmission | Part::Repeated);
    (!again).then(|| "the message is the first of its kind in its transaction".to_owned())
}

fn one_message(message: &Message<'_>) -> Option<String> {
    Some(match message.sightings().count() {
        1 => "it was seen once".to_owned(),
        times => format!("it was seen {times} times and counts as one message"),
    })
}

fn whole(message: &Message<'_>) -> Option<String> {
    let whole = message.sighting().whole();
    whole.then(|| "all bytes of the message are there".to_owned())
}

fn undamaged(message: &Message<'_>) -> Option<String> {
    let path = message.sighting().path();
    let told = path.contains(Layer::Log) || path.contains(Layer::Document);
    (!told).then(|| "the bytes are those of the wire, from no log or document".to_owned())
}

/// The node between a hop and the one before it.
fn above<'t>(hop: &Hop<'t>) -> Option<(Hop<'t>, Link)> {
    hop.parent()
}

fn proxied(hop: &Hop<'_>) -> Option<String> {
    let (_, link) = above(hop)?;
    let node = hop.source_node()?;
    (link == Link::Via && node.role() != Role::B2bua).then(|| {
        format!(
            "{} went on with the Via list that came in; a B2BUA begins one of its own",
            node.label()
        )
    })
}

fn list_kept(hop: &Hop<'_>) -> Option<String> {
    let (before, link) = above(hop)?;
    (link == Link::Via).then(|| {
        let request = before.first_message().id().number();
        format!("Via values of message {request} are still there; hiding replaces them")
    })
}

fn inside(hop: &Hop<'_>) -> Option<String> {
    let (before, _) = above(hop)?;
    let ends = [
        before.source_node()?,
        hop.source_node()?,
        hop.destination_node()?,
    ];
    let terminal = ends.iter().any(|node| node.role() == Role::Ue);
    (!terminal).then(|| "none of the nodes is a terminal".to_owned())
}

fn two_ends(hop: &Hop<'_>) -> Option<String> {
    let (one, other) = (hop.source_node()?, hop.destination_node()?);
    (one.id() != other.id()).then(|| format!("{} and {} are two nodes", one.label(), other.label()))
}

fn first_visit(hop: &Hop<'_>) -> Option<String> {
    let node = hop.source_node()?;
    let mut before = above(hop).map(|(before, _)| before);
    // More hops than Max-Forwards allows (RFC 3261 20.22) are none of a journey.
    for _ in 0..u8::MAX {
        let Some(hop) = before else {
            let label = node.label();
            return Some(format!("the request came to {label} only once"));
        };
        if hop.source_node()?.id() == node.id() {
            return None;
        }
        before = above(&hop).map(|(before, _)| before);
    }
    None
}

fn one_branch(hop: &Hop<'_>) -> Option<String> {
    let (before, _) = above(hop)?;
    let one = before.continued_by().len() == 1;
    one.then(|| "the request was passed on to one place only".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::rules::registry::rule;
    use crate::rules::testing::Wire;

    #[test]
    fn what_a_proxy_did_is_told_from_what_others_may() {
        let mut wire = Wire::new()
            .request(1, 2, "INVITE", &["Max-Forwards: 70"])
            .request(
                2,
                3,
                "INVITE",
                &[
                    "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                    "Max-Forwards: 70",
                ],
            );
        let rule = rule("MF03").expect("a rule");
        let (findings, _) = wire.judge(rule);
        let excluded = findings[0].excluded(&wire.trace());
        let explanations: Vec<_> = excluded.iter().map(|one| one.explanation).collect();
        let expected = [
            "retransmission",
            "duplicate capture",
            "capture gap",
            "log damage",
            "B2BUA",
            "topology hiding",
            "collapsed node",
            "spiral",
            "forking",
        ];
        let without_terminals: Vec<_> = explanations
            .into_iter()
            .filter(|one| *one != "P-CSCF toward the UE")
            .collect();
        assert_eq!(without_terminals, expected);
    }
}
