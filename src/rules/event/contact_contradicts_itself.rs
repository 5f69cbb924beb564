//! Registration information in which the state of a contact is not what brought it there.

use super::start_tag;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::body::reginfo::{ContactEvent, ContactState, RegistrationState};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT23",
    name: "contact-contradicts-itself",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "Registration information with a contact whose state its event cannot have brought, or an active contact of a registration that is not active.",
    matters: "One subscriber takes the contact for registered, the next one does not.",
    cause: "A registrar that changes one of the two only, or an example that was copied.",
    silenced: &["A state or event that is not of RFC 3680: SYN11 tells it."],
    citations: &[rfc("RFC 3680", "4.7"), rfc("RFC 3680", "5.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some(list) = seen.is("NOTIFY").then(|| seen.reginfo()).flatten() else {
        return;
    };
    for registration in &list.registrations {
        for contact in &registration.contacts {
            let Some(state) = contact.state else {
                continue;
            };
            let is_open = registration
                .state
                .is_none_or(|state| state == RegistrationState::Active);
            let expected = match contact.event.map(brings) {
                Some(brought) if brought != state => "a state that the event leads to",
                _ if state == ContactState::Active && !is_open => {
                    "no active contact of a registration that is not active"
                }
                _ => {
                    verdicts.pass();
                    continue;
                }
            };
            verdicts.fail(Fault::at(seen, start_tag(seen, contact.span)).expected(expected));
        }
    }
}

/// The state that a contact is in behind an event.
fn brings(event: ContactEvent) -> ContactState {
    use ContactEvent::{
        Created, Deactivated, Expired, Probation, Refreshed, Registered, Rejected, Shortened,
        Unregistered,
    };
    match event {
        Registered | Created | Refreshed | Shortened => ContactState::Active,
        Expired | Deactivated | Probation | Unregistered | Rejected => ContactState::Terminated,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::with_registration;
    use crate::rules::testing::Wire;

    /// A NOTIFY about one contact.
    fn told(registration: &str, state: &str, event: &str) -> Wire {
        with_registration(&[
            &format!(
                "<registration aor=\"sip:bob@example.org\" id=\"1\" state=\"{registration}\">"
            ),
            &format!("<contact id=\"2\" state=\"{state}\" event=\"{event}\">"),
            "<uri>sip:bob@192.0.2.1</uri></contact></registration>",
        ])
    }

    #[test]
    fn fails() {
        told("active", "active", "expired").fails(
            &RULE,
            "<contact id=\"2\" state=\"active\" event=\"expired\">",
        );
        told("active", "terminated", "refreshed").fails(
            &RULE,
            "<contact id=\"2\" state=\"terminated\" event=\"refreshed\">",
        );
        told("terminated", "active", "registered").fails(
            &RULE,
            "<contact id=\"2\" state=\"active\" event=\"registered\">",
        );
    }

    #[test]
    fn passes() {
        for event in ["registered", "created", "refreshed", "shortened"] {
            told("active", "active", event).passes(&RULE);
        }
        for event in [
            "expired",
            "deactivated",
            "probation",
            "unregistered",
            "rejected",
        ] {
            told("terminated", "terminated", event).passes(&RULE);
        }
        // Another contact may keep the registration.
        told("active", "terminated", "unregistered").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_words_that_are_none() {
        told("active", "gone", "expired").says_nothing(&RULE);
        told("active", "active", "seen").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_bodies() {
        Wire::new()
            .request(1, 2, "NOTIFY", &["Event: reg"])
            .says_nothing(&RULE);
    }
}
