//! A request that can only be of a dialog, and does not name it.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG07",
    name: "tag-missing-within-dialog",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "A BYE, PRACK or UPDATE whose To has no tag, from a side of a dialog whose other side has one.",
    matters: "The other side finds no dialog for it and answers 481: the call goes on.",
    cause: "A client that builds it from its INVITE, not from the answer.",
    silenced: &[
        "A dialog with a peer of RFC 2543, which has no tag.",
        "No dialog of that Call-ID and From tag was seen.",
    ],
    citations: &[rfc("RFC 3261", "12.2.1.1")],
    check: Check::Call(check),
};

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let is_inside = |method: &[u8]| matches!(method, b"BYE" | b"PRACK" | b"UPDATE");
    if !call.call.hops().any(|hop| is_inside(hop.method_name())) {
        return;
    }
    for (hop, depth) in call.journeys() {
        if depth > 0 || !is_inside(hop.hop.method_name()) {
            continue;
        }
        let Some(request) = hop.request() else {
            continue;
        };
        let Some(to) = request.sip.value(Name::To) else {
            continue;
        };
        if request.message.to_tag().is_some_and(|tag| !tag.is_empty()) {
            verdicts.pass();
            continue;
        }
        let from = request.message.from_tag().unwrap_or_default();
        let known = call.dialogs().find(|one| {
            let (caller, callee) = (one.dialog.caller_tag(), one.dialog.callee_tag());
            let named = Some(one.dialog.call_id()) == hop.hop.call_id();
            named && !caller.is_empty() && !callee.is_empty() && [caller, callee].contains(&from)
        });
        match known {
            Some(known) => {
                let (caller, callee) = (known.dialog.caller_tag(), known.dialog.callee_tag());
                let other = if from == caller { callee } else { caller };
                let tag = String::from_utf8_lossy(other);
                let fault = Fault::at(&request, to);
                verdicts.fail(fault.expected(format!("the tag of the other side, {tag}")));
            }
            None => verdicts.not_provable(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn call() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
    }

    #[test]
    fn fails() {
        call()
            .request(1, 2, "BYE", &["CSeq: 2 BYE"])
            .fails(&RULE, "<sip:bob@example.org>");
    }

    #[test]
    fn passes() {
        call().within(1, 2, "2 BYE", &[]).passes(&RULE);
    }

    #[test]
    fn a_peer_without_a_tag_gets_none() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &["To: <sip:bob@example.org>"])
            .request(1, 2, "BYE", &["CSeq: 2 BYE"])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_without_the_dialog() {
        Wire::new()
            .request(1, 2, "BYE", &["CSeq: 2 BYE"])
            .cannot_tell(&RULE);
    }
}
