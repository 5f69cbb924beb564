//! An answer below 200 behind the final one.

use super::is_stream;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN04",
    name: "provisional-after-final",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "An answer below 200 that was sent after the final answer of the same transaction.",
    matters: "The client has closed the transaction; what the answer says is lost.",
    cause: "A gateway whose two sides do not wait for each other.",
    silenced: &["Datagrams may overtake each other: over UDP nothing is proved."],
    citations: &[rfc("RFC 3261", "17.2.1"), rfc("RFC 3261", "17.2.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let late = hop
        .answers()
        .find(|answer| answer.message.part() == Part::Late);
    match late {
        Some(late) if is_stream(&late) => {
            let fault = Fault::at(&late, late.sip.first_line_text());
            verdicts.fail(fault.expected("nothing more after the final answer"));
        }
        Some(_) => verdicts.not_provable(),
        None if hop.answers().next().is_some() => verdicts.pass(),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(first: &str, second: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, first, &[])
            .response(2, 1, second, &[])
    }

    #[test]
    fn fails() {
        answered("200 OK", "180 Ringing")
            .on_stream()
            .fails(&RULE, "SIP/2.0 180 Ringing");
    }

    #[test]
    fn passes() {
        answered("180 Ringing", "200 OK").passes(&RULE);
    }

    #[test]
    fn not_provable_where_datagrams_overtake_each_other() {
        answered("200 OK", "180 Ringing").cannot_tell(&RULE);
    }
}
