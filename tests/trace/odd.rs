//! Messages that lack what they must have. Each still has its place, and drags nothing else out of its own.

use super::scenario::Net;
use super::sip::Talk;

pub fn without_call_id() -> Net {
    let mut net = Net::new(&["uac", "uas"]);
    let bare = Talk::new("x").request("OPTIONS", 1).without("Call-ID");
    let options = net.send("uac", "uas", bare, 0);
    net.reply(&options, 400, "b", 10);
    let other = net.send("uac", "uas", Talk::new("whole").request("OPTIONS", 1), 20);
    net.reply(&other, 200, "b", 30);
    net
}

#[test]
fn a_message_without_call_id() {
    let net = without_call_id();
    let told = net.told();
    let mut hops = told.hops();
    hops.sort();
    assert_eq!(
        hops,
        [
            "1 OPTIONS uac>uas: request 200",
            "2 OPTIONS uac>uas: request 400",
        ]
    );
    assert_eq!(told.calls(), ["", "whole"]);
}

/// A response is matched by branch and method (RFC 3261 17.1.3): where the CSeq is missing, the branch is left.
#[test]
fn a_message_without_cseq() {
    let mut net = Net::new(&["uac", "uas"]);
    let bare = Talk::new("x").request("OPTIONS", 1).without("CSeq");
    let options = net.send("uac", "uas", bare, 0);
    net.reply(&options, 400, "b", 10);
    let told = net.told();
    assert_eq!(
        told.hops()[0].split(' ').take(4).collect::<Vec<_>>(),
        ["1", "OPTIONS", "uac>uas:", "request"]
    );
    assert_eq!(told.calls(), ["x"]);
    assert_eq!(told.messages(), ["OPTIONS uac>uas", "400 uas>uac"]);
}

pub fn without_via() -> Net {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let first = net.raw("uac", "p", Talk::new("x").request("OPTIONS", 1), 0);
    let second = net.pass(&first, "uas", 10);
    net.reply(&second, 200, "b", 20);
    net.reply(&first, 200, "b", 30);
    net
}

#[test]
fn a_message_without_via() {
    let net = without_via();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 OPTIONS uac>p: request 200",
            "2 OPTIONS p>uas inferred 1: request 200",
        ]
    );
}

#[test]
fn messages_with_nothing_but_a_first_line_and_a_call_id() {
    let mut net = Net::new(&["uac", "uas"]);
    for (method, at) in [("INVITE", 0), ("ACK", 100), ("BYE", 200), ("NOTIFY", 300)] {
        let bare = Talk::new("x").request(method, 1);
        let bare = bare.without("From").without("To").without("CSeq");
        net.raw("uac", "uas", bare, at);
    }
    let told = net.told();
    assert_eq!(told.calls(), ["x"]);
    assert!(told.dialogs().is_empty());
    assert_eq!(told.messages().len(), 4);
}

/// RFC 3261 12: a dialog has a Call-ID. Messages that lost it may name both tags all the same.
#[test]
fn a_dialog_without_call_id() {
    let mut net = Net::new(&["uac", "uas"]);
    let ack = Talk::new("x").with("b").request("ACK", 1);
    net.send("uac", "uas", ack.without("Call-ID"), 0);
    let told = net.told();
    assert_eq!(told.dialogs(), [" a/b joined late: 1"]);
    let calls = told.trace.calls();
    assert!(
        calls
            .flat_map(|call| call.call_ids().collect::<Vec<_>>())
            .next()
            .is_none()
    );
    assert_eq!(told.states().len(), 1);
}

/// Without any Via only the bytes tell a request that was sent again from another one: here another description.
#[test]
fn two_invites_without_via_are_no_retransmission() {
    let mut net = Net::new(&["uac", "uas"]);
    let offer = |origin: &str| Talk::new("bare").request("INVITE", 1).offering(origin);
    let first = net.raw("uac", "uas", offer("- 1 1 IN IP4 192.0.2.1"), 0);
    let second = net.raw("uac", "uas", offer("- 2 2 IN IP4 192.0.2.1"), 100);
    net.again(&second, 600);
    net.again(&first, 700);
    assert_eq!(
        net.told().hops(),
        [
            "1 INVITE uac>uas: request again",
            "2 INVITE uac>uas: request again"
        ]
    );
}
