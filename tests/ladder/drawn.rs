//! Small figures in every form, as they were looked at and found right. With SIPSCOPE_WRITE_SAMPLES set they are written anew;
//! whoever does that looks at each of them again.

use std::fs;
use std::path::Path;

use super::printed;

const CALL: [&str; 5] = ["ladder", "samples/call.pcap", "1", "--only-methods", "BYE"];
const FLOW: [&str; 3] = ["flows", "draw", "rfc3665-session"];
const DOCUMENT: [&str; 3] = ["document", "samples/documents/rfc-registration.txt", "1"];

/// What a page holds; its script and its style are the same for all.
fn data(page: &str) -> String {
    let mut data: Vec<_> = page
        .lines()
        .filter_map(|line| line.split_once("<script type=\"application/json\" "))
        .map(|(_, data)| data)
        .collect();
    data.push("");
    data.join("\n")
}

#[test]
fn figures_are_those_that_were_found_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ladder/drawn");
    let documents = [("markdown", "md"), ("html", "html")];
    let all = [
        ("call", &CALL[..], &FORMS[..]),
        ("flow", &FLOW[..], &FORMS[..]),
        ("document", &DOCUMENT[..], &documents[..]),
    ];
    for (name, command, forms) in all {
        for (form, ending) in forms {
            let drawn = printed(&[command, &["-f", form]].concat());
            let drawn = match *ending {
                "data" => data(&drawn),
                _ => drawn,
            };
            let path = folder.join(format!("{name}.{ending}"));
            if std::env::var_os("SIPSCOPE_WRITE_SAMPLES").is_some() {
                fs::write(&path, &drawn).unwrap();
            }
            let right = fs::read_to_string(&path).unwrap();
            assert!(drawn == right, "{} is other than:\n{drawn}", path.display());
        }
    }
}

const FORMS: [(&str, &str); 6] = [
    ("svg", "svg"),
    ("text", "txt"),
    ("ascii", "ascii"),
    ("mermaid", "mmd"),
    ("plantuml", "puml"),
    ("html", "data"),
];
