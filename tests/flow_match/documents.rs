//! Documents differ from the flows that they describe where their texts are wrong, and nowhere else.

use std::path::Path;

use sipscope::flow::{Conclusion, templates};

use crate::played::matched_in;

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
        // without Contact and without the route, and a Route has a space in its URI.
        (
            "001_",
            "ims-presence-subscribe",
            vec![
                ("6", "Via"),
                ("9", "Via"),
                ("13", "Contact"),
                ("13", "Record-Route"),
                ("20", "Route"),
            ],
        ),
        // Watcher and presentity change places in both answers.
        (
            "003_",
            "presence-six-messages",
            vec![("F2", "From"), ("F4", "From")],
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
