//! What the readers of XML formats expect of a document, and how they say that it is not there: a root, elements, attributes,
//! and values out of a list. All formats are read through these few.

use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
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
