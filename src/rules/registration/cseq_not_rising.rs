//! A client whose REGISTERs with one Call-ID do not count up.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{AttemptScene, Fault, RegistrationScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG10",
    name: "cseq-of-register-not-rising",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A REGISTER whose CSeq is not higher than that of one with the same Call-ID which was answered before.",
    matters: "The registrar takes it for one that was overtaken, and must not change a binding because of it.",
    cause: "A client that was started again and takes the same Call-ID, or that answers a challenge with the same number.",
    silenced: &[
        "A request that got no answer, 408, 430 or 503 may go to another server as it is (RFC 3263 4.3).",
        "The same request seen on two ways that nothing links.",
    ],
    citations: &[rfc("RFC 3261", "10.2"), rfc("RFC 3261", "10.3 step 7")],
    check: Check::Registration(check),
};

fn check(registration: &RegistrationScene<'_>, verdicts: &mut Verdicts) {
    let mut before: Vec<AttemptScene<'_>> = Vec::new();
    for step in registration.steps() {
        let same = before
            .iter()
            .position(|other| is_of_same_client(other, &step));
        let last = same.map(|position| std::mem::replace(&mut before[position], step));
        match last {
            None => before.push(step),
            Some(last) => judge(&last, &step, verdicts),
        }
    }
}

/// One Call-ID, from and to the same nodes.
fn is_of_same_client(one: &AttemptScene<'_>, other: &AttemptScene<'_>) -> bool {
    let (one, other) = (one.attempt.hop, other.attempt.hop);
    let node = |node: Option<crate::trace::Node<'_>>| node.map(|node| node.id());
    one.call_id() == other.call_id()
        && node(one.source_node()) == node(other.source_node())
        && node(one.destination_node()) == node(other.destination_node())
}

fn judge(last: &AttemptScene<'_>, step: &AttemptScene<'_>, verdicts: &mut Verdicts) {
    let (Some(request), Some(earlier)) = (step.request(), last.request()) else {
        return;
    };
    let Some(answer) = last.answer() else {
        return verdicts.not_provable();
    };
    let is_over = answer.message.id() < request.message.id();
    if !is_over || matches!(answer.sip.status(), Some(408 | 430 | 503)) {
        return verdicts.not_provable();
    }
    let Some((number, place)) = number(&request) else {
        return;
    };
    let Some((least, other)) = self::number(&earlier) else {
        return;
    };
    verdicts.check(number > least, || {
        let fault = Fault::at(&request, place).with(&earlier, other);
        fault.expected(format!("more than {least}"))
    });
}

fn number<'s>(seen: &crate::rules::Seen<'s>) -> Option<(u32, crate::sip::Text<'s>)> {
    Some((seen.cseq()?.number?, seen.sip.value(Name::CSeq)?))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TO: &str = "To: <sip:alice@example.org>";

    fn again(status: &str, cseq: &str) -> Wire {
        // Each has a branch of its own, whatever its number.
        let second = [TO, cseq, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKsecond"];
        Wire::new()
            .request(
                1,
                2,
                "REGISTER",
                &[
                    TO,
                    "CSeq: 7 REGISTER",
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKfirst",
                ],
            )
            .response(
                2,
                1,
                status,
                &[
                    TO,
                    "CSeq: 7 REGISTER",
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKfirst",
                ],
            )
            .request(1, 2, "REGISTER", &second)
    }

    #[test]
    fn fails() {
        again("200 OK", "CSeq: 6 REGISTER").fails(&RULE, "6 REGISTER");
        again("401 Unauthorized", "CSeq: 7 REGISTER").fails(&RULE, "7 REGISTER");
    }

    #[test]
    fn passes() {
        again("200 OK", "CSeq: 8 REGISTER").passes(&RULE);
        again("401 Unauthorized", "CSeq: 9 REGISTER").passes(&RULE);
    }

    #[test]
    fn not_provable_where_another_server_may_be_meant() {
        again("503 Service Unavailable", "CSeq: 7 REGISTER").cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_other_call_ids() {
        Wire::new()
            .request(1, 2, "REGISTER", &[TO, "CSeq: 7 REGISTER"])
            .response(2, 1, "200 OK", &[TO, "CSeq: 7 REGISTER"])
            .request(
                1,
                2,
                "REGISTER",
                &[TO, "CSeq: 1 REGISTER", "Call-ID: other"],
            )
            .says_nothing(&RULE);
    }
}
