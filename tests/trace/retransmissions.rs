//! What is sent again, what comes late, and what belongs to nothing that was seen.

use super::scenario::{MS, Net};
use super::sip::Talk;

pub fn sent_again() -> Net {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("again");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.again(&invite, 500);
    net.again(&invite, 1500);
    net.reply(&invite, 100, "", 1510);
    net.reply(&invite, 180, "b", 1600);
    net.reply(&invite, 180, "b", 61600);
    net.reply(&invite, 200, "b", 62000);
    let ack = net.send("uac", "uas", talk.with("b").request("ACK", 1), 62100);
    net.reply(&invite, 200, "b", 62500);
    net.again(&ack, 62600);
    let bye = net.send("uac", "uas", talk.with("b").request("BYE", 2), 70000);
    net.again(&bye, 70500);
    net.reply(&bye, 200, "b", 70510);
    net.reply(&bye, 200, "b", 70520);
    net
}

/// Timers A (RFC 3261 17.1.1.2) and of the 2xx (13.3.1.4); each 2xx is acknowledged anew (13.2.2.4).
#[test]
fn everything_of_a_call_is_sent_again() {
    let net = sent_again();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>uas: request again again 100 180 180-again 200 200-again",
            "2 ACK uac>uas: request again",
            "3 BYE uac>uas: request again 200 200-again",
        ]
    );
    assert_eq!(told.dialogs(), ["again a/b made by 1: 1 2 3"]);
}

#[test]
fn a_refusal_and_its_ack_are_sent_again() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("busy").request("INVITE", 1), 0);
    for at in [100, 600, 1600] {
        net.reply(&invite, 486, "b", at);
        net.ack(&invite, "b", at + 10);
    }
    let told = net.told();
    let expected = "1 INVITE uac>uas: request 486 ack 486-again ack 486-again ack";
    assert_eq!(told.hops(), [expected]);
    assert!(told.dialogs().is_empty());
}

/// A response that says something else is no retransmission: the same status with another reason or body is a new one.
#[test]
fn two_different_responses_with_one_status() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("two").request("INVITE", 1), 0);
    net.reply(&invite, 183, "b", 100);
    let other = invite.message.response(183, "b").with("RSeq: 2");
    net.raw("uas", "uac", other, 200);
    let told = net.told();
    assert_eq!(told.hops(), ["1 INVITE uac>uas: request 183 183"]);
}

#[test]
fn a_100_after_the_200() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("late").request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 100);
    net.reply(&invite, 100, "", 101);
    let told = net.told();
    assert_eq!(told.hops(), ["1 INVITE uac>uas: request 200 100-late"]);
}

#[test]
fn a_response_whose_request_was_not_seen() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("stray").request("INVITE", 1), 0);
    net.reply(&invite, 180, "b", 100);
    net.reply(&invite, 200, "b", 200);
    net.packets.remove(0);
    let told = net.told();
    assert_eq!(told.hops(), ["1 INVITE uac>uas: 180-stray 200-stray"]);
    assert_eq!(told.dialogs(), ["stray a/b joined late: 1"]);
}

/// Responses to another request of the same dialog do not count as answers (RFC 3261 17.1.3).
#[test]
fn a_response_with_the_branch_of_another_request() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("mixed");
    let options = net.send("uac", "uas", talk.request("OPTIONS", 1), 0);
    let wrong = options.message.response(200, "b").without("CSeq");
    net.raw("uas", "uac", wrong.with("CSeq: 1 INFO"), 100);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 OPTIONS uac>uas: request",
            "2 INFO uac>uas for 1: 200-stray"
        ]
    );
}

/// A clock that was set back between them, or a card that stamps both directions on its own.
#[test]
fn a_response_with_a_time_before_its_request() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("back").request("INVITE", 1), 0);
    net.reply(&invite, 100, "", 10);
    net.reply(&invite, 200, "b", 20);
    net.packets[0].at += 15 * MS;
    let told = net.told();
    assert_eq!(told.hops(), ["1 INVITE uac>uas: request 100 200"]);
    assert_eq!(
        told.messages(),
        ["INVITE uac>uas", "100 uas>uac", "200 uas>uac"]
    );
}

/// Frames of a file need not be in the order of their time.
#[test]
fn a_response_that_stands_before_its_request_in_the_file() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("file").request("INVITE", 1), 0);
    net.reply(&invite, 100, "", 10);
    net.reply(&invite, 200, "b", 20);
    net.packets.reverse();
    let told = net.told();
    assert_eq!(told.hops(), ["1 INVITE uac>uas: request 100 200"]);
}

/// Timer B is 32 s (RFC 3261 17.1.1.2): six sendings of the same, nobody answers.
#[test]
fn a_server_that_is_dead() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("dead").request("INVITE", 1), 0);
    for at in [500, 1500, 3500, 7500, 15500, 31500] {
        net.again(&invite, at);
    }
    let told = net.told();
    let expected = "1 INVITE uac>uas: request again again again again again again";
    assert_eq!(told.hops(), [expected]);
}

/// A client that gets no answer tries the next server with a new branch (RFC 3263 4.3): not a hop that continues the first.
#[test]
fn the_next_server_after_a_dead_one() {
    let mut net = Net::new(&["uac", "s1", "s2"]);
    let talk = Talk::new("next");
    net.send("uac", "s1", talk.request("OPTIONS", 1), 0);
    let second = net.send("uac", "s2", talk.request("OPTIONS", 1), 32000);
    net.reply(&second, 200, "b", 32100);
    let told = net.told();
    assert_eq!(
        told.hops(),
        ["1 OPTIONS uac>s1: request", "2 OPTIONS uac>s2: request 200"]
    );
}

/// A client that writes the same request every minute. The transaction ended 32 s after its answer (timer J, RFC 3261 17.2.2),
/// so that what comes later is a new one.
#[test]
fn the_same_bytes_long_after_the_answer() {
    let mut net = Net::new(&["uac", "uas"]);
    let options = net.send("uac", "uas", Talk::new("alive").request("OPTIONS", 1), 0);
    net.reply(&options, 200, "b", 10);
    net.again(&options, 60_000);
    net.reply(&options, 200, "b", 60_010);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 OPTIONS uac>uas: request 200",
            "2 OPTIONS uac>uas: request 200",
        ]
    );
}

/// Where nothing has a time, the order of the file is left: and a response that stands before its request there is shown
/// behind it, not at the end of all.
#[test]
fn messages_without_times() {
    let mut net = Net::new(&["uac", "uas"]);
    let first = net.send("uac", "uas", Talk::new("first").request("OPTIONS", 1), 0);
    net.reply(&first, 200, "b", 10);
    let second = net.send("uac", "uas", Talk::new("second").request("MESSAGE", 1), 20);
    net.reply(&second, 202, "b", 30);
    net.packets.swap(0, 1);
    let told = net.told_without_times();
    assert_eq!(
        told.messages(),
        [
            "OPTIONS uac>uas",
            "200 uas>uac",
            "MESSAGE uac>uas",
            "202 uas>uac",
        ]
    );
}

/// Branch and method match a response to its request (RFC 3261 17.1.3); its addresses do not: a server with two interfaces may
/// answer from the other, and maddr or received send it elsewhere (18.2.2).
#[test]
fn a_response_over_another_address() {
    let mut net = Net::new(&["uac", "uas", "other"]).node("back", "192.0.2.1:5070");
    let options = net.send("uac", "uas", Talk::new("else").request("OPTIONS", 1), 0);
    net.raw("other", "uac", options.message.response(200, "b"), 10);
    let second = net.send("uac", "uas", Talk::new("port").request("OPTIONS", 1), 20);
    net.raw("uas", "back", second.message.response(200, "b"), 30);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 OPTIONS uac>uas: request 200",
            "2 OPTIONS uac>uas: request 200",
        ]
    );
}

/// One that loses the answers and sends until timer F (RFC 3261 17.1.2.2): all within 32 s are one.
#[test]
fn retransmissions_until_the_transaction_ends() {
    let mut net = Net::new(&["uac", "uas"]);
    let options = net.send("uac", "uas", Talk::new("deaf").request("OPTIONS", 1), 0);
    net.reply(&options, 200, "b", 10);
    for at in [
        500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500,
    ] {
        net.again(&options, at);
        net.reply(&options, 200, "b", at + 10);
    }
    let told = net.told();
    let expected = format!(
        "1 OPTIONS uac>uas: request 200{}",
        " again 200-again".repeat(10)
    );
    assert_eq!(told.hops(), [expected]);
}

/// A transaction has one final response (RFC 3261 17.2); only an INVITE that forked can have several, with 2xx (13.2.2.4).
#[test]
fn a_second_final_response_is_said_to_be_one() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("two");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 486, "b", 100);
    net.reply(&invite, 200, "c", 200);
    let message = net.send("uac", "uas", talk.request("MESSAGE", 2), 1000);
    net.reply(&message, 200, "b", 1100);
    net.reply(&message, 500, "b", 1200);
    net.reply(&message, 500, "b", 1300);
    let forked = net.send("uac", "uas", talk.request("INVITE", 3), 2000);
    net.reply(&forked, 200, "d", 2100);
    net.reply(&forked, 200, "e", 2200);
    net.reply(&forked, 503, "f", 2300);
    assert_eq!(
        net.told().hops(),
        [
            "1 INVITE uac>uas: request 486 200-second",
            "2 MESSAGE uac>uas: request 200 500-second 500-again",
            "3 INVITE uac>uas: request 200 200 503-second",
        ]
    );
}
