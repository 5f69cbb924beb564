//! The session timer (RFC 4028).

use sipscope::trace::{DialogState, Party};

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

/// The agreements: `1800 by caller in 2 (asked 600, at least 90)`; then the 422 responses: `422 in 2 (at least 90)`.
fn timer(state: &DialogState<'_>) -> Vec<String> {
    let agreements = state.timer.agreements.iter().map(|one| {
        let number = |number: Option<u32>| number.map_or("-".to_owned(), |n| n.to_string());
        let refresher = one.refresher.map_or("nobody", Party::name);
        format!(
            "{} by {refresher} in {} ({} of {}, at least {})",
            number(one.interval),
            one.answer.number(),
            one.by.name(),
            number(one.asked),
            number(one.least),
        )
    });
    let brief = state.timer.too_brief.iter();
    let brief = brief.map(|one| format!("422 in {} ({:?})", one.message.number(), one.least));
    agreements.chain(brief).collect()
}

fn answer(net: &mut Net, sent: &Sent, status: u16, tag: &str, fields: &[&str], at: i64) {
    let response = sent.message.response(status, tag);
    let add = |response: Sip, line: &&str| response.with(line);
    let response = fields.iter().fold(response, add);
    net.respond_as(std::slice::from_ref(sent), response, at);
}

/// Refused with 422, asked for again, and refreshed by the one that has to (RFC 4028 7.4, 10).
#[test]
fn a_timer_that_was_too_brief_and_is_refreshed() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("timer");
    let brief = talk.request("INVITE", 1).with("Session-Expires: 60");
    let brief = net.send("uac", "uas", brief, 0); // 1
    answer(&mut net, &brief, 422, "x", &["Min-SE: 600"], 10); // 2
    net.ack(&brief, "x", 20); // 3
    let invite = talk.request("INVITE", 2).with("x: 900;refresher=uas");
    let invite = net.send("uac", "uas", invite.with("Min-SE: 600"), 100); // 4
    let settled = ["Session-Expires: 900;refresher=uas", "Require: timer"];
    answer(&mut net, &invite, 200, "b", &settled, 200); // 5
    net.send("uac", "uas", talk.with("b").request("ACK", 2), 300); // 6
    let update = talk.back("b").request("UPDATE", 1);
    let update = net.send(
        "uas",
        "uac",
        update.with("Session-Expires: 900;refresher=uac"),
        450_000,
    ); // 7
    answer(
        &mut net,
        &update,
        200,
        "a",
        &["Session-Expires: 900;refresher=uac"],
        450_010,
    ); // 8
    let again = talk
        .with("b")
        .request("INVITE", 3)
        .with("Session-Expires: 300");
    let again = net.send("uac", "uas", again, 460_000); // 9
    answer(&mut net, &again, 422, "b", &["Min-SE: 600"], 460_010); // 10
    let told = net.told();
    let states = told.states();
    assert_eq!(states.len(), 1);
    assert_eq!(
        timer(&states[0]),
        [
            "900 by callee in 5 (caller of 900, at least 600)",
            "900 by callee in 8 (callee of 900, at least -)",
            "422 in 2 (Some(600))",
            "422 in 10 (Some(600))",
        ]
    );
    assert_eq!(states[0].timer.refreshes(), 1);
    let current = states[0].timer.current().unwrap();
    assert_eq!(
        (current.interval, current.refresher),
        (Some(900), Some(Party::Callee))
    );
}

/// A 2xx without Session-Expires ends it (RFC 4028 7.2); where there was none nothing ends.
#[test]
fn a_timer_that_ends() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("ends");
    let invite = talk.request("INVITE", 1).with("Session-Expires: 1800");
    let invite = net.send("uac", "uas", invite, 0); // 1
    answer(&mut net, &invite, 200, "b", &["Session-Expires: 1800"], 100); // 2
    for (cseq, at) in [(2, 1000), (3, 2000)] {
        let update = talk.with("b").request("UPDATE", cseq);
        let update = net.send("uac", "uas", update, at); // 3, 5
        answer(&mut net, &update, 200, "b", &[], at + 10); // 4, 6
    }
    let told = net.told();
    let state = &told.states()[0];
    assert_eq!(
        timer(state),
        [
            "1800 by nobody in 2 (caller of 1800, at least -)",
            "- by nobody in 4 (caller of -, at least -)",
        ]
    );
    assert!(state.timer.current().is_none());
    assert_eq!(state.timer.refreshes(), 0);
}

/// The first INVITE of another dialog is no attempt of this one.
#[test]
fn a_422_to_another_caller() {
    let mut net = Net::new(&["uac", "uas"]);
    let other = Talk::between("same", "carol", "bob").request("INVITE", 1);
    let other = net.send("uac", "uas", other, 0);
    answer(&mut net, &other, 422, "x", &["Min-SE: 600"], 10);
    let invite = net.send("uac", "uas", Talk::new("same").request("INVITE", 2), 100);
    answer(&mut net, &invite, 200, "b", &[], 200);
    assert!(timer(&net.told().states()[0]).is_empty());
}
