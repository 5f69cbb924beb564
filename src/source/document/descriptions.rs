//! Descriptions of sessions (RFC 4566) whose lines are printed without values: `v=`, `o=`. Each repeats the line in its place of the
//! description before, as an empty header field repeats the field before.

use std::collections::{HashMap, HashSet};

/// Whether lines stand there without values. A session without a name is no such line: its name may be empty.
pub(super) fn leaves_out(text: &str) -> bool {
    let is_empty = |line: &str| matches!(line.trim().as_bytes(), [kind, b'='] if *kind != b's');
    text.starts_with("v=") && text.lines().any(is_empty)
}

/// The description with the values of the one before; none if that does not have them all.
pub(super) fn filled(text: &str, before: &str) -> Option<String> {
    let is_empty = |line: &str| matches!(line.trim().as_bytes(), [_, b'=']);
    let lines: Vec<_> = placed(text).collect();
    let elided = lines.iter().filter(|(_, line)| is_empty(line));
    let elided: HashSet<Place> = elided.map(|(place, _)| *place).collect();
    let known = placed(before).filter(|(place, line)| elided.contains(place) && !is_empty(line));
    let known: HashMap<Place, &str> = known.collect();
    let lines = lines.iter().map(|(place, line)| match is_empty(line) {
        // A session without a name is one before as well.
        true if place.1 == b's' => Some(known.get(place).copied().unwrap_or(line)),
        true => known.get(place).copied(),
        false => Some(*line),
    });
    let lines: Option<Vec<_>> = lines.collect();
    lines.map(|lines| lines.join("\n"))
}

/// The place of a line: its medium, its kind, and how many of that kind there are up to it.
type Place = (usize, u8, usize);

/// The lines of a description, each with its place.
fn placed(text: &str) -> impl Iterator<Item = (Place, &str)> {
    let mut media = 0;
    let mut counts: HashMap<u8, usize> = HashMap::new();
    text.lines().map(move |line| {
        let kind = line.bytes().next().unwrap_or_default();
        if kind == b'm' {
            media += 1;
            counts.clear();
        }
        let count = counts.entry(kind).or_default();
        *count += 1;
        ((media, kind, *count), line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "v=0\no=- 1 1 IN IP4 a.example\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n\
        a=sendrecv\na=ptime:20\nm=video 4002 RTP/AVP 31\na=sendonly";

    #[test]
    fn empty_lines_have_the_values_of_their_places() {
        let text = "v=\no=\ns=\nc=\nt=\nm=\na=\na=\nm=\na=";
        assert!(leaves_out(text));
        assert_eq!(filled(text, BEFORE).as_deref(), Some(BEFORE));
        let text = "v=\no=\ns=\nt=\nm=audio 5000 RTP/AVP 0\na=\nm=\na=";
        let expected = "v=0\no=- 1 1 IN IP4 a.example\ns=-\nt=0 0\nm=audio 5000 RTP/AVP 0\na=sendrecv\n\
            m=video 4002 RTP/AVP 31\na=sendonly";
        assert_eq!(filled(text, BEFORE).as_deref(), Some(expected));
    }

    #[test]
    fn what_the_one_before_does_not_have_is_not_known() {
        for text in ["v=\nb=", "v=\nm=\na=\na=\na=", "v=\nm=\nm=\nm="] {
            assert_eq!(filled(text, BEFORE), None, "{text}");
        }
        assert_eq!(filled("v=\no=", "v=\no=1"), None);
        assert_eq!(filled("v=\ns=", "v=0\ns=").as_deref(), Some("v=0\ns="));
    }

    #[test]
    fn only_the_name_of_a_session_may_be_empty() {
        assert!(!leaves_out("v=0\ns=\nt=0 0"));
        assert!(!leaves_out("a=\nb="));
        assert!(leaves_out("v=0\no=\ns=-"));
    }
}
