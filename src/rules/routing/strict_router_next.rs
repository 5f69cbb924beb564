//! A request that a proxy turned round for a strict router.

use crate::rules::names;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE11",
    name: "strict-router-next",
    family: Family::Routing,
    severity: Severity::Info,
    flags: "A request that left a proxy with the next Route entry, which has no lr, as Request-URI and the target as last Route entry.",
    matters: "The proxy is right; but a next hop that is no strict router takes itself for the target, and the request ends there.",
    cause: "A proxy of RFC 2543 on the way, or one that forgot lr in its Record-Route, Path or Service-Route entry.",
    silenced: &[
        "A next entry with lr, also behind missing brackets.",
        "A Request-URI that was replaced for another reason: the target does not stand last in Route.",
        "Hops that the Via list does not link.",
    ],
    citations: &[rfc("RFC 3261", "16.6 step 6"), rfc("RFC 3261", "16.12.1.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() || relay.link != Link::Via {
        return;
    }
    let (before, after) = (&relay.before, &relay.after);
    let is_own = |uri| relay.node.is_some_and(|node| names(&node, &uri));
    let route = before.sip.addresses(Name::Route).enumerate();
    let mut others = route.filter(|(at, entry)| *at > 0 || !is_own(entry.uri()));
    let Some((_, next)) = others.next() else {
        return;
    };
    if next.is_loose_router() || !next.bracketed && next.params.has("lr") {
        return verdicts.pass();
    }
    let (came, left) = (before.sip.first_line(), after.sip.first_line());
    let (Some(target), Some(now)) = (came.uri(), left.uri()) else {
        return;
    };
    let last = after.sip.addresses(Name::Route).last();
    let Some(last) = last.filter(|last| last.uri().equivalent(&target)) else {
        return verdicts.not_provable();
    };
    if !now.equivalent(&next.uri()) {
        return verdicts.not_provable();
    }
    let fault = Fault::at(after, now.text).with(after, last.text);
    let fault = fault.with(before, next.text);
    verdicts.fail(fault.expected(format!("{}, and lr in the entry", target.text.lossy())));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const CAME: &str = "! BYE sip:bob@192.0.2.9 SIP/2.0";

    fn passed_on(route: &str, left: &[&str]) -> Wire {
        Wire::new().passed(&[1, 2, 3], "BYE", &[&[CAME, route], left])
    }

    const STRICT: &str = "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3>, <sip:192.0.2.4;lr>";

    #[test]
    fn fails() {
        passed_on(
            STRICT,
            &[
                "! BYE sip:192.0.2.3 SIP/2.0",
                "Route: <sip:192.0.2.4;lr>, <sip:bob@192.0.2.9>",
            ],
        )
        .fails(&RULE, "sip:192.0.2.3");
        passed_on(
            "Route: <sip:192.0.2.3>",
            &["! BYE sip:192.0.2.3 SIP/2.0", "Route: <sip:bob@192.0.2.9>"],
        )
        .fails(&RULE, "sip:192.0.2.3");
    }

    #[test]
    fn passes() {
        let loose = "Route: <sip:192.0.2.2>, <sip:192.0.2.3;lr>";
        passed_on(loose, &[CAME, "Route: <sip:192.0.2.3;lr>"]).passes(&RULE);
        let bare = "Route: sip:192.0.2.3;lr";
        passed_on(bare, &[CAME, bare]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_target_was_replaced_for_another_reason() {
        let left = "Route: <sip:192.0.2.3>, <sip:192.0.2.4;lr>";
        passed_on(STRICT, &[CAME, left]).cannot_tell(&RULE);
        passed_on(STRICT, &["! BYE sip:192.0.2.3 SIP/2.0"]).cannot_tell(&RULE);
        passed_on(
            STRICT,
            &["! BYE sip:192.0.2.7 SIP/2.0", "Route: <sip:bob@192.0.2.9>"],
        )
        .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_without_another_entry() {
        passed_on("Route: <sip:192.0.2.2>", &[CAME]).says_nothing(&RULE);
        passed_on("Subject: x", &[CAME]).says_nothing(&RULE);
    }
}
