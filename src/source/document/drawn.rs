//! Flows that are drawn: a ladder above, its messages below, each under a heading with the tag of its arrow. Messages without a
//! ladder or without tags are steps as well.

use std::collections::HashMap;

use super::claims::Claim;
use super::lines::{Line, plain};
use super::model::{Contradicted, Message, Remark, Step};
use super::numbered::take_from_message;
use super::{hop, ladder, message, tag};

/// Only so many arrows ahead are looked at.
const MOST_LOOKED_AT: usize = 64;
/// A heading stands so close above its message.
const NEAREST: usize = 3;

/// What stands above a message.
#[derive(Default)]
struct Above {
    tag: Option<String>,
    title: String,
    ends: Option<hop::Ends>,
    remark: Option<Remark>,
}

/// What a section draws.
pub(super) struct Drawn {
    pub(super) steps: Vec<Step>,
    /// Names of the lifelines, from left to right.
    pub(super) names: Vec<String>,
    /// Whether there is more to it than messages.
    pub(super) is_drawn: bool,
}

/// The steps of a section.
pub(super) fn read(lines: &[Line<'_>]) -> Drawn {
    let (steps, names) = ladder::steps(lines);
    let has_arrows = !steps.is_empty();
    let (steps, is_tagged) = with_messages(steps, lines);
    Drawn {
        steps,
        names,
        is_drawn: has_arrows || is_tagged,
    }
}

/// Steps with their messages, which stand in these lines: that of a tag is of its step, one without is of the next step that announces
/// such a message. A message of no step is a step itself, behind that of the message before. Tells as well whether there are tags.
pub(super) fn with_messages(announced: Vec<Step>, lines: &[Line<'_>]) -> (Vec<Step>, bool) {
    let mut announced = announced;
    let mut by_tag: HashMap<String, usize> = HashMap::new();
    for (position, step) in announced.iter().enumerate() {
        if let Some(tag) = &step.number {
            by_tag.entry(tag::bare(tag)).or_insert(position);
        }
    }
    // Behind how many of the steps they stand.
    let mut others: Vec<(usize, Step)> = Vec::new();
    let mut is_tagged = false;
    let mut next = 0;
    let mut at = 0;
    while let Some(start) = (at..lines.len()).find(|at| lines[*at].begins_message) {
        let above = above(&lines[at..start], &by_tag);
        let (message, height) = message::read(&lines[start..]);
        at = start + height;
        is_tagged |= above.tag.is_some();
        let known = match &above.tag {
            Some(tag) => by_tag.get(&tag::bare(tag)).copied(),
            None => (next..announced.len())
                .take(MOST_LOOKED_AT)
                .find(|step| is_of(&message, &announced[*step])),
        };
        match known.filter(|known| announced[*known].message.is_none()) {
            Some(known) => {
                add(&mut announced[known], above, message);
                next = known + 1;
            }
            None => {
                let mut step = Step::new(above.tag.clone(), above.title.clone(), message.line);
                add(&mut step, above, message);
                others.push((next, step));
            }
        }
    }
    let mut others = others.into_iter().peekable();
    let mut steps = Vec::new();
    for (position, step) in announced.into_iter().enumerate() {
        while let Some((_, other)) = others.next_if(|(behind, _)| *behind <= position) {
            steps.push(other);
        }
        steps.push(step);
    }
    steps.extend(others.map(|(_, step)| step));
    prose(&mut steps, lines);
    (steps, is_tagged)
}

/// Whether an arrow announces such a message.
fn is_of(message: &Message, arrow: &Step) -> bool {
    match message.status() {
        Some(status) => arrow.status == Some(status),
        None => arrow.status.is_none() && arrow.method.as_deref() == message.method(),
    }
}

fn above(lines: &[Line<'_>], by_tag: &HashMap<String, usize>) -> Above {
    let near = lines
        .iter()
        .rev()
        .filter(|line| !line.is_blank() && !line.is_fence())
        .take(NEAREST);
    let mut tagged = near.filter_map(|line| {
        let text = plain(line.trimmed());
        let numbered = || tag::numbered(&text).filter(|(tag, _)| by_tag.contains_key(tag));
        let (tag, rest) = match tag::split(&text) {
            (Some(tag), rest) => (tag, rest),
            _ => numbered()?,
        };
        Some((line, tag, rest))
    });
    let Some((line, tag, rest)) = tagged.next() else {
        return Above::default();
    };
    let (title, ends) = match hop::of_arrow(&rest) {
        // "INVITE Alice -> Proxy 1": the label ends where the name begins.
        Some((from, to)) => {
            let (label, from) = label_and_name(&from);
            (label, Some((from, to)))
        }
        None => (rest, None),
    };
    Above {
        tag: Some(tag),
        title,
        ends,
        remark: Some(Remark {
            line: line.number,
            text: line.trimmed().to_owned(),
        }),
    }
}

/// `200 OK Proxy 1`: a status with its reason, or a method, and the name behind it.
pub(super) fn label_and_name(text: &str) -> (String, String) {
    let words: Vec<_> = text.split_whitespace().collect();
    let status = words
        .first()
        .is_some_and(|word| Claim::of_label(word).status.is_some());
    let first = words
        .first()
        .is_some_and(|word| Claim::of_label(word).method.is_some());
    let label = match (status, first) {
        (true, _) => REASONS
            .iter()
            .find(|reason| words[1..].join(" ").starts_with(*reason))
            .map_or(1, |reason| 1 + reason.split(' ').count()),
        (false, true) => 1,
        (false, false) => 0,
    };
    let label = label.min(words.len());
    (words[..label].join(" "), words[label..].join(" "))
}

/// Reason phrases of more than one word end where a name begins (RFC 3261 21); those of one word as well.
const REASONS: [&str; 40] = [
    "Trying",
    "Ringing",
    "Call Is Being Forwarded",
    "Queued",
    "Session Progress",
    "OK",
    "Accepted",
    "No Notification",
    "Multiple Choices",
    "Moved Permanently",
    "Moved Temporarily",
    "Use Proxy",
    "Bad Request",
    "Unauthorized",
    "Payment Required",
    "Forbidden",
    "Not Found",
    "Method Not Allowed",
    "Not Acceptable Here",
    "Not Acceptable",
    "Proxy Authentication Required",
    "Proxy Authorization Required",
    "Request Timeout",
    "Gone",
    "Conditional Request Failed",
    "Unsupported Media Type",
    "Bad Extension",
    "Extension Required",
    "Interval Too Brief",
    "Temporarily Unavailable",
    "Call/Transaction Does Not Exist",
    "Busy Here",
    "Request Terminated",
    "Bad Event",
    "Request Pending",
    "Server Internal Error",
    "Not Implemented",
    "Service Unavailable",
    "Busy Everywhere",
    "Decline",
];

fn add(step: &mut Step, above: Above, message: Message) {
    if let Some((from, to)) = above.ends {
        let ends = (Some(from), Some(to));
        if step.said.0.is_some() && !same(&step.said, &ends) {
            let text = |(from, to): &(Option<String>, Option<String>)| {
                let end = |end: &Option<String>| end.clone().unwrap_or_default();
                format!("{} to {}", end(from), end(to))
            };
            let (says, is) = (text(&ends), text(&step.said));
            step.contradict(message.line, Contradicted::Caption, says, is);
        } else {
            step.said = ends;
        }
    }
    step.caption = above.remark;
    if step.method.is_none() && step.status.is_none() {
        let claim = Claim::of_label(&above.title);
        (step.method, step.status) = (claim.method, claim.status);
    }
    take_from_message(step, &message);
    step.message = Some(message);
}

fn same(one: &(Option<String>, Option<String>), other: &(Option<String>, Option<String>)) -> bool {
    let key = |name: &Option<String>| name.as_deref().map(super::name::key);
    (key(&one.0), key(&one.1)) == (key(&other.0), key(&other.1))
}

/// Paragraphs that name a message by its tag belong to its step: "F1 SIP SUBSCRIBE:" and what follows it.
fn prose(steps: &mut [Step], lines: &[Line<'_>]) {
    let by_tag: HashMap<String, usize> = steps
        .iter()
        .enumerate()
        .filter_map(|(position, step)| Some((step.number.clone()?, position)))
        .collect();
    let mut of: Option<usize> = None;
    for line in lines {
        let text = line.trimmed();
        if text.is_empty() {
            continue;
        }
        if line.begins_cell() || line.begins_message || text.starts_with("Table ") {
            of = None;
        } else if let (Some(tag), _) = tag::split(text.trim_end_matches(':'))
            && text.len() < 80
        {
            of = by_tag.get(&tag).copied().filter(|_| text.ends_with(':'));
        } else if let Some(step) = of {
            steps[step].prose.push(Remark {
                line: line.number,
                text: text.to_owned(),
            });
        }
    }
}
