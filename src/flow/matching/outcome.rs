//! What a request leads to, and what is told of that: whom a REFER refers to, and how it ended (RFC 3515 2.4.2, 2.4.5).

use crate::sip::{Address, Message, Name, Problems, Start, Text, Uri};
use crate::trace::MessageId;

use super::scene::Scene;

/// The URI that a REFER refers to, and whether a request is for it. None where one of them is not known.
pub(super) fn is_referred_to(refer: &Message<'_>, request: &str) -> Option<(String, bool)> {
    let to: Address<'_> = refer.addresses(Name::ReferTo).next()?;
    let own = Uri::read(Text::all(request.as_bytes()), &mut Problems::ignored());
    let uri = to.uri();
    // A number may be dialled as one of a domain, and the other way round (RFC 3261 19.1.6).
    if uri.scheme != own.scheme {
        return None;
    }
    // An element may know another host for the same user: its gateway, or where the user is registered.
    let is_same_user = uri.user.is_some_and(|user| Some(user) == own.user);
    let is_it = is_same_user || uri.canonical() == own.canonical();
    Some((uri.text.lossy().into_owned(), is_it))
}

/// The status that an answer has, and whether a body begins with one of its class, which says how it ended (RFC 3515 2.4.5).
pub(super) fn tells_status_of(
    scene: &Scene<'_, '_>,
    answer: MessageId,
    body: Option<&str>,
) -> Option<(u16, bool)> {
    let answer = scene.sip(answer)?;
    let Some(Start::Response(status)) = answer.start() else {
        return None;
    };
    let line = body.and_then(|body| body.trim_start().strip_prefix("SIP/2.0 "));
    let told = line.and_then(|line| line.get(..3)?.parse::<u16>().ok());
    Some((status, told.is_some_and(|told| told / 100 == status / 100)))
}
