//! What sentences around the steps of a document name: figures, and actors by other names than the titles have.

use sipscope::source::document::{Document, Flow};

/// A document with one flow, in which these lines stand in front of the steps, and this one behind the title of the second.
fn flow(in_front: &str, sentence: &str) -> Flow {
    let message = |host: &str, next: &str| {
        format!(
            "SUBSCRIBE sip:b@home2.net SIP/2.0\nVia: SIP/2.0/UDP {host};branch=z9hG4bK1\n\
             Route: <sip:{next};lr>\nContent-Length: 0\n"
        )
    };
    let [first, second, third] = [
        message("ue.home1.net", "scscf1.home1.net"),
        message("scscf1.home1.net", "scscf2.home2.net"),
        message("scscf2.home2.net", "ps.home2.net"),
    ];
    let text = format!(
        "6.1 Watcher subscribes\n\n{in_front}\n\n\
         1.\nSUBSCRIBE request (UE to S-CSCF)\n\n{first}\n\
         2.\nSUBSCRIBE request (S-CSCF to S-CSCF)\n\n{sentence}\n\n{second}\n\
         3.\nEvaluation of initial filter criteria\n\nS-CSCF#2 validates the service profile.\n\n\
         4.\nSUBSCRIBE request (S-CSCF to PS)\n\n{third}\n"
    );
    let mut flows = Document::read(&text).flows;
    assert_eq!(flows.len(), 1);
    flows.remove(0)
}

#[test]
fn a_sentence_about_a_figure_is_no_caption() {
    let caption = "Figure 6.1-1: Watcher subscription (successful)";
    for sentence in [
        "Figure 6.1-1 shows the flow. The details follow:",
        "Figure 6.1-1 illustrates the flow",
        "Figure 6.1-1 in detail:",
    ] {
        let flow = flow(&format!("{caption}\n\n{sentence}"), "It is sent on.");
        let captions: Vec<_> = flow.figures.iter().map(|figure| &figure.text[..]).collect();
        assert_eq!(captions, [caption], "{sentence}");
    }
}

#[test]
fn who_is_sent_it_is_known_by_that_name() {
    let actors = |sentence: &str| -> Vec<String> {
        let flow = flow("", sentence);
        flow.actors.iter().map(|actor| actor.name.clone()).collect()
    };
    assert_eq!(
        actors("S-CSCF#1 sends it to S-CSCF#2."),
        ["UE", "S-CSCF#1", "S-CSCF#2", "PS"]
    );
    // Nothing says which of the two it is.
    let apart = actors("It is sent on.");
    assert_eq!(apart.len(), 5, "{apart:?}");
}
