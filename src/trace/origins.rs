//! Legs that one session description joins: its origin (RFC 8866 5.2) went through a back-to-back user agent as it was, or from one
//! party to the other where a third calls both (RFC 3725).

use super::Trace;
use super::clue::LinkKind;
use super::facts::TextId;
use super::hops::HopEntry;
use super::legs::{MOST_LOOKED_AT, adjacent};
use super::sightings::{ACK, INVITE, Subject};

/// In what a leg carries a description. What goes through stays in the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Carrier {
    Request,
    Answer,
    Ack,
}

/// Pairs of groups with one origin, each with why.
pub(super) fn find(
    trace: &Trace,
    group_of: impl Fn(u32) -> Option<u32>,
) -> Vec<(u32, u32, LinkKind)> {
    let links = trace.facts.links.iter();
    let origins = links.filter(|link| link.kind == LinkKind::SdpOrigin);
    let mut all: Vec<(TextId, Carrier, u32)> = origins
        .filter_map(|link| {
            let carrier = match trace.sightings.subject_at(link.sighting as usize).0 {
                Subject::Response(_) => Carrier::Answer,
                Subject::Request(method) if method.0 == ACK => Carrier::Ack,
                Subject::Request(_) => Carrier::Request,
            };
            Some((link.text, carrier, group_of(link.sighting)?))
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    let mut pairs = Vec::new();
    for same in all.chunk_by(|one, other| one.0 == other.0) {
        let [asked, answered, acknowledged] = [Carrier::Request, Carrier::Answer, Carrier::Ack]
            .map(|carrier| {
                let legs = same.iter().filter(|(_, by, _)| *by == carrier);
                legs.map(|(.., group)| *group).collect::<Vec<_>>()
            });
        pairs.extend(adjacent(trace, &asked));
        for legs in [&answered, &acknowledged] {
            // A description in legs that do not hang together is a constant: who answers, answers anybody.
            let joined: Vec<_> = adjacent(trace, legs).collect();
            if joined.len() + 1 == legs.len() {
                pairs.extend(joined);
            }
        }
        pairs.extend(crossing(trace, &answered, &asked));
    }
    let pairs = pairs.into_iter();
    pairs
        .map(|(one, other)| (one, other, LinkKind::SdpOrigin))
        .collect()
}

/// The one leg that was answered with what the other offers, both from a third party. Where it could be several, it is none.
fn crossing(trace: &Trace, answered: &[u32], offering: &[u32]) -> Option<(u32, u32)> {
    if answered.len().max(offering.len()) > MOST_LOOKED_AT {
        return None;
    }
    let all = answered
        .iter()
        .flat_map(|one| offering.iter().map(move |other| (*one, *other)));
    let mut found = all.filter(|(one, other)| is_third_party(trace, *one, *other));
    found.next().filter(|_| found.next().is_none())
}

/// RFC 3725 4.1, flow I: an INVITE without a description is answered with one, which the same node offers to another; and it
/// acknowledges the first when the second has answered.
fn is_third_party(trace: &Trace, one: u32, other: u32) -> bool {
    let (hops, others) = (trace.hops_of_group(one), trace.hops_of_group(other));
    let (Some(asks), Some(offers)) = (hops.first(), others.first()) else {
        return false;
    };
    let has_body = |hop: &HopEntry| {
        let message = trace.first_message(hop);
        let seen = trace.first_sighting(&trace.messages[message.position()]);
        trace.facts.of(seen).has_body()
    };
    let ack = hops.iter().find(|hop| hop.method == ACK);
    let answers = [trace.final_of(asks), trace.final_of(offers)];
    let ([Some(first), Some(second)], Some(ack)) = (answers, ack) else {
        return false;
    };
    one != other
        && (asks.method, offers.method) == (INVITE, INVITE)
        && trace.sightings.is_at(asks.source, offers.source)
        && !has_body(asks)
        && first < trace.first_message(offers)
        && second < trace.first_message(ack)
}
