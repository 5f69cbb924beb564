//! Subscriptions of a call, as people and programs get them.

use std::io::Write;

use serde::Serialize;
use sipscope::trace::{State, Step, Subscription};

use super::escape;

/// A subscription as programs get it.
#[derive(Serialize)]
pub(super) struct SubscriptionRow {
    event: String,
    state: String,
    until: Option<String>,
    joined_late: bool,
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
}

impl SubscriptionRow {
    pub(super) fn of(subscription: &Subscription<'_>) -> Self {
        Self {
            event: subscription.event.clone(),
            state: match subscription.state() {
                State::Asked => "asked".to_owned(),
                State::Refused(status) => format!("refused {status}"),
                State::NotifyWait => "accepted".to_owned(),
                State::Told(state) => state,
                State::Terminated(Some(reason)) => format!("terminated ({reason})"),
                State::Terminated(None) => "terminated".to_owned(),
            },
            until: subscription.until().map(|until| until.to_string()),
            joined_late: subscription.joined_late(),
            steps: subscription.steps.iter().map(StepRow::of).collect(),
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let late = if self.joined_late {
            ", joined late"
        } else {
            ""
        };
        let until = match &self.until {
            Some(until) => format!(", until {until}"),
            None => String::new(),
        };
        let (event, state) = (escape::text(&self.event), escape::text(&self.state));
        writeln!(out, "\nsubscription to {event}: {state}{late}{until}")?;
        for step in &self.steps {
            let (asked, granted) = (step.asked, step.granted);
            print_step(out, step.number, step.kind, asked, granted, step.status)?;
        }
        Ok(())
    }
}

impl StepRow {
    fn of(step: &Step<'_>) -> Self {
        Self {
            number: step.hop.first_message().id().number(),
            kind: step.kind.name(),
            asked: step.asked,
            granted: step.granted,
            status: step.status,
        }
    }
}

/// One request of a subscription, registration or publication.
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
    writeln!(out, "{number:>8}  {kind:<11}  {status}{asked}{granted}")
}
