//! An S-CSCF that passed on for whom it does its services.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;
use crate::trace::Role;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS20",
    name: "served-user-sent-out",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A request with P-Served-User that an S-CSCF sent to a P-CSCF.",
    matters: "The field is for application servers; outside of them it tells others whose services were used.",
    cause: "An S-CSCF that adds it for an application server and does not take it off.",
    silenced: &["Only where the trace shows which node is the S-CSCF and which the P-CSCF."],
    citations: &[rfc("RFC 5502", ""), rfc("3GPP TS 24.229", "5.4.3")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some(user) = seen.sip.value(Name::PServedUser) else {
        return;
    };
    if !seen.is_request() {
        return;
    }
    match (seen.sender_role(), seen.receiver_role()) {
        (Some(Role::SCscf), Some(Role::PCscf)) => {
            verdicts.fail(Fault::at(seen, user).expected("no P-Served-User"));
        }
        (Some(Role::SCscf), Some(Role::As)) => verdicts.pass(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const USER: &str = "P-Served-User: <sip:alice@example.org>;sescase=term";

    #[test]
    fn fails() {
        Wire::ims()
            .request(4, 2, "INVITE", &[USER])
            .fails(&RULE, "<sip:alice@example.org>;sescase=term");
    }

    #[test]
    fn passes_between_s_cscf_and_application_server() {
        Wire::ims().request(4, 5, "INVITE", &[USER]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        Wire::new()
            .request(4, 2, "INVITE", &[USER])
            .says_nothing(&RULE);
        Wire::ims().request(4, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
