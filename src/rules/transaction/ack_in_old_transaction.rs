//! An ACK to a 2xx with the branch of its INVITE.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, HopScene, Verdicts};
use crate::sip::Text;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN19",
    name: "ack-in-old-transaction",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "An ACK to a 2xx answer whose topmost Via has the branch of the INVITE.",
    matters: "A server takes it for the ACK to a refusal and does not hand it to the call: the 2xx is sent again and again.",
    cause: "A client that builds the ACK like one to a refusal.",
    silenced: &[
        "An INVITE of which no 2xx was seen on that way.",
        "A branch without the magic cookie, by which no transaction is known: VIA01 tells it.",
    ],
    citations: &[rfc("RFC 3261", "13.2.2.4"), rfc("RFC 3261", "8.1.1.7")],
    check: Check::Call(check),
};

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let mut invites: Option<Vec<HopScene<'_>>> = None;
    for ack in call.hops().filter(|hop| hop.hop.method_name() == b"ACK") {
        let Some(request) = ack.request() else {
            continue;
        };
        let Some(via) = request.via() else {
            continue;
        };
        let invites = invites.get_or_insert_with(|| accepted(call));
        let key = (ack.hop.call_id(), ack.hop.cseq());
        let first =
            invites.partition_point(|invite| (invite.hop.call_id(), invite.hop.cseq()) < key);
        let of_it = invites[first..].iter();
        let of_it = of_it.take_while(|invite| (invite.hop.call_id(), invite.hop.cseq()) == key);
        let mut seen = of_it.filter_map(HopScene::request).peekable();
        if seen.peek().is_none() {
            verdicts.not_provable();
            continue;
        }
        let same = seen.find(|invite| {
            let old = invite.via();
            old.is_some_and(|old| {
                let ports = (
                    old.port.map(|one| one.number),
                    via.port.map(|one| one.number),
                );
                let sender = old.host.equivalent(&via.host) && ports.0 == ports.1;
                sender && is_cookie(old.branch()) && old.branch() == via.branch()
            })
        });
        match same {
            None => verdicts.pass(),
            Some(invite) => {
                let old = invite.via().unwrap_or_default();
                let fault = Fault::at(&request, via.text).with(&invite, old.text);
                verdicts.fail(fault.expected("a branch of its own"));
            }
        }
    }
}

/// The INVITEs that got a 2xx, by Call-ID and number.
fn accepted<'s>(call: &CallScene<'s>) -> Vec<HopScene<'s>> {
    let accepts = |hop: &HopScene<'_>| {
        let status = hop.hop.status();
        hop.hop.method_name() == b"INVITE" && status.is_some_and(|status| status < 300)
    };
    let mut all: Vec<_> = call.hops().filter(accepts).collect();
    all.sort_by_key(|invite| (invite.hop.call_id(), invite.hop.cseq()));
    all
}

fn is_cookie(branch: Option<Text<'_>>) -> bool {
    branch.is_some_and(|branch| branch.bytes().starts_with(b"z9hG4bK"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TO: &str = "To: <sip:bob@example.org>;tag=b";

    fn acknowledged(status: &str, via: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, status, &[])
            .request(1, 2, "ACK", &[TO, "CSeq: 1 ACK", via])
    }

    const OLD: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";

    #[test]
    fn fails() {
        acknowledged("200 OK", OLD).fails(&RULE, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1");
    }

    #[test]
    fn passes() {
        let new = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnew";
        acknowledged("200 OK", new).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_the_ack_to_a_refusal() {
        acknowledged("486 Busy Here", OLD).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_without_the_invite() {
        Wire::new()
            .request(1, 2, "ACK", &[TO, "CSeq: 1 ACK"])
            .cannot_tell(&RULE);
    }
}
