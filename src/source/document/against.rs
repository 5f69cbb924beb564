//! Where a document speaks of a step or a table otherwise than it shows it: a number in the text that is that of another
//! message, a title or caption that announces another message, a table that is not there.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::Claim;
use super::lines::plain;
use super::model::{Contradicted, Contradiction, Step, StepKind};
use super::transactions::Before;
use super::{drawn, figures, hop, name, sentences, tag, titles, words};
use crate::sip::METHODS;

/// A paragraph that is longer is not looked at.
const LONGEST: usize = 16 << 10;
/// What a label with more words says behind its status may be of anything.
const MOST_WORDS: usize = 6;

/// Notes what the text of each step says against the steps. `section` is the number of the section that they stand in.
pub(super) fn in_steps(steps: &mut [Step], before: &[Before], section: &str) {
    let shown = Claim::of_steps(steps, before);
    let numbers = steps.iter().map(|step| step.number.clone());
    let by_number: BTreeMap<_, _> = numbers
        .zip(&shown)
        .filter_map(|(number, shown)| Some((number?, shown)).filter(|_| shown.kind.is_sip()))
        .collect();
    let flow = sentences::Flow::of(steps, &shown);
    let captions = steps.iter().flat_map(|step| [&step.caption, &step.answer]);
    let tables = Tables::of(captions.flatten().map(|caption| caption.text.as_str()));
    let mut misspelled = BTreeSet::new();
    for (step, shown) in steps.iter_mut().zip(&shown) {
        title(step, shown);
        caption(step, shown);
        other_query(step);
        other_section(step, section);
        for (line, wrong, method) in misspelled_in(step) {
            if misspelled.insert((line, wrong.clone())) {
                step.contradict(line, Contradicted::Method, wrong, method);
            }
        }
        for remark in step.prose.clone() {
            if remark.text.len() > LONGEST {
                continue;
            }
            let text = plain(&remark.text);
            for (says, is) in references(&text, &by_number).chain(acknowledged(&text, step)) {
                step.contradict(remark.line, Contradicted::Reference, says, is);
            }
            if let Some((says, is)) = tables.meant(&text) {
                step.contradict(remark.line, Contradicted::Table, says, is);
            }
        }
        sentences::read(step, shown, &flow);
    }
}

/// The title announces another message: `200 (OK)` for a 202, `ACK-200 OK` for the answer to a SUBSCRIBE.
fn title(step: &mut Step, shown: &Claim) {
    // A step that is only told has a sentence for a title.
    if step
        .prose
        .iter()
        .any(|remark| remark.line == step.title_line)
    {
        return;
    }
    let mut claim = Claim::of_label(&step.title);
    if claim.status.is_some() && step.title.split_whitespace().count() > MOST_WORDS {
        claim.method = None;
    }
    if let Some((says, is)) = claim.against(shown) {
        step.contradict(step.title_line, Contradicted::Message, says, is);
    }
}

/// The caption names other ends than the title, or another message than is printed below it.
fn caption(step: &mut Step, shown: &Claim) {
    let Some(caption) = step.caption.clone() else {
        return;
    };
    let (label, ends) = label_of_caption(&caption.text);
    let ends = ends.map(|(from, to)| (Some(from), Some(to)));
    let has_both = step.said.0.is_some() && step.said.1.is_some();
    let other_ends = ends
        .filter(|(from, to)| has_both && !(is_one(from, &step.said.0) && is_one(to, &step.said.1)))
        .map(|ends| (titles::text(&ends), titles::text(&step.said)));
    let other_message = Claim::of_label(&label).against(shown);
    for (says, is) in other_ends.into_iter().chain(other_message) {
        // What the title says wrong as well is one slip.
        if !step.contradictions.iter().any(|one| one.says == says) {
            step.contradict(caption.line, Contradicted::Caption, says, is);
        }
    }
}

/// Whether two names are one, or one of them with the number that tells it from others: `S-CSCF`, `S-CSCF#1`.
fn is_one(one: &Option<String>, other: &Option<String>) -> bool {
    let adds_number = |one: &String, other: &String| {
        name::role(one) == name::role(other) && one.contains('#') != other.contains('#')
    };
    let both = one.as_ref().zip(other.as_ref());
    one == other || both.is_some_and(|(one, other)| adds_number(one, other))
}

/// What a caption or heading calls a message, and the ends that it names: `Table 1-2: INVITE request (A to B)`, `F1 INVITE`.
fn label_of_caption(caption: &str) -> (String, Option<hop::Ends>) {
    let text = plain(caption);
    if let Some(rest) = text.strip_prefix("Table ") {
        let (_, label) = rest.split_once(' ').unwrap_or_default();
        return match hop::of_title(label) {
            Some((label, ends)) => (label, Some(ends)),
            None => (label.to_owned(), None),
        };
    }
    let (_, rest) = tag::split(&text);
    match hop::of_arrow(&rest) {
        Some((from, _)) => (drawn::label_and_name(&from).0, None),
        None => (rest, None),
    }
}

/// A caption whose number is that of a table of another section than the one that it stands in.
fn other_section(step: &mut Step, section: &str) {
    let Some(caption) = step.caption.clone() else {
        return;
    };
    let Some(says) = table(&caption.text).filter(|table| figures::is_elsewhere(table, section))
    else {
        return;
    };
    // The title, which names the right one, is not wrong.
    let of_title = |one: &Contradiction| one.what == Contradicted::Table && one.is == says;
    let title = step.contradictions.iter().position(of_title);
    let is = match title.map(|title| step.contradictions.remove(title)) {
        Some(title) => title.says,
        None => format!("a table of {section}"),
    };
    step.contradict(caption.line, Contradicted::Table, says, is);
}

/// Methods that are spelled as none is, in the title, the caption and the text: where, how, and what is meant.
fn misspelled_in(step: &Step) -> Vec<(u64, String, &'static str)> {
    let title = (step.title_line, step.title.as_str());
    let caption = step
        .caption
        .iter()
        .map(|caption| (caption.line, caption.text.as_str()));
    let labels = [title]
        .into_iter()
        .chain(caption)
        .map(|(line, text)| (line, label_of_caption(text).0));
    let remarks = step
        .prose
        .iter()
        .filter(|remark| remark.text.len() <= LONGEST);
    let of_labels = labels.filter_map(|(line, label)| {
        let claim = Claim::of_label(&label);
        let method = METHODS
            .iter()
            .find(|method| claim.method.as_deref() == Some(*method))?;
        Some((line, claim.misspelled?, *method))
    });
    let of_remarks = remarks.flat_map(|remark| {
        let text = plain(&remark.text);
        let words: Vec<_> = text.split_whitespace().collect();
        let pairs = words.windows(2).filter_map(|pair| {
            let (at, method) = words::misspelled_method(pair)?;
            Some((remark.line, pair[at].to_owned(), method)).filter(|_| at == 0)
        });
        pairs.collect::<Vec<_>>()
    });
    of_labels.chain(of_remarks).collect()
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
    shown: &BTreeMap<String, &Claim>,
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
        let wrong = shown.get(number).zip(named);
        if let Some((says, is)) = wrong.and_then(|(is, says)| says.against(is)) {
            found.push((format!("{number} {says}"), format!("{number} {is}")));
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
fn named_behind(words: &[&str]) -> Option<Claim> {
    let word = words.iter().find(|word| **word != "SIP")?;
    named(word.trim_end_matches([':', '.', ',', ';']))
}

/// `the SIP SUBSCRIBE request`: right in front of a number.
fn named_before(words: &[&str]) -> Option<Claim> {
    let mut before = words.iter().rev();
    let word = before.find(|word| !matches!(**word, "request" | "message"))?;
    named(word)
}

fn named(word: &str) -> Option<Claim> {
    if METHODS.contains(&word) {
        return Some(Claim::request(word));
    }
    let status = words::status(word).filter(|_| word.len() == 3)?;
    Some(Claim::response(status))
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
    // Those of an annex begin with its letter.
    let behind = number.strip_prefix(|first: char| first.is_ascii_uppercase());
    let behind = behind.and_then(|behind| behind.strip_prefix('.'));
    behind
        .unwrap_or(number)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_the_text_are_those_of_what_it_names() {
        let shown = [
            ("2", Claim::request("SUBSCRIBE")),
            ("F5", Claim::request("NOTIFY")),
            ("F6", Claim::response(200)),
        ];
        let shown = shown
            .iter()
            .map(|(number, what)| ((*number).to_owned(), what))
            .collect();
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
