//! What a call was for and how it ended, in words.

use std::fmt;

use super::hops::Part;
use super::sightings::{CANCEL, INVITE, MethodId, Subject};
use super::view::{Call, Hop, Message};
use crate::base::Timestamp;

/// Methods by their places in [`crate::sip::METHODS`].
const BYE: u16 = 2;
const REGISTER: u16 = 4;
const SUBSCRIBE: u16 = 9;
const NOTIFY: u16 = 10;
const REFER: u16 = 11;
const PUBLISH: u16 = 13;

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
    },
    /// A provisional response was the last that was heard of it.
    Proceeding(u16),
    /// The caller gave up.
    Canceled,
    /// A session that was there before the trace began.
    JoinedLate {
        /// Whether a BYE was seen.
        ended: bool,
    },
    /// Bindings of an address.
    Registered(Option<u32>),
    /// Bindings removed.
    Deregistered,
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
    /// A published state was removed.
    Removed,
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
                    0..100 => write!(f, "answered, {}.{} s", tenths / 10, tenths % 10),
                    _ => {
                        let seconds = lasted.saturating_add(500_000_000) / 1_000_000_000;
                        write!(f, "answered, {seconds} s")
                    }
                }
            }
            Self::Answered { ended: true, .. } => f.write_str("answered"),
            Self::Answered { ended: false, .. } => f.write_str("answered, no BYE"),
            Self::Proceeding(status) => write!(f, "no final response after {status}"),
            Self::Canceled => f.write_str("canceled"),
            Self::JoinedLate { ended: true } => f.write_str("joined late, ended"),
            Self::JoinedLate { ended: false } => f.write_str("joined late"),
            Self::Registered(seconds) => for_seconds(f, "registered", seconds),
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
            Self::Removed => f.write_str("removed"),
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
            if matches!(method, INVITE | BYE | CANCEL) {
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
            Kind::Registration => {
                let registered = |hop: Hop<'a>, answer: Message<'a>| {
                    let asked = hop.request().and_then(|request| request.expires());
                    match (asked, answer.expires()) {
                        (Some(0), _) => Outcome::Deregistered,
                        (asked, granted) => Outcome::Registered(granted.or(asked)),
                    }
                };
                self.outcome_of(REGISTER, registered)
            }
            Kind::Publication => {
                let published = |_: Hop<'a>, answer: Message<'a>| match answer.expires() {
                    Some(0) => Outcome::Removed,
                    expires => Outcome::Published(expires),
                };
                self.outcome_of(PUBLISH, published)
            }
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
        hops.filter(move |hop| {
            hop.method().0 == method && hop.parent().is_none() && !is_caused(hop)
        })
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
        match (last.answer(), last.status()) {
            (Some(answer), Some(200..300)) => accepted(last, answer),
            (_, Some(status)) => Outcome::Status(status),
            _ => last.heard(),
        }
    }

    fn session_outcome(&self) -> Outcome {
        let ended = self.hops().any(|hop| hop.method().0 == BYE);
        let is_initial = |hop: &Hop<'_>| {
            hop.request()
                .is_some_and(|request| request.to_tag().is_none())
        };
        // The leg that came first is the caller's; of its attempts (after a challenge, a redirection) the last one counts.
        let initial: Vec<_> = self.roots(INVITE).filter(is_initial).collect();
        let Some(first) = initial.iter().min_by_key(|hop| hop.first_message().id()) else {
            return Outcome::JoinedLate { ended };
        };
        let attempts = initial
            .iter()
            .filter(|hop| hop.call_id() == first.call_id());
        let answered = attempts
            .clone()
            .find(|hop| matches!(hop.status(), Some(200..300)));
        let Some(hop) = answered.or_else(|| attempts.max_by_key(|hop| hop.first_message().id()))
        else {
            return Outcome::NoAnswer;
        };
        let canceled = || {
            let mut cancels = self.roots(CANCEL);
            cancels.any(|cancel| cancel.about().is_some_and(|invite| invite.id() == hop.id()))
        };
        match hop.status() {
            Some(200..300) => {
                let byes = self.roots(BYE).filter_map(|hop| hop.first_message().time());
                let start = hop.answer().and_then(|answer| answer.time());
                let lasted = start
                    .zip(byes.min())
                    .map(|(start, end): (Timestamp, Timestamp)| {
                        end.nanos().saturating_sub(start.nanos()).max(0)
                    });
                Outcome::Answered { lasted, ended }
            }
            Some(487) | None if canceled() => Outcome::Canceled,
            Some(status) => Outcome::Status(status),
            None => hop.heard(),
        }
    }

    fn subscription_outcome(&self) -> Outcome {
        let notifies: Vec<_> = self.roots(NOTIFY).filter_map(|hop| hop.request()).collect();
        let text = |text: &[u8]| {
            Some(String::from_utf8_lossy(text).into_owned()).filter(|text| !text.is_empty())
        };
        let told = notifies.iter().max_by_key(|notify| notify.id());
        let subscribed = || Outcome::Subscribed {
            state: told.and_then(|notify| text(notify.subscription_state())),
            reason: told.and_then(|notify| text(notify.subscription_reason())),
            notifies: notifies.len(),
        };
        if !notifies.is_empty() {
            return subscribed();
        }
        let method = [SUBSCRIBE, REFER]
            .into_iter()
            .find(|method| self.roots(*method).next().is_some());
        self.outcome_of(method.unwrap_or(SUBSCRIBE), |_, _| subscribed())
    }
}

impl<'a> Hop<'a> {
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

    /// Where there is no final response.
    fn heard(&self) -> Outcome {
        let last = self
            .messages()
            .rev()
            .find_map(|message| status_of(&message));
        last.map_or(Outcome::NoAnswer, Outcome::Proceeding)
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
            };
            assert_eq!(outcome.to_string(), text);
        }
    }
}
