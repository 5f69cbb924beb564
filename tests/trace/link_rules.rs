//! What the operator says about Call-IDs that belong together.

use sipscope::trace::{Hints, LinkRule};

use super::scenario::Net;
use super::sip::{Sip, Talk};
use super::told::Told;

/// One INVITE for each Call-ID, each with its own marks.
fn invites(call_ids: &[&str], mark: impl Fn(usize, Sip) -> Sip) -> Net {
    let mut net = Net::new(&["uac", "uas"]);
    for (number, call_id) in call_ids.iter().enumerate() {
        let invite = mark(number, Talk::new(call_id).request("INVITE", 1));
        net.send("uac", "uas", invite, number as i64 * 100_000);
    }
    net
}

fn told<'a>(net: &'a Net, rules: &[&str]) -> Told<'a> {
    let rules: Result<Vec<LinkRule>, _> = rules.iter().map(|rule| rule.parse()).collect();
    let hints = Hints {
        links: rules.unwrap(),
        ..Hints::default()
    };
    net.told_with(std::slice::from_ref(&net.packets), 1, &hints)
}

fn reasons(told: &Told<'_>) -> Vec<String> {
    let edges = told.trace.calls().flat_map(|call| call.edges());
    edges.map(|edge| edge.to_string()).collect()
}

#[test]
fn equal_values_of_a_field_join_call_ids() {
    let values = [
        "X-Session: 7, 8",
        "x-session:  7, 8 ",
        "X-Session: 7",
        "X-Session:",
        "X-Session:",
    ];
    let net = invites(&["a", "b", "c", "d", "e"], |number, invite| {
        invite.with(values[number])
    });
    assert_eq!(net.told().calls(), ["a", "b", "c", "d", "e"]);
    let told = told(&net, &["header=X-Session"]);
    assert_eq!(told.calls(), ["a b (operator rule)", "c", "d", "e"]);
    assert_eq!(reasons(&told), ["operator rule header=X-Session"]);
    assert!(
        told.trace
            .calls()
            .flat_map(|call| call.edges())
            .all(|edge| edge.kind.is_strong())
    );
}

/// A name with a compact form is meant by both (RFC 3261 7.3.3), and any message may say it, not only the first.
#[test]
fn a_field_counts_in_both_forms_and_in_every_message() {
    let mut net = invites(&["a", "b"], |number, invite| match number {
        0 => invite.with("Subject: joint"),
        _ => invite,
    });
    let info = Talk::new("b").with("x").request("INFO", 2).with("s: joint");
    net.send("uac", "uas", info, 200_000);
    assert_eq!(
        told(&net, &["header=subject"]).calls(),
        ["a b (operator rule)"]
    );
}

#[test]
fn call_ids_that_a_back_to_back_user_agent_made_of_another() {
    let ids = [
        "f81d4fae@192.0.2.1",
        "f81d4fae_b2b-1@192.0.2.9",
        "f81d4fae-b2b_2",
        "f81d4faf@192.0.2.1",
    ];
    let net = invites(&ids, |_, invite| invite);
    let joined = format!(
        "{} {} {} (operator rule, operator rule)",
        ids[0], ids[1], ids[2]
    );
    let told = told(&net, &["call-id-prefix"]);
    assert_eq!(told.calls(), [joined.as_str(), ids[3]]);
    let rule = "operator rule call-id-prefix";
    assert_eq!(reasons(&told), [rule, rule]);
}

#[test]
fn call_ids_that_begin_alike() {
    let ids = ["abcdef-1", "abcdeX-2", "abcd"];
    let net = invites(&ids, |_, invite| invite);
    let calls = |rule: &str| told(&net, &[rule]).calls();
    assert_eq!(
        calls("call-id-prefix=5"),
        ["abcdef-1 abcdeX-2 (operator rule)", "abcd"]
    );
    assert_eq!(calls("call-id-prefix=6"), ids);
    assert_eq!(
        calls("call-id-prefix=4"),
        ["abcdef-1 abcdeX-2 abcd (operator rule, operator rule)"]
    );
}

/// Each edge has the rule that made it; what a specification says comes first.
#[test]
fn several_rules_each_with_their_own_edges() {
    let fields = ["X-One: 1", "X-One: 1", "X-Two: 2", "X-Two: 2"];
    let net = invites(&["a", "b", "c", "d"], |number, invite| {
        let invite = invite.with(fields[number]);
        match number {
            1 => invite.with("X-One: 3"),
            2 => invite
                .with("X-One: 3")
                .with("Replaces: b;to-tag=x;from-tag=a"),
            _ => invite,
        }
    });
    let told = told(&net, &["header=X-Two", "header=X-One"]);
    assert_eq!(told.calls().len(), 1);
    assert_eq!(
        reasons(&told),
        [
            "operator rule header=X-One",
            "dialog reference",
            "operator rule header=X-Two",
        ]
    );
}
