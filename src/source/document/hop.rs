//! Between whom: `(UE to P-CSCF)`, `(from Client A to Core A)`, `Alice -> Proxy 1`.

use super::drawn;
use super::lines::plain;

/// Sender and receiver in the words of a text.
pub(super) type Ends = (String, String);

/// The ends that a title or caption names in brackets or around an arrow, and what it calls the message between them.
pub(super) fn of_title(text: &str) -> Option<(String, Ends)> {
    let text = plain(text);
    if text.len() > LONGEST {
        return None;
    }
    let mut opens = text.match_indices('(').map(|(at, _)| at).rev();
    let in_brackets = opens.find_map(|open| {
        let inside = &text[open + 1..];
        let inside = &inside[..inside.find(')')?];
        let inside = inside.strip_prefix("from ").unwrap_or(inside);
        let ends = around_arrow(inside).or_else(|| {
            let ends = [" to ", " - "].iter().find_map(|by| inside.split_once(by));
            ends_of(ends?)
        });
        Some((text[..open].trim().to_owned(), ends?))
    });
    in_brackets.or_else(|| of_label_and_arrow(&text))
}

/// What a title calls a message that goes over several hops, and all ends of them: `200 OK (A to B to C)`.
pub(super) fn along(text: &str) -> Option<(String, Vec<String>)> {
    let (label, (from, to)) = of_title(text)?;
    let mut ends = vec![from];
    let behind = to.split(" to ").flat_map(|to| to.split("->"));
    ends.extend(behind.map(|end| end.trim_matches([' ', '-']).to_owned()));
    ends.iter()
        .all(|end| !end.is_empty())
        .then_some((label, ends))
}

/// `A -> B: INVITE`, `INVITE: A -> B`, `A -> B (INVITE)`, `INVITE A -> B`.
fn of_label_and_arrow(text: &str) -> Option<(String, Ends)> {
    let arrow = text.find("->").or_else(|| text.find("<-"))?;
    let (label, ends) = if let Some((one, other)) = text.split_once(':') {
        let (label, ends) = match one.len() > arrow {
            true => (other, one),
            false => (one, other),
        };
        (label.trim().to_owned(), around_arrow(ends)?)
    } else if let Some((ends, label)) = text.split_once('(') {
        let label = label.split(')').next().unwrap_or_default();
        (label.trim().to_owned(), around_arrow(ends)?)
    } else {
        let (label_and_from, to) = around_arrow(text)?;
        let (label, from) = drawn::label_and_name(&label_and_from);
        (label, ends_of((&from, &to))?)
    };
    (!label.is_empty()).then_some((label, ends))
}

/// `A -> B`, `A --> B`, `B <- A`.
pub(super) fn around_arrow(text: &str) -> Option<Ends> {
    let shaft = ['-', '=', '>', '<'];
    let (one, other, to_left) = match text.split_once("->") {
        Some((one, other)) => (one, other, false),
        None => {
            let (one, other) = text.split_once("<-")?;
            (one, other, true)
        }
    };
    let (one, other) = (one.trim_end_matches(shaft), other.trim_start_matches(shaft));
    ends_of(if to_left { (other, one) } else { (one, other) })
}

/// The ends around an arrow.
pub(super) fn of_arrow(text: &str) -> Option<Ends> {
    let text = plain(text);
    ends_of(text.trim_end_matches(':').split_once("->")?)
}

fn ends_of((from, to): (&str, &str)) -> Option<Ends> {
    let (from, to) = (from.trim(), to.trim());
    let sound = !from.is_empty() && !to.is_empty();
    sound.then(|| (from.to_owned(), to.to_owned()))
}

/// A title is no longer than that.
const LONGEST: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_found_in_every_spelling() {
        let found = |text: &str| of_title(text).map(|(_, (from, to))| format!("{from}|{to}"));
        let same = "S-CSCF|P-S";
        let spellings = [
            "200 (OK) response (S-CSCF to P-S) \u{2013} see example in table 1-1",
            "SIP 200 \"OK\" response (from S-CSCF to P-S )",
            "200 OK response (S-CSCF \u{2013} P-S)",
            "200 OK (S-CSCF -> P-S)",
            "**200 OK** (`S-CSCF` \u{2192} `P-S`)",
            "200 OK (P-S <-- S-CSCF)",
            "S-CSCF --> P-S: 200 OK",
            "200 OK: S-CSCF -> P-S",
            "S-CSCF -> P-S (200 OK)",
            "200 OK S-CSCF -> P-S",
        ];
        assert!(
            spellings
                .iter()
                .all(|text| found(text).as_deref() == Some(same))
        );
        for text in &spellings[3..] {
            assert_eq!(of_title(text).unwrap().0, "200 OK", "{text}");
        }
        assert_eq!(found("The state changes: idle"), None);
        assert_eq!(found("Evaluation (of initial criteria)"), None);
        assert_eq!(
            of_arrow("Alice -> Proxy 1:"),
            Some(("Alice".into(), "Proxy 1".into()))
        );
    }
}
