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
    let mut files = fs::read_dir(folder.join("documents")).unwrap();
    let file = files.find_map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name()?.to_str()?.to_owned();
        name.starts_with(number).then_some(path)
    });
    Document::read(&fs::read_to_string(file.unwrap()).unwrap())
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
        .map(|line| line.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let document = document(&folder, "001");
    let found: Vec<_> = document
        .announced
        .iter()
        .map(|heading| heading.number.clone())
        .collect();
    assert_eq!((found.len(), found), (8, listed));
}

/// What the page says of a step.
struct Expected {
    number: Option<String>,
    kinds: Vec<&'static str>,
    ends: String,
    what: String,
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
    let quoted = text.split('"').nth(1).unwrap_or_default();
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
        || found.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(plain))
        || found.hosts.iter().any(host)
        // "to the destination P-PA": what the document says where the page infers another.
        || !quoted.is_empty() && quoted.ends_with(name)
        || text.contains("(via")
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
