//! Captions of figures and names of test cases that do not fit the flow that they stand over.

use std::collections::HashMap;

use super::lines::{Line, plain};
use super::model::{Actor, Contradicted, Contradiction, Document, Flow};

/// The name of a test case stands right below the heading.
const MOST_LINES: usize = 16;

/// Captions of figures, each with the number of its figure and the title of its flow, as they appeared first.
pub(super) type Captions = HashMap<String, (String, String)>;

/// Notes what the captions of figures say against the headings that they stand under, the closest first, and against each other.
pub(super) fn in_figures<'a>(
    flow: &mut Flow,
    section: &str,
    titles: impl Iterator<Item = &'a str> + Clone,
    earlier: &mut Captions,
) {
    for figure in &flow.figures {
        let Some((number, caption)) = super::number_and_title(&figure.text) else {
            continue;
        };
        let mut note = |says: &str, is: &str| {
            flow.contradictions.push(Contradiction {
                line: figure.line,
                what: Contradicted::Figure,
                says: says.to_owned(),
                is: is.to_owned(),
            });
        };
        let own = number.trim_start_matches("Figure ");
        if is_elsewhere(own, section) {
            note(own, &format!("a figure of {section}"));
        }
        if let Some((says, is)) = other_network(&caption, titles.clone()) {
            note(says, is);
        }
        match earlier.get(&caption) {
            Some((other, title)) if *other != number && *title != flow.title => {
                note(&caption, &format!("the caption of {other}"));
            }
            Some(_) => {}
            None => {
                earlier.insert(caption, (number, flow.title.clone()));
            }
        }
    }
}

/// A caption that names the visited network under a heading that names the home network, or the other way round; the closest
/// heading that names one tells.
fn other_network<'a>(
    caption: &str,
    mut titles: impl Iterator<Item = &'a str>,
) -> Option<(&'static str, &'static str)> {
    let network = |text: &str| match (
        text.contains("visited network"),
        text.contains("home network"),
    ) {
        (true, false) => Some("visited network"),
        (false, true) => Some("home network"),
        _ => None,
    };
    let says = network(caption)?;
    let is = titles.find_map(network)?;
    (says != is).then_some((says, is))
}

/// Notes who is named by the name of a test case, takes part in another flow of the document, and not in this one.
pub(super) fn in_names(document: &mut Document, lines: &[Line<'_>]) {
    let mut all: Vec<_> = document
        .flows
        .iter()
        .flat_map(|flow| &flow.actors)
        .map(|actor| actor.name.to_lowercase())
        .filter(|name| !name.contains(' '))
        .collect();
    all.sort_unstable();
    all.dedup();
    for flow in &mut document.flows {
        let first = flow.steps.first().map_or(flow.line, |step| step.line);
        let start = lines.partition_point(|line| line.number <= flow.line);
        let end = lines.partition_point(|line| line.number < first);
        let Some(lines) = lines.get(start..end) else {
            continue;
        };
        for line in lines.iter().take(MOST_LINES) {
            let text = plain(line.trimmed());
            let Some(name) = test_case(&text) else {
                continue;
            };
            let absent = name.split_whitespace().find(|word| {
                let word = word.to_lowercase();
                let takes_part = |actor: &Actor| actor.name.to_lowercase().contains(&word);
                all.binary_search(&word).is_ok() && !flow.actors.iter().any(takes_part)
            });
            flow.contradictions
                .extend(absent.map(|absent| Contradiction {
                    line: line.number,
                    what: Contradicted::Name,
                    says: absent.to_owned(),
                    is: "somebody who takes no part".to_owned(),
                }));
        }
    }
}

/// `PS-1.0-int-M-0130 Watcher is blocked`: what stands behind the identifier.
fn test_case(text: &str) -> Option<&str> {
    let (identifier, name) = text.split_once(' ')?;
    let sound = identifier.matches('-').count() >= 2
        && identifier.ends_with(|last: char| last.is_ascii_digit())
        && identifier.starts_with(|first: char| first.is_ascii_uppercase());
    (sound && text.len() < 200 && !text.ends_with('.')).then_some(name)
}

/// Whether a number such as `6.1.2-3`, which has that of a section in front, is not that of this section, nor of one above or below.
pub(super) fn is_elsewhere(number: &str, section: &str) -> bool {
    let Some((of, _)) = number.rsplit_once('-') else {
        return false;
    };
    let is_number = |text: &str| {
        let mut parts = text.split('.');
        parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let holds = |one: &str, other: &str| {
        let rest = other.strip_prefix(one);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    is_number(of) && is_number(section) && !holds(of, section) && !holds(section, of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_other_sections_are_told_by_their_numbers() {
        for elsewhere in ["6.4.2-1", "6.4.11-1", "5-1"] {
            assert!(is_elsewhere(elsewhere, "6.4.1"), "{elsewhere}");
        }
        for here in [
            "6.4.1-1",
            "6.4-2",
            "6.4.1.3-1",
            "6-1",
            "3.7",
            "1",
            "D.X",
            "A-1",
        ] {
            assert!(!is_elsewhere(here, "6.4.1"), "{here}");
        }
        assert!(!is_elsewhere("6.4.2-1", ""));
        assert!(!is_elsewhere("6.4.2-1", "B.1"));
    }
}
