//! Requests that became several on the way (RFC 3261 16.6), also by peers that know only RFC 2543.

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

pub fn answered_twice() -> Net {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]).record_routing(&["p"]);
    let talk = Talk::new("fork");
    let above = net.send("uac", "p", talk.request("INVITE", 1), 0);
    net.reply(&above, 100, "", 5);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    let other = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 11);
    let (one, other) = ([above.clone(), one], [above, other]);
    net.respond(&one, 180, "b1", 100);
    net.respond(&other, 180, "b2", 200);
    net.respond(&one, 200, "b1", 1000);
    net.respond(&other, 200, "b2", 1005);
    for (tag, to, at) in [("b1", "u1", 1100), ("b2", "u2", 1200)] {
        let ack = talk.with(tag).request("ACK", 1).routed(&["p"]);
        net.journey(ack, &["uac", "p", to], at);
    }
    // A caller that wants one dialog ends the other at once (RFC 3261 13.2.2.4).
    let bye = talk.with("b2").request("BYE", 2).routed(&["p"]);
    let bye = net.journey(bye, &["uac", "p", "u2"], 1300);
    net.respond(&bye, 200, "b2", 1400);
    net
}

#[test]
fn a_fork_with_two_2xx_makes_two_dialogs() {
    let net = answered_twice();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 100 180 180 200 200",
            "2 INVITE p>u1 via 1: request 180 200",
            "3 INVITE p>u2 via 1: request 180 200",
            "4 ACK uac>p: request",
            "5 ACK p>u1 via 4: request",
            "6 ACK uac>p: request",
            "7 ACK p>u2 via 6: request",
            "8 BYE uac>p: request 200",
            "9 BYE p>u2 via 8: request 200",
        ]
    );
    assert_eq!(
        told.dialogs(),
        [
            "fork a/b1 made by 1: 1 2 4 5",
            "fork a/b2 made by 1: 1 3 6 7 8 9"
        ]
    );
    assert_eq!(told.calls(), ["fork"]);
}

/// One branch rings and is refused, the other answers: the early dialog of the first ends without ever being confirmed.
#[test]
fn a_serial_fork_leaves_an_early_dialog_behind() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let talk = Talk::new("serial");
    let above = net.send("uac", "p", talk.request("INVITE", 1), 0);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    net.respond(&[above.clone(), one.clone()], 180, "b1", 100);
    net.reply(&one, 486, "b1", 3000);
    net.ack(&one, "b1", 3010);
    let other = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 3020);
    net.respond(&[above, other], 200, "b2", 4000);
    net.send("uac", "u2", talk.with("b2").request("ACK", 1), 4100);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 180 200",
            "2 INVITE p>u1 via 1: request 180 486 ack",
            "3 INVITE p>u2 via 1: request 200",
            "4 ACK uac>u2: request",
        ]
    );
    assert_eq!(
        told.dialogs(),
        [
            "serial a/b1 early made by 1: 1 2",
            "serial a/b2 made by 1: 1 3 4"
        ]
    );
}

/// As an old proxy sends it on, with a branch that says nothing.
fn pass_2543(net: &mut Net, sent: &Sent, to: &str, uri: &str, at: i64) -> Sent {
    let via = format!("SIP/2.0/UDP {}.example.com;branch=1", sent.to);
    let message = net.passed(sent).retargeted(uri).via(&via);
    net.raw(&sent.to, to, message, at)
}

fn invite_2543(call_id: &str) -> Sip {
    let invite = Talk::new(call_id).request("INVITE", 1);
    invite.via("SIP/2.0/UDP uac.example.com")
}

/// RFC 3261 17.2.3 compares the Request-URI too where the branch has no cookie.
#[test]
fn a_fork_without_the_cookie_to_two_places() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let above = net.raw("uac", "p", invite_2543("old"), 0);
    let one = pass_2543(&mut net, &above, "u1", "sip:bob@u1.example.com", 10);
    let other = pass_2543(&mut net, &above, "u2", "sip:bob@u2.example.com", 11);
    net.respond(&[above.clone(), one], 180, "b1", 100);
    net.reply(&other, 486, "b2", 200);
    net.ack(&other, "b2", 210);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 180",
            "2 INVITE p>u1 via 1: request 180",
            "3 INVITE p>u2 via 1: request 486 ack",
        ]
    );
}

/// The same to one place: only the Request-URI tells the two, also when they are sent again.
#[test]
fn a_fork_without_the_cookie_to_one_place() {
    let mut net = Net::new(&["uac", "p", "q"]);
    let above = net.raw("uac", "p", invite_2543("old"), 0);
    let one = pass_2543(&mut net, &above, "q", "sip:bob@u1.example.com", 10);
    let other = pass_2543(&mut net, &above, "q", "sip:bob@u2.example.com", 11);
    net.again(&one, 510);
    net.again(&other, 511);
    net.cancel(&one, 900);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request",
            "2 INVITE p>q via 1: request again",
            "3 INVITE p>q via 1: request again",
            "4 CANCEL p>q for 2: request",
        ]
    );
}

/// With the cookie the branch alone names the transaction, whatever else is the same.
#[test]
fn a_fork_with_the_cookie_to_one_place() {
    let mut net = Net::new(&["uac", "p", "q"]);
    let above = net.send("uac", "p", Talk::new("new").request("INVITE", 1), 0);
    let one = net.pass_as(&above, "q", "sip:bob@u1.example.com", 10);
    let other = net.pass_as(&above, "q", "sip:bob@u2.example.com", 11);
    net.again(&one, 510);
    net.again(&other, 511);
    net.reply(&one, 486, "b1", 600);
    net.ack(&one, "b1", 601);
    net.reply(&other, 486, "b2", 602);
    net.ack(&other, "b2", 603);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request",
            "2 INVITE p>q via 1: request again 486 ack",
            "3 INVITE p>q via 1: request again 486 ack",
        ]
    );
}

pub fn without_branch() -> Net {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("plain");
    let plain = |message: Sip| message.via("SIP/2.0/UDP uac.example.com");
    let refused = net.raw("uac", "uas", plain(talk.request("INVITE", 1)), 0);
    net.reply(&refused, 486, "b", 100);
    net.ack(&refused, "b", 110);
    let invite = net.raw("uac", "uas", plain(talk.request("INVITE", 2)), 1000);
    net.again(&invite, 1500);
    net.reply(&invite, 180, "c", 1600);
    net.reply(&invite, 200, "c", 2000);
    net.raw("uac", "uas", plain(talk.with("c").request("ACK", 2)), 2100);
    let bye = net.raw("uac", "uas", plain(talk.with("c").request("BYE", 3)), 5000);
    net.reply(&bye, 200, "c", 5100);
    net
}

/// Peers that write no branch at all: the same Via for everything.
#[test]
fn user_agents_without_any_branch() {
    let net = without_branch();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>uas: request 486 ack",
            "2 INVITE uac>uas: request again 180 200",
            "3 ACK uac>uas: request",
            "4 BYE uac>uas: request 200",
        ]
    );
    assert_eq!(told.dialogs(), ["plain a/c made by 2: 2 3 4"]);
}
