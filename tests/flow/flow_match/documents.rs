//! Documents differ from the flows that they describe where their texts are wrong, and nowhere else.

use std::path::Path;

use sipscope::flow::{Conclusion, templates};

use crate::flow_match::played::matched_in;

#[test]
fn documents_have_the_faults_of_their_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/documents");
    if !folder.is_dir() {
        // Straight to standard error: what a test prints is not shown when it passes.
        let said = format!(
            "no documents in {}: nothing was checked\n",
            folder.display()
        );
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
        return;
    }
    let known = templates();
    for (begin, id, expected) in [
        // The Via of the last answer has its protocol twice.
        ("000_", "ims-presence-notify", vec![("8", "Via")]),
        // The I-CSCF and the S-CSCF behind it answer 100 to another branch of S-CSCF#1 than it sent. The presence server accepts
        // without Contact and without the route. A Route has a space in its URI, and the last NOTIFY no Via.
        (
            "001_",
            "ims-presence-subscribe",
            vec![
                ("6", "Via"),
                ("9", "Via"),
                ("13", "Contact"),
                ("13", "Record-Route"),
                ("20", "Route"),
                ("21", "Via"),
            ],
        ),
        // Watcher and presentity change places in both answers.
        (
            "003_",
            "presence-six-messages",
            vec![("F2", "To"), ("F2", "From"), ("F4", "To"), ("F4", "From")],
        ),
    ] {
        let files = std::fs::read_dir(&folder).unwrap();
        let mut files = files.map(|file| file.unwrap().path());
        let is = |path: &std::path::PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(begin))
        };
        let found = matched_in(&files.find(is).unwrap(), &known);
        let ids: Vec<_> = found.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, [id], "{begin}");
        let differences: Vec<_> = found[0]
            .differences()
            .into_iter()
            .map(|(number, one)| (number.to_owned(), one.what.clone()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(number, what)| (number.to_owned(), what.to_owned()))
            .collect();
        assert_eq!(differences, expected, "{begin}");
        let fails = found[0].conclusion == Conclusion::Fail;
        assert_eq!(fails, !expected.is_empty(), "{begin}");
    }
}

/// The flows that a document tells without messages: title in the document, template, and step with what differs.
#[test]
fn told_flows_have_the_faults_of_their_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/documents");
    if !folder.is_dir() {
        let said = format!(
            "no documents in {}: nothing was checked\n",
            folder.display()
        );
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
        return;
    }
    type Told = (
        &'static str,
        &'static str,
        Vec<(&'static str, &'static str)>,
    );
    let documents: [(&str, Vec<Told>); 3] = [
        (
            "002_",
            vec![
                ("2.1", "presence-publish", vec![]),
                // The last of five steps is printed as 1.
                ("2.2", "presence-expiry", vec![("5", "number")]),
                ("2.3", "presence-fetch", vec![]),
                ("2.4", "presence-publish-refused", vec![]),
                ("2.5", "presence-polite-blocking", vec![]),
                ("2.6", "presence-reactive-authorization", vec![]),
            ],
        ),
        (
            "003_",
            vec![
                ("Figure 3.2", "presence-outgoing-subscribe", vec![]),
                ("Figure 3.3", "presence-incoming-subscribe", vec![]),
                ("Figure 3.4", "presence-incoming-notify", vec![]),
                // "as seen in step (10)"; after step 4 comes step 5.
                (
                    "Figure 3.5",
                    "presence-update-edge-server",
                    vec![("5", "number")],
                ),
                // "steps (5), (6), (7) and (8) are taken before step (4)", where the figure before has 3-1 to 3-4.
                (
                    "Figure 3.6",
                    "presence-update-presence-server",
                    vec![
                        ("3-1", "number"),
                        ("3-2", "number"),
                        ("3-3", "number"),
                        ("3-4", "number"),
                    ],
                ),
            ],
        ),
        ("004_", vec![("D.X", "poc-registration", vec![])]),
    ];
    for (begin, expected) in documents {
        let mut files = std::fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap());
        let file = files.find(|file| file.file_name().to_string_lossy().starts_with(begin));
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(["flows", "match", "-q", "--format", "json"])
            .arg(file.unwrap().path())
            .output()
            .unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let flows = json["flows"].as_array().unwrap().iter();
        let told = flows.filter(|flow| !flow["document_flow"].is_null());
        let found: Vec<_> = told
            .map(|flow| {
                let mut differences = Vec::new();
                for step in flow["steps"].as_array().unwrap() {
                    for one in step["deviations"].as_array().unwrap() {
                        differences.push((text(&step["number"]), text(&one["what"])));
                    }
                    assert_ne!(step["verdict"], "missing", "{begin} {step}");
                }
                let verdict = if differences.is_empty() {
                    "pass"
                } else {
                    "fail"
                };
                assert_eq!(flow["verdict"], verdict, "{begin}");
                (text(&flow["document_flow"]), text(&flow["id"]), differences)
            })
            .collect();
        let owned = |(flow, id, differences): Told| {
            let differences = differences.into_iter();
            let differences = differences.map(|(step, what)| (step.to_owned(), what.to_owned()));
            (
                flow.to_owned(),
                id.to_owned(),
                differences.collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            found,
            expected.into_iter().map(owned).collect::<Vec<_>>(),
            "{begin}"
        );
    }
}
