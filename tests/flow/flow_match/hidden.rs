//! What fails is told, whatever else is not known of the flow.

use std::path::Path;

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::details::only;
use crate::flow_match::played::{
    SECOND, cseq, edit, field, flow, matched_in, matched_kept, place, played,
};

/// A BYE of the caller in the place of an ACK.
fn bye(ack: &Event, after: &Event) -> Event {
    let mut bye = ack.clone();
    let number = cseq(&bye);
    edit(&mut bye, "ACK sip:", "BYE sip:");
    let line = format!("CSeq: {} BYE", number + 1);
    edit(&mut bye, &format!("CSeq: {number} ACK"), &line);
    edit(&mut bye, "branch=z9hG4bK", "branch=z9hG4bKbye");
    bye.time = after.time + SECOND;
    bye
}

/// The callee hangs up, which is refused; then the caller does, and nobody answers: or the other way round.
#[test]
fn a_bye_that_was_refused_is_not_in_place_of_one_that_nobody_answered() {
    let template = flow("rfc3665-session");
    let mut events = played(&template);
    let at = |number: &str| place(&template, &played(&template), number);
    let refused = at("F6");
    edit(
        &mut events[refused],
        "SIP/2.0 200 OK",
        "SIP/2.0 500 Server Internal Error",
    );
    let own = bye(&events[at("F4")], &events[refused]);
    events.push(own.clone());
    let found = only(&template, &events);
    assert_eq!(found.told(), [("F6", "status")]);
    assert_eq!((found.conclusion, found.extra), (Conclusion::Fail, 1));

    // Nobody answers the callee, and the caller is refused.
    let mut answer = events.remove(refused);
    let via = field(&answer, "Via");
    edit(&mut answer, &via, &field(&own, "Via"));
    for (name, of) in [("From", "From"), ("To", "To"), ("CSeq", "CSeq")] {
        let before = field(&answer, name);
        edit(&mut answer, &before, &field(&own, of));
    }
    std::mem::swap(&mut answer.source, &mut answer.destination);
    answer.time = own.time + SECOND / 10;
    events.push(answer);
    let found = only(&template, &events);
    assert_eq!(found.told(), [("C6", "status")]);
    assert_eq!((found.conclusion, found.extra), (Conclusion::Fail, 1));
}

#[test]
fn a_real_call_that_ends_so_fails() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures");
    if !folder.is_dir() {
        let said = format!("no captures in {}: nothing was checked\n", folder.display());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
        return;
    }
    let found = matched_in(&folder.join("goff_private-test-sip-2.pcapng"), &templates());
    let calls = found.iter().filter(|one| one.id == "rfc3665-session");
    let told: Vec<_> = calls
        .map(|one| (one.conclusion, one.fate("F6").name()))
        .collect();
    assert_eq!(told, [(Conclusion::Fail, "deviates")]);
}

/// A message that breaks off is none in front of it.
#[test]
fn what_failed_before_a_message_breaks_off_is_told() {
    let template = flow("rfc3665-session");
    let known = std::slice::from_ref(&template);
    let clean = played(&template);
    let at = |number: &str| place(&template, &clean, number);
    // The first of what was captured that breaks off.
    let cut = |events: &[Event], number: &str| {
        let cut = at(number);
        let text = std::str::from_utf8(&events[cut].bytes).unwrap();
        // Behind the headers of IP and UDP all but the end of the header section.
        let most = 28 + text.find("\r\n\r\n").unwrap();
        let mut found = matched_kept(
            events,
            known,
            |event| if event == cut { most } else { 9999 },
        );
        assert_eq!(found.len(), 1);
        found.remove(0)
    };
    let mut wrong = clean.clone();
    let changed = &mut wrong[at("F3")];
    let from = field(changed, "From");
    edit(changed, &from, &format!("{from}x"));
    for (number, conclusion) in [
        ("F6", Conclusion::Fail),
        ("F5", Conclusion::Fail),
        ("F3", Conclusion::Inconclusive),
        ("F1", Conclusion::Inconclusive),
    ] {
        let found = cut(&clean, number);
        assert_eq!(found.conclusion, Conclusion::Inconclusive, "{number}");
        let found = cut(&wrong, number);
        assert_eq!(found.conclusion, conclusion, "{number}: {found:?}");
    }
    // What is behind one that was seen in front of it is missing; what is not may be that one.
    let mut short = clean.clone();
    short.remove(at("F4"));
    for (number, fate) in [("F5", Fate::Missing), ("F4", Fate::NotCaptured)] {
        // The ACK is not there any more: the one behind it has its number.
        assert_eq!(cut(&short, number).fate("F4"), &fate, "{number}");
    }
}
