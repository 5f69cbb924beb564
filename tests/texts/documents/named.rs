//! What sentences around the steps of a document name: figures, and actors by other names than the titles have.

use sipscope::source::document::{Document, Flow};

/// A document with one flow, in which these lines stand in front of the steps, and this one behind the title of the second.
fn flow(in_front: &str, sentence: &str) -> Flow {
    flow_with(in_front, sentence, "S-CSCF#2", "")
}

/// The same; somebody validates the profile in the third step, and more steps may stand in front of the last one.
fn flow_with(in_front: &str, sentence: &str, who: &str, more: &str) -> Flow {
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
    let last = if more.is_empty() { 4 } else { 5 };
    let text = format!(
        "6.1 Watcher subscribes\n\n{in_front}\n\n\
         1.\nSUBSCRIBE request (UE to S-CSCF)\n\n{first}\n\
         2.\nSUBSCRIBE request (S-CSCF to S-CSCF)\n\n{sentence}\n\n{second}\n\
         3.\nEvaluation of initial filter criteria\n\n{who} validates the service profile.\n\n\
         {more}{last}.\nSUBSCRIBE request (S-CSCF to PS)\n\n{third}\n"
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
    let apart = actors("It is sent on.");
    assert_eq!(apart.len(), 4, "{apart:?}");
}

/// Who does something between what scscf2 receives and what it sends is scscf2, whatever the sentence calls it.
#[test]
fn who_acts_between_what_it_receives_and_what_it_sends_is_known() {
    for name in ["S-CSCF#2", "S-CSCF", "The S-CSCF"] {
        let flow = flow_with("", "It is sent on.", name, "");
        let [came, acts, sent] = [1, 2, 3].map(|step: usize| &flow.steps[step]);
        assert!(came.to.is_some() && came.to == sent.from);
        assert_eq!(acts.from, came.to, "{name}: {:?}", flow.actors);
        assert_eq!(flow.actors.len(), 4, "{name}");
    }
    // Another one than acts.
    let other = flow_with("", "It is sent on.", "The I-CSCF", "");
    assert_eq!(other.actors.len(), 5);
    // Nothing says which of the two it is: it stands in front of what neither sends.
    let request =
        "SUBSCRIBE sip:b@home2.net SIP/2.0\nVia: SIP/2.0/UDP ue.home1.net;branch=z9hG4bK2\n";
    let between = format!("4.\nSUBSCRIBE request (UE to PS)\n\n{request}\n");
    let apart = flow_with("", "It is sent on.", "The S-CSCF", &between);
    assert_eq!(apart.actors.len(), 5, "{:?}", apart.actors);
}
