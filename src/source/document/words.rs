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
