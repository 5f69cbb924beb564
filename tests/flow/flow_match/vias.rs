//! Who passes a request on puts its own Via in front and leaves the others as they are (RFC 3261 16.6 step 8): a difference is told at that
//! request, and not once more where answers or the next ones have the right list.

use sipscope::flow::Conclusion;
use sipscope::flow::synthesis::Event;

use crate::flow_match::details::only;
use crate::flow_match::played::{edit, flow, place, played};

/// The lines of the Via entries of a message, the topmost first.
fn vias(event: &Event) -> Vec<String> {
    let text = String::from_utf8(event.bytes.clone()).unwrap();
    let lines = text.split("\r\n").filter(|line| line.starts_with("Via: "));
    lines.map(str::to_owned).collect()
}

/// What is told of a flow whose message has another lowest Via, or none.
fn told(id: &str, number: &str, change: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let template = flow(id);
    let mut events = played(&template);
    let at = place(&template, &events, number);
    let lowest = vias(&events[at]).pop().unwrap() + "\r\n";
    edit(&mut events[at], &lowest, &change(&lowest));
    let found = only(&template, &events);
    let told = found.told().into_iter();
    told.map(|(step, what)| (step.to_owned(), what.to_owned()))
        .collect()
}

#[test]
fn what_is_below_the_own_entry_stays() {
    for (id, numbers) in [
        (
            "rfc3665-two-proxies",
            &["F5", "F7", "F16", "F17", "F19", "F20"][..],
        ),
        ("ims-registration", &["2", "5", "13", "16"]),
    ] {
        for number in numbers {
            let expected = [((*number).to_owned(), "Via".to_owned())];
            let branch = |line: &str| line.replace("branch=z9hG4bK", "branch=z9hG4bKq");
            assert_eq!(told(id, number, branch), expected, "{id} {number}: branch");
            let gone = |_: &str| String::new();
            assert_eq!(told(id, number, gone), expected, "{id} {number}: gone");
        }
    }
}

/// A network that hides who is behind it gives each request its own list (3GPP TS 24.229 5.10.4), and finds the way back by itself.
#[test]
fn who_takes_all_entries_off_may() {
    let template = flow("rfc3665-two-proxies");
    let mut events = played(&template);
    for number in ["F5", "F7", "F8", "F9", "F10", "F12", "F13", "F16", "F17"] {
        let at = place(&template, &events, number);
        let lowest = vias(&events[at]).pop().unwrap() + "\r\n";
        edit(&mut events[at], &lowest, "");
    }
    let found = only(&template, &events);
    assert_eq!(
        (found.told(), found.conclusion),
        (Vec::new(), Conclusion::Pass)
    );
}
