//! What a message says of others that it causes, or that caused it: identities registered along, whom a REFER is about, a
//! message in the body.

use super::clue::{Clue, LinkKind};
use super::marks::Marks;
use super::told::{identity, without_params};
use crate::base::Span;
use crate::sip::body::{Body, Content};
use crate::sip::{Index, Message, Name, Params, Problems, Start, Text, Uri};

/// An identity that a message names for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mention {
    /// P-Associated-URI of a 2xx to REGISTER: registered with the address (RFC 7315 4.1).
    Associated,
    /// Refer-To of a REFER that asks for an INVITE (RFC 3515 2.1).
    ReferTo,
    /// Referred-By of a REFER or of the INVITE that it asks for (RFC 3892 3).
    ReferredBy,
    /// The Request-URI of a PUBLISH, which tells whose state it is (RFC 3903 4.1), or of a request that names who referred it: To
    /// may be another.
    Target,
    /// `icid-generated-at` of P-Charging-Vector (RFC 7315 4.6): the icid-value is unique together with it only.
    IcidGenerated,
    /// A Route value with a user part, below the topmost, outside of any dialog: the way back to the node that set it.
    WayBack,
    /// The same as the topmost: the request came back.
    CameBack,
}

/// Only so many identities of one registration are kept.
const MOST_ASSOCIATED: usize = 32;
/// Only so many of the Route values of one request are looked at.
const MOST_ROUTES: usize = 8;

/// Adds what a message mentions to what is known of it.
pub(super) fn read(message: &Message<'_>, clue: &mut Clue) {
    if clue.links.iter().any(|(kind, _)| *kind == LinkKind::Icid) {
        let vector = message.value(Name::PChargingVector).map(Params::new);
        let generated = vector.and_then(|vector| vector.value("icid-generated-at"));
        let generated = generated.map(|host| (Mention::IcidGenerated, host.trimmed().span()));
        clue.mentions.extend(generated);
    }
    ways_back(message, clue);
    let identities = |name| message.addresses(name).map(|address| identity(&address));
    match message.start() {
        Some(Start::Response(200..300)) if clue.marks.has(Marks::ASSOCIATED_URI) => {
            let all = identities(Name::PAssociatedUri).take(MOST_ASSOCIATED);
            clue.mentions
                .extend(all.map(|uri| (Mention::Associated, uri)));
        }
        Some(Start::Request(_)) if message.method().is_some_and(|method| method == "PUBLISH") => {
            let target = message.first_line().uri().map(|uri| without_params(&uri));
            clue.mentions
                .extend(target.map(|target| (Mention::Target, target)));
        }
        Some(Start::Request(_)) if message.has(Name::ReferTo) || message.has(Name::ReferredBy) => {
            let target = message.address(Name::ReferTo).map(|target| target.uri());
            clue.links.extend(
                target
                    .as_ref()
                    .and_then(replaced)
                    .map(|id| (LinkKind::DialogReference, id)),
            );
            let invites = |uri: &Uri<'_>| {
                let method = uri.param("method").and_then(|method| method.value);
                method.is_none_or(|method| method == "INVITE")
            };
            let target = target.filter(invites).map(|uri| without_params(&uri));
            clue.mentions
                .extend(target.map(|target| (Mention::ReferTo, target)));
            let by = identities(Name::ReferredBy).next();
            clue.mentions.extend(by.map(|by| (Mention::ReferredBy, by)));
            let asked = message.first_line().uri().filter(|_| by.is_some());
            let target = asked.map(|uri| (Mention::Target, without_params(&uri)));
            clue.mentions.extend(target);
        }
        _ => {}
    }
}

/// Adds the Route values that may name a dialog to the node that set them.
fn ways_back(message: &Message<'_>, clue: &mut Clue) {
    if clue.routes == 0 || clue.response || !clue.to_tag.is_empty() {
        return;
    }
    let routes = message.addresses(Name::Route).take(MOST_ROUTES);
    for (position, route) in routes.enumerate() {
        let mention = match position {
            0 => Mention::CameBack,
            _ => Mention::WayBack,
        };
        let has_user = route.uri().user.is_some();
        clue.mentions
            .extend(has_user.then(|| (mention, identity(&route))));
    }
}

/// The Call-ID of the dialog that is to be replaced or joined (RFC 3891 8.1): what stands in front of the parameters, whose
/// semicolons are escaped. Escapes in the Call-ID itself stay.
fn replaced(target: &Uri<'_>) -> Option<Span> {
    let mut fields = target.header_fields();
    let (_, reference) = fields.find(|(name, _)| name.is("Replaces") || name.is("Join"))?;
    let bytes = reference.bytes();
    let is_end = |at: &usize| {
        let escape = bytes[*at..].get(..3);
        bytes[*at] == b';' || escape.is_some_and(|escape| escape.eq_ignore_ascii_case(b"%3B"))
    };
    let end = (0..bytes.len()).find(is_end).unwrap_or(bytes.len());
    let call_id = reference.between(reference.start(), reference.start() + end);
    Some(call_id.span()).filter(|span| !span.is_empty())
}

/// The Call-ID of a message in the body, or in the first part that is one.
pub(super) fn enclosed_call_id(body: &Body<'_>) -> Option<Span> {
    match body.content(&mut Problems::ignored()) {
        Content::Fragment(text) => call_id_of_fragment(text),
        Content::Multipart(parts) => parts.parts().find_map(|part| {
            let mut index = Index::default();
            let head = part.read(&mut index);
            match part.body(&head).content(&mut Problems::ignored()) {
                Content::Fragment(text) => call_id_of_fragment(text),
                _ => None,
            }
        }),
        _ => None,
    }
}

fn call_id_of_fragment(text: Text<'_>) -> Option<Span> {
    let mut index = Index::default();
    Some(Content::fragment(text, &mut index).call_id()?.span())
}
