//! Every screen as it was looked at and found right, on a small terminal and on a large one. With SIPSCOPE_WRITE_SAMPLES set they are
//! written anew; whoever does that looks at each of them again. A `>` in front stands for what is selected.

use std::fs;
use std::path::Path;

use super::Opened;
use crate::support::kept;

const CALL: &str = "samples/call.pcap";
const FOUND: &str = "samples/documents/numbered-steps.txt";
const PRESENCE: &str = "samples/flows/ims-presence-subscribe.pcapng";

/// A screen: what it is called, what it is opened over, and the keys that lead to it.
const SCREENS: [(&str, &str, &str); 30] = [
    ("calls", CALL, ""),
    ("calls-sorted", CALL, ">>>z"),
    ("calls-filtered", CALL, "F00002"),
    ("calls-marked", CALL, "  "),
    ("calls-columns", CALL, "tjj jjjjj q"),
    ("columns", CALL, "tjj "),
    ("calls-found", FOUND, ""),
    ("ladder", CALL, "\njj"),
    ("ladder-times", CALL, "\ntG"),
    ("ladder-found", FOUND, "\n>"),
    ("ladder-together", CALL, "  x"),
    ("message", CALL, ":message 5\nG"),
    ("message-xml", PRESENCE, ":message 17\nG"),
    ("message-raw", CALL, ":message 5\nr"),
    ("diff", CALL, ":hop 2\n"),
    ("compared", CALL, "\n jjjjjjj "),
    ("findings", FOUND, "aj"),
    ("findings-by-call", FOUND, "ajjb"),
    ("finding", FOUND, "a/message 4\n\n"),
    ("rule", FOUND, "a\n"),
    ("inputs", PRESENCE, "i"),
    ("flows", CALL, "D/F4\n"),
    ("nodes", PRESENCE, "n"),
    ("node", CALL, "nj\n"),
    ("node-renamed", CALL, "nje"),
    ("save-calls", CALL, "S"),
    ("save-ladder", CALL, "\nS"),
    ("save-lines", CALL, "iS"),
    ("help", CALL, "?"),
    ("help-ladder", CALL, "\n?"),
];
const SIZES: [(u16, u16); 2] = [(80, 24), (200, 60)];

#[test]
fn screens_are_those_that_were_found_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/output/browse/pictures");
    for (name, input, keys) in SCREENS {
        for (width, height) in SIZES {
            let mut opened = Opened::of(&[input], width, height);
            opened.draw();
            opened.keys(keys);
            let path = folder.join(format!("{name}.{width}x{height}.txt"));
            kept::hold(&path, opened.pictured());
        }
    }
    let pictures = fs::read_dir(folder).unwrap().count();
    assert_eq!(
        pictures,
        SCREENS.len() * SIZES.len(),
        "pictures of no screen"
    );
}

#[test]
fn no_terminal_is_too_small() {
    let sizes = [
        (0, 0),
        (1, 1),
        (1, 24),
        (80, 1),
        (2, 2),
        (5, 3),
        (40, 10),
        (79, 23),
    ];
    for (name, input, keys) in SCREENS {
        let mut opened = Opened::of(&[input], 80, 24);
        opened.draw();
        opened.keys(keys);
        let whole = selected_and_lines(&opened.pictured());
        for (width, height) in sizes {
            opened.terminal.backend_mut().resize(width, height);
            let seen = opened.seen();
            let is_bad = |one: char| one != '\n' && one.is_control();
            assert!(!seen.contains(is_bad), "{name} {width}x{height}");
        }
        // The same is selected, and the screen is as full as before.
        opened.terminal.backend_mut().resize(80, 24);
        let again = selected_and_lines(&opened.pictured());
        assert_eq!(again, whole, "{name}");
    }
}

/// What the README shows is what is seen.
#[test]
fn the_readme_shows_parts_of_these_screens() {
    let pictures = fs::read_dir("tests/output/browse/pictures").unwrap();
    let pictures = pictures.map(|file| {
        let picture = fs::read_to_string(file.unwrap().path()).unwrap();
        let lines = picture
            .lines()
            .map(|line| line.get(1..).unwrap_or_default());
        lines.fold(String::new(), |all, line| all + line + "\n")
    });
    let pictures: Vec<_> = pictures.collect();
    let readme = fs::read_to_string("README.md").unwrap();
    let (_, section) = readme
        .split_once("## The interface in the terminal\n")
        .unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let shown: Vec<_> = section.split("```").skip(1).step_by(2).collect();
    assert_eq!(shown.len(), 8, "{section}");
    for part in shown {
        let part = part.strip_prefix("text\n").unwrap();
        let is_seen = pictures.iter().any(|picture| picture.contains(part));
        assert!(is_seen, "on no screen:\n{part}");
    }
}

fn selected_and_lines(pictured: &str) -> (Vec<String>, usize) {
    let selected = pictured.lines().filter(|line| line.starts_with('>'));
    let lines = pictured.lines().filter(|line| !line.is_empty());
    (selected.map(str::to_owned).collect(), lines.count())
}
