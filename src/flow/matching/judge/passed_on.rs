//! What a proxy passes on loses nothing: it has all header fields and the body that it had before, but for what a proxy changes
//! (RFC 3261 16.6, 16.7, and table 2 in 20).

use std::borrow::Cow;

use super::{Deviation, Judge};
use crate::base::Layer;
use crate::flow::matching::meaning::mean_the_same;
use crate::flow::template::{BODY, What};
use crate::sip::{self, Address, Name, Problems, Text, Uri};
use crate::trace::MessageId;

/// What each puts there anew or counts down, may take away for its own domain, or is asked to hide (RFC 3261 16.6, RFC 3323,
/// RFC 3327 5.3, RFC 3329 2.3, RFC 4028 8, RFC 4412, RFC 8224); and what a message that is passed on is held to anyway.
const CHANGED: [Name; 32] = [
    Name::AcceptResourcePriority,
    Name::CallId,
    Name::CellularNetworkInfo,
    Name::ContentLength,
    Name::CSeq,
    Name::Date,
    Name::Diversion,
    Name::FeatureCaps,
    Name::From,
    Name::Geolocation,
    Name::GeolocationRouting,
    Name::HistoryInfo,
    Name::Identity,
    Name::IdentityInfo,
    Name::MaxBreadth,
    Name::MaxForwards,
    Name::MinSe,
    Name::Path,
    Name::Privacy,
    Name::ProxyAuthenticate,
    Name::ProxyAuthorization,
    Name::ProxyRequire,
    Name::RecordRoute,
    Name::RemotePartyId,
    Name::ResourcePriority,
    Name::Route,
    Name::SecurityClient,
    Name::SecurityServer,
    Name::SecurityVerify,
    Name::SessionExpires,
    Name::To,
    Name::Via,
];

/// Header fields for those who trust each other (RFC 7315): each of them may end where that trust does.
const PRIVATE: &str = "P-";

/// The keys of a challenge stay with the P-CSCF, which says of credentials whether they came protected (3GPP TS 24.229 5.2.2).
const REWRITTEN: [Name; 2] = [Name::Authorization, Name::WwwAuthenticate];

/// What the first proxy takes out of Require (RFC 3329 2.3.1).
const ENDS_AT_FIRST_HOP: &str = "sec-agree";

impl Judge<'_, '_> {
    /// What a message has lost that was passed on, as far as the template says nothing of it.
    pub(super) fn lost(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let one = &self.template.steps[step];
        let before = match &one.what {
            What::Request(request) if request.method != "CANCEL" => request.relays,
            What::Response(response) => response.relays,
            _ => None,
        };
        let before = before.and_then(|before| self.messages[before]);
        let pair = before.and_then(|id| Some((id, self.whole(id)?, self.whole(message)?)));
        let Some((before, was, is)) = pair else {
            return Vec::new();
        };
        let asked = one.carry.iter().map(|demand| demand.header.as_str());
        let put = one.example.iter().map(|(name, _)| name.as_str());
        let said: Vec<&str> = asked
            .chain(put)
            .chain(one.remove.iter().map(String::as_str))
            .collect();
        let is_said = |name: &str| said.iter().any(|said| said.eq_ignore_ascii_case(name));
        let mut names: Vec<Name> = was.headers().map(|field| field.known).collect();
        names.sort();
        names.dedup();
        let is_kept = |name: &Name| {
            let spelling = name.spelling();
            *name != Name::Other
                && !CHANGED.contains(name)
                && !spelling.starts_with(PRIVATE)
                && !is_said(spelling)
                && (one.body.is_none() || *name != Name::ContentType)
        };
        let mut lost = Vec::new();
        for name in names.into_iter().filter(is_kept) {
            let header = name.spelling();
            let values = |id| self.scene.values(id, header).unwrap_or_default();
            let (expected, got) = (values(before), values(message));
            let is_there = |value: &Cow<'_, str>| {
                let mut got = got.iter();
                got.any(|other| {
                    mean_the_same(header, value, other)
                        || name == Name::Contact && same_place(value, other)
                }) || name == Name::Require && value.eq_ignore_ascii_case(ENDS_AT_FIRST_HOP)
            };
            let is_lost = match REWRITTEN.contains(&name) {
                true => got.is_empty(),
                false => !expected.iter().all(is_there),
            };
            if is_lost {
                lost.push(Deviation {
                    what: header.to_owned(),
                    expected: expected.join(", "),
                    got: match got.as_slice() {
                        [] => "none".to_owned(),
                        got => got.join(", "),
                    },
                });
            }
        }
        if one.body.is_none() && !is_said(BODY) {
            lost.extend(lost_body(&was, &is));
        }
        lost
    }

    /// What stands in a message that the trace has whole. Documents leave out what they have told before.
    pub(super) fn whole(&self, message: MessageId) -> Option<sip::Message<'_>> {
        let sighting = self.scene.trace.message(message)?.sighting();
        let is_told = sighting.path().contains(Layer::Document);
        let sip = self.scene.sip(message)?;
        (sighting.whole() && sighting.spoiled().is_nothing() && !is_told).then_some(sip)
    }
}

/// Whether two addresses name one user at one place: who passes on a Contact from behind a NAT often notes the way back in a
/// parameter, and all else of it is still there.
fn same_place(one: &str, other: &str) -> bool {
    let address = |text| Address::read(Text::all(text), &mut Problems::ignored());
    let [one, other] = [one, other].map(|text| address(text.as_bytes()).uri());
    let user = |uri: &Uri<'_>| uri.user.map(|user| user.bytes().to_vec());
    user(&one) == user(&other)
        && one.host.equivalent(&other.host)
        && one.port.map(|port| port.number) == other.port.map(|port| port.number)
}

/// A body that is not there any more, or is another one; who passes on media as well puts itself into a session description
/// (3GPP TS 24.229 6.7).
fn lost_body(was: &sip::Message<'_>, is: &sip::Message<'_>) -> Option<Deviation> {
    let body = |message: &sip::Message<'_>| -> Vec<u8> {
        let bytes = message.rest().bytes().iter().copied();
        bytes.filter(|byte| !byte.is_ascii_whitespace()).collect()
    };
    let is_session = was
        .item(Name::ContentType)
        .is_some_and(|of| of.word.is("application/sdp"));
    let (expected, got) = (body(was), body(is));
    let is_lost = match is_session {
        true => got.is_empty() && !expected.is_empty(),
        false => got != expected,
    };
    let told = |body: &[u8]| match body.len() {
        0 => "none".to_owned(),
        length => format!("one of {length} characters"),
    };
    is_lost.then(|| Deviation {
        what: BODY.to_owned(),
        expected: match got.len() == expected.len() {
            true => "the same".to_owned(),
            false => told(&expected),
        },
        got: match got.len() == expected.len() {
            true => "another one".to_owned(),
            false => told(&got),
        },
    })
}
