//! How responses are made: by who answers (RFC 3261 8.2.6, 12.1.1), and by who passes an answer on (RFC 3261 16.7).

use super::leg::DIALOG_MAKERS;
use super::message::{Message, tag_of, uri_of, user_of};
use super::play::Player;
use super::request::ALLOW;
use crate::flow::Response;

impl Player<'_> {
    pub(super) fn response(&mut self, step: usize, response: &Response) -> Message {
        let mut message = match response.relays {
            Some(from) => self.answer_passed_on(step, from, response),
            None => self.answered(step, response),
        };
        self.finish(step, &mut message);
        self.keep_entity_tag(step, &message);
        message
    }

    fn answer_passed_on(&self, step: usize, from: usize, response: &Response) -> Message {
        let mut message = self.got[from].clone().unwrap_or_default();
        message.first = first_line(response);
        // What the request had when it came here: the same as the list without the topmost, and what was hidden is back.
        let asked = self.got[response.answers].as_ref();
        let vias = asked.map(|asked| asked.all("Via").map(str::to_owned).collect::<Vec<_>>());
        message.remove("Via");
        for via in vias.unwrap_or_default().into_iter().rev() {
            message.put_on_top("Via", via);
        }
        for name in &self.template.steps[step].remove {
            message.remove(name);
        }
        message
    }

    fn answered(&mut self, step: usize, response: &Response) -> Message {
        let asked = self.got[response.answers].clone().unwrap_or_default();
        let status = response.statuses.first().map_or(200, |(status, _)| *status);
        let actor = self.template.steps[step].from;
        let method = asked.method().to_owned();
        let mut message = Message::new(first_line(response));
        for name in ["Via", "From", "Call-ID"] {
            for value in asked.all(name) {
                message.add(name, value);
            }
        }
        let number = asked.get("CSeq").unwrap_or_default();
        let number = number.split(' ').next().unwrap_or_default();
        message.add("CSeq", format!("{number} {method}"));
        let to = asked.get("To").unwrap_or_default();
        let inside = tag_of(to).is_some();
        let user = user_of(uri_of(to)).map(str::to_owned);
        let to = match inside || status == 100 {
            true => to.to_owned(),
            false => format!("{to};tag={}", self.answer_tag(response.answers)),
        };
        message.add("To", to);
        let accepts = (101..300).contains(&status);
        let is = |methods: &[&str]| methods.contains(&method.as_str());
        if accepts && !inside && is(&DIALOG_MAKERS) {
            for entry in asked.all("Record-Route") {
                message.add("Record-Route", entry);
            }
            let _ = self.server_leg(response.answers);
        }
        let final_one = (200..300).contains(&status);
        if accepts && is(&["INVITE"]) || final_one && is(&["SUBSCRIBE", "UPDATE", "REFER"]) {
            message.add("Contact", self.contact(actor, user.as_deref()));
        }
        if final_one {
            self.accept(&method, &asked, &mut message);
        } else {
            refuse(status, &asked, &mut message);
        }
        if self.is_reliable(step) {
            // RFC 3262 3.
            self.reliable = match self.reliable {
                0 => self.random.between(1, 10_000),
                last => last + 1,
            };
            message.add("Require", "100rel");
            message.add("RSeq", self.reliable.to_string());
        }
        message
    }

    /// What a 2xx has to say.
    fn accept(&mut self, method: &str, asked: &Message, message: &mut Message) {
        let expires = asked.get("Expires").unwrap_or("3600").to_owned();
        match method {
            "INVITE" => message.add("Allow", ALLOW),
            "SUBSCRIBE" => message.add("Expires", expires),
            "PUBLISH" => {
                // RFC 3903 6.
                message.add("Expires", expires);
                message.add("SIP-ETag", self.random.token(10));
            }
            "REGISTER" => {
                // The bindings, and the path that is kept (RFC 3261 10.3 step 8, RFC 3327 5.3).
                for contact in asked.all("Contact") {
                    let asks = contact.contains(";expires=");
                    let over = expires == "0" || contact.contains(";expires=0") || contact == "*";
                    match (over, asks) {
                        (true, _) => {}
                        (false, true) => message.add("Contact", contact),
                        (false, false) => {
                            message.add("Contact", format!("{contact};expires={expires}"));
                        }
                    }
                }
                for path in asked.all("Path") {
                    message.add("Path", path);
                }
            }
            _ => {}
        }
    }

    /// The client names it when it publishes again.
    fn keep_entity_tag(&mut self, step: usize, message: &Message) {
        let dialog = self.template.dialog_of(step);
        if let (Some(dialog), Some(tag)) = (dialog, message.get("SIP-ETag")) {
            self.entity_tags.insert(dialog, tag.to_owned());
        }
    }
}

fn first_line(response: &Response) -> String {
    let usual = response.statuses.first();
    let (status, reason) = usual.map_or((200, "OK"), |(status, reason)| (*status, reason.as_str()));
    format!("SIP/2.0 {status} {reason}")
}

/// What a refusal has to say (RFC 3261 21.4, RFC 6665 8.3.2).
fn refuse(status: u16, asked: &Message, message: &mut Message) {
    const CHALLENGE: &str = "Digest realm=\"example.com\", nonce=\"84a4cc6f3082121f32b42a2187831a9e\", algorithm=MD5, qop=\"auth\"";
    let field = match status {
        401 => ("WWW-Authenticate", CHALLENGE),
        405 => ("Allow", ALLOW),
        420 => ("Unsupported", asked.get("Require").unwrap_or_default()),
        407 => ("Proxy-Authenticate", CHALLENGE),
        423 => ("Min-Expires", "3600"),
        489 => ("Allow-Events", "presence, reg"),
        _ => return,
    };
    message.add(field.0, field.1);
}
