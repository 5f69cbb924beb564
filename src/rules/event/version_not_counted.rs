//! A list of registrations, watchers or resources whose version does not follow the one before.

use super::{number, stated};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, SubscriptionScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT18",
    name: "version-not-counted",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY whose registration or watcher information, or list of resources, has another version than the next after that of the NOTIFY before.",
    matters: "The subscriber drops it as old, or asks for everything again because it takes one for lost.",
    cause: "A notifier that writes the same version always, or counts for all its subscribers together.",
    silenced: &[
        "Where the CSeq shows that a NOTIFY between was not seen the version only has to rise.",
        "A NOTIFY that was not accepted may be sent again with the same document.",
    ],
    citations: &[
        rfc("RFC 3680", "5"),
        rfc("RFC 3858", "4"),
        rfc("RFC 4662", "5.2"),
    ],
    check: Check::Subscription(check),
};

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let mut last: Option<(Seen<'_>, u64)> = None;
    for step in subscription.notifies() {
        let Some(notify) = step.request() else {
            continue;
        };
        let Some(version) = stated(&notify).and_then(|(version, _)| version) else {
            continue;
        };
        match &last {
            None => {}
            Some((before, counted)) => compare((before, *counted), (&notify, version), verdicts),
        }
        // Who does not count once does not count at all.
        if !verdicts.faults.is_empty() {
            return;
        }
        let was_taken = step.answer().is_some_and(|answer| answer.accepts());
        last = Some((notify, version)).filter(|_| was_taken);
    }
}

fn compare(
    (before, counted): (&Seen<'_>, u64),
    (notify, version): (&Seen<'_>, u64),
    verdicts: &mut Verdicts,
) {
    let Some((first, second)) = number(before).zip(number(notify)) else {
        return verdicts.not_provable();
    };
    let next = counted.saturating_add(1);
    let right = match second.checked_sub(first) {
        Some(1) => version == next,
        Some(2..) => version >= next,
        _ => return verdicts.not_provable(),
    };
    verdicts.check(right, || {
        Fault::at(notify, notify.sip.first_line_text())
            .with(before, before.sip.first_line_text())
            .got(format!("version {version}"))
            .expected(format!("version {next}, after {counted}"))
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::notified;
    use crate::rules::testing::Wire;

    /// NOTIFYs with these CSeq, versions and answers.
    fn told(all: &[(u32, u32, &str)]) -> Wire {
        let lines = ["Event: reg", "Expires: 600"];
        let mut wire = Wire::new().request(1, 2, "SUBSCRIBE", &lines).response(
            2,
            1,
            "200 OK",
            &["Expires: 600", "CSeq: 1 SUBSCRIBE"],
        );
        for (number, version, status) in all {
            let body = format!(
                "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"{version}\" state=\"full\"/>"
            );
            let length = format!("Content-Length: {}", body.len() + 2);
            let kind = "Content-Type: application/reginfo+xml";
            let lines = ["Event: reg", kind, &length, "", &body];
            wire = notified(wire, *number, "active", &lines, status);
        }
        wire
    }

    #[test]
    fn fails() {
        told(&[(1, 0, "200 OK"), (2, 0, "200 OK")]).fails(&RULE, "version 0");
        told(&[(1, 0, "200 OK"), (2, 2, "200 OK")]).fails(&RULE, "version 2");
        told(&[(1, 5, "200 OK"), (4, 5, "200 OK")]).fails(&RULE, "version 5");
    }

    #[test]
    fn passes() {
        told(&[(1, 0, "200 OK"), (2, 1, "200 OK"), (3, 2, "200 OK")]).passes(&RULE);
        told(&[(1, 0, "200 OK"), (4, 3, "200 OK")]).passes(&RULE);
    }

    /// NOTIFYs about a list of resources with these versions.
    fn listed(versions: &[u32]) -> Wire {
        let lines = ["Event: presence", "Expires: 600"];
        let mut wire = Wire::new().request(1, 2, "SUBSCRIBE", &lines).response(
            2,
            1,
            "200 OK",
            &["Expires: 600", "CSeq: 1 SUBSCRIBE"],
        );
        for (number, version) in (1..).zip(versions) {
            let body = format!(
                "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list xmlns=\"urn:ietf:params:xml:ns:rlmi\" \
                 uri=\"sip:l@example.org\" version=\"{version}\" fullState=\"true\"/>\r\n--b--"
            );
            let length = format!("Content-Length: {}", body.len() + 2);
            let kind = "Content-Type: multipart/related;type=\"application/rlmi+xml\";boundary=b";
            let lines = ["Require: eventlist", kind, &length, "", &body];
            wire = notified(wire, number, "active", &lines, "200 OK");
        }
        wire
    }

    #[test]
    fn lists_of_resources_are_counted_as_well() {
        listed(&[0, 1, 2]).passes(&RULE);
        listed(&[0, 0]).fails(&RULE, "version 0");
    }

    #[test]
    fn says_nothing_where_the_first_was_refused() {
        told(&[(1, 0, "401 Unauthorized"), (2, 0, "200 OK")]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_one_was_late() {
        told(&[(2, 1, "200 OK"), (1, 0, "200 OK")]).cannot_tell(&RULE);
    }
}
