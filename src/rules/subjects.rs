//! Everything of a batch that rules look at, kind by kind. Each rule is asked about all of it before the next rule is, so that
//! it stays at hand with all that it calls: two hundred rules in turn would push each other out of the processor's caches for
//! every hop anew.

use super::rule::Check;
use super::run::Tally;
use super::scene::{
    CallScene, DialogScene, DocumentScene, HopScene, PublicationScene, RegistrationScene, Relay,
    Seen, SubscriptionScene, View,
};
use super::verdict::{Fault, Verdict, Verdicts};
use crate::trace::{Hop, HopId, Message, Part};

/// Where a subject stands: what is found there is told in the order of these.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    /// Faults of one group are put together.
    pub(super) group: usize,
    /// The first hop of the journey that is looked at; none where the subject has several.
    pub(super) journey: Option<HopId>,
    /// The hop that is looked at.
    pub(super) hop: Option<HopId>,
}

/// What rules look at, each with the position of its [`Standing`].
#[derive(Default)]
pub(super) struct Subjects<'s> {
    pub(super) standings: Vec<Standing>,
    groups: usize,
    messages: Vec<(usize, Seen<'s>)>,
    hops: Vec<(usize, HopScene<'s>)>,
    relays: Vec<(usize, Relay<'s>)>,
    dialogs: Vec<(usize, DialogScene<'s>)>,
    subscriptions: Vec<(usize, SubscriptionScene<'s>)>,
    registrations: Vec<(usize, RegistrationScene<'s>)>,
    publications: Vec<(usize, PublicationScene<'s>)>,
    calls: Vec<(usize, CallScene<'s>)>,
    documents: Vec<(usize, DocumentScene<'s>)>,
}

macro_rules! over_several_journeys {
    ($($name:ident: $all:ident, $scene:ident;)*) => {
        impl<'s> Subjects<'s> {
            $(
                pub(super) fn $name(&mut self, scene: $scene<'s>) {
                    let at = self.stand(None, None);
                    self.$all.push((at, scene));
                }
            )*
        }
    };
}

over_several_journeys! {
    dialog: dialogs, DialogScene;
    subscription: subscriptions, SubscriptionScene;
    registration: registrations, RegistrationScene;
    publication: publications, PublicationScene;
    call: calls, CallScene;
    document: documents, DocumentScene;
}

impl<'s> Subjects<'s> {
    /// None yet, with room for all that there is to so many messages.
    pub(super) fn with_room_for(messages: usize) -> Self {
        Self {
            messages: Vec::with_capacity(messages),
            hops: Vec::with_capacity(messages),
            relays: Vec::with_capacity(messages),
            ..Self::default()
        }
    }

    /// What follows is put together with nothing that went before.
    pub(super) fn begin(&mut self) {
        self.groups += 1;
    }

    fn stand(&mut self, journey: Option<HopId>, hop: Option<HopId>) -> usize {
        self.standings.push(Standing {
            group: self.groups,
            journey,
            hop,
        });
        self.standings.len() - 1
    }

    /// The messages, hops and relays of some journeys. Each hop is there with the first of its journey.
    pub(super) fn journeys(&mut self, hops: &[(Hop<'s>, HopId)], view: &'s View<'s>) {
        let once = |message: &Message<'_>| {
            !matches!(message.part(), Part::Retransmission | Part::Repeated)
        };
        for (hop, root) in hops {
            let at = self.stand(Some(*root), Some(hop.id()));
            let messages = hop.messages().filter(once);
            let messages = messages.filter_map(|message| view.seen(message));
            self.messages.extend(messages.map(|seen| (at, seen)));
            self.hops.push((at, view.hop(*hop)));
            let relays = Relay::all_of(*hop, view).into_iter();
            self.relays.extend(relays.map(|relay| (at, relay)));
        }
    }

    /// Asks a rule about everything that it looks at, and counts what it says; `found` takes the faults.
    pub(super) fn ask(
        &self,
        check: Check,
        tally: &mut Tally,
        mut found: impl FnMut(usize, &[Fault]),
    ) {
        let mut verdicts = Verdicts::default();
        macro_rules! each {
            ($all:ident, $check:ident) => {
                for (at, scene) in &self.$all {
                    $check(scene, &mut verdicts);
                    let verdict = verdicts.verdict();
                    tally.count(verdict);
                    if verdict == Verdict::Fail {
                        found(*at, &verdicts.faults);
                    }
                    if verdict != Verdict::NotApplicable {
                        verdicts.clear();
                    }
                }
            };
        }
        match check {
            Check::Message(check) => each!(messages, check),
            Check::Hop(check) => each!(hops, check),
            Check::Relay(check) => each!(relays, check),
            Check::Dialog(check) => each!(dialogs, check),
            Check::Subscription(check) => each!(subscriptions, check),
            Check::Registration(check) => each!(registrations, check),
            Check::Publication(check) => each!(publications, check),
            Check::Call(check) => each!(calls, check),
            Check::Document(check) => each!(documents, check),
        }
    }
}
