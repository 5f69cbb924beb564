//! Answers with another CSeq number than their request. The branch and the method tell which one they answer (RFC 3261 17.1.3), so
//! they are on its hop, if that lacks an answer; a branch that several requests have tells nothing.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::hops::Draft;
use super::ids::{HopId, MessageId};

/// What tells a request by its branch: its Via and method.
type Asked = (u64, u16);

/// Puts such answers on the hops of their requests, where nothing else can be meant.
pub(super) fn join(mut hops: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    if !hops.iter().any(is_stray) {
        return hops;
    }
    let requests = requests(&hops);
    let mut moved = vec![false; hops.len()];
    for at in 0..hops.len() {
        let stray = &hops[at];
        let request = requests.get(&asked(stray)).copied().flatten();
        let request = request.filter(|request| is_stray(stray) && answers(stray, &hops[*request]));
        if let Some(request) = request {
            let answers = std::mem::take(&mut hops[at].answers);
            moved[at] = true;
            hops[request].take_answers(answers);
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
    let way = |hop: &Draft<'_>| (hop.entry.source, hop.entry.destination, hop.lead.realm);
    way(stray) == way(request)
        && stray.lead.fact.from_tag == request.lead.fact.from_tag
        && request.entry.status == 0
}

/// The hops that are left, which have other numbers then.
fn without<'a>(hops: Vec<Draft<'a>>, moved: &[bool]) -> Vec<Draft<'a>> {
    let mut left = 0;
    let numbers = moved.iter().map(|moved| {
        let number = left;
        left += usize::from(!moved);
        number
    });
    let numbers: Vec<usize> = numbers.collect();
    let kept = hops.into_iter().zip(moved).filter(|(_, moved)| !**moved);
    let renumbered = kept.map(|(mut hop, _)| {
        if let Some(about) = hop.entry.about.known() {
            hop.entry.about = HopId::at(numbers[about.position()]);
        }
        hop
    });
    renumbered.collect()
}
