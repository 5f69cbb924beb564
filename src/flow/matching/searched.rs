//! Looks into one call for its flows: alone first, and with the messages of the calls that may have other dialogs of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::census::Seen;
use super::find::{All, Flow, Flows};
use super::left::{Left, Others};
use super::plan::Plan;
use super::scene::{HeldCall, MOST_HELD, Scene, Taken};
use super::score::FEWEST;
use super::shelf::{self, Shelf};
use super::users::Users;
use crate::flow::template::Template;
use crate::trace::{Bytes, Call, MessageId};

/// A call in which flows are looked for.
pub(super) struct Searched<'s> {
    all: &'s All<'s>,
    pub(super) call: Call<'s>,
    /// What was torn off it.
    pieces: Vec<Call<'s>>,
    /// The templates that may begin with it.
    candidates: Vec<usize>,
    /// Calls that may have the other dialogs of a flow, if some template has any.
    related: Vec<Call<'s>>,
    /// Whether there are more of them than are looked into.
    more: bool,
    /// What these have.
    beside: Seen<'s>,
    /// The messages that are held.
    held: Vec<HeldCall>,
}

impl<'s> Searched<'s> {
    /// None if nothing can be found in a call.
    pub(super) fn of(all: &'s All<'s>, users: &Users<'s>, call: Call<'s>) -> Option<Self> {
        let templates = all.templates;
        let pieces = all.torn.pieces(call.id()).iter();
        let pieces: Vec<Call<'s>> = pieces.filter_map(|id| all.trace.call(*id)).collect();
        let own = || std::iter::once(call).chain(pieces.iter().copied());
        let candidates = (0..templates.len()).filter(|at| match templates.len() {
            1 => own().any(|call| has_a_beginning(&templates[*at], &all.plans[*at], call)),
            _ => {
                says_enough(&templates[*at])
                    && own().any(|call| begins_in(&templates[*at], &all.plans[*at], call))
            }
        });
        let candidates: Vec<usize> = candidates.collect();
        let mut several = candidates
            .iter()
            .filter(|at| all.has_several(**at))
            .peekable();
        let (mut related, mut more) = (Vec::new(), false);
        let mut beside = Seen::nothing(all.kinds);
        if several.peek().is_some() {
            (related, more) = users.related(call);
            related.retain(|other| all.torn.whole(other.id()) != call.id());
            related.iter().for_each(|call| beside.add(call.hops()));
            let mut seen = beside.clone();
            own().for_each(|call| seen.add(call.hops()));
            let mut may_be = several.map(|at| all.wanted[*at].best_over(&seen).is_half);
            if templates.len() > 1 && !may_be.any(|may_be| may_be) {
                related.clear();
            }
        }
        (!candidates.is_empty()).then_some(Self {
            all,
            call,
            pieces,
            candidates,
            related,
            more,
            beside,
            held: Vec::new(),
        })
    }

    pub(super) fn read_alone(mut self, bytes: &mut impl Bytes) -> io::Result<Self> {
        for call in self.own() {
            let held = shelf::read(call, bytes)?;
            self.held.push((call.id(), held));
        }
        Ok(self)
    }

    pub(super) fn read_all(
        mut self,
        shelf: &mut Shelf,
        bytes: &mut impl Bytes,
    ) -> io::Result<Self> {
        shelf.forget_before(self.call.id());
        for call in self.own() {
            let held = shelf.take(call, bytes)?;
            self.held.push((call.id(), held));
        }
        let mut size: usize = self.held.iter().map(|(_, held)| held.size()).sum();
        for other in std::mem::take(&mut self.related) {
            if size > MOST_HELD {
                self.more = true;
                break;
            }
            let messages = shelf.look(other, bytes)?;
            size += messages.size();
            self.held.push((other.id(), messages));
            self.related.push(other);
        }
        // They are looked for by the number of their call.
        self.held.sort_by_key(|(call, _)| *call);
        Ok(self)
    }

    /// The call and what was torn off it.
    fn own(&self) -> Vec<Call<'s>> {
        let pieces = self.pieces.iter().copied();
        std::iter::once(self.call).chain(pieces).collect()
    }

    /// The flows of the call without the others.
    pub(super) fn alone(self) -> Alone<'s> {
        let others = match self.related.is_empty() {
            true => Others::None,
            false => Others::Unread(&self.beside),
        };
        match self.flows(others, &Taken::default(), None) {
            Some(flows) => Alone::Flows(flows),
            None => Alone::Open(Self {
                held: Vec::new(),
                ..self
            }),
        }
    }

    /// The flows of the call and the others, but for what is taken; that of one template is told however little it is.
    pub(super) fn together(&self, taken: &Taken, told: Option<usize>) -> Flows {
        let calls = self.own().into_iter().chain(self.related.iter().copied());
        let mut scene = Scene::of(self.all, calls, &self.held, taken);
        scene.more = self.more;
        self.flows(Others::Read(Box::new(scene)), taken, told)
            .unwrap_or_default()
    }

    /// The flows of the call, one after the other, with their hops; none if others have to be read for that.
    fn flows(&self, others: Others<'_, 's>, taken: &Taken, told: Option<usize>) -> Option<Flows> {
        let mut left = Left {
            alone: Scene::of(self.all, self.own(), &self.held, taken),
            looks: BTreeMap::new(),
            is_whole: taken.is_empty(),
            told,
            others,
            all: self.all,
            call: self.call.id(),
            candidates: &self.candidates,
            passed: None,
        };
        let mut found: Vec<Flow> = Vec::new();
        let mut used = BTreeSet::new();
        loop {
            match left.best().ok()? {
                Some((best, hops)) if !left.may_go_on(&hops) => {
                    used.extend(left.take(&hops));
                    found.push((best, hops));
                }
                _ if left.go_on() => {}
                _ => break,
            }
        }
        for (one, _) in &mut found {
            let extra: &mut Vec<MessageId> = &mut one.given.extra;
            extra.retain(|message| !used.contains(message));
        }
        Some(Flows {
            flows: found,
            passed: left.passed,
        })
    }
}

/// What came of a look into a call alone.
pub(super) enum Alone<'s> {
    /// Its flows.
    Flows(Flows),
    /// With the messages of others there may be better ones.
    Open(Searched<'s>),
}

/// Whether a flow can be told from others: one of a message or two is in every trace.
fn says_enough(template: &Template) -> bool {
    let messages = template.steps.iter().filter(|step| step.is_sip());
    messages.count() >= FEWEST
}

/// Whether a call has any request with which a dialog of a flow can begin: the first one may not have been captured.
fn has_a_beginning(template: &Template, plan: &Plan, call: Call<'_>) -> bool {
    let roots = plan.roots.iter().map(|root| plan.hops[*root].request);
    let methods: Vec<&str> = roots.filter_map(|step| template.method_of(step)).collect();
    call.hops().any(|hop| {
        let is = |method: &&str| hop.method_name().eq_ignore_ascii_case(method.as_bytes());
        methods.iter().any(is)
    })
}

/// Whether a call has a request with which a flow can begin.
fn begins_in(template: &Template, plan: &Plan, call: Call<'_>) -> bool {
    let first = plan.beginnings(template).last();
    let first = first.map(|hop| plan.hops[*hop].request);
    let Some(method) = first.and_then(|step| template.method_of(step)) else {
        return false;
    };
    let mut hops = call.hops();
    hops.any(|hop| hop.method_name().eq_ignore_ascii_case(method.as_bytes()))
}
