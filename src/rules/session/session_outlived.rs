//! A session that the side which waits for refreshes lets go on behind its end.

use super::interval::Interval;
use super::{is, is_next};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES25",
    name: "session-outlived",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "Another request than BYE of the side that waits for refreshes, sent later than the session interval, and no refresh before.",
    matters: "Proxies forget the session, and nobody ends a call whose other side is gone.",
    cause: "A user agent that agrees to the timer and does not watch it.",
    silenced: &[
        "A request that the capture may have lost: the numbers in CSeq of one of the sides have a gap, or begin there.",
        "A later request of the other side that shows that it did not refresh: SES24 tells it.",
        "BYE, in time or late.",
        "A refresh that failed: SES26 speaks of it.",
        "A 2xx without Session-Expires, which ends the timer.",
        "Two inputs whose clocks may differ, documents, and messages without time.",
    ],
    citations: &[rfc("RFC 4028", "10")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for interval in Interval::all(dialog) {
        judge(dialog, &interval, verdicts);
    }
}

/// What the side that waits for refreshes sent until the next agreement.
fn judge(dialog: &DialogScene<'_>, interval: &Interval<'_>, verdicts: &mut Verdicts) {
    let (answer, limit) = (&interval.answer, interval.limit());
    let sent = dialog.sent_by(interval.refresher.other());
    for position in interval.behind(sent)..sent.len() {
        let one = &sent[position];
        let Some(request) = one.request() else {
            continue;
        };
        if is(one, "BYE") || interval.ends_before(&request) {
            return verdicts.pass();
        }
        let Some(took) = answer.until(&request) else {
            return verdicts.not_provable();
        };
        if took.most <= limit {
            continue;
        }
        let before = position.checked_sub(1).map(|before| &sent[before]);
        let is_known = before.is_some_and(|before| is_next(before, one))
            && answer.is_watched_until(&request)
            && dialog.is_complete();
        // The side that has to refresh may send nothing but the ACK to the answer.
        let refreshes = dialog.sent_by(interval.refresher);
        let mut later = refreshes[interval.behind(refreshes)..].iter();
        if took.least <= limit || !is_known || !later.all(|one| is(one, "ACK")) {
            return verdicts.not_provable();
        }
        let got = "neither refresh nor BYE";
        return verdicts.fail(interval.late(&request, "BYE", got, took.least));
    }
    verdicts.not_provable();
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TIMER: &str = "Session-Expires: 1800;refresher=uac";

    /// A call that the caller has to refresh, and a request of the other side.
    fn begun() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: timer", TIMER])
            .response(2, 1, "200 OK", &["Require: timer", TIMER])
            .within(1, 2, "1 ACK", &[])
            .within(2, 1, "7 INFO", &[])
            .answered(1, 2, "200 OK", "7 INFO", &[])
    }

    #[test]
    fn fails() {
        begun()
            .later(2000)
            .within(2, 1, "8 INFO", &[])
            .fails(&RULE, "neither refresh nor BYE for 2004 s");
    }

    #[test]
    fn passes() {
        begun().later(1700).within(2, 1, "8 BYE", &[]).passes(&RULE);
        begun().later(2000).within(2, 1, "8 BYE", &[]).passes(&RULE);
    }

    #[test]
    fn a_refresh_begins_the_time_anew() {
        begun()
            .later(900)
            .within(1, 2, "2 UPDATE", &[TIMER])
            .answered(2, 1, "200 OK", "2 UPDATE", &[TIMER])
            .later(1000)
            .within(2, 1, "8 INFO", &[])
            .within(2, 1, "9 BYE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_a_refresh_may_be_lost() {
        begun()
            .later(2000)
            .within(2, 1, "9 INFO", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_other_side_sent_something_too() {
        begun()
            .later(900)
            .within(1, 2, "2 UPDATE", &[TIMER])
            .later(1000)
            .within(2, 1, "8 INFO", &[])
            .cannot_tell(&RULE);
        begun()
            .later(2000)
            .within(2, 1, "8 INFO", &[])
            .within(1, 2, "2 BYE", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_trace_ends_before() {
        begun().cannot_tell(&RULE);
        begun()
            .later(1700)
            .within(2, 1, "8 INFO", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_without_a_timer() {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: timer"])
            .response(2, 1, "200 OK", &[])
            .within(2, 1, "7 INFO", &[])
            .later(9000)
            .within(2, 1, "8 INFO", &[])
            .says_nothing(&RULE);
    }
}
