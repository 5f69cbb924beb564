//! An answer that does not repeat the Via values of its request.

use super::{leaves_out_via, same_but_receipt};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Text;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA04",
    name: "answer-with-other-via-list",
    family: Family::Via,
    severity: Severity::Error,
    flags: "An answer whose Via values are not those of the request that it answers, in the same order.",
    matters: "The answer gets lost further up, at the node whose value is missing or changed.",
    cause: "A server that copies the topmost value only, or a document that forgot the others.",
    silenced: &[
        "received and rport, which the receiver adds.",
        "White space, upper and lower case outside of quotes, and the order of parameters: the value is the same (RFC 3261 7.3.1).",
        "An answer that was seen to come from further on: how it was passed on is judged by VIA03, and what the request was passed on with by VIA02.",
        "A request or answer that was not captured to the end of its headers.",
        "A request without Via: there is nothing to compare with.",
        "A value that a document or file leaves out.",
    ],
    citations: &[rfc("RFC 3261", "8.2.6.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    let asked = request.vias();
    // A request without any is at fault itself, and nothing can be compared with it.
    if asked.is_empty() {
        return verdicts.not_provable();
    }
    for answer in hop.answers() {
        if hop.is_passed_on(&answer) {
            continue;
        }
        let answered = answer.vias();
        let is_wrong = !is_same_list(answered, asked);
        if is_wrong
            && hop
                .came_from(&answer)
                .is_some_and(|came| is_popped(came.vias(), answered))
        {
            continue;
        }
        let left_out = leaves_out_via(&request) || leaves_out_via(&answer);
        if left_out || !request.has_all_headers() || !answer.has_all_headers() {
            verdicts.not_provable();
            continue;
        }
        let pairs = answered.iter().zip(asked);
        let wrong = pairs
            .clone()
            .find(|(one, other)| !same_but_receipt(**one, **other));
        if let Some((got, expected)) = wrong {
            let fault = Fault::at(&answer, *got).with(&request, *expected);
            verdicts.fail(fault.expected(expected.lossy()));
        } else {
            verdicts.check(answered.len() == asked.len(), || {
                let fault = match answered.first() {
                    Some(first) => Fault::at(&answer, *first),
                    None => Fault::missing(&answer),
                };
                let expected = format!("{} values, as in the request", asked.len());
                let fault = fault
                    .expected(expected)
                    .got(format!("{} values", answered.len()));
                asked
                    .first()
                    .map_or(fault.clone(), |first| fault.with(&request, *first))
            });
        }
    }
}

fn is_same_list(one: &[Text<'_>], other: &[Text<'_>]) -> bool {
    let mut pairs = one.iter().zip(other);
    one.len() == other.len() && pairs.all(|(one, other)| same_but_receipt(*one, *other))
}

/// Whether a list is what another one is without its topmost value.
fn is_popped(came: &[Text<'_>], left: &[Text<'_>]) -> bool {
    came.split_first()
        .is_some_and(|(_, rest)| is_same_list(rest, left))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    const ONE: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const TWO: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";

    fn answered(vias: &[&str]) -> Wire {
        Wire::new()
            .request(2, 3, "INVITE", &[TWO, ONE])
            .response(3, 2, "200 OK", vias)
    }

    #[test]
    fn fails() {
        answered(&[TWO]).fails(&RULE, "1 values");
        answered(&[TWO, "Via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK1"])
            .fails(&RULE, "SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK1");
        answered(&[TWO, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;key=ab"])
            .fails(&RULE, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;key=ab");
        for other in [
            "SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1",
            "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1",
            "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;branch=z9hG4bK1",
        ] {
            answered(&[TWO, &format!("Via: {other}")]).fails(&RULE, other);
        }
    }

    /// RFC 3261 7.3.1: white space says nothing, the order of parameters neither, and case is told apart in quotes only.
    #[test]
    fn passes_what_is_the_same_value_written_otherwise() {
        let asked = "Via: SIP / 2.0 / UDP host.example : 5060;x=1;branch=z9hG4bK2;key=\"A b\"";
        let answered = |via: &str| {
            Wire::new()
                .request(2, 3, "INVITE", &[asked])
                .response(3, 2, "200 OK", &[via])
        };
        for same in [
            "Via: SIP/2.0/UDP host.example:5060;x=1;branch=z9hG4bK2;key=\"A b\"",
            "Via: SIP/2.0/UDP host.example:5060;branch=z9hG4bK2;key=\"A b\";x=1",
            "Via: SIP / 2.0 / UDP host.example : 5060; x = 1; branch=Z9HG4BK2;KEY=\"A b\"",
        ] {
            answered(same).passes(&RULE);
        }
        let other = "SIP/2.0/UDP host.example:5060;x=1;branch=z9hG4bK2;key=\"a b\"";
        answered(&format!("Via: {other}")).fails(&RULE, other);
    }

    #[test]
    fn passes() {
        answered(&[TWO, ONE]).passes(&RULE);
        let in_one = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2;received=192.0.2.2, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
        answered(&[in_one]).passes(&RULE);
        let more = "Via: SIP/2.0/UDP Host.example;branch=z9hG4bK2;dispatchKey=Ab";
        let less = "Via: SIP/2.0/udp host.example;branch=z9hG4bK2;dispatchkey=Ab";
        Wire::new()
            .request(2, 3, "INVITE", &[more])
            .response(3, 2, "200 OK", &[less])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_what_is_passed_on() {
        let changed = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;more";
        let wire = Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[TWO, ONE, "Max-Forwards: 69"])
            .response(3, 2, "200 OK", &[TWO, ONE])
            .response(2, 1, "200 OK", &[changed]);
        wire.passes(&RULE);
    }

    /// Its request left with a value less than it came with: the far end echoed that, and the proxy passed it on as it should.
    #[test]
    fn says_nothing_of_what_was_lost_on_the_way_of_the_request() {
        let three = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3";
        let wire = Wire::new()
            .request(2, 3, "INVITE", &[TWO, ONE, "Max-Forwards: 69"])
            .request(3, 4, "INVITE", &[three, TWO, "Max-Forwards: 68"])
            .response(4, 3, "200 OK", &[three, TWO])
            .response(3, 2, "200 OK", &[TWO]);
        wire.passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered(&[TWO]).cut().cannot_tell(&RULE);
        answered(&[TWO])
            .spoiled(Spoiled::ABRIDGED)
            .cannot_tell(&RULE);
        for vias in [&["Via: (...)"][..], &["Via:"], &[TWO, "Via:"]] {
            Wire::new()
                .step("INVITE request (P-CSCF to S-CSCF)")
                .request(2, 3, "INVITE", &[TWO, ONE])
                .step("200 (OK) response (S-CSCF to P-CSCF)")
                .response(3, 2, "200 OK", vias)
                .cannot_tell(&RULE);
        }
        Wire::new()
            .request(2, 3, "INVITE", &["-Via"])
            .response(3, 2, "200 OK", &["-Via"])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_without_the_request() {
        Wire::new()
            .response(3, 2, "200 OK", &[TWO])
            .says_nothing(&RULE);
    }
}
