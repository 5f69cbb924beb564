//! Fills in what a document leaves out because it is as in the message before: header fields printed without a value, and
//! bodies. A request repeats the one that arrived, or the one of its sender that was refused. The first response repeats what the
//! request said, and of what dots stand for in it only what every answer copies; a response that is passed on repeats the one that
//! came in. Of a name that occurs several times, each occurrence repeats the same one; of a list that every message has whole, an
//! only one that is left out repeats all that are not printed. A new request has what names its dialog from
//! the last message in it. Where the message that is repeated is not printed, nothing is filled in: an empty field of a document is
//! one whose value is not known.

use std::collections::{HashMap, HashSet};

use super::descriptions;
use super::dialogs::Dialog;
use super::model::{Body, Header, Inherited, Message, Step, StepKind};
use super::transactions::Before;
use crate::sip::is_placeholder;

/// Each node writes these itself: an empty one is empty.
const OWN: [&str; 3] = ["Via", "Max-Forwards", "Route"];
/// A request gets another with each hop. Responses carry a copy of what the request had at its end (RFC 3261 12.1.1, 16.7).
const OWN_OF_REQUESTS: &str = "Record-Route";
/// What differs where a sender sends its request again (RFC 3261 8.1.1.7, 22.2).
const OWN_OF_REPETITIONS: [&str; 2] = ["Via", "CSeq"];

/// What every answer has as its request has it (RFC 3261 8.2.6.2), whatever was printed in between.
const COPIED: [&str; 4] = ["Via", "From", "Call-ID", "CSeq"];
/// Who answers says here where to reach him, and repeats nothing.
const OWN_OF_ANSWERS: &str = "Contact";

/// Every message has these whole: each node adds one of its own, or takes it off again.
const LISTS: [&str; 2] = ["Via", OWN_OF_REQUESTS];

/// What stands for a value that is not known.
const DOTS: &str = "...";

/// How many bytes may be filled in: little text can ask for much.
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(64 << 20)
    }
}

impl Room {
    fn take(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes + 64);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// Fills in all messages of a flow, in the order of its steps. Gives how many values there was no room for.
pub(super) fn fill(steps: &mut [Step], before: &[Before], room: &mut Room) -> u64 {
    let mut left_out = 0;
    for at in 0..steps.len() {
        let Some(mut message) = steps[at].message.take() else {
            continue;
        };
        let is_answer = steps[at].kind == StepKind::Response;
        let before = before[at];
        let shown = |step: Option<usize>| {
            let step = step.filter(|step| *step < at)?;
            Some((step, steps[step].message.as_ref()?))
        };
        let request = shown(before.request).filter(|_| is_answer);
        let is_of_unseen = request.is_some_and(|(_, request)| {
            let mut named = message.headers.iter().filter(|header| header.is("To"));
            named.any(Header::is_left_out) && needs_tag(&message, request)
        });
        let asked = before.request.filter(|_| !is_of_unseen);
        let of = before.response.or(asked).or(before.refused);
        let is_repetition = before.refused.is_some_and(|refused| of == Some(refused));
        // An answer has a body of its own.
        let passed_on = shown(of).filter(|_| !is_answer || before.response.is_some());
        // Beside what each node writes itself.
        let of_kind = match (is_answer, before.response) {
            (true, None) if steps[at].method.as_deref() != Some("REGISTER") => OWN_OF_ANSWERS,
            (true, _) => "",
            (false, _) => OWN_OF_REQUESTS,
        };
        let listed = request.or_else(|| shown(of));
        if let Some((of, repeated)) = listed.filter(|_| !is_repetition) {
            let is_own = |header: &Header| request.is_none() || !header.is("Via");
            left_out += stretch("Via", &mut message, repeated, room);
            left_out += headers(&mut message, repeated, of, is_own, room);
        }
        if let Some((of, repeated)) = shown(of) {
            if is_answer {
                left_out += stretch(OWN_OF_REQUESTS, &mut message, repeated, room);
            }
            let is_own = |header: &Header| match is_repetition {
                true => OWN_OF_REPETITIONS.iter().any(|own| header.is(own)),
                false => {
                    let is_one = OWN.iter().any(|own| header.is(own));
                    is_one || header.is(of_kind)
                }
            };
            left_out += headers(&mut message, repeated, of, is_own, room);
            if !is_answer || before.response.is_some() {
                left_out += further(&mut message, repeated, of, is_own, room);
            }
        } else if let Some(dialog) = Dialog::of(steps, at, &message).filter(|_| !is_answer) {
            left_out += in_dialog(&mut message, dialog, room);
        }
        if let Some((of, repeated)) = passed_on {
            left_out += body(&mut message, repeated, of, room);
        }
        if let Some((of, request)) = request {
            let is_own = |header: &Header| !COPIED.iter().any(|copied| header.is(copied));
            left_out += headers(&mut message, request, of, is_own, room);
            let lacks_tag = needs_tag(&message, request);
            let is_own = |header: &Header| is_own(header) && (lacks_tag || !header.is("To"));
            left_out += further(&mut message, request, of, is_own, room);
        }
        mark_unknown_vias(&mut message);
        steps[at].message = Some(message);
    }
    left_out
}

/// Whether the To of an answer has a tag (RFC 3261 8.2.6.2) that the one of its request lacks: it repeats another answer.
fn needs_tag(answer: &Message, request: &Message) -> bool {
    let to = request.value("To").unwrap_or_default();
    answer.status() != Some(100) && !to.is_empty() && !to.contains(";tag=")
}

fn count_of(message: &Message, name: &str) -> usize {
    let all = message.headers.iter();
    all.filter(|header| header.is(name)).count()
}

/// How many fields of a list a message has that repeats another, if that is known: not where it prints several values in one.
fn due(name: &str, message: &Message, repeated: &Message) -> Option<usize> {
    let mut named = message.headers.iter().filter(|header| header.is(name));
    match name {
        _ if named.any(|header| header.printed.contains(',')) => None,
        "Via" => vias_due(message, repeated),
        // An answer has all of its request (RFC 3261 12.1.1).
        _ => Some(count_of(repeated, name)),
    }
}

/// Whether as many fields of a list are there as a message has that repeats another: else nobody knows which of them one repeats.
fn has_all(name: &str, message: &Message, repeated: &Message) -> bool {
    due(name, message, repeated) == Some(count_of(message, name))
}

/// How many a message has that repeats another: each hop puts one above the others, or takes it off.
fn vias_due(message: &Message, repeated: &Message) -> Option<usize> {
    let known = count_of(repeated, "Via");
    match [message, repeated].map(|one| one.status().is_some()) {
        [false, false] => Some(known + 1),
        [true, false] => Some(known),
        [true, true] => known.checked_sub(1),
        [false, true] => None,
    }
}

/// Dots in place of the last field of a list stand for all that are not printed, and so does the last if it is the only one without a
/// value.
fn stretch(name: &str, message: &mut Message, repeated: &Message, room: &mut Room) -> u64 {
    let printed = count_of(message, name);
    let count = due(name, message, repeated).unwrap_or_default();
    let last = message.headers.iter().rposition(|header| header.is(name));
    let left_out = message.headers.iter();
    let left_out = left_out.filter(|header| header.is(name) && header.is_left_out());
    let is_only = left_out.count() == 1;
    let stands_for_all = |last: &usize| {
        let last = &message.headers[*last];
        is_placeholder(&last.printed) || is_only && last.printed.is_empty()
    };
    let Some(last) = last.filter(stands_for_all).filter(|_| printed < count) else {
        return 0;
    };
    let dots = message.headers[last].clone();
    if !room.take((count - printed) * (dots.printed.len() + 64)) {
        return 1;
    }
    let more = std::iter::repeat_n(dots, count - printed);
    message.headers.splice(last..last, more);
    0
}

/// One without a value is none: where its value is not known, the one below it would stand on top.
fn mark_unknown_vias(message: &mut Message) {
    if count_of(message, "Via") > 1 {
        let vias = message.headers.iter_mut();
        let vias = vias.filter(|header| header.is("Via") && header.value.is_empty());
        vias.for_each(|via| DOTS.clone_into(&mut via.value));
    }
}

fn headers(
    message: &mut Message,
    repeated: &Message,
    step: usize,
    is_own: impl Fn(&Header) -> bool + Copy,
    room: &mut Room,
) -> u64 {
    let mut left_out = 0;
    let mut known: HashMap<(String, usize), &Header> = HashMap::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let place = |counts: &mut HashMap<String, usize>, header: &Header| {
        let name = header.name.to_ascii_lowercase();
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        (name, *count)
    };
    for header in &repeated.headers {
        known.insert(place(&mut counts, header), header);
    }
    counts.clear();
    let (own_vias, known_vias) = (count_of(message, "Via"), count_of(repeated, "Via"));
    let lists = LISTS.map(|name| (name, has_all(name, message, repeated)));
    for header in &mut message.headers {
        let mut place = place(&mut counts, header);
        let list = lists.iter().find(|(name, _)| header.is(name));
        // Those above are other ones, and those below the same.
        let is_below = list.is_some_and(|(name, is_whole)| *name == "Via" && *is_whole);
        if is_below && let Some(same) = (place.1 + known_vias).checked_sub(own_vias) {
            place.1 = same;
        }
        let is_known = !header.is_left_out() || header.inherited.is_some();
        let is_doubtful = list.is_some_and(|(_, is_whole)| !is_whole);
        if is_known || is_doubtful || is_own(header) && !is_below {
            continue;
        }
        if let Some(repeated) = known
            .get(&place)
            .filter(|repeated| !repeated.value.is_empty())
        {
            left_out += repeat(header, repeated, step, room);
        }
    }
    left_out
}

/// What names the dialog of a new request.
fn in_dialog(message: &mut Message, dialog: Dialog<'_>, room: &mut Room) -> u64 {
    let elided = message
        .headers
        .iter_mut()
        .filter(|header| header.is_left_out());
    let known = elided.filter_map(|header| dialog.field(header).map(|known| (header, known)));
    known
        .map(|(header, known)| repeat(header, known, dialog.step, room))
        .sum()
}

/// Gives a field the value of another. Gives how many there was no room for.
fn repeat(header: &mut Header, repeated: &Header, step: usize, room: &mut Room) -> u64 {
    if !room.take(repeated.value.len() + 8 * repeated.lines.len()) {
        return 1;
    }
    header.value.clone_from(&repeated.value);
    let lines = match &repeated.inherited {
        Some(inherited) => inherited.lines.clone(),
        None => repeated.lines.clone(),
    };
    header.inherited = Some(Inherited { step, lines });
    0
}

/// The fields that dots among the others stand for: those that are not there. What each node writes itself is not known.
fn further(
    message: &mut Message,
    repeated: &Message,
    step: usize,
    is_own: impl Fn(&Header) -> bool,
    room: &mut Room,
) -> u64 {
    let Some(line) = message.further else {
        return 0;
    };
    let is_request = message.status().is_none();
    let names = message
        .headers
        .iter()
        .map(|header| header.name.to_ascii_lowercase());
    let printed: HashSet<String> = names.collect();
    let mut meant = Vec::new();
    let mut left_out = 0;
    for header in &repeated.headers {
        let is_unknown = header.is_left_out() && header.inherited.is_none();
        if printed.contains(&header.name.to_ascii_lowercase()) || is_unknown && !is_own(header) {
            continue;
        }
        if !room.take(header.name.len() + header.value.len() + 8 * header.lines.len()) {
            left_out += 1;
            continue;
        }
        let (value, inherited) = match is_own(header) {
            true if is_request && header.is("Max-Forwards") => (DOTS.to_owned(), None),
            true => continue,
            false => {
                let known = header.inherited.as_ref();
                let lines = known
                    .map_or(&header.lines, |inherited| &inherited.lines)
                    .clone();
                (header.value.clone(), Some(Inherited { step, lines }))
            }
        };
        meant.push(Header {
            name: header.name.clone(),
            printed: DOTS.to_owned(),
            value,
            lines: vec![line],
            inherited,
        });
    }
    let above = |header: &Header| header.lines.first().is_some_and(|first| *first < line);
    let place = message.headers.partition_point(above);
    message.headers.splice(place..place, meant);
    left_out
}

/// A body that is not printed is repeated with its Content-Type, and so are the lines of a description without values.
fn body(message: &mut Message, repeated: &Message, step: usize, room: &mut Room) -> u64 {
    let mut types = message
        .headers
        .iter()
        .filter(|header| header.is("Content-Type"));
    let elided = types.any(|header| header.inherited.is_some());
    let own = message.body.as_ref().filter(|own| own.is_placeholder);
    let described = own.filter(|own| descriptions::leaves_out(&own.text));
    let of = match &message.body {
        Some(_) if described.is_some() => repeated.known_body(),
        // Dots stand for the body before; "[PIDF document]" for one that is nowhere.
        Some(_) => repeated.known_body().filter(|_| elided && own.is_some()),
        None => repeated.body.as_ref().filter(|_| elided),
    };
    let Some(of) = of else {
        return 0;
    };
    if !room.take(of.text.len()) {
        return 1;
    }
    let same = match described {
        Some(own) => lines_filled(own, of),
        None => Some(of.clone()),
    };
    if let Some(body) = same {
        message.body = Some(Body {
            inherited: Some(step),
            ..body
        });
    }
    0
}

/// A description with the values of the one before. Where it prints none of its own, the other is what is printed.
fn lines_filled(own: &Body, before: &Body) -> Option<Body> {
    let text = descriptions::filled(&own.text, &before.text)?;
    let lines = match text == before.text {
        true => before.lines,
        false => own.lines,
    };
    Some(Body {
        text,
        lines,
        is_placeholder: false,
        inherited: None,
    })
}
