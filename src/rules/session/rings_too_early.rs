//! A terminal that rings while the other one still has no resources.

use super::is;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, Verdicts};
use crate::sip::Text;
use crate::sip::body::{
    PreconditionFlow, PreconditionLine, PreconditionStatus, PreconditionStrength,
};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES11",
    name: "rings-before-preconditions-are-met",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A 180 while the last description of the caller says that a mandatory precondition on its side is not met, and a later one says that it is.",
    matters: "The user picks up and nobody is heard: the bearer is not there yet.",
    cause: "A terminal that does not wait for the UPDATE, or a node in between that rings for it.",
    silenced: &[
        "The caller never says that it has its resources: that description may be missing from the trace.",
        "The later description was seen in another input: its clock may be wrong.",
        "What the called side reserves for itself, of which it need not speak.",
    ],
    citations: &[rfc("RFC 3312", "6"), rfc("3GPP TS 24.229", "")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let Some(invite) = dialog
        .transactions()
        .find(|one| one.transaction.makes && is(one, "INVITE"))
    else {
        return;
    };
    let first = invite.request().filter(|request| unmet(request).is_some());
    let Some(first) = first else {
        return;
    };
    let Some(ringing) = invite
        .answers()
        .find(|answer| answer.sip.status() == Some(180))
    else {
        return;
    };
    let exchanges = dialog.state().session.exchanges.iter();
    let offers: Vec<_> = exchanges
        .filter(|one| one.offer.by == invite.transaction.from)
        .filter_map(|one| dialog.message(one.offer.message))
        .collect();
    let last = offers
        .iter()
        .rev()
        .find(|one| one.message.id() < ringing.message.id());
    let last = last.unwrap_or(&first);
    let Some(open) = unmet(last) else {
        return verdicts.pass();
    };
    let met = offers
        .iter()
        .find(|one| one.message.id() > ringing.message.id() && is_met(one));
    match met.filter(|met| ringing.is_watched_until(met)) {
        Some(met) => {
            let fault = Fault::at(&ringing, ringing.sip.first_line_text());
            let fault = fault.with(last, open).with(met, met.sip.first_line_text());
            verdicts.fail(fault.expected("183, and 180 once the caller has its resources"));
        }
        None => verdicts.not_provable(),
    }
}

/// The line that says that a mandatory precondition on the side of the writer is not met.
fn unmet<'s>(seen: &Seen<'s>) -> Option<Text<'s>> {
    seen.sdp()?.media().find_map(|media| {
        let all = || {
            media
                .section
                .preconditions()
                .filter(|one| one.status == Some(PreconditionStatus::Local))
        };
        let mut desired = all().filter(|one| {
            one.line == PreconditionLine::Desired
                && one.strength == Some(PreconditionStrength::Mandatory)
        });
        desired.find_map(|wanted| {
            let mut current = all()
                .filter(|one| one.line == PreconditionLine::Current && one.kind == wanted.kind);
            let reached = current.next()?;
            let (wants, has) = wanted.flow.zip(reached.flow)?;
            (has != PreconditionFlow::SendRecv && has != wants).then_some(reached.text)
        })
    })
}

fn is_met(seen: &Seen<'_>) -> bool {
    seen.sdp().is_some() && unmet(seen).is_none()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::session::testing::{AUDIO, with_sdp};
    use crate::rules::testing::Wire;

    fn described(reached: &str) -> [String; 3] {
        [
            AUDIO.to_owned(),
            format!("a=curr:qos local {reached}"),
            "a=des:qos mandatory local sendrecv".to_owned(),
        ]
    }

    fn begun() -> Wire {
        let media = described("none");
        let media: Vec<_> = media.iter().map(String::as_str).collect();
        let reliable = ["Require: 100rel", "RSeq: 1"];
        Wire::new()
            .request(1, 2, "INVITE", &with_sdp(&["Supported: 100rel"], &media))
            .response(2, 1, "183 Session Progress", &with_sdp(&reliable, &[AUDIO]))
    }

    fn reserved(wire: Wire) -> Wire {
        let media = described("sendrecv");
        let media: Vec<_> = media.iter().map(String::as_str).collect();
        wire.within(1, 2, "2 UPDATE", &with_sdp(&[], &media))
    }

    #[test]
    fn fails() {
        let rings = begun().response(2, 1, "180 Ringing", &[]);
        reserved(rings).fails(&RULE, "SIP/2.0 180 Ringing");
    }

    #[test]
    fn passes() {
        reserved(begun())
            .response(2, 1, "180 Ringing", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_caller_says_no_more() {
        begun()
            .response(2, 1, "180 Ringing", &[])
            .cannot_tell(&RULE);
    }
}
