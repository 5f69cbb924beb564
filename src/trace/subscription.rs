//! Subscriptions: what was asked for, what was granted, and what every NOTIFY told (RFC 6665). A dialog may hold several, one
//! for each event package and identifier; a forked SUBSCRIBE makes several dialogs.

use super::ids::DialogId;
use super::sightings::Subject;
use super::view::{Call, Dialog, Hop, Message};
use crate::base::Timestamp;

/// Methods by their places in [`crate::sip::METHODS`].
const SUBSCRIBE: u16 = 9;
const NOTIFY: u16 = 10;
const REFER: u16 = 11;

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
    /// A REFER that subscribes by itself (RFC 3515 2.4.4).
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
    /// As the last NOTIFY told: `pending`, `active` or another word.
    Told(String),
    /// Over, with the reason if one was given.
    Terminated(Option<String>),
}

impl Subscription<'_> {
    /// Where it stands at the end of the trace.
    pub fn state(&self) -> State {
        let notifies = self.steps.iter().rev();
        let told = notifies
            .filter(|step| step.kind == StepKind::Notify)
            .find_map(|step| step.hop.request())
            .map(|notify| {
                (
                    text(notify.subscription_state()),
                    text(notify.subscription_reason()),
                )
            });
        match told {
            Some((state, reason)) if state.eq_ignore_ascii_case("terminated") => {
                State::Terminated(Some(reason).filter(|reason| !reason.is_empty()))
            }
            Some((state, _)) => State::Told(state),
            None => match self.steps.last().and_then(|step| step.status) {
                Some(200..300) => State::NotifyWait,
                Some(status) => State::Refused(status),
                None => State::Asked,
            },
        }
    }

    /// When it runs out if nothing prolongs it; none if it is over: the latest that an answer granted or a NOTIFY told.
    pub fn until(&self) -> Option<Timestamp> {
        if matches!(self.state(), State::Terminated(_) | State::Refused(_)) {
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
        let first = self.steps.first().map(|step| step.kind);
        let starts = |kind| matches!(kind, StepKind::Initial | StepKind::Fetch | StepKind::Refer);
        !first.is_some_and(starts) && !self.steps.iter().any(|step| starts(step.kind))
    }
}

impl<'a> Call<'a> {
    /// Its subscriptions, in the order in which they began.
    pub fn subscriptions(&self) -> Vec<Subscription<'a>> {
        let dialogs = self.dialogs();
        let mut requests: Vec<_> = self
            .hops()
            .filter(|hop| {
                matches!(hop.method().0, SUBSCRIBE | NOTIFY | REFER) && hop.parent().is_none()
            })
            .filter_map(|hop| Some((hop.request()?, hop)))
            .collect();
        requests.sort_by_key(|(request, _)| request.id());
        let mut found = Found::default();
        for (request, hop) in requests {
            let made = dialogs
                .iter()
                .filter(|dialog| dialog.made_by().is_some_and(|by| by.id() == hop.id()));
            let mut of: Vec<_> = made.map(|dialog| Some(*dialog)).collect();
            if of.is_empty() {
                of.push(hop.dialog());
            }
            for dialog in of {
                found.add(dialog, &request, hop);
            }
        }
        found.0
    }
}

#[derive(Default)]
struct Found<'a>(Vec<Subscription<'a>>);

impl<'a> Found<'a> {
    fn add(&mut self, dialog: Option<Dialog<'a>>, request: &Message<'a>, hop: Hop<'a>) {
        let method = hop.method().0;
        let event = match method {
            REFER => "refer".to_owned(),
            _ => event(request.event()),
        };
        let id = dialog.map(|dialog| dialog.id());
        let known = self.0.iter().position(|one| is_for(one, id, &event));
        let begun = known.is_some_and(|known| {
            let mut steps = self.0[known].steps.iter();
            steps.any(|step| step.kind != StepKind::Notify)
        });
        let asked = request.expires();
        let kind = match (method, asked) {
            (NOTIFY, _) => StepKind::Notify,
            (REFER, _) => StepKind::Refer,
            (_, Some(0)) if request.to_tag().is_some() => StepKind::Unsubscribe,
            (_, Some(0)) => StepKind::Fetch,
            _ if request.to_tag().is_some() || begun && id.is_some() => StepKind::Refresh,
            _ => StepKind::Initial,
        };
        let answer = hop.answer();
        let step = Step {
            hop,
            kind,
            asked,
            granted: answer.and_then(|answer| answer.expires()),
            status: answer.and_then(|answer| match answer.subject() {
                Subject::Response(status) => Some(status),
                Subject::Request(_) => None,
            }),
        };
        match known {
            Some(known) => self.0[known].steps.push(step),
            None => self.0.push(Subscription {
                dialog,
                event,
                steps: vec![step],
            }),
        }
    }
}

/// Attempts without a dialog (refused, challenged) are each on their own.
fn is_for(one: &Subscription<'_>, dialog: Option<DialogId>, event: &str) -> bool {
    dialog.is_some() && one.dialog.map(|dialog| dialog.id()) == dialog && one.event == event
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
