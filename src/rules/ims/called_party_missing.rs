//! An S-CSCF that did not tell the terminal which of its identities was called.

use super::{is_initial, shows_all};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Seen, Verdicts};
use crate::sip::{FirstLine, Name, Problems, Uri};
use crate::trace::Role;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS16",
    name: "called-party-lost",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "An initial request that an S-CSCF sent on to a contact of the called user without P-Called-Party-ID, or with one that is not the Request-URI that it came with.",
    matters: "The Request-URI is the terminal's address now: the terminal cannot tell which of its identities is called.",
    cause: "A registrar that only replaces the Request-URI, as RFC 3261 has it.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "The Request-URI has not changed.",
        "A request on its way through other nodes: only the hop to a P-CSCF or terminal counts.",
        "Only where the trace shows that the node is an S-CSCF.",
    ],
    citations: &[rfc("RFC 7315", "4.2"), rfc("3GPP TS 24.229", "5.4.3.3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let (before, after) = (&relay.before, &relay.after);
    let is_scscf = relay.node.is_some_and(|node| node.role() == Role::SCscf);
    if !is_initial(after) || !is_scscf {
        return;
    }
    if !matches!(after.receiver_role(), Some(Role::PCscf | Role::Ue)) {
        return;
    }
    let (Some(came), Some(left)) = (target(before), target(after)) else {
        return;
    };
    if came.equivalent(&left) {
        return;
    }
    let Some(called) = after.sip.address(Name::PCalledPartyId) else {
        if !shows_all(after) {
            return verdicts.not_provable();
        }
        let fault = Fault::missing(after).about(Name::PCalledPartyId);
        return verdicts.fail(fault.with(before, came.text).expected(came.text.lossy()));
    };
    verdicts.check(called.uri().equivalent(&came), || {
        let fault = Fault::at(after, called.text).with(before, came.text);
        fault.expected(came.text.lossy())
    });
}

/// The Request-URI.
fn target<'s>(seen: &Seen<'s>) -> Option<Uri<'s>> {
    match seen.sip.first_line() {
        FirstLine::Request { uri, .. } => Some(Uri::read(uri, &mut Problems::ignored())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const CONTACT: &str = "! INVITE sip:alice@192.0.2.1 SIP/2.0";
    const CALLED: &str = "! INVITE sip:alice@example.org SIP/2.0";

    fn called(wire: Wire, last: &[&str]) -> Wire {
        wire.passed(&[9, 4, 2], "INVITE", &[&[CALLED], last])
    }

    #[test]
    fn fails() {
        called(Wire::ims(), &[CONTACT]).fails(&RULE, "no P-Called-Party-ID");
        called(
            Wire::ims(),
            &[CONTACT, "P-Called-Party-ID: <sip:bob@example.org>"],
        )
        .fails(&RULE, "<sip:bob@example.org>");
    }

    #[test]
    fn passes() {
        called(
            Wire::ims(),
            &[CONTACT, "P-Called-Party-ID: <sip:alice@example.org>"],
        )
        .passes(&RULE);
    }

    #[test]
    fn says_nothing_where_the_request_uri_stays_or_goes_elsewhere() {
        called(Wire::ims(), &[CALLED]).says_nothing(&RULE);
        called(Wire::new(), &[CONTACT]).says_nothing(&RULE);
        Wire::ims()
            .passed(&[2, 4, 9], "INVITE", &[&[CALLED], &[CONTACT]])
            .says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        called(Wire::ims(), &[CONTACT]).cut().cannot_tell(&RULE);
    }
}
