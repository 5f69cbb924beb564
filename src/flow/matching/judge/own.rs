//! What a message has to have, whoever sends it: what every message has (RFC 3261 8.1.1, 8.2.6.2), who takes part in a dialog says where to send to (RFC 3261 8.1.1.8, 12.1.1, RFC 3265 7.1,
//! RFC 3311 5.1, RFC 3515 2.2), and a body comes with its type (RFC 3261 20.15).

use super::{Deviation, Judge};
use crate::sip::{self, Name};
use crate::trace::MessageId;

/// What every message has.
const ALWAYS: [Name; 4] = [Name::From, Name::To, Name::CallId, Name::CSeq];

/// Requests that say where to send to.
const REQUESTS: [&str; 5] = ["INVITE", "NOTIFY", "REFER", "SUBSCRIBE", "UPDATE"];

/// Those whose 2xx does.
const ANSWERED: [&str; 3] = ["INVITE", "SUBSCRIBE", "UPDATE"];

/// How a branch begins that is of RFC 3261: what is older did not ask for all of this.
const COOKIE: &[u8] = b"z9hG4bK";

impl Judge<'_, '_> {
    /// What is missing in a message.
    pub(super) fn lacking(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let Some(sip) = self.whole(message) else {
            return Vec::new();
        };
        let is_of_rfc_3261 = is_of_rfc_3261(&sip);
        let of_its_kind = [
            (
                Name::Contact,
                is_of_rfc_3261 && self.needs_contact(step, &sip),
            ),
            (Name::ContentType, is_of_rfc_3261 && has_a_body(&sip)),
        ];
        let all = ALWAYS.map(|name| (name, true)).into_iter();
        let missing = all.chain(of_its_kind).filter(|(name, needs)| {
            let mut demands = self.template.steps[step].carry.iter();
            *needs && !sip.has(*name) && !demands.any(|one| one.header == name.spelling())
        });
        missing
            .map(|(name, _)| Deviation {
                what: name.spelling().to_owned(),
                expected: "one".to_owned(),
                got: "none".to_owned(),
            })
            .collect()
    }

    fn needs_contact(&self, step: usize, sip: &sip::Message<'_>) -> bool {
        let method = self.template.method_of(step).unwrap_or_default();
        match sip.status() {
            None => REQUESTS.contains(&method),
            Some(200..300) => ANSWERED.contains(&method),
            Some(_) => false,
        }
    }
}

fn is_of_rfc_3261(sip: &sip::Message<'_>) -> bool {
    let branch = sip.vias().next().and_then(|via| via.branch());
    branch.is_some_and(|branch| branch.bytes().starts_with(COOKIE))
}

fn has_a_body(sip: &sip::Message<'_>) -> bool {
    let body = sip.rest();
    !body.bytes().iter().all(u8::is_ascii_whitespace)
}
