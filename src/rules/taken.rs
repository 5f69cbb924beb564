//! Takes the verdicts of rules: counts them, and puts faults together.
//!
//! One cause gives one finding. What a request carries wrongly it carries on every later hop, and its answers echo it: the same
//! rule that fails on the same bytes elsewhere in one journey is attached to the first finding, not told again. The journey
//! is taken as a whole, since a capture may begin at any hop of it.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::finding::{Finding, Place};
use super::policy::Policy;
use super::registry::RULES;
use super::rule::{Check, SubjectKind};
use super::run::Audit;
use super::scene::{
    CallScene, DialogScene, DocumentScene, PublicationScene, RegistrationScene, Relay,
    SubscriptionScene, View,
};
use super::verdict::{Fault, Verdicts};
use crate::trace::{Hop, HopId, Message, MessageId, Part, Trace};

/// Counts verdicts and puts faults together.
pub(super) struct Taken<'a> {
    trace: &'a Trace,
    audit: &'a mut Audit,
    held: &'a Held,
    verdicts: Verdicts,
    /// The first hop of the journey that is looked at; none where the subject has several.
    journey: Option<HopId>,
    /// The hop that is looked at.
    hop: Option<HopId>,
    /// Findings by rule, journey and bytes.
    known: HashMap<(usize, Option<HopId>, Vec<u8>), usize, RandomState>,
}

/// The rules that are held to, by what they look at and in the order of the registry, so that nothing is asked of a rule that
/// says nothing of a subject. Those of messages, hops and relays stand together: they go over a journey together.
pub(super) struct Held {
    of_journeys: Vec<(usize, Check)>,
    of: [Vec<(usize, Check)>; SubjectKind::COUNT],
}

impl Held {
    pub(super) fn to(policy: &Policy) -> Self {
        let held = RULES.iter().enumerate();
        let held = held.filter(|(_, rule)| policy.severity(rule).is_some());
        let mut all = Self {
            of_journeys: Vec::new(),
            of: Default::default(),
        };
        for (number, rule) in held {
            let kind = rule.check.subject();
            let of_journeys = [SubjectKind::Message, SubjectKind::Hop, SubjectKind::Relay];
            let those = match of_journeys.contains(&kind) {
                true => &mut all.of_journeys,
                false => &mut all.of[kind as usize],
            };
            those.push((number, rule.check));
        }
        all
    }
}

macro_rules! subjects {
    ($($name:ident: $kind:ident, $scene:ty;)*) => {
        impl Taken<'_> {
            $(
                pub(super) fn $name(&mut self, scene: &$scene) {
                    for (number, check) in &self.held.of[SubjectKind::$kind as usize] {
                        if let Check::$kind(check) = check {
                            self.said(*number, |verdicts| check(scene, verdicts));
                        }
                    }
                }
            )*
        }
    };
}

subjects! {
    dialog: Dialog, DialogScene<'_>;
    subscription: Subscription, SubscriptionScene<'_>;
    registration: Registration, RegistrationScene<'_>;
    publication: Publication, PublicationScene<'_>;
    call: Call, CallScene<'_>;
    document: Document, DocumentScene<'_>;
}

impl<'a> Taken<'a> {
    pub(super) fn new(trace: &'a Trace, held: &'a Held, audit: &'a mut Audit) -> Self {
        Self {
            trace,
            audit,
            held,
            verdicts: Verdicts::default(),
            journey: None,
            hop: None,
            known: HashMap::default(),
        }
    }

    /// The messages, hops and relays of some journeys. Each hop is there with the first of its journey.
    pub(super) fn journeys<'s>(&mut self, hops: &[(Hop<'s>, HopId)], view: &'s View<'s>) {
        let once = |message: &Message<'_>| {
            !matches!(message.part(), Part::Retransmission | Part::Repeated)
        };
        for (hop, root) in hops {
            self.journey = Some(*root);
            self.hop = Some(hop.id());
            let scene = view.hop(*hop);
            let messages = hop.messages().filter(once);
            let messages: Vec<_> = messages.filter_map(|message| view.seen(message)).collect();
            let relays = Relay::all_of(*hop, view);
            for (number, check) in &self.held.of_journeys {
                match check {
                    Check::Message(check) => {
                        for seen in &messages {
                            self.said(*number, |verdicts| check(seen, verdicts));
                        }
                    }
                    Check::Hop(check) => self.said(*number, |verdicts| check(&scene, verdicts)),
                    Check::Relay(check) => {
                        for relay in &relays {
                            self.said(*number, |verdicts| check(relay, verdicts));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// Lets a rule speak of a subject.
    pub(super) fn said(&mut self, rule: usize, check: impl FnOnce(&mut Verdicts)) {
        self.verdicts.clear();
        check(&mut self.verdicts);
        self.audit.tallies[rule].count(self.verdicts.verdict());
        if !self.verdicts.faults.is_empty() {
            let faults = std::mem::take(&mut self.verdicts.faults);
            self.take(rule, &faults);
        }
    }

    fn take(&mut self, rule: usize, faults: &[Fault]) {
        let Some(severity) = self.audit.severities[rule] else {
            return;
        };
        for fault in faults {
            let blamed = fault.places.first();
            let blamed = blamed.and_then(|at| Some(self.trace.message(at.message)?.hop()));
            let hop = self.hop.or(blamed.map(|hop| hop.id()));
            let journey = self.journey.or_else(|| Some(root_of(blamed?)));
            let key = (rule, journey, fault.bytes.clone());
            let places = places(fault);
            // What the text of a document says twice is wrong twice.
            let known = journey.and_then(|_| self.known.get(&key).copied());
            let Some(known) = known else {
                self.known.insert(key, self.audit.findings.len());
                self.audit.findings.push(Finding {
                    rule: &RULES[rule],
                    severity: fault.at_most.min(severity),
                    call: blamed.map(|hop| hop.call().id()),
                    hop,
                    places,
                    lines: fault.lines.clone(),
                    expected: fault.expected.clone(),
                    got: fault.got.clone(),
                    follows: Vec::new(),
                });
                continue;
            };
            let known = &mut self.audit.findings[known];
            // An answer comes from the far end: the hop that is looked at later may have had it first.
            let first = |places: &[Place]| places.first().map(|place| place.message);
            let mut places = places;
            if first(&places) < first(&known.places) {
                std::mem::swap(&mut places, &mut known.places);
                known.hop = hop;
                known.expected.clone_from(&fault.expected);
                known.got.clone_from(&fault.got);
            }
            let more: Vec<MessageId> = places.iter().map(|place| place.message).collect();
            for message in more {
                let told = known.places.iter().any(|place| place.message == message);
                if !told && known.follows.last() != Some(&message) {
                    known.follows.push(message);
                }
            }
        }
    }
}

/// More hops than a request can take (RFC 3261 20.22); a trace may claim anything.
const LONGEST: usize = 256;

/// The first hop of a journey.
fn root_of<'t>(hop: Hop<'t>) -> HopId {
    let above = |hop: &Hop<'t>| hop.parent().map(|(parent, _)| parent).or(hop.about());
    let way = std::iter::successors(Some(hop), above).take(LONGEST);
    way.last().unwrap_or(hop).id()
}

fn places(fault: &Fault) -> Vec<Place> {
    let all = fault.places.iter().map(|at| Place {
        message: at.message,
        span: at.span,
    });
    all.collect()
}
