//! Names of time zones. Few loggers write any, and many names mean several zones: those tell none.

/// Names of zones that mean one thing, and how many half hours they are ahead of UTC.
const ZONES: [(&[u8], i32); 29] = [
    (b"UTC", 0),
    (b"GMT", 0),
    (b"WET", 0),
    (b"WEST", 2),
    (b"CET", 2),
    (b"CEST", 4),
    (b"MEZ", 2),
    (b"MESZ", 4),
    (b"EET", 4),
    (b"EEST", 6),
    (b"MSK", 6),
    (b"SAST", 4),
    (b"PKT", 10),
    (b"HKT", 16),
    (b"SGT", 16),
    (b"JST", 18),
    (b"KST", 18),
    (b"ACDT", 21),
    (b"AEST", 20),
    (b"AEDT", 22),
    (b"NZST", 24),
    (b"NZDT", 26),
    (b"EST", -10),
    (b"EDT", -8),
    (b"PST", -16),
    (b"PDT", -14),
    (b"AKST", -18),
    (b"AKDT", -16),
    (b"HST", -20),
];
/// Names that are those of several zones: China and Chicago, India, Ireland and Israel, Britain and Bangladesh.
const SEVERAL: [&[u8]; 10] = [
    b"CST", b"CDT", b"IST", b"BST", b"AST", b"ADT", b"MST", b"MDT", b"SST", b"GST",
];

/// The name of a zone that a text begins with, and what it means in seconds, if that is one thing.
pub(super) fn named(text: &[u8]) -> Option<(&[u8], Option<i32>)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    let name = &text[..letters.count()];
    let mut known = ZONES.iter();
    match known.find(|(zone, _)| *zone == name) {
        Some((_, half_hours)) => Some((name, Some(half_hours * 1800))),
        None => SEVERAL.contains(&name).then_some((name, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_several_zones_tells_none() {
        for (text, expected) in [
            ("CET: x", Some((&b"CET"[..], Some(3600)))),
            ("EST 2026", Some((&b"EST"[..], Some(-18_000)))),
            ("ACDT", Some((&b"ACDT"[..], Some(37_800)))),
            ("IST", Some((&b"IST"[..], None))),
            ("ESTABLISHED", None),
            ("cet", None),
            ("", None),
        ] {
            assert_eq!(named(text.as_bytes()), expected, "{text}");
        }
    }
}
