//! What the two ends of a dialog know of it (RFC 3261 12): tags, where the other end is, and through whom.

use super::message::{tag_of, uri_of, user_of, values};
use super::play::Player;
use crate::flow::What;

/// Methods that make a dialog when they are accepted (RFC 3261 12.1, RFC 6665 4.1, RFC 3515 2).
pub(super) const DIALOG_MAKERS: [&str; 3] = ["INVITE", "SUBSCRIBE", "REFER"];
/// Methods that only go inside of one.
const INSIDE: [&str; 6] = ["ACK", "BYE", "PRACK", "UPDATE", "INFO", "NOTIFY"];
/// Methods that know no dialogs.
const OUTSIDE: [&str; 2] = ["REGISTER", "PUBLISH"];

/// A dialog as one end sees it.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) dialog: usize,
    pub(super) actor: usize,
    pub(super) peer: usize,
    pub(super) local_tag: String,
    pub(super) remote_tag: String,
    pub(super) local_uri: String,
    pub(super) remote_uri: String,
    /// The Contact of the other end.
    pub(super) target: String,
    /// The entries of Route.
    pub(super) route: Vec<String>,
}

impl Player<'_> {
    /// The dialog in which a request goes that begins here, if in any.
    pub(super) fn leg_of(&mut self, step: usize, method: &str, dialog: usize) -> Option<usize> {
        if OUTSIDE.contains(&method) {
            return None;
        }
        let actor = self.template.steps[step].from;
        let peer = self.terminus(step);
        let own = |leg: &&Leg| leg.dialog == dialog && leg.actor == actor;
        let with_peer = self
            .legs
            .iter()
            .rposition(|leg| own(&leg) && leg.peer == peer);
        let any = with_peer.or_else(|| self.legs.iter().rposition(|leg| own(&leg)));
        if any.is_some() {
            return any;
        }
        if let Some(request) = self.waiting(actor, dialog) {
            // A notification may overtake the answer to the subscription (RFC 6665 4.2.1.2).
            return INSIDE.contains(&method).then(|| self.server_leg(request));
        }
        let established = self.template.dialogs[dialog].established;
        (established || INSIDE.contains(&method)).then(|| self.earlier_leg(step, dialog, peer))
    }

    /// A request that makes a dialog and came to this actor.
    fn waiting(&self, actor: usize, dialog: usize) -> Option<usize> {
        (0..self.got.len()).rev().find(|step| {
            let one = &self.template.steps[*step];
            one.to == actor
                && self.got[*step].is_some()
                && self.template.dialog_of(*step) == Some(dialog)
                && matches!(&one.what, What::Request(request) if DIALOG_MAKERS.contains(&request.method.as_str()))
        })
    }

    /// A dialog that was there before the flow; this step is the first in it.
    fn earlier_leg(&mut self, step: usize, dialog: usize, peer: usize) -> usize {
        let one = &self.template.steps[step];
        let known = &self.template.dialogs[dialog];
        let user = |uri: &str| user_of(uri).map(str::to_owned);
        let route: Vec<_> = one
            .route
            .iter()
            .map(|actor| self.route_to(*actor))
            .collect();
        let (local_tag, remote_tag) = (self.random.token(8), self.random.token(8));
        let target = match &one.uri {
            Some(uri) => uri.clone(),
            None => self.contact_uri(peer, user(&known.to).as_deref()),
        };
        let leg = Leg {
            dialog,
            actor: one.from,
            peer,
            local_tag: local_tag.clone(),
            remote_tag: remote_tag.clone(),
            local_uri: known.from.clone(),
            remote_uri: known.to.clone(),
            target,
            route: route.clone(),
        };
        let other = Leg {
            dialog,
            actor: peer,
            peer: one.from,
            local_tag: remote_tag,
            remote_tag: local_tag,
            local_uri: known.to.clone(),
            remote_uri: known.from.clone(),
            target: self.contact_uri(one.from, user(&known.from).as_deref()),
            route: route.into_iter().rev().collect(),
        };
        self.legs.push(other);
        self.legs.push(leg);
        self.legs.len() - 1
    }

    /// The dialog that a request makes, as its server sees it (RFC 3261 12.1.1).
    pub(super) fn server_leg(&mut self, request: usize) -> usize {
        let actor = self.template.steps[request].to;
        let dialog = self.template.dialog_of(request).unwrap_or_default();
        let peer = self.template.steps[self.origin(request)].from;
        let local_tag = self.answer_tag(request);
        let own_tag = self.tag(dialog, peer);
        let got = self.got[request].clone().unwrap_or_default();
        let from = got.get("From").unwrap_or_default();
        let remote_uri = uri_of(from).to_owned();
        let target = got.get("Contact").map(|contact| uri_of(contact).to_owned());
        let target = target.unwrap_or_else(|| self.contact_uri(peer, user_of(&remote_uri)));
        self.keep(Leg {
            dialog,
            actor,
            peer,
            local_tag,
            remote_tag: tag_of(from).map_or(own_tag, str::to_owned),
            local_uri: uri_of(got.get("To").unwrap_or_default()).to_owned(),
            remote_uri,
            target,
            route: values(got.all("Record-Route")),
        })
    }

    /// What a client learns of a response that came to where its request began (RFC 3261 12.1.2, 13.2.2.4).
    pub(super) fn learn(&mut self, step: usize) {
        let What::Response(response) = &self.template.steps[step].what else {
            return;
        };
        if self.relayed(response.answers).is_some() {
            return;
        }
        let (Some(answer), Some(request)) = (&self.meant[step], &self.meant[response.answers])
        else {
            return;
        };
        let accepted = answer
            .status()
            .is_some_and(|status| (101..300).contains(&status));
        let makes = DIALOG_MAKERS.contains(&request.method());
        let (from, to) = (request.get("From"), request.get("To"));
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        if !accepted || !makes || tag_of(to).is_some() {
            return;
        }
        let (answer, from, to) = (answer.clone(), from.to_owned(), to.to_owned());
        let origin = self.origin(step);
        let peer = self.template.steps[origin].from;
        let answered = match &self.template.steps[origin].what {
            What::Response(response) => response.answers,
            _ => return,
        };
        let actor = self.template.steps[step].to;
        let dialog = self.template.dialog_of(step).unwrap_or_default();
        let (own_tag, other_tag) = (self.tag(dialog, actor), self.answer_tag(answered));
        let answered_to = answer.get("To").unwrap_or_default();
        let target = answer
            .get("Contact")
            .map(|contact| uri_of(contact).to_owned());
        let target = target.unwrap_or_else(|| self.contact_uri(peer, user_of(uri_of(&to))));
        let mut route = values(answer.all("Record-Route"));
        route.reverse();
        self.keep(Leg {
            dialog,
            actor,
            peer,
            local_tag: tag_of(&from).map_or(own_tag, str::to_owned),
            remote_tag: tag_of(answered_to).map_or(other_tag, str::to_owned),
            local_uri: uri_of(&from).to_owned(),
            remote_uri: uri_of(&to).to_owned(),
            target,
            route,
        });
    }

    /// Puts a dialog in the place of what was known of it.
    fn keep(&mut self, leg: Leg) -> usize {
        let mut legs = self.legs.iter();
        let same = legs.position(|known| {
            (known.dialog, known.actor) == (leg.dialog, leg.actor)
                && (&known.local_tag, &known.remote_tag) == (&leg.local_tag, &leg.remote_tag)
        });
        match same {
            Some(position) => {
                self.legs[position] = leg;
                position
            }
            None => {
                self.legs.push(leg);
                self.legs.len() - 1
            }
        }
    }
}
