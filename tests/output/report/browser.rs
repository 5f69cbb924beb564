//! The page in a browser: Chromium shows it and prints what it made of it. Where Chromium is not installed, that is said.

use super::{SCRIPT, hostile, name, printed, report, subscribed};
use crate::chromium::Browser;

#[test]
fn calls_are_listed_filtered_and_sorted() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let path = browser.put(&report(&["samples/call.pcap"]));
    let all = browser.show(&path, "");
    assert_eq!(all.title(), "Calls - SIP report");
    assert!(all.has("2 of 2 calls"), "{}", all.view());
    assert_eq!(all.complaints, [""; 0]);
    let place = |view: &str, number: u8| view.find(&format!("href=\"#/call/{number}\"")).unwrap();
    assert!(place(all.view(), 1) < place(all.view(), 2));
    let sorted = browser.show(&path, "#/calls?sort=-from");
    assert!(place(sorted.view(), 2) < place(sorted.view(), 1));
    let filtered = browser.show(&path, "#/calls?find=2CB4EBE2+answered");
    assert!(filtered.has("1 of 2 calls"));
    assert!(filtered.has("href=\"#/call/2\"") && !filtered.has("href=\"#/call/1\""));
    assert!(
        browser
            .show(&path, "#/calls?findings=any")
            .has("0 of 2 calls")
    );
}

/// A clock of the day begins anew at midnight; the list of calls does not.
#[test]
fn calls_are_sorted_by_time_and_not_by_its_text() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let entry = |time: &str, call: &str| {
        format!(
            "{time}#\nUDP 192.0.2.1:5060 -> 192.0.2.2:5060\nOPTIONS sip:b@example.com SIP/2.0\n\
             Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{call}\nMax-Forwards: 70\n\
             From: <sip:a@example.com>;tag={call}\nTo: <sip:b@example.com>\nCall-ID: {call}\n\
             CSeq: 1 OPTIONS\nContent-Length: 0\n\n"
        )
    };
    let log = tempfile::NamedTempFile::new().unwrap();
    let times = [("23:59:00.008", "one"), ("00:00:30.008", "two")];
    let entries = times.map(|(time, call)| entry(time, call)).concat();
    std::fs::write(&log, format!("baresip is ready.\n{entries}")).unwrap();
    let path = browser.put(&report(&[name(log.path())]));
    let place = |view: &str, number: u8| view.find(&format!("href=\"#/call/{number}\"")).unwrap();
    let sorted = browser.show(&path, "#/calls?sort=time");
    assert!(sorted.has("00:00:30.008+1d"), "{}", sorted.view());
    assert!(place(sorted.view(), 1) < place(sorted.view(), 2));
    let turned = browser.show(&path, "#/calls?sort=-time");
    assert!(place(turned.view(), 2) < place(turned.view(), 1));
    let read = browser.show(&path, "#/capture");
    assert!(
        read.has("23:59:00.008 to 00:00:30.008+1d"),
        "{}",
        read.view()
    );
}

#[test]
fn a_call_is_opened_with_its_ladder_and_a_message() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let path = browser.put(&report(&["samples/call.pcap"]));
    let call = browser.show(&path, "#/call/1/3");
    assert_eq!(call.complaints, [""; 0]);
    assert_eq!(call.view().matches("data-message=").count(), 21);
    for text in [
        "<h2>Message 3</h2>",
        "10.0.0.1:5060 \u{2192} 10.0.0.2:5060",
        "<ins>Max-Forwards: 69</ins>",
        "<del>Max-Forwards: 70</del>",
        "<ins>Record-Route: &lt;sip:10.0.0.1:5060;lr&gt;</ins>",
        "<del>Route: &lt;sip:10.0.0.1:5060;lr&gt;</del>",
        "<span>CSeq: 1 INVITE</span>",
        "audio AMR-WB",
    ] {
        assert!(call.has(text), "{text}: {}", call.view());
    }
    let capture = browser.show(&path, "#/capture");
    assert!(capture.has("83 records = 42 SIP + 41 other + 0 undecodable (adds up)"));
}

/// A page of one call or of a flow begins with it, and has no other views.
#[test]
fn a_page_of_one_figure_shows_it_at_once() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let page = printed(&["ladder", "samples/call.pcap", "2", "-f", "html"]);
    let path = browser.put(&page);
    let call = browser.show(&path, "");
    assert_eq!(call.complaints, [""; 0]);
    assert_eq!(call.view().matches("data-message=").count(), 21);
    assert!(call.has("<h2>Message 7</h2>"), "{}", call.view());
    assert!(call.page.contains("<header hidden"));
    assert!(browser.show(&path, "#/call/2/8").has("<h2>Message 8</h2>"));

    let page = printed(&["flows", "draw", "rfc3665-session", "-f", "html"]);
    let flow = browser.show(&browser.put(&page), "");
    assert_eq!(flow.complaints, [""; 0]);
    assert!(
        flow.has("<b>alt</b><span>[otherwise]</span>"),
        "{}",
        flow.view()
    );
    assert_eq!(flow.view().matches("class=\"fragment\"").count(), 2);
    assert!(flow.has(">F6</span>") && !flow.has("data-message"));
}

/// Refreshes are folded, and a click without any script unfolds them.
#[test]
fn what_is_folded_is_in_the_page_and_opens() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let capture = subscribed();
    let path = browser.put(&printed(&["ladder", name(capture.path()), "-f", "html"]));
    let closed = browser.show(&path, "");
    assert_eq!(closed.complaints, [""; 0]);
    assert!(
        closed.has("<details class=\"row\" role=\"listitem\"><summary"),
        "{}",
        closed.view()
    );
    assert_eq!(closed.view().matches("data-message=").count(), 10);
    // Whoever asks for one of them sees it.
    let open = browser.show(&path, "#/call/1/9");
    assert!(
        open.has("<details class=\"row\" role=\"listitem\" open=\"\">"),
        "{}",
        open.view()
    );
}

#[test]
fn a_call_that_is_not_drawn_says_so() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let path = browser.put(&report(&["samples/call.pcap", "--draw", "1"]));
    let list = browser.show(&path, "");
    assert!(list.has("Drawn are 1 of 2 calls"), "{}", list.view());
    assert!(list.has("2 of 2 calls") && list.has("href=\"#/call/2\""));
    let call = browser.show(&path, "#/call/2");
    assert_eq!(call.complaints, [""; 0]);
    assert!(call.has("This one is listed only"), "{}", call.view());
    assert!(call.has("sipscope ladder FILE... 2 -o call-2.html"));
    assert!(browser.show(&path, "#/call/1").has("<h2>Message 1</h2>"));
}

#[test]
fn a_finding_is_shown_with_its_place_and_explained() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let path = browser.put(&report(&["samples/documents/numbered-steps.txt"]));
    let list = browser.show(&path, "#/calls?rule=DLG04");
    assert!(list.has("1 of 1 call<"), "{}", list.view());
    let call = browser.show(&path, "#/call/1/finding/3");
    assert_eq!(call.complaints, [""; 0]);
    assert!(call.has("DLG04 identity-changed-by-proxy"));
    let marked = "To: <mark title=\"finding 3\">&lt;sip:bob@west.example;user=phone&gt;</mark>";
    assert!(call.has(marked), "{}", call.view());
    let rule = browser.show(&path, "#/rules/DLG04");
    assert!(rule.has("RFC 3261 16.6") && rule.has("Why it matters"));
}

/// Not in a list, not in a message, and not in the name of an input.
#[test]
fn nothing_hides_or_turns_text_around_on_the_page() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ev\u{202e}il\u{1b}[31m.log");
    let message = "22:00:00.008#\nUDP 192.0.2.1:5060 -> 192.0.2.2:5060\nOPTIONS sip:b@example.com SIP/2.0\n\
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nMax-Forwards: 70\n\
        From: <sip:\u{202e}live\u{202c}x@example.com>;tag=1\nTo: \"\u{200b}b\u{feff}\" <sip:b\u{200d}@example.com>\n\
        Call-ID: \u{2066}1\nCSeq: 1 OPTIONS\nSubject: \u{9b}\u{e0041}\u{2028}\u{1b}[2J\nContent-Length: 0\n\n";
    std::fs::write(&path, format!("baresip is ready.\n{message}")).unwrap();
    let path = browser.put(&report(&[name(&path)]));
    let is_shown = |one: char| {
        let hides =
            ('\u{200b}'..='\u{206f}').contains(&one) || ('\u{e0000}'..='\u{e007f}').contains(&one);
        matches!(one, '\n' | '\t') || !one.is_control() && !hides && one != '\u{feff}'
    };
    for place in ["", "#/call/1", "#/call/1/1", "#/capture", "#/rules"] {
        let shown = browser.show(&path, place);
        let hidden: Vec<_> = shown.view().chars().filter(|one| !is_shown(*one)).collect();
        assert_eq!(hidden, [], "{place} {}", shown.view());
        assert!(shown.title().chars().all(is_shown), "{}", shown.title());
    }
    let list = browser.show(&path, "");
    assert!(
        list.has("sip:\\u{202e}live\\u{202c}x@example.com"),
        "{}",
        list.view()
    );
    assert!(list.has("ev\\u{202e}il\\u{1b}[31m.log"), "{}", list.view());
}

/// The counterpart shows that a script that runs would be seen here, and that the policy keeps it from running.
#[test]
fn no_script_runs_from_a_message() {
    let Some(browser) = Browser::find() else {
        return;
    };
    let page = report(&[name(hostile().path())]);
    let path = browser.put(&page);
    for place in ["", "#/call/1", "#/call/1/2"] {
        let shown = browser.show(&path, place);
        assert!(!shown.ran(), "{place}");
        assert_eq!(shown.complaints, [""; 0], "{place}");
        assert!(!shown.has("<script") && !shown.has("<img"), "{place}");
    }
    let shown = browser.show(&path, "#/call/1/1");
    assert!(
        shown.has("X-Image: &lt;img src=x onerror="),
        "{}",
        shown.view()
    );

    let injected = page.replace("</body>", &format!("{SCRIPT}</body>"));
    let shown = browser.show(&browser.put(&injected), "");
    assert!(!shown.ran());
    assert_eq!(shown.complaints.len(), 1, "{:?}", shown.complaints);
    let (before, policy) = injected.split_once("default-src").unwrap();
    let (_, behind) = policy.split_once("trusted-types\"").unwrap();
    let open = format!("{before}\"{behind}");
    assert!(browser.show(&browser.put(&open), "").ran());
}
