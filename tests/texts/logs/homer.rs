//! JSON of Homer: everything.

use crate::logs::traffic::{
    Read, Sent, UNKNOWN, all, analyze_at_most, check, check_text, read, read_text,
};
use serde_json::json;
use sipscope::source::TextOptions;

fn object(sent: &Sent) -> String {
    let line = String::from_utf8(sent.written("homer", sent.source)).unwrap();
    line.trim_end().to_owned()
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let expected: Vec<Read> = traffic.iter().map(Sent::exact).collect();
    let objects: Vec<String> = traffic.iter().map(object).collect();
    let lines = objects.join("\n") + "\n";
    check("homer.json", "homer", lines.as_bytes(), &expected);
    for (before, after) in [
        ("{\"keys\":[\"a\"],\"data\":[", "],\"total\":42}"),
        (
            "{\"data\":{\"calldata\":[{\"id\":1}],\"messages\":[",
            "],\"x\":{}}}",
        ),
        ("[", "]"),
    ] {
        let text = format!("{before}{}{after}", objects.join(","));
        check_text(text.as_bytes(), &expected);
    }
}

#[test]
fn the_names_of_version_5_are_known() {
    let sent = &all()[0];
    let object = json!({
        "micro_ts": (sent.nanos / 1000).to_string(),
        "source_ip": sent.source.ip().to_string(),
        "source_port": sent.source.port().to_string(),
        "destination_ip": sent.destination.ip().to_string(),
        "destination_port": sent.destination.port().to_string(),
        "proto": "1",
        "msg": sent.text(),
    });
    let statistics = json!({"source_ip": "192.0.2.1", "msg": "{\"jitter\":3}"});
    let text = json!({"data": [object, statistics]}).to_string();
    let expected = Read {
        transport: UNKNOWN,
        ..sent.exact()
    };
    check_text(text.as_bytes(), &[expected]);
}

/// What a server answers is one line, however long it gets.
#[test]
fn a_line_that_is_too_long_to_be_taken_at_once_is_read_in_pieces() {
    // More than is looked at to recognise a format.
    let mut traffic = vec![all(); 10].concat();
    traffic.sort_by_key(|sent| sent.nanos);
    let expected: Vec<Read> = traffic.iter().map(Sent::exact).collect();
    let objects: Vec<String> = traffic.iter().map(object).collect();
    let text = format!("{{\"data\":[{}]}}\n", objects.join(","));
    for longest in [64, 5000] {
        let mut intake = analyze_at_most(text.as_bytes(), longest);
        assert_eq!(read(&mut intake), expected, "{longest} bytes at once");
        assert_eq!(
            intake.anomalies.iter().count(),
            0,
            "{longest} bytes at once"
        );
        let mut sightings = intake.sightings.iter();
        assert!(sightings.all(|sighting| sighting.records()[0].number == 1));
    }
}

/// As many as lost their ends cost one message each.
#[test]
fn objects_that_lost_their_ends_swallow_no_other() {
    let traffic = all();
    let objects = traffic.iter().map(object).enumerate();
    let damaged = objects.map(|(number, mut object)| {
        if number % 3 == 1 {
            object.pop();
        }
        object
    });
    let text = format!("{{\"data\":[{}]}}\n", damaged.collect::<Vec<_>>().join(","));
    let found = read_text(text.as_bytes(), TextOptions::default());
    let found: Vec<String> = found.into_iter().map(|read| read.message).collect();
    let whole = traffic
        .iter()
        .enumerate()
        .filter(|(number, _)| number % 3 != 1);
    let whole: Vec<String> = whole.map(|(_, sent)| sent.text()).collect();
    assert_eq!(found, whole);
}

/// On a single line no line end tells where a string or an object ends that lost its mark.
#[test]
fn a_lost_mark_loses_no_other_object() {
    let traffic = all();
    let expected: Vec<String> = traffic.iter().map(Sent::text).collect();
    let objects: Vec<String> = traffic.iter().map(object).collect();
    for mark in ['"', '{', '}', ':', ','] {
        let around = objects[2].find("\"raw\"").unwrap();
        let places = objects[2][..around].match_indices(mark);
        for (at, _) in places {
            let mut damaged = objects.clone();
            damaged[2].remove(at);
            let text = format!("{{\"data\":[{}]}}", damaged.join(","));
            let found = read_text(text.as_bytes(), TextOptions::default());
            let mut found: Vec<String> = found.into_iter().map(|read| read.message).collect();
            found.retain(|message| *message != expected[2]);
            let others = [&expected[..2], &expected[3..]].concat();
            assert_eq!(found, others, "without {mark} at {at} of {}", objects[2]);
        }
    }
}
