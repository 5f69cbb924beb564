//! Route sets: the proxies that each side sends its requests over. The Record-Route of the request that made the dialog is
//! that of the callee; in its response, read backwards, it is that of the caller (RFC 3261 12.1). A subscriber takes it from
//! the first NOTIFY (RFC 6665 4.4.1); peers of RFC 3265, whose NOTIFY may carry none, from the 2xx.

use super::Both;
use super::heard::Heard;
use super::turns::Role;
use crate::sip::Name;
use crate::trace::ids::MessageId;
use crate::trace::sightings::{INVITE, NOTIFY};
use crate::trace::view::Hop;

/// The proxies of one side, the next one first. Empty if it sends straight to the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteSet {
    /// In the order in which a request passes them.
    pub routes: Vec<Route>,
    /// The message that it was read from.
    pub message: MessageId,
    /// Whether that message was seen on the hop of this side itself, where no proxy could still change it.
    pub at_own_hop: bool,
}

/// A proxy in a route set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its URI.
    pub uri: String,
    /// Whether it is a loose router (`lr`, RFC 3261 16.12). A strict one has to find itself in the Request-URI.
    pub loose: bool,
}

#[derive(Default)]
pub(super) struct Routes<'a> {
    pub(super) sets: Both<Option<RouteSet>>,
    /// Where the request that made it began, if its sender was seen there.
    origin: Option<Hop<'a>>,
    /// Whether the set of the caller is that of a 2xx or of a NOTIFY: it stays.
    settled: bool,
    /// Whether a NOTIFY was seen.
    notified: bool,
}

impl<'a> Routes<'a> {
    pub(super) fn hear(&mut self, heard: &Heard<'_, 'a>) {
        let Some(fields) = heard.fields else {
            return;
        };
        let routes = || -> Vec<Route> {
            let all = fields.addresses(Name::RecordRoute);
            all.map(|address| Route {
                uri: address.uri_text().lossy().into_owned(),
                loose: address.is_loose_router(),
            })
            .collect()
        };
        let message = heard.id();
        if !heard.transaction.makes {
            let subscribed = heard.turns.made_by.is_some_and(|method| method != INVITE);
            if subscribed && heard.method() == NOTIFY && heard.arrived() && !self.notified {
                self.notified = true;
                self.take_notify(routes(), heard);
            }
            return;
        }
        if heard.sent() && fields.vias().count() == 1 {
            self.origin = Some(heard.transaction.first);
        }
        if heard.arrived() {
            self.sets.callee = Some(RouteSet {
                routes: routes(),
                message,
                at_own_hop: true,
            });
        }
        if let Role::Given(101..300) = heard.role {
            self.complete_callee(&routes(), message);
        }
        if let Some(status @ 101..300) = heard.status() {
            let routes = routes();
            // What the callee itself answered tells what it saw: a node between may have kept Record-Route to itself, and put
            // it back (TS 24.229 5.2.6.4).
            if !heard.transaction.is_answered_at_end() {
                self.complete_callee(&routes, message);
            }
            if !self.settled && (status >= 200 || self.sets.caller.is_none()) {
                self.settled = status >= 200;
                let routes: Vec<Route> = routes.into_iter().rev().collect();
                // What says the same again was known before.
                let known = self.sets.caller.as_ref();
                if known.is_none_or(|known| known.routes != routes) {
                    self.sets.caller = Some(RouteSet {
                        routes,
                        message,
                        at_own_hop: self.origin.is_some(),
                    });
                }
            }
        }
    }

    /// The callee copies what arrived into its response. Where the response has more, proxies behind the last hop that was seen
    /// put it there.
    fn complete_callee(&mut self, answered: &[Route], message: MessageId) {
        let Some(set) = &mut self.sets.callee else {
            return;
        };
        if answered.len() > set.routes.len() && answered.ends_with(&set.routes) {
            *set = RouteSet {
                routes: answered.to_vec(),
                message,
                at_own_hop: false,
            };
        }
    }

    fn take_notify(&mut self, routes: Vec<Route>, heard: &Heard<'_, 'a>) {
        if routes.is_empty() && self.sets.caller.is_some() {
            return;
        }
        let arrived_at = heard.transaction.last.destination_node();
        let sent_from = self.origin.and_then(|origin| origin.source_node());
        let own = arrived_at.zip(sent_from);
        self.settled = true;
        self.sets.caller = Some(RouteSet {
            routes,
            message: heard.id(),
            at_own_hop: own.is_some_and(|(one, other)| one.id() == other.id()),
        });
    }
}
