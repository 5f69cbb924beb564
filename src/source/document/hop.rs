//! Between whom: `(UE to P-CSCF)`, `(from Client A to Core A)`, `Alice -> Proxy 1`.

use super::lines::plain;

/// Sender and receiver in the words of a text.
pub(super) type Ends = (String, String);

/// The ends that a title or caption names in brackets or around an arrow, and what stands in front of them.
pub(super) fn of_title(text: &str) -> Option<(String, Ends)> {
    let text = plain(text);
    if text.len() > LONGEST {
        return None;
    }
    let mut opens = text.match_indices('(').map(|(at, _)| at).rev();
    opens.find_map(|open| {
        let inside = &text[open + 1..];
        let inside = &inside[..inside.find(')')?];
        let inside = inside.strip_prefix("from ").unwrap_or(inside);
        let ends = ["->", " to ", " - "]
            .iter()
            .find_map(|by| inside.split_once(by))?;
        Some((text[..open].trim().to_owned(), ends_of(ends)?))
    })
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
        ];
        assert!(
            spellings
                .iter()
                .all(|text| found(text).as_deref() == Some(same))
        );
        assert_eq!(found("Evaluation (of initial criteria)"), None);
        assert_eq!(
            of_arrow("Alice -> Proxy 1:"),
            Some(("Alice".into(), "Proxy 1".into()))
        );
    }
}
