//! An I-CSCF that stays in the path of a dialog.

use super::is_initial;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;
use crate::trace::Role;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS17",
    name: "recorded-by-i-cscf",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "An initial request that an I-CSCF passed on with a Record-Route entry of its own.",
    matters: "It has only to find the S-CSCF: every further request of the dialog goes a needless way, and fails if this I-CSCF does.",
    cause: "An I-CSCF that is set up like an ordinary proxy, or that hides the topology as old releases had it.",
    silenced: &[
        "Only where the trace shows that the node is an I-CSCF and that it passed the request on.",
        "Hops that the Via list does not link.",
    ],
    citations: &[rfc("3GPP TS 24.229", "5.3.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let (before, after) = (&relay.before, &relay.after);
    let is_icscf = relay.node.is_some_and(|node| node.role() == Role::ICscf);
    if !is_icscf || !is_initial(after) {
        return;
    }
    if !relay.is_proxied() {
        return verdicts.not_provable();
    }
    let Some(top) = after.sip.values(Name::RecordRoute).next() else {
        return verdicts.pass();
    };
    let is_added =
        after.sip.values(Name::RecordRoute).count() > before.sip.values(Name::RecordRoute).count();
    verdicts.check(!is_added, || {
        Fault::at(after, top).expected("Record-Route as it came in")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OTHER: &str = "Record-Route: <sip:192.0.2.9;lr>";

    fn called(wire: Wire, after: &[&str]) -> Wire {
        wire.passed(&[9, 3, 4], "INVITE", &[&[OTHER], after])
    }

    #[test]
    fn fails() {
        called(Wire::ims(), &["Record-Route: <sip:192.0.2.3;lr>", OTHER])
            .fails(&RULE, "<sip:192.0.2.3;lr>");
    }

    #[test]
    fn passes() {
        called(Wire::ims(), &[OTHER]).passes(&RULE);
        called(Wire::ims(), &[]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_proxies() {
        called(Wire::new(), &["Record-Route: <sip:192.0.2.3;lr>", OTHER]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_via_list_was_hidden() {
        let hidden = ["Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKhidden", OTHER];
        Wire::ims()
            .request(9, 3, "INVITE", &[OTHER])
            .request(3, 4, "INVITE", &hidden)
            .cannot_tell(&RULE);
    }
}
