//! What the list of formats says that each knows, held against the samples.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What the list of formats says of one: time, addresses, transport, message.
fn said(formats: &Value, format: &str) -> [String; 4] {
    let mut rows = formats["formats"].as_array().unwrap().iter();
    let row = rows.find(|row| row["name"] == format).unwrap();
    ["time", "addresses", "transport", "message"].map(|key| row[key].as_str().unwrap().to_owned())
}

fn messages(path: &Path) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["messages", "--quiet", "--format", "json"])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

/// What is known of a time, and with how many digits.
fn known(message: &Value) -> (String, Option<usize>) {
    let relative = &message["relative_time"];
    let (basis, time) = match (message["time"].as_str(), relative["basis"].as_str()) {
        (Some(time), _) => ("absolute", time),
        (None, Some(basis)) => (basis, relative["time_of_day"].as_str().unwrap()),
        (None, None) => return ("none".to_owned(), None),
    };
    let fraction = time.trim_end_matches('Z').split_once('.');
    (
        basis.to_owned(),
        Some(fraction.map_or(0, |(_, digits)| digits.len())),
    )
}

#[test]
fn the_list_tells_what_the_samples_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["formats", "--format", "json"])
        .output()
        .unwrap();
    let list = serde_json::from_slice(&list.stdout).unwrap();
    // Asterisk has two lines in the list, and this one is of the second.
    let of_another_line = "asterisk_full_pjsip.log";
    let summary = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["summary", "--quiet", "--format", "json"])
        .args(["samples/logs", "samples/call.hep"].map(|path| root.join(path)))
        .output()
        .unwrap();
    let summary: Value = serde_json::from_slice(&summary.stdout).unwrap();
    for input in summary["inputs"].as_array().unwrap() {
        let path = Path::new(input["path"].as_str().unwrap());
        let name = path.file_name().unwrap().to_str().unwrap();
        let format = input["format"].as_str().unwrap();
        // Any text knows what it says, each another thing.
        if format == "text" || name == of_another_line {
            continue;
        }
        let [time, addresses, transport, text] = said(&list, format);
        // What stands behind is of other versions of the writer.
        let time = time.split(';').next().unwrap();
        let all = messages(path);
        assert!(!all.is_empty(), "{name}");
        for message in &all {
            let (basis, digits) = known(message);
            let expected = [
                ("none", "none"),
                ("time of day", "time of day only"),
                ("no year", "without year"),
                ("no zone", "without zone"),
            ];
            let expected = expected.iter().find(|(words, _)| time.contains(words));
            if !time.starts_with("as its") {
                assert_eq!(
                    basis,
                    expected.map_or("absolute", |(_, basis)| basis),
                    "{name}"
                );
            }
            let word = time.split([' ', ',']).next().unwrap();
            let precision = match word {
                "microseconds" => Some(6),
                "milliseconds" => Some(3),
                "seconds" => Some(0),
                _ => digits,
            };
            assert_eq!(digits, precision, "{name}: {message}");

            let ends = [&message["from"], &message["to"]];
            let own = ends.iter().filter(|end| end.as_str() == Some(name)).count();
            let unknown = ends.iter().filter(|end| end.is_null()).count();
            let of_words = match addresses.split(',').next().unwrap() {
                "both" => (0, 0),
                "peer" => (1, 0),
                "none" => (1, 1),
                other => panic!("{other}"),
            };
            assert_eq!((own, unknown), of_words, "{name}: {message}");

            let is_known = message["transport"] != "unknown";
            match transport.split(',').next().unwrap() {
                "yes" => assert!(is_known, "{name}"),
                "no" => assert!(!is_known, "{name}"),
                _ => {}
            }
            let spoiled = message["spoiled"].as_array().cloned().unwrap_or_default();
            let lost = |what: &str| spoiled.iter().any(|spoiled| spoiled == what);
            if text.starts_with("exact") && !text.contains("restored from a console") {
                assert!(
                    !lost("line ends") && !lost("white space"),
                    "{name}: {message}"
                );
            } else if text.starts_with("line ends") {
                assert!(lost("line ends"), "{name}: {message}");
            } else if text.starts_with("escapes") {
                assert!(
                    lost("white space") && !lost("line ends"),
                    "{name}: {message}"
                );
            }
        }
    }
}
