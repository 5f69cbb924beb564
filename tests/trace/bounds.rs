//! How long is soon: what the README says of times, held on both sides of each.

use super::scenario::{MS, Net, Tap};
use super::sip::Talk;

/// Copies of a packet are 10 ms apart at one capture point at most, and 0.25 s at two; what comes later was sent again.
#[test]
fn copies_of_a_packet() {
    let mut net = Net::new(&["ue", "p"]);
    net.send("ue", "p", Talk::new("1").request("OPTIONS", 1), 0);
    let packet = net.packets[0].clone().without_id();
    let hops = |tap, apart: i64| {
        let packets = [packet.clone(), packet.later(apart * MS).by(tap)];
        net.told_of(&[packets.to_vec()]).hops()
    };
    let (copied, again) = (
        ["1 OPTIONS ue>p: request*2"],
        ["1 OPTIONS ue>p: request again"],
    );
    assert_eq!(hops(Tap::Interface(0), 9), copied);
    assert_eq!(hops(Tap::Interface(0), 11), again);
    assert_eq!(hops(Tap::Interface(1), 249), copied);
    assert_eq!(hops(Tap::Interface(1), 251), again);
}

/// The same bytes between two other addresses are one journey within 0.25 s.
#[test]
fn a_translation_of_both_addresses() {
    for (apart, journeys) in [(249, 1), (251, 2)] {
        let mut net = Net::new(&["a", "b", "c", "d"]);
        let sent = net.send("a", "b", Talk::new("1").request("OPTIONS", 1), 0);
        net.raw("c", "d", sent.message.clone(), apart);
        let told = net.told();
        let begin = told.trace.hops().filter(|hop| hop.begins());
        assert_eq!(begin.count(), journeys, "{apart} ms");
    }
}

/// What the node that accepted a REGISTER sends because of it comes within 10 s of the 200.
#[test]
fn what_a_request_causes() {
    for (late, calls) in [(9_990, 1), (10_010, 2)] {
        let mut net = Net::new(&["ue", "registrar", "as"]);
        let register = Talk::between("reg", "alice", "alice").request("REGISTER", 1);
        let sent = net.send("ue", "registrar", register, 0);
        net.reply(&sent, 200, "r", 50);
        let third = Talk::between("third", "scscf", "alice").request("REGISTER", 1);
        let third = third.with("Contact: <sip:scscf.example.com>;expires=600");
        let sent = net.send("registrar", "as", third, 50 + late);
        net.reply(&sent, 200, "x", 70 + late);
        assert_eq!(net.told().calls().len(), calls, "{late} ms");
    }
}

/// The same INVITE at another place is the next try of a call, unless 3 minutes went by in silence: a proxy gives up by then (timer C,
/// RFC 3261 16.6 step 11).
#[test]
fn silence_between_two_tries() {
    for (silence, calls) in [(179_000, 1), (181_000, 2)] {
        let mut net = Net::new(&["uac", "u1", "u2"]);
        let talk = Talk::new("1");
        let invite = net.send("uac", "u1", talk.request("INVITE", 1), 0);
        net.reply(&invite, 100, "", 100);
        let invite = net.send("uac", "u2", talk.request("INVITE", 1), 100 + silence);
        net.reply(&invite, 200, "b", 1100 + silence);
        assert_eq!(net.told().calls().len(), calls, "{silence} ms");
    }
}
