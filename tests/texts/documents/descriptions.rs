//! Descriptions of sessions that are printed line by line without values: each line has the value of its place in the description
//! before, and what no description tells is not known.

use sipscope::source::document::{Body, Document};

use super::left_out::found;

const OFFER: &str = "v=0\no=- 1 1 IN IP4 ue1.example\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\na=sendrecv";
const ANSWER: &str = "v=0\no=- 2 2 IN IP4 ue2.example\ns=-\nc=IN IP4 192.0.2.2\nt=0 0\nm=audio 6000 RTP/AVP 0\na=sendrecv";
const EMPTY: &str = "v=\no=\ns=\nc=\nt=\nm=\na=";

/// A session whose messages have these bodies: offer, offer passed on, answer, answer passed on.
fn session(bodies: [&str; 4]) -> String {
    let [offer, offer_on, answer, answer_on] = bodies;
    let fields = "From:\nTo:\nCall-ID:\nCSeq:\nContact:\nContent-Type:\nContent-Length:";
    format!(
        "6.2 Session\n\n1. INVITE request (UE#1 to P-CSCF)\n\nINVITE sip:b@two.example SIP/2.0\n\
         Via: SIP/2.0/UDP ue1.example;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@one.example>;tag=f1\n\
         To: <sip:b@two.example>\nCall-ID: ses-1\nCSeq: 127 INVITE\nContact: <sip:ue1.example>\n\
         Content-Type: application/sdp\nContent-Length: (...)\n\n{offer}\n\n\
         2. INVITE request (P-CSCF to UE#2)\n\nINVITE sip:b@two.example SIP/2.0\n\
         Via: SIP/2.0/UDP p.example;branch=z9hG4bK2, SIP/2.0/UDP ue1.example;branch=z9hG4bK1\nMax-Forwards: 69\n\
         {fields}\n\n{offer_on}\n\n\
         3. 200 (OK) response (UE#2 to P-CSCF)\n\nSIP/2.0 200 OK\nVia:\nFrom:\nTo: <sip:b@two.example>;tag=t9\nCall-ID:\nCSeq:\n\
         Contact: <sip:ue2.example>\nContent-Type: application/sdp\nContent-Length: (...)\n\n{answer}\n\n\
         4. 200 (OK) response (P-CSCF to UE#1)\n\nSIP/2.0 200 OK\nVia:\n{fields}\n\n{answer_on}\n"
    )
}

fn bodies(text: &str) -> Vec<Body> {
    let document = Document::read(text);
    let steps = document.flows[0].steps.iter();
    let bodies: Vec<_> = steps
        .filter_map(|step| step.message.as_ref()?.body.clone())
        .collect();
    assert_eq!(bodies.len(), 4);
    bodies
}

#[test]
fn lines_without_values_repeat_those_before() {
    let text = session([OFFER, EMPTY, ANSWER, EMPTY]);
    let bodies = bodies(&text);
    for (at, (expected, of)) in [
        (OFFER, None),
        (OFFER, Some(0)),
        (ANSWER, None),
        (ANSWER, Some(2)),
    ]
    .into_iter()
    .enumerate()
    {
        let body = &bodies[at];
        assert_eq!((body.text.as_str(), body.inherited), (expected, of));
        assert!(!body.is_placeholder);
        // They point to where they are printed.
        assert_eq!(body.lines, bodies[of.unwrap_or(at)].lines);
    }
    let nothing: [String; 0] = [];
    assert_eq!(found("session.txt", &text), nothing);
}

#[test]
fn a_line_with_a_value_keeps_it() {
    let own = EMPTY.replace("c=", "c=IN IP4 192.0.2.9");
    let body = &bodies(&session([OFFER, &own, ANSWER, EMPTY]))[1];
    assert_eq!(body.text, OFFER.replace("192.0.2.1", "192.0.2.9"));
    assert_eq!(body.inherited, Some(0));
}

/// An answer has values of its own, and none where a line has no counterpart.
#[test]
fn what_is_not_known_blames_nobody() {
    let longer = format!("{EMPTY}\na=");
    for (at, shown) in [
        (2, [OFFER, EMPTY, EMPTY, EMPTY]),
        (1, [OFFER, &longer, ANSWER, EMPTY]),
    ] {
        let text = session(shown);
        let body = &bodies(&text)[at];
        assert_eq!((body.text.as_str(), body.is_placeholder), (shown[at], true));
        let nothing: [String; 0] = [];
        assert_eq!(found("session.txt", &text), nothing);
    }
}
