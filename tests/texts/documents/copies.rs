//! What responses copy from their requests, and letters that an editor puts in front of a text.

use std::fs;

use sipscope::source::document::Document;
use sipscope::{Job, analyze};

const FLOW: &str = "A.1 Presence subscription

Figure A.1-1: Watcher subscribes

1.
SUBSCRIBE request (UE to P-CSCF) - see example in table A.1-1

Table A.1-1: SUBSCRIBE request (UE to P-CSCF)
SUBSCRIBE sip:pres@home2.example SIP/2.0
Via: SIP/2.0/UDP ue.example;branch=z9hG4bKa
Max-Forwards: 70
Route: <sip:pcscf.example;lr>
From: <sip:user1@home1.example>;tag=31415
To: <sip:pres@home2.example>
Call-ID: b89rj
CSeq: 61 SUBSCRIBE
Contact: <sip:ue.example>
Content-Length: 0

2.
SUBSCRIBE request (P-CSCF to PS) - see example in table A.1-2

Table A.1-2: SUBSCRIBE request (P-CSCF to PS)
SUBSCRIBE sip:pres@home2.example SIP/2.0
Via: SIP/2.0/UDP pcscf.example;branch=z9hG4bKb, SIP/2.0/UDP ue.example;branch=z9hG4bKa
Max-Forwards: 69
Record-Route: <sip:pcscf.example;lr>
From:
To:
Call-ID:
CSeq:
Contact:
Content-Length:

3.
200 (OK) response (PS to P-CSCF) - see example in table A.1-3

Table A.1-3: 200 (OK) response (PS to P-CSCF)
SIP/2.0 200 OK
Via: SIP/2.0/UDP pcscf.example;branch=z9hG4bKb, SIP/2.0/UDP ue.example;branch=z9hG4bKa
Record-Route:
From:
To: <sip:pres@home2.example>;tag=151170
Call-ID:
CSeq:
Contact: <sip:ps.home2.example>
Content-Length:

4.
200 (OK) response (P-CSCF to UE) - see example in table A.1-4

Table A.1-4: 200 (OK) response (P-CSCF to UE)
SIP/2.0 200 OK
Via: SIP/2.0/UDP ue.example;branch=z9hG4bKa
Record-Route:
From:
To:
Call-ID:
CSeq:
Contact:
Content-Length:
";

/// RFC 3261 12.1.1: the answering side copies what the request says of the route; 16.7: nobody else changes it.
#[test]
fn a_response_has_the_route_of_its_request() {
    let document = Document::read(FLOW);
    let steps = &document.flows[0].steps;
    assert_eq!(steps.len(), 4);
    for step in &steps[2..] {
        let message = step.message.as_ref().unwrap();
        let mut headers = message.headers.iter();
        let route = headers.find(|header| header.is("Record-Route")).unwrap();
        assert_eq!(route.value, "<sip:pcscf.example;lr>");
        assert!(route.inherited.is_some());
    }
    // A request has that of its sender, and an empty one is empty.
    let empty = FLOW.replace("Record-Route: <sip:pcscf.example;lr>", "Record-Route:");
    let document = Document::read(&empty);
    let message = document.flows[0].steps[1].message.as_ref().unwrap();
    assert_eq!(message.value("Record-Route").unwrap_or_default(), "");
}

#[test]
fn a_byte_order_mark_in_front_is_none_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.txt");
    let read = |text: String| {
        fs::write(&path, text).unwrap();
        let intake = analyze(&Job {
            inputs: vec![path.clone()],
            threads: 1,
            ..Job::default()
        })
        .unwrap();
        (intake.inputs[0].format.clone(), intake.sightings.len())
    };
    // Where the first line is the one that tells.
    let text = FLOW.split_once("\n\n").unwrap().1;
    let plain = read(text.to_owned());
    assert_eq!(plain, ("document".to_owned(), 4));
    assert_eq!(read(format!("\u{feff}{text}")), plain);
}
