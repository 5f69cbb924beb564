//! Where an end sends a request of its dialog: to the Contact that the other end gave last, over the proxies that put themselves in the
//! path when the dialog was made (RFC 3261 12.2.1.1).

use super::{Deviation, Judge};
use crate::flow::matching::scene::Path;
use crate::flow::template::{REQUEST_URI, What};
use crate::sip::{self, Name, Problems, Text, Uri};
use crate::trace::{MessageId, Route, RouteSet, Target};

pub(super) const ROUTE: &str = "Route";

/// Longer than a message is on its way: what was sent so long after another knew of it.
const CROSSES: i64 = 4_000_000_000;

impl<'t> Judge<'_, 't> {
    /// What of Request-URI and Route says that a request goes elsewhere than the dialog does, as far as the trace tells both.
    pub(super) fn misdirected(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let Some((path, sip)) = self.path_of(step, message) else {
            return Vec::new();
        };
        let set = route_set(&path, message);
        // A strict router finds itself in the Request-URI.
        if set.is_some_and(|set| set.routes.iter().any(|route| !route.loose)) {
            return Vec::new();
        }
        let target = self.not_the_target(&path, message);
        let routes = set.and_then(|set| not_the_set(own(&path, set), &sip));
        target.into_iter().chain(routes).collect()
    }

    /// The message which says that the Request-URI or the Route of a request has to be what it is.
    pub(super) fn directed_by(&self, step: usize, what: &str) -> Option<MessageId> {
        let message = self.messages[step]?;
        let (path, _) = self.path_of(step, message)?;
        match what {
            ROUTE => Some(route_set(&path, message)?.message),
            _ => Some(targets(&path, message).last()?.message),
        }
    }

    /// The dialog of a request that an end sends, and what stands in that.
    fn path_of(&self, step: usize, message: MessageId) -> Option<(Path<'t>, sip::Message<'_>)> {
        let What::Request(request) = &self.template.steps[step].what else {
            return None;
        };
        let sip = self.whole(message).filter(|_| request.relays.is_none())?;
        let is_of_end = sip.vias().count() == 1 && sip.to()?.tag().is_some();
        let hop = self.scene.trace.message(message)?.hop();
        let path = self.scene.path(hop).filter(|_| is_of_end)?;
        Some((path, sip))
    }

    fn not_the_target(&self, path: &Path<'_>, message: MessageId) -> Option<Deviation> {
        let (target, before) = targets(path, message).split_last()?;
        let got = self.scene.values(message, REQUEST_URI)?.pop()?;
        let is = |target: &Target| same(&target.uri, &got);
        let told = self.scene.trace.message(target.message)?;
        let has_arrived = told.receiver_node()?.id() == path.end.id();
        let since = self.nanos_between(target.message, message);
        let may_have_crossed = since.is_none_or(|since| since < CROSSES) && before.iter().any(is);
        (!is(target) && has_arrived && !may_have_crossed).then(|| Deviation {
            what: REQUEST_URI.to_owned(),
            expected: target.uri.clone(),
            got: got.into_owned(),
        })
    }
}

/// Where the other end was to be found before a message was sent.
fn targets<'p>(path: &'p Path<'_>, message: MessageId) -> &'p [Target] {
    let targets = path.state.targets.of(path.from);
    let known = targets.partition_point(|target| target.message < message);
    &targets[..known]
}

/// The proxies of the side that sends a message, as it was told of them before.
fn route_set<'p>(path: &'p Path<'_>, message: MessageId) -> Option<&'p RouteSet> {
    let set = path.state.routes.of(path.from).as_ref();
    set.filter(|set| set.at_own_hop && set.message < message)
}

/// What is behind the end itself, if that put itself in the path.
fn own<'s>(path: &Path<'_>, set: &'s RouteSet) -> &'s [Route] {
    let is_own = |route: &Route| path.end.is_named_by(&read(&route.uri));
    let behind = set.routes.iter().rposition(is_own);
    &set.routes[behind.map_or(0, |at| at + 1)..]
}

/// A Route that is not the set. Entries before it may be a proxy that is set by hand.
fn not_the_set(set: &[Route], sip: &sip::Message<'_>) -> Option<Deviation> {
    let sent: Vec<_> = sip.addresses(Name::Route).collect();
    let is_readable = sent.iter().all(|entry| entry.text.bytes().contains(&b'<'));
    let sent: Vec<_> = sent.iter().map(|entry| entry.uri_text().lossy()).collect();
    let mut pairs = set.iter().rev().zip(sent.iter().rev());
    let is_set = pairs.all(|(route, uri)| same(&route.uri, uri)) && sent.len() >= set.len();
    let listed = |uris: Vec<&str>| match uris.as_slice() {
        [] => "none".to_owned(),
        uris => format!("<{}>", uris.join(">, <")),
    };
    (is_readable && !is_set).then(|| Deviation {
        what: ROUTE.to_owned(),
        expected: listed(set.iter().map(|route| route.uri.as_str()).collect()),
        got: listed(sent.iter().map(AsRef::as_ref).collect()),
    })
}

/// Whether both are the same place; a port that is said may be the one that would be used without.
fn same(one: &str, other: &str) -> bool {
    let plain = |uri: &str| uri.replace(":5060", "");
    one == other || read(&plain(one)).equivalent(&read(&plain(other)))
}

fn read(uri: &str) -> Uri<'_> {
    Uri::read(Text::all(uri.as_bytes()), &mut Problems::ignored())
}
