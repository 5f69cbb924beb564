//! Subscriptions: what was asked for, what was granted, and what every NOTIFY told (RFC 6665). A dialog may hold several, one
//! for each event package and identifier; a forked SUBSCRIBE makes several dialogs.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::ids::DialogId;
use super::sightings::{NOTIFY, REFER, SUBSCRIBE, Subject};
use super::view::{Call, Dialog, Hop, Message};
use crate::base::Timestamp;

/// The event of the first REFER in a dialog.
pub(super) const REFER_EVENT: &str = "refer";

/// The event of any of them, by its CSeq (RFC 3515 2.4.6).
pub(super) fn of_refer(cseq: u32) -> String {
    format!("{REFER_EVENT};id={cseq}")
}

/// A subscription.
#[derive(Clone)]
pub struct Subscription<'a> {
    /// Its dialog; none if there never was one.
    pub dialog: Option<Dialog<'a>>,
    /// Event package and `id`, such as `presence` or `refer;id=93809823`.
    pub event: String,
    /// What happened, in order.
    pub steps: Vec<Step<'a>>,
}

/// One request of a subscription.
#[derive(Clone)]
pub struct Step<'a> {
    /// The hop on which it entered the trace.
    pub hop: Hop<'a>,
    /// What it was.
    pub kind: StepKind,
    /// Seconds that it asks for; those left, for a NOTIFY.
    pub asked: Option<u32>,
    /// Seconds that the answer grants.
    pub granted: Option<u32>,
    /// The final status, if it was seen.
    pub status: Option<u16>,
}

/// What a request of a subscription was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It starts the subscription.
    Initial,
    /// It asks for the state once (`Expires: 0` outside of a dialog, RFC 6665 4.4.3).
    Fetch,
    /// It prolongs the subscription.
    Refresh,
    /// It ends the subscription.
    Unsubscribe,
    /// A REFER, which subscribes by itself (RFC 3515 2.4.4) if both sides want that (RFC 4488).
    Refer,
    /// It tells the state.
    Notify,
}

impl StepKind {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initial => "subscribe",
            Self::Fetch => "fetch",
            Self::Refresh => "refresh",
            Self::Unsubscribe => "unsubscribe",
            Self::Refer => "refer",
            Self::Notify => "notify",
        }
    }
}

/// Where a subscription stands at the end of the trace (RFC 6665 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody answered yet.
    Asked,
    /// The request was refused with this status.
    Refused(u16),
    /// Accepted, but no NOTIFY told the state.
    NotifyWait,
    /// As the last NOTIFY told: `pending`, `active` or another word, in lower case.
    Told(String),
    /// Over, with the reason if one was given.
    Terminated(Option<String>),
    /// Over: a response with this status to a refresh or a NOTIFY says that the other side does not know it (RFC 6665 4.1.2.2,
    /// 4.2.2).
    Lost(u16),
    /// Over: nothing prolonged it before its time ran out (RFC 6665 4.1.2.3).
    Expired,
    /// There is none: a REFER asked for none, and its answer agreed (`Refer-Sub: false`, RFC 4488 4).
    NotWanted,
}

impl<'a> Step<'a> {
    /// The state that a NOTIFY tells, and why; empty if it tells none.
    pub fn told(&self) -> (&'a [u8], &'a [u8]) {
        let request = self.hop.request().filter(|_| self.kind == StepKind::Notify);
        request.map_or((&[], &[]), |notify| {
            (notify.subscription_state(), notify.subscription_reason())
        })
    }

    /// The state that it leaves behind, if it decides one.
    fn leaves(&self) -> Option<State> {
        let (state, reason) = self.told();
        if state.eq_ignore_ascii_case(b"terminated") {
            let reason = Some(text(reason)).filter(|reason| !reason.is_empty());
            return Some(State::Terminated(reason));
        }
        match (self.kind, self.status) {
            (StepKind::Refresh | StepKind::Unsubscribe | StepKind::Notify, Some(status))
                if is_lost_by(status) =>
            {
                Some(State::Lost(status))
            }
            (StepKind::Notify, _) => Some(State::Told(text(&state.to_ascii_lowercase()))),
            (StepKind::Refer, Some(200..300)) if self.wants_none() => Some(State::NotWanted),
            _ => None,
        }
    }

    /// Whether both sides want no subscription.
    fn wants_none(&self) -> bool {
        let both = [self.hop.request(), self.hop.answer()];
        both.iter()
            .all(|message| message.is_some_and(|message| message.wants_no_subscription()))
    }
}

impl Subscription<'_> {
    /// Where it stands at the end of the trace.
    pub fn state(&self) -> State {
        let left = self.left();
        let end = |until: &Timestamp| self.steps.last()?.hop.trace.end().filter(|end| until < end);
        match self.runs_out(&left).as_ref().and_then(end) {
            Some(_) => State::Expired,
            None if matches!(left, State::Told(_)) && self.is_left() => State::Expired,
            None => left,
        }
    }

    /// Whether the subscriber left it, and the NOTIFY that says so was not seen: what is granted for no time is over at once.
    fn is_left(&self) -> bool {
        let last = self.steps.last();
        last.is_some_and(|last| {
            last.kind == StepKind::Unsubscribe && matches!(last.status, Some(200..300))
        })
    }

    /// Why it is in the state that the last NOTIFY told.
    pub(super) fn reason(&self) -> Option<String> {
        let mut steps = self.steps.iter().rev();
        let notify = steps.find(|step| step.kind == StepKind::Notify)?;
        Some(text(notify.told().1)).filter(|reason| !reason.is_empty())
    }

    /// What its steps left behind.
    fn left(&self) -> State {
        let left = self.steps.iter().rev().find_map(Step::leaves);
        left.unwrap_or_else(|| match self.steps.last().and_then(|step| step.status) {
            Some(200..300) => State::NotifyWait,
            Some(status) => State::Refused(status),
            None => State::Asked,
        })
    }

    /// When it runs out, or ran out, if nothing prolongs it; none if it is over for another reason: the latest that an answer
    /// granted or a NOTIFY told.
    pub fn until(&self) -> Option<Timestamp> {
        self.runs_out(&self.left())
    }

    fn runs_out(&self, left: &State) -> Option<Timestamp> {
        if !matches!(left, State::Asked | State::NotifyWait | State::Told(_)) {
            return None;
        }
        let told = self.steps.iter().rev().find_map(|step| {
            let (seconds, message) = match step.kind {
                StepKind::Notify => (step.asked?, step.hop.request()?),
                _ => (step.granted?, step.hop.answer()?),
            };
            Some((message.time()?, seconds))
        });
        let (from, seconds) = told?;
        let nanos = i64::from(seconds).checked_mul(1_000_000_000)?;
        from.nanos().checked_add(nanos).map(Timestamp::from_nanos)
    }

    /// Whether its beginning was before the trace.
    pub fn joined_late(&self) -> bool {
        !self.was_asked_for() && !self.unsolicited()
    }

    /// Whether nobody asked for what its NOTIFYs tell: they are in a dialog that was seen from its start, or name none.
    pub fn unsolicited(&self) -> bool {
        let told = |step: &Step<'_>| step.kind == StepKind::Notify;
        let names_none = || {
            let mut requests = self.steps.iter().filter_map(|step| step.hop.request());
            requests.all(|request| request.to_tag().is_none())
        };
        let is_new = match self.dialog {
            Some(dialog) => !dialog.joined_late(),
            None => names_none(),
        };
        is_new && self.steps.iter().all(told)
    }

    fn was_asked_for(&self) -> bool {
        let starts = |kind| matches!(kind, StepKind::Initial | StepKind::Fetch | StepKind::Refer);
        self.steps.iter().any(|step| starts(step.kind))
    }
}

impl<'a> Call<'a> {
    /// Its subscriptions, in the order in which they began.
    pub fn subscriptions(&self) -> Vec<Subscription<'a>> {
        let mut made: HashMap<_, Vec<Dialog<'a>>, RandomState> = HashMap::default();
        for dialog in self.dialogs() {
            if let Some(by) = dialog.made_by() {
                // The branches of a fork have these in common.
                let key = (by.entry.group, dialog.caller_tag(), by.method(), by.cseq());
                made.entry(key).or_default().push(dialog);
            }
        }
        let mut requests: Vec<_> = self
            .hops()
            .filter(|hop| matches!(hop.method().0, SUBSCRIBE | NOTIFY | REFER) && hop.begins())
            .filter_map(|hop| Some((hop.request()?, hop)))
            .collect();
        requests.sort_by_key(|(request, _)| request.id());
        let mut found = Found::default();
        let mut seen: HashSet<_, RandomState> = HashSet::default();
        for (request, hop) in requests {
            let group = hop.entry.group;
            // The same Via on another hop: addresses were translated in between.
            if !seen.insert((group, request.via(), hop.method(), hop.cseq())) {
                continue;
            }
            let answer = hop.answer();
            let from = request.from_tag().unwrap_or_default();
            let key = (group, from, hop.method(), hop.cseq());
            match made.get(&key).filter(|_| request.to_tag().is_none()) {
                Some(dialogs) => {
                    for dialog in dialogs {
                        let own = own_answer(dialog, answer, hop);
                        found.add(Some(*dialog), &request, (answer, own), hop);
                    }
                }
                None => found.add(hop.dialog(), &request, (answer, answer), hop),
            }
        }
        found.all
    }
}

/// What the side of a dialog answered to the request that made it. A 2xx with another tag is about another branch of a fork, to
/// which only one may be passed on (RFC 6665 4.4.1): then the first NOTIFY is all that this side said.
fn own_answer<'a>(
    dialog: &Dialog<'a>,
    answer: Option<Message<'a>>,
    hop: Hop<'a>,
) -> Option<Message<'a>> {
    let is_own =
        |message: &Message<'_>| message.to_tag().unwrap_or_default() == dialog.callee_tag();
    if answer.is_none_or(|answer| !answer.accepts() || is_own(&answer)) {
        return answer;
    }
    let same = |other: &Hop<'_>| (other.method(), other.cseq()) == (hop.method(), hop.cseq());
    let messages = dialog.hops().filter(same).flat_map(|hop| hop.messages());
    let mut own = messages.filter(|message| message.accepts() && is_own(message));
    own.next()
}

#[derive(Default)]
struct Found<'a> {
    all: Vec<Subscription<'a>>,
    /// Of each, whether more than a NOTIFY was seen.
    begun: Vec<bool>,
    /// Of each, whether its first NOTIFY has to tell what is granted: the 2xx was of another branch of a fork.
    ungranted: Vec<bool>,
    by_event: HashMap<(DialogId, String), usize, RandomState>,
}

impl<'a> Found<'a> {
    fn add(
        &mut self,
        dialog: Option<Dialog<'a>>,
        request: &Message<'a>,
        (answer, own): (Option<Message<'a>>, Option<Message<'a>>),
        hop: Hop<'a>,
    ) {
        let id = dialog.map(|dialog| dialog.id());
        let (event, known) = match hop.method().0 {
            REFER => (self.refer(id, hop.cseq()), None),
            _ => {
                let event = event(request.event());
                // Attempts without a dialog (refused, challenged) are each on their own.
                let known = id.and_then(|id| self.by_event.get(&(id, event.clone())));
                (event, known.copied())
            }
        };
        let begun = known.is_some_and(|known| self.begun[known]);
        // A dialog that something else made may have got a subscription later (RFC 3265; RFC 6665 4.5.2 wants none any more).
        let late = dialog.is_some_and(|dialog| dialog.joined_late());
        let kind = kind(request, hop, begun || late && request.to_tag().is_some());
        let step = Step {
            hop,
            kind,
            asked: request.expires(),
            granted: own.and_then(|answer| answer.grants()),
            status: answer.and_then(|answer| match answer.subject() {
                Subject::Response(status) => Some(status),
                Subject::Request(_) => None,
            }),
        };
        let begins = kind != StepKind::Notify;
        match known {
            Some(known) => {
                self.begun[known] |= begins;
                let steps = &mut self.all[known].steps;
                if !begins && std::mem::take(&mut self.ungranted[known]) {
                    steps[0].granted = step.asked;
                }
                steps.push(step);
            }
            None => {
                self.name(id, &event, hop);
                self.begun.push(begins);
                self.ungranted.push(answer.is_some() && own.is_none());
                self.all.push(Subscription {
                    dialog,
                    event,
                    steps: vec![step],
                });
            }
        }
    }

    /// The event of the subscription that a REFER makes. The first of a dialog needs no `id`, each further one has its own
    /// (RFC 3515 2.4.6). One that was refused made none.
    fn refer(&self, dialog: Option<DialogId>, cseq: u32) -> String {
        let plain = REFER_EVENT.to_owned();
        let holder = dialog.and_then(|dialog| self.by_event.get(&(dialog, plain.clone())));
        let refused = |at: &usize| {
            matches!(
                self.all[*at].steps[..],
                [Step {
                    status: Some(300..),
                    ..
                }]
            )
        };
        match holder.is_none_or(refused) {
            true => plain,
            false => of_refer(cseq),
        }
    }

    /// Remembers a new subscription by its event; that of a REFER also by the `id` that a NOTIFY may give for it.
    fn name(&mut self, dialog: Option<DialogId>, event: &str, hop: Hop<'a>) {
        let Some(dialog) = dialog else {
            return;
        };
        let at = self.all.len();
        self.by_event.insert((dialog, event.to_owned()), at);
        if hop.method().0 == REFER {
            self.by_event.insert((dialog, of_refer(hop.cseq())), at);
        }
    }
}

/// What a request is to a subscription that had, or had not, begun before.
fn kind(request: &Message<'_>, hop: Hop<'_>, begun: bool) -> StepKind {
    match (hop.method().0, request.expires()) {
        (NOTIFY, _) => StepKind::Notify,
        (REFER, _) => StepKind::Refer,
        (_, Some(0)) if request.to_tag().is_some() => StepKind::Unsubscribe,
        (_, Some(0)) => StepKind::Fetch,
        _ if begun => StepKind::Refresh,
        _ => StepKind::Initial,
    }
}

/// Package and `id` of an Event field; other parameters do not tell subscriptions apart (RFC 6665 8.2.1).
pub(super) fn event(field: &[u8]) -> String {
    let field = text(field);
    let mut parts = field.split(';').map(str::trim);
    let package = parts.next().unwrap_or_default().to_owned();
    let is_id = |part: &&str| {
        part.split('=')
            .next()
            .is_some_and(|name| name.trim() == "id")
    };
    match parts.find(is_id) {
        Some(id) => format!("{package};{id}"),
        None => package,
    }
}

/// Whether a response with this status to a SUBSCRIBE or NOTIFY within a subscription ends it (RFC 6665 4.1.2.2 and 4.2.2).
pub(super) fn is_lost_by(status: u16) -> bool {
    matches!(
        status,
        404 | 405 | 408 | 410 | 416 | 480..=485 | 489 | 501 | 604
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
