//! What a request causes beyond its Call-ID: joined where identity, place, order and time fit, and only there.

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

const NODES: [&str; 4] = ["ue", "pcscf", "scscf", "as"];

/// A REGISTER of Alice over these nodes and its 200; the last of them says that these identities are registered too.
fn register(net: &mut Net, call_id: &str, nodes: &[&str], also: &str, at: i64) {
    let talk = Talk::between(call_id, "alice", "alice");
    let journey = net.journey(talk.request("REGISTER", 1), nodes, at);
    accept(net, &journey, also, at + 50);
}

/// A 200 all the way back, with P-Associated-URI if there is something to say (RFC 7315 4.1).
fn accept(net: &mut Net, journey: &[Sent], also: &str, at: i64) {
    let mut answer = journey.last().unwrap().message.response(200, "r");
    if !also.is_empty() {
        answer = answer.with(&format!("P-Associated-URI: {also}"));
    }
    for (step, hop) in (0..).zip(journey.iter().rev()) {
        net.raw(&hop.to, &hop.from, answer.clone(), at + step * 10);
        answer.vias.remove(0);
    }
}

/// TS 24.229 5.4.1.7: From and Contact are those of the S-CSCF, To is the identity of the user.
fn third_party(call_id: &str) -> Sip {
    let register = Talk::between(call_id, "scscf", "alice").request("REGISTER", 1);
    register.with("Contact: <sip:scscf.example.com>;expires=600")
}

/// RFC 3680 4.1.
fn subscribe(call_id: &str, who: &str) -> Sip {
    let subscribe = Talk::between(call_id, who, "alice").request("SUBSCRIBE", 1);
    subscribe.with("Event: reg").with("Expires: 600000")
}

/// Sends a request on one hop, which is accepted.
fn send(net: &mut Net, from: &str, to: &str, request: Sip, at: i64) {
    let sent = net.send(from, to, request, at);
    net.reply(&sent, 200, "x", at + 20);
}

/// A registration with everything that it causes.
pub fn registration() -> Net {
    let mut net = Net::new(&NODES);
    register(&mut net, "reg", &["ue", "pcscf", "scscf"], "", 0);
    send(&mut net, "scscf", "as", third_party("third"), 100);
    send(&mut net, "ue", "pcscf", subscribe("by-ue", "alice"), 200);
    send(
        &mut net,
        "pcscf",
        "scscf",
        subscribe("by-pcscf", "pcscf"),
        300,
    );
    send(&mut net, "as", "scscf", subscribe("by-as", "as"), 400);
    net
}

#[test]
fn a_registration_causes_others_and_subscriptions_to_it() {
    let net = registration();
    let subscription = "subscription to the registration";
    let expected = format!(
        "reg third by-ue by-pcscf by-as (third-party registration, {subscription}, \
        {subscription}, {subscription})"
    );
    assert_eq!(net.told().calls(), [expected]);
    let told = net.told();
    let call = told.trace.calls().next().unwrap();
    let mut causes: Vec<_> = call
        .edges()
        .map(|edge| {
            let (by, caused) = edge.caused.unwrap();
            assert!(!edge.kind.is_strong());
            (by.number(), caused.number())
        })
        .collect();
    causes.sort_unstable();
    // REGISTER on both hops and two 200: 1 to 4; then requests and answers in turn.
    assert_eq!(causes, [(1, 7), (2, 5), (2, 9), (5, 11)]);
    // The outcome is that of the own REGISTER: without Contact it asks what is bound (RFC 3261 10.2.3), here nothing.
    assert_eq!(call.outcome().to_string(), "not registered");
}

/// The application server may be told of any identity of the implicit set (TS 24.229 5.4.1.7), and the terminal subscribes to
/// the first of it (5.1.1.3).
#[test]
fn identities_that_are_registered_along_count() {
    let mut net = Net::new(&NODES);
    let also = "<sip:alice@example.com>, \"Alice\" <tel:+4930123456>";
    register(&mut net, "reg", &["ue", "pcscf", "scscf"], also, 0);
    let to_number = |sip: Sip| {
        let field = "To: <tel:+4930123456>";
        sip.without("To").with(field)
    };
    send(
        &mut net,
        "scscf",
        "as",
        to_number(third_party("third")),
        100,
    );
    send(
        &mut net,
        "ue",
        "pcscf",
        to_number(subscribe("sub", "alice")),
        200,
    );
    let expected = "reg third sub (third-party registration, subscription to the registration)";
    assert_eq!(net.told().calls(), [expected]);
}

/// Whether `after` belongs to a registration by the first three nodes whose 200 came back 60 ms after its beginning.
#[track_caller]
fn assert_not_caused(after: impl Fn(&mut Net)) {
    let mut net = Net::new(&NODES);
    register(&mut net, "reg", &["ue", "pcscf", "scscf"], "", 0);
    after(&mut net);
    assert_eq!(net.told().calls(), ["reg", "other"]);
}

#[test]
fn what_only_looks_caused_is_not() {
    let sub = |who: &str| subscribe("other", who);
    // Another package, another identity.
    let presence = |net: &mut Net| {
        let subscribe = sub("alice").without("Event").with("Event: presence");
        send(net, "ue", "pcscf", subscribe, 100);
    };
    assert_not_caused(presence);
    let other_identity = |net: &mut Net| {
        let subscribe = sub("alice").without("To").with("To: <sip:bob@example.com>");
        send(net, "ue", "pcscf", subscribe, 100);
    };
    assert_not_caused(other_identity);
    // From a node that has nothing to do with it.
    assert_not_caused(|net| send(net, "as", "scscf", sub("as"), 100));
    assert_not_caused(|net| send(net, "as", "scscf", third_party("other"), 100));
    // Half a minute later; 10 s is soon.
    assert_not_caused(|net| send(net, "ue", "pcscf", sub("alice"), 30_000));
    assert_not_caused(|net| send(net, "scscf", "as", third_party("other"), 30_000));
    // Before anyone accepted.
    assert_not_caused(|net| send(net, "ue", "pcscf", sub("alice"), 30));
    // A proxy on the way is not where a registration ends.
    assert_not_caused(|net| send(net, "pcscf", "as", third_party("other"), 100));
    // In one's own name: From is To.
    let own = |net: &mut Net| {
        let request = Talk::between("other", "alice", "alice").request("REGISTER", 1);
        send(net, "scscf", "as", request, 100);
    };
    assert_not_caused(own);
}

#[test]
fn a_registration_that_is_refused_causes_nothing() {
    let mut net = Net::new(&NODES);
    let talk = Talk::between("reg", "alice", "alice");
    let journey = net.journey(talk.request("REGISTER", 1), &["ue", "pcscf", "scscf"], 0);
    net.respond(&journey, 403, "r", 50);
    send(&mut net, "scscf", "as", third_party("third"), 100);
    send(&mut net, "ue", "pcscf", subscribe("sub", "alice"), 200);
    assert_eq!(net.told().calls(), ["reg", "third", "sub"]);
}

/// Test registrations that are all alike, one after the other: each has its own subscription.
#[test]
fn equal_registrations_one_after_the_other() {
    let mut net = Net::new(&NODES);
    let mut expected = Vec::new();
    for number in 0..20 {
        let (reg, sub) = (format!("reg-{number}"), format!("sub-{number}"));
        register(&mut net, &reg, &["ue", "scscf"], "", number * 300);
        send(
            &mut net,
            "ue",
            "scscf",
            subscribe(&sub, "alice"),
            number * 300 + 100,
        );
        expected.push(format!("{reg} {sub} (subscription to the registration)"));
    }
    assert_eq!(net.told().calls(), expected);
}

/// All at the same time: nothing tells which belongs to which.
#[test]
fn equal_registrations_at_the_same_time() {
    let mut net = Net::new(&NODES);
    let mut expected = Vec::new();
    for number in 0..20 {
        register(
            &mut net,
            &format!("reg-{number}"),
            &["ue", "scscf"],
            "",
            number,
        );
        expected.push(format!("reg-{number}"));
    }
    for number in 0..20 {
        let id = format!("sub-{number}");
        send(
            &mut net,
            "ue",
            "scscf",
            subscribe(&id, "alice"),
            1000 + number,
        );
        expected.push(id);
    }
    for number in 0..20 {
        let id = format!("third-{number}");
        send(&mut net, "scscf", "as", third_party(&id), 2000 + number);
        expected.push(id);
    }
    assert_eq!(net.told().calls(), expected);
}

/// The body of the REGISTER to the application server names what triggered it, however late that is.
#[test]
fn an_enclosed_register_names_its_call_id() {
    let mut net = Net::new(&NODES);
    register(&mut net, "reg", &["ue", "scscf"], "", 0);
    let mut third = third_party("third").with("Content-Type: message/sip");
    third.body =
        "REGISTER sip:example.com SIP/2.0\r\nCall-ID: reg\r\nCSeq: 1 REGISTER\r\n\r\n".into();
    send(&mut net, "scscf", "as", third, 60_000);
    assert_eq!(net.told().calls(), ["reg third (enclosed message)"]);
}

/// A watcher's SUBSCRIBE and all NOTIFYs are one call, on one dialog.
#[test]
fn a_watcher_and_its_notifications() {
    let mut net = Net::new(&["ue", "as"]);
    let talk = Talk::between("watch", "alice", "bob");
    let subscribe = talk.request("SUBSCRIBE", 1).with("Event: presence");
    let sent = net.send("ue", "as", subscribe.with("Expires: 600"), 0);
    net.reply(&sent, 200, "b", 20);
    for number in 1..4 {
        let notify = talk.back("b").request("NOTIFY", number as u32);
        let notify = notify.with("Event: presence");
        let notify = notify.with("Subscription-State: active;expires=500");
        let sent = net.send("as", "ue", notify, number * 1000);
        net.reply(&sent, 200, "", number * 1000 + 20);
    }
    let told = net.told();
    assert_eq!(told.calls(), ["watch"]);
    assert_eq!(told.dialogs(), ["watch a/b made by 1: 1 2 3 4"]);
    let call = told.trace.calls().next().unwrap();
    assert_eq!(call.subscriptions().len(), 1);
    assert_eq!(call.outcome().to_string(), "active, 3 NOTIFY");
}

/// A call from Alice to Bob in which Alice asks Bob to call Carol.
fn referring(fields: &[&str]) -> Net {
    let mut net = Net::new(&["ua-a", "ua-b", "ua-c"]);
    let talk = Talk::new("call");
    let invite = net.send("ua-a", "ua-b", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 100);
    net.send("ua-a", "ua-b", talk.with("b").request("ACK", 1), 150);
    let refer = talk.with("b").request("REFER", 2);
    let refer = fields.iter().fold(refer, |refer, line| refer.with(line));
    let refer = net.send("ua-a", "ua-b", refer, 1000);
    net.reply(&refer, 202, "b", 1020);
    net
}

fn asked_for(call_id: &str) -> Sip {
    Talk::between(call_id, "bob", "carol").request("INVITE", 1)
}

#[test]
fn a_refer_causes_the_call_that_it_asks_for() {
    let mut net = referring(&["Refer-To: Carol <sip:carol@example.com;method=INVITE>"]);
    send(&mut net, "ua-b", "ua-c", asked_for("asked"), 1500);
    assert_eq!(net.told().calls(), ["call asked (REFER)"]);
    let told = net.told();
    let call = told.trace.calls().next().unwrap();
    assert!(call.edges().all(|edge| !edge.kind.is_strong()));
}

/// RFC 3892 3: what is asked for carries the Referred-By of the REFER.
#[test]
fn a_refer_with_referred_by_is_certain() {
    let refer_to = "Refer-To: <sip:carol@example.com>";
    let by = |who: &str| format!("Referred-By: <sip:{who}@example.com>");
    let mut net = referring(&[refer_to, &by("alice")]);
    send(
        &mut net,
        "ua-b",
        "ua-c",
        asked_for("asked").with(&by("alice")),
        1500,
    );
    assert_eq!(net.told().calls(), ["call asked (REFER and Referred-By)"]);
    let mut net = referring(&[refer_to, &by("alice")]);
    send(
        &mut net,
        "ua-b",
        "ua-c",
        asked_for("other").with(&by("dave")),
        1500,
    );
    assert_eq!(net.told().calls(), ["call", "other"]);
}

#[test]
fn a_call_that_no_refer_asked_for() {
    let refer_to = "Refer-To: <sip:carol@example.com>";
    let told = |fields: &[&str], from: &str, call: Sip, at: i64| {
        let mut net = referring(fields);
        send(&mut net, from, "ua-c", call, at);
        net.told().calls()
    };
    let apart = ["call", "other"];
    // Another method is asked for, another target, by another node, much later.
    let bye = ["Refer-To: <sip:carol@example.com;method=BYE>"];
    assert_eq!(told(&bye, "ua-b", asked_for("other"), 1500), apart);
    let dave = Talk::between("other", "bob", "dave").request("INVITE", 1);
    assert_eq!(told(&[refer_to], "ua-b", dave, 1500), apart);
    assert_eq!(told(&[refer_to], "ua-a", asked_for("other"), 1500), apart);
    assert_eq!(told(&[refer_to], "ua-b", asked_for("other"), 60_000), apart);
    // Only one call is asked for (RFC 3515 2.4.2).
    let mut net = referring(&[refer_to]);
    send(&mut net, "ua-b", "ua-c", asked_for("asked"), 1500);
    send(&mut net, "ua-b", "ua-c", asked_for("other"), 2500);
    assert_eq!(net.told().calls(), ["call asked (REFER)", "other"]);
}

/// RFC 3891 8.1: the Call-ID of the dialog to be replaced stands in the URI, its special characters escaped.
#[test]
fn a_refer_names_the_dialog_to_be_replaced() {
    let mut net = referring(&[
        "Refer-To: <sip:carol@example.com?Replaces=second%40192.0.2.1%3Bto-tag%3Dc%3Bfrom-tag%3Da>",
    ]);
    let second = Talk::between("second@192.0.2.1", "alice", "carol").request("INVITE", 1);
    send(&mut net, "ua-a", "ua-c", second, 500);
    assert_eq!(
        net.told().calls(),
        ["call second@192.0.2.1 (dialog reference)"]
    );
}

/// RFC 3903 4.1: the server forgot the state, and it is published anew, under another Call-ID.
#[test]
fn a_state_is_published_anew() {
    let publish = |call_id: &str, who: &str, fields: &[&str]| {
        let request = Talk::between(call_id, who, "alice").request("PUBLISH", 1);
        let request = request.with("Event: presence").with("Expires: 600");
        fields
            .iter()
            .fold(request, |request, line| request.with(line))
    };
    let net = |last: Sip, at: i64| {
        let mut net = Net::new(&["ue", "as"]);
        let lost = publish("lost", "alice", &["SIP-If-Match: old"]);
        let lost = net.send("ue", "as", lost, 0);
        net.reply(&lost, 412, "p", 20);
        send(&mut net, "ue", "as", last, at);
        net.told().calls()
    };
    let again = publish("again", "alice", &[]);
    assert_eq!(
        net(again.clone(), 500),
        ["lost again (publication after 412)"]
    );
    let apart = ["lost", "again"];
    // Much later, by another, another package, under a tag of its own.
    assert_eq!(net(again.clone(), 60_000), apart);
    assert_eq!(net(publish("again", "bob", &[]), 500), apart);
    let dialog = again.without("Event").with("Event: dialog");
    assert_eq!(net(dialog, 500), apart);
    let tagged = publish("again", "alice", &["SIP-If-Match: new"]);
    assert_eq!(net(tagged, 500), apart);
}

/// Who follows a REFER may keep a To of its own: the Request-URI is what was asked for, and Referred-By says by whom.
#[test]
fn a_refer_to_another_uri_than_in_to() {
    let (refer_to, by) = (
        "Refer-To: <sip:carol@example.com>",
        "Referred-By: <sip:alice@example.com>",
    );
    let told = |fields: &[&str]| {
        let mut net = referring(&[refer_to, by]);
        let dave = Talk::between("asked", "bob", "dave").request("INVITE", 1);
        let dave = dave.retargeted("sip:carol@example.com");
        let dave = fields.iter().fold(dave, |dave, line| dave.with(line));
        send(&mut net, "ua-b", "ua-c", dave, 1500);
        net.told().calls()
    };
    assert_eq!(told(&[by]), ["call asked (REFER and Referred-By)"]);
    assert_eq!(told(&[]), ["call", "asked"]);
}
