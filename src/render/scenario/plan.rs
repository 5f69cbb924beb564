//! What each message that is sent takes of those that came before, and so what has to be kept of them.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Event;
use super::kept::{Kept, REPEATED};
use crate::sip::{Message, Name, Text};

/// What the scenario of an end needs beside its messages.
pub(super) struct Plan {
    /// What is kept of which event.
    pub kept: BTreeMap<usize, BTreeSet<Kept>>,
    /// What each event takes, if it is sent.
    pub takes: Vec<Takes>,
    /// The events of which the route is recorded.
    pub recorded: BTreeSet<usize>,
    /// The challenges that are answered.
    pub answered: BTreeSet<usize>,
    /// The events that may be missing.
    pub optional: BTreeSet<usize>,
}

/// What a message that is sent takes of others.
#[derive(Default)]
pub(super) struct Takes {
    /// Whether something that stops its repetition comes before the next message is sent.
    pub is_stopped: bool,
    /// The number of the tag that the end has there.
    pub own_tag: Option<usize>,
    pub remote_tag: RemoteTag,
    pub call_id: CallId,
    pub target: Target,
    /// Of a response, the request that it repeats; none if that is the last message that was got.
    pub repeats: Option<usize>,
    /// Whether that has the tag of the end already.
    pub answers_in_dialog: bool,
    pub rseq: Option<usize>,
    pub etag: Option<usize>,
    /// The header field that SIPp makes.
    pub credentials: Option<Name>,
    /// The header field that is an answer to a challenge which SIPp does not know how to answer without a secret.
    pub unanswered: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum RemoteTag {
    #[default]
    Captured,
    /// That of the last response.
    Peer,
    Of(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CallId {
    /// The one of the scenario or, behind the first, one that SIPp takes for the same call by its number.
    Own(usize),
    Last,
    Of(usize),
}

impl Default for CallId {
    fn default() -> Self {
        Self::Own(0)
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Target {
    #[default]
    Captured,
    /// The one that SIPp recorded with the route.
    Next,
    Of(usize),
}

impl Plan {
    pub(super) fn of(events: &[Event]) -> Self {
        let mut planner = Planner::new(events);
        for (at, event) in events.iter().enumerate() {
            let takes = match event.sent {
                true => planner.sent(event),
                false => planner.got(at, event),
            };
            planner.plan.takes.push(takes);
        }
        let mut plan = planner.plan;
        mark_repeated(events, &mut plan.takes);
        plan.optional = optional(events, &plan.kept);
        plan
    }

    pub(super) fn has_groups(&self) -> bool {
        self.kept.values().flatten().any(|kept| kept.is_group())
    }
}

/// SIPp sends nothing as long as it would repeat what it sent before, and takes anything of these for a reason to stop.
fn mark_repeated(events: &[Event], takes: &mut [Takes]) {
    let mut is_stopped = false;
    for (event, takes) in events.iter().zip(takes).rev() {
        if event.sent {
            takes.is_stopped = is_stopped;
            is_stopped = false;
        } else if event.is_request() {
            is_stopped |= matches!(event.method(), b"ACK" | b"PRACK" | b"CANCEL" | b"BYE");
        } else {
            is_stopped |= !event.is_provisional() || event.method() == b"INVITE";
        }
    }
}

/// Provisional responses that nothing hangs on. SIPp wants one that must come behind those that may.
fn optional(events: &[Event], kept: &BTreeMap<usize, BTreeSet<Kept>>) -> BTreeSet<usize> {
    let mut optional = BTreeSet::new();
    let mut is_followed = false;
    for (at, event) in events.iter().enumerate().rev() {
        if event.sent {
            is_followed = false;
        } else if is_followed && event.is_provisional() && !kept.contains_key(&at) {
            optional.insert(at);
        } else {
            is_followed = true;
        }
    }
    optional
}

/// What is known at a point of the scenario.
struct Planner<'e> {
    plan: Plan,
    /// The dialog whose route SIPp records: it has room for one.
    routed: Option<(&'e [u8], &'e [u8])>,
    call_ids: BTreeMap<&'e [u8], (usize, Option<usize>)>,
    own_tags: BTreeMap<&'e [u8], usize>,
    /// Which event told a tag last.
    tags: BTreeMap<(&'e [u8], &'e [u8]), usize>,
    /// Which event told where a dialog is to be found.
    targets: BTreeMap<(&'e [u8], &'e [u8]), usize>,
    rseqs: BTreeMap<(&'e [u8], u32, Option<u32>), usize>,
    etags: BTreeMap<&'e [u8], usize>,
    /// What SIPp has in `[peer_tag_param]`.
    peer: Option<(&'e [u8], &'e [u8])>,
    last: Option<usize>,
    challenge: Option<(usize, u16, bool)>,
    events: &'e [Event],
}

impl<'e> Planner<'e> {
    fn new(events: &'e [Event]) -> Self {
        let mut call_ids = BTreeMap::new();
        for (at, event) in events.iter().enumerate() {
            let number = call_ids.len();
            let told_by = (!event.sent).then_some(at);
            call_ids.entry(event.call_id()).or_insert((number, told_by));
        }
        let mut in_dialog = events
            .iter()
            .filter(|event| event.sent && event.is_in_dialog());
        let routed = in_dialog.next();
        Self {
            plan: Plan {
                kept: BTreeMap::new(),
                takes: Vec::with_capacity(events.len()),
                recorded: BTreeSet::new(),
                answered: BTreeSet::new(),
                optional: BTreeSet::new(),
            },
            routed: routed.and_then(|event| Some((event.call_id(), event.tag_in_to()?))),
            call_ids,
            own_tags: BTreeMap::new(),
            tags: BTreeMap::new(),
            targets: BTreeMap::new(),
            rseqs: BTreeMap::new(),
            etags: BTreeMap::new(),
            peer: None,
            last: None,
            challenge: None,
            events,
        }
    }

    fn keep(&mut self, event: usize, what: Kept) {
        self.plan.kept.entry(event).or_default().insert(what);
    }

    fn got(&mut self, at: usize, event: &'e Event) -> Takes {
        self.last = Some(at);
        let message = event.message();
        let call_id = event.call_id();
        let tag = match event.is_request() {
            true => event.tag_in_from(),
            false => event.tag_in_to(),
        };
        if let Some(tag) = tag {
            let dialog = (call_id, tag);
            // Requests do not get lost; of responses the one before is that which came.
            let events = self.events;
            let told = self.tags.entry(dialog).or_insert(at);
            if !events[*told].is_request() {
                *told = at;
            }
            let makes = !matches!(event.method(), b"REGISTER" | b"ACK" | b"BYE" | b"CANCEL");
            let is_refused = message.status().is_some_and(|status| status >= 300);
            if makes && !is_refused && message.has(Name::Contact) {
                self.targets.insert(dialog, at);
                if self.routed == Some(dialog) {
                    self.plan.recorded.insert(at);
                }
            }
            if !event.is_request() {
                self.peer = Some(dialog);
            }
        }
        if let Some(status @ (401 | 407)) = message.status() {
            self.challenge = Some((at, status, is_answerable(message)));
        }
        if let Some(number) = message.number(Name::RSeq).and_then(|rseq| rseq.value) {
            let cseq = message.cseq().and_then(|cseq| cseq.number);
            self.rseqs.insert((call_id, number, cseq), at);
        }
        let etag = message.value(Name::SipEtag).map(Text::bytes);
        self.etags.extend(etag.map(|etag| (etag, at)));
        Takes::default()
    }

    fn sent(&mut self, event: &'e Event) -> Takes {
        let mut takes = Takes::default();
        let own_tag = match event.is_request() {
            true => event.tag_in_from(),
            false => event.tag_in_to(),
        };
        if let Some(tag) = own_tag {
            let number = self.own_tags.len();
            takes.own_tag = Some(*self.own_tags.entry(tag).or_insert(number));
        }
        match event.answers {
            Some(request) => self.response(&mut takes, event, request),
            None => self.request(&mut takes, event),
        }
        takes
    }

    fn response(&mut self, takes: &mut Takes, event: &Event, request: usize) {
        takes.answers_in_dialog = self.events[request].tag_in_to().is_some();
        if self.last == Some(request) {
            return;
        }
        takes.repeats = Some(request);
        for what in REPEATED {
            self.keep(request, what);
        }
        if event.message().has(Name::RecordRoute) {
            self.keep(request, Kept::RecordRoute);
        }
    }

    fn request(&mut self, takes: &mut Takes, event: &'e Event) {
        let message = event.message();
        let call_id = event.call_id();
        takes.call_id = self.call_id(call_id);
        if let CallId::Of(told_by) = takes.call_id {
            self.keep(told_by, Kept::CallId);
        }
        let dialog = event.tag_in_to().map(|tag| (call_id, tag));
        if let Some(dialog) = dialog {
            takes.remote_tag = match self.tags.get(&dialog) {
                _ if self.peer == Some(dialog) => RemoteTag::Peer,
                Some(told_by) => RemoteTag::Of(*told_by),
                None => RemoteTag::Captured,
            };
            if let RemoteTag::Of(told_by) = takes.remote_tag {
                self.keep(told_by, Kept::Tag);
            }
        }
        if let Some(dialog) = dialog.filter(|_| event.is_in_dialog()) {
            takes.target = match self.targets.get(&dialog) {
                Some(_) if self.routed == Some(dialog) => Target::Next,
                Some(told_by) => Target::Of(*told_by),
                None => Target::Captured,
            };
            if let Target::Of(told_by) = takes.target {
                self.keep(told_by, Kept::Target);
            }
        }
        if let Some(rack) = message.rack() {
            let told = rack.response.map(|number| (call_id, number, rack.cseq));
            takes.rseq = told.and_then(|told| self.rseqs.get(&told).copied());
        }
        let etag = message.value(Name::SipIfMatch).map(Text::bytes);
        takes.etag = etag.and_then(|etag| self.etags.get(etag).copied());
        for (told_by, what) in [(takes.rseq, Kept::RSeq), (takes.etag, Kept::Etag)] {
            if let Some(told_by) = told_by {
                self.keep(told_by, what);
            }
        }
        if let Some((challenge, status, is_answerable)) = self.challenge {
            let name = match status {
                401 => Name::Authorization,
                _ => Name::ProxyAuthorization,
            };
            let has = message.has(name) && event.method() != b"ACK";
            takes.unanswered = has && !is_answerable;
            if has && is_answerable {
                takes.credentials = Some(name);
                self.plan.answered.insert(challenge);
            }
        }
    }

    fn call_id(&self, call_id: &[u8]) -> CallId {
        let (number, told_by) = self.call_ids.get(call_id).copied().unwrap_or_default();
        let is_last = |last: usize| self.events[last].call_id() == call_id;
        match told_by {
            _ if self.call_ids.len() == 1 => CallId::Own(0),
            None => CallId::Own(number),
            Some(_) if self.last.is_some_and(is_last) => CallId::Last,
            Some(told_by) => CallId::Of(told_by),
        }
    }
}

/// Whether SIPp knows the algorithm and needs no more than a password for it.
fn is_answerable(message: Message<'_>) -> bool {
    let challenges = [Name::WwwAuthenticate, Name::ProxyAuthenticate];
    let challenge = challenges
        .iter()
        .find_map(|name| message.auths(*name).next());
    challenge.is_some_and(|challenge| {
        let algorithm = challenge.params.value("algorithm");
        challenge.scheme.is("Digest")
            && algorithm.is_none_or(|algorithm| algorithm.unquoted().is("MD5"))
    })
}
