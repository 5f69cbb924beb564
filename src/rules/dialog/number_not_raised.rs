//! A request that comes again with credentials, and with the number that it had.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG13",
    name: "number-not-raised-after-challenge",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "A request outside of dialogs that its sender repeats with credentials after 401 or 407, with a CSeq that is no larger.",
    matters: "Servers take it for the first one: they repeat the challenge or answer 482.",
    cause: "A client that adds the credentials to the request it has and only makes a new branch.",
    silenced: &[
        "Another sender, Call-ID or From tag: it is another request.",
        "REGISTER, of which other rules speak, and requests within dialogs, which count for themselves.",
        "CSeq may grow by more than one.",
    ],
    citations: &[rfc("RFC 3261", "22.2"), rfc("RFC 3261", "8.1.3.5")],
    check: Check::Call(check),
};

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let is_challenged = |hop: &HopScene<'_>| matches!(hop.hop.status(), Some(401 | 407));
    if !call
        .call
        .hops()
        .any(|hop| matches!(hop.status(), Some(401 | 407)))
    {
        return;
    }
    let all = call.journeys().into_iter();
    let begun: Vec<_> = all
        .filter(|(hop, depth)| *depth == 0 && is_outside(hop))
        .collect();
    for (at, (first, _)) in begun.iter().enumerate() {
        if !is_challenged(first) {
            continue;
        }
        let mut later = begun[at + 1..].iter().map(|(hop, _)| hop);
        let again = later.find(|again| is_again(first, again));
        let pair = again.and_then(|again| first.request().zip(again.request()));
        let Some((request, again)) = pair else {
            continue;
        };
        let texts = again
            .sip
            .value(Name::CSeq)
            .zip(request.sip.value(Name::CSeq));
        let numbers = again.cseq().zip(request.cseq());
        let numbers = numbers.and_then(|(one, of)| one.number.zip(of.number));
        if let (Some((text, of)), Some((number, before))) = (texts, numbers) {
            verdicts.check(number > before, || {
                let fault = Fault::at(&again, text).with(&request, of);
                fault.expected(format!("a number above {before}"))
            });
        }
    }
}

fn is_outside(hop: &HopScene<'_>) -> bool {
    let request = hop.hop.request();
    hop.hop.method_name() != b"REGISTER" && request.is_some_and(|one| one.to_tag().is_none())
}

/// Whether the second is the first with credentials.
fn is_again(first: &HopScene<'_>, again: &HopScene<'_>) -> bool {
    let (one, other) = (first.hop, again.hop);
    let tag = |hop: crate::trace::Hop<'_>| hop.first_message().from_tag().map(<[u8]>::to_vec);
    let node = |hop: crate::trace::Hop<'_>| hop.source_node().map(|node| node.id());
    let credentials = [Name::Authorization, Name::ProxyAuthorization];
    let has = |name: &Name| {
        again
            .request()
            .is_some_and(|request| request.sip.has(*name))
    };
    credentials.iter().any(has)
        && one.call_id() == other.call_id()
        && one.method() == other.method()
        && tag(one) == tag(other)
        && node(one) == node(other)
        && one.first_message().id() < other.first_message().id()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const CREDENTIALS: &str = "Proxy-Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:bob@example.org\", response=\"00112233445566778899aabbccddeeff\"";

    fn again(lines: &[&str]) -> Wire {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKagain";
        let lines = [lines, &[via, CREDENTIALS]].concat();
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "407 Proxy Authentication Required", &[])
            .request(1, 2, "INVITE", &lines)
    }

    #[test]
    fn fails() {
        again(&[]).fails(&RULE, "1 INVITE");
    }

    #[test]
    fn passes() {
        again(&["CSeq: 2 INVITE"]).passes(&RULE);
        again(&["CSeq: 5 INVITE"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_another_request() {
        again(&["Call-ID: two"]).says_nothing(&RULE);
        again(&["From: <sip:alice@example.org>;tag=z"]).says_nothing(&RULE);
    }
}
