//! Numbered steps: a number with a point (or `1)`, `(1)`, `[1]`, `Step 1:`, `1a.`, `4-6.`), or a letter (`a)`, `(a)`, `A.`), on its own line or in
//! front of the text, a title that may name both ends, prose, and mostly an example behind its caption. A flow has one kind of
//! numbers; others in it are those of lists.

use std::collections::{BTreeSet, HashSet};

use super::claims::Claim;
use super::hop;
use super::lines::{Line, plain};
use super::marks::{Mark, STYLES, Style, apart, marks, numbered};
use super::model::{Contradicted, Message, Remark, Step, StepKind};
use super::prose::{self, Said, What};
use super::span::{self, Together};
use super::{against, message, name, told, vias, words};
use crate::sip::METHODS;

/// A flow sends so many messages, unless it shows one.
const FEWEST: usize = 2;

/// No more names are compared with one that may mean the same.
const MOST_NAMES: usize = 32;

/// A list of steps.
pub(super) struct List<'l, 'a> {
    pub(super) steps: Vec<Step>,
    /// The lines from it to the next one.
    pub(super) lines: &'l [Line<'a>],
    /// What stands right above one behind another.
    pub(super) heading: Option<Remark>,
}

/// The lists of steps in a section, if it has some.
pub(super) fn lists<'l, 'a>(lines: &'l [Line<'a>]) -> Vec<List<'l, 'a>> {
    let mut all = STYLES.iter().map(|style| lists_in(lines, *style));
    let mut found = all.find(|lists| !lists.is_empty()).unwrap_or_default();
    if let [only] = &mut found[..] {
        (only.lines, only.heading) = (lines, None);
    }
    found
}

fn lists_in<'l, 'a>(lines: &'l [Line<'a>], style: Style) -> Vec<List<'l, 'a>> {
    let lists = apart(marks(lines, style));
    let ends = lists.iter().skip(1).map(|list| list[0].at);
    let ends: Vec<_> = ends.chain([lines.len()]).collect();
    let (mut before, mut start) = (0, 0);
    let mut found = Vec::new();
    for (list, end) in lists.iter().zip(ends) {
        let steps = steps_of(list, &lines[..end], style);
        if !steps.is_empty() {
            found.push(List {
                steps,
                lines: &lines[start..end],
                heading: heading(&lines[before..start]),
            });
        }
        (before, start) = (start, end);
    }
    found
}

/// The line right above a list or a table, if it is no sentence.
pub(super) fn heading(above: &[Line<'_>]) -> Option<Remark> {
    const LONGEST: usize = 120;
    let line = above.iter().rev().find(|line| !line.is_blank())?;
    let text = plain(line.trimmed().trim_start_matches('#').trim());
    let is_title = text.len() <= LONGEST && !text.ends_with(['.', ',', ';']);
    is_title.then(|| Remark {
        line: line.number,
        text: text.trim_end_matches(':').to_owned(),
    })
}

/// The steps of a list, if they are those of a flow.
fn steps_of(marks: &[Mark], lines: &[Line<'_>], style: Style) -> Vec<Step> {
    let ends = marks
        .iter()
        .skip(1)
        .map(|mark| mark.at)
        .chain([lines.len()]);
    let (mut steps, mut together) = (Vec::new(), Vec::new());
    for (mark, end) in marks.iter().zip(ends) {
        together.extend(read(mark, &lines[mark.at..end], style, &mut steps));
    }
    let titled = steps.iter().any(|step: &Step| step.said.0.is_some());
    if titled {
        steps.iter_mut().for_each(|step| {
            announce(step);
            answer(step);
        });
        name_actors(&mut steps);
        forget_others(&mut steps);
    } else if style.is_usual() {
        told::tell(&mut steps);
    }
    let steps = span::each(steps, together);
    // Any list may speak of a message.
    let sip = steps.iter().filter(|step| step.kind.is_sip());
    let with_ends = sip.filter(|step| step.said.0.is_some() && step.said.1.is_some());
    let is_shown = titled && with_ends.clone().any(|step| step.message.is_some());
    let is_flow = is_shown || with_ends.count() >= FEWEST;
    if is_flow { steps } else { Vec::new() }
}

/// Reads the lines of a step. A second example in it is a step of its own. Gives which of the steps stand for several, if their title
/// does not name the hop of each.
fn read(mark: &Mark, lines: &[Line<'_>], style: Style, steps: &mut Vec<Step>) -> Option<Together> {
    let first = steps.len();
    let text = numbered(&lines[0], style).map_or("", |found| found.title);
    let mut rest = lines[1..].iter().enumerate();
    let (title, mut at) = match text.is_empty() {
        false => (text, 1),
        true => match rest.find(|(_, line)| !line.is_blank()) {
            Some((at, line)) if !line.begins_message && !line.is_fence() => {
                (line.trimmed(), at + 2)
            }
            _ => ("", 1),
        },
    };
    let mut step = Step::new(
        Some(mark.text(mark.number, style)),
        title.to_owned(),
        lines[0].number,
    );
    if text.is_empty() && !title.is_empty() {
        step.title_line = lines[at - 1].number;
    }
    if mark.printed != mark.due {
        let printed = mark.text(mark.printed, style);
        let due = mark.text(mark.due, style);
        step.contradict(lines[0].number, Contradicted::Number, printed, due);
    }
    if let Some((label, (from, to))) = hop::of_title(title) {
        step.title = label;
        step.said = (Some(from), Some(to));
    }
    let table = table_of_title(title);
    let mut examples = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        if line.begins_message {
            let (message, height) = message::read(&lines[at - 1..]);
            at += height - 1;
            examples += 1;
            if examples > 1 {
                let mut again = Step::new(step.number.clone(), step.title.clone(), message.line);
                again.said.clone_from(&step.said);
                again.message = Some(message);
                steps.push(std::mem::replace(&mut step, again));
            } else {
                step.message = Some(message);
            }
        } else if is_caption(line, &lines[at..]) {
            let caption = Remark {
                line: line.number,
                text: plain(line.trimmed()),
            };
            match step.caption {
                None => step.caption = Some(caption),
                // Not that of a second example, which is a step of its own.
                Some(_) if step.message.is_none() => step.answer = Some(caption),
                Some(_) => {}
            }
        } else if !line.is_blank() && !line.is_fence() && !is_cell(line, &step) {
            step.prose.push(Remark {
                line: line.number,
                text: line.trimmed().to_owned(),
            });
        }
    }
    let printed = step.caption.as_ref();
    let printed = printed.and_then(|caption| against::table(&caption.text));
    if let (Some(says), Some(is)) = (table, printed)
        && says != is
        && examples < 2
    {
        step.contradict(step.title_line, Contradicted::Table, says, is);
    }
    steps.push(step);
    if mark.steps < 2 {
        return None;
    }
    let numbers = (mark.number..).map(|number| mark.text(number, style));
    let numbers: Vec<_> = numbers.take(mark.steps).collect();
    let Some((label, ends)) = span::along(title, mark.steps) else {
        return Some(Together {
            steps: first..steps.len(),
            numbers,
        });
    };
    let told = steps.split_off(first);
    steps.extend(span::apart(told, numbers, &label, &ends));
    None
}

/// `INVITE (A to B) - see example in table 6.1.1-3`
fn table_of_title(title: &str) -> Option<String> {
    let (_, number) = title.rsplit_once(" in table ")?;
    against::table(&format!("Table {number}"))
}

/// `Table 6.1.1-3: 100 Trying (S-CSCF to P-CSCF)` in front of an example or a table; a sentence may begin like that as well.
fn is_caption(line: &Line<'_>, after: &[Line<'_>]) -> bool {
    let next = after.iter().find(|line| !line.is_blank());
    line.trimmed().starts_with("Table ")
        && !line.trimmed().ends_with('.')
        && next.is_some_and(|next| next.begins_cell() || next.begins_message)
}

/// A table stands below its caption. Elsewhere a tab only indents a paragraph.
fn is_cell(line: &Line<'_>, step: &Step) -> bool {
    line.begins_cell() && step.caption.is_some() && step.message.is_none()
}

/// What a step is by its title, and by its example.
fn announce(step: &mut Step) {
    let said = sentence(step);
    let claim = match &said {
        Some(said) => Claim::of_sentence(&said.what),
        None => Claim::of_label(&step.title),
    };
    (step.kind, step.method, step.status) = (claim.kind, claim.method, claim.status);
    if let Some(Said {
        sender: Some(from),
        receiver: Some(to),
        ..
    }) = said
        && step.kind.is_sip()
    {
        step.said = (Some(from.text()), Some(to.text()));
    }
    if step.said.0.is_none() && step.message.is_none() {
        return not_sent(step);
    }
    if let Some(message) = step.message.take() {
        take_from_message(step, &message);
        step.message = Some(message);
    }
}

/// What the title says, if it is a sentence and names no ends by itself.
fn sentence(step: &Step) -> Option<Said> {
    let is_one = step.said.0.is_none() && step.title.ends_with('.');
    let said = is_one.then(|| prose::read(&step.title, None, &|_| false));
    // "forwards the request" does not say which.
    let is_whole = |said: &Said| !matches!(said.what, What::TheRequest | What::TheResponse);
    said.flatten().filter(is_whole)
}

/// The title of what somebody does alone may say who does it: one of the ends of other steps.
fn name_actors(steps: &mut [Step]) {
    let ends = steps.iter().flat_map(|step| [&step.said.0, &step.said.1]);
    let known: HashSet<_> = ends.flatten().map(|end| name::key(end)).collect();
    let alone = |step: &&mut Step| step.kind == StepKind::Internal && step.said == (None, None);
    for step in steps.iter_mut().filter(alone) {
        let said = prose::read(&step.title, None, &|_| false);
        let actor = said.and_then(|said| said.sender).map(|name| name.text());
        step.said.0 = actor.filter(|actor| known.contains(&name::key(actor)));
    }
}

/// A sentence may have any subject: "the example above shows". Who does something alone is an end of other steps, or has the name
/// of a role.
fn forget_others(steps: &mut [Step]) {
    let is_sure = |step: &&Step| step.said.1.is_some();
    let ends = steps.iter().filter(is_sure);
    let ends = ends.flat_map(|step| [&step.said.0, &step.said.1]);
    let known: BTreeSet<_> = ends.flatten().cloned().collect();
    let keys: HashSet<_> = known.iter().map(|end| name::key(end)).collect();
    let is_somebody = |word: &String| {
        name::is_of_role(word)
            || keys.contains(&name::key(word))
            || known
                .iter()
                .take(MOST_NAMES)
                .any(|end| name::may_be_one(end, word))
    };
    for step in steps.iter_mut().filter(|step| step.said.1.is_none()) {
        step.said.0 = step.said.0.take().filter(is_somebody);
    }
}

/// A second table is an answer if it names the same ends the other way round, in a protocol that has no messages here.
fn answer(step: &mut Step) {
    let said = &step.said;
    let back = |caption: &Remark| {
        let ends = hop::of_title(&caption.text).map(|(_, (from, to))| (Some(to), Some(from)));
        step.kind == StepKind::OtherProtocol && ends.as_ref() == Some(said)
    };
    step.answer = step.answer.take().filter(back);
}

/// The example is what is sent, whatever the title says. Which request it answers its Via tells, if it has one.
pub(super) fn take_from_message(step: &mut Step, message: &Message) {
    let printed = Claim::of_message(message);
    let titled = step.method.take();
    let titled = titled.filter(|_| printed.status.is_some() && vias::stack(message).is_empty());
    (step.kind, step.status) = (printed.kind, printed.status);
    step.method = printed.method.or(titled);
}

/// A step that names no message between two: somebody does something alone, or with another protocol.
fn not_sent(step: &mut Step) {
    let table = step
        .caption
        .as_ref()
        .and_then(|caption| hop::of_title(&caption.text));
    if step.kind == StepKind::OtherProtocol
        && let Some((_, (from, to))) = table
    {
        step.said = (Some(from), Some(to));
        return;
    }
    if step.kind.is_sip() {
        // "INVITE request" without ends stays what it says.
        return;
    }
    let text = step
        .prose
        .first()
        .map(|remark| remark.text.clone())
        .unwrap_or_default();
    let first = prose::sentences(&text).into_iter().next();
    let first = first.unwrap_or_default();
    let Some(said) = prose::read(&first, None, &|_| false) else {
        return;
    };
    let receiver = said.receiver.map(|name| name.text());
    let names_method = METHODS.iter().any(|method| text.contains(method));
    let is_foreign = match said.what {
        What::Fetches => !names_method,
        What::Other => {
            first.split_whitespace().any(words::names_protocol)
                || receiver.as_deref().is_some_and(name::speaks_no_sip)
        }
        _ => false,
    };
    if is_foreign {
        step.kind = StepKind::OtherProtocol;
    }
    step.said.0 = said.sender.map(|name| name.text());
    if step.kind == StepKind::OtherProtocol {
        step.said.1 = receiver;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::lines::lines;

    /// The steps of the first list.
    fn steps(lines: &[Line<'_>]) -> Vec<Step> {
        let first = lists(lines).into_iter().next();
        first.map(|list| list.steps).unwrap_or_default()
    }

    #[test]
    fn lists_that_begin_again_are_others() {
        let step = |number: usize| format!("{number}. INVITE (A to B)\n");
        let all = |numbers: &[usize]| -> String { numbers.iter().map(|one| step(*one)).collect() };
        let numbers = |text: &str| -> Vec<String> {
            let lines = lines(text);
            let lists = lists(&lines);
            let of = |list: &List<'_, '_>| -> Vec<String> {
                let steps = list.steps.iter();
                steps.filter_map(|step| step.number.clone()).collect()
            };
            lists.iter().map(|list| of(list).join(" ")).collect()
        };
        assert_eq!(numbers(&all(&[1, 2, 3, 1, 2])), ["1 2 3", "1 2"]);
        assert_eq!(numbers(&all(&[1, 2, 3, 1, 2, 3, 4])), ["1 2 3", "1 2 3 4"]);
        // One in a step of another.
        assert_eq!(numbers(&all(&[1, 2, 3, 1, 2, 4, 5])), ["1 2 3 4 5"]);
        // One slip of the pen.
        assert_eq!(numbers(&all(&[1, 2, 3, 1])), ["1 2 3 4"]);
        assert_eq!(numbers(&all(&[1, 2, 1, 4])), ["1 2 3 4"]);
        let other = "1. The phone is on.\n2. It is registered.\n\nProcedure:\n";
        assert_eq!(numbers(&(other.to_owned() + &all(&[1, 2]))), ["1 2"]);
        let text = all(&[1, 2]) + "\nSecond attempt:\n\n" + &all(&[1, 2]);
        let lines = lines(&text);
        let headings = lists(&lines).into_iter().map(|list| list.heading);
        let headings: Vec<_> = headings
            .map(|one| one.map(|one| (one.line, one.text)))
            .collect();
        assert_eq!(headings, [None, Some((4, "Second attempt".to_owned()))]);
    }

    #[test]
    fn numbers_that_restart_or_jump_are_wrong() {
        let text = "2. No step.\n1.\nINVITE (A to B)\n2. INVITE (B to C)\n1. 200 OK (C to B)\n\
            9 . 200 OK (B to A)\n07.txt\n";
        let steps = steps(&lines(text));
        let numbers: Vec<_> = steps
            .iter()
            .filter_map(|step| step.number.as_deref())
            .collect();
        assert_eq!(numbers, ["1", "2", "3", "4"]);
        for (step, line, says, is) in [(2, 5, "1", "3"), (3, 6, "9", "4")] {
            let said = &steps[step].contradictions[0];
            let found = (said.line, said.says.as_str(), said.is.as_str());
            assert_eq!(found, (line, says, is));
        }
    }

    #[test]
    fn numbers_are_written_in_one_of_several_ways() {
        let text = |before: &str, behind: &str| {
            let step = |number, title| format!("{before}{number}{behind}{title}\n");
            let list = "The proxy does:\n1) this\n2) that\nStep 1 was another.\n";
            step(1, "INVITE (A to B)")
                + list
                + &step(2, "INVITE (B to C)")
                + &step(3, "200 OK (C to B)")
        };
        for (before, behind) in [
            ("", ". "),
            ("", ".\n"),
            ("Step ", ": "),
            ("step ", "\n"),
            ("Step ", " - "),
        ] {
            let steps = steps(&lines(&text(before, behind)));
            let titles: Vec<_> = steps.iter().map(|step| step.title.as_str()).collect();
            assert_eq!(titles, ["INVITE", "INVITE", "200 OK"], "{before}1{behind}");
            assert!(steps.iter().all(|step| step.contradictions.is_empty()));
        }
        for (before, behind) in [("", ") "), ("(", ") "), ("(", ")\n")] {
            let text = text(before, behind).replace("1) this\n2) that\n", "1. this\n2. that\n");
            assert_eq!(steps(&lines(&text)).len(), 3, "{before}1{behind}");
        }
    }

    #[test]
    fn letters_and_square_brackets_number_steps_that_have_titles() {
        let text = |numbers: [&str; 3], says: &str| {
            let [first, second, third] = numbers;
            let list = "The proxy does:\n1. this\n2. that\n[7] A source.\n";
            format!(
                "{first}\nINVITE {says}\n{list}{second} INVITE (B to C)\n{third}\n200 OK (C to B)\n"
            )
        };
        let ends = "(A to B)";
        for (numbers, expected) in [
            (["a)", "b)", "c)"], ["a", "b", "c"]),
            (["(a)", "(b)", "(c)"], ["a", "b", "c"]),
            (["A)", "B)", "C)"], ["A", "B", "C"]),
            (["A.", "B.", "C."], ["A", "B", "C"]),
            (["a.", "b.", "c."], ["a", "b", "c"]),
            (["a)", "b)", "b)"], ["a", "b", "c"]),
        ] {
            let steps = steps(&lines(&text(numbers, ends)));
            let found: Vec<_> = steps
                .iter()
                .filter_map(|step| step.number.as_deref())
                .collect();
            assert_eq!(found, expected);
            let wrong = steps.iter().flat_map(|step| &step.contradictions);
            assert_eq!(wrong.count(), usize::from(numbers[1] == numbers[2]));
        }
        let square = text(["[1]", "[2]", "[3]"], ends).replace("[7]", "*");
        assert_eq!(steps(&lines(&square)).len(), 3);
        // There are no more letters.
        let many = "z) INVITE (A to B)\n".repeat(300);
        let last = steps(&lines(&(text(["a)", "b)", "c)"], ends) + &many))).pop();
        assert_eq!(last.unwrap().number.unwrap(), "303");
        // What somebody may do is listed by letters, and sources are by numbers.
        for [one, other] in [["a)", "b)"], ["[1]", "[2]"]] {
            let list = format!(
                "{one} The UE sends an INVITE request to the P-CSCF.\n\
                 {other} The P-CSCF forwards the INVITE request to the S-CSCF.\n"
            );
            assert!(steps(&lines(&list)).is_empty(), "{list}");
        }
    }

    #[test]
    fn steps_with_one_number_have_letters() {
        let step = |number: &str| format!("{number}\nINVITE (A to B)\n");
        let numbers = |all: &[&str]| -> Vec<String> {
            let text: String = all.iter().map(|number| step(number)).collect();
            let steps = steps(&lines(&text));
            assert!(steps.iter().all(|step| step.contradictions.is_empty()));
            steps.into_iter().filter_map(|step| step.number).collect()
        };
        assert_eq!(numbers(&["1a.", "1b.", "2."]), ["1a", "1b", "2"]);
        assert_eq!(numbers(&["1a.", "2a.", "3a."]), ["1a", "2a", "3a"]);
        assert_eq!(numbers(&["1)", "2a)", "2b)", "3)"]), ["1", "2a", "2b", "3"]);
        assert_eq!(numbers(&["Step 1a:", "Step 1b:"]), ["1a", "1b"]);
        assert_eq!(numbers(&["1.", "1a.", "2."]), ["1", "1a", "2"]);
        let twice = ["1.", "1a.", "2.", "3.", "1.", "1a.", "2."];
        assert_eq!(numbers(&twice), ["1", "1a", "2", "3"], "another list");
        // Parts of a step, and an ordinal.
        assert_eq!(numbers(&["1.", "1a.", "1b.", "2."]), ["1", "2"]);
        assert_eq!(numbers(&["1.", "2nd.", "2."]), ["1", "2"]);
    }

    #[test]
    fn the_title_of_an_internal_step_names_an_end_of_others() {
        let actor = |title: &str| {
            let text = format!(
                "1. INVITE (SIP/IP Core B to A)\n2.\n{title}\nDone.\n3. 200 OK (A to SIP/IP core B)\n"
            );
            steps(&lines(&text))[1].said.0.clone()
        };
        let of = |name: &str| Some(name.to_owned());
        assert_eq!(
            actor("SIP/IP Core B performs authentication"),
            of("SIP/IP Core B")
        );
        assert_eq!(actor("Somebody performs authentication"), None);
        assert_eq!(actor("Evaluation of initial filter criteria"), None);
    }

    #[test]
    fn a_second_table_of_another_protocol_is_its_answer() {
        let step = |second: &str| {
            format!(
                "1.\nINVITE (A to B)\n2.\nCx: Query\nTable 1-2a Cx: Query (B to C)\n\tx\n\n\
                Table 1-2b Cx: Query ({second})\n\ty\n3.\nINVITE (B to D)\n"
            )
        };
        let answer = |text: &str| {
            let steps = steps(&lines(text));
            assert_eq!(steps.len(), 3);
            assert_eq!(steps[1].said, (Some("B".into()), Some("C".into())));
            steps[1].answer.as_ref().map(|answer| answer.line)
        };
        assert_eq!(answer(&step("C to B")), Some(8));
        assert_eq!(answer(&step("C to D")), None);
    }

    #[test]
    fn a_title_and_its_caption_name_one_table() {
        let step = |table: &str| {
            format!(
                "1.\nINVITE (A to B) - see example in table 1-1\nTable {table}: INVITE (A to B)\n\nINVITE sip:b SIP/2.0\n2.\nINVITE (B to C)\n"
            )
        };
        assert!(steps(&lines(&step("1-1")))[0].contradictions.is_empty());
        let of_annex = step("1-2").replace(" 1-", " A.3.1-");
        let wrong = &steps(&lines(&of_annex))[0].contradictions[0];
        assert_eq!(
            (wrong.says.as_str(), wrong.is.as_str()),
            ("A.3.1-1", "A.3.1-2")
        );
        let wrong = &steps(&lines(&step("1-2")))[0].contradictions[0];
        assert_eq!((wrong.what, wrong.line), (Contradicted::Table, 2));
        assert_eq!((wrong.says.as_str(), wrong.is.as_str()), ("1-1", "1-2"));
    }

    #[test]
    fn large_numbers_are_steps_only_where_they_are_due() {
        let steps_of = |count: usize| -> String {
            let step = |number| format!("{number}. INVITE request (A to B)\n");
            (1..=count).map(step).collect()
        };
        let numbers = |text: &str| steps(&lines(text)).len();
        assert_eq!(numbers(&steps_of(1001)), 1001);
        assert_eq!(numbers(&(steps_of(3) + "2004. A year (A to B)\n")), 3);
    }

    #[test]
    fn a_list_without_messages_is_no_flow() {
        let list = "1. Store information.\n2. Send a request.\n3. Receive it.\n";
        assert!(steps(&lines(list)).is_empty());
    }
}
