//! What a request caused beyond its own Call-ID: a REGISTER the registrations at application servers and the subscriptions to
//! its state, a REFER the call that it asks for, a 412 that a state is published anew. Identity, place, order and time have
//! to fit, and where two could be the cause, neither is.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use foldhash::fast::RandomState;

use super::Trace;
use super::clue::LinkKind;
use super::facts::{Detail, Fact, TextId};
use super::hops::HopEntry;
use super::ids::{HopId, MessageId};
use super::legs::SOON;
use super::mention::Mention;
use super::sightings::{INVITE, PUBLISH, REFER, REGISTER, SUBSCRIBE};

/// Why a request was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cause {
    pub(super) caused: HopId,
    pub(super) by: HopId,
    pub(super) kind: LinkKind,
}

/// Only so many of the latest hops about one identity are looked at.
const MOST_LOOKED_AT: usize = 64;

/// All causes, in the order of the hops that were caused.
pub(super) fn find(trace: &Trace) -> Vec<Cause> {
    let mut finder = Finder::new(trace);
    let registered = Triggers::registered(trace);
    let is_third_party = |request| {
        let fact = fact(trace, request);
        fact.from != fact.to
    };
    finder.explain_all(
        LinkKind::ThirdPartyRegister,
        REGISTER,
        &registered,
        is_third_party,
    );
    let is_about_state = |request| is_about_registration(trace, request);
    finder.explain_all(
        LinkKind::RegistrationState,
        SUBSCRIBE,
        &registered,
        is_about_state,
    );
    finder.explain_all(
        LinkKind::PublishedAnew,
        PUBLISH,
        &Triggers::lost(trace),
        |_| true,
    );
    finder.explain_all(LinkKind::Refer, INVITE, &Triggers::referred(trace), |_| {
        true
    });
    finder.found.sort_unstable_by_key(|cause| cause.caused);
    finder.found
}

/// A hop that may be a cause.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Trigger {
    /// Whom it is about.
    identity: TextId,
    request: MessageId,
    hop: HopId,
    answer: MessageId,
}

/// By identity, then by time.
struct Triggers(Vec<Trigger>);

impl Triggers {
    /// Each accepted REGISTER by its address and by what the answer says is registered with it.
    fn registered(trace: &Trace) -> Self {
        Self::of(trace, REGISTER, 200..300, |request, answer, identities| {
            identities.push(fact(trace, request).to);
            identities.extend(mentioned(trace, answer, Mention::Associated));
        })
    }

    /// Each accepted REFER by what it refers to.
    fn referred(trace: &Trace) -> Self {
        Self::of(trace, REFER, 200..300, |request, _, identities| {
            identities.extend(mentioned(trace, request, Mention::ReferTo));
        })
    }

    /// Each PUBLISH for a state that the server does not know any more, by whose state it is.
    fn lost(trace: &Trace) -> Self {
        Self::of(trace, PUBLISH, 412..413, |request, _, identities| {
            identities.push(fact(trace, request).to);
        })
    }

    fn of(
        trace: &Trace,
        method: u16,
        statuses: Range<u16>,
        add: impl Fn(MessageId, MessageId, &mut Vec<TextId>),
    ) -> Self {
        let mut all = Vec::new();
        let mut identities = Vec::new();
        for (position, hop) in trace.hops.iter().enumerate() {
            if hop.method != method || !statuses.contains(&hop.status) {
                continue;
            }
            let (Some(request), Some(answer)) = (hop.request.known(), trace.final_of(hop)) else {
                continue;
            };
            add(request, answer, &mut identities);
            identities.sort_unstable();
            identities.dedup();
            all.extend(identities.drain(..).map(|identity| Trigger {
                identity,
                request,
                hop: HopId::at(position),
                answer,
            }));
        }
        all.sort_unstable();
        Self(all)
    }

    /// Those about an identity that were sent before a message, latest first.
    fn before(&self, identity: TextId, message: MessageId) -> impl Iterator<Item = Trigger> {
        let is_before = |one: &Trigger| (one.identity, one.request) < (identity, message);
        let end = self.0.partition_point(is_before);
        let latest = self.0[..end].iter().rev().take(MOST_LOOKED_AT);
        latest
            .take_while(move |one| one.identity == identity)
            .copied()
    }
}

struct Finder<'a> {
    trace: &'a Trace,
    /// Whether a hop is continued by another.
    goes_on: Vec<bool>,
    found: Vec<Cause>,
    /// Group and CSeq of what caused something, and the ends of what it caused: it causes one thing there.
    taken: HashSet<(u32, u32, u32, u32), RandomState>,
    /// The group that caused another.
    origins: HashMap<u32, u32, RandomState>,
}

impl<'a> Finder<'a> {
    fn new(trace: &'a Trace) -> Self {
        let mut goes_on = vec![false; trace.hops.len()];
        for parent in trace.hops.iter().filter_map(|hop| hop.parent.known()) {
            goes_on[parent.position()] = true;
        }
        Self {
            trace,
            goes_on,
            found: Vec::new(),
            taken: HashSet::default(),
            origins: HashMap::default(),
        }
    }

    /// Finds causes of the requests with this method that entered the trace outside of any dialog, the earliest first.
    fn explain_all(
        &mut self,
        kind: LinkKind,
        method: u16,
        triggers: &Triggers,
        accept: impl Fn(MessageId) -> bool,
    ) {
        // Most traces hold no REFER, but many INVITEs.
        if triggers.0.is_empty() {
            return;
        }
        let hops = self.trace.hops.iter().enumerate();
        let begun = hops.filter(|(_, hop)| {
            hop.method == method
                && hop.begins(|above| self.hop(above))
                && hop.request.known().is_some()
                && fact(self.trace, hop.request).to_tag.is_none()
                && accept(hop.request)
        });
        let begun = begun.map(|(position, hop)| (hop.request, HopId::at(position)));
        let mut begun: Vec<_> = begun.collect();
        begun.sort_unstable();
        for (_, caused) in begun {
            self.explain(caused, kind, triggers);
        }
    }

    fn hop(&self, hop: HopId) -> &'a HopEntry {
        &self.trace.hops[hop.position()]
    }

    /// Finds the one request that can have caused a hop.
    fn explain(&mut self, caused: HopId, kind: LinkKind, triggers: &Triggers) {
        let effect = self.hop(caused);
        let mut about = vec![fact(self.trace, effect.request).to];
        // Who is referred may keep To as the one who refers knew it.
        about.extend(mentioned(self.trace, effect.request, Mention::Target));
        about.sort_unstable();
        about.dedup();
        let could = about
            .into_iter()
            .flat_map(|identity| triggers.before(identity, effect.request))
            .filter(|by| self.could_cause(by, effect, kind));
        let is_free = |by: &Trigger| !self.taken.contains(&slot(self.hop(by.hop), effect));
        let mut free: Vec<_> = could.filter(is_free).collect();
        free.sort_by_key(|by| std::cmp::Reverse(by.request));
        let mut free = free.into_iter();
        let Some(Trigger { hop: by, .. }) = free.next() else {
            return;
        };
        let cause = self.hop(by);
        let origin = |hop: &HopEntry| self.origins.get(&hop.group).copied().unwrap_or(hop.group);
        if free.any(|other| origin(self.hop(other.hop)) != origin(cause)) {
            return;
        }
        let origin = origin(cause);
        let kind = match kind {
            LinkKind::Refer if self.names_who_refers(cause, effect) => LinkKind::ReferredBy,
            kind => kind,
        };
        self.taken.insert(slot(cause, effect));
        self.origins.insert(effect.group, origin);
        self.found.push(Cause { caused, by, kind });
    }

    fn could_cause(&self, by: &Trigger, effect: &HopEntry, kind: LinkKind) -> bool {
        let cause = self.hop(by.hop);
        cause.group != effect.group
            && self.trace.has_call_id(cause.group)
            && self.trace.has_call_id(effect.group)
            && self.is_soon(by.answer, effect.request)
            && match kind {
                LinkKind::ThirdPartyRegister => self.registrar_sends(by.hop, effect),
                LinkKind::RegistrationState => {
                    by.answer < effect.request && self.takes_part(cause, effect)
                }
                LinkKind::PublishedAnew => {
                    by.answer < effect.request && self.publishes_again(cause, effect)
                }
                _ => self.was_referred(by.hop, effect),
            }
    }

    fn is_soon(&self, answer: MessageId, request: MessageId) -> bool {
        let time =
            |message: MessageId| self.trace.time_of(&self.trace.messages[message.position()]);
        let times = time(answer).zip(time(request));
        times.is_none_or(|(answered, sent)| sent.saturating_sub(answered) <= SOON)
    }

    /// The node at which the REGISTER arrived sends one in its own name.
    fn registrar_sends(&self, by: HopId, effect: &HopEntry) -> bool {
        let from = |hop: &HopEntry| fact(self.trace, hop.request).from;
        from(self.hop(by)) != from(effect) && self.ends_at_sender(by, effect)
    }

    fn ends_at_sender(&self, by: HopId, effect: &HopEntry) -> bool {
        let end = self.hop(by).destination;
        !self.goes_on[by.position()] && self.trace.sightings.is_at(end, effect.source)
    }

    /// A node that saw the 2xx subscribes: the terminal, a proxy, or the application server, but not who registered there.
    fn takes_part(&self, cause: &HopEntry, effect: &HopEntry) -> bool {
        let fact = fact(self.trace, cause.request);
        let is_at = |end| self.trace.sightings.is_at(end, effect.source);
        is_at(cause.destination) || fact.from == fact.to && is_at(cause.source)
    }

    /// The same publishes at the same place, without the entity-tag that was not known.
    fn publishes_again(&self, cause: &HopEntry, effect: &HopEntry) -> bool {
        let event_and_tag = |hop: &HopEntry| {
            let detail = detail(self.trace, hop.request);
            detail.map(|detail| (detail.event, detail.etag))
        };
        let (before, again) = (event_and_tag(cause), event_and_tag(effect));
        let from = |hop: &HopEntry| fact(self.trace, hop.request).from;
        again.is_some_and(|(_, tag)| tag.is_none())
            && before.map(|(event, _)| event) == again.map(|(event, _)| event)
            && from(cause) == from(effect)
            && (cause.source, cause.destination) == (effect.source, effect.destination)
    }

    /// The node at which the REFER ended sends the request, and does not contradict who referred it.
    fn was_referred(&self, by: HopId, effect: &HopEntry) -> bool {
        let cause = self.hop(by);
        let [cause_by, effect_by] = [cause, effect].map(|hop| self.who_refers(hop));
        self.ends_at_sender(by, effect)
            && (effect_by.is_none() || cause_by.is_none() || cause_by == effect_by)
            && self.begins(effect)
    }

    /// Whether it is the first hop of its group: an INVITE that is sent again with credentials is not asked for again.
    fn begins(&self, hop: &HopEntry) -> bool {
        let first = self.trace.hops_of_group(hop.group).first();
        first.is_some_and(|first| first.request == hop.request)
    }

    fn names_who_refers(&self, cause: &HopEntry, effect: &HopEntry) -> bool {
        let by = self.who_refers(cause);
        by.is_some() && by == self.who_refers(effect)
    }

    fn who_refers(&self, hop: &HopEntry) -> Option<TextId> {
        mentioned(self.trace, hop.request, Mention::ReferredBy).next()
    }
}

fn slot(cause: &HopEntry, effect: &HopEntry) -> (u32, u32, u32, u32) {
    (cause.group, cause.cseq, effect.source, effect.destination)
}

fn fact(trace: &Trace, message: MessageId) -> Fact {
    let sighting = trace.first_sighting(&trace.messages[message.position()]);
    trace.facts.of(sighting)
}

fn detail(trace: &Trace, message: MessageId) -> Option<&Detail> {
    let sighting = trace.first_sighting(&trace.messages[message.position()]);
    trace.facts.details(sighting)
}

fn mentioned(
    trace: &Trace,
    message: MessageId,
    what: Mention,
) -> impl Iterator<Item = TextId> + use<'_> {
    let sighting = trace.first_sighting(&trace.messages[message.position()]);
    let all = trace.facts.mentions(sighting).iter();
    all.filter(move |fact| fact.mention == what)
        .map(|fact| fact.text)
}

/// Whether a SUBSCRIBE is for the package `reg` (RFC 3680 4.1).
fn is_about_registration(trace: &Trace, request: MessageId) -> bool {
    let event = detail(trace, request).map(|detail| detail.event);
    let event = trace.facts.text(event.unwrap_or_default());
    let package = event.split(|byte| *byte == b';').next().unwrap_or_default();
    package.trim_ascii() == b"reg"
}
