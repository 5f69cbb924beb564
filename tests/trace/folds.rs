//! Refreshes that are all alike are one entry, and what differs stands outside.
//!
//! An entry is told as the number of the hop that a journey begins with, or as `kind times [numbers of the first and last hop]`.

use sipscope::trace::Entry;

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

impl Net {
    fn folded(&self) -> Vec<String> {
        let told = self.told();
        let mut hops = Vec::new();
        let mut lines = Vec::new();
        for entry in told.trace.calls().flat_map(|call| call.folded()) {
            match entry {
                Entry::Journey(journey) => {
                    lines.push(journey[0].0.id().number().to_string());
                    hops.extend(journey.iter().map(|(hop, _)| hop.id().number()));
                }
                Entry::Fold(fold) => {
                    let of_fold: Vec<_> = fold.hops().map(|hop| hop.id().number()).collect();
                    let ends = of_fold.iter().min().zip(of_fold.iter().max());
                    let (first, last) = ends.unwrap();
                    let (kind, times) = (fold.kind.name(), fold.times);
                    lines.push(format!("{kind} {times} [{first} {last}]"));
                    hops.extend(of_fold);
                }
            }
        }
        // Nothing is lost, and nothing stands twice.
        hops.sort_unstable();
        let all: Vec<_> = (1..=told.trace.hops().len()).collect();
        assert_eq!(hops, all);
        lines
    }
}

const MINUTE: i64 = 60_000;

fn subscribe(cseq: u32) -> Sip {
    let talk = Talk::new("watch");
    let talk = if cseq > 1 { talk.with("b") } else { talk };
    let subscribe = talk.request("SUBSCRIBE", cseq);
    subscribe.with("Event: presence").with("Expires: 60")
}

fn notify(cseq: u32, state: &str) -> Sip {
    let notify = Talk::new("watch").back("b").request("NOTIFY", cseq);
    let state = format!("Subscription-State: {state}");
    notify.with("Event: presence").with(&state)
}

/// SUBSCRIBE with its answer, and the NOTIFY that it causes, one minute after the one before.
fn cycle(net: &mut Net, number: u32, status: u16, state: &str) -> Sent {
    let at = i64::from(number) * MINUTE;
    let sent = net.send("watcher", "server", subscribe(number), at);
    net.reply(&sent, status, "b", at + 10);
    if status < 300 {
        let state = net.send("server", "watcher", notify(number, state), at + 20);
        net.reply(&state, 200, "", at + 30);
    }
    sent
}

fn watched(cycles: u32) -> Net {
    let mut net = Net::new(&["watcher", "server"]);
    for number in 1..=cycles {
        cycle(&mut net, number, 200, "active");
    }
    net
}

#[test]
fn refreshes_of_a_subscription_are_one() {
    // The first SUBSCRIBE is none, and has its NOTIFY.
    let expected = ["1", "2", "subscription refresh 99 [3 200]"];
    assert_eq!(watched(100).folded(), expected);
}

#[test]
fn what_a_fold_tells() {
    let net = watched(5);
    let told = net.told();
    let call = told.trace.calls().next().unwrap();
    let folds = call.folded().into_iter().filter_map(|entry| match entry {
        Entry::Fold(fold) => Some(fold),
        Entry::Journey(_) => None,
    });
    let folds: Vec<_> = folds.collect();
    let [fold] = &folds[..] else {
        panic!("{} folds", folds.len())
    };
    let minute = 60_000_000_000;
    assert_eq!(fold.every, Some((minute, minute)));
    let each: [(&[u8], _); 2] = [(b"SUBSCRIBE", Some(200)), (b"NOTIFY", Some(200))];
    assert_eq!(fold.each, each);
    assert_eq!(fold.journeys.len(), 8);
}

#[test]
fn two_refreshes_are_no_fold() {
    assert_eq!(watched(3).folded(), ["1", "2", "3", "4", "5", "6"]);
}

/// One is refused, one is sent again: each stands alone between two folds.
#[test]
fn what_is_not_alike_stands_outside() {
    let mut net = Net::new(&["watcher", "server"]);
    for number in 1..=12 {
        let status = if number == 5 { 503 } else { 200 };
        let sent = cycle(&mut net, number, status, "active");
        if number == 9 {
            net.again(&sent, i64::from(number) * MINUTE + 5);
        }
    }
    let expected = [
        "1",
        "2",
        "subscription refresh 3 [3 8]",
        "9",
        "subscription refresh 3 [10 15]",
        "16",
        "17",
        "subscription refresh 3 [18 23]",
    ];
    assert_eq!(net.folded(), expected);
}

/// A NOTIFY that tells another state, and one that nobody asked for.
#[test]
fn news_stands_outside() {
    let mut net = Net::new(&["watcher", "server"]);
    for number in 1..=8 {
        let state = if number == 5 { "pending" } else { "active" };
        cycle(&mut net, number, 200, state);
    }
    let news = net.send(
        "server",
        "watcher",
        notify(100, "active"),
        8 * MINUTE + 30_000,
    );
    net.reply(&news, 200, "", 8 * MINUTE + 30_010);
    let expected = [
        "1",
        "2",
        "subscription refresh 3 [3 8]",
        "9",
        "10",
        "subscription refresh 3 [11 16]",
        "17",
    ];
    assert_eq!(net.folded(), expected);
}

/// RFC 6665 4.1.2.2: a refresh may move the Contact; 4.2.1.1: the notifier may grant less.
#[test]
fn another_contact_and_another_time_stand_outside() {
    let mut net = Net::new(&["watcher", "server"]);
    for number in 1..=17 {
        let host = if number == 5 { 77 } else { 1 };
        let granted = if number == 9 { 1 } else { 60 };
        // What is left of a minute depends on the way.
        let left = if number == 13 { 5 } else { 60 - number % 2 };
        let at = i64::from(number) * MINUTE;
        let contact = format!("Contact: <sip:alice@192.0.2.{host}>");
        let sent = subscribe(number).with(&contact);
        let sent = net.send("watcher", "server", sent, at);
        let answer = sent.message.response(200, "b");
        let answer = answer.with(&format!("Expires: {granted}"));
        net.raw("server", "watcher", answer, at + 10);
        let state = notify(number, &format!("active;expires={left}"));
        let state = net.send("server", "watcher", state, at + 20);
        net.reply(&state, 200, "", at + 30);
    }
    let expected = [
        "1",
        "2",
        "subscription refresh 3 [3 8]",
        "9",
        "10",
        "subscription refresh 3 [11 16]",
        "17",
        "18",
        "subscription refresh 3 [19 24]",
        "25",
        "26",
        "subscription refresh 4 [27 34]",
    ];
    assert_eq!(net.folded(), expected);
}

#[test]
fn the_end_of_a_subscription_is_no_refresh() {
    let mut net = watched(5);
    let last = subscribe(6).without("Expires").with("Expires: 0");
    let sent = net.send("watcher", "server", last, 6 * MINUTE);
    net.reply(&sent, 200, "b", 6 * MINUTE + 10);
    let expected = ["1", "2", "subscription refresh 4 [3 10]", "11"];
    assert_eq!(net.folded(), expected);
}

/// Each REGISTER is challenged anew, and goes over a proxy.
#[test]
fn refreshes_of_a_registration_with_their_challenges() {
    let mut net = Net::new(&["ue", "p", "registrar"]);
    let talk = Talk::between("registered", "alice", "alice");
    for round in 0..5 {
        let at = i64::from(round) * MINUTE;
        let register = |cseq| {
            let register = talk.request("REGISTER", cseq);
            register
                .with("Contact: <sip:alice@192.0.2.1>")
                .with("Expires: 60")
        };
        let first = register(2 * round + 1);
        let first = net.journey(first, &["ue", "p", "registrar"], at);
        net.respond(&first, 401, "r", at + 50);
        let second = register(2 * round + 2).with("Authorization: Digest username=\"alice\"");
        let second = net.journey(second, &["ue", "p", "registrar"], at + 100);
        net.respond(&second, 200, "r", at + 150);
    }
    // What made the binding stands alone: challenge and answer, of two hops each.
    assert_eq!(net.folded(), ["1", "3", "registration refresh 4 [5 20]"]);
}

#[test]
fn another_contact_is_another_binding() {
    let mut net = Net::new(&["ue", "registrar"]);
    let talk = Talk::between("registered", "alice", "alice");
    for number in 1..=5 {
        let contact = format!("Contact: <sip:alice@192.0.2.{number}>");
        let register = talk.request("REGISTER", number).with(&contact);
        let sent = net.send("ue", "registrar", register, i64::from(number) * MINUTE);
        net.reply(&sent, 200, "r", i64::from(number) * MINUTE + 10);
    }
    assert_eq!(net.folded(), ["1", "2", "3", "4", "5"]);
}

/// RFC 3903 4.3: without a body, with the entity-tag of the answer before.
#[test]
fn refreshes_of_a_publication() {
    let mut net = Net::new(&["ue", "server"]);
    let talk = Talk::between("published", "alice", "alice");
    for number in 1..=5 {
        let publish = talk.request("PUBLISH", number).with("Event: presence");
        let publish = match number {
            1 => Sip {
                body: "state".to_owned(),
                ..publish.with("Content-Type: text/plain")
            },
            _ => publish.with("SIP-If-Match: tag"),
        };
        let sent = net.send("ue", "server", publish, i64::from(number) * MINUTE);
        let answer = sent.message.response(200, "s").with("SIP-ETag: tag");
        net.raw("server", "ue", answer, i64::from(number) * MINUTE + 10);
    }
    assert_eq!(net.folded(), ["1", "publication refresh 4 [2 5]"]);
}

/// Whoever answers is there, whatever the answer.
#[test]
fn pings() {
    let mut net = Net::new(&["sbc", "trunk"]);
    for number in 1..=4 {
        let ping = Talk::new("ping").request("OPTIONS", number);
        let sent = net.send("sbc", "trunk", ping, i64::from(number) * MINUTE);
        net.reply(&sent, 404, "t", i64::from(number) * MINUTE + 10);
    }
    assert_eq!(net.folded(), ["ping 4 [1 4]"]);
    // Nobody is there.
    let lost = Talk::new("ping").request("OPTIONS", 5);
    net.send("sbc", "trunk", lost, 5 * MINUTE);
    assert_eq!(net.folded(), ["ping 4 [1 4]", "5"]);
}

/// A call in which INVITE offers this and is answered with that, each with its ACK.
fn offers(descriptions: &[(&str, &str)]) -> Vec<String> {
    let mut net = Net::new(&["uac", "uas"]);
    for (number, (offer, answer)) in (1..).zip(descriptions) {
        let talk = Talk::new("session");
        let talk = if number > 1 { talk.with("b") } else { talk };
        let at = i64::from(number) * MINUTE;
        let invite = talk.request("INVITE", number).offering(offer);
        let sent = net.send("uac", "uas", invite, at);
        let answer = sent.message.response(200, "b").offering(answer);
        net.raw("uas", "uac", answer, at + 10);
        let ack = Talk::new("session").with("b").request("ACK", number);
        net.send("uac", "uas", ack, at + 20);
    }
    net.folded()
}

/// RFC 4028 7.4: the same session description, in INVITE and in its answer.
#[test]
fn refreshes_of_a_session() {
    let same = ("alice 1 1 IN IP4 192.0.2.1", "bob 1 1 IN IP4 192.0.2.2");
    assert_eq!(offers(&[same; 5]), ["1", "2", "session refresh 4 [3 10]"]);
    // The other side holds the call: its answer is another.
    let held = (same.0, "bob 1 2 IN IP4 192.0.2.2");
    assert_eq!(
        offers(&[same, same, same, held]),
        ["1", "2", "3", "4", "5", "6", "7", "8"]
    );
}

#[test]
fn updates_without_a_body_refresh_a_session() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("update");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 10);
    for number in 2..=5 {
        let update = talk.with("b").request("UPDATE", number);
        let sent = net.send("uac", "uas", update, i64::from(number) * MINUTE);
        net.reply(&sent, 200, "b", i64::from(number) * MINUTE + 10);
    }
    assert_eq!(net.folded(), ["1", "session refresh 4 [2 5]"]);
}
