//! What a text calls somebody: spellings that mean the same, and words for the same role.

use super::lines::plain;
use crate::sip::METHODS;

/// A name with the one that it belongs to, as in "the core network of the watcher".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) base: String,
    pub(super) owner: Option<String>,
}

impl Name {
    pub(super) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            owner: None,
        }
    }

    /// Of words without articles: `watcher's core`, `core of the watcher`. None if they name a message and nobody.
    pub(super) fn of_words(words: &[&str]) -> Option<Self> {
        let is_message = |word: &&str| {
            let word = word.to_ascii_lowercase();
            matches!(
                word.as_str(),
                "request" | "response" | "message" | "header" | "uri"
            )
        };
        let first = words.first()?;
        let is_method = |word: &&str| METHODS.contains(word);
        if words.iter().any(is_message) || words.iter().any(is_method) || first.len() > 64 {
            return None;
        }
        let possessive = words.iter().position(|word| word.ends_with("'s"));
        let of = words.iter().position(|word| *word == "of");
        let (base, owner) = match (possessive, of) {
            (Some(at), _) => (words[at + 1..].join(" "), Some(words[..=at].join(" "))),
            (None, Some(at)) => (words[..at].join(" "), Some(words[at + 1..].join(" "))),
            (None, None) => (words.join(" "), None),
        };
        let owner = owner.map(|owner| owner.trim_end_matches("'s").to_owned());
        let base = base.trim_end_matches("'s").to_owned();
        (!base.is_empty()).then_some(Self { base, owner })
    }

    /// As a person would write it.
    pub(super) fn text(&self) -> String {
        let base = without_network(&self.base);
        match &self.owner {
            Some(owner) => format!("{base} of the {owner}"),
            None => base.to_owned(),
        }
    }

    /// Equal for two spellings of one name.
    pub(super) fn key(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{}|{}", key(&self.base), key(owner)),
            None => key(&self.base),
        }
    }
}

fn without_network(base: &str) -> &str {
    let short = base
        .strip_suffix(" network")
        .or(base.strip_suffix(" Network"));
    short.unwrap_or(base)
}

/// Case, hyphens and the order of words tell nobody from another: `SIP/IP core A`, `SIP/IP A core`; `PS`, `P-S`.
pub(super) fn key(text: &str) -> String {
    let text = plain(text).to_lowercase().replace('-', "");
    let text = without_network(text.trim());
    let mut words: Vec<_> = text.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

/// Without the number that tells one of several with the same role: `S-CSCF#1`.
pub(super) fn role(text: &str) -> &str {
    text.split('#').next().unwrap_or(text).trim_end()
}

/// Words for one role (3GPP TS 23.228 4, TS 23.141 5). A presence server is an application server.
const ROLES: [&[&str]; 7] = [
    &["ps", "presence server", "as", "application server", "rls"],
    &["ue", "user equipment", "user agent", "terminal"],
    &["hss", "home subscriber server"],
    &["pcscf", "proxycscf"],
    &["icscf", "interrogatingcscf"],
    &["scscf", "servingcscf"],
    &["xdms", "xml document management server"],
];

fn role_class(text: &str) -> Option<usize> {
    let text = plain(text).to_lowercase().replace('-', "");
    ROLES.iter().position(|words| words.contains(&text.trim()))
}

/// Nodes that exchange no SIP with anybody (3GPP TS 23.228 4, TS 23.203 5.1).
const WITHOUT_SIP: [&str; 13] = [
    "hss",
    "home subscriber server",
    "slf",
    "pcrf",
    "pdf",
    "pcf",
    "mgw",
    "immgw",
    "ggsn",
    "sgsn",
    "pgw",
    "ocs",
    "dns",
];

/// Whether it is the name of a node that exchanges no SIP with anybody.
pub(super) fn speaks_no_sip(text: &str) -> bool {
    let text = plain(role(text)).to_lowercase().replace('-', "");
    WITHOUT_SIP.contains(&text.trim())
}

/// Whether it is a word for a role, with a number or without.
pub(super) fn is_of_role(text: &str) -> bool {
    role_class(role(text)).is_some() || speaks_no_sip(text)
}

/// Whether two different names may be one: words for the same role, or an abbreviation and what it stands for. Names with different
/// numbers are two: `P-CSCF#1` and `P-CSCF#2`.
pub(super) fn may_be_one(one: &str, other: &str) -> bool {
    let number = |name: &str| {
        name.split_once('#')
            .map(|(_, number)| number.trim().to_owned())
    };
    if number(one)
        .zip(number(other))
        .is_some_and(|(one, other)| one != other)
    {
        return false;
    }
    let (one, other) = (role(one), role(other));
    let classes = (role_class(one), role_class(other));
    let same_class = classes.0.is_some() && classes.0 == classes.1;
    let short = |one, other| abbreviates(one, other) || shortens(one, other);
    same_class || short(one, other) || short(other, one)
}

/// `W-SIP server` for `Watcher Server`: letters for words, and SIP.
fn shortens(short: &str, long: &str) -> bool {
    let mut long = long.split_whitespace();
    let parts = short.split([' ', '-']).filter(|part| *part != "SIP");
    let matches = |part: &str, word: &str| {
        let initial =
            part.len() == 1 && word.get(..1).is_some_and(|i| i.eq_ignore_ascii_case(part));
        initial || part.eq_ignore_ascii_case(word)
    };
    let all = parts
        .clone()
        .all(|part| long.next().is_some_and(|word| matches(part, word)));
    all && parts.count() > 1 && long.next().is_none()
}

/// `PUA` for `Presence User Agent`.
fn abbreviates(short: &str, long: &str) -> bool {
    let words = long.split_whitespace();
    let initials: String = words.filter_map(|word| word.chars().next()).collect();
    initials.len() > 1 && key(short) == initials.to_lowercase()
}

/// Whether both are words for a role, and for different ones.
pub(super) fn is_other_role(one: &str, other: &str) -> bool {
    match (role_class(role(one)), role_class(role(other))) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        let name = |text: &str| {
            let words: Vec<_> = text.split(' ').collect();
            Name::of_words(&words).map(|name| name.key())
        };
        assert_eq!(name("SIP/IP core A"), name("SIP/IP A Core"));
        assert_eq!(
            name("watcher's SIP/IP core"),
            name("SIP/IP Core network of watcher")
        );
        assert_ne!(name("SIP/IP core A"), name("SIP/IP core B"));
        assert_eq!(name("SIP NOTIFY request"), None);
    }

    #[test]
    fn words_for_roles_are_compared() {
        assert!(may_be_one("PS", "Presence Server") && may_be_one("AS", "P-S"));
        assert!(may_be_one("S-CSCF#2", "S-CSCF") && may_be_one("PUA", "Presence User Agent"));
        assert!(may_be_one("Watcher Server", "W-SIP server"));
        assert!(!may_be_one("Presence Server", "W-SIP server"));
        assert!(!may_be_one("I-CSCF", "S-CSCF") && is_other_role("I-CSCF", "S-CSCF#1"));
        assert!(!is_other_role("Alice", "S-CSCF"));
    }
}
