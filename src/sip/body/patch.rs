//! Changes of an XML document: add, replace, remove, each at the place that a selector names (RFC 5261). Partial presence and
//! XCAP differences are made of them.

use super::expect::{attribute, word, words};
use super::xml::{Element, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation<'a> {
    /// All of it.
    pub span: Span,
    /// What is done.
    pub kind: OperationKind,
    /// Where it is done: an XPath.
    pub selector: Option<XmlValue<'a>>,
    /// Where something is added, if not as the last child.
    pub position: Option<Position>,
    /// What is added if it is no child: `@` and the name of an attribute, or `namespace::` and a prefix.
    pub node_type: Option<XmlValue<'a>>,
    /// Which white space is removed as well.
    pub white_space: Option<WhiteSpace>,
    /// What is added or put in place.
    pub content: XmlValue<'a>,
}

/// What is done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Something is added.
    Add,
    /// Something takes the place of something.
    Replace,
    /// Something is removed.
    Remove,
}

words! {
    /// Where something is added.
    Position {
        /// As the first child.
        Prepend "prepend"
        /// In front of what is selected.
        Before "before"
        /// Behind what is selected.
        After "after"
    }
}

words! {
    /// White space that is removed together with an element.
    WhiteSpace {
        /// In front of it.
        Before "before"
        /// Behind it.
        After "after"
        /// On both sides.
        Both "both"
    }
}

/// The changes among the children of an element, which are in its namespace.
pub(super) fn operations<'a>(
    parent: Element<'_, 'a>,
    problems: &mut Problems,
) -> Vec<Operation<'a>> {
    parent
        .own_elements()
        .filter_map(|child| operation(child, problems))
        .collect()
}

fn operation<'a>(element: Element<'_, 'a>, problems: &mut Problems) -> Option<Operation<'a>> {
    let kind = match element.name().bytes() {
        b"add" => OperationKind::Add,
        b"replace" => OperationKind::Replace,
        b"remove" => OperationKind::Remove,
        _ => return None,
    };
    Some(Operation {
        span: element.span(),
        kind,
        selector: attribute(element, "sel", problems),
        position: word(element.attribute("pos"), problems),
        node_type: element.attribute("type"),
        white_space: word(element.attribute("ws"), problems),
        content: element.content(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::xml::Xml;
    use crate::sip::text::Text;

    fn kinds(document: &str) -> Vec<OperationKind> {
        let xml = Xml::read(Text::all(document.as_bytes()), &mut Problems::ignored());
        let found = operations(xml.root().unwrap(), &mut Problems::ignored());
        found.iter().map(|operation| operation.kind).collect()
    }

    #[test]
    fn only_children_in_the_namespace_of_their_parent_are_changes() {
        let document = "<d:x xmlns:d='urn:d' xmlns:e='urn:e' xmlns:f='urn:d'>\
            <d:add sel='a'/><e:remove sel='a'/><f:replace sel='a'/><add sel='a'/></d:x>";
        let expected = [OperationKind::Add, OperationKind::Replace];
        assert_eq!(kinds(document), expected);
    }

    /// Comparing the name of the namespace for each child would take minutes.
    #[test]
    fn a_long_namespace_with_many_children_takes_linear_time() {
        let namespace = "A".repeat(1 << 22);
        let children = "<a/>".repeat(1 << 19);
        let document = format!("<x xmlns='{namespace}'>{children}<add sel='a'/></x>");
        assert_eq!(kinds(&document), [OperationKind::Add]);
    }
}
