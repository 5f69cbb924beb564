//! Answers with another CSeq number than their request, and CANCELs with another one than their INVITE. The branch and the method
//! tell which one is meant (RFC 3261 17.1.3, 9.2); a branch that several requests have tells nothing. An answer is on the hop of its
//! request then, if that lacks one.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::hops::Draft;
use super::ids::{HopId, MessageId};
use super::sightings::{CANCEL, INVITE};

/// What tells a request by its branch: its Via and method.
type Asked = (u64, u16);

/// Puts such messages to their requests, where nothing else can be meant.
pub(super) fn join(hops: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    let mut hops = with_answers(hops);
    let cancels = |hop: &Draft<'_>| {
        let entry = &hop.entry;
        entry.method == CANCEL && entry.about == HopId::NONE && hop.lead.fact.cookie()
    };
    if hops.iter().any(cancels) {
        let requests = requests(&hops);
        for at in 0..hops.len() {
            let cancel = &hops[at];
            let invite = requests.get(&(cancel.lead.via, INVITE)).copied().flatten();
            let invite = invite.filter(|invite| is_between_the_same(cancel, &hops[*invite]));
            if let Some(invite) = invite.filter(|_| cancels(cancel)) {
                hops[at].entry.about = HopId::at(invite);
            }
        }
    }
    hops
}

fn with_answers(mut hops: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    if !hops.iter().any(is_stray) {
        return hops;
    }
    let requests = requests(&hops);
    let mut moved = vec![None; hops.len()];
    for at in 0..hops.len() {
        let stray = &hops[at];
        let request = requests.get(&asked(stray)).copied().flatten();
        let request = request.filter(|request| is_stray(stray) && answers(stray, &hops[*request]));
        if let Some(request) = request {
            let answers = std::mem::take(&mut hops[at].answers);
            let messages = std::mem::take(&mut hops[at].messages);
            moved[at] = Some(request);
            hops[request].take(answers, messages);
        }
    }
    without(hops, &moved)
}

fn is_stray(hop: &Draft<'_>) -> bool {
    hop.entry.request == MessageId::NONE && hop.lead.fact.cookie()
}

fn asked(hop: &Draft<'_>) -> Asked {
    (hop.lead.via, hop.entry.method)
}

/// The requests by what tells them; none where that tells several.
fn requests(hops: &[Draft<'_>]) -> HashMap<Asked, Option<usize>, RandomState> {
    let mut requests: HashMap<_, _, RandomState> = HashMap::default();
    for (at, hop) in hops.iter().enumerate() {
        if hop.entry.request != MessageId::NONE {
            let known = requests.entry(asked(hop));
            known.and_modify(|known| *known = None).or_insert(Some(at));
        }
    }
    requests
}

/// Whether answers whose request is not there can only be meant for this one.
fn answers(stray: &Draft<'_>, request: &Draft<'_>) -> bool {
    is_between_the_same(stray, request) && request.entry.status == 0
}

fn is_between_the_same(one: &Draft<'_>, other: &Draft<'_>) -> bool {
    let way = |hop: &Draft<'_>| (hop.entry.source, hop.entry.destination, hop.lead.realm);
    way(one) == way(other) && one.lead.fact.from_tag == other.lead.fact.from_tag
}

/// The hops that are left, which have other numbers then. What was about one of the others is about the one that it went to.
fn without<'a>(hops: Vec<Draft<'a>>, moved: &[Option<usize>]) -> Vec<Draft<'a>> {
    let mut left = 0;
    let numbers = moved.iter().map(|moved| {
        let number = left;
        left += usize::from(moved.is_none());
        number
    });
    let numbers: Vec<usize> = numbers.collect();
    let kept = hops.into_iter().zip(moved);
    let kept = kept.filter(|(_, moved)| moved.is_none());
    let renumbered = kept.map(|(mut hop, _)| {
        if let Some(about) = hop.entry.about.known() {
            let about = about.position();
            hop.entry.about = HopId::at(numbers[moved[about].unwrap_or(about)]);
        }
        hop
    });
    renumbered.collect()
}
