//! How long a subscription lasts: as long as was asked for at most (RFC 3265 3.1.1, RFC 6665 4.2.1.1).

use super::{Deviation, Judge};
use crate::sip::{self, Name};
use crate::trace::MessageId;

impl Judge<'_, '_> {
    /// More time than the request asked for.
    pub(super) fn granted(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let response = self.response(step)?;
        let asked = self.whole(self.messages[response.answers]?)?;
        let answer = self.whole(message)?;
        let is_granted = response.relays.is_none()
            && self.template.method_of(step) == Some("SUBSCRIBE")
            && matches!(answer.status()?, 200..=299);
        let seconds = |sip: &sip::Message<'_>| sip.number(Name::Expires)?.value;
        let (asked, granted) = (seconds(&asked)?, seconds(&answer)?);
        (is_granted && granted > asked).then(|| Deviation {
            what: Name::Expires.spelling().to_owned(),
            expected: format!("at most {asked}"),
            got: granted.to_string(),
        })
    }
}
