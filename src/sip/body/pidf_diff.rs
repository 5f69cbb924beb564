//! Partial presence: all of a presence document, or what has changed in it (RFC 5262).

use super::expect::{number, root};
use super::patch::{Operation, operations};
use super::pidf::{NAMESPACE as PIDF, Pidf};
use super::xml::{Xml, XmlValue};
use crate::sip::problem::Problems;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:pidf-diff";

/// A partial presence document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PidfDiff<'a> {
    /// Whose presence it is.
    pub entity: Option<XmlValue<'a>>,
    /// Counts the documents of a subscription.
    pub version: Option<u64>,
    /// What it tells.
    pub state: PartialPresence<'a>,
}

/// What a partial presence document tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartialPresence<'a> {
    /// Everything: `pidf-full`.
    Full(Pidf<'a>),
    /// What has changed: `pidf-diff`.
    Changes(Vec<Operation<'a>>),
}

impl Default for PartialPresence<'_> {
    fn default() -> Self {
        Self::Changes(Vec::new())
    }
}

impl<'a> PidfDiff<'a> {
    /// Reads a partial presence document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let names = ["pidf-full", "pidf-diff"];
        let Some(root) = root(xml, &names, NAMESPACE, problems) else {
            return Self::default();
        };
        let state = if root.name() == "pidf-full" {
            let children = |name| root.children_in(PIDF, name);
            PartialPresence::Full(Pidf::inside(root, children, problems))
        } else {
            PartialPresence::Changes(operations(root, problems))
        };
        Self {
            entity: root.attribute("entity"),
            version: number(root.attribute("version"), problems),
            state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::patch::{OperationKind, Position, WhiteSpace};
    use crate::sip::body::pidf::Basic;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const FULL: &str = r#"<p:pidf-full xmlns="urn:ietf:params:xml:ns:pidf"
  xmlns:p="urn:ietf:params:xml:ns:pidf-diff" entity="pres:a@example.com" version="567">
  <tuple id="t"><status><basic>open</basic></status></tuple>
  <note>here</note>
</p:pidf-full>"#;

    const CHANGES: &str = r#"<?xml version="1.0"?>
<p:pidf-diff xmlns="urn:ietf:params:xml:ns:pidf" xmlns:p="urn:ietf:params:xml:ns:pidf-diff"
  entity="pres:a@example.com" version="568">
  <p:add sel="presence/note" pos="before"><tuple id="n"><status/></tuple></p:add>
  <p:replace sel="*/tuple[@id='t']/status/basic/text()">closed</p:replace>
  <p:remove sel="*/tuple[@id='u']" ws="both"/>
  <p:add sel="*/tuple" type="@id">v</p:add>
</p:pidf-diff>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            PidfDiff::read(xml, problems);
        });
    }

    #[test]
    fn reads_a_full_state() {
        let diff = read_clean(FULL, PidfDiff::read);
        assert_eq!(diff.version, Some(567));
        assert!(diff.entity.unwrap().is("pres:a@example.com"));
        let PartialPresence::Full(pidf) = diff.state else {
            panic!("everything");
        };
        assert_eq!(pidf.tuples[0].basic, Some(Basic::Open));
        assert!(pidf.notes[0].text.is("here"));
    }

    #[test]
    fn reads_changes() {
        let diff = read_clean(CHANGES, PidfDiff::read);
        assert_eq!(diff.version, Some(568));
        let PartialPresence::Changes(operations) = diff.state else {
            panic!("changes");
        };
        let kinds: Vec<_> = operations.iter().map(|operation| operation.kind).collect();
        use OperationKind::{Add, Remove, Replace};
        assert_eq!(kinds, [Add, Replace, Remove, Add]);
        assert_eq!(operations[0].position, Some(Position::Before));
        assert_eq!(
            operations[0].content.raw,
            "<tuple id=\"n\"><status/></tuple>"
        );
        assert!(operations[1].content.is("closed"));
        assert!(
            operations[1]
                .selector
                .unwrap()
                .is("*/tuple[@id='t']/status/basic/text()")
        );
        assert_eq!(operations[2].white_space, Some(WhiteSpace::Both));
        assert!(operations[3].node_type.unwrap().is("@id"));
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<d:pidf-diff xmlns:d='urn:ietf:params:xml:ns:pidf-diff' version='«-1»'><d:remove«»/><d:add sel='x' pos='«last»'/></d:pidf-diff>",
            &[XmlAttribute; 3],
        );
        noted(
            "<pidf-full«» xmlns='urn:ietf:params:xml:ns:pidf-diff'/>",
            &[XmlAttribute],
        );
        noted(
            "<«pidf-diff» xmlns='urn:ietf:params:xml:ns:pidf'/>",
            &[XmlRoot],
        );
        noted(
            "<«presence» xmlns='urn:ietf:params:xml:ns:pidf-diff'/>",
            &[XmlRoot],
        );
    }

    #[test]
    fn survives_damage() {
        for document in [FULL, CHANGES] {
            assert_survives(document, |xml, problems| {
                PidfDiff::read(xml, problems);
            });
        }
    }
}
