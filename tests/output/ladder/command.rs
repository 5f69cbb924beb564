//! The options, and where figures go.

use std::fs;

use super::scenario::Net;
use super::sip::Talk;
use super::{capture, figure, hostile, name, printed, sipscope, text};
use crate::program::forms;

const SAMPLE: &str = "samples/call.pcap";

#[test]
fn the_name_of_the_output_tells_the_form() {
    let folder = tempfile::tempdir().unwrap();
    let begins = [
        ("a.svg", "<?xml"),
        ("a.txt", "Call 1: "),
        ("a.mmd", "sequenceDiagram\n"),
        ("a.puml", "@startuml\n"),
        ("a.html", "<!DOCTYPE html>"),
    ];
    for (file, begin) in begins {
        let path = folder.path().join(file);
        let shown = printed(&["ladder", SAMPLE, "1", "-o", name(&path)]);
        assert_eq!(shown, "");
        let drawn = fs::read_to_string(&path).unwrap();
        assert!(drawn.starts_with(begin), "{file}: {drawn}");
        let again = printed(&[
            "ladder",
            SAMPLE,
            "1",
            "-f",
            match file {
                "a.svg" => "svg",
                "a.txt" => "text",
                "a.mmd" => "mermaid",
                "a.html" => "html",
                _ => "plantuml",
            },
        ]);
        assert_eq!(drawn, again);
    }
    let unknown = sipscope(&[
        "ladder",
        SAMPLE,
        "1",
        "-o",
        name(&folder.path().join("a.xyz")),
    ]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn one_of_several_calls_has_to_be_named() {
    let output = sipscope(&["ladder", SAMPLE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("2 calls are meant (1, 2)"));
    let output = sipscope(&["ladder", SAMPLE, "9"]);
    assert_eq!(output.status.code(), Some(1));
    let by_number = printed(&["ladder", SAMPLE, "2"]);
    assert_eq!(
        printed(&["ladder", SAMPLE, "--call-id", "2cb4ebe2f95244cc2"]),
        by_number
    );
    let output = sipscope(&["flows", "draw", "no-such-flow"]);
    assert_eq!(output.status.code(), Some(2));
}

/// A Call-ID shall be unique (RFC 3261 8.1.1.4), but nobody keeps strangers from using one twice.
#[test]
fn several_calls_with_a_call_id_are_told_by_their_numbers() {
    let mut net = Net::new(&["one", "two", "three", "four", "five", "six"]);
    let pairs = [
        ("one", "two", "1"),
        ("three", "four", "same"),
        ("five", "six", "same"),
    ];
    for ((from, to, call_id), at) in pairs.into_iter().zip(0..) {
        net.send(
            from,
            to,
            Talk::between(call_id, from, to).request("INVITE", 1),
            at,
        );
    }
    let file = capture(&net);
    let path = name(file.path());
    let output = sipscope(&["ladder", path, "--call-id", "same"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("2 calls are meant (2, 3)"), "{said}");
    let only = sipscope(&["ladder", path, "--call-id", "1"]);
    assert_eq!(text(&only.stderr), "");
}

#[test]
fn all_calls_are_drawn_into_a_directory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    printed(&["ladder", SAMPLE, "--all", "-o", name(&path)]);
    let index = fs::read_to_string(path.join("index.html")).unwrap();
    for file in ["call-1.svg", "call-2.svg"] {
        assert!(
            index.contains(&format!("<a href=\"{file}\">Call ")),
            "{index}"
        );
        assert!(
            fs::read_to_string(path.join(file))
                .unwrap()
                .contains("<svg ")
        );
    }
    assert_eq!(fs::read_dir(&path).unwrap().count(), 3);
}

/// Findings of one kind share a line of the legend, and are counted as they are numbered.
#[test]
fn the_index_counts_findings_as_the_figures_number_them() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = super::hostile();
    let input = name(hostile.path());
    printed(&["ladder", input, "--all", "-o", name(folder.path())]);
    let index = fs::read_to_string(folder.path().join("index.html")).unwrap();
    let counted = index.split("</td></tr>").next().unwrap();
    let (_, counted) = counted.rsplit_once("<td>").unwrap();
    let drawn = printed(&["ladder", input, "1"]);
    let mut legend = drawn.lines().filter(|line| line.starts_with('['));
    let last = legend.next_back().unwrap().split(']').next().unwrap();
    let (_, last) = last.rsplit_once(['[', '-']).unwrap();
    assert_eq!(counted, last, "{drawn}");
}

#[cfg(feature = "png")]
#[test]
fn a_picture_in_points_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = ["a.png", "b.png"].map(|file| {
        let path = folder.path().join(file);
        printed(&["ladder", SAMPLE, "1", "-o", name(&path)]);
        fs::read(&path).unwrap()
    });
    assert!(drawn[0].starts_with(b"\x89PNG\r\n\x1a\n"));
    assert!(drawn[0] == drawn[1]);
    let wrong = sipscope(&[
        "ladder",
        SAMPLE,
        "1",
        "-f",
        "png",
        "--title",
        "\u{1b}]]><svg",
    ]);
    assert!(wrong.status.success(), "{}", text(&wrong.stderr));
}

/// The heads of a figure of the sample, from left to right.
fn heads(arguments: &[&str]) -> Vec<String> {
    let all = [&["ladder", SAMPLE, "1", "-f", "ascii"], arguments].concat();
    let drawn = figure(&printed(&all));
    let first = drawn.lines().next().unwrap();
    first.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn columns_are_ordered_hidden_merged_and_split() {
    let all = ["10.64.0.1", "10.0.0.1", "10.0.0.2", "10.128.0.1"];
    assert_eq!(heads(&[]), all);
    assert_eq!(heads(&["--by", "host"]), all);
    let with_ports = all.map(|address| format!("{address}:5060"));
    assert_eq!(heads(&["--by", "address", "--width", "120"]), with_ports);
    assert_eq!(
        heads(&["--columns", "10.128.0.1,10.0.0.2,10.0.0.1"]),
        ["10.128.0.1", "10.0.0.2", "10.0.0.1", "10.64.0.1"]
    );
    // The media still go to the other end.
    assert_eq!(
        heads(&["--hide", "10.0.0.2"]),
        ["10.64.0.1", "10.0.0.1", "10.128.0.1"]
    );
    assert_eq!(
        heads(&["--merge", "10.0.0.1,10.0.0.2"]),
        ["10.64.0.1", "10.0.0.1", "+", "10.0.0.2", "10.128.0.1"]
    );
    let wrong = [["--header", "a b"], ["--only-methods", ""]];
    for wrong in wrong {
        let output = sipscope(&[&["ladder", SAMPLE, "1"], &wrong[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    let output = sipscope(&["ladder", SAMPLE, "1", "--hide", "nobody"]);
    assert!(output.status.success());
    assert_eq!(
        text(&output.stderr),
        "sipscope: no column is called nobody: --columns, --hide and --merge take the names at the heads of the columns\n"
    );
    let hidden = printed(&["ladder", SAMPLE, "1", "--hide", "10.0.0.2"]);
    // 100, 180, 200 and the requests of two hops: 14 messages.
    assert!(
        hidden.contains("Not drawn, of hidden columns: 14."),
        "{hidden}"
    );
}

#[test]
fn methods_headers_times_and_numbers_are_chosen() {
    let byes = printed(&[
        "ladder",
        SAMPLE,
        "1",
        "-f",
        "ascii",
        "--only-methods",
        "BYE",
        "--header",
        "max-forwards",
        "--numbering",
        "messages",
        "--time",
        "previous",
    ]);
    let lines: Vec<_> = byes.lines().map(|line| line.replace('|', " ")).collect();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for expected in [
        "37 0.000 BYE",
        "max-forwards: 70",
        "max-forwards: 68",
        "42 0.002 200 OK",
    ] {
        assert!(
            lines.iter().any(|line| line == expected),
            "{expected}: {byes}"
        );
    }
    assert!(byes.contains("Not drawn, of other methods: 15."), "{byes}");
    let none = printed(&[
        "ladder",
        SAMPLE,
        "1",
        "--numbering",
        "none",
        "--time",
        "absolute",
    ]);
    assert!(none.contains("22:13:20.000"), "{none}");
    assert!(none.contains("Times are of the day, in UTC."), "{none}");
    let titled = printed(&["ladder", SAMPLE, "1", "--title", "A \u{1b}[31mtitle"]);
    assert!(titled.starts_with("A \\u{1b}[31mtitle\n"), "{titled}");
}

#[test]
fn what_a_message_contains_stays_text_in_every_form() {
    let file = hostile();
    for form in forms(&["ladder"]) {
        let drawn = printed(&[
            "ladder",
            name(file.path()),
            "-f",
            &form,
            "--header",
            "X-Evil",
            "--header",
            "Request-URI",
        ]);
        let control = |one: char| (one.is_control() && one != '\n') || one == '\u{202e}';
        assert!(!drawn.contains(control), "{form}: {drawn}");
        if form == "ascii" {
            assert!(drawn.is_ascii());
        }
        let bad: &[&str] = match form.as_str() {
            "svg" => &["<script", "<img", "</text><"],
            "mermaid" => &["<script", "<img", "%%{"],
            "plantuml" => &["<script", "<img", "!include", "%%"],
            _ => &[],
        };
        for bad in bad {
            assert!(!drawn.contains(bad), "{form} {bad}: {drawn}");
        }
    }
    // A semicolon ends a statement, and a number sign begins an entity.
    let mermaid = printed(&["ladder", name(file.path()), "-f", "mermaid"]);
    let pieces = mermaid.split('#').skip(1);
    let behind = pieces.map(|piece| piece.split_once(';').unwrap());
    for (number, rest) in behind {
        assert!(number.parse::<u32>().is_ok(), "{number}: {mermaid}");
        assert!(!rest.contains(';'), "{rest}: {mermaid}");
    }
    let plantuml = printed(&["ladder", name(file.path()), "-f", "plantuml"]);
    assert_eq!(plantuml.matches("@enduml").count(), 1);
}

#[test]
fn one_name_alone_cannot_be_merged() {
    for names in ["10.0.0.1", "10.0.0.1,", "10.0.0.1,10.0.0.1", ""] {
        let output = sipscope(&["ladder", SAMPLE, "1", "--merge", names]);
        assert_eq!(output.status.code(), Some(2), "{names}");
        assert!(
            text(&output.stderr).contains("two columns or more"),
            "{names}"
        );
    }
}

/// `title` with nothing behind it is no line of PlantUML.
#[test]
fn a_blank_title_is_none() {
    for (form, begin) in [("plantuml", "title"), ("mermaid", "    title")] {
        let drawn = printed(&["ladder", SAMPLE, "1", "-f", form, "--title", "  "]);
        assert!(
            !drawn.lines().any(|line| line.starts_with(begin)),
            "{drawn}"
        );
    }
}

/// Like arrows, media whose one end is hidden are not drawn.
#[test]
fn media_to_a_hidden_column_are_left_out() {
    let all = printed(&["ladder", SAMPLE, "1"]);
    assert!(all.contains(" audio "), "{all}");
    for end in ["10.128.0.1", "10.64.0.1"] {
        let hidden = printed(&["ladder", SAMPLE, "1", "--hide", end]);
        assert!(!hidden.contains(" audio "), "{hidden}");
    }
}

/// A dialog of so many requests that thirty sheets of A4 are not enough.
#[test]
fn a_figure_that_is_too_high_for_one_picture_is_several() {
    let mut net = Net::new(&["uac", "uas"]);
    for number in 1..=700u32 {
        let talk = Talk::new("long").request("MESSAGE", number);
        let sent = net.send("uac", "uas", talk, i64::from(number) * 1_000_000);
        net.reply(&sent, 200, "b", i64::from(number) * 1_000_000 + 1000);
    }
    let file = capture(&net);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.svg");
    let arguments = [
        "ladder",
        name(file.path()),
        "--no-findings",
        "--paper",
        "a4",
        "-f",
        "svg",
    ];
    let output = sipscope(&[&arguments[..], &["-o", name(&path)]].concat());
    assert!(output.status.success());
    let mut files: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["long-1.svg", "long-2.svg"]);
    let said = text(&output.stderr);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains("long-1.svg to ") && said.contains("long-2.svg"),
        "{said}"
    );
    let mut sheets = Vec::new();
    let mut messages = 0;
    for file in files {
        let drawn = fs::read_to_string(folder.path().join(file)).unwrap();
        let (_, height) = drawn.split_once(" height=\"").unwrap();
        let height: f64 = height.split("mm").next().unwrap().parse().unwrap();
        assert!(height / 25.4 * 96.0 <= 32_767.0, "{height}");
        let (_, view) = drawn.split_once(" viewBox=\"").unwrap();
        let view: Vec<usize> = view
            .split('"')
            .next()
            .unwrap()
            .split(' ')
            .map(|one| one.parse().unwrap())
            .collect();
        for text in drawn.split("<text ").skip(1) {
            let (_, y) = text.split_once(" y=\"").unwrap();
            let y: usize = y.split('"').next().unwrap().parse().unwrap();
            assert!((view[1]..view[1] + view[3]).contains(&y), "{text}");
        }
        messages += drawn.matches("\nMESSAGE\n</text>").count();
        let numbers = drawn.lines().filter_map(|line| line.split_once(" of "));
        sheets.extend(numbers.filter_map(|(sheet, _)| sheet.parse::<usize>().ok()));
    }
    assert_eq!(messages, 700);
    let all: Vec<_> = (1..=sheets.len()).collect();
    assert!(sheets == all && all.len() > 29, "{sheets:?}");
    let piped = sipscope(&arguments);
    assert_eq!(piped.status.code(), Some(2));
    assert!(piped.stdout.is_empty() && text(&piped.stderr).contains("--output"));
    // Of a directory of calls, the index leads to each.
    let out = folder.path().join("out");
    printed(&[&arguments[..], &["--all", "-o", name(&out)]].concat());
    let index = fs::read_to_string(out.join("index.html")).unwrap();
    assert!(
        index.contains("<a href=\"call-1-1.svg\">Call 1: "),
        "{index}"
    );
    assert!(index.contains("<a href=\"call-1-2.svg\">2</a>"), "{index}");
}
