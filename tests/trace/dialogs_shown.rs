//! Dialogs as `sipscope call` prints them.

use std::process::Command;

use serde_json::Value;

use super::dialog_states::at;
use super::scenario::{Net, file};
use super::sip::{Sip, Talk};

fn call(net: &Net, format: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.pcap");
    std::fs::write(&path, file(&net.packets)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["call", "--quiet", "--format", format])
        .arg(&path)
        .arg("1")
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn describe(mut message: Sip, direction: &str) -> Sip {
    message.body = format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\na={direction}\r\n"
    );
    message.with("Content-Type: application/sdp")
}

/// Too brief a timer, a call over a strict router, three times hold, an offer that is refused, and no end.
fn eventful() -> Net {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("eventful");
    let brief = talk.request("INVITE", 1).with("Session-Expires: 60");
    let brief = net.send("uac", "uas", brief, 0); // 1
    let refused = brief.message.response(422, "x").with("Min-SE: 90");
    net.respond_as(std::slice::from_ref(&brief), refused, 10); // 2
    net.ack(&brief, "x", 20); // 3
    let invite = talk.request("INVITE", 2).with(&at("alice@192.0.2.1"));
    let invite = net.send("uac", "uas", describe(invite, "sendrecv"), 100); // 4
    let mut ok = invite
        .message
        .response(200, "b")
        .with(&at("bob\u{1b}[31m@192.0.2.2"));
    ok.record_routes = ["<sip:p2.example.com>", "<sip:p1.example.com;lr>"]
        .map(str::to_owned)
        .into();
    let ok = ok.with("Session-Expires: 90;refresher=uac");
    net.respond_as(std::slice::from_ref(&invite), describe(ok, "sendrecv"), 200); // 5
    for (cseq, at) in [(5, 1000), (6, 2000), (7, 3000)] {
        let update = talk.with("b").request("UPDATE", cseq);
        let update = describe(update, "sendonly");
        let update = net.send("uac", "uas", update.with("Session-Expires: 90"), at); // 6, 8, 10
        let ok = update
            .message
            .response(200, "b")
            .with("x: 90;refresher=uac");
        net.respond_as(
            std::slice::from_ref(&update),
            describe(ok, "recvonly"),
            at + 10,
        );
    }
    let update = describe(talk.back("b").request("UPDATE", 1), "inactive");
    let update = net.send("uas", "uac", update, 4000); // 12
    net.reply(&update, 488, "a", 4010); // 13
    net
}

#[test]
fn a_dialog_for_people() {
    let text = call(&eventful(), "text");
    let (_, dialogs) = text.split_once("\ndialogs:\n").unwrap();
    let expected = "  a / b  confirmed, made by message 4, 5 hops
    caller: CSeq 2 to 7, gap 2 to 5 (message 6)
      target     sip:bob\\u{1b}[31m@192.0.2.2 (message 5)
      route set  sip:p1.example.com;lr (message 5)
                 sip:p2.example.com strict
    callee: CSeq 1 to 1
      target     sip:alice@192.0.2.1 (message 4)
      route set  sip:p2.example.com strict (message 5, seen on another hop)
                 sip:p1.example.com;lr
    session:   offer of the caller in message 4, answered in 5
               audio PCMA, ports 4000 and 4000
               offer of the caller in message 6, answered in 7
               audio PCMA, ports 4000 and 4000, only from the caller
               held by the caller
               and 2 more that agree on the same, the last from message 10
               offer of the callee in message 12, refused in 13 (488)
    timer:     too brief (422 in message 2), at least 90 s
               90 s from message 11, the caller refreshes, 3 refreshes seen
";
    assert_eq!(dialogs, expected);
    assert!(dialogs.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn a_dialog_for_programs() {
    let json: Value = serde_json::from_str(&call(&eventful(), "json")).unwrap();
    assert_eq!(json["schema"], "sipscope.call/1");
    let dialog = &json["dialogs_of_call"][0];
    assert_eq!(dialog["state"], "confirmed");
    assert_eq!(dialog["ended"], Value::Null);
    let caller = &dialog["caller"];
    assert_eq!(caller["route_set"]["routes"][1]["loose"], false);
    assert_eq!(caller["targets"][0]["uri"], "sip:bob\u{1b}[31m@192.0.2.2");
    assert_eq!(caller["cseq"]["gaps"][0]["to"], 5);
    let session = &dialog["session"];
    let exchanges = session["exchanges"].as_array().unwrap();
    assert_eq!(exchanges.len(), 5, "all are there");
    assert_eq!(exchanges[3]["offer"]["media"][0]["direction"], "sendonly");
    assert_eq!(exchanges[4]["refused"]["status"], 488);
    assert_eq!(session["held_by"][0], "caller");
    let timer = &dialog["timer"];
    assert_eq!(timer["interval"], 90);
    assert_eq!(timer["agreements"].as_array().unwrap().len(), 4);
    assert_eq!(timer["too_brief"][0]["least"], 90);
}

/// What was not seen is said to be so.
#[test]
fn a_dialog_that_was_joined_late() {
    let mut net = Net::new(&["uac", "uas"]);
    let bye = Talk::new("late").with("b").request("BYE", 7);
    let bye = net.send("uac", "uas", bye, 0);
    net.reply(&bye, 200, "b", 10);
    let text = call(&net, "text");
    let (_, dialogs) = text.split_once("\ndialogs:\n").unwrap();
    let expected = "  a / b  ended, joined late, 1 hop
    ended by message 1 (BYE)
    caller: CSeq 7 to 7
      target     not seen
      route set  not seen
    callee: sent no request
      target     not seen
      route set  not seen
";
    assert_eq!(dialogs, expected);
}

/// RFC 3261 9.1: a CANCEL is for one INVITE, which its hop names.
#[test]
fn what_a_cancel_is_for() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let invite = Talk::new("cancel").request("INVITE", 1);
    let hops = net.journey(invite, &["uac", "p", "uas"], 0);
    net.cancel(&hops[0], 100);
    net.cancel(&hops[1], 110);
    let text = call(&net, "text");
    let cancels = text.lines().filter_map(|line| line.split_once("cancels "));
    let cancels: Vec<_> = cancels.map(|(_, what)| what).collect();
    assert_eq!(cancels, ["hop 1", "hop 2"]);
    let json: Value = serde_json::from_str(&call(&net, "json")).unwrap();
    let hops = json["journeys"].as_array().unwrap();
    let cancels = hops.iter().filter_map(|hop| hop["cancels"].as_u64());
    assert_eq!(cancels.collect::<Vec<_>>(), [1, 2]);
}

/// RFC 3261 13.2.1: a 2xx answers the offer of its INVITE, or offers if that has none; without the INVITE it may be either.
#[test]
fn a_description_without_its_invite() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = Talk::new("late").request("INVITE", 1);
    let invite = net.send("uac", "uas", describe(invite, "sendrecv"), 0);
    let ok = describe(invite.message.response(200, "b"), "sendrecv");
    net.respond_as(std::slice::from_ref(&invite), ok, 10);
    net.packets.remove(0);
    let text = call(&net, "text");
    assert!(text.contains("    session:   offer or answer, not known which, in message 1\n"));
    assert!(!text.contains("neither"));
}
