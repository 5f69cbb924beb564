//! Legs that an S-CSCF joins by the original dialog identifier in its own Route value (TS 24.229 5.4.3): what an application server
//! sends back with it belongs to what the S-CSCF sent there.

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

const NODES: [&str; 5] = ["icscf", "scscf", "as", "other as", "pcscf"];

fn net() -> Net {
    Net::new(&NODES).node("scscf back", "192.0.2.2:6060")
}

/// What leads back to the S-CSCF, with this user part.
fn back(mark: &str) -> String {
    format!("<sip:{mark}@scscf.example.com:6060;lr>")
}

fn invite(call_id: &str, routes: &[String]) -> Sip {
    let mut invite = Talk::new(call_id).request("INVITE", 1);
    invite.routes = routes.to_vec();
    invite
}

/// To an application server, which is a back-to-back user agent, and with another Call-ID back and on.
fn served(net: &mut Net, call: &str, mark: &str, at: i64) -> [Sent; 3] {
    let here = "<sip:as.example.com;lr>".to_owned();
    let [near, far] = ["in", "out"].map(|leg| format!("{call}-{leg}"));
    let there = net.send("scscf", "as", invite(&near, &[here, back(mark)]), at);
    let returned = net.send("as", "scscf back", invite(&far, &[back(mark)]), at + 10);
    let mut on = net.passed(&returned);
    on.routes.clear();
    let on = net.send("scscf", "pcscf", on, at + 15);
    [there, returned, on]
}

const LINK: &str = "(original dialog identifier)";

#[test]
fn what_comes_back_belongs_to_what_was_sent_there() {
    let mut net = net();
    // Both at the same time, for the same users.
    for (number, mark) in ["Zk3odi4710", "Zk3odi4711"].iter().enumerate() {
        served(&mut net, &format!("{number}"), mark, number as i64 * 20);
    }
    let expected = ["0-in 0-out", "1-in 1-out"].map(|call| format!("{call} {LINK}"));
    assert_eq!(net.told().calls(), expected);
}

/// The first server keeps the Call-ID, the second does not: each got an identifier of its own.
#[test]
fn a_chain_of_servers() {
    let mut net = net();
    let [first, second] = ["as", "other as"].map(|node| format!("<sip:{node}.example.com;lr>"));
    let there = net.send("scscf", "as", invite("in", &[first, back("odi-1")]), 0);
    let mut kept = net.passed(&there);
    kept.routes = vec![back("odi-1")];
    let returned = net.send("as", "scscf back", kept, 10);
    let mut on = net.passed(&returned);
    on.routes = vec![second, back("odi-2")];
    net.send("scscf", "other as", on, 20);
    net.send(
        "other as",
        "scscf back",
        invite("out", &[back("odi-2")]),
        30,
    );
    assert_eq!(net.told().calls(), [format!("in out {LINK}")]);
}

/// What stands on every call says nothing of one of them.
#[test]
fn the_same_user_part_on_every_call() {
    for mark in ["orig", "term", "lr"] {
        let mut net = net();
        (0..3).for_each(|number| {
            served(&mut net, &format!("{number}"), mark, number * 500);
        });
        let legs = ["0-in", "0-out", "1-in", "1-out", "2-in", "2-out"];
        assert_eq!(net.told().calls(), legs, "{mark}");
    }
}

/// The request has to come from where the other went, to who sent that, and soon.
#[test]
fn at_other_nodes_or_much_later() {
    let there = |net: &mut Net| {
        let here = "<sip:as.example.com;lr>".to_owned();
        net.send("scscf", "as", invite("in", &[here, back("odi")]), 0);
    };
    for (from, to, at) in [
        ("other as", "scscf back", 10),
        ("as", "icscf", 10),
        ("as", "scscf back", 30_000),
    ] {
        let mut net = net();
        there(&mut net);
        net.send(from, to, invite("out", &[back("odi")]), at);
        assert_eq!(net.told().calls(), ["in", "out"], "{from} {to} {at}");
    }
}

/// A terminal has the route of its registration in every request: it set nothing of that itself.
#[test]
fn a_route_that_another_node_set() {
    let mut net = net().node("ue", "198.51.100.1:5060");
    let here = "<sip:pcscf.example.com;lr>".to_owned();
    let routes = [here, back("orig-1")];
    net.send("ue", "pcscf", invite("one", &routes), 0);
    net.send("pcscf", "scscf", invite("two", &routes[1..]), 10);
    assert_eq!(net.told().calls(), ["one", "two"]);
}

/// Without a user part, a route names a node, and no dialog.
#[test]
fn a_route_without_a_user_part() {
    let mut net = net();
    let routes = ["as", "scscf"].map(|node| format!("<sip:{node}.example.com;lr>"));
    net.send("scscf", "as", invite("in", &routes), 0);
    net.send("as", "scscf", invite("out", &routes[1..]), 10);
    assert_eq!(net.told().calls(), ["in", "out"]);
}
