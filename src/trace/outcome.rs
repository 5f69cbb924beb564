//! What a call was for and how it ended, in words.

use std::collections::{HashMap, HashSet};
use std::fmt;

use foldhash::fast::RandomState;

use super::attempt::after;
use super::goodbye::{Places, ends_session};
use super::hops::Part;
use super::ids::{DialogId, HopId, MessageId};
use super::publication::{Publication, PublicationState};
use super::registration::left_bound;
use super::sightings::{ACK, BYE, CANCEL, INVITE, MethodId, Subject};
use super::subscription::{State, StepKind};
use super::view::{Call, Dialog, Hop, Message};
use super::{Trace, publication, registration};

/// Methods by their places in [`crate::sip::METHODS`].
const REGISTER: u16 = 4;
const INFO: u16 = 6;
const UPDATE: u16 = 8;
const SUBSCRIBE: u16 = 9;
const NOTIFY: u16 = 10;
const REFER: u16 = 11;
const PUBLISH: u16 = 13;

/// Call/Transaction Does Not Exist (RFC 3261 21.4.19).
const NOT_KNOWN: u16 = 481;

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A session (INVITE).
    Session,
    /// REGISTER.
    Registration,
    /// SUBSCRIBE and NOTIFY, or REFER.
    Subscription,
    /// PUBLISH.
    Publication,
    /// Anything else: the method of its first hop.
    Other(MethodId),
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A session was answered.
    Answered {
        /// Nanoseconds from the answer to the BYE, if both have times.
        lasted: Option<i64>,
        /// Whether a BYE was seen.
        ended: bool,
        /// Without one, the status of its last request, if that says that the other side does not know it any more.
        lost: Option<u16>,
    },
    /// A session was answered, as its ACK says: the answer itself is missing in the trace.
    AnswerNotSeen {
        /// Whether a BYE was seen.
        ended: bool,
    },
    /// A provisional response was the last that was heard of it.
    Proceeding(u16),
    /// A session was refused with this status, as a later hop says: the answer to the caller is missing in the trace.
    RefusalNotSeen(u16),
    /// The caller gave up.
    Canceled,
    /// A session that was there before the trace began.
    JoinedLate {
        /// Whether a BYE was seen.
        ended: bool,
        /// Without one, the status of its last request, if that says that the other side does not know it any more.
        lost: Option<u16>,
    },
    /// Bindings of an address.
    Registered(Option<u32>),
    /// Bindings of an address that a later request left as they were, with what came of that one.
    StillRegistered(Option<u32>, Box<Outcome>),
    /// A REGISTER was accepted, and what it asked to be bound is not among the contacts that the answer lists.
    NotListed,
    /// Bindings removed.
    Deregistered,
    /// An address was asked about that has no bindings.
    NotRegistered,
    /// A subscription.
    Subscribed {
        /// The state that the last NOTIFY told.
        state: Option<String>,
        /// Why it is in this state.
        reason: Option<String>,
        /// How many different NOTIFY requests.
        notifies: usize,
    },
    /// A state was published.
    Published(Option<u32>),
    /// A state that a later request left as it was, with what came of that one.
    StillPublished(Option<u32>, Box<Outcome>),
    /// A published state was removed.
    Removed,
    /// What was granted, and ran out before the end of the trace.
    RanOut(Box<Outcome>),
    /// The final status.
    Status(u16),
    /// Nobody answered.
    NoAnswer,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let for_seconds = |f: &mut fmt::Formatter<'_>, what: &str, seconds: &Option<u32>| {
            f.write_str(what)?;
            match seconds {
                Some(seconds) => write!(f, " {seconds} s"),
                None => Ok(()),
            }
        };
        match self {
            Self::Answered {
                lasted: Some(lasted),
                ..
            } => {
                let tenths = lasted.saturating_add(50_000_000) / 100_000_000;
                match tenths {
                    // A log may have no more than seconds.
                    0..100 if lasted % 1_000_000_000 != 0 => {
                        write!(f, "answered, {}.{} s", tenths / 10, tenths % 10)
                    }
                    _ => {
                        let seconds = lasted.saturating_add(500_000_000) / 1_000_000_000;
                        write!(f, "answered, {seconds} s")
                    }
                }
            }
            Self::Answered { ended: true, .. } => f.write_str("answered"),
            Self::Answered { lost: None, .. } => f.write_str("answered, no BYE"),
            Self::Answered {
                lost: Some(status), ..
            } => write!(f, "answered, lost ({status})"),
            Self::AnswerNotSeen { ended: true } => f.write_str("answered (answer not seen)"),
            Self::AnswerNotSeen { ended: false } => {
                f.write_str("answered (answer not seen), no BYE")
            }
            Self::Proceeding(status) => write!(f, "no final response after {status}"),
            Self::RefusalNotSeen(status) => write!(f, "{status} (answer to the caller not seen)"),
            Self::Canceled => f.write_str("canceled"),
            Self::JoinedLate { ended: true, .. } => f.write_str("joined late, ended"),
            Self::JoinedLate { lost: None, .. } => f.write_str("joined late"),
            Self::JoinedLate {
                lost: Some(status), ..
            } => write!(f, "joined late, lost ({status})"),
            Self::Registered(seconds) => for_seconds(f, "registered", seconds),
            Self::StillRegistered(seconds, last) => {
                for_seconds(f, "registered", seconds)?;
                write!(f, ", then {last}")
            }
            Self::NotListed => f.write_str("accepted, contact not listed"),
            Self::NotRegistered => f.write_str("not registered"),
            Self::Deregistered => f.write_str("deregistered"),
            Self::Subscribed {
                state,
                reason,
                notifies,
            } => {
                f.write_str(state.as_deref().unwrap_or("accepted"))?;
                if let Some(reason) = reason {
                    write!(f, " ({reason})")?;
                }
                write!(f, ", {notifies} NOTIFY")
            }
            Self::Published(seconds) => for_seconds(f, "published", seconds),
            Self::StillPublished(seconds, last) => {
                for_seconds(f, "published", seconds)?;
                write!(f, ", then {last}")
            }
            Self::Removed => f.write_str("removed"),
            Self::RanOut(granted) => write!(f, "{granted}, expired"),
            Self::Status(status) => write!(f, "{status}"),
            Self::NoAnswer => f.write_str("no answer"),
        }
    }
}

impl<'a> Call<'a> {
    /// What it is for.
    pub fn kind(&self) -> Kind {
        let mut first = None;
        for hop in self.hops() {
            let method = hop.method().0;
            first.get_or_insert(method);
            if matches!(method, INVITE | ACK | BYE | CANCEL) {
                return Kind::Session;
            }
        }
        match first.unwrap_or_default() {
            REGISTER => Kind::Registration,
            SUBSCRIBE | NOTIFY | REFER => Kind::Subscription,
            PUBLISH => Kind::Publication,
            other => Kind::Other(MethodId(other)),
        }
    }

    /// What became of it.
    pub fn outcome(&self) -> Outcome {
        match self.kind() {
            Kind::Session => self.session_outcome(),
            Kind::Registration => self.registration_outcome(),
            Kind::Publication => self.publication_outcome(),
            Kind::Subscription => self.subscription_outcome(),
            Kind::Other(method) => {
                let status = |_: Hop<'a>, answer: Message<'a>| {
                    status_of(&answer).map_or(Outcome::NoAnswer, Outcome::Status)
                };
                self.outcome_of(method.0, status)
            }
        }
    }

    /// The hops on which requests with this method entered the trace, and did not merely go on. What one of them caused tells
    /// nothing of the call: a REGISTER to an application server.
    fn roots(&self, method: u16) -> impl Iterator<Item = Hop<'a>> + use<'a> {
        let (hops, call) = (self.hops(), self.id());
        let is_caused = move |hop: &Hop<'_>| {
            let cause = hop.caused_by().filter(|_| method == REGISTER);
            cause.is_some_and(|(by, _)| by.call().id() == call)
        };
        hops.filter(move |hop| hop.method().0 == method && hop.begins() && !is_caused(hop))
    }

    /// Of the last request with this method; `accepted` makes an outcome of a 2xx.
    fn outcome_of(
        &self,
        method: u16,
        accepted: impl Fn(Hop<'a>, Message<'a>) -> Outcome,
    ) -> Outcome {
        let roots = self.roots(method);
        let Some(last) = roots.max_by_key(|hop| hop.first_message().id()) else {
            return Outcome::NoAnswer;
        };
        last.outcome(accepted)
    }

    /// Of the last REGISTER. If it failed, the bindings are as they were before it (RFC 3261 10.3).
    fn registration_outcome(&self) -> Outcome {
        let mut all: Vec<_> = self.roots(REGISTER).collect();
        all.sort_by_key(|hop| hop.first_message().id());
        let Some(last) = all.last() else {
            return Outcome::NoAnswer;
        };
        let is_accepted = |hop: &&Hop<'_>| matches!(hop.status(), Some(200..300));
        let outcome = last.outcome(registered);
        if outcome == Outcome::Deregistered
            && let Some((hop, seconds)) =
                left_bound(all.iter().copied().filter(|hop| is_accepted(&hop)))
        {
            return hop.until_now(Outcome::Registered(seconds));
        }
        let before = all.iter().rev().find(is_accepted).and_then(|hop| {
            let told = hop.answer()?.time();
            Some((hop, told, hop.outcome(registered)))
        });
        match before {
            Some((hop, told, Outcome::Registered(seconds))) if !is_accepted(&last) => {
                let over = after(told, seconds).zip(last.first_message().time());
                match over.is_some_and(|(until, now)| until < now) {
                    true => outcome,
                    false => hop.until_now(Outcome::StillRegistered(seconds, Box::new(outcome))),
                }
            }
            _ => last.until_now(outcome),
        }
    }

    /// Of the publication with the last PUBLISH. If that failed, the state may be as it was before it (RFC 3903 6).
    fn publication_outcome(&self) -> Outcome {
        let all = self.publications();
        let last =
            |one: &&Publication<'_>| one.steps.last().map(|step| step.hop.first_message().id());
        let latest = all.iter().max_by_key(last);
        let Some((one, last)) = latest.and_then(|one| Some((one, one.steps.last()?))) else {
            // Of all that was sent only answers were seen.
            return self.outcome_of(PUBLISH, |_, answer| match answer.expires() {
                Some(0) => Outcome::Removed,
                expires => Outcome::Published(expires),
            });
        };
        let of_last = || {
            last.hop
                .outcome(|_, answer| Outcome::Published(answer.expires()))
        };
        match (one.state(), one.accepted()) {
            (PublicationState::Removed, _) => Outcome::Removed,
            (PublicationState::Published | PublicationState::Expired, Some(accepted)) => {
                let seconds = accepted.granted;
                accepted.hop.until_now(match last.is_accepted() {
                    true => Outcome::Published(seconds),
                    false => Outcome::StillPublished(seconds, Box::new(of_last())),
                })
            }
            _ => of_last(),
        }
    }

    fn session_outcome(&self) -> Outcome {
        // The leg that came first is the caller's; of its attempts (after a challenge, a redirection) the last one counts.
        let initial: Vec<_> = self.roots(INVITE).filter(is_initial).collect();
        let Some(first) = initial.iter().min_by_key(|hop| hop.first_message().id()) else {
            if let Some(status) = self.not_known() {
                return Outcome::Status(status);
            }
            if let Some(status) = self.refused_unseen() {
                let canceled = status == 487 && self.roots(CANCEL).next().is_some();
                return if canceled {
                    Outcome::Canceled
                } else {
                    Outcome::Status(status)
                };
            }
            let ended = self.byes().next().is_some();
            let lost = self.lost().filter(|_| !ended);
            return Outcome::JoinedLate { ended, lost };
        };
        let attempts = initial
            .iter()
            .filter(|hop| hop.entry.group == first.entry.group);
        let answered = attempts
            .clone()
            .find(|hop| matches!(hop.status(), Some(200..300)))
            .copied()
            .or_else(|| self.answered_below(first.entry.group))
            .or_else(|| self.answered_late(attempts.clone().copied()));
        let last = || {
            let last = attempts
                .clone()
                .max_by_key(|hop| hop.first_message().id())?;
            let branches = attempts.clone().filter(|hop| is_branch(hop, last));
            let best = branches.min_by_key(|hop| (rank(hop), hop.first_message().id()));
            best.copied()
        };
        if answered.is_none()
            && let Some(hop) = self.acknowledged(attempts.clone().copied())
        {
            let ended = self.session_end(&hop).is_some();
            return Outcome::AnswerNotSeen { ended };
        }
        let Some(hop) = answered.or_else(last) else {
            return Outcome::NoAnswer;
        };
        let canceled = || {
            let mut cancels = self.roots(CANCEL);
            cancels.any(|cancel| cancel.about().is_some_and(|invite| invite.id() == hop.id()))
        };
        match hop.status() {
            _ if answered.is_some() => {
                let bye = self.session_end(&hop);
                let lasted = bye.and_then(|bye| hop.lasted_until(&bye));
                let ended = bye.is_some();
                let lost = self.lost().filter(|_| !ended);
                Outcome::Answered {
                    lasted,
                    ended,
                    lost,
                }
            }
            Some(487) | None if canceled() => Outcome::Canceled,
            Some(status) => Outcome::Status(status),
            None => match refused_below(&hop) {
                Some(status) => Outcome::RefusalNotSeen(status),
                None => hop.heard(),
            },
        }
    }

    /// The status of the requests of a call that holds nothing but attempts to end or cancel what the other side says not to know:
    /// nothing shows that there was a session (RFC 3261 9.2, 15.1.2).
    fn not_known(&self) -> Option<u16> {
        let mut hops = self.hops();
        let is_refused = |hop: Hop<'_>| {
            matches!(hop.method().0, BYE | CANCEL) && hop.status() == Some(NOT_KNOWN)
        };
        hops.all(is_refused).then_some(NOT_KNOWN)
    }

    /// With what an INVITE was refused of which only answers were seen, where nothing shows that there was a session.
    fn refused_unseen(&self) -> Option<u16> {
        let refused = self.roots(INVITE).filter(|hop| hop.request().is_none());
        let refused = refused.min_by_key(|hop| (rank(hop), hop.first_message().id()))?;
        let is_open = self.dialogs().iter().any(Dialog::confirmed);
        refused.status().filter(|status| *status >= 300 && !is_open)
    }

    /// The status of the last request within a session, if it says that the other side does not know it any more (RFC 3261
    /// 12.2.1.2).
    fn lost(&self) -> Option<u16> {
        let answered = [INVITE, UPDATE, INFO]
            .into_iter()
            .flat_map(|method| self.roots(method))
            .filter(|hop| !is_initial(hop) && hop.request().is_some() && hop.status().is_some());
        let last = answered.max_by_key(|hop| hop.first_message().id())?;
        last.status()
            .filter(|status| matches!(*status, 408 | NOT_KNOWN))
    }

    /// A hop with a 2xx below an attempt of this group that shows no final response itself: nothing keeps a 2xx from going on
    /// (RFC 3261 16.7 step 5), so only the trace lacks it.
    fn answered_below(&self, group: u32) -> Option<Hop<'a>> {
        let mut hops = self.hops();
        hops.find(|hop| {
            let above = std::iter::successors(Some(*hop), |hop| Some(hop.parent()?.0));
            let attempt = || above.filter(|hop| hop.request().is_some()).last();
            hop.method().0 == INVITE
                && matches!(hop.status(), Some(200..300))
                && hop.entry.group == group
                && attempt().is_some_and(|hop| hop.status().is_none() && is_initial(&hop))
        })
    }

    /// The first of these attempts that shows no final response but has the ACK to a 2xx: only that is a request of its own, in
    /// the dialog (RFC 3261 13.2.2.4, 17.1.1.3).
    fn acknowledged(&self, attempts: impl Iterator<Item = Hop<'a>>) -> Option<Hop<'a>> {
        let key = |hop: &Hop<'_>| (hop.entry.group, hop.fact().from_tag, hop.cseq());
        let acks = self.roots(ACK).filter(|ack| !is_initial(ack));
        let acks: HashSet<_, RandomState> = acks.map(|ack| key(&ack)).collect();
        let mut open = attempts.filter(|hop| hop.status().is_none());
        open.find(|hop| acks.contains(&key(hop)))
    }

    /// The first of these attempts that got a 2xx after a refusal, and has the ACK of the dialog that it makes: an answer may
    /// come while a proxy gives up (RFC 3261 16.7 step 5, 16.8).
    fn answered_late(&self, attempts: impl Iterator<Item = Hop<'a>>) -> Option<Hop<'a>> {
        let key = |hop: &Hop<'a>, tag: Option<&'a [u8]>| (hop.entry.group, hop.cseq(), tag);
        let acks = self
            .roots(ACK)
            .filter_map(|ack| Some((ack, ack.request()?)));
        let acks: HashSet<_, RandomState> = acks
            .map(|(ack, request)| key(&ack, request.to_tag()))
            .collect();
        let mut late = attempts.filter_map(|hop| Some((hop, hop.late_answer()?)));
        let found = late.find(|(hop, answer)| acks.contains(&key(hop, answer.to_tag())));
        found.map(|(hop, _)| hop)
    }

    /// Each BYE that ended something. One that was refused did not, if a later request of the dialog was accepted.
    fn byes(&self) -> impl Iterator<Item = Hop<'a>> + use<'a> {
        let mut accepted: HashMap<DialogId, MessageId, RandomState> = HashMap::default();
        let mut places: HashMap<DialogId, Places, RandomState> = HashMap::default();
        for hop in self.hops() {
            if let Some(dialog) = hop.entry.dialog.known() {
                places.entry(dialog).or_default().add(&hop);
            }
            let is_accepted = hop.request().is_some() && matches!(hop.status(), Some(200..300));
            if let Some(dialog) = hop.entry.dialog.known().filter(|_| is_accepted) {
                let latest = accepted.entry(dialog).or_insert(hop.first_message().id());
                *latest = hop.first_message().id().max(*latest);
            }
        }
        self.roots(BYE).filter(move |bye| {
            let dialog = bye.entry.dialog.known();
            let places = dialog.and_then(|id| places.get(&id));
            let from_within = places.is_none_or(|places| places.has_sender_of(bye));
            let latest = dialog.and_then(|id| accepted.get(&id));
            let goes_on = latest.is_some_and(|latest| *latest > bye.first_message().id());
            let is_refused = matches!(bye.status(), Some(300..));
            ends_session(bye.status(), from_within) && !(is_refused && goes_on)
        })
    }

    /// The BYE that ended what this INVITE made. A fork may have made several dialogs, each with a BYE of its own: the session
    /// goes on with the last of them (RFC 3261 13.2.2.4). Where none of them shows a BYE, that of another leg counts.
    fn session_end(&self, invite: &Hop<'a>) -> Option<Hop<'a>> {
        let mut byes: Vec<_> = self.byes().collect();
        byes.sort_by_key(|bye| bye.first_message().id());
        let mut firsts: HashMap<_, Hop<'a>, RandomState> = HashMap::default();
        for bye in &byes {
            if let Some(dialog) = bye.dialog() {
                firsts.entry(dialog.id()).or_insert(*bye);
            }
        }
        let made = self.dialogs().into_iter().filter(|dialog| {
            dialog.confirmed() && dialog.hops().any(|hop| hop.id() == invite.id())
        });
        let ends: Vec<_> = made
            .map(|dialog| firsts.get(&dialog.id()).copied())
            .collect();
        if ends.iter().all(Option::is_none) {
            return byes.first().copied();
        }
        let ends: Option<Vec<_>> = ends.into_iter().collect();
        ends?.into_iter().max_by_key(|bye| bye.first_message().id())
    }

    /// Of the subscription that a NOTIFY told of last, or where there is none of the last request. One that lives counts before
    /// those that are over. One that its subscriber did not know counts only where there is no other: that is how further ones
    /// of a fork are refused (RFC 6665 5.4.9).
    fn subscription_outcome(&self) -> Outcome {
        let notifies = self.roots(NOTIFY).filter(|hop| hop.request().is_some());
        let notifies = notifies.count();
        let all = self.subscriptions();
        let latest = all.iter().max_by_key(|one| {
            let of_notify = one
                .steps
                .iter()
                .rev()
                .find(|step| step.kind == StepKind::Notify);
            let last = of_notify.or(one.steps.last());
            let state = one.state();
            (
                of_notify.is_some(),
                matches!(state, State::Told(_)),
                !matches!(state, State::Lost(_)),
                last.map(|step| step.hop.first_message().id()),
            )
        });
        let subscribed = |state: Option<String>, reason| Outcome::Subscribed {
            state: state.filter(|state| !state.is_empty()),
            reason,
            notifies,
        };
        let word = |word: &str| Some(word.to_owned());
        match latest.map(|one| (one, one.state())) {
            Some((one, State::Told(state))) => subscribed(Some(state), one.reason()),
            Some((_, State::Terminated(reason))) => subscribed(word("terminated"), reason),
            Some((_, State::Lost(status))) => subscribed(word("lost"), Some(status.to_string())),
            Some((_, State::Expired)) => subscribed(word("expired"), None),
            _ => {
                let mut methods = [SUBSCRIBE, REFER].into_iter();
                let method = methods.find(|method| self.roots(*method).next().is_some());
                self.outcome_of(method.unwrap_or(SUBSCRIBE), |_, _| subscribed(None, None))
            }
        }
    }
}

impl Trace {
    /// Whether what this REGISTER or PUBLISH was granted ran out, whatever call what prolongs it may be in.
    fn has_run_out(&self, hop: HopId) -> bool {
        let all = self.run_out.get_or_init(|| {
            let registrations = registration::run_out(self).into_iter();
            registrations.chain(publication::run_out(self)).collect()
        });
        all.contains(&hop)
    }
}

impl<'a> Hop<'a> {
    /// Nanoseconds from its answer to where a BYE was first seen on its way by a clock that can be compared with that of the
    /// answer: a tap that saw it elsewhere may have another one.
    fn lasted_until(&self, bye: &Self) -> Option<i64> {
        let accepted = self.answer().filter(Message::accepts);
        let (answered, answer) = accepted.or_else(|| self.late_answer())?.timed()?;
        let way = std::iter::successors(Some(*bye), |hop| hop.continued_by().next());
        let times: Vec<_> = way.filter_map(|hop| hop.first_message().timed()).collect();
        let clocks = &self.trace.clocks;
        let asked = self.request().and_then(|request| request.time());
        let is_possible = asked.is_none_or(|asked| asked <= answered);
        let in_line = |by: u32| clocks.are_in_line(by, answer.input());
        // Files of a rotated set, unless the order shows that they are none.
        let goes_on = |by: u32| is_possible && clocks.may_be_one(by, answer.input());
        let compared = times.iter().find(|(_, by)| in_line(by.input()));
        let compared = compared.or_else(|| {
            let mut times = times.iter();
            times.find(|(time, by)| *time >= answered && goes_on(by.input()))
        });
        let (ended, _) = compared?;
        Some(ended.nanos().saturating_sub(answered.nanos()).max(0))
    }

    /// A 2xx behind another final response.
    fn late_answer(&self) -> Option<Message<'a>> {
        let mut messages = self.messages();
        messages.find(|message| message.part() == Part::Second && message.accepts())
    }

    /// The first final response.
    pub fn answer(&self) -> Option<Message<'a>> {
        let status = self.status();
        let mut answers = self.messages();
        answers.find(|message| {
            matches!(message.part(), Part::Final | Part::Stray)
                && status.is_some()
                && status_of(message) == status
        })
    }

    /// What came of it; `accepted` makes an outcome of a 2xx.
    fn outcome(self, accepted: impl Fn(Self, Message<'a>) -> Outcome) -> Outcome {
        match (self.answer(), self.status()) {
            (Some(answer), Some(200..300)) => accepted(self, answer),
            (_, Some(status)) => Outcome::Status(status),
            _ => self.heard(),
        }
    }

    /// What it was granted, and whether that has run out by the end of the trace.
    fn until_now(self, granted: Outcome) -> Outcome {
        match self.trace.has_run_out(self.id()) {
            true => Outcome::RanOut(Box::new(granted)),
            false => granted,
        }
    }

    /// Where there is no final response.
    fn heard(&self) -> Outcome {
        let last = self
            .messages()
            .rev()
            .find_map(|message| status_of(&message));
        last.map_or(Outcome::NoAnswer, Outcome::Proceeding)
    }
}

/// Whether it is outside of any dialog.
fn is_initial(hop: &Hop<'_>) -> bool {
    hop.request()
        .is_some_and(|request| request.to_tag().is_none())
}

/// Whether both are the same request on ways that a node took at once, or one after the other.
fn is_branch(hop: &Hop<'_>, other: &Hop<'_>) -> bool {
    let key = |hop: &Hop<'_>| (hop.fact().from_tag, hop.cseq(), hop.entry.source);
    key(hop) == key(other)
}

/// Which answer a node passes on if its branches got several, the least first (RFC 3261 16.7 step 6): it waits for one that
/// rings unless another got a 6xx, and takes what nobody answers for refused.
fn rank(hop: &Hop<'_>) -> u16 {
    match hop.status() {
        Some(600..) => 1,
        Some(status) => status / 100,
        None => match hop.heard() {
            Outcome::Proceeding(_) => 2,
            _ => 7,
        },
    }
}

/// With what the hops below one without a final response were refused, if no branch of them is open.
fn refused_below(hop: &Hop<'_>) -> Option<u16> {
    let mut ends = Vec::new();
    let mut below: Vec<_> = hop.continued_by().collect();
    while let Some(hop) = below.pop() {
        match hop.status() {
            Some(_) => ends.push(hop),
            None => {
                let further = hop.continued_by();
                if further.len() == 0 {
                    return None;
                }
                below.extend(further);
            }
        }
    }
    let best = ends
        .iter()
        .min_by_key(|hop| (rank(hop), hop.first_message().id()));
    best?.status().filter(|status| *status >= 300)
}

/// What a 2xx to a REGISTER tells.
fn registered<'a>(hop: Hop<'a>, answer: Message<'a>) -> Outcome {
    let Some(request) = hop.request() else {
        return Outcome::Registered(answer.expires());
    };
    match request.binds() {
        Some((_, Some(0))) => Outcome::Deregistered,
        Some(_) if request.is_unlisted(&answer) => Outcome::NotListed,
        Some((_, asked)) => Outcome::Registered(request.granted(&answer).or(asked)),
        None if answer.contacts().is_empty() => Outcome::NotRegistered,
        None => Outcome::Registered(answer.expires()),
    }
}

fn status_of(message: &Message<'_>) -> Option<u16> {
    match message.subject() {
        Subject::Response(status) => Some(status),
        Subject::Request(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn durations_are_rounded() {
        let expected = [
            (949_999_999, "answered, 0.9 s"),
            (950_000_000, "answered, 1.0 s"),
            (9_949_999_999, "answered, 9.9 s"),
            (9_950_000_000, "answered, 10 s"),
            (16_980_000_000, "answered, 17 s"),
        ];
        for (lasted, text) in expected {
            let outcome = Outcome::Answered {
                lasted: Some(lasted),
                ended: true,
                lost: None,
            };
            assert_eq!(outcome.to_string(), text);
        }
    }
}
