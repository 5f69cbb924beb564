//! Fills in what a document leaves out because it is as in the message before: header fields printed without a value, and
//! bodies. A request repeats the one that arrived, or the one of its sender that was refused; the first response repeats what the
//! request said; a response that is passed on repeats the one that came in. Of a name that occurs several times, each occurrence
//! repeats the same one.

use std::collections::{HashMap, HashSet};

use super::model::{Body, Header, Inherited, Message, Step, StepKind};
use super::transactions::Before;

/// Each node writes these itself: an empty one is empty.
const OWN: [&str; 3] = ["Via", "Max-Forwards", "Route"];
/// A request gets another with each hop. Responses carry a copy of what the request had at its end (RFC 3261 12.1.1, 16.7).
const OWN_OF_REQUESTS: &str = "Record-Route";
/// What differs where a sender sends its request again (RFC 3261 8.1.1.7, 22.2).
const OWN_OF_REPETITIONS: [&str; 2] = ["Via", "CSeq"];

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
        let of = before.response.or(before.request).or(before.refused);
        if let Some((of, repeated)) = shown(of) {
            let is_repetition = before.refused == Some(of);
            let is_own = |header: &Header| match is_repetition {
                true => OWN_OF_REPETITIONS.iter().any(|own| header.is(own)),
                false => {
                    let is_one = OWN.iter().any(|own| header.is(own));
                    is_one || !is_answer && header.is(OWN_OF_REQUESTS)
                }
            };
            left_out += headers(&mut message, repeated, of, is_own, room);
            left_out += further(&mut message, repeated, of, is_own, room);
            left_out += body(&mut message, repeated, of, room);
        }
        // The nodes on its way are those of the request (RFC 3261 8.2.6.2).
        if let Some((of, request)) = shown(before.request).filter(|_| is_answer) {
            left_out += headers(&mut message, request, of, |header| !header.is("Via"), room);
        }
        steps[at].message = Some(message);
    }
    left_out
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
    let vias = |message: &Message| {
        message
            .headers
            .iter()
            .filter(|header| header.is("Via"))
            .count()
    };
    let (own_vias, known_vias) = (vias(message), vias(repeated));
    for header in &mut message.headers {
        let mut place = place(&mut counts, header);
        // Each hop puts one above the others, or takes it off: those that are dots have the same below them.
        let is_dots = header.is("Via") && !header.printed.is_empty();
        if is_dots && let Some(same) = (place.1 + known_vias).checked_sub(own_vias) {
            place.1 = same;
        }
        let is_known = !header.is_left_out() || header.inherited.is_some();
        if is_known || is_own(header) && !is_dots {
            continue;
        }
        if let Some(repeated) = known
            .get(&place)
            .filter(|repeated| !repeated.value.is_empty())
        {
            if !room.take(repeated.value.len() + 8 * repeated.lines.len()) {
                left_out += 1;
                continue;
            }
            header.value.clone_from(&repeated.value);
            let lines = match &repeated.inherited {
                Some(inherited) => inherited.lines.clone(),
                None => repeated.lines.clone(),
            };
            header.inherited = Some(Inherited { step, lines });
        }
    }
    left_out
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
    let names = message
        .headers
        .iter()
        .map(|header| header.name.to_ascii_lowercase());
    let printed: HashSet<String> = names.collect();
    let mut meant = Vec::new();
    let mut left_out = 0;
    for header in &repeated.headers {
        if printed.contains(&header.name.to_ascii_lowercase()) {
            continue;
        }
        if !room.take(header.name.len() + header.value.len() + 8 * header.lines.len()) {
            left_out += 1;
            continue;
        }
        let (value, inherited) = match is_own(header) {
            true if header.is("Max-Forwards") => ("...".to_owned(), None),
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
            printed: "...".to_owned(),
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

/// A body that is not printed is repeated with its Content-Type.
fn body(message: &mut Message, repeated: &Message, step: usize, room: &mut Room) -> u64 {
    let mut types = message
        .headers
        .iter()
        .filter(|header| header.is("Content-Type"));
    let elided = types.any(|header| header.inherited.is_some());
    // Dots stand for the body before; "[PIDF document]" for one that is nowhere.
    let of = match message.body {
        None => repeated.body.as_ref(),
        Some(_) if message.known_body().is_none() => repeated.known_body(),
        Some(_) => None,
    };
    let Some(body) = of.filter(|_| elided) else {
        return 0;
    };
    if !room.take(body.text.len()) {
        return 1;
    }
    message.body = Some(Body {
        inherited: Some(step),
        ..body.clone()
    });
    0
}
