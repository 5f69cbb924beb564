//! Small figures in every form, as they were looked at and found right. With SIPSCOPE_WRITE_SAMPLES set they are written anew;
//! whoever does that looks at each of them again.

use std::fs;
use std::path::Path;

use super::printed;
use crate::program::forms;
use crate::support::kept;

const CALL: [&str; 5] = ["ladder", "samples/call.pcap", "1", "--only-methods", "BYE"];
const FLOW: [&str; 3] = ["flows", "draw", "rfc3665-session"];
/// Networks around columns, heads of two lines, bodies.
const NETWORKS: [&str; 3] = ["flows", "draw", "ims-presence-notify"];
/// Marks and what they stand for.
const FOUND: [&str; 3] = ["ladder", "samples/documents/numbered-steps.txt", "1"];
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/output/ladder/drawn");
    let pages = forms(&["ladder"]);
    let mut figures = pages.clone();
    figures.retain(|form| form != "html");
    let documents = ["markdown", "html"].map(str::to_owned);
    let all = [
        ("call", &CALL[..], &pages[..]),
        ("flow", &FLOW[..], &pages[..]),
        ("networks", &NETWORKS[..], &figures[..]),
        ("found", &FOUND[..], &figures[..]),
        ("document", &DOCUMENT[..], &documents[..]),
    ];
    for (name, command, forms) in all {
        for form in forms {
            let drawn = printed(&[command, &["-f", form]].concat());
            let ending = match form.as_str() {
                "html" if name != "document" => "data",
                "text" => "txt",
                "mermaid" => "mmd",
                "plantuml" => "puml",
                "markdown" => "md",
                form => form,
            };
            let drawn = match ending {
                "data" => data(&drawn),
                _ => drawn,
            };
            let path = folder.join(format!("{name}.{ending}"));
            kept::hold(&path, drawn);
        }
    }
}

/// No picture asks for anything that is not in it: what it refers to is a place in it, or a picture that was drawn beside it.
#[test]
fn pictures_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut pictures = Vec::new();
    for (name, command) in [
        ("flow", &["flows", "draw", "ims-registration"][..]),
        ("call", &["ladder", "--all", "samples/call.pcap"]),
        (
            "document",
            &["ladder", "--all", "samples/documents/numbered-steps.txt"],
        ),
        (
            "paper",
            &[
                "ladder",
                "--all",
                "samples/flows/ims-session-preconditions.pcapng",
                "--paper",
                "a4",
            ],
        ),
    ] {
        let inside = folder.path().join(name);
        let single = folder.path().join("flow.svg");
        let output = if name == "flow" { &single } else { &inside };
        printed(&[command, &["-f", "svg", "-o", output.to_str().unwrap()]].concat());
        match fs::read_dir(&inside) {
            Ok(files) => pictures.extend(files.map(|file| file.unwrap().path())),
            Err(_) => pictures.push(single),
        }
    }
    pictures.retain(|path| path.extension().is_some_and(|ending| ending == "svg"));
    assert!(pictures.len() >= 4, "{pictures:?}");
    for path in pictures {
        let drawn = fs::read_to_string(&path).unwrap();
        for word in ["<image", "@import", "@font-face", "<foreignObject", "src="] {
            assert!(!drawn.contains(word), "{} has {word}", path.display());
        }
        for (word, inside) in [("href=\"", "#"), ("url(", "#")] {
            for target in drawn.split(word).skip(1) {
                let name = target.split(['"', ')', '#']).next().unwrap();
                let beside = !name.is_empty() && path.with_file_name(name).is_file();
                let is_own = target.starts_with(inside) || beside;
                assert!(is_own, "{} refers to {name}", path.display());
            }
        }
    }
}

/// As large as the picture that it is drawn of, at two points a unit; ink where its texts stand, and none where nothing does.
#[cfg(feature = "png")]
#[test]
fn a_picture_in_points_has_ink_where_the_svg_has_texts() {
    use resvg::tiny_skia::Pixmap;
    let svg = printed(&[&FLOW[..], &["-f", "svg"]].concat());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.png");
    printed(&[&FLOW[..], &["-o", path.to_str().unwrap()]].concat());
    let points = Pixmap::decode_png(&fs::read(&path).unwrap()).unwrap();
    let number = |text: &str, name: &str| -> u32 {
        let (_, value) = text.split_once(&format!(" {name}=\"")).unwrap();
        value.split('"').next().unwrap().parse().unwrap()
    };
    let (_, head) = svg.split_once("<svg ").unwrap();
    let (head, _) = head.split_once('>').unwrap();
    let head = format!(" {head}");
    let size = (number(&head, "width"), number(&head, "height"));
    assert_eq!((points.width(), points.height()), (2 * size.0, 2 * size.1));
    // Dark points around a place, in units of the SVG.
    let ink = |x: u32, y: u32, height: u32| {
        let rows = (y - height) * 2..y * 2;
        let all = rows.flat_map(|row| (x * 2 - 20..x * 2 + 20).map(move |column| (column, row)));
        let dark = |(column, row)| points.pixel(column, row).unwrap().red() < 160;
        all.filter(|at| dark(*at)).count()
    };
    let mut texts = 0;
    for text in svg.split("<text ").skip(1) {
        let (attributes, rest) = text.split_once('>').unwrap();
        let attributes = format!(" {attributes}");
        let said = rest.split('<').next().unwrap().trim();
        if attributes.contains("\"middle\"") && said.len() > 4 {
            let (x, y) = (number(&attributes, "x"), number(&attributes, "y"));
            assert!(ink(x, y, 9) > 60, "{said}: {}", ink(x, y, 9));
            texts += 1;
        }
    }
    assert!(texts > 5);
    // The margins are blank.
    assert_eq!(ink(12, size.1 - 2, 10), 0);
    assert_eq!(ink(size.0 - 12, 12, 10), 0);
}
