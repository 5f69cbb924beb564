//! What belongs to the pages of a document and not to its text: feet, running heads, page numbers and form feeds. Without them, and
//! the blank lines around them, what a page break tore apart is whole again.

use super::lines::Line;
use super::verbatim;

/// What a line is to its page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Text,
    Blank,
    /// A break for sure: a foot, a running head, a form feed.
    Break,
    /// A part of a head or foot, if it stands next to a break: a page number, the name of a body.
    Companion,
}

/// The lines of a text, without those.
pub(super) fn without_furniture(text: &str) -> Vec<Line<'_>> {
    let all = verbatim::lines(text);
    let mut kept: Vec<Line<'_>> = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let group = all[at..].iter().map(kind);
        let length = group.take_while(|kind| *kind != Is::Text).count();
        let (group, rest) = all[at..].split_at(length);
        at += length;
        if group.iter().any(|line| kind(line) == Is::Break) {
            // Behind the foot of a page stands the head of the next, which only its place tells.
            let foot = group.iter().any(|line| is_foot(line.trimmed()));
            let heads = |line: &Line<'_>| is_head(line.text) && (foot || is_head_of_rfc(line));
            if rest.first().is_some_and(heads) {
                at += 1;
                at += all[at..].iter().take_while(|line| line.is_blank()).count();
            }
        } else {
            kept.extend(group);
        }
        if let Some(line) = all.get(at)
            && kind(line) == Is::Text
        {
            kept.push(*line);
            at += 1;
        }
    }
    kept
}

fn kind(line: &Line<'_>) -> Is {
    if line.quoted.is_some() {
        return Is::Text;
    }
    let text = line.trimmed().trim_matches('\u{c}');
    if is_foot(text) || is_feed(line) || is_running_head(text) || is_page_of(text) {
        Is::Break
    } else if text.is_empty() {
        Is::Blank
    } else if is_companion(text) {
        Is::Companion
    } else {
        Is::Text
    }
}

/// `Johnston, et al.      Best Current Practice      [Page 7]`
fn is_foot(text: &str) -> bool {
    let inside = text.strip_suffix(']');
    let number = inside.and_then(|text| text.rsplit_once("[Page "));
    number.is_some_and(|(_, number)| is_number(number))
}

fn is_feed(line: &Line<'_>) -> bool {
    line.text.contains('\u{c}') && line.trimmed().trim_matches('\u{c}').is_empty()
}

/// `RFC 3665           SIP Basic Call Flow Examples       December 2003`: two or three parts, the last one a date.
fn is_head(text: &str) -> bool {
    let text = text.trim_start_matches('\u{c}').trim();
    let parts = text.split("  ").filter(|part| !part.trim().is_empty());
    let year = text.rsplit(' ').next().unwrap_or_default();
    let is_year = year.len() == 4 && year.starts_with(['1', '2']) && is_number(year);
    parts.count() >= 2 && is_year
}

/// Where the feet are gone, the first words have to tell.
fn is_head_of_rfc(line: &Line<'_>) -> bool {
    let text = line.trimmed();
    text.starts_with("RFC ") || text.to_ascii_lowercase().starts_with("internet-draft")
}

/// Heads are no longer.
const LONGEST: usize = 200;

/// `3GPP TS 24.141 version 7.0.0 Release 7    41    ETSI TS 124 141 V7.0.0 (2005-12)`, `Release 5   41   3GPP TS 24.228 V5.15.0`:
/// the number of a document with its version, and hardly a word more.
fn is_running_head(text: &str) -> bool {
    if text.len() > LONGEST || text.ends_with(['.', ',', ';', ':']) {
        return false;
    }
    let words: Vec<_> = text.split_whitespace().collect();
    let is_document = |pair: &[&str]| {
        let body = matches!(pair[0].trim_start_matches('('), "3GPP" | "ETSI" | "3GPP2");
        body && matches!(pair[1], "TS" | "TR" | "ES" | "EN")
    };
    let version = words.iter().any(|word| {
        let number = word.strip_prefix('V').unwrap_or(word);
        let parts = number.split('.');
        parts.clone().count() == 3 && parts.clone().all(is_number)
    });
    words.windows(2).any(is_document) && version && words.iter().all(|word| is_head_word(word))
}

fn is_head_word(word: &str) -> bool {
    let known = [
        "3GPP", "3GPP2", "ETSI", "TS", "TR", "ES", "EN", "version", "Release",
    ];
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    known.contains(&word) || letters <= 1
}

/// `OMA-TS-Presence-V1_0-20060725-A      Page 41 (120)`, `Page 3 of 17`
fn is_page_of(text: &str) -> bool {
    let Some((before, number)) = text.rsplit_once("Page ") else {
        return false;
    };
    let (page, all) = match number.split_once(" of ") {
        Some(parts) => parts,
        None => number.split_once(" (").unwrap_or((number, "")),
    };
    let apart = before.is_empty() || before.ends_with("  ") || before.ends_with('\t');
    apart && is_number(page) && !all.is_empty() && is_number(all.trim_end_matches(')'))
}

/// `41`, `- 41 -`, `Release 7`, `ETSI`
fn is_companion(text: &str) -> bool {
    let inside = text.trim_matches(['-', ' ']);
    let release = text.strip_prefix("Release ").is_some_and(is_number);
    matches!(text, "ETSI" | "3GPP" | "3GPP2") || release || is_number(inside) && inside.len() < 5
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Vec<(u64, &str)> {
        let lines = without_furniture(text);
        lines.iter().map(|line| (line.number, line.text)).collect()
    }

    #[test]
    fn pages_are_one_text() {
        let text = "a\n\n\nSmith   Informational   [Page 1]\n\u{c}\nRFC 1   A Title   May 2001\n\n\nb\n\nc";
        assert_eq!(kept(text), [(1, "a"), (9, "b"), (10, ""), (11, "c")]);
    }

    #[test]
    fn a_foot_without_a_head_takes_nothing_else() {
        for text in ["   b  c", "2.1.  Call Hold", "a 2003"] {
            assert_eq!(
                kept(&format!("a\nSmith [Page 1]\n{text}\nd")),
                [(1, "a"), (3, text), (4, "d")]
            );
        }
    }

    #[test]
    fn running_heads_of_standards_bodies_are_known() {
        let heads = [
            "3GPP TS 24.141 version 7.0.0 Release 7     41     ETSI TS 124 141 V7.0.0 (2005-12)",
            "Release 5\n41\n3GPP TS 24.228 V5.15.0 (2006-09)\n\n3GPP",
            "ETSI\n\n3GPP TS 24.141 version 7.0.0 Release 7\t41\tETSI TS 124 141 V7.0.0 (2005-12)",
            "\u{c}\nETSI",
            "OMA-TS-Presence-V1_0-20060725-A      Page 41 (120)",
        ];
        for head in heads {
            let text = format!("From: a\n\n{head}\n\nTo: b");
            let shown: Vec<_> = kept(&text).into_iter().map(|(_, text)| text).collect();
            assert_eq!(shown, ["From: a", "To: b"], "{head}");
        }
        let texts = [
            "See 3GPP TS 24.141 version 7.0.0 for the details",
            "For detailed message flows see 3GPP TS 29.228 [11].",
            "1",
            "ETSI",
            "Content-Length: 0",
        ];
        for text in texts {
            assert_eq!(kept(text), [(1, text)]);
        }
    }
}
