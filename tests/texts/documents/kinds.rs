//! What steps are that are no SIP messages, who takes part in them, and what only looks like a message.

use sipscope::source::document::{Document, Flow};

use super::shown::lines;

const HEAD: &str = "8.1.1 Kinds\n\n1. OPTIONS request (UE#1 to MGCF)\n\nOPTIONS sip:b@e.org SIP/2.0\n\
    Via: SIP/2.0/UDP ue.e.org;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@e.org>;tag=1\nTo: <sip:b@e.org>\n\
    Call-ID: c1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n";

fn flow(rest: &str) -> Flow {
    let mut flows = Document::read(&format!("{HEAD}{rest}")).flows;
    assert_eq!(flows.len(), 1, "{rest}");
    flows.remove(0)
}

/// The step behind the first one.
fn second(title: &str, prose: &str) -> String {
    let flow = flow(&format!("2. {title}\n\n{prose}\n"));
    assert_eq!(flow.steps.len(), 2);
    lines(&flow).remove(1)
}

#[test]
fn other_protocols_are_known_by_their_names() {
    for (title, prose, expected) in [
        (
            "H.248 interaction",
            "The MGCF initiates a H.248 interaction with the IM-MGW.",
            "MGCF > IM-MGW",
        ),
        (
            "H.248 interaction",
            "The MGCF and the MGW interact.",
            "- > -",
        ),
        ("Diameter AAR (P-CSCF to PCRF)", "", "P-CSCF > PCRF"),
        ("UAR/UAA (I-CSCF to HSS)", "", "I-CSCF > HSS"),
        (
            "Authorization",
            "The UE#1 sends a Diameter AAR to the PCRF.",
            "UE#1 > PCRF",
        ),
        (
            "Cx: Authentication procedure",
            "The S-CSCF informs the HSS that it serves the user.",
            "S-CSCF > HSS",
        ),
        (
            "Cx: User location query",
            "The I-CSCF makes a query to the HSS.",
            "I-CSCF > HSS",
        ),
        (
            "Policy check",
            "The UE#1 makes a request to the PCRF.",
            "UE#1 > PCRF",
        ),
        ("HTTP 200 OK (XDMS to UE#1)", "", "XDMS > UE#1"),
    ] {
        assert_eq!(
            second(title, prose),
            format!("2 other : {expected}"),
            "{title}"
        );
    }
}

#[test]
fn numbers_in_titles_are_no_answers() {
    for (title, prose, actor) in [
        ("Wait for 200 ms", "The UE#1 waits.", "UE#1"),
        ("Release of 404 resources", "The MGCF releases.", "MGCF"),
        (
            "Resource reservation",
            "The UE#1 reserves 200 kbit/s.",
            "UE#1",
        ),
        ("Codec", "After 180 ms the UE#1 chooses a codec.", "UE#1"),
        ("PUBLISH is prepared", "The UE#1 prepares it.", "UE#1"),
        ("The MGCF plays the announcement 404 to UE#1.", "", "MGCF"),
    ] {
        assert_eq!(
            second(title, prose),
            format!("2 internal : {actor} > -"),
            "{title}"
        );
    }
    for title in ["200 (OK) response", "200 OK", "Final 200 for OPTIONS"] {
        let shown = second(&format!("{title} (MGCF to UE#1)"), "");
        assert_eq!(shown, "2 response 200 OPTIONS: MGCF > UE#1", "{title}");
    }
    let told = second("The MGCF sends a 200 OK response to UE#1.", "");
    assert_eq!(told, "2 response 200 OPTIONS: MGCF > UE#1");
}

/// Who is only the subject of a sentence is no actor.
#[test]
fn no_actors_are_made_up() {
    let names = |prose: &str| -> Vec<String> {
        let flow = flow(&format!("2. Evaluation\n\n{prose}\n"));
        flow.actors.into_iter().map(|actor| actor.name).collect()
    };
    for prose in [
        "The example above shows the evaluation.",
        "Figure 8.1.1-1 describes the evaluation.",
        "SIP routing requires a check.",
        "The MGCF makes an evaluation.",
    ] {
        assert_eq!(names(prose), ["UE#1", "MGCF"], "{prose}");
    }
    assert_eq!(
        names("The HSS makes an evaluation."),
        ["UE#1", "MGCF", "HSS"]
    );
}

/// A paragraph may be indented by a tab; a table stands below its caption.
#[test]
fn paragraphs_behind_a_tab_are_read() {
    let shown = second(
        "H.248 interaction",
        "\tThe MGCF sends a request to the MGW.",
    );
    assert_eq!(shown, "2 other : MGCF > MGW");
    let table = "Table 8.1.1-2: Registration status query (MGCF to HSS)\n\tThe MGCF sends a request to the MGW.";
    assert_eq!(second("Cx: Query", table), "2 other : MGCF > HSS");
}

#[test]
fn a_quoted_first_line_is_no_message() {
    for prose in [
        "The MGCF answers with a\nSIP/2.0 200 OK which is not shown.",
        "The MGCF answers with\nSIP/2.0 200 OK\n\nNOTE: it is not shown.",
        "SIP/2.0 200 OK is the answer,\nwhich is not shown.",
        "The first line is\nOPTIONS sip:b@e.org SIP/2.0\nand no other.",
    ] {
        let flow = flow(&format!("{prose}\n\n2. 200 (OK) response (MGCF to UE#1)\n"));
        let messages = flow.steps.iter().filter(|step| step.message.is_some());
        assert_eq!((flow.steps.len(), messages.count()), (2, 1), "{prose}");
    }
}

/// RFC 3420: a body may be the first line of a message. How long it is need not be printed.
#[test]
fn a_fragment_is_the_body_of_its_message() {
    for length in ["(\u{2026})", "...", "", "16", "20"] {
        let text = format!(
            "2. NOTIFY request (MGCF to UE#1)\n\nNOTIFY sip:a@ue.e.org SIP/2.0\nVia: SIP/2.0/UDP m.e.org;branch=z9hG4bK2\n\
             Content-Type: message/sipfrag;version=2.0\nContent-Length: {length}\n\nSIP/2.0 100 Trying\n\n\
             3. 200 (OK) response (UE#1 to MGCF)\n"
        );
        let flow = flow(&text);
        assert_eq!(flow.steps.len(), 3, "{length}");
        let message = flow.steps[1].message.as_ref().unwrap();
        let body = message.body.as_ref().map(|body| body.text.as_str());
        assert_eq!(body, Some("SIP/2.0 100 Trying"), "{length}");
    }
}

/// An act between what one receives and what it sends is its own, whoever is named otherwise like it.
#[test]
fn names_with_other_numbers_are_others() {
    let between = |number: u8, from: &str, to: &str| {
        let title = format!("{number}. INVITE request ({from} to {to})");
        format!(
            "{title}\n\nINVITE sip:b@e.org SIP/2.0\nVia:\nFrom:\nTo:\nCall-ID:\nCSeq: 1 INVITE\n\n"
        )
    };
    let text = format!(
        "{}{}3. Timer\n\nThe P-CSCF#1 starts its timer.\n\n{}",
        HEAD.replace("OPTIONS", "INVITE")
            .replace("MGCF", "P-CSCF#1"),
        between(2, "P-CSCF#1", "P-CSCF#2"),
        between(4, "P-CSCF#2", "UE#2")
    );
    let flow = Document::read(&text).flows.remove(0);
    let actors: Vec<_> = flow
        .actors
        .iter()
        .map(|actor| actor.name.as_str())
        .collect();
    assert_eq!(actors, ["UE#1", "P-CSCF#1", "P-CSCF#2", "UE#2"]);
    let told = lines(&flow);
    assert!(told[1].ends_with(": P-CSCF#1 > P-CSCF#2"), "{told:?}");
    assert!(told[3].ends_with(": P-CSCF#2 > UE#2"), "{told:?}");
}

/// Who copies a part of a specification begins in its middle.
#[test]
fn a_part_of_a_flow_begins_with_any_number() {
    let text = HEAD.replace("1. OPTIONS", "13. OPTIONS")
        + "14. 200 (OK) response (MGCF to UE#1)\n\nSIP/2.0 200 OK\nVia:\nFrom:\nTo: ;tag=2\nCall-ID:\nCSeq:\n";
    let flow = Document::read(&text).flows.remove(0);
    let numbers: Vec<_> = flow
        .steps
        .iter()
        .map(|step| step.number.as_deref())
        .collect();
    assert_eq!(numbers, [Some("13"), Some("14")]);
    assert_eq!(lines(&flow).len(), 2);
    let answer = flow.steps[1].message.as_ref().unwrap();
    assert_eq!(answer.value("Call-ID"), Some("c1"));
}
