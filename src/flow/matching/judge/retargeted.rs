//! Whom a request of a dialog is for, on its way: a proxy leaves it, as long as that is the Contact of one of the ends (RFC 3261 12.2.1.1,
//! 16.5). Who is responsible for a URI may put another one in its place, as for one that is routable from everywhere (`gr`, RFC 5627 3.3),
//! and strict routers do.

use super::{Deviation, Judge};
use crate::flow::matching::meaning::mean_the_same;
use crate::flow::template::{REQUEST_URI, What};
use crate::sip::{Name, Problems, Text, Uri};
use crate::trace::MessageId;

impl Judge<'_, '_> {
    /// That a request of a dialog is for somebody else than before, and nobody said that this is where an end is to be found.
    pub(super) fn retargeted(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let What::Request(request) = &self.template.steps[step].what else {
            return None;
        };
        let before = self.messages[request.relays?]?;
        let [was, is] = [before, message].map(|message| self.whole(message));
        let (was, is) = (was?, is?);
        is.to()?.tag()?;
        let strict = [&was, &is].into_iter().any(|sip| {
            let mut routes = sip.addresses(Name::Route);
            routes.any(|route| route.uri().params.get("lr").is_none())
        });
        let uri = |message| self.scene.values(message, REQUEST_URI)?.pop();
        let (expected, got) = (uri(before)?, uri(message)?);
        let is_contact = |uri: &str| self.is_contact(uri);
        let is_public = read(&expected).params.get("gr").is_some();
        let differs = !strict
            && !is_public
            && !mean_the_same(REQUEST_URI, &expected, &got)
            && is_contact(&expected)
            && !is_contact(&got);
        differs.then(|| Deviation {
            what: REQUEST_URI.to_owned(),
            expected: expected.into_owned(),
            got: got.into_owned(),
        })
    }

    /// Whether somebody is to be found there, as a message of the flow says.
    fn is_contact(&self, uri: &str) -> bool {
        let uri = read(uri);
        let mut all = self.messages.iter().flatten();
        all.any(|message| {
            let sip = self.scene.sip(*message);
            sip.is_some_and(|sip| {
                let mut contacts = sip.addresses(Name::Contact);
                contacts.any(|contact| contact.uri().equivalent(&uri))
            })
        })
    }
}

fn read(uri: &str) -> Uri<'_> {
    Uri::read(Text::all(uri.as_bytes()), &mut Problems::ignored())
}
