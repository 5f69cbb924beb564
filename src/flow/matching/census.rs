//! How many messages of each kind a template and some hops have: enough to tell without a closer look how well they can go
//! together at best, so that only flows are laid over a call that can explain it better than what was found already.

use std::collections::BTreeMap;

use super::scene::{RESPONSES, Scene};
use crate::flow::template::{Template, What};
use crate::trace::{Hop, Part};

/// The methods that templates have; what has another one counts for none of them.
pub(super) struct Kinds {
    methods: Vec<String>,
    /// Which of them is ACK.
    ack: usize,
}

/// By the position of the method, and whether it is the request.
type Kind = (usize, bool);

impl Kinds {
    pub(super) fn of(templates: &[Template]) -> Self {
        let all = templates.iter().flat_map(|template| {
            let steps = 0..template.steps.len();
            steps.filter_map(|step| template.method_of(step))
        });
        let mut methods: Vec<String> = all.map(str::to_ascii_uppercase).collect();
        methods.push(ACK.to_owned());
        methods.sort();
        methods.dedup();
        let ack = methods.partition_point(|method| method.as_str() < ACK);
        Self { methods, ack }
    }

    /// Which of them it is.
    pub(super) fn method(&self, name: &[u8]) -> Option<usize> {
        let mut methods = self.methods.iter();
        methods.position(|method| method.as_bytes().eq_ignore_ascii_case(name))
    }
}

const ACK: &str = "ACK";

/// Messages of a template.
pub(super) struct Wanted {
    /// All, and those that have to be there.
    kinds: Vec<(Kind, i64, i64)>,
}

impl Wanted {
    pub(super) fn of(template: &Template, among: &Kinds) -> Self {
        let mut kinds: BTreeMap<Kind, (i64, i64)> = BTreeMap::new();
        for (number, step) in template.steps.iter().enumerate() {
            let method = template.method_of(number);
            let Some(method) = method.and_then(|method| among.method(method.as_bytes())) else {
                continue;
            };
            let is_request = matches!(step.what, What::Request(_));
            let counts = kinds.entry((method, is_request)).or_default();
            counts.0 += 1;
            let mut same = template.may_be_one_with(number);
            let is_needed = !template.is_optional(number) && same.all(|other| other > number);
            counts.1 += i64::from(is_needed);
        }
        let kinds = kinds.into_iter();
        Self {
            kinds: kinds
                .map(|(kind, (all, needed))| (kind, all, needed))
                .collect(),
        }
    }

    /// A flow in which everything is as documented.
    pub(super) fn whole(&self) -> Bound {
        let all: i64 = self.kinds.iter().map(|(_, all, _)| all).sum();
        Bound {
            score: 2 * all,
            seen: all.try_into().unwrap_or_default(),
            is_half: true,
        }
    }

    /// What it can be over these messages at best.
    pub(super) fn best_over(&self, seen: &Seen<'_>) -> Bound {
        let (mut matched, mut missing, mut there, mut mandatory) = (0, 0, 0, 0);
        for ((method, is_request), all, needed) in &self.kinds {
            let seen = seen.counts[*method][usize::from(*is_request)];
            matched += seen.min(*all);
            missing += (needed - seen).max(0);
            there += seen.min(*needed);
            mandatory += needed;
        }
        Bound {
            score: 2 * matched - missing,
            seen: matched.try_into().unwrap_or_default(),
            is_half: there * 2 >= mandatory,
        }
    }
}

/// How good a flow is at best.
pub(super) struct Bound {
    pub(super) score: i64,
    /// How many of its steps were seen.
    pub(super) seen: usize,
    /// Whether half of what has to be there was.
    pub(super) is_half: bool,
}

/// Messages of some hops.
#[derive(Clone)]
pub(super) struct Seen<'k> {
    kinds: &'k Kinds,
    /// Responses and requests of each method.
    counts: Vec<[i64; 2]>,
}

impl<'k> Seen<'k> {
    pub(super) fn nothing(kinds: &'k Kinds) -> Self {
        Self {
            kinds,
            counts: vec![[0; 2]; kinds.methods.len()],
        }
    }

    /// What is left of a scene.
    pub(super) fn left_of(scene: &Scene<'_, '_>, kinds: &'k Kinds) -> Self {
        let mut seen = Self::nothing(kinds);
        for hop in scene.looked_at() {
            let hop = &scene.hops[hop];
            if let Some(method) = hop.method {
                seen.counts[method][0] += hop.responses.len() as i64;
                seen.counts[method][1] += i64::from(hop.request.is_some());
            }
            seen.counts[kinds.ack][1] += i64::from(hop.ack.is_some());
        }
        seen
    }

    /// How many there are that templates may have.
    pub(super) fn messages(&self) -> usize {
        let all: i64 = self.counts.iter().flatten().sum();
        all.try_into().unwrap_or_default()
    }

    /// These and others.
    pub(super) fn with(mut self, others: &Self) -> Self {
        for (own, others) in self.counts.iter_mut().zip(&others.counts) {
            own[0] += others[0];
            own[1] += others[1];
        }
        self
    }

    /// Adds what some hops have, without reading their messages.
    pub(super) fn add<'t>(&mut self, hops: impl Iterator<Item = Hop<'t>>) {
        for hop in hops {
            let count = |parts: &[Part]| {
                let messages = hop.messages();
                let of = messages.filter(|message| parts.contains(&message.part()));
                of.count() as i64
            };
            if let Some(method) = self.kinds.method(hop.method_name()) {
                self.counts[method][0] += count(&RESPONSES);
                self.counts[method][1] += i64::from(hop.request().is_some());
            }
            self.counts[self.kinds.ack][1] += count(&[Part::Ack]).min(1);
        }
    }
}
