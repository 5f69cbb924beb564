//! Where a document speaks of a step, a table or a figure otherwise than it shows it: a number in the text that is that of another
//! message, a label with another method than the one that is answered, a table that is not there, a caption taken from elsewhere.

use std::collections::{BTreeMap, HashMap};

use super::hop;
use super::lines::{Line, plain};
use super::model::{Actor, Contradicted, Contradiction, Document, Flow, Step, StepKind};
use super::transactions::Before;
use super::words;
use crate::sip::METHODS;

/// A paragraph that is longer is not looked at.
const LONGEST: usize = 16 << 10;
/// The name of a test case stands right below the heading.
const MOST_LINES: usize = 16;
/// Nor is a label with more words one.
const MOST_WORDS: usize = 6;

/// Notes what the text of each step says against the steps.
pub(super) fn in_steps(steps: &mut [Step], before: &[Before]) {
    let shown: BTreeMap<String, Shown> = steps
        .iter()
        .filter_map(|step| Some((step.number.clone()?, Shown::of(step)?)))
        .collect();
    let captions = steps.iter().flat_map(|step| [&step.caption, &step.answer]);
    let tables = Tables::of(captions.flatten().map(|caption| caption.text.as_str()));
    for at in 0..steps.len() {
        let asked = before[at].request.map(|request| Shown::of(&steps[request]));
        let asked = asked.flatten();
        let step = &mut steps[at];
        label(step, asked.as_ref());
        other_query(step);
        for remark in step.prose.clone() {
            if remark.text.len() > LONGEST {
                continue;
            }
            let text = plain(&remark.text);
            for (says, is) in references(&text, &shown).chain(acknowledged(&text, step)) {
                step.contradict(remark.line, Contradicted::Reference, says, is);
            }
            if let Some((says, is)) = tables.meant(&text) {
                step.contradict(remark.line, Contradicted::Table, says, is);
            }
        }
    }
}

/// What is sent in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    Request(String),
    Response(u16),
}

impl Shown {
    fn of(step: &Step) -> Option<Self> {
        match step.kind {
            StepKind::Request => Some(Self::Request(step.method.clone()?)),
            StepKind::Response => Some(Self::Response(step.status?)),
            StepKind::Internal | StepKind::OtherProtocol => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Request(method) => method.clone(),
            Self::Response(status) => status.to_string(),
        }
    }
}

/// `ACK-200 OK` for the answer to a SUBSCRIBE.
fn label(step: &mut Step, asked: Option<&Shown>) {
    let words = step.title.split_whitespace().count();
    let (_, method, _) = hop::kind_of(&step.title);
    if let (StepKind::Response, Some(says), Some(Shown::Request(is))) = (step.kind, method, asked)
        && says != *is
        && words <= MOST_WORDS
    {
        step.contradict(step.title_line, Contradicted::Message, says, is.clone());
    }
}

/// `Cx: Location query` above a table of a `Cx: Registration query`.
fn other_query(step: &mut Step) {
    let Some(caption) = step.caption.clone() else {
        return;
    };
    let (Some(title), Some((label, _))) = (query(&step.title), hop::of_title(&caption.text)) else {
        return;
    };
    if let Some(says) = query(&label)
        && step.kind == StepKind::OtherProtocol
        && !says.eq_ignore_ascii_case(&title)
    {
        step.contradict(caption.line, Contradicted::Caption, says, title);
    }
}

/// What stands behind the name of the protocol.
fn query(label: &str) -> Option<String> {
    let (protocol, query) = label.rsplit_once(": ")?;
    let is_protocol = !protocol
        .trim()
        .ends_with(|last: char| last.is_ascii_digit());
    is_protocol.then(|| query.trim().to_owned())
}

/// References to steps by number that name another message than the step shows: `F5 200 OK`, `the SUBSCRIBE request (2)`, `the
/// PUBLISH request from step 25`.
fn references(
    text: &str,
    shown: &BTreeMap<String, Shown>,
) -> impl Iterator<Item = (String, String)> {
    let words: Vec<_> = text.split_whitespace().collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let (number, named) = if let Some(tag) = tag(word) {
            (tag, named_behind(&words[at + 1..]))
        } else if let Some(number) = number(&words, at) {
            (number, named_before(&words[..at]))
        } else {
            continue;
        };
        if let (Some(is), Some(says)) = (shown.get(number), named)
            && says != *is
        {
            let with = |what: &Shown| format!("{number} {}", what.text());
            found.push((with(&says), with(is)));
        }
    }
    found.into_iter()
}

/// `F5`; with a stop behind it the words that follow are not its own.
fn tag(word: &str) -> Option<&str> {
    let digits = word.strip_prefix('F')?;
    let sound = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    sound.then_some(word)
}

/// `(2)`, `(flow 8)`, `from step 25`.
fn number<'a>(words: &[&'a str], at: usize) -> Option<&'a str> {
    let word = words[at].trim_end_matches(['.', ',', ';']);
    let inside = |word: &'a str| word.strip_prefix('(')?.strip_suffix(')');
    let number = match word {
        "(flow" | "(step" => words.get(at + 1)?.trim_end_matches([')', '.', ',', ';']),
        "from" if words.get(at + 1) == Some(&"step") => {
            words.get(at + 2)?.trim_end_matches(['.', ',', ';'])
        }
        _ => inside(word)?,
    };
    let sound = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    sound.then_some(number)
}

/// `SIP 200 OK`, `SIP NOTIFY message`: right behind a tag.
fn named_behind(words: &[&str]) -> Option<Shown> {
    let word = words.iter().find(|word| **word != "SIP")?;
    named(word.trim_end_matches([':', '.', ',', ';']))
}

/// `the SIP SUBSCRIBE request`: right in front of a number.
fn named_before(words: &[&str]) -> Option<Shown> {
    let mut before = words.iter().rev();
    let word = before.find(|word| !matches!(**word, "request" | "message"))?;
    named(word)
}

fn named(word: &str) -> Option<Shown> {
    if METHODS.contains(&word) {
        return Some(Shown::Request(word.to_owned()));
    }
    let status = words::status(word).filter(|_| word.len() == 3)?;
    Some(Shown::Response(status))
}

/// "acknowledges the NOTIFY response": only a request is.
fn acknowledged(text: &str, step: &Step) -> Option<(String, String)> {
    let (_, rest) = text.split_once("acknowledges the ")?;
    let rest = rest.strip_prefix("receipt of the ").unwrap_or(rest);
    let rest = rest.strip_prefix("SIP ").unwrap_or(rest);
    let (method, rest) = rest.split_once(' ')?;
    let wrong = METHODS.contains(&method)
        && rest.starts_with("response")
        && step.kind == StepKind::Response
        && step.method.as_deref() == Some(method);
    wrong.then(|| (format!("{method} response"), format!("{method} request")))
}

/// `Table 6.1.1-3: INVITE (A to B)`: its number.
pub(super) fn table(caption: &str) -> Option<String> {
    let number = caption.strip_prefix("Table ")?.split_whitespace().next()?;
    let number = number.trim_end_matches([':', '.', ',']);
    number
        .starts_with(|first: char| first.is_ascii_digit())
        .then(|| number.to_owned())
}

/// The numbers of the tables of a flow, by their ends; several with one end tell nothing.
#[derive(Default)]
struct Tables(BTreeMap<String, Vec<String>>);

impl Tables {
    fn of<'a>(captions: impl Iterator<Item = &'a str>) -> Self {
        let mut tables = Self::default();
        for number in captions.filter_map(table) {
            if let Some((_, end)) = number.rsplit_once('-') {
                let same = tables.0.entry(end.to_owned()).or_default();
                if same.len() < 2 {
                    same.push(number);
                }
            }
        }
        tables
    }

    /// The table that a text means which names one that is not there: the only one with the same end.
    fn meant(&self, text: &str) -> Option<(String, String)> {
        let says = table(text)?;
        let (_, end) = says.rsplit_once('-')?;
        match self.0.get(end)?.as_slice() {
            [meant] if *meant != says => Some((says, meant.clone())),
            _ => None,
        }
    }
}

/// Captions of figures, each with the number of its figure and the title of its flow, as they appeared first.
pub(super) type Captions = HashMap<String, (String, String)>;

/// Notes what the captions of figures say against the headings that they stand under, the closest first, and against each other.
pub(super) fn in_figures<'a>(
    flow: &mut Flow,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_the_text_are_those_of_what_it_names() {
        let shown = [
            ("2", Shown::Request("SUBSCRIBE".into())),
            ("F5", Shown::Request("NOTIFY".into())),
            ("F6", Shown::Response(200)),
        ];
        let shown = shown.map(|(number, what)| (number.to_owned(), what)).into();
        let wrong = |text: &str| -> Vec<_> {
            let all = references(text, &shown);
            all.map(|(says, is)| format!("{says}, {is}")).collect()
        };
        assert_eq!(wrong("the F5 200 OK message"), ["F5 200, F5 NOTIFY"]);
        assert_eq!(
            wrong("answers the PUBLISH request (2)."),
            ["2 PUBLISH, 2 SUBSCRIBE"]
        );
        assert_eq!(
            wrong("from the NOTIFY request from step 2."),
            ["2 NOTIFY, 2 SUBSCRIBE"]
        );
        let right = [
            "F5 SIP NOTIFY and F6 SIP 200 OK",
            "the SUBSCRIBE request (2), as in SUBSCRIBE (flow 2)",
            "F5, 200 OK",
            "the request (2) and the PUBLISH request (7)",
        ];
        assert!(right.iter().all(|text| wrong(text).is_empty()));
    }

    #[test]
    fn tables_that_are_not_there_may_be_meant() {
        let tables =
            Tables::of(["Table 6.1.1-7a Cx: Query", "Table 6.1.1-7b: Cx: Query"].into_iter());
        let meant = tables.meant("Table 62.1-7b tells more.");
        assert_eq!(meant, Some(("62.1-7b".to_owned(), "6.1.1-7b".to_owned())));
        assert_eq!(tables.meant("Table 6.1.1-7a tells more."), None);
        assert_eq!(tables.meant("Table 5-8 tells more."), None);
    }
}
