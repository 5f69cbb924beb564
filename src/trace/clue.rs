//! What one message tells about where it belongs: read from its bytes once, by any thread, before anything is put together.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use foldhash::quality::RandomState;

use super::link_rule::{LinkRule, LinkingField};
use super::marks::Marks;
use super::mention::{self, Mention};
use super::told::{AddressTold, Told};
use crate::base::Span;
use crate::sip::body::{Body, Content};
use crate::sip::{FirstLine, Index, Message, Name, Params, Problems, Start, Text, Values};

/// What correlation needs of one message. Texts are spans into its bytes, empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct Clue {
    /// Whether it is of a response.
    pub(super) response: bool,
    /// Of all bytes: equal for the same packet seen twice, and for a retransmission.
    pub(super) content: u64,
    /// Of sent-by and branch of the top Via; 0 without Via.
    pub(super) via: u64,
    /// Of sent-by and branch of all Via values but the top one; 0 if there is no other. See [`stack`].
    pub(super) below: u64,
    /// The same of all but the two top ones.
    pub(super) farther: u64,
    /// Of what tells where a request goes: Request-URI and Route.
    pub(super) target: u64,
    /// Number of Via values.
    pub(super) vias: u16,
    /// Number of Record-Route values.
    pub(super) record_routes: u16,
    /// Number of Route values.
    pub(super) routes: u8,
    /// Number of Path values.
    pub(super) paths: u8,
    /// Of the body; 0 without one.
    pub(super) body: u64,
    pub(super) from_tag: Span,
    pub(super) to_tag: Span,
    pub(super) from: Span,
    pub(super) to: Span,
    pub(super) sent_by: Span,
    pub(super) contact: Span,
    pub(super) route: Span,
    pub(super) record_route: Span,
    /// Host and port of the Record-Route value below the topmost one: a node with two interfaces adds both.
    pub(super) record_route_below: Span,
    pub(super) marks: Marks,
    pub(super) details: Option<Details>,
    /// The contacts of a REGISTER or its answer with the seconds of each, where the first Contact does not say all: several, or
    /// `*`.
    pub(super) bindings: Vec<(Span, Option<u32>)>,
    /// What may name other legs of the same call.
    pub(super) links: Vec<(LinkKind, Span)>,
    /// What tells which requests it causes, or what caused it.
    pub(super) mentions: Vec<(Mention, Span)>,
}

/// What registrations, subscriptions and publications need beside it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Details {
    /// Of the Expires field, or of the Contact in a REGISTER or its answer, or of Subscription-State in a NOTIFY.
    pub(super) expires: Option<u32>,
    /// The event package with its parameters.
    pub(super) event: Span,
    /// The word of Subscription-State.
    pub(super) state: Span,
    /// Why a subscription ended.
    pub(super) reason: Span,
    /// SIP-ETag of an answer, SIP-If-Match of a request.
    pub(super) etag: Span,
    /// Whether credentials are in a request.
    pub(super) credentials: bool,
}

/// What makes two groups of hops one call, each with a Call-ID of its own or a part of one; the best reason comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// `icid-value` of P-Charging-Vector (RFC 7315 5.6): one charging identity for all legs.
    Icid,
    /// The local UUID of Session-ID (RFC 7989): end to end across back-to-back user agents.
    SessionId,
    /// A field that names the Call-ID of the other leg.
    CallIdField,
    /// A request comes back with the Route value by which its serving node knows the dialog (TS 24.229 5.4.3).
    OriginalDialog,
    /// The same Call-ID, with other tags: an element got one request and sent the other.
    CallId,
    /// Replaces, Join or Target-Dialog names a dialog of the other call.
    DialogReference,
    /// A REGISTER encloses the one that triggered it (TS 24.229 5.4.1.7).
    EnclosedMessage,
    /// A PUBLISH names the entity-tag that an answer gave (RFC 3903 4.1).
    EntityTag,
    /// The operator says so: the rule with this position in [`super::Hints::links`].
    Operator(u16),
    /// A REFER asked for an INVITE which names the same one who refers (RFC 3892 3).
    ReferredBy,
    /// A registration at an application server behind the one that triggered it (TS 24.229 5.4.1.7).
    ThirdPartyRegister,
    /// A subscription to the state of a registration behind that registration (RFC 3680; TS 24.229 5.1.1.3, 5.2.3).
    RegistrationState,
    /// A state is published anew after a 412 to its entity-tag (RFC 3903 4.1).
    PublishedAnew,
    /// An INVITE to where a REFER refers, by the one that got the REFER (RFC 3515).
    Refer,
    /// The same session origin in SDP (RFC 8866 5.2): the description went through unchanged.
    SdpOrigin,
}

impl LinkKind {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Icid => "icid-value",
            Self::SessionId => "Session-ID",
            Self::CallIdField => "Call-ID in a header",
            Self::OriginalDialog => "original dialog identifier",
            Self::CallId => "same Call-ID",
            Self::DialogReference => "dialog reference",
            Self::EnclosedMessage => "enclosed message",
            Self::EntityTag => "entity-tag",
            Self::Operator(_) => "operator rule",
            Self::ReferredBy => "REFER and Referred-By",
            Self::ThirdPartyRegister => "third-party registration",
            Self::RegistrationState => "subscription to the registration",
            Self::PublishedAnew => "publication after 412",
            Self::Refer => "REFER",
            Self::SdpOrigin => "SDP origin",
        }
    }

    /// Whether it was made to say so, and is no coincidence that happens.
    pub fn is_strong(self) -> bool {
        let by_place_and_time = matches!(
            self,
            Self::ThirdPartyRegister | Self::RegistrationState | Self::PublishedAnew | Self::Refer
        );
        !by_place_and_time && self != Self::SdpOrigin
    }
}

/// Fields of well-known systems that carry the Call-ID of the leg before.
const CALL_ID_FIELDS: [&str; 4] = [
    "X-Call-ID",
    "X-CID",
    "X-Original-Call-ID",
    "X-Asterisk-Call-ID",
];

/// Reads clues; all readers of one trace have to be copies of one.
#[derive(Clone, Debug, Default)]
pub struct ClueReader {
    hashes: RandomState,
    index: Index,
    /// Stand for the Via values of the message that is read.
    vias: Vec<u64>,
    told: Told,
    /// Fields whose values join Call-IDs, as the operator says.
    linking: Arc<[LinkingField]>,
}

impl ClueReader {
    /// The same, reading what these rules need.
    pub(super) fn linking(self, rules: &[LinkRule]) -> Self {
        let linking = LinkingField::of(rules).collect();
        Self { linking, ..self }
    }

    /// Reads the clues of one message, of which no more than this was seen unless it is whole.
    pub fn read(&mut self, bytes: &[u8], whole: bool) -> Clue {
        let message = Message::read_seen(bytes, whole, &mut self.index);
        let mut clue = Clue {
            response: matches!(message.start(), Some(Start::Response(_))),
            content: self.hashes.hash_one(bytes),
            ..Clue::default()
        };
        if matches!(message.start(), Some(Start::Request(_)))
            && let FirstLine::Request { uri, .. } = message.first_line()
        {
            let mut target = self.hashes.build_hasher();
            uri.bytes().hash(&mut target);
            for route in message.values(Name::Route) {
                route.bytes().hash(&mut target);
            }
            clue.target = target.finish();
        }
        clue.marks = Marks::of(&message);
        if !whole && !message.has_end_of_headers() {
            clue.marks.add(Marks::BREAKS_OFF);
        }
        self.vias.clear();
        for via in message.values(Name::Via) {
            let told = self.told.via(via, &self.hashes);
            if clue.vias == 0 {
                (clue.via, clue.sent_by) = (told.own, told.sent_by);
                if told.has_cookie {
                    clue.marks.add(Marks::COOKIE);
                }
            }
            self.vias.push(told.own);
            clue.vias = clue.vias.saturating_add(1);
        }
        (clue.below, clue.farther) = below(&self.vias);
        let mut first = |name| Some(self.told.address(message.address_text(name)?));
        if let Some(from) = first(Name::From) {
            (clue.from, clue.from_tag) = (from.identity, from.tag);
        }
        if let Some(to) = first(Name::To) {
            (clue.to, clue.to_tag) = (to.identity, to.tag);
        }
        if let Some(contact) = first(Name::Contact) {
            clue.contact = contact.uri;
        }
        if !clue.response {
            read_way(&message, &mut self.told, &mut clue);
        }
        let body = message.rest();
        if !body.is_empty() {
            clue.body = self.hashes.hash_one(body.bytes());
        }
        let method = message.cseq().map(|cseq| cseq.method).unwrap_or_default();
        clue.details = details(&message, method);
        if method == "REGISTER" {
            clue.bindings = bindings(&message);
        }
        if matches!(message.start(), Some(Start::Request(_))) && clue.to_tag.is_empty() {
            links(&message, &mut clue.links);
        }
        if may_describe(&message, method, &clue) {
            let origin = session_origin(&message.body());
            let origin = origin.map(|origin| (LinkKind::SdpOrigin, origin));
            clue.links.extend(origin);
        }
        for field in self.linking.iter() {
            field.read(&message, &mut clue.links);
        }
        mention::read(&message, &mut clue);
        clue
    }
}

/// What tells the way of a request: Route, Path and Record-Route.
fn read_way(message: &Message<'_>, told: &mut Told, clue: &mut Clue) {
    if let Some(route) = message.address_text(Name::Route) {
        let route = told.address(route);
        if route.is_loose_router {
            clue.marks.add(Marks::LOOSE_ROUTE);
        }
        clue.route = route.place;
    }
    let routes = message.values(Name::Route).count();
    clue.routes = u8::try_from(routes).unwrap_or(u8::MAX);
    if clue.marks.has(Marks::PATH) {
        let paths = message.values(Name::Path).count();
        clue.paths = u8::try_from(paths).unwrap_or(u8::MAX);
    }
    let mut record_routes = message.address_texts(Name::RecordRoute);
    let topmost = [record_routes.next(), record_routes.next()];
    let topmost = topmost.map(|one| Some(told.address(one?)));
    let [top, below] = topmost;
    clue.record_route = top.map(|top| top.place).unwrap_or_default();
    clue.record_route_below = below.map(|below| below.place).unwrap_or_default();
    let is_one_of_two = |one: &Option<AddressTold>| one.is_some_and(|one| one.is_one_of_two);
    if topmost.iter().all(is_one_of_two) {
        clue.marks.add(Marks::RECORDED_TWICE);
    }
    clue.record_routes = count(message.values(Name::RecordRoute));
}

/// What stands for a Via list: its top value and what stands for the rest.
pub(super) fn stack(via: u64, below: u64) -> u64 {
    (via ^ below.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// What stands for the Via values below the topmost one, and for those below that.
fn below(vias: &[u64]) -> (u64, u64) {
    let below = vias.iter().skip(1).rev();
    below.fold((0, 0), |(below, _), own| (stack(*own, below), below))
}

fn count(values: Values<'_>) -> u16 {
    u16::try_from(values.count()).unwrap_or(u16::MAX)
}

fn span(text: Option<Text<'_>>) -> Span {
    text.map(Text::span).unwrap_or_default()
}

/// `method` is that of CSeq.
fn details(message: &Message<'_>, method: Text<'_>) -> Option<Details> {
    let has_state = ["REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REFER"]
        .iter()
        .any(|name| method == *name);
    if !has_state {
        return None;
    }
    let state = message.subscription_state();
    let of_contact = match method == "REGISTER" {
        true => contacts(message).filter_map(|(_, expires)| expires).max(),
        false => None,
    };
    let of_state = state.and_then(|state| state.expires);
    let etag = match message.start() {
        Some(Start::Request(_)) => message.value(Name::SipIfMatch),
        _ => message.value(Name::SipEtag),
    };
    Some(Details {
        expires: of_contact.or(of_state).or_else(|| general_expires(message)),
        event: span(message.value(Name::Event)),
        state: span(state.map(|state| state.state)),
        reason: span(state.and_then(|state| state.reason)),
        etag: span(etag),
        credentials: message.has(Name::Authorization) || message.has(Name::ProxyAuthorization),
    })
}

/// Seconds for what has none of its own.
fn general_expires(message: &Message<'_>) -> Option<u32> {
    message.number(Name::Expires)?.value
}

/// Each contact with its seconds.
fn contacts<'a>(message: &Message<'a>) -> impl Iterator<Item = (Span, Option<u32>)> + use<'a> {
    let general = general_expires(message);
    message.addresses(Name::Contact).map(move |contact| {
        let own = contact.params.value("expires").and_then(Text::number);
        let own = own.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
        (contact.uri_text().span(), own.or(general))
    })
}

/// See [`Clue::bindings`].
fn bindings(message: &Message<'_>) -> Vec<(Span, Option<u32>)> {
    let mut values = message.values(Name::Contact);
    if let Some(star) = values.find(|value| value.bytes() == b"*") {
        return vec![(star.span(), general_expires(message))];
    }
    let all: Vec<_> = contacts(message).collect();
    match all.len() {
        ..2 => Vec::new(),
        _ => all,
    }
}

fn links(message: &Message<'_>, links: &mut Vec<(LinkKind, Span)>) {
    let mut add = |kind, text: Option<Text<'_>>| {
        if let Some(text) = text.map(Text::trimmed).filter(|text| !text.is_empty()) {
            links.push((kind, text.span()));
        }
    };
    let vector = message.value(Name::PChargingVector).map(Params::new);
    add(
        LinkKind::Icid,
        vector.and_then(|vector| vector.value("icid-value")),
    );
    let session = message.item(Name::SessionId).map(|item| item.word);
    // All zeros stand for "not known" (RFC 7989 5).
    let is_known = |id: &Text<'_>| id.bytes().iter().any(|byte| *byte != b'0');
    add(LinkKind::SessionId, session.filter(is_known));
    for name in CALL_ID_FIELDS {
        add(LinkKind::CallIdField, message.other(name));
    }
    for name in [Name::Replaces, Name::Join, Name::TargetDialog] {
        let reference = message.dialog_reference(name);
        add(
            LinkKind::DialogReference,
            reference.map(|reference| reference.call_id),
        );
    }
    let body = message.body();
    if message.method().is_some_and(|method| method == "REGISTER") {
        links.extend(mention::enclosed_call_id(&body).map(|id| (LinkKind::EnclosedMessage, id)));
    }
}

/// Whether a body may be the first description of a side: that of a request outside of any dialog, of an answer to an INVITE, or
/// of the ACK to that (RFC 3261 13.2.1).
fn may_describe(message: &Message<'_>, method: Text<'_>, clue: &Clue) -> bool {
    clue.body != 0
        && match message.start() {
            Some(Start::Request(_)) => {
                clue.to_tag.is_empty() || message.method().is_some_and(|method| method == "ACK")
            }
            Some(Start::Response(101..300)) => method == "INVITE",
            _ => false,
        }
}

/// The o= line of a session description, or of the first part that is one.
fn session_origin(body: &Body<'_>) -> Option<Span> {
    match body.content(&mut Problems::ignored()) {
        Content::Sdp(sdp) => Some(sdp.origin_text()?.span()),
        Content::Multipart(parts) => parts.parts().find_map(|part| {
            let mut index = Index::default();
            let head = part.read(&mut index);
            match part.body(&head).content(&mut Problems::ignored()) {
                Content::Sdp(sdp) => Some(sdp.origin_text()?.span()),
                _ => None,
            }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &str = "INVITE sip:bob@b.example SIP/2.0\r\n\
        Via: SIP/2.0/UDP p1.example:5062;branch=z9hG4bK2\r\n\
        Via: SIP/2.0/UDP a.example;branch=1\r\n\
        Route: <sip:p2.example:5070;lr>\r\n\
        Record-Route: <sip:p1.example;lr;r2=on>, <sip:p1.example:5062;lr;r2=on>\r\n\
        From: \"A\" <sip:alice@a.example;x=y>;tag=1\r\nTo: <sip:bob@b.example>\r\n\
        Call-ID: c\r\nCSeq: 1 INVITE\r\nContact: <sip:alice@192.0.2.1:5066>\r\n\r\n";

    /// The same one hop further, and an answer: the values stand elsewhere.
    fn messages() -> [String; 3] {
        let via = "Via: SIP/2.0/UDP p2.example;branch=z9hG4bK3\r\nVia";
        let further = INVITE
            .replacen("Via", via, 1)
            .replace("Route: <sip:p2.example:5070;lr>\r\n", "");
        let answer = INVITE
            .replace("INVITE sip:bob@b.example SIP/2.0", "SIP/2.0 180 Ringing")
            .replace("b.example>\r\n", "b.example>;tag=2\r\n");
        [INVITE.to_owned(), further, answer]
    }

    #[test]
    fn values_are_found_where_they_stand() {
        let mut reader = ClueReader::default();
        let mut told = |message: &str| {
            let clue = reader.read(message.as_bytes(), true);
            let spans = [
                clue.sent_by,
                clue.from,
                clue.from_tag,
                clue.to,
                clue.to_tag,
                clue.contact,
                clue.route,
                clue.record_route,
                clue.record_route_below,
            ];
            spans.map(|span| String::from_utf8_lossy(span.of(message.as_bytes())).into_owned())
        };
        let [first, further, answer] = messages();
        let ends = ["sip:alice@a.example", "1", "sip:bob@b.example"];
        let contact = "sip:alice@192.0.2.1:5066";
        let all = |sent_by: &'static str, to_tag: &'static str, way: [&'static str; 3]| {
            let parts = [&[sent_by][..], &ends, &[to_tag, contact], &way];
            parts.concat()
        };
        let [top, below] = ["p1.example", "p1.example:5062"];
        let [one, two] = ["p1.example:5062", "p2.example"];
        assert_eq!(
            told(&first)[..],
            all(one, "", ["p2.example:5070", top, below])
        );
        assert_eq!(told(&further)[..], all(two, "", ["", top, below]));
        assert_eq!(told(&answer)[..], all(one, "2", ["", "", ""]));
    }

    #[test]
    fn what_was_read_before_changes_nothing() {
        let new = ClueReader::default();
        let mut used = new.clone();
        for message in messages().iter().chain(&messages()) {
            let alone = new.clone().read(message.as_bytes(), true);
            let after = used.read(message.as_bytes(), true);
            assert_eq!(format!("{after:?}"), format!("{alone:?}"), "{message}");
        }
    }
}
