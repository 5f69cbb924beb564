//! Header fields that follow from who sends what to whom: no example knows them, and no message lacks them by itself.

const MADE: [&str; 9] = [
    "Via",
    "Max-Forwards",
    "Route",
    "Record-Route",
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Content-Length",
];

pub(super) fn is_made(name: &str) -> bool {
    MADE.iter().any(|made| made.eq_ignore_ascii_case(name))
}
