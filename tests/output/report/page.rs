//! The page as it is written.

use serde_json::Value;

use super::{both, hostile, name, printed, report};

const SAMPLE: &str = "samples/call.pcap";

/// The data with this name.
fn data(page: &str, name: &str) -> Value {
    let begin = format!("<script type=\"application/json\" id=\"{name}\">");
    let (_, data) = page.split_once(&begin).unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    serde_json::from_str(data).unwrap()
}

/// The lines of a message of a call, as they are shown.
fn lines(call: &Value, number: u64) -> Vec<String> {
    let messages = call["sheet"]["messages"].as_array().unwrap();
    let message = messages.iter().find(|one| one["number"] == number).unwrap();
    let lines = message["lines"].as_array().unwrap().iter();
    let text = |line: &Value| call["sheet"]["lines"][line.as_u64().unwrap() as usize].clone();
    lines
        .map(|line| text(line).as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_call_and_every_message_is_embedded_once() {
    let page = report(&[SAMPLE]);
    let calls = data(&page, "calls");
    assert_eq!(calls.as_array().unwrap().len(), 2);
    let facts = data(&page, "facts");
    assert_eq!(facts["sightings"], 42);
    assert_eq!(facts["requests"]["INVITE"], 6);
    let accounting = &facts["accounting"];
    assert_eq!(accounting["records"], 83);
    assert_eq!(accounting["adds_up"], true);
    for call in ["call-1", "call-2"] {
        let call = data(&page, call);
        assert_eq!(call["sheet"]["messages"].as_array().unwrap().len(), 21);
        assert_eq!(call["ladder"]["columns"].as_array().unwrap().len(), 4);
    }
    let first = data(&page, "call-1");
    let invite = lines(&first, 3);
    assert!(
        invite.contains(&"Max-Forwards: 69".to_owned()),
        "{invite:?}"
    );
    // What is the same in message 1, which came in, is the same line.
    let messages = first["sheet"]["messages"].as_array().unwrap();
    let passed_on = messages.iter().find(|one| one["number"] == 3).unwrap();
    assert_eq!(passed_on["came_as"], 1);
    assert_eq!(passed_on["place"], "call.pcap record 3");
    let notes = passed_on["notes"].as_array().unwrap();
    assert!(
        notes.contains(&"Changed: Max-Forwards.".into()),
        "{notes:?}"
    );
    let all = first["sheet"]["lines"].as_array().unwrap();
    let call_ids = all
        .iter()
        .filter(|line| *line == "Call-ID: c8aea04dd66f980e1");
    assert_eq!(call_ids.count(), 1);
}

#[test]
fn a_finding_names_the_part_of_the_line_that_proves_it() {
    let page = report(&["samples/documents/numbered-steps.txt"]);
    let calls = data(&page, "calls");
    let call = data(&page, &format!("call-{}", calls[0]["number"]));
    let findings = call["sheet"]["findings"].as_array().unwrap();
    let changed = findings.iter().find(|one| one["rule"] == "DLG04").unwrap();
    let place = &changed["places"][0];
    let number = |key: &str| place[key].as_u64().unwrap();
    let line = lines(&call, number("message"))[number("line") as usize].clone();
    let marked = &line[number("start") as usize..number("end") as usize];
    assert_eq!(marked, "<sip:bob@west.example;user=phone>");
    assert_eq!(line, format!("To: {marked}"));
    let rules = data(&page, "rules");
    let mut rules = rules.as_array().unwrap().iter();
    let rule = rules.find(|one| one["code"] == "DLG04").unwrap();
    assert_eq!(
        (rule["fail"].clone(), rule["severity"].clone()),
        (1.into(), "error".into())
    );
}

/// One call with what `ladder` was asked for; nothing of the other.
#[test]
fn a_page_of_one_call_shows_it_as_its_ladder_was_asked_for() {
    let page = printed(&[
        "ladder",
        SAMPLE,
        "1",
        "-f",
        "html",
        "--only-methods",
        "BYE",
        "--header",
        "Max-Forwards",
    ]);
    assert!(page.contains("id=\"call-1\"") && !page.contains("id=\"call-2\""));
    assert!(!page.contains("id=\"facts\"") && !page.contains("id=\"flow\""));
    let calls = data(&page, "calls");
    assert_eq!(calls.as_array().unwrap().len(), 1);
    let call = data(&page, "call-1");
    // All messages are there, those of other methods only below the ladder.
    assert_eq!(call["sheet"]["messages"].as_array().unwrap().len(), 21);
    let rows = call["ladder"]["rows"].as_array().unwrap();
    let arrows: Vec<_> = rows.iter().filter(|row| row["from"].is_u64()).collect();
    assert_eq!(arrows.len(), 6);
    assert_eq!(
        (&arrows[0]["number"], &arrows[0]["message"]),
        (&"37".into(), &37.into())
    );
    assert_eq!(arrows[0]["small"][0], "Max-Forwards: 70");
}

#[test]
fn a_page_of_a_flow_holds_nothing_else() {
    let page = printed(&["flows", "draw", "rfc3665-session", "-f", "html"]);
    // The flow and the script.
    assert_eq!(page.matches("<script").count(), 2);
    let flow = data(&page, "flow");
    assert_eq!(flow["columns"].as_array().unwrap().len(), 2);
    let edges = flow["rows"].as_array().unwrap().iter();
    let edges: Vec<_> = edges.filter_map(|row| row["edge"].as_str()).collect();
    assert_eq!(edges, ["opt", "end", "alt", "or", "end"]);
}

/// The call with findings is drawn, the two of the capture are listed; that is said in the page and by the program.
#[test]
fn where_calls_are_many_the_worst_are_drawn_and_all_are_listed() {
    let inputs = [SAMPLE, "samples/documents/numbered-steps.txt"];
    let (page, said) = both(&[&["report", "--draw", "1"], &inputs[..]].concat());
    let calls = data(&page, "calls");
    let drawn = |row: &Value| row["drawn"].as_bool().unwrap();
    let calls = calls.as_array().unwrap();
    assert_eq!(calls.len(), 3);
    for call in calls {
        let errors = call["errors"].as_u64().unwrap() > 0;
        assert_eq!(drawn(call), errors);
        assert_eq!(
            page.contains(&format!("id=\"call-{}\"", call["number"])),
            errors
        );
    }
    assert!(said.contains("1 of 3 calls are drawn"), "{said}");
    let (page, said) = both(&[&["report"], &inputs[..]].concat());
    assert_eq!(page.matches("id=\"call-").count(), 3);
    assert!(!said.contains("are drawn"), "{said}");
}

#[test]
fn filters_choose_the_calls() {
    let page = report(&[SAMPLE, "--call-id", "2cb4ebe2f95244cc2"]);
    let calls = data(&page, "calls");
    assert_eq!(calls.as_array().unwrap().len(), 1);
    assert_eq!(calls[0]["number"], 2);
    assert!(page.contains("id=\"call-2\"") && !page.contains("id=\"call-1\""));
}

#[test]
fn the_page_is_the_same_whatever_the_threads_and_refers_to_nothing() {
    let page = report(&[SAMPLE, "--threads", "1"]);
    assert_eq!(page, report(&[SAMPLE, "--threads", "2"]));
    for outside in ["http://", "https://", "//cdn", "@import", "url(", " src="] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn nothing_of_a_message_is_markup() {
    let capture = hostile();
    let page = report(&[name(capture.path())]);
    let hidden =
        |one: char| (one.is_control() && one != '\n') || ('\u{2028}'..='\u{202e}').contains(&one);
    assert!(!page.contains(hidden));
    // Facts, rules, texts, calls and one call are data; then there is the script.
    assert_eq!(page.matches("<script").count(), 6);
    assert_eq!(page.matches("</script>").count(), 6);
    assert!(!page.contains("<!--") && !page.contains("<img"));
    let call = data(&page, "call-1");
    let invite = lines(&call, 1);
    let shown = "X-Evil: </script><script>document.documentElement.id='run'</script><!-- \\u{2028}\\u{202e} \\u{1b}[2J";
    assert!(invite.contains(&shown.to_owned()), "{invite:?}");
}
