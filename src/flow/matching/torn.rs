//! Calls that one wrong field tore off another: a transaction with a tag or a Call-ID of its own is nothing that somebody began, and
//! the flow that it was torn out of has a step for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use foldhash::fast::RandomState;

use crate::sip::{Index, Message as Sip};
use crate::trace::{Bytes, Call, CallId, Hop, Message, MessageId, Subject, Trace};

/// An end of a dialog: its user, and the tag that it gave.
type End<'t> = (&'t [u8], &'t [u8]);

/// What a request still has of the dialog or journey that it was torn out of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Tie<'t> {
    /// The Call-ID, one end, and the user at the other one, whose tag is another one.
    End(&'t [u8], End<'t>, &'t [u8]),
    /// Both ends, whichever is the sender. Only the Call-ID is another one.
    Dialog(End<'t>, End<'t>),
    /// Who sent a request that begins something, to whom, with which method and number: one that was passed on has the Via entries of
    /// what it was, too, and a CANCEL that of its INVITE.
    Request(End<'t>, &'t [u8], &'t [u8], u32),
}

/// The calls with a tie, and the requests by which they have it.
type Tied = BTreeMap<CallId, Vec<MessageId>>;

const INVITE: &[u8] = b"INVITE";
const CANCEL: &[u8] = b"CANCEL";

/// A request that was torn off went over no more hops.
const MOST_HOPS: usize = 64;
/// Only so many pieces of one call are looked for.
const MOST_PIECES: usize = 16;

/// Pieces of calls.
#[derive(Default)]
pub(super) struct Torn<'t> {
    /// The call that each piece belongs to.
    whole: BTreeMap<CallId, CallId>,
    /// The pieces of each such call, in their order.
    pieces: BTreeMap<CallId, Vec<CallId>>,
    /// Call-IDs that stand in place of others.
    instead_of: HashMap<&'t [u8], &'t [u8], RandomState>,
}

impl<'t> Torn<'t> {
    pub(super) fn of(trace: &'t Trace, bytes: &mut impl Bytes) -> io::Result<Self> {
        let mut torn = Self::default();
        let (mut tied, orphans) = wanted(trace);
        if tied.is_empty() {
            return Ok(torn);
        }
        for call in trace.calls() {
            for hop in call.hops() {
                for tie in ties(hop) {
                    if let (Some(tied), Some(said)) = (tied.get_mut(&tie), said_by(hop)) {
                        tied.entry(call.id()).or_default().push(said.id());
                    }
                }
            }
        }
        let mut tied: Vec<(Tie<'_>, Tied)> = tied.into_iter().collect();
        tied.sort_unstable_by_key(|(tie, _)| *tie);
        for (tie, calls) in tied {
            let ids: Vec<CallId> = calls.keys().copied().collect();
            match (tie, ids.as_slice()) {
                (Tie::End(..), [first, ..]) => {
                    let mut begun = ids.iter().filter(|call| !orphans.contains(*call));
                    let main = match (begun.next(), begun.next()) {
                        (Some(only), None) => only,
                        (None, _) => first,
                        // Scripts repeat what is written in them: nothing tells which of them it is of.
                        _ => continue,
                    };
                    // What came before it was inside of another.
                    let pieces = ids.iter().filter(|call| orphans.contains(*call));
                    for orphan in pieces.filter(|orphan| main < *orphan) {
                        torn.join(*main, *orphan);
                    }
                }
                // Who gives several calls the same tags tells nothing by them.
                (Tie::Dialog(..), [one, other])
                    if orphans.contains(other) && has_a_request(trace, *other) =>
                {
                    torn.join(*one, *other);
                    torn.take_for_one(trace, &calls);
                }
                // A call with more than one transaction is one, and no piece.
                (Tie::Dialog(..) | Tie::Request(..), [one, other])
                    if (has_one_transaction(trace, *one) || has_one_transaction(trace, *other))
                        && passes_on(trace, &calls, bytes)? =>
                {
                    torn.join(*one, *other);
                    torn.take_for_one(trace, &calls);
                }
                _ => {}
            }
        }
        Ok(torn)
    }

    /// The call that one belongs to: itself, if it is no piece of another.
    pub(super) fn whole(&self, call: CallId) -> CallId {
        self.whole.get(&call).copied().unwrap_or(call)
    }

    /// The other pieces of a call.
    pub(super) fn pieces(&self, call: CallId) -> &[CallId] {
        self.pieces.get(&call).map_or(&[], Vec::as_slice)
    }

    /// The Call-ID that one stands in place of: itself, if it is no other one.
    pub(super) fn meant(&self, call_id: &'t [u8]) -> &'t [u8] {
        let next = |call_id: &&'t [u8]| self.instead_of.get(call_id).copied();
        // As many as a call has pieces: with tags made for it, a row of them could be as long as the trace.
        let all = std::iter::successors(Some(call_id), next).take(MOST_PIECES);
        all.last().unwrap_or(call_id)
    }

    /// Takes the Call-IDs of two calls that have a tie for one.
    fn take_for_one(&mut self, trace: &'t Trace, calls: &Tied) {
        let first = calls.values().filter_map(|requests| requests.first());
        let named = first.filter_map(|id| trace.message(*id)?.hop().call_id());
        let meant: Vec<&[u8]> = named.map(|call_id| self.meant(call_id)).collect();
        if let [one, other] = meant[..]
            && one != other
        {
            self.instead_of.insert(other, one);
        }
    }

    fn join(&mut self, one: CallId, other: CallId) {
        let ends = [self.whole(one), self.whole(other)];
        let (first, later) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        let joined = self.pieces(first).len() + self.pieces(later).len() + 1;
        if first == later || joined > MOST_PIECES {
            return;
        }
        let mut moved = self.pieces.remove(&later).unwrap_or_default();
        moved.push(later);
        self.whole.extend(moved.iter().map(|piece| (*piece, first)));
        let pieces = self.pieces.entry(first).or_default();
        pieces.extend(moved);
        pieces.sort_unstable();
    }
}

/// The ties of what may be a piece, with nobody who has them yet; and the calls that nothing begins.
fn wanted(trace: &Trace) -> (HashMap<Tie<'_>, Tied, RandomState>, BTreeSet<CallId>) {
    let mut tied = HashMap::default();
    let mut orphans = BTreeSet::new();
    for call in trace.calls() {
        let is_orphan = begins_nothing(call);
        let hops = call.hops().filter(|hop| hop.parent().is_none());
        for tie in hops.flat_map(|hop| own_ties(hop, is_orphan)) {
            tied.insert(tie, Tied::new());
        }
        if is_orphan {
            orphans.insert(call.id());
        }
    }
    (tied, orphans)
}

/// Whether all of a call is inside of a dialog that was there before it.
fn begins_nothing(call: Call<'_>) -> bool {
    let mut hops = call.hops().filter(|hop| hop.parent().is_none());
    hops.all(|hop| {
        let request = hop.request();
        request.is_none_or(|request| request.to_tag().is_some())
    })
}

/// By what a request, or what answers one that is not there, may be known to be a piece: what begins something only if others passed it on
/// before or it is a CANCEL, and what is inside of a dialog beside that only if nothing of its call made that.
fn own_ties(hop: Hop<'_>, is_orphan: bool) -> Vec<Tie<'_>> {
    let request = hop.request();
    let was_passed_on = request.is_none_or(|request| request.vias() > 1);
    let is_within = request.is_some_and(|request| request.to_tag().is_some());
    let is_made = hop
        .dialog()
        .is_some_and(|dialog| dialog.made_by().is_some());
    let mut ties = ties(hop);
    ties.retain(|tie| match tie {
        Tie::Dialog(..) => is_orphan || was_passed_on || is_within && !is_made,
        Tie::Request(..) if hop.method_name() == CANCEL => true,
        Tie::End(..) | Tie::Request(..) => is_orphan || was_passed_on,
    });
    ties
}

/// The request of a hop, or where that has another Call-ID or was not captured, what answers it.
fn said_by(hop: Hop<'_>) -> Option<Message<'_>> {
    hop.request().or_else(|| hop.messages().next())
}

/// All ties of a request and of its answers.
fn ties(hop: Hop<'_>) -> Vec<Tie<'_>> {
    // An answer has what its request has (RFC 3261 8.2.6.2).
    let Some(request) = said_by(hop) else {
        return Vec::new();
    };
    let (Some(call_id), Some(tag)) = (hop.call_id(), request.from_tag()) else {
        return Vec::new();
    };
    let (from, to) = ((hop.from(), tag), hop.to());
    let mut ties = vec![Tie::End(call_id, from, to)];
    let is_response = |message: &Message<'_>| matches!(message.subject(), Subject::Response(_));
    let answers = hop.messages().filter(is_response);
    let given = answers.filter_map(|answer| answer.to_tag());
    let tags: BTreeSet<&[u8]> = request.to_tag().into_iter().chain(given).collect();
    for tag in tags {
        let to = (to, tag);
        ties.push(Tie::End(call_id, to, from.0));
        ties.push(Tie::Dialog(from.min(to), from.max(to)));
    }
    if request.to_tag().is_none() || hop.request().is_none() {
        let method = match hop.method_name() {
            CANCEL => INVITE,
            method => method,
        };
        ties.push(Tie::Request(from, to, method, hop.cseq()));
    }
    ties
}

/// The call of a message, whether its topmost Via entry is that of another one, and the branches of its two topmost ones.
type Sent = (CallId, bool, [Option<Vec<u8>>; 2]);

/// Whether a call is more than answers.
fn has_a_request(trace: &Trace, call: CallId) -> bool {
    let mut hops = trace.call(call).into_iter().flat_map(|call| call.hops());
    hops.any(|hop| hop.request().is_some())
}

/// Whether all hops of a call are of one request, no more than a request takes, and nothing follows from it.
fn has_one_transaction(trace: &Trace, call: CallId) -> bool {
    let Some(call) = trace.call(call) else {
        return false;
    };
    let mut hops = call.hops().map(|hop| (hop.method_name(), hop.cseq()));
    let first = hops.next();
    let mut followed = hops.by_ref().take(MOST_HOPS);
    followed.all(|hop| Some(hop) == first) && hops.next().is_none()
}

/// Whether a request of one of these calls has the Via entry of one of the other below its own, or a CANCEL or an answer as its own.
fn passes_on(trace: &Trace, calls: &Tied, bytes: &mut impl Bytes) -> io::Result<bool> {
    let mut branches: Vec<Sent> = Vec::new();
    let mut index = Index::default();
    for (call, requests) in calls {
        for request in requests.iter().filter_map(|id| trace.message(*id)) {
            let sighting = request.sighting();
            let read = bytes.read(&sighting)?;
            let sip = Sip::read_seen(read, sighting.whole(), &mut index);
            let mut vias = sip.vias();
            let mut next = || Some(vias.next()?.branch()?.bytes().to_vec());
            let is_answer = matches!(request.subject(), Subject::Response(_));
            let is_of_another = is_answer || request.hop().method_name() == CANCEL;
            branches.push((*call, is_of_another, [next(), next()]));
        }
    }
    let is_of = |(call, is_of_another, [own, below]): &Sent| {
        let mut others = branches.iter().filter(|other| other.0 != *call);
        others.any(|(.., [other, _])| {
            let is_for_it = *is_of_another && other == own;
            other.is_some() && (other == below || is_for_it)
        })
    };
    Ok(branches.iter().any(is_of))
}
