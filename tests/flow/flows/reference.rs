//! The templates against the tables of ../shared/FLOWS.md: each step's kind, what it is, from whom to whom.

use std::fs;
use std::path::Path;

use sipscope::flow::{Template, What, template};

const FLOWS: [(&str, &str); 10] = [
    ("F000-1", "ims-presence-notify"),
    ("F001-1", "ims-presence-subscribe"),
    ("F002-1", "presence-publish"),
    ("F002-2", "presence-expiry"),
    ("F002-3", "presence-fetch"),
    ("F002-4", "presence-publish-refused"),
    ("F002-5", "presence-polite-blocking"),
    ("F002-6", "presence-reactive-authorization"),
    ("F003-1", "presence-six-messages"),
    ("F004-1", "poc-registration"),
];

/// A step as a table has it.
struct Row {
    kind: String,
    ends: String,
    what: String,
}

/// The first table with a column `kind` behind the heading of a flow.
fn rows(text: &str, flow: &str) -> Vec<Row> {
    let section = text
        .lines()
        .skip_while(|line| !line.starts_with(&format!("## {flow} ")));
    let mut table = section.skip_while(|line| !line.starts_with('|') || !line.contains("| kind |"));
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let head = cells(table.next().unwrap());
    let column = |name: &str| head.iter().position(|cell| cell.starts_with(name)).unwrap();
    let (kind, ends, what) = (
        column("kind"),
        column("from -> to"),
        column("method/status"),
    );
    table
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(cells)
        .map(|cells| Row {
            kind: cells[kind].clone(),
            ends: cells[ends].clone(),
            what: cells[what].clone(),
        })
        .collect()
}

/// Whether a name of the table, with its marks and remarks, is the actor's.
fn is_named(template: &Template, actor: usize, name: &str) -> bool {
    let name = name.split([',', '(']).next().unwrap_or_default();
    let name = name.trim().trim_end_matches('*');
    let actor = &template.actors[actor];
    let names = [&actor.id, &actor.label].into_iter().chain(&actor.aliases);
    let mut names = names.map(|one| one.to_lowercase());
    names.any(|one| one == name.to_lowercase())
}

#[test]
#[allow(clippy::print_stdout, reason = "a test that compares nothing says so")]
fn steps_are_those_of_the_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/FLOWS.md");
    let Ok(text) = fs::read_to_string(path) else {
        println!("no ../shared/FLOWS.md: nothing compared");
        return;
    };
    for (flow, id) in FLOWS {
        let template = template(id).unwrap();
        let rows = rows(&text, flow);
        assert_eq!(rows.len(), template.steps.len(), "{flow}");
        for (index, (row, step)) in rows.iter().zip(&template.steps).enumerate() {
            let place = format!(
                "{flow} step {}: {} {} {}",
                step.number, row.kind, row.ends, row.what
            );
            let first = row.what.split([' ', '(']).next().unwrap_or_default();
            match &step.what {
                What::Request(request) => {
                    assert!(row.kind.starts_with("req"), "{place}");
                    assert_eq!(first, request.method, "{place}");
                }
                What::Response(response) => {
                    assert!(row.kind.contains("resp"), "{place}");
                    assert_eq!(first, response.statuses[0].0.to_string(), "{place}");
                    let method = template.method_of(index).unwrap();
                    assert!(row.what.contains(method), "{place}");
                }
                What::Other { .. } => assert!(
                    ["cx", "other"]
                        .iter()
                        .any(|kind| row.kind.starts_with(kind)),
                    "{place}"
                ),
                What::Action => assert!(row.kind.starts_with("int"), "{place}"),
            }
            // `PS authorises ; PS -> Core-P`: what it does before it sends.
            let ends = row.ends.rsplit(';').next().unwrap_or_default();
            match ends.split_once(" -> ") {
                Some((from, to)) => {
                    let to = to.split(" -> ").next().unwrap_or_default();
                    assert!(is_named(&template, step.from, from), "{place}");
                    assert!(
                        is_named(&template, step.to, to) || step.to == step.from,
                        "{place}"
                    );
                }
                None => assert!(is_named(&template, step.from, ends), "{place}"),
            }
        }
    }
}
