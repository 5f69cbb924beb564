//! A branch that names two transactions.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::COOKIE;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, Seen, Verdicts};
use crate::sip::{Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA12",
    name: "branch-used-twice",
    family: Family::Via,
    severity: Severity::Error,
    flags: "A request with the topmost sent-by and branch of another request of the call, which has another CSeq or Call-ID.",
    matters: "A server takes the second for the first, sent again, and answers it with what it has answered already.",
    cause: "A client that makes one branch for a call or a registration, or an example in which a message was copied.",
    silenced: &[
        "CANCEL and ACK, which may have the branch of their INVITE.",
        "The same request again, or on another network.",
        "A branch without the magic cookie, which is not unique by itself: VIA01 tells it.",
    ],
    citations: &[rfc("RFC 3261", "8.1.1.7"), rfc("RFC 3261", "16.6 step 8")],
    check: Check::Call(check),
};

/// Host, port and branch.
type Sender<'s> = (&'s [u8], Option<u16>, &'s [u8]);

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let mut requests: Vec<_> = call
        .hops()
        .filter_map(|hop| hop.request())
        .filter(|request| !request.is("ACK") && !request.is("CANCEL"))
        .filter_map(|request| Some((sender(&request)?, request)))
        .collect();
    if requests.is_empty() {
        return;
    }
    requests.sort_by_key(|(_, request)| request.message.id());
    let mut known: HashMap<Sender<'_>, Seen<'_>, RandomState> = HashMap::default();
    for (sender, request) in requests {
        let before = *known.entry(sender).or_insert(request);
        verdicts.check(is_same(&before, &request), || {
            let fault = Fault::at(&request, top(&request)).with(&before, top(&before));
            fault.expected("a branch of its own")
        });
    }
}

fn sender<'s>(request: &Seen<'s>) -> Option<Sender<'s>> {
    let via = request.via()?;
    let branch = via.branch()?.bytes();
    let port = via.port.and_then(|port| port.number);
    branch
        .starts_with(COOKIE)
        .then_some((via.host.text.bytes(), port, branch))
}

fn top<'s>(request: &Seen<'s>) -> Text<'s> {
    request.sip.value(Name::Via).unwrap_or_default()
}

fn is_same(one: &Seen<'_>, other: &Seen<'_>) -> bool {
    let of = |seen: &Seen<'_>| {
        let cseq = seen
            .cseq()
            .map(|cseq| (cseq.number, cseq.method.bytes().to_vec()));
        (seen.sip.call_id().map(|id| id.bytes().to_vec()), cseq)
    };
    one.message.id() == other.message.id() || of(one) == of(other)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const FIRST: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";

    fn registers(second: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "REGISTER", &[FIRST])
            .response(2, 1, "401 Unauthorized", &["CSeq: 1 REGISTER"])
            .request(1, 2, "REGISTER", second)
    }

    #[test]
    fn fails() {
        registers(&[FIRST, "CSeq: 2 REGISTER"])
            .fails(&RULE, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1");
    }

    #[test]
    fn passes() {
        let other = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2";
        registers(&[other, "CSeq: 2 REGISTER"]).passes(&RULE);
        // The same branch of another element.
        let second = "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1";
        registers(&[second, "CSeq: 2 REGISTER"]).passes(&RULE);
    }

    #[test]
    fn cancel_and_ack_have_that_of_their_invite() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(1, 2, "CANCEL", &[])
            .response(2, 1, "487 Request Terminated", &[])
            .request(
                1,
                2,
                "ACK",
                &["To: <sip:bob@example.org>;tag=b", "CSeq: 1 ACK"],
            )
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_old_branches() {
        let old = "Via: SIP/2.0/UDP 192.0.2.1;branch=1";
        Wire::new()
            .request(1, 2, "REGISTER", &[old])
            .request(1, 2, "REGISTER", &[old, "CSeq: 2 REGISTER"])
            .says_nothing(&RULE);
    }
}
