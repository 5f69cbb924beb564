//! Registration information that calls two registrations, or two contacts, the same.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;

use super::start_tag;
use crate::base::Span;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::body::XmlValue;
use crate::sip::{Problems, Text, Uri};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT24",
    name: "registration-id-repeated",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "Registration information in which two registrations, or two contacts, have the same id.",
    matters: "A later document that tells what changed names its contact by id: the subscriber changes the wrong one.",
    cause: "A registrar that takes for the id what only is unique within one registration, or an example that was copied.",
    silenced: &[
        "A registration and a contact may have the same id.",
        "The same contact of two addresses may have one id.",
        "Each document for itself.",
    ],
    citations: &[rfc("RFC 3680", "5.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some(list) = seen.is("NOTIFY").then(|| seen.reginfo()).flatten() else {
        return;
    };
    let registrations = list.registrations.iter();
    let contacts = registrations.clone().flat_map(|one| &one.contacts);
    let registrations = registrations.map(|one| (one.id, one.aor, one.span));
    unique(seen, registrations, verdicts);
    let contacts = contacts.map(|one| (one.id, one.uri, one.span));
    unique(seen, contacts, verdicts);
}

/// Ids, the URIs that they are of, and where they stand.
fn unique<'s>(
    seen: &Seen<'_>,
    all: impl Iterator<Item = (Option<XmlValue<'s>>, Option<XmlValue<'s>>, Span)>,
    verdicts: &mut Verdicts,
) {
    let mut known: HashMap<_, _, RandomState> = HashMap::default();
    for (id, uri, span) in all {
        let Some((id, uri)) = id.map(XmlValue::text).zip(uri.map(XmlValue::text)) else {
            continue;
        };
        let is_own = match known.entry(id) {
            Entry::Vacant(free) => {
                free.insert(uri);
                true
            }
            Entry::Occupied(taken) => is_same(taken.get(), &uri),
        };
        verdicts.check(is_own, || {
            Fault::at(seen, start_tag(seen, span)).expected("an id that no other has")
        });
    }
}

fn is_same(one: &str, other: &str) -> bool {
    let read = |text| Uri::read(Text::all(text), &mut Problems::ignored());
    let [one, other] = [one, other].map(|uri| uri.trim().as_bytes());
    one == other || read(one).equivalent(&read(other))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::with_registration;
    use crate::rules::testing::Wire;

    /// Two registrations with these ids, each with a contact with these.
    fn told(registrations: [&str; 2], contacts: [&str; 2]) -> Wire {
        let one = |at: usize| {
            format!(
                "<registration aor=\"sip:bob{at}@example.org\" id=\"{}\" state=\"active\">\
                 <contact id=\"{}\" state=\"active\" event=\"registered\">\
                 <uri>sip:bob@192.0.2.{at}</uri></contact></registration>",
                registrations[at], contacts[at]
            )
        };
        with_registration(&[&one(0), &one(1)])
    }

    #[test]
    fn fails() {
        told(["1", "2"], ["3", "3"]).fails(
            &RULE,
            "<contact id=\"3\" state=\"active\" event=\"registered\">",
        );
        told(["1", "1"], ["3", "4"]).fails(
            &RULE,
            "<registration aor=\"sip:bob1@example.org\" id=\"1\" state=\"active\">",
        );
    }

    #[test]
    fn passes() {
        told(["1", "2"], ["3", "4"]).passes(&RULE);
        told(["1", "2"], ["1", "2"]).passes(&RULE);
    }

    #[test]
    fn the_same_contact_of_two_addresses_may_have_one_id() {
        let one = |user: &str, host: &str| {
            format!(
                "<registration aor=\"sip:{user}@example.org\" id=\"{user}\" state=\"active\">\
                 <contact id=\"3\" state=\"active\" event=\"registered\">\
                 <uri>sip:bob@{host}</uri></contact></registration>"
            )
        };
        let (bob, tom) = (one("bob", "a.example.org"), one("tom", "A.example.org"));
        with_registration(&[&bob, &tom]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_bodies() {
        Wire::new()
            .request(1, 2, "NOTIFY", &["Event: reg"])
            .says_nothing(&RULE);
    }
}
