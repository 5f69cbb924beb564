//! A session that goes on after its time without a refresh.

use super::interval::Interval;
use super::{is, is_next};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES24",
    name: "session-not-refreshed",
    family: Family::Session,
    severity: Severity::Warning,
    flags: "A request of the side that has to refresh, sent later than the session interval, and no re-INVITE or UPDATE of it before.",
    matters: "Proxies forget the session, and the other side hangs up a call in which both still talk.",
    cause: "A user agent that agrees to the timer and does not start it.",
    silenced: &[
        "A request that the capture may have lost: that of the same side before it has not the number before in CSeq.",
        "A refresh of the other side, which counts as well.",
        "A 2xx without Session-Expires, which ends the timer.",
        "The side that waits for refreshes: SES25 speaks of it.",
        "Two inputs whose clocks may differ, and messages without time.",
    ],
    citations: &[rfc("RFC 4028", "7.2"), rfc("RFC 4028", "10")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for interval in Interval::all(dialog) {
        judge(dialog, &interval, verdicts);
    }
}

/// What the side that has to refresh sent until the next agreement.
fn judge(dialog: &DialogScene<'_>, interval: &Interval<'_>, verdicts: &mut Verdicts) {
    let (answer, limit) = (&interval.answer, interval.limit());
    let sent = dialog.sent_by(interval.refresher);
    for position in interval.behind(sent)..sent.len() {
        let one = &sent[position];
        let Some(request) = one.request() else {
            continue;
        };
        if interval.ends_before(&request) {
            return verdicts.pass();
        }
        let Some(took) = answer.until(&request) else {
            return verdicts.not_provable();
        };
        if took.least > limit {
            let before = position.checked_sub(1).map(|before| &sent[before]);
            let is_next = before.is_some_and(|before| is_next(before, one));
            if !is_next || !answer.is_watched_until(&request) || !dialog.is_complete() {
                return verdicts.not_provable();
            }
            return verdicts.fail(interval.late(&request, "a refresh", "no refresh", took.least));
        }
        if took.most > limit {
            return verdicts.not_provable();
        }
        if is(one, "INVITE") || is(one, "UPDATE") || is(one, "BYE") {
            return verdicts.pass();
        }
    }
    verdicts.not_provable();
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn begun(refresher: &str) -> Wire {
        let timer = format!("Session-Expires: 1800;refresher={refresher}");
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: timer", &timer])
            .response(2, 1, "200 OK", &["Require: timer", &timer])
    }

    #[test]
    fn fails() {
        begun("uac")
            .later(2000)
            .within(1, 2, "2 BYE", &[])
            .fails(&RULE, "no refresh for 2001 s");
        begun("uac")
            .later(1900)
            .within(1, 2, "2 UPDATE", &["Session-Expires: 1800;refresher=uac"])
            .fails(&RULE, "no refresh for 1901 s");
        begun("uac")
            .within(1, 2, "2 INFO", &[])
            .later(2000)
            .within(1, 2, "3 INFO", &[])
            .fails(&RULE, "no refresh for 2002 s");
        begun("uas")
            .within(2, 1, "7 INFO", &[])
            .later(2000)
            .within(2, 1, "8 BYE", &[])
            .fails(&RULE, "no refresh for 2002 s");
    }

    #[test]
    fn passes() {
        begun("uac")
            .later(900)
            .within(1, 2, "2 UPDATE", &[])
            .passes(&RULE);
        begun("uac").within(1, 2, "2 BYE", &[]).passes(&RULE);
    }

    #[test]
    fn the_other_side_may_refresh() {
        let timer = "Session-Expires: 1800;refresher=uas";
        begun("uac")
            .later(900)
            .within(2, 1, "1 UPDATE", &[timer])
            .answered(1, 2, "200 OK", "1 UPDATE", &[timer])
            .later(1000)
            .within(1, 2, "2 UPDATE", &[timer])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_a_refresh_may_be_lost() {
        begun("uac")
            .later(2000)
            .within(1, 2, "3 BYE", &[])
            .cannot_tell(&RULE);
        begun("uas")
            .later(2000)
            .within(2, 1, "1 BYE", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_only_the_other_side_goes_on() {
        begun("uac")
            .later(2000)
            .within(2, 1, "1 BYE", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_where_the_timer_ended() {
        Wire::new()
            .request(1, 2, "INVITE", &["Supported: timer"])
            .response(2, 1, "200 OK", &[])
            .later(9000)
            .within(1, 2, "2 BYE", &[])
            .says_nothing(&RULE);
    }
}
