//! A reliable provisional answer that nobody acknowledges.

use super::{is, is_reliable, pracks};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, HopScene, Seen, Verdicts};
use crate::sip::Name;
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES18",
    name: "prack-missing",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A reliable provisional answer that is sent again for many seconds, and no PRACK for it in the dialog.",
    matters: "The called side repeats the answer for half a minute and then refuses the call.",
    cause: "A caller that says it knows reliable answers and does not, or a PRACK that goes to the wrong place.",
    silenced: &[
        "The answer was not sent again for long: the PRACK came, and the trace did not see it.",
        "A PRACK with another number, of which another rule speaks.",
    ],
    citations: &[rfc("RFC 3262", "4")],
    check: Check::Dialog(check),
};

/// After so long no PRACK is only slow.
const LONG: i64 = 8_000_000_000;

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for invite in dialog.transactions().filter(|one| is(one, "INVITE")) {
        let reliable: Vec<_> = invite.answers().filter(is_reliable).collect();
        if reliable.is_empty() {
            continue;
        }
        let all = pracks(dialog, &invite);
        let requests: Vec<_> = all.iter().filter_map(|one| one.request()).collect();
        for answer in reliable {
            let number = answer
                .sip
                .number(Name::RSeq)
                .and_then(|number| number.value);
            let of = |prack: &Seen<'_>| prack.sip.rack().and_then(|rack| rack.response) == number;
            if requests.iter().any(of) {
                verdicts.pass();
                continue;
            }
            let last = again(&invite.hop(), &answer);
            let elapsed = last.and_then(|last| answer.until(&last));
            match last
                .filter(|_| requests.is_empty() && elapsed.is_some_and(|time| time.least > LONG))
            {
                Some(last) => {
                    let fault = Fault::at(&answer, answer.sip.first_line_text());
                    let fault = fault.with(&last, last.sip.first_line_text());
                    verdicts.fail(fault.expected("a PRACK for it").got("none"));
                }
                None => verdicts.not_provable(),
            }
        }
    }
}

/// The last time that the same answer was sent again.
fn again<'s>(hop: &HopScene<'s>, answer: &Seen<'s>) -> Option<Seen<'s>> {
    let rseq = |seen: &Seen<'_>| seen.sip.number(Name::RSeq).and_then(|number| number.value);
    let same = |seen: &Seen<'_>| {
        seen.message.part() == Part::Repeated
            && seen.sip.status() == answer.sip.status()
            && rseq(seen) == rseq(answer)
    };
    hop.messages().filter(same).last()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const RELIABLE: [&str; 2] = ["Require: 100rel", "RSeq: 7"];

    fn rings(wire: Wire) -> Wire {
        wire.response(2, 1, "180 Ringing", &RELIABLE)
    }

    fn begun() -> Wire {
        rings(Wire::new().request(1, 2, "INVITE", &["Supported: 100rel"]))
    }

    #[test]
    fn fails() {
        rings(begun().later(10)).fails(&RULE, "none");
    }

    #[test]
    fn passes() {
        begun()
            .within(1, 2, "2 PRACK", &["RAck: 7 1 INVITE"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_have_gone_another_way() {
        begun().cannot_tell(&RULE);
        rings(begun()).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_what_is_not_reliable() {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: 100rel"])
            .response(2, 1, "180 Ringing", &[])
            .says_nothing(&RULE);
    }
}
