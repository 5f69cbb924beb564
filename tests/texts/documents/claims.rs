//! What titles, captions, figures and sentences claim of a message that is printed otherwise: a slip of the pen is noted where it is,
//! and nothing else is.

use sipscope::source::document::Document;

use super::shown::{contradictions, flow, lines, text};

const SAMPLE: &str = "numbered-steps.txt";

/// What the sample says against itself with these changes and did not before, without the lines.
fn noted(changes: &[(&str, &str)]) -> Vec<String> {
    let whole = text(SAMPLE);
    let all = |text: &str| -> Vec<String> {
        let document = Document::read(text);
        let all = contradictions(flow(&document, "7.1.1"));
        let without_line = |one: String| one.split_once(' ').unwrap().1.to_owned();
        all.into_iter().map(without_line).collect()
    };
    let before = all(&whole);
    let changed = changes.iter().fold(whole, |text, (right, wrong)| {
        assert!(text.contains(right), "{right}");
        text.replacen(right, wrong, 1)
    });
    let mut after = all(&changed);
    after.retain(|one| !before.contains(one));
    after
}

const TITLE: &str = "\n202 (Accepted) response (AS to S-CSCF)";
const CAPTION: &str = "Table 7.1.1-6: 202 (Accepted) response";
const SENTENCE: &str = "S-CSCF#1 forwards the MESSAGE request to S-CSCF#2.";

#[test]
fn titles_and_captions_claim_a_message() {
    let (title, caption) = (
        "\n200 (OK) response (AS to S-CSCF)",
        "Table 7.1.1-6: 200 (OK) response",
    );
    assert_eq!(noted(&[(TITLE, title)]), ["message: 200, 202"]);
    assert_eq!(noted(&[(CAPTION, caption)]), ["caption: 200, 202"]);
    let both = noted(&[(TITLE, title), (CAPTION, caption)]);
    assert_eq!(both, ["message: 200, 202"], "one slip");
    let caption = (
        "Table 7.1.1-4: MESSAGE request",
        "Table 7.1.1-4: INVITE request",
    );
    assert_eq!(noted(&[caption]), ["caption: INVITE, MESSAGE"]);
    let asked = "\n202 (Accepted) response to INVITE (AS to S-CSCF)";
    assert_eq!(noted(&[(TITLE, asked)]), ["message: INVITE, MESSAGE"]);
    let fine = "\nMESSAGE response (AS to S-CSCF)";
    assert!(noted(&[(TITLE, fine)]).is_empty());
}

#[test]
fn sentences_claim_a_message_and_its_ends() {
    let says = |sentence: &str| noted(&[(SENTENCE, sentence)]);
    let wrong = [
        (
            "S-CSCF#1 forwards the INVITE request to S-CSCF#2.",
            "reference: INVITE, MESSAGE",
        ),
        (
            "S-CSCF#1 forwards the INVITE request.",
            "reference: INVITE, MESSAGE",
        ),
        (
            "S-CSCF#1 forwards the MESSAGE response to S-CSCF#2.",
            "reference: MESSAGE response, MESSAGE request",
        ),
        (
            "S-CSCF#1 forwards the response to S-CSCF#2.",
            "reference: response, MESSAGE request",
        ),
        (
            "S-CSCF#1 sends a 200 (OK) response to S-CSCF#2.",
            "reference: 200, MESSAGE",
        ),
        (
            "The AS forwards the MESSAGE request to S-CSCF#2.",
            "sender: AS, S-CSCF",
        ),
        (
            "S-CSCF#1 forwards the MESSAGE request to the UE.",
            "receiver: UE, S-CSCF",
        ),
    ];
    for (sentence, expected) in wrong {
        assert_eq!(says(sentence), [expected], "{sentence}");
    }
    let right = [
        // To whom it goes in the end.
        "S-CSCF#1 forwards the MESSAGE request to the AS.",
        "S-CSCF#1 forwards the MESSAGE request to the UE via S-CSCF#2.",
        "S-CSCF#1 may forward the INVITE request to S-CSCF#2.",
        "S-CSCF#1 does not forward the INVITE request to S-CSCF#2.",
        // Of something else that goes another way.
        "The UE sends the INVITE request to the P-CSCF.",
        "S-CSCF#1 sends an INVITE request to the P-CSCF.",
        // The next sentence tells of the message.
        "S-CSCF#1 sends a 100 (Trying) response to S-CSCF#2. S-CSCF#1 forwards the MESSAGE request.",
    ];
    for sentence in right {
        assert!(
            says(sentence).is_empty(),
            "{sentence}: {:?}",
            says(sentence)
        );
    }
}

#[test]
fn a_misspelled_method_is_the_nearest_wherever_it_stands() {
    let title = (
        "\nMESSAGE request (S-CSCF to AS)",
        "\nMESSGAE request (S-CSCF to AS)",
    );
    assert_eq!(noted(&[title]), ["method: MESSGAE, MESSAGE"]);
    let caption = (
        "Table 7.1.1-4: MESSAGE request",
        "Table 7.1.1-4: MESSSAGE request",
    );
    assert_eq!(noted(&[caption]), ["method: MESSSAGE, MESSAGE"]);
    let sentence = (
        SENTENCE,
        "S-CSCF#1 forwards the MESAGE request to S-CSCF#2.",
    );
    assert_eq!(noted(&[sentence]), ["method: MESAGE, MESSAGE"]);
    // Where no message is printed the title is all there is.
    let steps = "1.\nSUBSCRBE request (A to B)\n2.\n200 (OK) response (B to A)\n";
    let document = Document::read(&format!("1 Flow\n{steps}"));
    let expected = [
        "1 request SUBSCRIBE: A > B",
        "2 response 200 SUBSCRIBE: B > A",
    ];
    assert_eq!(lines(&document.flows[0]), expected);
    assert_eq!(
        contradictions(&document.flows[0]),
        ["3 method: SUBSCRBE, SUBSCRIBE"]
    );
}

#[test]
fn figures_and_tables_claim_a_section() {
    let figure = ("Figure 7.1.1-1: Instant", "Figure 7.1.2-1: Instant");
    assert_eq!(noted(&[figure]), ["figure: 7.1.2-1, a figure of 7.1.1"]);
    let above = ("Figure 7.1.1-1: Instant", "Figure 7.1-1: Instant");
    assert!(noted(&[above]).is_empty());
    let table = (CAPTION, "Table 7.2.1-6: 202 (Accepted) response");
    assert_eq!(noted(&[table]), ["table: 7.2.1-6, 7.1.1-6"]);
    let title = ("in table 7.1.1-6", "in table 7.1.1-9");
    assert_eq!(noted(&[title]), ["table: 7.1.1-9, 7.1.1-6"]);
}

#[test]
fn via_names_the_sender_of_a_request_and_the_receiver_of_a_response() {
    let response = [
        (
            "\n202 (Accepted) response (S-CSCF to S-CSCF)",
            "\n202 (Accepted) response (S-CSCF to P-CSCF)",
        ),
        (
            "7: 202 (Accepted) response (S-CSCF to S-CSCF)",
            "7: 202 (Accepted) response (S-CSCF to P-CSCF)",
        ),
    ];
    assert_eq!(
        noted(&response),
        ["title: S-CSCF to P-CSCF, S-CSCF to S-CSCF"]
    );
    let request = [
        (
            "\nMESSAGE request (S-CSCF to S-CSCF)",
            "\nMESSAGE request (P-CSCF to S-CSCF)",
        ),
        (
            "MESSAGE request (S-CSCF \u{2013} S-CSCF)",
            "MESSAGE request (P-CSCF \u{2013} S-CSCF)",
        ),
        (SENTENCE, ""),
    ];
    assert_eq!(
        noted(&request),
        ["title: P-CSCF to S-CSCF, S-CSCF to S-CSCF"]
    );
}

/// Steps that were taken out of a document are told of once, where they are missing.
#[test]
fn a_long_gap_in_the_numbers_is_told_once() {
    let step = |number: usize| {
        let (from, to) = if number.is_multiple_of(2) {
            ("B", "A")
        } else {
            ("A", "B")
        };
        format!("{number}.\tOPTIONS request ({from} to {to})\n\nThe {from} asks.\n\n")
    };
    let steps: String = (1..=5).chain(30..=40).map(step).collect();
    let document = Document::read(&format!("5.1 Options\n\n{steps}"));
    let flow = &document.flows[0];
    let numbers: Vec<_> = flow
        .steps
        .iter()
        .filter_map(|step| step.number.as_deref())
        .collect();
    assert_eq!((numbers.len(), numbers[5], numbers[15]), (16, "30", "40"));
    assert_eq!(contradictions(flow), ["23 number: 30, 6"]);
}
