//! How many messages of each kind a template and a scene have: enough to tell without a closer look how well they can go
//! together at best, so that only flows are laid over a call that can explain it better than what was found already.

use std::collections::BTreeMap;

use super::scene::{RESPONSES, Scene};
use crate::flow::template::{Template, What};
use crate::trace::{Hop, Part};

/// Method of the transaction, and whether it is the request.
type Kind = (Vec<u8>, bool);

/// Messages of a template.
pub(super) struct Wanted {
    /// All, and those that have to be there.
    kinds: BTreeMap<Kind, (i64, i64)>,
}

impl Wanted {
    pub(super) fn of(template: &Template) -> Self {
        let mut kinds: BTreeMap<Kind, (i64, i64)> = BTreeMap::new();
        for (number, step) in template.steps.iter().enumerate() {
            let Some(method) = template.method_of(number) else {
                continue;
            };
            let is_request = matches!(step.what, What::Request(_));
            let kind = (method.to_ascii_uppercase().into_bytes(), is_request);
            let counts = kinds.entry(kind).or_default();
            counts.0 += 1;
            counts.1 += i64::from(!template.is_optional(number));
        }
        Self { kinds }
    }

    /// The best score that it can have over these messages; `None` if half of what has to be there is not.
    pub(super) fn best_over(&self, seen: &Seen) -> Option<i64> {
        let (mut matched, mut missing, mut there, mut mandatory) = (0, 0, 0, 0);
        for (kind, (all, needed)) in &self.kinds {
            let seen = seen.kinds.get(kind).copied().unwrap_or_default();
            matched += seen.min(*all);
            missing += (needed - seen).max(0);
            there += seen.min(*needed);
            mandatory += needed;
        }
        (there * 2 >= mandatory).then_some(2 * matched - missing)
    }
}

/// Messages of a scene that belong to no flow yet.
pub(super) struct Seen {
    kinds: BTreeMap<Kind, i64>,
}

impl Seen {
    /// What is left of a scene.
    pub(super) fn of(scene: &Scene<'_, '_>) -> Self {
        let hops = scene.looked_at().into_iter();
        Self::of_hops(hops.map(|hop| scene.hops[hop].hop))
    }

    /// What some hops have, without reading their messages.
    pub(super) fn of_hops<'t>(hops: impl IntoIterator<Item = Hop<'t>>) -> Self {
        let mut kinds: BTreeMap<Kind, i64> = BTreeMap::new();
        for hop in hops {
            let method = hop.method_name().to_ascii_uppercase();
            let count = |parts: &[Part]| {
                let messages = hop.messages();
                let of = messages.filter(|message| parts.contains(&message.part()));
                of.count() as i64
            };
            let responses = count(&RESPONSES);
            *kinds.entry((method.clone(), true)).or_default() += i64::from(hop.request().is_some());
            *kinds.entry((method, false)).or_default() += responses;
            *kinds.entry((b"ACK".to_vec(), true)).or_default() += count(&[Part::Ack]).min(1);
        }
        Self { kinds }
    }
}
