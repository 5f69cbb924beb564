//! JSON of Homer: everything.

use crate::traffic::{Read, Sent, UNKNOWN, all, check, check_text, read_text};
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
