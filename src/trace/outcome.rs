//! What a call was for and how it ended, in words.

mod session;

use std::fmt;

use super::attempt::after;
use super::hops::Part;
use super::ids::HopId;
use super::publication::{Publication, PublicationState};
use super::registration::left_bound;
use super::sightings::{
    ACK, BYE, CANCEL, INVITE, MethodId, NOTIFY, PUBLISH, REFER, REGISTER, SUBSCRIBE, Subject,
};
use super::subscription::{State, StepKind};
use super::view::{Call, Hop, Message};
use super::{Trace, publication, registration};

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
