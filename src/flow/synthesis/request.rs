//! How requests are made: by who begins them (RFC 3261 8.1.1, 12.2.1.1), and by who passes them on (RFC 3261 16.6).

use super::leg::DIALOG_MAKERS;
use super::message::{Message, host_of, tag_of, uri_of, user_of};
use super::play::Player;
use crate::flow::{Request, What};

/// Requests with which a client says where it is (RFC 3261 8.1.1.8, 10.2; RFC 6665 4.1.3; RFC 3311 5.1).
const WITH_CONTACT: [&str; 6] = [
    "INVITE",
    "SUBSCRIBE",
    "REFER",
    "NOTIFY",
    "UPDATE",
    "REGISTER",
];
/// What a terminal understands.
pub(super) const ALLOW: &str =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, SUBSCRIBE, NOTIFY, REFER, MESSAGE";
/// Through how many a request may go (RFC 3261 8.1.1.6).
const MAX_FORWARDS: u32 = 70;

impl Player<'_> {
    pub(super) fn request(&mut self, step: usize, request: &Request) -> Message {
        let of_hop = self.of_hop(step, request);
        let mut message = match (request.relays, of_hop) {
            (_, Some((invite, to))) => return self.like(invite, &request.method, to),
            (Some(from), None) => self.passed_on(step, from, request),
            (None, None) => self.begun(step, request),
        };
        self.finish(step, &mut message);
        message
    }

    /// The INVITE whose transaction a CANCEL or the ACK to a refusal is for, and the To of the latter: every hop has its own
    /// (RFC 3261 9.1, 17.1.1.3).
    fn of_hop(&self, step: usize, request: &Request) -> Option<(usize, Option<String>)> {
        match request.method.as_str() {
            "CANCEL" => Some((self.last_invite(step).or(request.cancels)?, None)),
            "ACK" => {
                let response = request.acknowledges?;
                let answer = self.sent[response].as_ref()?;
                answer.status().filter(|status| *status >= 300)?;
                let What::Response(of) = &self.template.steps[response].what else {
                    return None;
                };
                let meant = self.meant[response].as_ref();
                let to = answer.get("To").or(meant.and_then(|meant| meant.get("To")));
                Some((of.answers, Some(to.unwrap_or_default().to_owned())))
            }
            _ => None,
        }
    }

    fn like(&self, invite: usize, method: &str, to: Option<String>) -> Message {
        let invite = self.sent[invite].clone().unwrap_or_default();
        let mut message = Message::request(method, invite.uri());
        for name in ["Via", "Route", "From", "Call-ID"] {
            // Only the topmost Via, which is the sender's own.
            let most = if name == "Route" { usize::MAX } else { 1 };
            for value in invite.all(name).take(most) {
                message.add(name, value);
            }
        }
        message.add("To", to.as_deref().or(invite.get("To")).unwrap_or_default());
        message.add("Max-Forwards", MAX_FORWARDS.to_string());
        let number = invite.get("CSeq").unwrap_or_default();
        let number = number.split(' ').next().unwrap_or_default();
        message.add("CSeq", format!("{number} {method}"));
        message
    }

    fn begun(&mut self, step: usize, request: &Request) -> Message {
        let one = &self.template.steps[step];
        let (actor, method) = (one.from, request.method.as_str());
        let dialog = &self.template.dialogs[request.dialog];
        let leg = self.leg_of(step, method, request.dialog);
        let leg = leg.map(|leg| self.legs[leg].clone());
        let own_tag = self.tag(request.dialog, actor);
        let uri = match (&one.uri, one.contact_of, &leg) {
            (Some(uri), ..) => uri.clone(),
            (None, Some(other), _) => self.contact_uri(other, user_of(&dialog.to)),
            (None, None, Some(leg)) => leg.target.clone(),
            // The domain of the registrar (RFC 3261 10.2).
            _ if method == "REGISTER" => format!("sip:{}", host_of(&dialog.to)),
            _ => dialog.to.clone(),
        };
        let mut message = Message::request(method, &uri);
        message.add("Via", self.via(actor));
        message.add("Max-Forwards", MAX_FORWARDS.to_string());
        let (from, to, route) = match &leg {
            Some(leg) => (
                format!("<{}>;tag={}", leg.local_uri, leg.local_tag),
                format!("<{}>;tag={}", leg.remote_uri, leg.remote_tag),
                leg.route.clone(),
            ),
            None => (
                format!("<{}>;tag={own_tag}", dialog.from),
                format!("<{}>", dialog.to),
                one.route
                    .iter()
                    .map(|other| self.route_to(*other))
                    .collect(),
            ),
        };
        for entry in route {
            message.add("Route", entry);
        }
        let number = match (method, request.acknowledges) {
            // RFC 3261 13.2.2.4.
            ("ACK", Some(response)) => self.number_of(response),
            _ => self.number(request.dialog, actor).to_string(),
        };
        message.add("CSeq", format!("{number} {method}"));
        message.add("Call-ID", self.call_id(request.dialog));
        if WITH_CONTACT.contains(&method) {
            message.add("Contact", self.contact(actor, user_of(uri_of(&from))));
        }
        message.add("From", from);
        message.add("To", to);
        self.say_what_it_is_about(step, request, &mut message);
        message
    }

    /// The fields without which a method says nothing.
    fn say_what_it_is_about(&mut self, step: usize, request: &Request, message: &mut Message) {
        match request.method.as_str() {
            "INVITE" => message.add("Allow", ALLOW),
            "SUBSCRIBE" => message.add("Expires", "3600"),
            "NOTIFY" => {
                // That of the subscription (RFC 6665 8.2.1).
                let subscription = (0..step).rev().filter(|other| {
                    self.template.dialog_of(*other) == Some(request.dialog)
                        && self.template.method_of(*other) != Some("NOTIFY")
                });
                let mut sent = subscription.filter_map(|other| self.meant[other].as_ref());
                let asked = sent.find(|message| message.is_request());
                let event = match asked {
                    Some(asked) if asked.method() == "REFER" => Some("refer".to_owned()),
                    asked => asked.and_then(|asked| asked.get("Event").map(str::to_owned)),
                };
                if let Some(event) = event {
                    message.add("Event", event);
                }
                message.add("Subscription-State", "active;expires=3600");
            }
            "PUBLISH" => {
                // What was published before is named (RFC 3903 4.1).
                if let Some(tag) = self.entity_tags.get(&request.dialog) {
                    message.add("SIP-If-Match", tag.clone());
                }
                message.add("Expires", "3600");
            }
            _ => {}
        }
        if let Some(response) = request.acknowledges.filter(|_| request.method == "PRACK") {
            // RFC 3262 7.2.
            let got = self.meant[response].as_ref();
            let number = got.and_then(|got| got.get("RSeq")).unwrap_or("1");
            let cseq = got.and_then(|got| got.get("CSeq")).unwrap_or_default();
            message.add("RAck", format!("{number} {cseq}"));
        }
        if request.method == "INVITE" && self.is_answered_reliably(step) {
            message.add("Supported", "100rel");
        }
    }

    /// The number of CSeq of a response.
    fn number_of(&self, response: usize) -> String {
        let answer = self.meant[response].as_ref();
        let cseq = answer
            .and_then(|answer| answer.get("CSeq"))
            .unwrap_or_default();
        cseq.split(' ').next().unwrap_or_default().to_owned()
    }

    fn passed_on(&mut self, step: usize, from: usize, request: &Request) -> Message {
        let one = &self.template.steps[step];
        let actor = one.from;
        let mut message = self.got[from].clone().unwrap_or_default();
        let to_uri = uri_of(message.get("To").unwrap_or_default()).to_owned();
        if let Some(uri) = &one.uri {
            message.set_uri(uri);
        } else if let Some(other) = one.contact_of {
            message.set_uri(&self.contact_uri(other, user_of(&to_uri)));
        }
        for name in &one.remove {
            message.remove(name);
        }
        // RFC 3261 16.6 step 3.
        let left = message
            .get("Max-Forwards")
            .and_then(|value| value.parse::<u32>().ok());
        let left = left.map_or(MAX_FORWARDS, |value| value.saturating_sub(1));
        message.set("Max-Forwards", left.to_string());
        // RFC 3261 16.4.
        let top = message.get("Route").map(uri_of);
        if top.is_some_and(|top| self.is_of(top, actor)) {
            message.take_top("Route");
        }
        let entries: Vec<_> = one
            .route
            .iter()
            .map(|other| self.route_to(*other))
            .collect();
        let there: Vec<_> = message.all("Route").take(entries.len()).collect();
        if there != entries {
            for entry in entries.into_iter().rev() {
                message.put_on_top("Route", entry);
            }
        }
        // RFC 3261 16.6 step 4.
        let outside = tag_of(message.get("To").unwrap_or_default()).is_none();
        let makes = DIALOG_MAKERS.contains(&request.method.as_str()) && outside;
        if self.template.actors[actor].records_route && makes {
            let entry = self.route_to(actor);
            message.put_on_top("Record-Route", entry);
        }
        if one.hides_via {
            message.remove("Via");
        }
        let via = self.via(actor);
        message.put_on_top("Via", via);
        message
    }
}
