//! An answer that grants more time than was asked for.

use super::{answered, expires};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT03",
    name: "expires-longer-than-asked",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A 2xx answer to SUBSCRIBE or PUBLISH whose Expires is longer than that of the request.",
    matters: "The client has forgotten its subscription while the server still notifies.",
    cause: "A server with a fixed time.",
    silenced: &["A request that asks for no time leaves the choice to the server."],
    citations: &[
        rfc("RFC 3265", "3.1.1"),
        rfc("RFC 6665", "4.2.1.1"),
        rfc("RFC 3903", "6"),
    ],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((request, answer)) = answered(hop, &["SUBSCRIBE", "PUBLISH"], 200..300) else {
        return;
    };
    let (Some(asked), Some(granted)) = (expires(&request), expires(&answer)) else {
        return;
    };
    verdicts.check(granted <= asked, || {
        let place =
            |seen: &crate::rules::Seen<'_>| seen.sip.value(Name::Expires).map(|text| text.span());
        let text = answer.sip.value(Name::Expires).unwrap_or_default();
        let fault = Fault::at(&answer, text).expected(format!("{asked} at most, as asked for"));
        match (place(&request), request.sip.value(Name::Expires)) {
            (Some(_), Some(text)) => fault.with(&request, text),
            _ => fault,
        }
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn granted(asked: &str, granted: &str) -> Wire {
        let lines = [asked, "Event: presence"];
        Wire::new().request(1, 2, "SUBSCRIBE", &lines).response(
            2,
            1,
            "200 OK",
            &[granted, "CSeq: 1 SUBSCRIBE"],
        )
    }

    #[test]
    fn fails() {
        granted("Expires: 600", "Expires: 601").fails(&RULE, "601");
    }

    #[test]
    fn passes() {
        granted("Expires: 600", "Expires: 600").passes(&RULE);
        granted("Expires: 600", "Expires: 60").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_nothing_was_asked() {
        granted("Subject: x", "Expires: 3600").says_nothing(&RULE);
    }
}
