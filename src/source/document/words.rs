//! The words that sentences of specifications are made of.

use crate::sip::METHODS;

pub(super) const SENDS: [&str; 12] = [
    "send",
    "forward",
    "route",
    "issue",
    "generate",
    "return",
    "relay",
    "proxy",
    "transmit",
    "publish",
    "subscribe",
    "request",
];
pub(super) const ANSWERS: [&str; 4] = ["acknowledge", "respond", "answer", "reply"];
pub(super) const HANDS_OVER: [&str; 7] = [
    "pass", "inform", "register", "update", "upload", "notify", "tell",
];
pub(super) const FETCHES: [&str; 5] = ["fetch", "download", "retrieve", "query", "get"];
pub(super) const RECEIVES: [&str; 1] = ["receive"];
pub(super) const DOES: [&str; 44] = [
    "perform",
    "validate",
    "evaluate",
    "authorise",
    "authorize",
    "check",
    "compose",
    "determine",
    "store",
    "process",
    "deal",
    "resolve",
    "prepare",
    "wrap",
    "display",
    "authenticate",
    "look",
    "record",
    "save",
    "wish",
    "decide",
    "do",
    "may",
    "must",
    "can",
    "shall",
    "will",
    "is",
    "are",
    "has",
    "have",
    "then",
    "also",
    "dispose",
    "write",
    "need",
    "act",
    "uses",
    "select",
    "based",
    "elapse",
    "require",
    "be",
    "was",
];
/// What a figure does in a sentence.
const SHOWS: [&str; 7] = [
    "show",
    "illustrate",
    "depict",
    "describe",
    "give",
    "present",
    "contain",
];
pub(super) const BEGINS_CLAUSE: [&str; 14] = [
    "as", "after", "when", "once", "assuming", "if", "to", "upon", "while", "for", "in", "on",
    "since", "because",
];
pub(super) const ARTICLES: [&str; 12] = [
    "the", "a", "an", "its", "their", "another", "however", "then", "also", "each", "this", "soon",
];
/// Of them, those that a noun must follow.
pub(super) const DETERMINERS: [&str; 7] = ["the", "a", "an", "its", "their", "another", "each"];
/// Adjectives that tell nobody from another.
pub(super) const ADJECTIVES: [&str; 7] = [
    "appropriate",
    "correct",
    "requesting",
    "request",
    "destination",
    "same",
    "own",
];
pub(super) const ENDS_NAME: [&str; 26] = [
    "for",
    "as",
    "with",
    "to",
    "using",
    "and",
    "that",
    "which",
    "in",
    "on",
    "identified",
    "from",
    "by",
    "via",
    "containing",
    "sent",
    "informing",
    "if",
    "at",
    "wishing",
    "acting",
    "who",
    "back",
    "i.e",
    "when",
    "or",
];
/// `send`, `sends`, `replies`, `passes`. A capital letter is no verb: "Route header".
pub(super) fn is_form_of(word: &str, verb: &str) -> bool {
    let ending = word.strip_prefix(verb);
    ending.is_some_and(|ending| matches!(ending, "" | "s" | "es"))
        || verb.ends_with('y') && word.strip_suffix("ies") == verb.strip_suffix('y')
}

/// Whether a sentence tells what a figure shows: `Figure 3.7 shows the flow`.
pub(super) fn is_told_of(figure: &str) -> bool {
    let verb = figure.split_whitespace().nth(2);
    verb.is_some_and(|word| SHOWS.iter().any(|verb| is_form_of(word, verb)))
}

/// `200`, `401"Unauthorized"`.
pub(super) fn status(word: &str) -> Option<u16> {
    let digits = word.get(..3)?;
    let follows = word[3..].chars().next();
    if follows.is_some_and(|next| next.is_alphanumeric() || next == '.' || next == '-') {
        return None;
    }
    let status = digits.parse().ok()?;
    (digits.bytes().all(|byte| byte.is_ascii_digit()) && (100..700).contains(&status))
        .then_some(status)
}

/// What may stand behind a status besides its reason.
const BEHIND_STATUS: [&str; 12] = [
    "response",
    "responses",
    "answer",
    "message",
    "code",
    "status",
    "final",
    "provisional",
    "towards",
    "is",
    "are",
    "was",
];
/// What documents number.
const NUMBERED: [&str; 13] = [
    "step", "steps", "table", "figure", "section", "clause", "page", "line", "port", "timer",
    "RFC", "TS", "TR",
];

/// Whether a number between these words is that of a status, and not of a step, of milliseconds or of resources.
pub(super) fn is_status_between(before: Option<&str>, behind: Option<&str>) -> bool {
    let is_one_of = |word: &str, list: &[&str]| list.contains(&word);
    let is_reason = behind.is_none_or(|word| {
        !word.starts_with(|first: char| first.is_lowercase())
            || is_one_of(word, &BEHIND_STATUS)
            || is_one_of(word, &ENDS_NAME)
    });
    let is_numbered = |word: &str| {
        NUMBERED
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word))
            || names_protocol(word)
    };
    // "TS 133 203" is one number; in front of a status a step may have one.
    let is_number = |word: &str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_reason && !before.is_some_and(|word| is_numbered(word) || is_number(word))
}

/// Protocols of other kinds, with the names that Diameter and ISUP give to their messages and 3GPP gives to the reference points
/// over which no SIP goes (3GPP TS 23.002 6, TS 29.229 6.1, TS 29.214 5.6; ITU-T Q.763 2.1).
const PROTOCOLS: [&str; 77] = [
    "Diameter", "DIAMETER", "RADIUS", "H.248", "MEGACO", "Megaco", "MGCP", "COPS", "ISUP", "BICC",
    "MAP", "INAP", "CAMEL", "CAP", "DNS", "ENUM", "HTTP", "HTTPS", "XCAP", "LDAP", "SOAP", "DHCP",
    "RTP", "RTCP", "SRTP", "MSRP", "BFCP", "RTSP", "GTP", "GPRS", "PDP", "PFCP", "RSVP", "H.323",
    "H.225", "H.245", "Q.931", "T.38", "STUN", "TURN", "SMTP", "Cx", "Dx", "Sh", "Dh", "Gx", "Gxx",
    "Rx", "Gq", "Ro", "Rf", "Mn", "Mp", "S6a", "UAR", "UAA", "MAR", "MAA", "SAR", "SAA", "LIR",
    "LIA", "RTR", "PPR", "UDR", "UDA", "AAR", "AAA", "RAR", "RAA", "STR", "CCR", "CCA", "IAM",
    "ACM", "ANM", "RLC",
];

/// Whether a word is the name of another protocol, or of something in one: `H.248`, `Cx-Pull`, `AAR/AAA`.
pub(super) fn names_protocol(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let mut parts = word.split(['-', '/']);
    parts.any(|part| PROTOCOLS.contains(&part))
}

/// The method that this is with one letter wrong, too many, left out, or with two in the wrong order.
fn misspelled(word: &str) -> Option<&'static str> {
    let wrong = |method: &&&str| {
        let (method, word) = (method.as_bytes(), word.as_bytes());
        let same = method.iter().zip(word).take_while(|(a, b)| a == b).count();
        let (method_rest, rest) = (&method[same..], &word[same..]);
        let swapped = method_rest.len() > 1
            && rest.len() > 1
            && (method_rest[0], method_rest[1]) == (rest[1], rest[0])
            && method_rest[2..] == rest[2..];
        swapped
            || [(1, 1), (1, 0), (0, 1)].iter().any(|(own, other)| {
                let (own, other) = (method_rest.get(*own..), rest.get(*other..));
                own.is_some() && own == other
            })
    };
    let is_plural = |method: &str| word.strip_suffix('S') == Some(method);
    let is_word = word.len() > 4
        && word.bytes().all(|byte| byte.is_ascii_uppercase())
        && !METHODS.contains(&word)
        && !METHODS.iter().any(|method| is_plural(method));
    METHODS
        .iter()
        .filter(|method| is_word && method.len() > 4)
        .find(wrong)
        .copied()
}

/// Where a misspelled method stands among words that name a message, and which one is meant.
pub(super) fn misspelled_method(words: &[&str]) -> Option<(usize, &'static str)> {
    const NOUNS: [&str; 3] = ["request", "response", "message"];
    (0..words.len()).find_map(|at| {
        let next = words
            .get(at + 1)
            .map(|word| word.trim_end_matches(['.', ',', ';', ':']));
        let is_named = match next {
            Some(next) => NOUNS.contains(&next),
            None => words.len() < 3,
        };
        let method = is_named.then(|| misspelled(words[at])).flatten();
        method.map(|method| (at, method))
    })
}
