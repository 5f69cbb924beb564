//! A registrar that keeps a contact longer than it was asked to.

use super::{accepted, same_uri};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::sip::{Address, Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG06",
    name: "binding-longer-than-asked",
    family: Family::Registration,
    severity: Severity::Warning,
    flags: "A 2xx answer to REGISTER that binds a contact for longer than the request asked for.",
    matters: "The client believes its binding gone, and requests still go to where it is not any more.",
    cause: "A registrar with a fixed time, or with a least time that it does not enforce by 423.",
    silenced: &[
        "A request that asks for no time leaves the choice to the registrar.",
        "Bindings of other contacts of the address.",
    ],
    citations: &[rfc("RFC 3261", "10.2.1.1"), rfc("RFC 3261", "10.3 step 7")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((request, answer)) = accepted(hop) else {
        return;
    };
    for contact in request.sip.addresses(Name::Contact) {
        let Some((asked, place)) = asked(&request, &contact) else {
            continue;
        };
        let mut bindings = answer.sip.addresses(Name::Contact);
        let binding = bindings.find(|binding| same_uri(&binding.uri(), &contact.uri()));
        let Some(granted) = binding.and_then(|binding| binding.params.value("expires")) else {
            continue;
        };
        let Some(seconds) = granted.number().filter(|_| asked > 0) else {
            continue;
        };
        verdicts.check(seconds <= asked, || {
            let fault = Fault::at(&answer, granted).with(&request, place);
            fault.expected(format!("{asked} at most, as asked for"))
        });
    }
}

/// The seconds that a request asks for a contact, and where it says so (RFC 3261 10.2.1.1).
fn asked<'s>(request: &Seen<'s>, contact: &Address<'s>) -> Option<(u64, Text<'s>)> {
    let own = contact.params.value("expires");
    let text = own.or_else(|| request.sip.value(Name::Expires))?;
    Some((text.number()?, text))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn registered(asked: &[&str], granted: &[&str]) -> Wire {
        let granted = [granted, &["CSeq: 1 REGISTER"]].concat();
        Wire::new()
            .request(1, 2, "REGISTER", asked)
            .response(2, 1, "200 OK", &granted)
    }

    const GRANTED: &str = "Contact: <sip:alice@192.0.2.1>;expires=3600";

    #[test]
    fn fails() {
        registered(&["Expires: 600"], &[GRANTED]).fails(&RULE, "3600");
        registered(
            &[
                "Expires: 7200",
                "Contact: <sip:alice@192.0.2.1>;expires=600",
            ],
            &[GRANTED],
        )
        .fails(&RULE, "3600");
    }

    #[test]
    fn passes() {
        registered(&["Expires: 3600"], &[GRANTED]).passes(&RULE);
        registered(&["Expires: 600000"], &[GRANTED]).passes(&RULE);
    }

    #[test]
    fn passes_whatever_other_contacts_have() {
        let all = "Contact: <sip:alice@192.0.2.9>;expires=3600, <sip:alice@192.0.2.1>;expires=60";
        registered(&["Expires: 60"], &[all]).passes(&RULE);
    }

    #[test]
    fn says_nothing_where_nothing_was_asked() {
        registered(&[], &[GRANTED]).says_nothing(&RULE);
        registered(&["Expires: 0"], &[GRANTED]).says_nothing(&RULE);
        registered(&["Expires: 600"], &["Contact: <sip:alice@192.0.2.1>"]).says_nothing(&RULE);
    }
}
