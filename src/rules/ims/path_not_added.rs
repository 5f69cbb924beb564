//! A P-CSCF that registered a terminal without putting itself into the path.

use super::{as_sure_as_the_role, comes_from_terminal, is_registration, shows_all};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS11",
    name: "path-not-added",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A REGISTER of a terminal that its P-CSCF passed on without adding itself to Path, or without path in Require.",
    matters: "Requests to the terminal do not come by this P-CSCF, and so do not come through its security association.",
    cause: "A P-CSCF that is set up like an ordinary proxy.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "Only where the trace shows which node is the P-CSCF and which the terminal.",
        "A P-CSCF that is known by what it does, and by no name or node file: a warning.",
    ],
    citations: &[rfc("RFC 3327", "5.2"), rfc("3GPP TS 24.229", "5.2.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let after = &relay.after;
    if !is_registration(after) || !comes_from_terminal(relay) {
        return;
    }
    let paths = |seen: &crate::rules::Seen<'_>| seen.sip.values(Name::Path).count();
    let is_added = paths(after) > paths(&relay.before);
    let missing = match is_added {
        true if after.sip.has_token(Name::Require, "path") => return verdicts.pass(),
        true => Fault::missing(after)
            .got("no path in Require")
            .expected("Require: path"),
        false => Fault::missing(after)
            .about(Name::Path)
            .expected("Path with the P-CSCF on top"),
    };
    match shows_all(after) {
        // That the registrar has to understand Path is a matter of routing tables that are right.
        true if is_added => verdicts.fail(missing.at_most(Severity::Warning)),
        true => verdicts.fail(as_sure_as_the_role(relay, missing)),
        false => verdicts.not_provable(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const PATH: &str = "Path: <sip:192.0.2.2;lr>";

    fn registered(wire: Wire, before: &[&str], after: &[&str]) -> Wire {
        let own = ["! REGISTER sip:example.org SIP/2.0", "Call-ID: again"];
        let (before, after) = ([&own[..], before].concat(), [&own[..], after].concat());
        wire.passed(&[1, 2, 3], "REGISTER", &[&before, &after])
    }

    #[test]
    fn fails() {
        registered(Wire::ims(), &[], &["Require: path"]).fails(&RULE, "no Path");
        registered(Wire::ims(), &[PATH], &[PATH, "Require: path"]).fails(&RULE, "no Path");
        registered(Wire::ims(), &[], &[PATH]).fails(&RULE, "no path in Require");
    }

    #[test]
    fn passes() {
        registered(Wire::ims(), &[], &[PATH, "Require: path"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_proxies() {
        registered(Wire::new(), &[], &[]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        registered(Wire::ims(), &[], &[]).cut().cannot_tell(&RULE);
    }
}
