//! Layouts of documents that no standards body writes: test plans, pages of a wiki, several flows under one heading.

use sipscope::source::document::Document;

use super::left_out::found;
use super::shown::{contradictions, flow, lines};

const PLAN: &str = "3 Basic call\n\n3.4 TC-CALL-004: Call\n\nObjective: to verify that the DUT sets up a call.\n\n\
    Configuration:\n\n1. UA-A and UA-B are registered.\n2. The DUT listens on port 506.\n\nTest procedure:\n\n\
    1. UA-A sends an INVITE request to the DUT.\n2. The DUT responds with a 100 Trying to UA-A.\n\
    3. The DUT forwards the INVITE request to UA-B.\n4. Wait for 500 ms.\n\
    5. UA-B sends a 200 OK response to the DUT.\n6. The DUT sends the 200 OK response to UA-A.\n\
    7. The DUT sends a Diameter ACR to the CDF.\n8. UA-A and UA-B exchange RTP packets every 200 ms.\n\n\
    Expected results:\n\n1. The call is set up within 300 ms.\n2. The DUT sends no more than one 100 Trying.\n\
    3. Voice is heard in both directions.\n\nVerdict: PASS if all of the above is observed.\n\n\
    3.5 TC-CALL-005: Busy\n\nStep 1: INVITE (UA-A -> DUT)\nStep 2: INVITE (DUT -> UA-B)\n\
    Step 3: 486 Busy Here (UA-B -> DUT)\nStep 4: ACK (DUT -> UA-B)\nStep 5: UA-A <- DUT: 486 Busy Here\n\
    Step 6: ACK UA-A -> DUT\nStep 7: The DUT plays the announcement 404 to UA-A.\n";

#[test]
fn a_test_plan_lists_its_steps_among_other_things() {
    let document = Document::read(PLAN);
    assert_eq!(document.flows.len(), 2);
    let call = flow(&document, "3.4");
    let expected = [
        "1 request INVITE: UA-A > DUT",
        "2 response 100 INVITE: DUT > UA-A",
        "3 request INVITE: DUT > UA-B",
        "4 internal : - > -",
        "5 response 200 INVITE: UA-B > DUT",
        "6 response 200 INVITE: DUT > UA-A",
        "7 other : DUT > CDF",
        "8 other : UA-A > UA-B",
    ];
    assert_eq!(lines(call), expected);
    assert_eq!(call.title, "TC-CALL-004: Call");
    let names: Vec<_> = call.actors.iter().map(|actor| &*actor.name).collect();
    assert_eq!(names, ["UA-A", "DUT", "UA-B", "CDF"]);
    let nothing: [String; 0] = [];
    assert_eq!(contradictions(call), nothing);
    let expected = [
        "1 request INVITE: UA-A > DUT",
        "2 request INVITE: DUT > UA-B",
        "3 response 486 INVITE: UA-B > DUT",
        "4 request ACK: DUT > UA-B",
        "5 response 486 INVITE: DUT > UA-A",
        "6 request ACK: UA-A > DUT",
        "7 internal : DUT > -",
    ];
    assert_eq!(lines(flow(&document, "3.5")), expected);
}

#[test]
fn lists_under_one_heading_are_flows_of_their_own() {
    let text = "5 Sessions\n\n5.1 Session and release\n\nSetup:\n\n1. INVITE (Ann to Bob)\n2. 200 OK (Bob to Ann)\n\
        3. ACK (Ann to Bob)\n\nAfter some time Bob hangs up. A server that is overloaded answers with\n\
        SIP/2.0 503 Service Unavailable\nand Bob tries again.\n\nRelease by the callee:\n\n\
        1. BYE (Bob to Ann)\n2. 200 OK (Ann to Bob)\n";
    let document = Document::read(text);
    let found: Vec<_> = document
        .flows
        .iter()
        .map(|flow| (&*flow.id, &*flow.title, flow.line, lines(flow).join(", ")))
        .collect();
    let expected = [
        (
            "5.1",
            "Session and release",
            3,
            "1 request INVITE: Ann > Bob, 2 response 200 INVITE: Bob > Ann, 3 request ACK: Ann > Bob".to_owned(),
        ),
        (
            "5.1 (2)",
            "Release by the callee",
            15,
            "1 request BYE: Bob > Ann, 2 response 200 BYE: Ann > Bob".to_owned(),
        ),
    ];
    assert_eq!(found, expected);
}

/// Who goes on in the next step has nothing from itself, and an ACK is for the one that answered.
#[test]
fn a_list_of_sentences_may_leave_out_who_receives() {
    let text = "What happens:\n\n(1) Phone A sends INVITE to the switch.\n(2) The switch queries the HSS by Diameter LIR.\n\
        (3) The switch sends INVITE to phone B.\n(4) Phone B answers with 486 Busy Here.\n\
        (5) The switch acknowledges with ACK.\n(6) The switch sends 486 Busy Here to phone A.\n\
        (7) Phone A sends ACK to the switch.\n";
    let document = Document::read(text);
    let expected = [
        "1 request INVITE: Phone A > switch",
        "2 other : switch > HSS",
        "3 request INVITE: switch > phone B",
        "4 response 486 INVITE: phone B > switch",
        "5 request ACK: switch > phone B",
        "6 response 486 INVITE: switch > Phone A",
        "7 request ACK: Phone A > switch",
    ];
    assert_eq!(lines(&document.flows[0]), expected);
}

/// A page with a flow; the headings of its steps begin with this, and its messages stand in fences that begin with that.
fn page(step: &str, fence: &str, arrow: &str) -> String {
    let message = |first: &str, fields: &str| {
        format!(
            "{fence}\n{first}\nVia: SIP/2.0/UDP pbx.example;branch=z9hG4bK1\nFrom: <sip:a@pbx.example>;tag=1\n{fields}\
             Call-ID: wiki-1\n```\n\nNote: nothing else.\n\n"
        )
    };
    let to = "To: <sip:b@sbc.example>;tag=2\n";
    [
        "# SIP trunk\n\nSee also [Registration](registration.md).\n\n## Actors\n\n| Name | Host |\n|---|---|\n\n## Call flow\n\n",
        "```mermaid\nsequenceDiagram\n# a comment\nPBX->>SBC: INVITE\n```\n\n",
        &format!("{step}1. **INVITE** (PBX {arrow} SBC)\n\nThe `PBX` sends the first `INVITE`.\n\n"),
        &message("INVITE sip:b@sbc.example SIP/2.0", "To: <sip:b@sbc.example>\nMax-Forwards: 70\nCSeq: 1 INVITE\nContact: <sip:pbx.example>\n"),
        &format!("{step}2. 401 Unauthorized (SBC {arrow} PBX)\n\n"),
        &message("SIP/2.0 401 Unauthorized", &format!("{to}CSeq: 1 INVITE\nWWW-Authenticate: Digest realm=\"sbc.example\", nonce=\"1\"\n")),
        &format!("{step}3. PBX {arrow} SBC: ACK\n\n"),
        &message("ACK sip:b@sbc.example SIP/2.0", &format!("{to}Max-Forwards: 70\nCSeq: 1 ACK\n")),
        "## Troubleshooting\n\n- If you get `SIP/2.0 403 Forbidden`, check the number.\n\n```\ntshark -r trace.pcap\n```\n",
    ]
    .concat()
}

#[test]
fn a_page_of_a_wiki_has_headings_and_fences() {
    for (step, fence, arrow) in [
        ("### ", "```sip", "\u{2192}"),
        ("### ", "```", "->"),
        ("", "```", "-->"),
    ] {
        let text = page(step, fence, arrow);
        let document = Document::read(&text);
        assert_eq!(document.flows.len(), 1, "{text}");
        let flow = &document.flows[0];
        assert_eq!((&*flow.id, &*flow.title), ("", "Call flow"));
        let expected = [
            "1 request INVITE: PBX > SBC",
            "2 response 401 INVITE: SBC > PBX",
            "3 request ACK: PBX > SBC",
        ];
        assert_eq!(lines(flow), expected, "{text}");
        let fields: Vec<_> = flow
            .steps
            .iter()
            .map(|step| step.message.as_ref().unwrap().headers.len())
            .collect();
        assert_eq!(fields, [7, 6, 6], "what stands behind a fence is no field");
        assert!(document.announced.is_empty());
        let nothing: [String; 0] = [];
        assert_eq!(found("page.md", &text), nothing);
    }
}

/// Steps without messages, as a table of Markdown has them.
#[test]
fn rows_of_markdown_are_steps() {
    let text = "# Trunk\n\n## 2. Registration\n\n| # | From | To | Message |\n|---|------|----|---------|\n\
                | 1 | PBX | SBC | REGISTER |\n| 2 | SBC | PBX | 401 Unauthorized |\n| 3 | PBX | SBC | REGISTER |\n\
                | 4 | SBC | PBX | 200 OK |\n\nThe PBX registers.\n";
    let document = Document::read(text);
    let steps: Vec<_> = document.flows[0]
        .steps
        .iter()
        .map(|step| super::shown::line(&document.flows[0], step))
        .collect();
    assert_eq!(
        steps,
        [
            "1 request REGISTER: PBX > SBC",
            "2 response 401 REGISTER: SBC > PBX",
            "3 request REGISTER: PBX > SBC",
            "4 response 200 REGISTER: SBC > PBX",
        ]
    );
    let lines: Vec<_> = document.flows[0]
        .steps
        .iter()
        .map(|step| step.line)
        .collect();
    assert_eq!(lines, [7, 8, 9, 10]);
}
