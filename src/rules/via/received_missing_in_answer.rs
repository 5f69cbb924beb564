//! A server that answered a request without noting where it really came from.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA09",
    name: "received-missing-in-answer",
    family: Family::Via,
    severity: Severity::Warning,
    flags: "An answer without received in its topmost Via, though the request came from another address than this value names.",
    matters: "The client does not learn that its address is translated, and proxies behind it send later answers to the address that is named.",
    cause: "A server that answers to where the packet came from and does not say so.",
    silenced: &[
        "A host name: nothing here knows its addresses.",
        "A request that was passed on without received: VIA06 tells it.",
    ],
    citations: &[rfc("RFC 3261", "18.2.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    let Some(via) = request.via() else {
        return;
    };
    let source = request.message.sighting().source();
    let came = source.and_then(|end| end.endpoint());
    let (Some(named), Some(came)) = (via.host.address(), came) else {
        return verdicts.not_provable();
    };
    for answer in hop.answers() {
        let Some(noted) = answer.via() else {
            continue;
        };
        if named == came.address || noted.received().is_some() {
            verdicts.pass();
            continue;
        }
        if hop.hop.continued_by().next().is_some() {
            continue;
        }
        let fault = Fault::at(&answer, noted.text).with(&request, via.text);
        verdicts.fail(fault.expected(format!("received={}, from where it came", came.address)));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const BEHIND: &str = "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1";

    fn answered(asked: &str, answered: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[asked])
            .response(2, 1, "200 OK", &[answered])
    }

    #[test]
    fn fails() {
        answered(BEHIND, BEHIND).fails(&RULE, "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1");
    }

    #[test]
    fn passes() {
        let noted = "Via: SIP/2.0/UDP 10.0.0.1;received=192.0.2.1;branch=z9hG4bK1";
        answered(BEHIND, noted).passes(&RULE);
        let own = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
        answered(own, own).passes(&RULE);
    }

    #[test]
    fn not_provable_of_names() {
        let named = "Via: SIP/2.0/UDP ue.example.org;branch=z9hG4bK1";
        answered(named, named).cannot_tell(&RULE);
    }

    #[test]
    fn what_was_passed_on_is_another_fault() {
        let below = BEHIND.strip_prefix("Via: ").unwrap();
        let two = format!("Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2, {below}");
        Wire::new()
            .request(1, 2, "INVITE", &[BEHIND])
            .request(2, 3, "INVITE", &[&two, "Max-Forwards: 69"])
            .response(2, 1, "404 Not Found", &[BEHIND])
            .says_nothing(&RULE);
    }
}
