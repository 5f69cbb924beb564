//! What the readers of XML formats expect of a document, and how they say that it is not there: a root, elements, attributes,
//! and values out of a list. All formats are read through these few.

use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::lexical::is_quality;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// A value that is one of a few words.
pub(super) trait Word: Copy + 'static {
    /// The words and what they mean.
    const WORDS: &'static [(&'static str, Self)];
}

/// Defines a value that is one of a few words.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $word:literal)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* #[doc = concat!("`", $word, "`.")] $variant,)+
        }

        impl $crate::sip::body::expect::Word for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
        }
    };
}
pub(super) use words;

words! {
    /// Whether a document tells everything or what has changed.
    Extent {
        /// All there is.
        Full "full"
        /// What has changed since the version before.
        Partial "partial"
    }
}

/// The root, if it has one of these names. That it is in another namespace is noted, and does not keep it from being read.
pub(super) fn root<'x, 'a>(
    xml: &'x Xml<'a>,
    names: &[&str],
    namespace: &str,
    problems: &mut Problems,
) -> Option<Element<'x, 'a>> {
    root_in(xml, names, |own| own == namespace, problems)
}

/// The same for a root that may be in several namespaces.
pub(super) fn root_in<'x, 'a>(
    xml: &'x Xml<'a>,
    names: &[&str],
    is_namespace: impl Fn(Text<'a>) -> bool,
    problems: &mut Problems,
) -> Option<Element<'x, 'a>> {
    let root = xml.root()?;
    let named = names.iter().any(|name| root.name() == *name);
    if !named || !is_namespace(root.namespace()) {
        problems.note(root.name().span(), ProblemKind::XmlRoot);
    }
    Some(root).filter(|_| named)
}

/// An attribute that has to be there.
pub(super) fn attribute<'a>(
    element: Element<'_, 'a>,
    name: &str,
    problems: &mut Problems,
) -> Option<XmlValue<'a>> {
    let value = element.attribute(name);
    if value.is_none() {
        let end = element.name().end();
        problems.note(Span::new(end, end), ProblemKind::XmlAttribute);
    }
    value
}

/// A child element that has to be there.
pub(super) fn child<'x, 'a>(
    element: Element<'x, 'a>,
    name: &'x str,
    problems: &mut Problems,
) -> Option<Element<'x, 'a>> {
    let child = element.child(name);
    if child.is_none() {
        let end = element.content().raw.end();
        problems.note(Span::new(end, end), ProblemKind::XmlElement);
    }
    child
}

/// The content of a child element, if there is one.
pub(super) fn content<'x, 'a>(element: Element<'x, 'a>, name: &'x str) -> Option<XmlValue<'a>> {
    Some(element.child(name)?.content())
}

/// A value that is one of a few words; white space around it does not count.
pub(super) fn word<T: Word>(value: Option<XmlValue<'_>>, problems: &mut Problems) -> Option<T> {
    checked(value, problems, |value| {
        let text = value.trimmed();
        let (_, meaning) = T::WORDS.iter().find(|(word, _)| *word == text)?;
        Some(*meaning)
    })
}

/// A value that is a number without sign.
pub(super) fn number(value: Option<XmlValue<'_>>, problems: &mut Problems) -> Option<u64> {
    checked(value, problems, XmlValue::number)
}

/// A value that is true or false (XML Schema 2, 3.2.2).
pub(super) fn truth(value: Option<XmlValue<'_>>, problems: &mut Problems) -> Option<bool> {
    checked(value, problems, |value| match &*value.trimmed() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    })
}

/// Notes a value that is no weight from 0 to 1 (RFC 3261 25.1 `qvalue`).
pub(super) fn quality(value: Option<XmlValue<'_>>, problems: &mut Problems) {
    if problems.wanted() {
        let _ = checked(value, problems, |value| {
            is_quality(value.trimmed().as_bytes()).then_some(())
        });
    }
}

/// Notes a value that is no point in time (XML Schema 2, 3.2.7).
pub(super) fn time(value: Option<XmlValue<'_>>, problems: &mut Problems) {
    if problems.wanted() {
        let _ = checked(value, problems, |value| {
            is_time(value.trimmed().as_bytes()).then_some(())
        });
    }
}

/// `2001-10-27T16:49:29.5+01:00`: a year of four digits or more, perhaps a fraction, perhaps a zone.
fn is_time(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let year = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let Some((clock, behind)) = text[year..].split_at_checked("-01-01T00:00:00".len()) else {
        return false;
    };
    let fraction = match behind {
        [b'.', digits @ ..] => {
            let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
            1 + digits.count()
        }
        _ => 0,
    };
    let zone = &behind[fraction..];
    year >= 4
        && fraction != 1
        && is_like(clock, b"-00-00T00:00:00")
        && (matches!(zone, [] | b"Z") || is_like(zone, b"+00:00") || is_like(zone, b"-00:00"))
}

/// Whether it has digits where the pattern has zeros, and everything else as the pattern has it.
fn is_like(text: &[u8], pattern: &[u8]) -> bool {
    let fits = |(byte, wanted): (&u8, &u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    text.len() == pattern.len() && text.iter().zip(pattern).all(fits)
}

/// What a value means; if it means nothing, that is noted.
fn checked<'a, T>(
    value: Option<XmlValue<'a>>,
    problems: &mut Problems,
    meaning: impl Fn(XmlValue<'a>) -> Option<T>,
) -> Option<T> {
    let value = value?;
    let meaning = meaning(value);
    if meaning.is_none() {
        value.odd(problems);
    }
    meaning
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_date_and_a_clock() {
        for fine in [
            "2001-10-27T16:49:29Z",
            "2001-10-27T16:49:29",
            "2001-10-27T16:49:29.123456+01:00",
            "-12001-10-27T16:49:29-14:00",
        ] {
            assert!(is_time(fine.as_bytes()), "{fine}");
        }
        for odd in [
            "yesterday",
            "",
            "2001-10-27",
            "2001-10-27 16:49:29Z",
            "2001-10-27T16:49Z",
            "01-10-27T16:49:29Z",
            "2001-10-27T16:49:29.Z",
            "2001-10-27T16:49:29z",
            "2001-10-27T16:49:29+0100",
        ] {
            assert!(!is_time(odd.as_bytes()), "{odd}");
        }
    }
}
