//! Which namespace a prefix stands for, at each place of a document. As many as a document declares, at the cost of a look
//! into a table.

use std::collections::HashMap;

use crate::base::Span;
use crate::sip::text::Text;

/// The declarations that hold at a place.
pub(super) struct Namespaces<'a> {
    bound: HashMap<&'a [u8], Span>,
    /// Where each namespace was declared first: its place stands for it.
    first: HashMap<&'a [u8], Span>,
    /// What held before each declaration, and at which depth that one was.
    before: Vec<(usize, &'a [u8], Option<Span>)>,
}

impl<'a> Namespaces<'a> {
    pub(super) fn new() -> Self {
        // No prefix is no namespace; `xml` needs no declaration (Namespaces in XML 1.0 3).
        let none = Span::default();
        Self {
            bound: HashMap::from([(&b""[..], none), (&b"xml"[..], none)]),
            first: HashMap::from([(&b""[..], none)]),
            before: Vec::new(),
        }
    }

    /// A declaration in the start tag of an element at this depth.
    pub(super) fn declare(&mut self, depth: usize, prefix: Text<'a>, namespace: Text<'a>) {
        let place = *self
            .first
            .entry(namespace.bytes())
            .or_insert(namespace.span());
        let before = self.bound.insert(prefix.bytes(), place);
        self.before.push((depth, prefix.bytes(), before));
    }

    /// The declarations of the element at this depth hold no longer.
    pub(super) fn leave(&mut self, depth: usize) {
        while let Some((_, prefix, before)) = self.before.pop_if(|last| last.0 >= depth) {
            match before {
                Some(place) => self.bound.insert(prefix, place),
                None => self.bound.remove(prefix),
            };
        }
    }

    /// The place that stands for the namespace of a prefix; `None` if the prefix is not declared.
    pub(super) fn of(&self, prefix: Text<'_>) -> Option<Span> {
        self.bound.get(prefix.bytes()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_hold_inside_their_element() {
        let whole = b"p urn:a urn:b urn:a";
        let text = |start, end| Text::new(whole, Span::new(start, end));
        let (prefix, none) = (text(0, 1), text(0, 0));
        let mut namespaces = Namespaces::new();
        assert_eq!(namespaces.of(prefix), None);
        assert_eq!(namespaces.of(none), Some(Span::default()));
        namespaces.declare(1, prefix, text(2, 7));
        namespaces.declare(2, prefix, text(8, 13));
        namespaces.declare(2, none, text(14, 19));
        assert_eq!(namespaces.of(prefix), Some(Span::new(8, 13)));
        assert_eq!(namespaces.of(none), Some(Span::new(2, 7)));
        namespaces.leave(2);
        assert_eq!(namespaces.of(prefix), Some(Span::new(2, 7)));
        assert_eq!(namespaces.of(none), Some(Span::default()));
        namespaces.leave(1);
        assert_eq!(namespaces.of(prefix), None);
    }
}
