//! Subscriptions: what was asked, granted and told (RFC 6665, RFC 3265), and those of REFER (RFC 3515, RFC 4488).

use sipscope::trace::{State, Step, Subscription};

use super::dialogs::forked_subscribe;
use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};
use super::told::Told;

/// The event, where it stands, and each step: `1 subscribe asks 600 granted 300 200`, `3 notify asks 300 active 200`.
fn subscriptions(told: &Told<'_>) -> Vec<String> {
    let all = told.trace.calls().flat_map(|call| call.subscriptions());
    all.map(|one| {
        let steps: Vec<_> = one.steps.iter().map(step).collect();
        let late = if one.joined_late() { " late" } else { "" };
        format!("{}{late} {}: {}", one.event, state(&one), steps.join(", "))
    })
    .collect()
}

fn state(one: &Subscription<'_>) -> String {
    match one.state() {
        State::Told(state) => state,
        state => format!("{state:?}"),
    }
}

fn step(step: &Step<'_>) -> String {
    let number = step.hop.first_message().id().number();
    let mut line = format!("{number} {}", step.kind.name());
    let seconds = |what: &str, seconds: Option<u32>| match seconds {
        Some(seconds) => format!(" {what} {seconds}"),
        None => String::new(),
    };
    line += &seconds("asks", step.asked);
    line += &seconds("granted", step.granted);
    let (state, reason) = step.told();
    for word in [state, reason].iter().filter(|word| !word.is_empty()) {
        line += &format!(" {}", String::from_utf8_lossy(word));
    }
    line += &step
        .status
        .map_or(String::new(), |status| format!(" {status}"));
    line
}

struct Watch {
    net: Net,
    talk: Talk,
    at: i64,
}

impl Watch {
    fn new() -> Self {
        Self {
            net: Net::new(&["watcher", "server"]),
            talk: Talk::new("watch"),
            at: 0,
        }
    }

    fn send(&mut self, message: Sip, back: bool) -> Sent {
        self.at += 100;
        let (from, to) = match back {
            true => ("server", "watcher"),
            false => ("watcher", "server"),
        };
        self.net.send(from, to, message, self.at)
    }

    fn answer(&mut self, sent: &Sent, status: u16, tag: &str, fields: &[&str]) {
        self.at += 100;
        let response = sent.message.response(status, tag);
        let response = fields
            .iter()
            .fold(response, |response, line| response.with(line));
        self.net
            .respond_as(std::slice::from_ref(sent), response, self.at);
    }

    /// Two messages: within the dialog but for the first.
    fn subscribe(&mut self, cseq: u32, event: &str, expires: u32, answer: (u16, &[&str])) {
        let talk = match cseq {
            1 => self.talk.clone(),
            _ => self.talk.with("b"),
        };
        let subscribe = talk.request("SUBSCRIBE", cseq);
        let (event, expires) = (format!("Event: {event}"), format!("Expires: {expires}"));
        let sent = self.send(subscribe.with(&event).with(&expires), false);
        self.answer(&sent, answer.0, "b", answer.1);
    }

    /// Two messages.
    fn notify(&mut self, cseq: u32, event: &str, state: &str, status: u16) {
        let notify = self.talk.back("b").request("NOTIFY", cseq);
        let (event, state) = (
            format!("Event: {event}"),
            format!("Subscription-State: {state}"),
        );
        let sent = self.send(notify.with(&event).with(&state), true);
        self.answer(&sent, status, "", &[]);
    }

    /// Two messages, within the dialog.
    fn refer(&mut self, cseq: u32, fields: &[&str], answer: (u16, &[&str])) {
        let refer = self.talk.with("b").request("REFER", cseq);
        let refer = refer.with("Refer-To: <sip:carol@example.com>");
        let refer = fields.iter().fold(refer, |refer, line| refer.with(line));
        let sent = self.send(refer, false);
        self.answer(&sent, answer.0, "b", answer.1);
    }

    /// INVITE, 200 and ACK.
    fn call(&mut self) {
        let invite = self.send(self.talk.request("INVITE", 1), false);
        self.answer(&invite, 200, "b", &[]);
        let ack = self.talk.with("b").request("ACK", 1);
        self.send(ack, false);
    }

    fn told(&self) -> Vec<String> {
        subscriptions(&self.net.told())
    }
}

#[test]
fn from_pending_over_active_to_the_end() {
    let mut watch = Watch::new();
    watch.subscribe(1, "presence", 600, (202, &["Expires: 300"])); // 1
    watch.notify(1, "presence", "pending;expires=300", 200); // 3
    watch.notify(2, "presence", "active;expires=299", 200); // 5
    watch.subscribe(2, "presence", 600, (200, &["Expires: 400"])); // 7
    let told = watch.net.told();
    let all: Vec<_> = told
        .trace
        .calls()
        .flat_map(|call| call.subscriptions())
        .collect();
    // The 200 with Expires: 400 is message 8, 700 ms after the first.
    let answered = told.trace.messages().nth(7).unwrap().time().unwrap();
    let until = all[0].until().unwrap();
    assert_eq!(until.nanos() - answered.nanos(), 400_000_000_000);
    watch.subscribe(3, "presence", 0, (200, &["Expires: 0"])); // 9
    watch.notify(3, "presence", "terminated;reason=timeout", 200); // 11
    assert_eq!(
        watch.told(),
        [
            "presence Terminated(Some(\"timeout\")): 1 subscribe asks 600 granted 300 202, \
          3 notify asks 300 pending 200, 5 notify asks 299 active 200, 7 refresh asks 600 granted 400 200, \
          9 unsubscribe asks 0 granted 0 200, 11 notify terminated timeout 200"
        ]
    );
}

/// RFC 6665 4.1.2.3: what is granted for no time is over, also where the NOTIFY that says so was not seen.
#[test]
fn what_the_subscriber_left() {
    for (status, answer, state) in [(200, &["Expires: 0"][..], "Expired"), (500, &[], "active")] {
        let mut watch = Watch::new();
        watch.subscribe(1, "presence", 600, (200, &["Expires: 600"])); // 1
        watch.notify(1, "presence", "active;expires=600", 200); // 3
        watch.subscribe(2, "presence", 0, (status, answer)); // 5
        let told = watch.told();
        assert!(
            told[0].starts_with(&format!("presence {state}: ")),
            "{told:?}"
        );
    }
}

/// RFC 6665 4.4.3: the state once.
#[test]
fn a_fetch() {
    let mut watch = Watch::new();
    watch.subscribe(1, "presence", 0, (200, &["Expires: 0"]));
    watch.notify(1, "presence", "terminated", 200);
    let expected =
        "presence Terminated(None): 1 fetch asks 0 granted 0 200, 3 notify terminated 200";
    assert_eq!(watch.told(), [expected]);
}

/// RFC 6665 8.2.1: event package and id tell the subscriptions of one dialog apart.
#[test]
fn two_subscriptions_in_one_dialog() {
    let mut watch = Watch::new();
    watch.subscribe(1, "dialog;id=1", 600, (200, &[])); // 1
    watch.subscribe(2, "dialog;id=2", 600, (200, &[])); // 3
    watch.notify(1, "dialog;id=2", "active", 200); // 5
    watch.notify(2, "dialog;id=1", "terminated", 200); // 7
    assert_eq!(
        watch.told(),
        [
            "dialog;id=1 Terminated(None): 1 subscribe asks 600 200, 7 notify terminated 200",
            "dialog;id=2 active: 3 subscribe asks 600 200, 5 notify active 200",
        ]
    );
}

/// Peers of RFC 3265 subscribe within the dialog of a call.
#[test]
fn a_subscription_within_a_call() {
    let mut watch = Watch::new();
    watch.call(); // 1 2 3
    watch.subscribe(2, "kpml", 600, (200, &[])); // 4
    watch.subscribe(3, "kpml", 600, (200, &[])); // 6
    assert_eq!(
        watch.told(),
        ["kpml NotifyWait: 4 subscribe asks 600 200, 6 refresh asks 600 200"]
    );
}

/// RFC 6665 4.4.1: also where only the proxy sees that the request forked, each branch began with it.
#[test]
fn both_branches_of_a_fork_begin_with_the_subscribe() {
    let net = forked_subscribe();
    assert_eq!(
        subscriptions(&net.told()),
        [
            "presence active: 1 subscribe asks 600 200, 7 notify active 200",
            "presence active: 1 subscribe asks 600 200, 9 notify active 200",
        ]
    );
}

/// RFC 6665 4.1.2.2 and 4.2.2; other errors leave it as it is.
#[test]
fn a_side_that_does_not_know_the_subscription() {
    let after = |refresh: u16, notify: u16| {
        let mut watch = Watch::new();
        watch.subscribe(1, "presence", 600, (200, &[]));
        watch.notify(1, "presence", "active", notify);
        watch.subscribe(2, "presence", 600, (refresh, &[]));
        let told = watch.net.told();
        let all: Vec<_> = told
            .trace
            .calls()
            .flat_map(|call| call.subscriptions())
            .collect();
        assert_eq!(all.len(), 1);
        all[0].state()
    };
    let active = || State::Told("active".to_owned());
    assert_eq!(after(200, 200), active());
    assert_eq!(after(481, 200), State::Lost(481));
    assert_eq!(after(200, 481), State::Lost(481));
    assert_eq!(after(500, 200), active());
    assert_eq!(after(423, 200), active());
}

#[test]
fn a_subscription_that_was_joined_late() {
    let mut watch = Watch::new();
    watch.subscribe(7, "presence", 600, (200, &[]));
    watch.notify(9, "presence", "active", 200);
    let expected = "presence late active: 1 refresh asks 600 200, 3 notify active 200";
    assert_eq!(watch.told(), [expected]);
}

/// RFC 3515 2.4.6: the NOTIFYs of a REFER name it by its CSeq, all but those of the first one always.
#[test]
fn refers_in_one_dialog() {
    let mut watch = Watch::new();
    watch.call(); // 1 2 3
    watch.refer(2, &[], (401, &[])); // 4
    watch.refer(3, &[], (202, &[])); // 6
    watch.refer(4, &[], (202, &[])); // 8
    watch.notify(1, "refer;id=4", "active", 200); // 10
    watch.notify(2, "refer;id=3", "active", 200); // 12
    watch.notify(3, "refer", "terminated;reason=noresource", 200); // 14
    assert_eq!(
        watch.told(),
        [
            "refer Refused(401): 4 refer 401",
            "refer Terminated(Some(\"noresource\")): 6 refer 202, 12 notify active 200, \
             14 notify terminated noresource 200",
            "refer;id=4 active: 8 refer 202, 10 notify active 200",
        ]
    );
}

/// RFC 4488 4: it takes both sides to have no subscription.
#[test]
fn a_refer_without_a_subscription() {
    let told = |asks: &[&str], answers: &[&str]| {
        let mut watch = Watch::new();
        watch.call();
        watch.refer(2, asks, (202, answers));
        watch.told()
    };
    let no = "Refer-Sub: false";
    assert_eq!(told(&[no], &[no]), ["refer NotWanted: 4 refer 202"]);
    assert_eq!(told(&[no], &[]), ["refer NotifyWait: 4 refer 202"]);
    assert_eq!(
        told(&["Refer-Sub: true"], &["Refer-Sub: true"]),
        ["refer NotifyWait: 4 refer 202"]
    );
    assert_eq!(told(&[], &[]), ["refer NotifyWait: 4 refer 202"]);
}

/// On both sides of an address translation it is the same request.
#[test]
fn a_subscribe_on_both_sides_of_an_address_translation() {
    let mut net = Net::new(&["nat", "server", "watcher"]);
    let talk = Talk::new("nat");
    let subscribe = talk.request("SUBSCRIBE", 1).with("Event: presence");
    let subscribe = subscribe.via("SIP/2.0/UDP watcher;branch=z9hG4bK1");
    let inner = net.raw("watcher", "server", subscribe.clone(), 0);
    let outer = net.raw("nat", "server", subscribe, 1);
    net.reply(&outer, 200, "b", 10);
    net.reply(&inner, 200, "b", 11);
    assert_eq!(
        subscriptions(&net.told()),
        ["presence NotifyWait: 1 subscribe 200"]
    );
}

/// RFC 6665 4.4.1: each branch of a fork grants for itself; where its 2xx was not passed on, by its NOTIFY.
#[test]
fn each_branch_of_a_fork_grants_for_itself() {
    let mut net = Net::new(&["watcher", "p", "s1", "s2"]);
    let talk = Talk::new("watch");
    let subscribe = talk.request("SUBSCRIBE", 1).with("Event: presence");
    let sent = net.send("watcher", "p", subscribe.with("Expires: 600"), 0); // 1
    let grant = |tag: &str, expires: u32| {
        let answer = sent.message.response(200, tag);
        answer.with(&format!("Expires: {expires}"))
    };
    net.respond_as(std::slice::from_ref(&sent), grant("b1", 500), 100); // 2
    let tell = |net: &mut Net, from: &str, tag: &str, at: i64| {
        let notify = talk.back(tag).request("NOTIFY", 1).with("Event: presence");
        let notify = notify.with("Subscription-State: active;expires=300");
        let sent = net.send(from, "watcher", notify, at);
        net.reply(&sent, 200, "", at + 10);
    };
    tell(&mut net, "s1", "b1", 200); // 3 4
    tell(&mut net, "s2", "b2", 300); // 5 6
    assert_eq!(
        subscriptions(&net.told()),
        [
            "presence active: 1 subscribe asks 600 granted 500 200, 3 notify asks 300 active 200",
            "presence active: 1 subscribe asks 600 granted 300 200, 5 notify asks 300 active 200",
        ]
    );
}

/// RFC 3261 20.19: what Expires in an answer means depends on the method; only a 2xx to a SUBSCRIBE grants (RFC 6665 4.2.1.1).
#[test]
fn a_refusal_grants_nothing() {
    let mut watch = Watch::new();
    watch.subscribe(1, "presence", 600, (503, &["Expires: 30"]));
    assert_eq!(
        watch.told(),
        ["presence Refused(503): 1 subscribe asks 600 503"]
    );
}

/// Nobody asked for it: the dialog is there from its start, or there is none.
#[test]
fn a_notify_that_nobody_asked_for() {
    let mut watch = Watch::new();
    watch.call(); // 1 2 3
    watch.notify(1, "message-summary", "active", 200); // 4
    let outside = Talk::new("outside").request("NOTIFY", 1);
    let outside = outside.with("Event: message-summary");
    watch.send(outside, true); // 6
    let told = watch.net.told();
    let expected = [
        "message-summary active: 4 notify active 200",
        "message-summary : 6 notify",
    ];
    assert_eq!(subscriptions(&told), expected);
    let all = told.trace.calls().flat_map(|call| call.subscriptions());
    assert!(
        all.into_iter()
            .all(|one| one.unsolicited() && !one.joined_late())
    );
    // What began before the trace may have been asked for.
    let mut watch = Watch::new();
    watch.notify(9, "presence", "active", 200);
    let told = watch.net.told();
    let mut all = told.trace.calls().flat_map(|call| call.subscriptions());
    assert!(all.all(|one| one.joined_late() && !one.unsolicited()));
}
