//! A header field on more than one line.

use crate::base::Spoiled;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN13",
    name: "header-folded",
    family: Family::Syntax,
    severity: Severity::Info,
    flags: "A header field that goes on in the next line.",
    matters: "It is legal, but some servers and firewalls do not know it and lose the rest of the value.",
    cause: "A sender that keeps its lines short.",
    silenced: &[
        "A log or document folds lines on its own account.",
        "Further folded fields of the same message: the first stands for all.",
    ],
    citations: &[rfc("RFC 3261", "7.3.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some(folded) = seen.sip.folded() else {
        return verdicts.pass();
    };
    let written = seen.is_of_document() || seen.is_of_log();
    if written || !seen.keeps(Spoiled::LINE_ENDS) || !seen.keeps(Spoiled::SPACES) {
        return verdicts.not_provable();
    }
    verdicts.fail(Fault::at(seen, folded.name).expected("the field on one line"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    fn folded() -> Wire {
        Wire::new().request(1, 2, "OPTIONS", &["Subject: one,", " and more"])
    }

    #[test]
    fn fails() {
        folded().fails(&RULE, "Subject");
    }

    #[test]
    fn passes() {
        let wire = Wire::new().request(1, 2, "OPTIONS", &["Subject: one, and more"]);
        wire.passes(&RULE);
    }

    #[test]
    fn not_provable() {
        folded().spoiled(Spoiled::LINE_ENDS).cannot_tell(&RULE);
        folded().spoiled(Spoiled::SPACES).cannot_tell(&RULE);
    }
}
