//! Subscriptions of a call, as people and programs get them.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use sipscope::trace::{State, Step, Subscription, is_about};

use super::attempt::print_folded;
use super::escape;
use super::times::{Times, When};

/// A subscription as programs get it.
#[derive(Serialize)]
pub(super) struct SubscriptionRow {
    event: String,
    state: String,
    #[serde(flatten)]
    until: When,
    joined_late: bool,
    /// Whether its NOTIFYs tell what nobody asked for.
    unsolicited: bool,
    steps: Vec<StepRow>,
}

#[derive(Serialize)]
struct StepRow {
    /// Number of the request.
    number: usize,
    kind: &'static str,
    asked: Option<u32>,
    granted: Option<u32>,
    status: Option<u16>,
    /// The state that a NOTIFY tells.
    state: Option<String>,
    reason: Option<String>,
    #[serde(skip)]
    contact: Vec<u8>,
}

impl SubscriptionRow {
    pub(super) fn of(subscription: &Subscription<'_>, times: &Times) -> Self {
        let last = subscription.steps.last();
        let until =
            last.and_then(|step| times.beside(subscription.until(), &step.hop.first_message()));
        Self {
            event: subscription.event.clone(),
            state: match subscription.state() {
                State::Asked => "asked".to_owned(),
                State::Refused(status) => format!("refused {status}"),
                State::NotifyWait => "accepted".to_owned(),
                // A NOTIFY without Subscription-State.
                State::Told(state) if state.is_empty() => "not told".to_owned(),
                State::Told(state) => state,
                State::Terminated(Some(reason)) => format!("terminated ({reason})"),
                State::Terminated(None) => "terminated".to_owned(),
                State::Lost(status) => format!("lost ({status})"),
                State::Expired => "expired".to_owned(),
                State::NotWanted => "no subscription".to_owned(),
            },
            until: When::new("until", until),
            joined_late: subscription.joined_late(),
            unsolicited: subscription.unsolicited(),
            steps: subscription.steps.iter().map(StepRow::of).collect(),
        }
    }

    pub(super) fn print(&self, out: &mut impl Write, all: bool) -> std::io::Result<()> {
        let late = match (self.joined_late, self.unsolicited) {
            (true, _) => ", joined late",
            (false, true) => ", unsolicited: nobody asked for it",
            (false, false) => "",
        };
        let until = match self.until.text() {
            Some(until) => format!(", until {until}"),
            None => String::new(),
        };
        let (event, state) = (escape::text(&self.event), escape::text(&self.state));
        writeln!(out, "\nsubscription to {event}: {state}{late}{until}")?;
        let steps = self.routine();
        print_folded(
            out,
            &steps,
            all,
            |(_, routine)| *routine,
            |(step, _), out| step.print(out),
        )
    }

    /// The steps, and whether each says the same as the one of its kind before it.
    fn routine(&self) -> Vec<(&StepRow, bool)> {
        let mut last: BTreeMap<&str, &StepRow> = BTreeMap::new();
        let steps = self.steps.iter().map(|step| {
            let before = last.insert(step.kind, step);
            (step, before.is_some_and(|before| step.repeats(before)))
        });
        steps.collect()
    }
}

impl StepRow {
    fn of(step: &Step<'_>) -> Self {
        let text = |text: &[u8]| {
            Some(String::from_utf8_lossy(text).into_owned()).filter(|text| !text.is_empty())
        };
        let (state, reason) = step.told();
        Self {
            number: step.hop.first_message().id().number(),
            kind: step.kind.name(),
            asked: step.asked,
            granted: step.granted,
            status: step.status,
            state: text(state),
            reason: text(reason),
            contact: step
                .hop
                .request()
                .map_or_else(Vec::new, |request| request.contact().to_vec()),
        }
    }

    /// Whether it only keeps up what the one before it did or told.
    fn repeats(&self, before: &Self) -> bool {
        let told = |step: &Self| (step.status, step.state.clone(), step.reason.clone());
        matches!(self.kind, "refresh" | "notify")
            && matches!(self.status, Some(200..300))
            && told(self) == told(before)
            && self.contact == before.contact
            && is_about(self.asked, before.asked)
            && is_about(self.granted, before.granted)
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let (asked, granted) = (self.asked, self.granted);
        print_step(out, self.number, self.kind, asked, granted, self.status)?;
        if let Some(state) = &self.state {
            write!(out, ", {}", escape::text(state))?;
        }
        if let Some(reason) = &self.reason {
            write!(out, " ({})", escape::text(reason))?;
        }
        writeln!(out)
    }
}

/// One request of a subscription, registration or publication, without its line end.
pub(super) fn print_step(
    out: &mut impl Write,
    number: usize,
    kind: &str,
    asked: Option<u32>,
    granted: Option<u32>,
    status: Option<u16>,
) -> std::io::Result<()> {
    let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let seconds = |what: &str, seconds: Option<u32>| match seconds {
        Some(seconds) => format!(", {what} {seconds} s"),
        None => String::new(),
    };
    let asked = seconds(if kind == "notify" { "left" } else { "asks" }, asked);
    let granted = seconds("granted", granted);
    write!(out, "{number:>8}  {kind:<11}  {status}{asked}{granted}")
}
