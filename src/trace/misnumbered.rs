//! Answers with another CSeq than their request, and CANCELs with another one than their INVITE. The branch and the method tell
//! which one is meant (RFC 3261 17.1.3, 9.2); a branch that several requests have tells nothing. An answer is on the hop of its
//! request then, if that lacks one, or had none to end it yet. Where the method is another, the number tells it, as no two requests
//! of a sender have the same but for ACK and CANCEL; but no client takes it for the answer, so it is about that hop only.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

use super::hops::Draft;
use super::ids::{HopId, MessageId};
use super::sightings::{ACK, CANCEL, INVITE};

/// What tells a request by its branch: its Via and method.
type Asked = (u64, u16);

/// The same where the method is not known: its Via and number.
type Numbered = (u64, u32);

type Requests<K> = HashMap<K, Option<usize>, RandomState>;

/// Puts such messages to their requests, where nothing else can be meant.
pub(super) fn join(hops: Vec<Draft<'_>>) -> Vec<Draft<'_>> {
    let mut hops = with_answers(hops);
    let cancels = |hop: &Draft<'_>| {
        let entry = &hop.entry;
        entry.method == CANCEL && entry.about == HopId::NONE && hop.lead.fact.cookie()
    };
    if hops.iter().any(cancels) {
        let requests = requests(&hops, |hop| Some(asked(hop)));
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
    let by_method = requests(&hops, |hop| Some(asked(hop)));
    let by_number = requests(&hops, numbered);
    let mut moved = vec![None; hops.len()];
    for at in 0..hops.len() {
        let stray = &hops[at];
        if !is_stray(stray) {
            continue;
        }
        let request = by_method.get(&asked(stray)).copied().flatten();
        let request = request.filter(|request| answers(stray, &hops[*request]));
        if request.is_none() {
            let other = numbered(stray).and_then(|number| by_number.get(&number).copied()?);
            let other = other.filter(|other| answers_by_number(stray, &hops[*other]));
            hops[at].entry.about = other.map_or(HopId::NONE, HopId::at);
        }
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

fn numbered(hop: &Draft<'_>) -> Option<Numbered> {
    let shares_its_number = matches!(hop.entry.method, ACK | CANCEL);
    (!shares_its_number).then_some((hop.lead.via, hop.entry.cseq))
}

/// The requests by what tells them; none where that tells several.
fn requests<K: Eq + Hash>(
    hops: &[Draft<'_>],
    told_by: impl Fn(&Draft<'_>) -> Option<K>,
) -> Requests<K> {
    let mut requests = Requests::default();
    for (at, hop) in hops.iter().enumerate() {
        let told_by = told_by(hop).filter(|_| hop.entry.request != MessageId::NONE);
        if let Some(told_by) = told_by {
            let known = requests.entry(told_by);
            known.and_modify(|known| *known = None).or_insert(Some(at));
        }
    }
    requests
}

/// Whether answers whose request is not there can only be meant for this one.
fn answers(stray: &Draft<'_>, request: &Draft<'_>) -> bool {
    let is_open = || request.entry.status == 0 || is_told_of_while_open(stray, request);
    is_between_the_same(stray, request) && is_open()
}

/// Whether what tells of progress came while the request was open, with a number that none before it had: its sender asks for
/// nothing else until then (RFC 3261 14.1).
fn is_told_of_while_open(stray: &Draft<'_>, request: &Draft<'_>) -> bool {
    let messages = || stray.messages.iter().map(|(message, _)| *message);
    stray.entry.method == INVITE
        && stray.entry.status == 0
        && stray.entry.cseq > request.entry.cseq
        && messages().all(|message| request.entry.request < message && request.is_open_at(message))
}

/// Whether answers with another method can only be meant for this request.
fn answers_by_number(stray: &Draft<'_>, request: &Draft<'_>) -> bool {
    is_between_the_same(stray, request) && request.answers.is_empty()
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
