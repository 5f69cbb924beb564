//! A CANCEL that is not built from its INVITE.

use super::difference;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN03",
    name: "cancel-differs-from-invite",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "A CANCEL whose Request-URI, Call-ID, From, To, CSeq number or Route is not that of the INVITE on the same hop, or which has Require, Proxy-Require or a second Via.",
    matters: "The server answers 481, and the call goes on ringing.",
    cause: "A client that builds the CANCEL inside of the dialog, with the tag of an answer.",
    silenced: &[
        "It is compared on its own hop only: every proxy makes a CANCEL of its own.",
        "A proxy without state, which passes INVITE and CANCEL on with the Via values of others.",
    ],
    citations: &[rfc("RFC 3261", "9.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(cancel) = hop.request().filter(|request| request.is("CANCEL")) else {
        return;
    };
    let invite = hop.hop.about().and_then(|about| hop.request_of(about));
    let Some(invite) = invite else {
        return verdicts.not_provable();
    };
    for name in [Name::Require, Name::ProxyRequire] {
        if let Some(text) = cancel.sip.value(name) {
            let expected = format!("no {}", name.spelling());
            return verdicts.fail(Fault::at(&cancel, text).expected(expected));
        }
    }
    if let Some(fault) = difference(&cancel, &invite) {
        return verdicts.fail(fault);
    }
    let to = cancel.sip.value(Name::To).zip(invite.sip.value(Name::To));
    match to {
        Some((own, wanted)) => verdicts.check(own.same_but_space(wanted), || {
            Fault::at(&cancel, own)
                .with(&invite, wanted)
                .expected(wanted.lossy())
        }),
        None => verdicts.not_provable(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn cancelled(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(1, 2, "CANCEL", lines)
    }

    #[test]
    fn fails() {
        cancelled(&["To: <sip:bob@example.org>;tag=b"]).fails(&RULE, "<sip:bob@example.org>;tag=b");
        cancelled(&["Require: 100rel"]).fails(&RULE, "100rel");
        cancelled(&["Route: <sip:192.0.2.2;lr>"]).fails(&RULE, "<sip:192.0.2.2;lr>");
    }

    #[test]
    fn fails_with_another_number_in_the_branch_of_the_invite() {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKsame";
        Wire::new()
            .request(1, 2, "INVITE", &[via])
            .request(1, 2, "CANCEL", &[via, "CSeq: 7 CANCEL"])
            .fails(&RULE, "7 CANCEL");
    }

    #[test]
    fn passes() {
        cancelled(&[]).passes(&RULE);
    }

    #[test]
    fn not_provable_without_the_invite() {
        Wire::new().request(1, 2, "CANCEL", &[]).cannot_tell(&RULE);
    }
}
