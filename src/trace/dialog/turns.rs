//! Which messages of a dialog are read. Of every transaction that is the request as its sender sent it, the request as its
//! receiver got it, and the responses as the sender of the request got them; hops between and repetitions say nothing more.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Party;
use crate::base::Party as At;
use crate::trace::goodbye::Places;
use crate::trace::hops::Part;
use crate::trace::ids::{DialogId, HopId};
use crate::trace::journeys::{Link, whereabouts};
use crate::trace::sightings::{INVITE, Subject};
use crate::trace::view::{Call, Dialog, Hop, Message};

/// A hostile request makes any number of dialogs. Only so many of them have its messages, so that the work stays linear.
const MOST_SHARED: u32 = 64;

/// A transaction within a dialog.
#[derive(Clone, Copy)]
pub struct Transaction<'a> {
    /// The hop of the one that sent the request, as far as the trace goes.
    pub first: Hop<'a>,
    /// The hop of the one that got it, as far as the trace goes.
    pub last: Hop<'a>,
    /// Who sent the request.
    pub from: Party,
    /// Whether it made the dialog.
    pub makes: bool,
    /// Whether it made the dialog and only its answers were seen.
    pub(super) makes_unseen: bool,
}

impl Transaction<'_> {
    pub(super) fn method(&self) -> u16 {
        self.first.method().0
    }

    /// Whether an answer that may make a dialog was seen on the hop of the one that got the request, and not only on others.
    pub(super) fn is_answered_at_end(&self) -> bool {
        let answers =
            |message: Message<'_>| matches!(message.subject(), Subject::Response(101..300));
        self.first.id() != self.last.id() && self.last.messages().any(answers)
    }
}

/// What a message is to whom it is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A request as it was sent and, if it was seen only once, as it arrived.
    Sent { arrived: bool },
    /// A request as it arrived, or as far as it was seen where its arrival was not.
    Arrived { at_end: bool },
    /// A response with its status.
    Answer(u16),
    /// A response to the request that made the dialog as its receiver sent it, where the sender got it on another hop.
    Given(u16),
    /// The 422 to an earlier attempt, outside of the dialog: it only says why the timer is longer.
    TooBrief,
}

/// A message that is read.
pub(super) struct Turn<'a> {
    pub(super) message: Message<'a>,
    /// Position in the transactions.
    pub(super) transaction: usize,
    pub(super) role: Role,
}

/// The messages of a dialog that are read, transaction by transaction.
pub struct Turns<'a> {
    /// Which dialog.
    pub dialog: Dialog<'a>,
    pub(super) transactions: Vec<Transaction<'a>>,
    /// In the order of their numbers.
    pub(super) all: Vec<Turn<'a>>,
    /// The answers among them with the positions of their transactions, one transaction after the other.
    answers: Vec<(usize, Message<'a>)>,
    /// The INVITE that each side sent with a number in CSeq.
    pub(super) invites: HashMap<(Party, u32), usize, RandomState>,
    /// The method of the request that made it.
    pub(super) made_by: Option<u16>,
    /// Between whom its messages go.
    pub(super) places: Places,
    pub(super) forked: bool,
    pub(super) incomplete: bool,
}

/// Group, From tag and CSeq: what all dialogs share that one request made.
type Attempt<'a> = (u32, &'a [u8], u32);

/// The same with where the request came from that was seen first: several dialogs are of one fork where one node sent it on.
type Fork<'a> = (Attempt<'a>, Option<At>);

/// Group and From tag.
type Side<'a> = (u32, &'a [u8]);

/// What the dialogs of a call have in common.
pub(super) struct Siblings<'a> {
    /// How many dialogs a request made.
    made: HashMap<Fork<'a>, u32, RandomState>,
    /// How many dialogs have got the messages of a hop that is shared.
    shared: HashMap<HopId, u32, RandomState>,
    /// By group and From tag: the INVITEs refused as too brief, by CSeq.
    too_brief: HashMap<Side<'a>, Vec<(u32, Message<'a>)>, RandomState>,
}

impl<'a> Siblings<'a> {
    pub(super) fn of(call: &Call<'a>) -> Self {
        let mut siblings = Self {
            made: HashMap::default(),
            shared: HashMap::default(),
            too_brief: HashMap::default(),
        };
        for dialog in call.dialogs() {
            if let Some(fork) = fork(&dialog) {
                *siblings.made.entry(fork).or_default() += 1;
            }
        }
        for hop in call.hops() {
            let refused = hop.status() == Some(422) && hop.method().0 == INVITE;
            if refused
                && hop.begins()
                && let Some(answer) = hop.answer()
                && let Some(from) = answer.from_tag()
            {
                let key = (hop.entry.group, from);
                let all = siblings.too_brief.entry(key).or_default();
                all.push((hop.cseq(), answer));
            }
        }
        for all in siblings.too_brief.values_mut() {
            all.sort_by_key(|(cseq, answer)| (*cseq, answer.id()));
        }
        siblings
    }

    pub(super) fn turns(&mut self, dialog: Dialog<'a>) -> Turns<'a> {
        let attempt = attempt(&dialog);
        let made = fork(&dialog).and_then(|fork| self.made.get(&fork));
        let mut turns = Turns {
            dialog,
            transactions: Vec::new(),
            all: Vec::new(),
            answers: Vec::new(),
            invites: HashMap::default(),
            made_by: dialog.made_by().map(|hop| hop.method().0),
            places: Places::default(),
            forked: made.is_some_and(|made| *made > 1),
            incomplete: false,
        };
        let mut found: Vec<Vec<Hop<'a>>> = Vec::new();
        let mut places: HashMap<HopId, usize, RandomState> = HashMap::default();
        let mut by_via: HashMap<(u32, u16, u32), usize, RandomState> = HashMap::default();
        for hop in dialog.hops() {
            turns.places.add(&hop);
            if !is_within(&hop, dialog.id()) && !self.may_share(&hop) {
                turns.incomplete = true;
                continue;
            }
            // What a hop continues stands before it.
            let above = hop
                .parent()
                .and_then(|(parent, _)| places.get(&parent.id()));
            // The same Via on another hop: addresses were translated in between.
            let key = (hop.first_message().via(), hop.method().0, hop.cseq());
            let same = by_via.get(&key);
            let place = above.or(same).copied().unwrap_or(found.len());
            by_via.entry(key).or_insert(place);
            places.insert(hop.id(), place);
            match found.get_mut(place) {
                Some(hops) => hops.push(hop),
                None => found.push(vec![hop]),
            }
        }
        for hops in found {
            turns.add(&dialog, &hops);
        }
        turns.add_too_brief(attempt.and_then(|attempt| self.too_brief_before(attempt)));
        turns.all.sort_by_key(|turn| turn.message.id());
        let answers = turns
            .all
            .iter()
            .filter(|turn| matches!(turn.role, Role::Answer(_)));
        turns.answers = answers
            .map(|turn| (turn.transaction, turn.message))
            .collect();
        turns.answers.sort_by_key(|(transaction, _)| *transaction);
        turns
    }

    fn may_share(&mut self, hop: &Hop<'a>) -> bool {
        let shared = self.shared.entry(hop.id()).or_default();
        *shared += 1;
        *shared <= MOST_SHARED
    }

    /// The latest one before an attempt.
    fn too_brief_before(&self, (group, from, cseq): Attempt<'a>) -> Option<Message<'a>> {
        let all = self.too_brief.get(&(group, from))?;
        let before = all.partition_point(|(other, _)| *other < cseq);
        Some(all[before.checked_sub(1)?].1)
    }
}

fn attempt<'a>(dialog: &Dialog<'a>) -> Option<Attempt<'a>> {
    let made_by = dialog.made_by()?;
    Some((made_by.entry.group, dialog.caller_tag(), made_by.cseq()))
}

fn fork<'a>(dialog: &Dialog<'a>) -> Option<Fork<'a>> {
    let mut top = dialog.made_by()?;
    // What passes a request on without its Via list, and does not pass on the answers of this dialog, made a request of its own.
    let carries = |hop: &Hop<'_>| dialog.hops().any(|other| other.id() == hop.id());
    while let Some((parent, link)) = top.parent()
        && (link != Link::Inferred || carries(&parent))
    {
        top = parent;
    }
    let at = whereabouts(&top.trace.sightings, top.entry.source);
    Some((attempt(dialog)?, at))
}

/// Whether the request of a hop names this dialog, so that all messages of the hop are of it.
fn is_within(hop: &Hop<'_>, dialog: DialogId) -> bool {
    let of = hop.dialog().filter(|of| of.id() == dialog);
    hop.request().is_some() && of.is_some_and(|of| names(hop, &of))
}

/// Whether a request names a dialog: by the tag in To or, for a peer of RFC 2543 that has none, by coming after the one that
/// made it.
fn names(hop: &Hop<'_>, dialog: &Dialog<'_>) -> bool {
    let request = |hop: Hop<'_>| {
        (
            hop.method(),
            hop.cseq(),
            hop.first_message().fact().from_tag,
        )
    };
    let tagged = hop
        .request()
        .is_some_and(|request| request.to_tag().is_some());
    let untagged = dialog.caller_tag().is_empty() || dialog.callee_tag().is_empty();
    let made_by = dialog.made_by().map(request);
    tagged || untagged && made_by.is_some_and(|made_by| made_by != request(*hop))
}

/// Whether the caller sent the request of a hop. Where no side has a tag, From tells them apart.
fn is_of_caller(hop: &Hop<'_>, dialog: &Dialog<'_>) -> bool {
    let same_tag = tag(hop.first_message().from_tag()) == dialog.caller_tag();
    let tagless = dialog.caller_tag() == dialog.callee_tag();
    let made_by = dialog.made_by().filter(|_| tagless);
    same_tag && made_by.is_none_or(|made_by| made_by.from() == hop.from())
}

/// A missing tag is the null tag (RFC 3261 12.1.1 and 12.1.2).
fn tag(found: Option<&[u8]>) -> &[u8] {
    found.unwrap_or_default()
}

impl<'a> Turns<'a> {
    /// Its transactions, in the order in which their requests appeared.
    pub fn transactions(&self) -> &[Transaction<'a>] {
        &self.transactions
    }

    /// The responses to the request of the transaction at this position that are about this dialog, without 100, as the side
    /// that sent the request got them.
    pub fn answers(&self, transaction: usize) -> impl Iterator<Item = Message<'a>> {
        let first = self.answers.partition_point(|(of, _)| *of < transaction);
        let own = self.answers[first..].iter();
        let own = own.take_while(move |(of, _)| *of == transaction);
        own.map(|(_, message)| *message)
    }

    /// Whether the request that made it made others as well.
    pub fn is_forked(&self) -> bool {
        self.forked
    }

    /// Whether messages were left out: so many dialogs share one of the requests that only the first of them have it.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// Adds a transaction by its hops, the one of the sender first.
    fn add(&mut self, dialog: &Dialog<'a>, hops: &[Hop<'a>]) {
        let (Some(first), Some(last)) = (hops.first(), hops.last()) else {
            return;
        };
        let transaction = self.transactions.len();
        let from = match is_of_caller(first, dialog) {
            true => Party::Caller,
            false => Party::Callee,
        };
        let makes = first.request().is_some() && !names(first, dialog);
        self.transactions.push(Transaction {
            first: *first,
            last: *last,
            from,
            makes,
            makes_unseen: dialog.is_opened_unseen_by(first),
        });
        if first.method().0 == INVITE {
            self.invites.insert((from, first.cseq()), transaction);
        }
        let mut push = |message, role| {
            self.all.push(Turn {
                message,
                transaction,
                role,
            });
        };
        let arrived = first.id() == last.id();
        if let Some(request) = first.request() {
            push(request, Role::Sent { arrived });
        }
        let behind = hops.iter().skip(1).rev();
        if let Some(request) = behind.filter_map(Hop::request).next() {
            let at_end = request.hop().id() == last.id();
            push(request, Role::Arrived { at_end });
        }
        for (answer, status) in answers(dialog, hops) {
            push(answer, Role::Answer(status));
        }
        if makes && !arrived {
            for (answer, status) in answers(dialog, &[*last]) {
                push(answer, Role::Given(status));
            }
        }
    }

    fn add_too_brief(&mut self, answer: Option<Message<'a>>) {
        let made = self.transactions.iter().position(|one| one.makes);
        if let (Some(message), Some(transaction)) = (answer, made) {
            self.all.push(Turn {
                message,
                transaction,
                role: Role::TooBrief,
            });
        }
    }
}

/// The responses of a transaction that are about this dialog. What the sender of the request did not get, or was not seen to
/// get, is taken from the hops behind.
fn answers<'a>(dialog: &Dialog<'a>, hops: &[Hop<'a>]) -> Vec<(Message<'a>, u16)> {
    let mut answers: Vec<(Message<'a>, u16)> = Vec::new();
    let mut known: Vec<u16> = Vec::new();
    for hop in hops {
        let before = answers.len();
        let ended = known.iter().any(|status| *status >= 200);
        for message in hop.messages() {
            let Subject::Response(status @ 101..) = message.subject() else {
                continue;
            };
            let repeats = matches!(message.part(), Part::Repeated | Part::Late);
            let known = known.contains(&status) || ended && status >= 200;
            if !repeats && !known && is_about(&message, hop, dialog) {
                answers.push((message, status));
            }
        }
        known.extend(answers[before..].iter().map(|(_, status)| *status));
        known.sort_unstable();
        known.dedup();
    }
    if known.iter().all(|status| *status < 200) {
        answers.extend(hops.first().and_then(refusal));
    }
    answers
}

/// A response outside of any dialog is about the one that it names.
fn is_about(answer: &Message<'_>, hop: &Hop<'_>, dialog: &Dialog<'_>) -> bool {
    let (from, to) = (tag(answer.from_tag()), tag(answer.to_tag()));
    let (caller, callee) = (dialog.caller_tag(), dialog.callee_tag());
    let names = (from, to) == (caller, callee) || (from, to) == (callee, caller);
    names || is_within(hop, dialog.id())
}

/// What ends the INVITE for its sender ends all dialogs that it made and that are still early, whatever it names (RFC 3261
/// 13.2.2.3).
fn refusal<'a>(hop: &Hop<'a>) -> Option<(Message<'a>, u16)> {
    let status = hop.status().filter(|status| *status >= 300)?;
    let answer = hop.answer().filter(|_| hop.method().0 == INVITE)?;
    Some((answer, status))
}
