//! Descriptions of sessions (RFC 4566) whose lines are printed without values: `v=`, `o=`. Each repeats the line in its place of the
//! description before, as an empty header field repeats the field before.

use std::collections::HashMap;

/// Whether lines stand there without values. A session without a name is no such line: its name may be empty.
pub(super) fn leaves_out(text: &str) -> bool {
    let is_empty = |line: &str| matches!(line.trim().as_bytes(), [kind, b'='] if *kind != b's');
    text.starts_with("v=") && text.lines().any(is_empty)
}

/// The description with the values of the one before; none if that does not have them all.
pub(super) fn filled(text: &str, before: &str) -> Option<String> {
    let mut places = Places::default();
    let known: HashMap<_, _> = before
        .lines()
        .map(|line| (places.next(line), line))
        .collect();
    let mut places = Places::default();
    let lines = text.lines().map(|line| {
        let place = places.next(line);
        match line.trim().as_bytes() {
            [_, b'='] => known
                .get(&place)
                .copied()
                .filter(|known| known.trim().len() > 2),
            _ => Some(line),
        }
    });
    let lines: Option<Vec<_>> = lines.collect();
    lines.map(|lines| lines.join("\n"))
}

/// The place of a line: its medium, its kind, and how many of that kind there are up to it.
type Place = (usize, u8, usize);

#[derive(Default)]
struct Places {
    media: usize,
    counts: HashMap<u8, usize>,
}

impl Places {
    fn next(&mut self, line: &str) -> Place {
        let kind = line.bytes().next().unwrap_or_default();
        if kind == b'm' {
            self.media += 1;
            self.counts.clear();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        (self.media, kind, *count)
    }
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
    }

    #[test]
    fn only_the_name_of_a_session_may_be_empty() {
        assert!(!leaves_out("v=0\ns=\nt=0 0"));
        assert!(!leaves_out("a=\nb="));
        assert!(leaves_out("v=0\no=\ns=-"));
    }
}
