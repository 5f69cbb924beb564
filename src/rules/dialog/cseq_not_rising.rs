//! A side of a dialog that does not count its requests up.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::sip::Name;
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG05",
    name: "cseq-not-rising",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "A request within a dialog whose CSeq is no larger than that of the request that the same side sent before.",
    matters: "The other side takes it for an old request and refuses it with 500.",
    cause: "A node that sends requests into a dialog of others and does not know how far it has counted.",
    silenced: &[
        "ACK and CANCEL have the number of their INVITE.",
        "Each side counts for itself.",
        "A request with the number and method of the one before may be the same request on another way.",
        "Packets may overtake each other: what came within a few seconds proves no order, but for the request that began the dialog.",
        "The request before was seen in another input: its clock may be wrong.",
        "An INVITE without a tag in To begins a dialog, whatever the clocks say.",
    ],
    citations: &[rfc("RFC 3261", "12.2.1.1")],
    check: Check::Dialog(check),
};

/// Longer than a packet lives on its way.
const OVERTAKES: i64 = 4_000_000_000;

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for party in [Party::Caller, Party::Callee] {
        let all = dialog.sent_by(party);
        let requests: Vec<_> = all.iter().filter_map(TransactionScene::request).collect();
        let mut counted: Vec<_> = requests.iter().filter_map(counted).collect();
        // What begins the dialog comes before all within it.
        counted.sort_by_key(|(request, _)| !is_beginning(request));
        let without_tag = counted
            .iter()
            .take_while(|(request, _)| is_beginning(request));
        let begun = without_tag.min_by_key(|(_, number)| *number);
        for pair in counted.windows(2) {
            if let [before, request] = *pair {
                let begun = begun.copied().filter(|_| !is_beginning(request.0));
                compare(before, request, begun, verdicts);
            }
        }
    }
}

fn counted<'r, 's>(request: &'r Seen<'s>) -> Option<(&'r Seen<'s>, u32)> {
    if request.is("ACK") || request.is("CANCEL") {
        return None;
    }
    Some((request, request.cseq()?.number?))
}

/// Whether a request begins the dialog: who sends one within it has the tag in To from an answer to that.
fn is_beginning(request: &Seen<'_>) -> bool {
    request.message.to_tag().is_none()
}

type Counted<'r, 's> = (&'r Seen<'s>, u32);

/// Holds a request to the one before it, or where time proves no order between them, to the one that began the dialog.
fn compare<'r, 's>(
    before: Counted<'r, 's>,
    (request, number): Counted<'r, 's>,
    begun: Option<Counted<'r, 's>>,
    verdicts: &mut Verdicts,
) {
    let method = |seen: &Seen<'_>| seen.sip.method().map(|method| method.lossy().into_owned());
    let is_too_low = |(other, last): Counted<'_, '_>| {
        number < last || number == last && method(other) != method(request)
    };
    if number > before.1 && !begun.is_some_and(is_too_low) {
        return verdicts.pass();
    }
    let elapsed = before.0.until(request);
    let may_overtake = elapsed.is_none_or(|elapsed| elapsed.least < OVERTAKES);
    let is_in_order = !may_overtake || request.is_of_document();
    let proven = Some(before).filter(|before| is_in_order && is_too_low(*before));
    let Some((before, last)) = proven.or(begun.filter(|begun| is_too_low(*begun))) else {
        return verdicts.not_provable();
    };
    let texts = request
        .sip
        .value(Name::CSeq)
        .zip(before.sip.value(Name::CSeq));
    if let Some((text, of)) = texts {
        let fault = Fault::at(request, text).with(before, of);
        verdicts.fail(fault.expected(format!("a number above {last}")));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    /// A call, then requests of the caller with these numbers in CSeq, ten seconds apart.
    fn call(cseqs: &[&str]) -> Wire {
        let mut wire = Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[]);
        for cseq in cseqs {
            wire = wire.later(10).within(1, 2, cseq, &[]);
        }
        wire
    }

    #[test]
    fn fails() {
        call(&["2 INFO", "1 BYE"]).fails(&RULE, "1 BYE");
        call(&["2 INFO", "2 BYE"]).fails(&RULE, "2 BYE");
        call(&["1 BYE"]).fails(&RULE, "1 BYE");
    }

    #[test]
    fn passes() {
        call(&["1 ACK", "2 INFO", "3 BYE"]).passes(&RULE);
        call(&["2 INFO", "7 BYE"]).passes(&RULE);
    }

    #[test]
    fn each_side_counts_for_itself() {
        let wire = call(&["5 INFO"]).later(10).within(2, 1, "1 INFO", &[]);
        wire.later(10).within(2, 1, "2 BYE", &[]).passes(&RULE);
    }

    #[test]
    fn what_a_proxy_passes_on_is_no_second_request() {
        let via = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2.2";
        let below = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1.2";
        call(&["2 INFO"])
            .within(
                2,
                3,
                "2 INFO",
                &[
                    "From: <sip:alice@example.org>;tag=a",
                    "To: <sip:bob@example.org>;tag=b",
                    via,
                    below,
                ],
            )
            .passes(&RULE);
    }

    /// The tag in To comes from an answer to what began the dialog: nothing overtakes that.
    #[test]
    fn fails_at_once_below_what_began_the_dialog() {
        let begun = || {
            Wire::new()
                .request(1, 2, "INVITE", &["CSeq: 7 INVITE"])
                .response(2, 1, "200 OK", &["CSeq: 7 INVITE"])
        };
        begun().within(1, 2, "5 BYE", &[]).fails(&RULE, "5 BYE");
        begun().within(1, 2, "7 BYE", &[]).fails(&RULE, "7 BYE");
        let overtaken = begun().within(1, 2, "9 INFO", &[]);
        overtaken.within(1, 2, "6 BYE", &[]).fails(&RULE, "6 BYE");
        let overtaken = begun().within(1, 2, "9 INFO", &[]);
        overtaken.within(1, 2, "8 INFO", &[]).cannot_tell(&RULE);
        begun().within(2, 1, "5 BYE", &[]).says_nothing(&RULE);
    }

    /// Whose credentials were refused counts on: the dialog is made by the first or by the second.
    #[test]
    fn passes_what_is_above_the_first_of_several_that_may_have_begun_it() {
        Wire::new()
            .request(1, 2, "INVITE", &["CSeq: 3 INVITE"])
            .response(2, 1, "401 Unauthorized", &["CSeq: 3 INVITE"])
            .request(1, 2, "INVITE", &["CSeq: 4 INVITE"])
            .response(2, 1, "200 OK", &["CSeq: 4 INVITE"])
            .within(1, 2, "5 BYE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_packets_may_have_overtaken_each_other() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "3 INFO", &[])
            .within(1, 2, "2 INFO", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_clock_of_another_input_may_be_wrong() {
        let wire = call(&["3 INFO"]).elsewhere().later(10);
        wire.within(1, 2, "2 INFO", &[]).cannot_tell(&RULE);
    }

    #[test]
    fn what_begins_the_dialog_comes_before_it_whatever_the_clocks_say() {
        call(&["4 INFO"])
            .later(10)
            .within(1, 2, "3 INVITE", &["To: <sip:bob@example.org>"])
            .answered(2, 1, "200 OK", "3 INVITE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_be_the_same_request() {
        let other = ["Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother"];
        call(&["2 INFO"])
            .later(10)
            .within(1, 2, "2 INFO", &other)
            .cannot_tell(&RULE);
    }
}
