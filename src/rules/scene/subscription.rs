//! A subscription with its requests in order, each once, on the hop of the side that sent it (see [`super::DialogScene`]).

use super::{HopScene, Seen, View};
use crate::trace::{Dialog, Step, StepKind, Subscription};

/// A subscription with its requests and their answers.
pub struct SubscriptionScene<'s> {
    /// Its dialog, its event, and where it stands at the end of the trace.
    pub subscription: &'s Subscription<'s>,
    view: &'s View<'s>,
}

/// A SUBSCRIBE, REFER or NOTIFY.
#[derive(Clone, Copy)]
pub struct SubscriptionStep<'s> {
    /// What it was, what it asked for, what was granted.
    pub step: &'s Step<'s>,
    view: &'s View<'s>,
}

impl<'s> SubscriptionScene<'s> {
    pub(in crate::rules) fn of(subscription: &'s Subscription<'s>, view: &'s View<'s>) -> Self {
        Self { subscription, view }
    }

    /// All requests, in their order.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = SubscriptionStep<'s>> + use<'s> {
        let view = self.view;
        let all = self.subscription.steps.iter();
        all.map(move |step| SubscriptionStep { step, view })
    }

    /// The NOTIFYs, in their order.
    pub fn notifies(&self) -> impl DoubleEndedIterator<Item = SubscriptionStep<'s>> + use<'s> {
        self.steps().filter(SubscriptionStep::is_notify)
    }

    /// The SUBSCRIBEs, or the REFER, in their order.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = SubscriptionStep<'s>> + use<'s> {
        self.steps().filter(|step| !step.is_notify())
    }

    /// The event package, without `id`.
    pub fn package(&self) -> &'s str {
        let event = &self.subscription.event;
        event.split(';').next().unwrap_or(event)
    }

    /// Its dialog; none if there never was one.
    pub fn dialog(&self) -> Option<Dialog<'s>> {
        self.subscription.dialog
    }
}

impl<'s> SubscriptionStep<'s> {
    /// Whether it is a NOTIFY.
    pub fn is_notify(&self) -> bool {
        self.step.kind == StepKind::Notify
    }

    /// The hop of the side that sent it.
    pub fn hop(&self) -> HopScene<'s> {
        self.view.hop(self.step.hop)
    }

    /// The request.
    pub fn request(&self) -> Option<Seen<'s>> {
        self.hop().request()
    }

    /// Its final answer.
    pub fn answer(&self) -> Option<Seen<'s>> {
        self.hop().answer()
    }
}
