//! Tools of the tests of XML bodies: documents in which the place of each problem is marked, and documents that are damaged
//! everywhere.

use super::xml::Xml;
use crate::base::Span;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// Stands in front of every body, so that places in the body are not places in the message.
const HEAD: &str = "NOTIFY sip:a@b SIP/2.0\r\n\r\n";

/// Asserts that a document has exactly these problems, in the order of the places that are marked with `«` and `»`.
pub(super) fn assert_noted(
    marked: &str,
    kinds: &[ProblemKind],
    read: impl Fn(&Xml<'_>, &mut Problems),
) {
    let mut message = HEAD.to_owned();
    let mut starts = Vec::new();
    let mut expected = Vec::new();
    for character in marked.chars() {
        match character {
            '«' => starts.push((message.len(), starts.len() + expected.len())),
            '»' => {
                let (start, index) = starts.pop().unwrap();
                let span = Span::new(start, message.len());
                expected.push((index, span));
            }
            other => message.push(other),
        }
    }
    expected.sort_by_key(|(index, _)| *index);
    let expected: Vec<_> = kinds
        .iter()
        .copied()
        .zip(expected.into_iter().map(|(_, span)| span))
        .collect();
    assert_eq!(expected.len(), kinds.len(), "marks in {marked}");
    let mut problems = Problems::kept();
    let body = Text::all(message.as_bytes()).from(HEAD.len());
    read(&Xml::read(body, &mut problems), &mut problems);
    let found: Vec<_> = problems
        .sorted()
        .iter()
        .map(|problem| (problem.kind, problem.span))
        .collect();
    assert_eq!(found, expected, "{marked}");
}

/// Reads a document that has no fault.
pub(super) fn read_clean<T>(
    document: &'static str,
    read: impl Fn(&Xml<'static>, &mut Problems) -> T,
) -> T {
    let mut problems = Problems::kept();
    let xml = Xml::read(Text::all(document.as_bytes()), &mut problems);
    let value = read(&xml, &mut problems);
    assert_eq!(problems.list(), [], "{document}");
    value
}

/// Damages a document at every byte: cuts it there, and puts other bytes there. Whatever is made of it stays inside of it.
pub(super) fn assert_survives(document: &str, read: impl Fn(&Xml<'_>, &mut Problems)) {
    for at in 0..document.len() {
        look_at(&document.as_bytes()[..at], &read);
        for byte in [0, b' ', b'"', b'&', b'/', b':', b'<', b'>', b'!', 0xff] {
            let mut damaged = document.as_bytes().to_vec();
            damaged[at] = byte;
            look_at(&damaged, &read);
        }
    }
}

/// Reads a body with all that is in it, and asserts that all places lie in it and in the elements around them, and that
/// each element begins where one does.
pub(super) fn look_at(body: &[u8], read: &impl Fn(&Xml<'_>, &mut Problems)) {
    let message = [HEAD.as_bytes(), body].concat();
    let whole = Span::new(HEAD.len(), message.len());
    let mut problems = Problems::kept();
    let xml = Xml::read(Text::new(&message, whole), &mut problems);
    read(&xml, &mut problems);
    for problem in problems.list() {
        assert_inside(problem.span, whole);
    }
    let _ = xml.root().map(|root| root.content().text());
    for element in xml.elements() {
        assert_inside(element.span(), whole);
        assert_eq!(message[element.span().start as usize], b'<');
        assert_inside(element.name().span(), element.span());
        assert_inside(element.content().raw.span(), element.span());
        if element.elements().next().is_none() {
            let _ = element.content().text();
        }
        for (name, value) in element.attributes() {
            assert_inside(name.span(), element.span());
            assert_inside(value.raw.span(), element.span());
            let _ = value.text();
        }
        for child in element.elements() {
            assert_inside(child.span(), element.content().raw.span());
        }
    }
}

fn assert_inside(inner: Span, outer: Span) {
    let inside = outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;
    assert!(inside, "{inner:?} is not in {outer:?}");
}
