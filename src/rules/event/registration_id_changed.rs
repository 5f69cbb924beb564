//! Registration information that calls one address otherwise than before.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;

use super::start_tag;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, SubscriptionScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT26",
    name: "registration-id-changed",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY whose registration information has another id for an address than an earlier one of the same subscription.",
    matters: "The subscriber takes it for another registration, and keeps the old one for ever.",
    cause: "A registrar that makes ids out of what it keeps in memory, and makes that anew.",
    silenced: &[
        "Each subscription for itself.",
        "Contacts, whose ids are only advised to stay.",
    ],
    citations: &[rfc("RFC 3680", "5.1")],
    check: Check::Subscription(check),
};

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    if !subscription.package().eq_ignore_ascii_case("reg") {
        return;
    }
    let mut known: HashMap<_, _, RandomState> = HashMap::default();
    let notifies = subscription.notifies();
    for notify in notifies.filter_map(|notify| notify.request()) {
        let lists = notify.reginfo().into_iter();
        for one in lists.flat_map(|list| &list.registrations) {
            let Some((aor, id)) = one.aor.zip(one.id) else {
                continue;
            };
            match known.entry(aor.text()) {
                Entry::Vacant(free) => drop(free.insert((notify, one.span, id.text()))),
                Entry::Occupied(first) => {
                    let (before, span, first) = first.get();
                    verdicts.check(*first == id.text(), || {
                        Fault::at(&notify, start_tag(&notify, one.span))
                            .with(before, start_tag(before, *span))
                            .expected(format!("id=\"{first}\""))
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::notified;
    use crate::rules::testing::Wire;

    /// NOTIFYs about these addresses, with these ids.
    fn told(all: &[(&str, &str)]) -> Wire {
        let lines = ["Event: reg", "Expires: 600"];
        let mut wire = Wire::new().request(1, 2, "SUBSCRIBE", &lines).response(
            2,
            1,
            "200 OK",
            &["Expires: 600", "CSeq: 1 SUBSCRIBE"],
        );
        for (number, (user, id)) in (1..).zip(all) {
            let body = format!(
                "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"{}\" state=\"full\">\
                 <registration aor=\"sip:{user}@example.org\" id=\"{id}\" state=\"init\"/></reginfo>",
                number - 1
            );
            let length = format!("Content-Length: {}", body.len() + 2);
            let kind = "Content-Type: application/reginfo+xml";
            let lines = ["Event: reg", kind, &length, "", &body];
            wire = notified(wire, number, "active", &lines, "200 OK");
        }
        wire
    }

    #[test]
    fn fails() {
        told(&[("bob", "1"), ("bob", "2")]).fails(
            &RULE,
            "<registration aor=\"sip:bob@example.org\" id=\"2\" state=\"init\"/>",
        );
    }

    #[test]
    fn passes() {
        told(&[("bob", "1"), ("tom", "2"), ("bob", "1")]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_one_document() {
        told(&[("bob", "1")]).says_nothing(&RULE);
    }
}
