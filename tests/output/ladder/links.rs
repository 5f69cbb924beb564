//! Links in figures: each leads to a place that is there, in the file that it names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::scenario::Net;
use super::sip::Talk;
use super::{capture, name, printed, sipscope, text};

/// Many requests between two, each a second after the one before; some without the Max-Forwards that they need.
fn long(requests: u32, faulty: &[u32]) -> Net {
    let mut net = Net::new(&["uac", "uas"]);
    for number in 1..=requests {
        let mut message = Talk::new("long").request("MESSAGE", number);
        if faulty.contains(&number) {
            message.max_forwards = None;
        }
        let at = i64::from(number) * 1000;
        let sent = net.send("uac", "uas", message, at);
        net.reply(&sent, 200, "b", at + 1);
    }
    net
}

/// What stands between two texts, each time.
fn between<'t>(all: &'t str, begin: &str, end: &str) -> Vec<&'t str> {
    let parts = all.split(begin).skip(1);
    parts.map(|part| part.split(end).next().unwrap()).collect()
}

/// A name as it stands in a link (RFC 3986 2.1).
fn decoded(href: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = href.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                u8::from_str_radix(digits, 16).unwrap()
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// All links of each file by its name: the file and the part that each leads to, all of which have to be there.
fn links(folder: &Path) -> BTreeMap<String, Vec<(String, String)>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    });
    let files: BTreeMap<_, _> = files.collect();
    let links = files.iter().map(|(name, source)| {
        let links = between(source, " href=\"", "\"").into_iter().map(|href| {
            let (file, part) = href.split_once('#').unwrap_or((href, ""));
            let file = match file {
                "" => name.clone(),
                other => decoded(other),
            };
            let there = &files[&file];
            assert!(
                part.is_empty() || there.contains(&format!(" id=\"{part}\"")),
                "{name}: {href}"
            );
            (file, part.to_owned())
        });
        (name.clone(), links.collect())
    });
    links.collect()
}

/// The findings are told in the last of the pictures, wherever their arrows are; the name of the files has signs that mean something
/// in links.
#[test]
fn links_lead_from_picture_to_picture() {
    let net = long(700, &[2, 699]);
    let file = capture(&net);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b#50%?.svg");
    printed(&[
        "ladder",
        name(file.path()),
        "--paper",
        "a4",
        "-o",
        name(&path),
    ]);
    let links = links(folder.path());
    let [first, second] = ["a b#50%?-1.svg", "a b#50%?-2.svg"];
    let names: Vec<_> = links.keys().collect();
    assert_eq!(names, [first, second]);
    let kinds = |from: &str, to: &str| {
        let links = links[from].iter().filter(|(file, _)| file == to);
        let mut kinds: Vec<_> = links
            .map(|(_, part)| part.splitn(3, '-').nth(2).unwrap_or_default())
            .collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(kinds(first, first), [""; 0]);
    assert_eq!(kinds(first, second), ["", "finding-1"]);
    assert_eq!(kinds(second, first), ["", "mark-1"]);
    assert_eq!(kinds(second, second), ["finding-1"]);
    let shown = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(shown(first).contains("continued in picture 2 of 2"));
    assert!(shown(second).contains("continued from picture 1 of 2"));
}

/// Without pages it is one picture, which browsers show and other programs do not; that is said.
#[test]
fn a_picture_that_is_too_high_for_some_programs_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("high.svg");
    for (requests, said) in [(400, false), (600, true)] {
        let file = capture(&long(requests, &[]));
        let output = sipscope(&[
            "ladder",
            name(file.path()),
            "--no-findings",
            "-o",
            name(&path),
        ]);
        assert!(output.status.success());
        let source = fs::read_to_string(&path).unwrap();
        let height: u32 = between(&source, " height=\"", "\"")[0].parse().unwrap();
        assert_eq!(height > 32_767, said, "{height}");
        let error = text(&output.stderr);
        assert_eq!(error.contains("high.svg is "), said, "{error}");
        assert_eq!(
            error.contains(&format!(" by {height} points")),
            said,
            "{error}"
        );
        assert_eq!(error.contains("--paper"), said, "{error}");
    }
}

/// In the document of a call each arrow leads to its step and each step to its arrow, also one that is only sent again.
#[test]
fn arrows_lead_to_their_steps_and_back() {
    let mut net = Net::new(&["uac", "uas"]);
    let sent = net.send("uac", "uas", Talk::new("again").request("MESSAGE", 1), 0);
    net.again(&sent, 500);
    net.reply(&sent, 200, "b", 600);
    let file = capture(&net);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.html");
    printed(&[
        "document",
        name(file.path()),
        "--no-findings",
        "-o",
        name(&path),
    ]);
    let links = &links(folder.path())["call.html"];
    let parts: Vec<_> = links.iter().map(|(_, part)| part.as_str()).collect();
    assert_eq!(parts, ["step-1", "step-3", "arrow-1", "arrow-1", "arrow-3"]);
}
