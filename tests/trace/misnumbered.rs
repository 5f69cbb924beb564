//! Answers with another CSeq number than their request has (RFC 3261 8.2.6.2 forbids it). A client matches an answer by branch and
//! CSeq method (17.1.3), so it is on the hop of that request, where it can be held to it, unless something else may be meant.

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

/// The same with this number in its CSeq.
fn numbered(mut message: Sip, number: u32) -> Sip {
    for line in &mut message.fields {
        if let Some(value) = line.strip_prefix("CSeq: ") {
            let (_, method) = value.split_once(' ').unwrap();
            *line = format!("CSeq: {number} {method}");
        }
    }
    message
}

fn reply_as(net: &mut Net, sent: &Sent, status: u16, number: u32, at: i64) {
    let response = numbered(sent.message.response(status, "b"), number);
    net.raw(&sent.to, &sent.from, response, at);
}

#[test]
fn an_answer_with_another_number_is_on_the_hop_of_its_branch() {
    let mut net = Net::new(&["uac", "uas"]);
    let message = net.send("uac", "uas", Talk::new("x").request("MESSAGE", 2), 0);
    reply_as(&mut net, &message, 200, 3, 10);
    assert_eq!(net.told().hops(), ["1 MESSAGE uac>uas: request 200"]);
}

#[test]
fn on_every_hop_and_behind_what_came_before() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let journey = net.journey(Talk::new("x").request("INVITE", 1), &["uac", "p", "uas"], 0);
    net.respond(&journey, 180, "b", 100);
    let answer = journey.last().unwrap().message.response(200, "b");
    net.respond_as(&journey, numbered(answer.clone(), 7), 200);
    net.respond_as(&journey, numbered(answer, 7), 800);
    assert_eq!(
        net.told().hops(),
        [
            "1 INVITE uac>p: request 180 200 200-again",
            "2 INVITE p>uas via 1: request 180 200 200-again",
        ]
    );
}

/// A client that makes one branch for all its requests: each has its answers, and those of a request that was not seen are of none.
#[test]
fn a_branch_of_several_requests_tells_nothing() {
    let mut net = Net::new(&["uac", "uas"]);
    let branch = "SIP/2.0/UDP uac.example.com;branch=z9hG4bKconstant";
    let request = |number| Talk::new("x").request("INVITE", number).via(branch);
    net.raw("uac", "uas", request(1), 0);
    let second = net.raw("uac", "uas", request(2), 100);
    net.reply(&second, 486, "b", 110);
    reply_as(&mut net, &second, 200, 3, 120);
    assert_eq!(
        net.told().hops(),
        [
            "1 INVITE uac>uas: request",
            "2 INVITE uac>uas: request 486",
            "3 INVITE uac>uas: 200-stray",
        ]
    );
}

#[test]
fn an_answer_that_may_be_of_another_request_is_of_none() {
    let talk = Talk::new("x");
    // That was answered with its own number.
    let mut net = Net::new(&["uac", "uas"]);
    let sent = net.send("uac", "uas", talk.request("OPTIONS", 1), 0);
    net.reply(&sent, 200, "b", 10);
    reply_as(&mut net, &sent, 200, 2, 20);
    let stray = [
        "1 OPTIONS uac>uas: request 200",
        "2 OPTIONS uac>uas: 200-stray",
    ];
    assert_eq!(net.told().hops(), stray);
    // Another sender, a branch that says nothing, another method, another way.
    let unanswered = "1 OPTIONS uac>uas: request".to_owned();
    let told = |via: &str, change: &dyn Fn(Sip) -> Sip, to: &str| {
        let mut net = Net::new(&["uac", "uas", "other"]);
        let sent = net.raw("uac", "uas", talk.request("OPTIONS", 1).via(via), 0);
        let answer = numbered(sent.message.response(200, "b"), 2);
        net.raw("uas", to, change(answer), 10);
        net.told().hops()
    };
    let replaced = |from: &'static str, to: &'static str| {
        move |mut message: Sip| {
            for line in &mut message.fields {
                *line = line.replace(from, to);
            }
            message
        }
    };
    let same = |message: Sip| message;
    let via = "SIP/2.0/UDP uac.example.com;branch=z9hG4bK1";
    assert_eq!(told(via, &same, "uac"), ["1 OPTIONS uac>uas: request 200"]);
    for hops in [
        told(via, &replaced(";tag=a", ";tag=z"), "uac"),
        told("SIP/2.0/UDP uac.example.com;branch=1", &same, "uac"),
        told(via, &replaced("OPTIONS", "INFO"), "uac"),
        told(via, &same, "other"),
    ] {
        assert_eq!(hops.len(), 2, "{hops:?}");
        assert!(hops.contains(&unanswered), "{hops:?}");
    }
}

/// Nobody sends a second INVITE before the first has its answer (RFC 3261 14.1). What tells of one before may be late.
#[test]
fn progress_with_another_number_is_of_the_request_that_is_open() {
    let told = |number: u32, at: i64| {
        let mut net = Net::new(&["uac", "uas"]);
        let invite = net.send("uac", "uas", Talk::new("x").request("INVITE", 7), 0);
        reply_as(&mut net, &invite, 100, number, at);
        net.reply(&invite, 486, "b", 100);
        net.told().hops()
    };
    assert_eq!(told(8, 50), ["1 INVITE uac>uas: request 100 486"]);
    for (number, at) in [(6, 50), (8, 150)] {
        let stray = [
            "1 INVITE uac>uas: request 486",
            "2 INVITE uac>uas: 100-stray",
        ];
        let mut hops = told(number, at);
        hops.sort_by_key(|hop| !hop.contains("request"));
        let lacks_number = |hop: &String| hop[2..].to_owned();
        let hops: Vec<_> = hops.iter().map(lacks_number).collect();
        assert_eq!(hops, stray.map(|hop| hop[2..].to_owned()), "{number} {at}");
    }
}

/// No two requests of a sender have one number, but for ACK and CANCEL; but no client takes such an answer (RFC 3261 17.1.3).
#[test]
fn an_answer_with_another_method_is_about_the_hop_of_its_number() {
    let answer = |sent: &Sent, method: &str| {
        let mut answer = sent.message.response(200, "b");
        for line in &mut answer.fields {
            if line.starts_with("CSeq: ") {
                *line = format!("CSeq: 2 {method}");
            }
        }
        answer
    };
    let told = |asked: &str, answered: &str, is_answered: bool| {
        let mut net = Net::new(&["uac", "uas"]);
        let sent = net.send("uac", "uas", Talk::new("x").request(asked, 2), 0);
        if is_answered {
            net.reply(&sent, 200, "b", 5);
        }
        net.raw("uas", "uac", answer(&sent, answered), 10);
        net.told().hops()
    };
    let of_its_number = [
        "1 MESSAGE uac>uas: request",
        "2 OPTIONS uac>uas for 1: 200-stray",
    ];
    assert_eq!(told("MESSAGE", "OPTIONS", false), of_its_number);
    for (asked, answered, is_answered) in [
        ("INVITE", "ACK", false),
        ("CANCEL", "INVITE", false),
        ("MESSAGE", "OPTIONS", true),
    ] {
        let hops = told(asked, answered, is_answered);
        assert_eq!(hops.len(), 2);
        assert!(hops.iter().all(|hop| !hop.contains(" for ")), "{hops:?}");
    }
}

/// What a CANCEL is about keeps its place where an answer in front of it is moved.
#[test]
fn a_cancel_behind_such_an_answer_is_of_its_own_request() {
    let mut net = Net::new(&["uac", "uas"]);
    let message = net.send("uac", "uas", Talk::new("x").request("MESSAGE", 2), 0);
    reply_as(&mut net, &message, 200, 3, 10);
    let invite = net.send("uac", "uas", Talk::new("x").request("INVITE", 4), 20);
    let cancel = net.cancel(&invite, 30);
    net.reply(&cancel, 200, "b", 40);
    net.reply(&invite, 487, "b", 50);
    net.ack(&invite, "b", 60);
    let told = net.told();
    let cancel = told.trace.hops().find(|hop| hop.method_name() == b"CANCEL");
    let about = cancel
        .unwrap()
        .about()
        .map(|hop| hop.method_name().to_vec());
    assert_eq!(about.as_deref(), Some(&b"INVITE"[..]));
}

#[test]
fn what_acknowledges_such_an_answer_goes_with_it() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("x").request("INVITE", 1), 0);
    reply_as(&mut net, &invite, 407, 2, 10);
    let ack = numbered(invite.message.same_transaction("ACK", "b"), 2);
    net.raw("uac", "uas", ack, 20);
    assert_eq!(net.told().hops(), ["1 INVITE uac>uas: request 407 ack"]);
}

/// Any of the messages of a canceled call may have another number: none is lost, and nothing falls over.
#[test]
fn any_numbers_are_survived() {
    for odd in 0..1_u32 << 7 {
        let mut net = Net::new(&["uac", "uas"]);
        let invite = Talk::new("x").request("INVITE", 1);
        let invite = invite.via("SIP/2.0/UDP uac.example.com;branch=z9hG4bKcancel");
        let cancel = invite.same_transaction("CANCEL", "");
        let ack = invite.same_transaction("ACK", "b");
        let messages = [
            ("uac", invite.clone()),
            ("uas", invite.response(180, "b")),
            ("uac", cancel.clone()),
            ("uas", cancel.response(200, "b")),
            ("uas", invite.response(487, "b")),
            ("uac", ack),
            ("uas", invite.response(487, "b")),
        ];
        let count = messages.len();
        for (at, (from, message)) in messages.into_iter().enumerate() {
            let is_odd = odd >> at & 1 == 1;
            let message = if is_odd {
                numbered(message, 2)
            } else {
                message
            };
            let to = if from == "uac" { "uas" } else { "uac" };
            net.raw(from, to, message, at as i64 * 100);
        }
        let told = net.told();
        assert_eq!(told.trace.messages().count(), count, "{odd:b}");
        let on_hops = told.trace.hops().map(|hop| hop.messages().count());
        assert_eq!(on_hops.sum::<usize>(), count, "{odd:b}: {:?}", told.hops());
    }
}
