//! An UPDATE to a side that does not list it in Allow.

use std::cell::LazyCell;

use super::is;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, Verdicts};
use crate::sip::Name;
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES23",
    name: "update-not-allowed",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "An UPDATE to a side whose last Allow in the dialog does not list the method.",
    matters: "The other side refuses it with 405 or 501, and the change or refresh is lost.",
    cause: "A client that does not look at Allow, or a node in between that changes it.",
    silenced: &[
        "A side that sent no Allow may know the method.",
        "An UPDATE that was accepted: the other side knows it after all.",
    ],
    citations: &[rfc("RFC 3311", "4"), rfc("RFC 3311", "5.1")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let told = [Party::Caller, Party::Callee].map(|to| LazyCell::new(move || allowing(dialog, to)));
    for one in dialog.transactions().filter(|one| is(one, "UPDATE")) {
        let Some(update) = one.request() else {
            continue;
        };
        let told = &told[usize::from(one.transaction.from == Party::Callee)];
        let before = told.partition_point(|told| told.message.id() < update.message.id());
        let Some(told) = told[..before].last() else {
            verdicts.not_provable();
            continue;
        };
        if told.sip.has_token(Name::Allow, "UPDATE") || one.accepted().is_some() {
            verdicts.pass();
            continue;
        }
        let text = told.sip.value(Name::Allow).unwrap_or_default();
        let fault = Fault::at(&update, update.sip.first_line_text()).with(told, text);
        verdicts.fail(fault.expected("a method that the other side lists in Allow"));
    }
}

/// The messages with Allow that came to a side, in their order.
fn allowing<'s>(dialog: &DialogScene<'s>, to: Party) -> Vec<Seen<'s>> {
    let all = dialog.transactions().flat_map(|one| {
        let is_own = one.transaction.from == to;
        let requests = one.arrived().filter(|_| !is_own);
        let answers = one
            .answers()
            .filter(move |answer| is_own && answer.sip.status() < Some(300));
        requests.into_iter().chain(answers)
    });
    let mut told: Vec<_> = all.filter(|told| told.sip.has(Name::Allow)).collect();
    told.sort_by_key(|told| told.message.id());
    told
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn update(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", lines)
            .within(1, 2, "2 UPDATE", &[])
    }

    const WITHOUT: &str = "Allow: INVITE, ACK, CANCEL, BYE";

    #[test]
    fn fails() {
        update(&[WITHOUT]).fails(&RULE, "UPDATE sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        update(&["Allow: INVITE, ACK, BYE, UPDATE"]).passes(&RULE);
        update(&["Allow: INVITE, ACK", "Allow: UPDATE"]).passes(&RULE);
        update(&[WITHOUT])
            .answered(2, 1, "200 OK", "2 UPDATE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_without_allow() {
        update(&[]).cannot_tell(&RULE);
    }
}
