//! What has changed in the documents of an XCAP server, as it is told to those who subscribe to `xcap-diff` (RFC 5874).

use super::expect::{attribute, root, truth};
use super::patch::{Operation, operations};
use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:xcap-diff";

/// An XCAP difference document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XcapDiff<'a> {
    /// Where the documents of the server begin.
    pub xcap_root: Option<XmlValue<'a>>,
    /// Documents that changed.
    pub documents: Vec<Document<'a>>,
    /// Elements as they are now.
    pub elements: Vec<Component<'a>>,
    /// Attributes as they are now.
    pub attributes: Vec<Component<'a>>,
}

/// A document that was made, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    /// All of it.
    pub span: Span,
    /// Which one, below the root.
    pub selector: Option<XmlValue<'a>>,
    /// Its entity tag now; none if it was removed.
    pub new_etag: Option<XmlValue<'a>>,
    /// Its entity tag before; none if it was made.
    pub previous_etag: Option<XmlValue<'a>>,
    /// Whether only the entity tag changed.
    pub body_not_changed: bool,
    /// What changed in it.
    pub operations: Vec<Operation<'a>>,
}

/// An element or attribute of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component<'a> {
    /// All of it.
    pub span: Span,
    /// Which one, below the root.
    pub selector: Option<XmlValue<'a>>,
    /// Whether it is there; absent where its content tells.
    pub exists: Option<bool>,
    /// What it is: the element, or the value of the attribute.
    pub content: XmlValue<'a>,
}

impl<'a> XcapDiff<'a> {
    /// Reads an XCAP difference document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let Some(root) = root(xml, &["xcap-diff"], NAMESPACE, problems) else {
            return Self::default();
        };
        let mut components = |name| {
            root.children(name)
                .map(|component| Component::of(component, problems))
                .collect()
        };
        let (elements, attributes) = (components("element"), components("attribute"));
        Self {
            xcap_root: attribute(root, "xcap-root", problems),
            documents: root
                .children("document")
                .map(|document| Document::of(document, problems))
                .collect(),
            elements,
            attributes,
        }
    }
}

impl<'a> Document<'a> {
    fn of(document: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            span: document.span(),
            selector: attribute(document, "sel", problems),
            new_etag: document.attribute("new-etag"),
            previous_etag: document.attribute("previous-etag"),
            body_not_changed: document.child("body-not-changed").is_some(),
            operations: operations(document, problems),
        }
    }
}

impl<'a> Component<'a> {
    fn of(component: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            span: component.span(),
            selector: attribute(component, "sel", problems),
            exists: truth(component.attribute("exists"), problems),
            content: component.content(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::patch::OperationKind;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<d:xcap-diff xmlns="urn:ietf:params:xml:ns:resource-lists"
             xmlns:d="urn:ietf:params:xml:ns:xcap-diff" xcap-root="http://xcap.example.com/">
  <d:document new-etag="7ahggs" sel="resource-lists/users/sip:joe@example.com/index"
              previous-etag="30376adf">
    <d:add sel="*/list"><entry uri="sip:n@example.com"/></d:add>
    <d:remove sel="*/list/entry[1]"/>
  </d:document>
  <d:document new-etag="b" sel="x" previous-etag="a"><d:body-not-changed/></d:document>
  <d:element sel="x/~~/list" exists="0"/>
  <d:element sel="y/~~/list"><list/></d:element>
  <d:attribute sel="y/~~/list/@name">friends</d:attribute>
</d:xcap-diff>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            XcapDiff::read(xml, problems);
        });
    }

    #[test]
    fn reads_changes() {
        let diff = read_clean(DOCUMENT, XcapDiff::read);
        assert!(diff.xcap_root.unwrap().is("http://xcap.example.com/"));
        let [changed, same] = &diff.documents[..] else {
            panic!("two documents");
        };
        let index = "resource-lists/users/sip:joe@example.com/index";
        assert!(changed.selector.unwrap().is(index));
        assert!(changed.new_etag.unwrap().is("7ahggs"));
        assert!(changed.previous_etag.unwrap().is("30376adf"));
        assert!(!changed.body_not_changed && same.body_not_changed);
        assert_eq!(changed.operations[0].kind, OperationKind::Add);
        assert!(
            changed.operations[1]
                .selector
                .unwrap()
                .is("*/list/entry[1]")
        );
        assert!(same.operations.is_empty());
        assert_eq!(
            (diff.elements[0].exists, diff.elements[1].exists),
            (Some(false), None)
        );
        assert_eq!(diff.elements[1].content.raw, "<list/>");
        assert!(diff.attributes[0].selector.unwrap().is("y/~~/list/@name"));
        assert!(diff.attributes[0].content.is("friends"));
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<xcap-diff«» xmlns='urn:ietf:params:xml:ns:xcap-diff'><document«»><add«»/></document>\
             <element sel='x' exists='«no»'/><attribute«»/></xcap-diff>",
            &[XmlAttribute; 5],
        );
        noted("<«xcap-diff» xcap-root='http://x/'/>", &[XmlRoot]);
    }

    #[test]
    fn survives_damage() {
        assert_survives(DOCUMENT, |xml, problems| {
            XcapDiff::read(xml, problems);
        });
    }
}
