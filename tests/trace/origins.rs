//! Legs that one session description joins wherever it goes through: in the answer where the INVITE has none, in the ACK, and from
//! one party to the other where a third calls both (RFC 3264 4; RFC 3725).

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

const ALICE: &str = "alice 171717 1 IN IP4 192.0.2.1";
const BOB: &str = "bob 424242 1 IN IP4 192.0.2.3";
/// What tells nothing.
const CONSTANT: &str = "- 0 0 IN IP4 0.0.0.0";

fn leg(call_id: &str) -> Sip {
    Talk::new(call_id).request("INVITE", 1)
}

fn describing(message: Sip, origin: &str) -> Sip {
    match origin {
        "" => message,
        origin => message.offering(origin),
    }
}

fn answer(net: &mut Net, invite: &Sent, status: u16, origin: &str, at: i64) {
    let response = describing(invite.message.response(status, "b"), origin);
    net.raw(&invite.to, &invite.from, response, at);
}

fn ack(net: &mut Net, invite: &Sent, call_id: &str, origin: &str, at: i64) {
    let ack = Talk::new(call_id).with("b").request("ACK", 1);
    net.send(&invite.from, &invite.to, describing(ack, origin), at);
}

/// What each of two legs over a back-to-back user agent says in INVITE, 183, 200 and ACK.
type Descriptions<'a> = [[&'a str; 4]; 2];

fn call(net: &mut Net, name: &str, [near, far]: Descriptions<'_>, at: i64) {
    let [one, other] = ["in", "out"].map(|leg| format!("{name}-{leg}"));
    let first = net.send("uac", "b2b", describing(leg(&one), near[0]), at);
    let second = net.send("b2b", "uas", describing(leg(&other), far[0]), at + 10);
    answer(net, &second, 183, far[1], at + 100);
    answer(net, &first, 183, near[1], at + 110);
    answer(net, &second, 200, far[2], at + 200);
    answer(net, &first, 200, near[2], at + 210);
    ack(net, &first, &one, near[3], at + 220);
    ack(net, &second, &other, far[3], at + 230);
}

fn calls(descriptions: &[Descriptions<'_>]) -> Vec<String> {
    let mut net = Net::new(&["uac", "b2b", "uas"]);
    for (number, legs) in descriptions.iter().enumerate() {
        call(&mut net, &format!("{number}"), *legs, number as i64 * 20);
    }
    net.told().calls()
}

#[test]
fn a_description_that_goes_through_behind_the_invite() {
    let joined = ["0-in 0-out (SDP origin)"];
    assert_eq!(
        calls(&[[["", "", BOB, ALICE]; 2]]),
        joined,
        "in the 200 and the ACK"
    );
    assert_eq!(
        calls(&[[["", BOB, BOB, ALICE]; 2]]),
        joined,
        "in the 183 too"
    );
    let rewritten = "b2b 1 1 IN IP4 192.0.2.2";
    let answered = [[ALICE, "", BOB, ""], [rewritten, "", BOB, ""]];
    assert_eq!(calls(&[answered]), joined, "the answer alone");
    let acknowledged = [["", "", rewritten, ALICE], ["", "", BOB, ALICE]];
    assert_eq!(calls(&[acknowledged]), joined, "the ACK alone");
}

/// Two calls at once, each with descriptions of its own.
#[test]
fn each_description_joins_its_own_legs() {
    let others = [[
        "",
        "",
        "bob 2 1 IN IP4 192.0.2.3",
        "alice 2 1 IN IP4 192.0.2.1",
    ]; 2];
    assert_eq!(
        calls(&[[["", "", BOB, ALICE]; 2], others]),
        ["0-in 0-out (SDP origin)", "1-in 1-out (SDP origin)"]
    );
}

/// A description in calls that have nothing to do with each other is the mark of none.
#[test]
fn the_same_description_in_every_answer() {
    let load = [["", "", CONSTANT, CONSTANT]; 2];
    let legs = ["0-in", "0-out", "1-in", "1-out", "2-in", "2-out"];
    assert_eq!(calls(&[load; 3]), legs);
    let load = [["", CONSTANT, CONSTANT, ""]; 2];
    assert_eq!(calls(&[load; 3]), legs);
}

/// What one leg is offered and the other is answered is not one description that went through.
#[test]
fn an_offer_is_not_an_answer() {
    let legs = [[BOB, "", ALICE, ""], [ALICE, "", BOB, ""]];
    assert_eq!(calls(&[legs]), ["0-in", "0-out"]);
}

/// RFC 3725 4.1, flow I: what A offers in its 200 goes to B, and what B answers to A in the ACK.
fn third_party_call(net: &mut Net, name: &str, [a, b]: [&str; 2], at: i64) {
    let [one, other] = ["a", "b"].map(|leg| format!("{name}-{leg}"));
    let first = net.send("b2b", "uac", leg(&one), at);
    answer(net, &first, 200, a, at + 100);
    let second = net.send("b2b", "uas", leg(&other).offering(a), at + 110);
    answer(net, &second, 200, b, at + 200);
    ack(net, &second, &other, "", at + 210);
    ack(net, &first, &one, b, at + 215);
}

fn third_party_calls(descriptions: &[[&str; 2]]) -> Vec<String> {
    let mut net = Net::new(&["uac", "b2b", "uas"]);
    for (number, both) in descriptions.iter().enumerate() {
        third_party_call(&mut net, &format!("{number}"), *both, number as i64 * 20);
    }
    net.told().calls()
}

#[test]
fn a_third_party_that_calls_both() {
    assert_eq!(third_party_calls(&[[ALICE, BOB]]), ["0-a 0-b (SDP origin)"]);
    let others = ["alice 2 1 IN IP4 192.0.2.1", "bob 2 1 IN IP4 192.0.2.3"];
    assert_eq!(
        third_party_calls(&[[ALICE, BOB], others]),
        ["0-a 0-b (SDP origin)", "1-a 1-b (SDP origin)"]
    );
    let constant = third_party_calls(&[[CONSTANT; 2]; 3]);
    assert_eq!(constant, ["0-a", "1-a", "2-a", "0-b", "1-b", "2-b"]);
}

/// One after the other from the same generator: the first was acknowledged before the second began.
#[test]
fn a_generator_that_sends_what_it_was_answered() {
    let mut net = Net::new(&["uac", "uas"]);
    let first = net.send("uac", "uas", leg("one"), 0);
    answer(&mut net, &first, 200, CONSTANT, 10);
    ack(&mut net, &first, "one", CONSTANT, 20);
    let second = net.send("uac", "uas", leg("two").offering(CONSTANT), 30);
    answer(&mut net, &second, 200, CONSTANT, 40);
    ack(&mut net, &second, "two", "", 50);
    assert_eq!(net.told().calls(), ["one", "two"]);
}
