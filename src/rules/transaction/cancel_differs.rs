//! A CANCEL that is not built from its INVITE.

use super::{difference, request_uri};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::sip::{Name, Text, Via};
use crate::trace::Hop;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN03",
    name: "cancel-differs-from-invite",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "A CANCEL whose Request-URI, topmost Via, Call-ID, From, To, CSeq number or Route is not that of the INVITE on the same hop, or which has Require, Proxy-Require or a second Via.",
    matters: "The server answers 481, and the call goes on ringing.",
    cause: "A client that builds the CANCEL inside of the dialog, with the tag of an answer.",
    silenced: &[
        "It is compared on its own hop only: every proxy makes a CANCEL of its own.",
        "A proxy without state, which passes INVITE and CANCEL on with the Via values of others.",
        "Another branch where that of the INVITE is of RFC 2543, where several INVITEs to there are open, one for each contact, or where the CANCEL is not answered with 481: its INVITE may not have been captured.",
    ],
    citations: &[rfc("RFC 3261", "9.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(cancel) = hop.request().filter(|request| request.is("CANCEL")) else {
        return;
    };
    let invite = hop.hop.about().and_then(|about| hop.request_of(about));
    let Some(invite) = invite else {
        return match meant(hop, &cancel) {
            Some((invite, own, wanted)) => verdicts.fail(
                Fault::at(&cancel, own.text)
                    .with(&invite, wanted.text)
                    .expected(wanted.text.lossy()),
            ),
            None => verdicts.not_provable(),
        };
    };
    for name in [Name::Require, Name::ProxyRequire] {
        if let Some(text) = cancel.sip.value(name) {
            let expected = format!("no {}", name.spelling());
            return verdicts.fail(Fault::at(&cancel, text).expected(expected));
        }
    }
    if let Some(fault) = difference(&cancel, &invite) {
        return verdicts.fail(fault);
    }
    let to = cancel.sip.value(Name::To).zip(invite.sip.value(Name::To));
    match to {
        Some((own, wanted)) => verdicts.check(own.same_but_space(wanted), || {
            Fault::at(&cancel, own)
                .with(&invite, wanted)
                .expected(wanted.lossy())
        }),
        None => verdicts.not_provable(),
    }
}

/// Only so many of the hops before it are looked at.
const MOST_LOOKED_AT: usize = 64;

/// The server found nothing to cancel (RFC 3261 9.2).
const NO_TRANSACTION: u16 = 481;

/// The open INVITE that a CANCEL can only be meant for, though its branch is another one, and the two Via values. An INVITE that was
/// not captured is not meant where the server knows of none.
fn meant<'s>(hop: &HopScene<'s>, cancel: &Seen<'s>) -> Option<(Seen<'s>, Via<'s>, Via<'s>)> {
    hop.hop
        .status()
        .filter(|status| *status == NO_TRANSACTION)?;
    let way = |hop: &Hop<'_>| [hop.source(), hop.destination()].map(|end| Some(end?.endpoint()));
    let before = hop.hop.before().take(MOST_LOOKED_AT);
    let mut open = before.filter(|other| {
        let is_over = other
            .answer()
            .is_some_and(|answer| answer.id() < cancel.message.id());
        other.method_name() == b"INVITE"
            && other.cseq() == hop.hop.cseq()
            && way(other) == way(&hop.hop)
            && !is_over
    });
    let only = open.next().filter(|_| open.next().is_none())?;
    let invite = hop.request_of(only)?;
    let (own, wanted) = cancel.via().zip(invite.via())?;
    let is_alone = |seen: &Seen<'_>| seen.vias().len() == 1;
    let is_unique = |via: &Via<'_>| {
        let branch = via.branch();
        branch.is_some_and(|branch| branch.bytes().starts_with(b"z9hG4bK"))
    };
    let is_same = |name: Name| {
        let both = cancel.sip.value(name).zip(invite.sip.value(name));
        both.is_some_and(|(one, other)| one.same_but_space(other))
    };
    let is_meant = is_alone(cancel)
        && is_unique(&own)
        && is_unique(&wanted)
        && own.branch().map(Text::bytes) != wanted.branch().map(Text::bytes)
        && request_uri(cancel).map(Text::bytes) == request_uri(&invite).map(Text::bytes)
        && is_same(Name::From)
        && is_same(Name::To);
    is_meant.then_some((invite, own, wanted))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn cancelled(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(1, 2, "CANCEL", lines)
    }

    #[test]
    fn fails() {
        cancelled(&["To: <sip:bob@example.org>;tag=b"]).fails(&RULE, "<sip:bob@example.org>;tag=b");
        cancelled(&["Require: 100rel"]).fails(&RULE, "100rel");
        cancelled(&["Route: <sip:192.0.2.2;lr>"]).fails(&RULE, "<sip:192.0.2.2;lr>");
    }

    #[test]
    fn fails_with_another_number_in_the_branch_of_the_invite() {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKsame";
        Wire::new()
            .request(1, 2, "INVITE", &[via])
            .request(1, 2, "CANCEL", &[via, "CSeq: 7 CANCEL"])
            .fails(&RULE, "7 CANCEL");
    }

    const NEW: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnew";

    /// RFC 3261 9.1: a single Via that is the topmost one of the INVITE.
    #[test]
    fn fails_with_a_branch_of_its_own() {
        cancelled(&[NEW])
            .response(
                2,
                1,
                "481 Call/Transaction Does Not Exist",
                &[NEW, "CSeq: 1 CANCEL"],
            )
            .fails(&RULE, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnew");
    }

    #[test]
    fn not_provable_where_another_invite_may_be_meant() {
        let other = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother";
        let old = "Via: SIP/2.0/UDP 192.0.2.1;branch=old";
        // It is found by the server; answered before, to another contact, one of several, and of those who make no branches.
        cancelled(&[NEW])
            .response(2, 1, "200 OK", &[NEW, "CSeq: 1 CANCEL"])
            .cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "486 Busy Here", &[])
            .request(1, 2, "CANCEL", &[NEW])
            .cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(1, 2, "INVITE", &[other])
            .request(1, 2, "CANCEL", &[NEW])
            .cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &[old])
            .request(1, 2, "CANCEL", &[NEW])
            .cannot_tell(&RULE);
    }

    #[test]
    fn passes() {
        cancelled(&[]).passes(&RULE);
    }

    #[test]
    fn not_provable_without_the_invite() {
        Wire::new().request(1, 2, "CANCEL", &[]).cannot_tell(&RULE);
    }
}
