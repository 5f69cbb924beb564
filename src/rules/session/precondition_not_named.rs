//! An INVITE that demands preconditions and does not name the extension.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;
use crate::sip::body::{Media, PreconditionLine, PreconditionStrength};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES10",
    name: "precondition-not-named",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "An INVITE whose session description has a mandatory precondition, without `precondition` in Supported or Require.",
    matters: "The other side does not know that it has to wait, and rings before there are resources.",
    cause: "A terminal that writes the description from a template, or a node in between that takes the option away.",
    silenced: &["Preconditions that are optional, or none."],
    citations: &[rfc("RFC 3312", "11"), rfc("RFC 4032", "")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("INVITE") || !seen.sip.has(Name::ContentType) {
        return;
    }
    let demanded = seen
        .sdp()
        .and_then(|sdp| sdp.media().find_map(|media| mandatory(&media)));
    let Some(demanded) = demanded else {
        return;
    };
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    let names = |name| seen.sip.has_token(name, "precondition");
    verdicts.check(names(Name::Supported) || names(Name::Require), || {
        let fault = Fault::at(seen, demanded);
        fault.expected("`precondition` in Supported or Require")
    });
}

fn mandatory<'s>(media: &Media<'s>) -> Option<crate::sip::Text<'s>> {
    let mut all = media.section.preconditions();
    let found = all.find(|one| {
        one.line == PreconditionLine::Desired
            && one.strength == Some(PreconditionStrength::Mandatory)
    });
    found.map(|one| one.text)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::session::testing::{AUDIO, with_sdp};
    use crate::rules::testing::Wire;

    fn offered(lines: &[&str], strength: &str) -> Wire {
        let desired = format!("a=des:qos {strength} local sendrecv");
        let media = [AUDIO, "a=curr:qos local none", &desired];
        Wire::new().request(1, 2, "INVITE", &with_sdp(lines, &media))
    }

    #[test]
    fn fails() {
        offered(&["Supported: 100rel"], "mandatory").fails(&RULE, "qos mandatory local sendrecv");
    }

    #[test]
    fn passes() {
        offered(&["Supported: 100rel, precondition"], "mandatory").passes(&RULE);
        offered(&["Require: precondition"], "mandatory").passes(&RULE);
    }

    #[test]
    fn not_provable_where_fields_were_left_out() {
        offered(&["Supported: 100rel"], "mandatory")
            .spoiled(Spoiled::ABRIDGED)
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_what_is_optional() {
        offered(&[], "optional").says_nothing(&RULE);
    }
}
