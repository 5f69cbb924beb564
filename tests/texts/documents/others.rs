//! Documents of others, if they are there, against a page that lists their flows, steps and effective header fields.

use std::fs;
use std::path::{Path, PathBuf};

use sipscope::sip::METHODS;
use sipscope::source::document::{Document, Flow, Step};

use super::shown::actor;
use super::table::{Row, quoted, rows};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let named = std::env::var_os("SIPSCOPE_DOCUMENTS").map_or(folder, PathBuf::from);
    let there = named.join("FLOWS.md").is_file();
    if !there {
        // Straight to standard error: what a test prints is not shown when it passes.
        let said = format!("no documents in {}: nothing was checked\n", named.display());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
    }
    there.then_some(named)
}

fn document(folder: &Path, number: &str) -> Document {
    Document::read(&text(folder, number))
}

fn text(folder: &Path, number: &str) -> String {
    let mut files = fs::read_dir(folder.join("documents")).unwrap();
    let file = files.find_map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name()?.to_str()?.to_owned();
        name.starts_with(number).then_some(path)
    });
    fs::read_to_string(file.unwrap()).unwrap()
}

/// The parts of the page: `F001-1` and its text.
fn parts(folder: &Path) -> Vec<(String, String)> {
    let page = fs::read_to_string(folder.join("FLOWS.md")).unwrap();
    let parts = page.split("\n## F").skip(1).map(|part| {
        let end = part.find("\n# ").unwrap_or(part.len());
        let id = part.split_whitespace().next().unwrap();
        (format!("F{id}"), part[..end].to_owned())
    });
    parts.collect()
}

/// How the program calls the flows of the page.
const FLOWS: [(&str, &str); 15] = [
    ("F000-1", "6.3.2.1"),
    ("F001-1", "6.1.1"),
    ("F002-1", "2.1"),
    ("F002-2", "2.2"),
    ("F002-3", "2.3"),
    ("F002-4", "2.4"),
    ("F002-5", "2.5"),
    ("F002-6", "2.6"),
    ("F003-1", "Figure 3.7"),
    ("F003-2", "Figure 3.2"),
    ("F003-3", "Figure 3.3"),
    ("F003-4", "Figure 3.4"),
    ("F003-5", "Figure 3.5"),
    ("F003-6", "Figure 3.6"),
    ("F004-1", "D.X"),
];

#[test]
fn the_documents_hold_these_flows_and_no_others() {
    let Some(folder) = folder() else { return };
    for number in ["000", "001", "002", "003", "004"] {
        let document = document(&folder, number);
        let mut found: Vec<_> = document.flows.iter().map(|flow| flow.id.as_str()).collect();
        let prefix = format!("F{number}");
        let listed = FLOWS.iter().filter(|(name, _)| name.starts_with(&prefix));
        let mut listed: Vec<_> = listed.map(|(_, id)| *id).collect();
        found.sort_unstable();
        listed.sort_unstable();
        assert_eq!(found, listed);
    }
    let page = fs::read_to_string(folder.join("FLOWS.md")).unwrap();
    let (_, list) = page.split_once("### Headings of 001").unwrap();
    let list = list.lines().skip(1).take_while(|line| !line.is_empty());
    let listed: Vec<_> = list
        .map(|line| {
            // `- 6.4 The title (a remark of the page)`
            let heading = line.trim_start_matches("- ");
            let remark = heading.rfind(" (").filter(|_| heading.ends_with(')'));
            plain(&heading[..remark.unwrap_or(heading.len())])
        })
        .collect();
    let document = document(&folder, "001");
    let found: Vec<_> = document
        .announced
        .iter()
        .map(|heading| plain(&format!("{} {}", heading.number, heading.title)))
        .collect();
    assert_eq!((found.len(), found), (8, listed));
}

/// `6.3.2.1 Successful notification`, and how much of everything: the first table of the page.
#[test]
fn flows_have_the_titles_and_sizes_of_the_page() {
    let Some(folder) = folder() else { return };
    let page = fs::read_to_string(folder.join("FLOWS.md")).unwrap();
    let table: Vec<_> = rows(&page)
        .into_iter()
        .filter(|row| row.contains_key("flow id"))
        .collect();
    assert_eq!(table.len(), FLOWS.len());
    for (row, (name, id)) in table.iter().zip(FLOWS) {
        assert_eq!(row["flow id"], name);
        let document = document(&folder, &name[1..4]);
        let flow = super::shown::flow(&document, id);
        let titled = plain(&format!("{} {}", flow.id, flow.title));
        assert_eq!(titled, plain(&row["title"]), "{name}");
        let sip = flow.steps.iter().filter(|step| step.kind.is_sip());
        let full = sip.clone().filter(|step| step.message.is_some());
        let found = [flow.steps.len(), sip.clone().count(), full.count()];
        // `8 arrows: F1..F6 + 2 non-SIP`, `5 (last one printed as "1.")`, `2 (3, 9)`
        let columns = ["steps", "SIP message steps", "full example messages"];
        let listed = columns.map(|column| first_number(&row[column]));
        // Parts of steps are counted one by one there.
        assert_eq!(found, listed, "{name}: steps, SIP messages, examples");
        let actors = &row["actors"];
        if actors.starts_with(|first: char| first.is_ascii_digit()) {
            // `3 (+XDMS)`: one more that only one step names; the presentity of another is only implied.
            let more = usize::from(actors.contains("(+XDMS)"));
            assert_eq!(flow.actors.len(), first_number(actors) + more, "{name}");
        }
    }
}

fn first_number(text: &str) -> usize {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// Dashes and quotes have many spellings.
fn plain(text: &str) -> String {
    let one = text.replace(['\u{2013}', '\u{2014}'], "-");
    let one = one.replace(['\u{201c}', '\u{201d}'], "\"");
    let one = one.replace(['\u{2018}', '\u{2019}'], "'");
    one.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the page says of a step.
struct Expected {
    number: Option<String>,
    kinds: Vec<&'static str>,
    ends: String,
    what: String,
    /// The ends in the words of the document.
    printed: Option<String>,
    /// What it is called, where that is printed.
    label: Option<String>,
    /// The number of its table.
    table: Option<String>,
    /// Where the page points to, ranges of lines.
    lines: Vec<(u64, u64)>,
}

#[test]
fn steps_are_those_of_the_page() {
    let Some(folder) = folder() else { return };
    let page = parts(&folder);
    let figures = page
        .iter()
        .find(|(id, _)| id.starts_with("F003-2..6"))
        .unwrap();
    for (name, id) in FLOWS {
        let document = document(&folder, &name[1..4]);
        let flow = super::shown::flow(&document, id);
        let expected: Vec<Expected> = match page.iter().find(|(part, _)| part == name) {
            Some((_, text)) => rows(text)
                .iter()
                .flat_map(|row| expected(row, name))
                .collect(),
            None => of_figure(&figures.1, name),
        };
        assert_eq!(flow.steps.len(), expected.len(), "{name}");
        for (step, expected) in flow.steps.iter().zip(&expected) {
            check(name, flow, step, expected);
        }
    }
}

/// The rows of one figure: its name stands in the first of them only.
fn of_figure(text: &str, name: &str) -> Vec<Expected> {
    let mut all = Vec::new();
    let mut current = String::new();
    for row in rows(text) {
        if let Some(first) = row["flow"]
            .split(' ')
            .next()
            .filter(|first| !first.is_empty())
        {
            current = first.to_owned();
        }
        if current == name {
            all.extend(expected(&row, name));
        }
    }
    all
}

/// The steps of a row; none if it is a row of another table. `1-1,1-2` are two.
fn expected(row: &Row, name: &str) -> Vec<Expected> {
    let cell = |names: &[&str]| names.iter().find_map(|name| row.get(*name)).cloned();
    let (Some(number), Some(kind)) = (cell(&["step", "#"]), row.get("kind")) else {
        return Vec::new();
    };
    let kinds: Vec<&str> = match kind.as_str() {
        "int + resp" => vec!["response"],
        kind if kind.starts_with("int/other") => vec!["internal", "other"],
        kind if kind.starts_with("int") => vec!["internal"],
        kind if kind.starts_with("req") => vec!["request"],
        kind if kind.starts_with("resp") => vec!["response"],
        _ => vec!["other"],
    };
    let ends = cell(&["instance", "from -> to (title)", "from -> to"]).unwrap();
    let what = match name {
        "F003-1" => row["method/status"].clone(),
        _ => cell(&["method/status", "meaning"]).unwrap(),
    };
    // `5 (printed "1.")`
    let number = match number.split_once(" (printed") {
        Some((number, _)) => number.to_owned(),
        None => number,
    };
    let numbers: Vec<_> = match number.split_once("..") {
        // `3-1..3-4`
        Some((first, last)) => {
            let (major, first) = first.split_once('-').unwrap();
            let last = last.split_once('-').unwrap().1.parse::<u32>().unwrap();
            let all = first.parse::<u32>().unwrap()..=last;
            all.map(|minor| format!("{major}-{minor}")).collect()
        }
        None => number.split(',').map(str::to_owned).collect(),
    };
    let lettered = |number: &String| number.len() == 1 && number.starts_with(['a', 'b']);
    let steps = numbers.into_iter().map(|number| Expected {
        number: Some(number).filter(|number| !lettered(number)),
        kinds: kinds.clone(),
        ends: ends.clone(),
        what: what.clone(),
        printed: row.get("from -> to (doc)").cloned(),
        label: cell(&["label as printed", "ladder label"]),
        table: row.get("table").cloned(),
        lines: cell(&["line", "lines"]).map_or_else(Vec::new, |text| ranges(&text)),
    });
    steps.collect()
}

fn check(name: &str, flow: &Flow, step: &Step, expected: &Expected) {
    let shown = format!(
        "{name} {}; expected {} {}",
        super::shown::line(flow, step),
        expected.ends,
        expected.what
    );
    assert_eq!(step.number, expected.number, "{shown}");
    assert!(expected.kinds.contains(&step.kind.name()), "{shown}");
    if step.kind.is_sip() {
        let words: Vec<_> = expected.what.split([' ', '/', '(', ',']).collect();
        let status = words
            .iter()
            .find_map(|word| word.parse::<u16>().ok().filter(|s| *s >= 100));
        assert_eq!(step.status, status, "{shown}");
        let method = step.method.as_deref().expect(&shown);
        // "same arrow as Fig 3.2 step 3" names none.
        let named = METHODS.iter().any(|method| words.contains(method));
        assert!(!named || words.contains(&method), "{shown}");
    }
    ends(flow, step, &expected.ends, &shown);
    places(step, expected, &shown);
}

/// Title, caption and lines of a step.
fn places(step: &Step, expected: &Expected, shown: &str) {
    if let Some(label) = &expected.label {
        // `F1 SIP SUBSCRIBE`
        let label = label.strip_prefix(step.number.as_deref().unwrap_or_default());
        let label = label.or(expected.label.as_deref()).unwrap();
        // The ends behind it are compared as ends.
        let hop = label.rfind(" (").filter(|at| label[*at..].contains(" to "));
        let label = &label[..hop.unwrap_or(label.len())];
        assert_eq!(plain(&step.title), plain(label), "{shown}");
    }
    // `I-CSCF -> HSS, HSS -> I-CSCF`
    let printed = expected.printed.as_deref().unwrap_or_default();
    let (there, back) = match printed.split_once(", ") {
        Some((there, back)) => (there, Some(back)),
        None => (printed, None),
    };
    assert_eq!(step.answer.is_some(), back.is_some(), "{shown}");
    if there.contains("->") {
        let (from, to) = &step.said;
        let said = [from, to].map(|end| end.as_deref().unwrap());
        assert_eq!(said.join(" -> "), there, "{shown}");
    }
    let tables = expected.table.iter().flat_map(|table| table.split(", "));
    for table in tables.filter(|table| table.contains('-') && table.len() > 1) {
        let captions = [&step.caption, &step.answer];
        let mut captions = captions.into_iter().flatten();
        assert!(
            captions.any(|caption| caption.text.starts_with(&format!("Table {table}"))),
            "{shown}: table {table}"
        );
    }
    match expected.lines.as_slice() {
        [] => {}
        // The title below the number, or the sentence.
        [(line, last)] if line == last => assert_eq!(step.title_line, *line, "{shown}"),
        // An arrow, and the table with the message.
        [arrow, tables @ ..] => {
            let within = |line: u64, (first, last): (u64, u64)| (first..=last).contains(&line);
            assert!(within(step.line, *arrow), "{shown}");
            let message = step.message.as_ref().map(|message| message.line);
            assert_eq!(message.is_some(), !tables.is_empty(), "{shown}");
            let inside = |line| tables.iter().any(|table| within(line, *table));
            assert!(message.is_none_or(inside), "{shown}");
        }
    }
}

/// `226-228, 272-295`, `134,136`: of several sentences the first tells the step.
fn ranges(text: &str) -> Vec<(u64, u64)> {
    let number = |text: &str| text.trim().parse().unwrap();
    if text.contains('-') {
        let ranges = text.split(',').map(|range| {
            let (first, last) = range.split_once('-').unwrap();
            (number(first), number(last))
        });
        return ranges.collect();
    }
    let first = number(text.split(',').next().unwrap());
    vec![(first, first)]
}

fn ends(flow: &Flow, step: &Step, text: &str, shown: &str) {
    // `PS (authorise, check, compose) ; PS -> SIP/IP Core`
    let text = text.rsplit(';').next().unwrap().trim();
    let (from, to) = (step.from, step.to);
    if let Some((one, other)) = text.split_once("<->") {
        if other.contains('~') {
            // Who answers is not told by the document.
            return assert!(is(flow, from, one) && to.is_none(), "{shown}");
        }
        let there = is(flow, from, one) && is(flow, to, other);
        let back = is(flow, from, other) && is(flow, to, one);
        return assert!(there || back, "{shown}");
    }
    let Some((one, other)) = text.split_once("->") else {
        // The lifetime that elapses is nobody; "PS (timer)" is inferred there.
        let timer = text.contains("(timer)") && from.is_none();
        return assert!((timer || is(flow, from, text)) && to.is_none(), "{shown}");
    };
    assert!(is(flow, from, one) && is(flow, to, other), "{shown}");
}

/// Whether an actor is the one that the page names, by a name or the first label of a host.
fn is(flow: &Flow, position: Option<usize>, text: &str) -> bool {
    let Some(position) = position else {
        return false;
    };
    let text = text.trim().trim_end_matches('*');
    let plain = text
        .split(" (")
        .next()
        .unwrap()
        .trim_matches(['~', '*', ' ']);
    let plain = match plain {
        "Core-W" => "SIP/IP Core of the watcher",
        "Core-P" => "SIP/IP Core of the presentity",
        // The page separates several receivers with commas.
        other => other.split(',').next().unwrap(),
    };
    let found = &flow.actors[position];
    let name = actor(flow, Some(position));
    let alike = |name: &str| {
        let name = name.trim_end_matches('s');
        name.eq_ignore_ascii_case(plain) || plain.split(' ').any(|word| word == name)
    };
    let host = |host: &String| host == plain || host.split('.').next() == Some(plain);
    alike(name)
        || found
            .aliases
            .iter()
            .any(|alias| alias.eq_ignore_ascii_case(plain))
        || found.hosts.iter().any(host)
}

#[test]
fn header_fields_are_those_of_the_page() {
    let Some(folder) = folder() else { return };
    let (mut messages, mut fields, mut elided) = (0, 0, 0);
    for (name, text) in parts(&folder) {
        let Some((_, id)) = FLOWS.iter().find(|(flow, _)| **flow == name) else {
            continue;
        };
        let document = document(&folder, &name[1..4]);
        let flow = super::shown::flow(&document, id);
        // `**Step 2 message** (...): `, `**F2** (...): `
        for part in text.split("\n**").skip(1) {
            let number = part.split("**").next().unwrap();
            let number = number
                .trim_start_matches("Step ")
                .trim_end_matches(" message");
            let table: Vec<_> = rows(part)
                .into_iter()
                .filter(|row| row.contains_key("header"))
                .collect();
            if table.is_empty() {
                continue;
            }
            let message = super::shown::step(flow, number).message.as_ref().unwrap();
            let heading = part.lines().next().unwrap();
            // `(table 6.1.1-3, caption line 303)`
            if let Some((_, line)) = heading.split_once("caption line ") {
                let caption = super::shown::step(flow, number).caption.as_ref().unwrap();
                assert_eq!(caption.line as usize, first_number(line), "{name} {number}");
            }
            assert_eq!(message.start_line, quoted(heading), "{name} {number}");
            assert_eq!(message.headers.len(), table.len(), "{name} {number}");
            messages += 1;
            for (header, row) in message.headers.iter().zip(&table) {
                let what = format!("{name} step {number} {}", header.name);
                fields += 1;
                assert_eq!(header.name, row["header"], "{what}");
                let value = row.get("effective value").unwrap_or_else(|| &row["value"]);
                assert_eq!(header.value, quoted(value), "{what}");
                let lines: Vec<u64> = row["line(s)"]
                    .split(',')
                    .map(|line| line.parse().unwrap())
                    .collect();
                assert_eq!(header.lines, lines, "{what}");
                let source = row.get("source").map_or("printed", String::as_str);
                let from = source.strip_prefix("elided -> inherited from step ");
                let step = header
                    .inherited
                    .as_ref()
                    .map(|inherited| &flow.steps[inherited.step]);
                assert_eq!(step.and_then(|step| step.number.as_deref()), from, "{what}");
                elided += usize::from(from.is_some());
            }
            if let Some((_, placeholder)) = part.split_once("Body placeholder: ") {
                // `[PIDF document]` (line 393) / `...` (line 395)
                let body = message.body.as_ref().unwrap();
                let pieces: Vec<_> = placeholder.lines().next().unwrap().split(" / ").collect();
                let texts: Vec<_> = pieces.iter().map(|piece| quoted(piece).trim()).collect();
                let lines = |at: usize| {
                    let (_, line) = pieces[at].split_once("(line ").unwrap();
                    first_number(line) as u64
                };
                assert_eq!(body.text, texts.join("\n"), "{name} {number}");
                assert_eq!(body.lines, (lines(0), lines(1)), "{name} {number}");
                assert!(body.is_placeholder);
            }
            if let Some((_, body)) = part.split_once("Body: PIDF document, ") {
                let lines: usize = body.split(' ').next().unwrap().parse().unwrap();
                let text = &message.body.as_ref().unwrap().text;
                let found = text.lines().filter(|line| !line.trim().is_empty()).count();
                assert_eq!(found, lines, "{name} {number}");
            }
        }
    }
    // 29 messages of the first two documents with 277 fields, 182 of them elided, and 6 of another.
    assert_eq!((messages, elided), (35, 182));
    assert!(fields > 277);
}

/// What is wrong in the words of the documents, found by reading them.
const AGAINST: [(&str, &[&str]); 5] = [
    (
        "000",
        &[
            "14 figure: visited network, home network",
            "24 caption: AS to S-CSCF, PS to S-CSCF",
            "211 sender: I-CSCF, S-CSCF",
        ],
    ),
    (
        "001",
        &[
            "395 caption: User registration status query procedure, User Location Query procedure",
            "408 table: 62.1-7b, 6.1.1-7b",
            "695 sender: S-CSCF, P-S",
        ],
    ),
    (
        "002",
        &[
            "58 number: 1, 5",
            "102 figure: Aggregating published presence information from multiple sources, the caption of Figure 1",
            "99 name: Watcher, somebody who takes no part",
            "180 reference: NOTIFY response, NOTIFY request",
        ],
    ),
    (
        "003",
        &[
            "117 method: SIBSCRIBE, SUBSCRIBE",
            "172 number: 10, 5",
            "202 number: 5, 3-1",
            "202 number: 6, 3-2",
            "202 number: 7, 3-3",
            "202 number: 8, 3-4",
            "232 message: ACK, SUBSCRIBE",
            "240 message: ACK, NOTIFY",
            "256 message: ACK, NOTIFY",
            "558 reference: F5 200, F5 NOTIFY",
        ],
    ),
    (
        "004",
        &[
            "100 title: SIP/IP core A to PoC Client A, PoC Server A to SIP/IP core A",
            "152 sender: PoC Server A, PoC Client A",
            "213 sender: PoC Client A, PoC Server A",
        ],
    ),
];

#[test]
fn what_the_documents_say_against_themselves_is_kept() {
    let Some(folder) = folder() else { return };
    for (number, expected) in AGAINST {
        let document = document(&folder, number);
        let flows = document.flows.iter();
        let found: Vec<_> = flows.flat_map(super::shown::contradictions).collect();
        assert_eq!(found, expected, "{number}");
    }
}

#[test]
fn the_documents_are_the_same_in_bad_pages() {
    let Some(folder) = folder() else { return };
    for number in ["000", "001", "002", "003", "004"] {
        super::pasted::assert_same_in_bad_pages(number, &text(&folder, number));
    }
}

#[test]
fn bodies_are_printed_or_repeated() {
    let Some(folder) = folder() else { return };
    let body = |document: &Document, number: &str| {
        let step = super::shown::step(&document.flows[0], number);
        let body = step.message.as_ref().unwrap().body.clone();
        body.map(|body| {
            (
                body.text.split_whitespace().collect::<String>(),
                body.inherited,
            )
        })
    };
    let once = document(&folder, "000");
    let (printed, from) = body(&once, "1").unwrap();
    assert_eq!(from, None);
    for (number, from) in [("2", 0), ("3", 1), ("4", 2)] {
        assert_eq!(body(&once, number), Some((printed.clone(), Some(from))));
    }
    assert_eq!(body(&once, "5"), None);
    let each_time = document(&folder, "001");
    let printed = body(&each_time, "18");
    assert!(printed.is_some());
    for number in ["19", "20", "21"] {
        assert_eq!(body(&each_time, number), printed);
    }
}
