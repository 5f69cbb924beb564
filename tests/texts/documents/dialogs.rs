//! New requests in a dialog whose From, To and Call-ID are left out: they are those of the dialog, seen from their sender (RFC 3261
//! 12.2.1.1), and nothing is made up where no dialog tells.

use sipscope::source::document::{Document, Message};

/// A message of a flow: its title, its first line, and its fields but the last.
type Shown<'a> = (&'a str, &'a str, &'a str);

const INVITE: Shown<'_> = (
    "INVITE request (UE#1 to P-CSCF)",
    "INVITE sip:b@two.example SIP/2.0",
    "Via: SIP/2.0/UDP ue1.example;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@one.example>;tag=f1\n\
     To: <sip:b@two.example>\nCall-ID: ses-1\nCSeq: 127 INVITE",
);
const INVITE_ON: Shown<'_> = (
    "INVITE request (P-CSCF to UE#2)",
    "INVITE sip:b@two.example SIP/2.0",
    "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2, SIP/2.0/UDP ue1.example;branch=z9hG4bK1\nMax-Forwards: 69\n\
     From:\nTo:\nCall-ID:\nCSeq:",
);
const ACCEPTED: Shown<'_> = (
    "200 (OK) response (UE#2 to P-CSCF)",
    "SIP/2.0 200 OK",
    "Via:\nFrom:\nTo: <sip:b@two.example>;tag=t9\nCall-ID:\nCSeq:",
);
const ACCEPTED_ON: Shown<'_> = (
    "200 (OK) response (P-CSCF to UE#1)",
    "SIP/2.0 200 OK",
    "Via:\nFrom:\nTo:\nCall-ID:\nCSeq:",
);
const CALLER: &str = "<sip:a@one.example>;tag=f1";
const CALLEE: &str = "<sip:b@two.example>;tag=t9";

/// The messages of the flow with these in front.
fn messages(shown: &[Shown<'_>]) -> Vec<Message> {
    let mut text = "6.2 Session\n\n".to_owned();
    for (number, (title, start, fields)) in (1..).zip(shown) {
        text += &format!(
            "{number}. {title} - see example in table 6.2-{number}\n\nTable 6.2-{number}: {title}\n\n{start}\n{fields}\nContent-Length: 0\n\n"
        );
    }
    let document = Document::read(&text);
    assert_eq!(document.flows.len(), 1);
    let steps = document.flows[0].steps.iter();
    steps.filter_map(|step| step.message.clone()).collect()
}

fn request(method: &str, ends: &str, cseq: &str) -> (String, String, String) {
    (
        format!("{method} request ({ends})"),
        format!("{method} sip:x@example SIP/2.0"),
        format!(
            "Via: SIP/2.0/UDP new.example;branch=z9hG4bKn\nMax-Forwards: 70\nFrom:\nTo:\nCall-ID:\nCSeq: {cseq} {method}"
        ),
    )
}

/// From, To and Call-ID of a request between these ends behind the steps.
fn named(before: &[Shown<'_>], method: &str, ends: &str) -> [String; 3] {
    let (title, start, fields) = request(method, ends, "128");
    let shown = [before, &[(title.as_str(), start.as_str(), fields.as_str())]].concat();
    let last = messages(&shown).pop().unwrap();
    ["From", "To", "Call-ID"].map(|name| last.value(name).unwrap().to_owned())
}

const SESSION: [Shown<'_>; 4] = [INVITE, INVITE_ON, ACCEPTED, ACCEPTED_ON];

#[test]
fn both_ends_go_on_with_their_dialog() {
    for method in [
        "ACK", "BYE", "PRACK", "UPDATE", "INFO", "INVITE", "REFER", "MESSAGE",
    ] {
        let of_caller = named(&SESSION, method, "UE#1 to P-CSCF");
        assert_eq!(of_caller, [CALLER, CALLEE, "ses-1"], "{method}");
        if method != "ACK" {
            let of_callee = named(&SESSION, method, "UE#2 to P-CSCF");
            assert_eq!(of_callee, [CALLEE, CALLER, "ses-1"], "{method}");
        }
    }
    // Past the proxy, which is on both sides of the dialog itself.
    assert_eq!(
        named(&SESSION, "BYE", "UE#2 to UE#1"),
        [CALLEE, CALLER, "ses-1"]
    );
    assert_eq!(
        named(&SESSION, "BYE", "P-CSCF to UE#1"),
        [CALLEE, CALLER, "ses-1"]
    );
    assert_eq!(named(&SESSION, "BYE", "P-CSCF to AS"), [""; 3]);
}

#[test]
fn each_hop_of_a_request_and_its_answer_has_them() {
    let bye = request("BYE", "UE#2 to P-CSCF", "1");
    let on = request("BYE", "P-CSCF to UE#1", "1");
    let done = (
        "200 (OK) response (UE#1 to P-CSCF)",
        ACCEPTED_ON.1,
        ACCEPTED_ON.2,
    );
    let mut shown = SESSION.to_vec();
    shown.extend([&bye, &on].map(|(title, start, fields)| (&**title, &**start, &**fields)));
    shown.push(done);
    let messages = messages(&shown);
    for message in &messages[4..] {
        assert_eq!(message.value("From"), Some(CALLEE));
        assert_eq!(message.value("To"), Some(CALLER));
        assert_eq!(message.value("Call-ID"), Some("ses-1"));
    }
    // The lines in which they were printed, and the step that is repeated.
    let to = messages[4]
        .headers
        .iter()
        .find(|header| header.is("To"))
        .unwrap();
    let first = messages[0]
        .headers
        .iter()
        .find(|header| header.is("From"))
        .unwrap();
    let inherited = to.inherited.as_ref().unwrap();
    assert_eq!((inherited.step, &inherited.lines), (2, &first.lines));
}

/// RFC 3261 9.1: To of a CANCEL is that of the request, without a tag.
#[test]
fn a_request_is_cancelled_by_its_own_names() {
    let ringing = (
        "180 (Ringing) response (P-CSCF to UE#1)",
        "SIP/2.0 180 Ringing",
        ACCEPTED.2,
    );
    let cancel = named(&[INVITE, ringing], "CANCEL", "UE#1 to P-CSCF");
    assert_eq!(cancel, [CALLER, "<sip:b@two.example>", "ses-1"]);
}

/// RFC 3261 17.1.1.3: To of an ACK is that of the answer.
#[test]
fn a_refusal_is_acknowledged_by_its_names() {
    let refused = (
        "486 (Busy Here) response (P-CSCF to UE#1)",
        "SIP/2.0 486 Busy Here",
        ACCEPTED.2,
    );
    let ack = named(&[INVITE, refused], "ACK", "UE#1 to P-CSCF");
    assert_eq!(ack, [CALLER, CALLEE, "ses-1"]);
}

#[test]
fn subscriptions_are_told_from_sessions() {
    let subscribe = (
        "SUBSCRIBE request (UE#1 to P-CSCF)",
        "SUBSCRIBE sip:b@two.example SIP/2.0",
        "Via: SIP/2.0/UDP ue1.example;branch=z9hG4bK7\nFrom: <sip:a@one.example>;tag=w1\nTo: <sip:b@two.example>\n\
         Call-ID: sub-1\nCSeq: 1 SUBSCRIBE",
    );
    let accepted = (
        "200 (OK) response (P-CSCF to UE#1)",
        "SIP/2.0 200 OK",
        "Via:\nFrom:\nTo: <sip:b@two.example>;tag=n1\nCall-ID:\nCSeq:",
    );
    let shown = [&SESSION[..], &[subscribe, accepted]].concat();
    let notify = named(&shown, "NOTIFY", "P-CSCF to UE#1");
    let notifier = "<sip:b@two.example>;tag=n1";
    let watcher = "<sip:a@one.example>;tag=w1";
    assert_eq!(notify, [notifier, watcher, "sub-1"]);
    assert_eq!(
        named(&shown, "SUBSCRIBE", "UE#1 to P-CSCF"),
        [watcher, notifier, "sub-1"]
    );
    assert_eq!(
        named(&shown, "BYE", "UE#1 to P-CSCF"),
        [CALLER, CALLEE, "ses-1"]
    );
}

#[test]
fn what_no_dialog_tells_is_not_made_up() {
    let nothing = [""; 3];
    // These are in none.
    for method in ["REGISTER", "PUBLISH"] {
        assert_eq!(
            named(&SESSION, method, "UE#1 to P-CSCF"),
            nothing,
            "{method}"
        );
    }
    // Nobody has accepted the first one.
    assert_eq!(named(&[INVITE], "MESSAGE", "UE#1 to P-CSCF"), nothing);
    // The tag of the other end is not known yet.
    assert_eq!(
        named(&[INVITE], "UPDATE", "UE#1 to P-CSCF"),
        [CALLER, "", "ses-1"]
    );
    assert_eq!(
        named(&[INVITE], "UPDATE", "P-CSCF to UE#1"),
        ["", CALLER, "ses-1"]
    );
    // It is over.
    let bye = request("BYE", "UE#1 to P-CSCF", "128");
    let done = (
        "200 (OK) response (P-CSCF to UE#1)",
        ACCEPTED_ON.1,
        ACCEPTED_ON.2,
    );
    let over = [&SESSION[..], &[(&*bye.0, &*bye.1, &*bye.2), done]].concat();
    assert_eq!(named(&over, "INVITE", "UE#1 to P-CSCF"), nothing);
    // Nobody knows which of two with the same name it is.
    let same = SESSION.map(|(title, start, fields)| (title, start, fields));
    let same: Vec<_> = same
        .iter()
        .map(|(title, start, fields)| (title.replace("UE#2", "P-CSCF"), *start, *fields))
        .collect();
    let same: Vec<_> = same
        .iter()
        .map(|(title, start, fields)| (&**title, *start, *fields))
        .collect();
    assert_eq!(named(&same[1..3], "BYE", "P-CSCF to P-CSCF"), nothing);
}
