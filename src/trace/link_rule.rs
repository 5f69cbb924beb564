//! What an operator knows about Call-IDs that belong together and no specification says: `--link`.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use foldhash::fast::RandomState;

use super::clue::LinkKind;
use crate::base::Span;
use crate::sip::{Message, Name};

/// One rule of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkRule {
    /// `header=NAME`: messages in which a field of this name has the same value.
    Header(String),
    /// `call-id-prefix`: Call-IDs that differ only in what a back-to-back user agent made of them: the host behind the `@`,
    /// and endings such as `_b2b-1` (HOMER's convention) and `-b2b_1` (Sippy B2BUA).
    CallIdStem,
    /// `call-id-prefix=N`: Call-IDs of which the first so many bytes are the same.
    CallIdPrefix(usize),
}

/// What is wrong with the text of a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkRuleError {
    /// It is none of the rules.
    #[error("header=NAME, call-id-prefix or call-id-prefix=N is wanted, such as header=X-Session")]
    Unknown,
    /// What is behind `header=` can be no name of a field (RFC 3261 25.1, token).
    #[error("header= needs the name of a header field, such as header=X-Session")]
    NoName,
    /// What is behind `call-id-prefix=` is no number in its bounds.
    #[error("call-id-prefix= needs a number of bytes from 1 to {LONGEST_PREFIX}")]
    NoLength,
}

/// Longer Call-IDs are kept by their beginning, which is at least so long.
const LONGEST_PREFIX: usize = 64;

impl FromStr for LinkRule {
    type Err = LinkRuleError;

    fn from_str(text: &str) -> Result<Self, LinkRuleError> {
        if let Some(name) = text.strip_prefix("header=") {
            let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte);
            let is_name = !name.is_empty() && name.bytes().all(is_token);
            let rule = is_name.then(|| Self::Header(name.to_owned()));
            return rule.ok_or(LinkRuleError::NoName);
        }
        if let Some(length) = text.strip_prefix("call-id-prefix=") {
            let length = length.parse().ok();
            let length = length.filter(|length| (1..=LONGEST_PREFIX).contains(length));
            return length
                .map(Self::CallIdPrefix)
                .ok_or(LinkRuleError::NoLength);
        }
        match text {
            "call-id-prefix" => Ok(Self::CallIdStem),
            _ => Err(LinkRuleError::Unknown),
        }
    }
}

impl fmt::Display for LinkRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header={name}"),
            Self::CallIdStem => f.write_str("call-id-prefix"),
            Self::CallIdPrefix(length) => write!(f, "call-id-prefix={length}"),
        }
    }
}

/// A field that a rule names.
#[derive(Clone, Debug)]
pub(super) struct LinkingField {
    rule: u16,
    name: String,
    known: Name,
}

impl LinkingField {
    pub(super) fn of(rules: &[LinkRule]) -> impl Iterator<Item = Self> {
        (0..=u16::MAX)
            .zip(rules)
            .filter_map(|(rule, text)| match text {
                LinkRule::Header(name) => Some(Self {
                    rule,
                    name: name.clone(),
                    known: Name::of(name.as_bytes()),
                }),
                _ => None,
            })
    }

    /// Each line of this name counts as one value: what is behind a comma may belong to it.
    pub(super) fn read(&self, message: &Message<'_>, links: &mut Vec<(LinkKind, Span)>) {
        let named = message.headers().filter(|header| match self.known {
            Name::Other => header.name.is(&self.name),
            known => header.known == known,
        });
        let values = named.map(|header| header.value.trimmed());
        let values = values.filter(|value| !value.is_empty());
        links.extend(values.map(|value| (LinkKind::Operator(self.rule), value.span())));
    }
}

/// Pairs of Call-IDs that are one by the rules about their texts. `call_ids` gives them by number.
pub(super) fn pairs<'a>(
    rules: &[LinkRule],
    call_ids: impl Iterator<Item = &'a [u8]> + Clone,
) -> Vec<(u32, u32, LinkKind)> {
    let mut pairs = Vec::new();
    for (rule, text) in (0..=u16::MAX).zip(rules) {
        let key = |call_id: &'a [u8]| match text {
            LinkRule::Header(_) => None,
            LinkRule::CallIdStem => Some(stem(call_id)).filter(|stem| !stem.is_empty()),
            LinkRule::CallIdPrefix(length) => call_id.get(..*length),
        };
        let mut first: HashMap<&[u8], u32, RandomState> = HashMap::default();
        for (number, call_id) in (0..).zip(call_ids.clone()) {
            if let Some(key) = key(call_id) {
                let first = *first.entry(key).or_insert(number);
                pairs.push((first, number, LinkKind::Operator(rule)));
            }
        }
    }
    pairs
}

/// What is in front of the `@`, without the endings of back-to-back user agents.
fn stem(call_id: &[u8]) -> &[u8] {
    let at = call_id.iter().position(|byte| *byte == b'@');
    let mut stem = &call_id[..at.unwrap_or(call_id.len())];
    while let Some(shorter) = without_ending(stem) {
        stem = shorter;
    }
    stem
}

/// Without one `_b2b-1`: a separator, `b2b`, a separator, digits.
fn without_ending(text: &[u8]) -> Option<&[u8]> {
    let is_separator = |byte: &u8| b"-_.".contains(byte);
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let (text, digits) = text.split_at(text.len() - digits.count());
    let [rest @ .., before, b, two, second, between] = text else {
        return None;
    };
    let word = [*b, *two, *second].eq_ignore_ascii_case(b"b2b");
    let is_ending = word && is_separator(before) && is_separator(between) && !digits.is_empty();
    is_ending.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_written_alike() {
        for text in ["header=X-Session", "call-id-prefix", "call-id-prefix=12"] {
            let rule: LinkRule = text.parse().unwrap();
            assert_eq!(rule.to_string(), text);
        }
        let wrong = [
            ("", LinkRuleError::Unknown),
            ("X-Session", LinkRuleError::Unknown),
            ("call-id-prefix-", LinkRuleError::Unknown),
            ("header=", LinkRuleError::NoName),
            ("header=X Session", LinkRuleError::NoName),
            ("header=X:", LinkRuleError::NoName),
            ("call-id-prefix=", LinkRuleError::NoLength),
            ("call-id-prefix=0", LinkRuleError::NoLength),
            ("call-id-prefix=65", LinkRuleError::NoLength),
            ("call-id-prefix=_", LinkRuleError::NoLength),
        ];
        for (text, error) in wrong {
            assert_eq!(text.parse::<LinkRule>(), Err(error), "{text}");
        }
    }

    #[test]
    fn the_stem_has_no_host_and_no_ending() {
        let expected = [
            ("a84b4c76e66710@192.0.2.1", "a84b4c76e66710"),
            ("a84b4c76e66710_b2b-1@192.0.2.9", "a84b4c76e66710"),
            ("a84b4c76e66710@192.0.2.1-b2b_1", "a84b4c76e66710"),
            ("a84b4c76e66710_b2b-1_B2B-12", "a84b4c76e66710"),
            (
                "550e8400-e29b-41d4-a716-446655440000",
                "550e8400-e29b-41d4-a716-446655440000",
            ),
            ("a_b2b-", "a_b2b-"),
            ("a_b2b1", "a_b2b1"),
            ("ab2b-1", "ab2b-1"),
            ("_b2b-1", ""),
        ];
        for (call_id, expected) in expected {
            assert_eq!(stem(call_id.as_bytes()), expected.as_bytes(), "{call_id}");
        }
    }
}
