//! A request within a dialog that a BYE has ended.

use super::CROSSES;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG12",
    name: "request-after-bye",
    family: Family::Dialog,
    severity: Severity::Warning,
    flags: "An INVITE, UPDATE, INFO, PRACK or BYE within a dialog, sent by a side that had sent a BYE before it or had accepted one.",
    matters: "The session is over: the request is refused with 481, and who sends it still thinks that it talks.",
    cause: "A user agent or server in the middle that loses the BYE of one of its sides.",
    silenced: &[
        "Both sides may hang up at once, and what is on the way may cross the BYE.",
        "A BYE that was refused, as with a challenge.",
        "An INVITE without a tag in To begins a dialog, whatever the clocks say.",
        "The BYE was seen in another input: its clock may be wrong.",
        "SUBSCRIBE, NOTIFY and REFER may be of a subscription that goes on in the dialog.",
    ],
    citations: &[rfc("RFC 3261", "15")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let named = |one: &TransactionScene<'_>, names: &[&str]| {
        let method = one.transaction.first.method_name();
        names.iter().any(|name| method == name.as_bytes())
    };
    let ended = dialog.transactions().find_map(|one| {
        let accepted = one.accepted().filter(|_| named(&one, &["BYE"]))?;
        Some((one.request()?, accepted, one.transaction))
    });
    let Some((bye, accepted, ending)) = ended else {
        return;
    };
    let is_session = |one: &TransactionScene<'_>| {
        named(one, &["INVITE", "UPDATE", "INFO", "PRACK", "BYE"])
            && one.transaction.first.id() != ending.first.id()
    };
    let mut is_right = true;
    for one in dialog.transactions().filter(is_session) {
        let Some(request) = one
            .request()
            .filter(|one| one.message.id() > bye.message.id())
            // Without a tag of the other side it begins a dialog.
            .filter(|one| one.message.to_tag().is_some())
        else {
            continue;
        };
        is_right = false;
        let since = match one.transaction.from == ending.from {
            true => &bye,
            false => &accepted,
        };
        if !is_later(since, &request) {
            verdicts.not_provable();
            continue;
        }
        let fault = Fault::at(&request, request.sip.first_line_text());
        let fault = fault.with(since, since.sip.first_line_text());
        verdicts.fail(fault.expected("no request in a session that is over"));
    }
    if is_right {
        verdicts.pass();
    }
}

fn is_later(ended: &Seen<'_>, request: &Seen<'_>) -> bool {
    let time = ended.until(request);
    request.is_of_document() || time.is_some_and(|time| time.least > CROSSES)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn over() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "2 BYE", &[])
            .answered(2, 1, "200 OK", "2 BYE", &[])
    }

    #[test]
    fn fails() {
        over()
            .later(10)
            .within(2, 1, "1 INFO", &[])
            .fails(&RULE, "INFO sip:bob@example.org SIP/2.0");
        over()
            .later(10)
            .within(1, 2, "3 INVITE", &[])
            .fails(&RULE, "INVITE sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        over().passes(&RULE);
        over().later(10).within(2, 1, "1 NOTIFY", &[]).passes(&RULE);
    }

    #[test]
    fn what_begins_the_dialog_comes_before_it_whatever_the_clocks_say() {
        over()
            .later(10)
            .within(1, 2, "3 INVITE", &["To: <sip:bob@example.org>"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_clock_of_another_input_may_be_wrong() {
        over()
            .elsewhere()
            .later(10)
            .within(2, 1, "1 INFO", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn both_may_hang_up_at_once() {
        over().within(2, 1, "1 BYE", &[]).cannot_tell(&RULE);
    }

    #[test]
    fn a_bye_that_is_challenged_ends_nothing() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "2 BYE", &[])
            .answered(2, 1, "407 Proxy Authentication Required", "2 BYE", &[])
            .later(10)
            .within(1, 2, "3 BYE", &[])
            .answered(2, 1, "200 OK", "3 BYE", &[])
            .passes(&RULE);
    }
}
