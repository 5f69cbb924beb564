//! Lists of users, as they are stored on a server (RFC 4826) or sent along with a request that is meant for all of them
//! (RFC 5363), then with what each recipient is: To, Cc or Bcc (RFC 5364).

use super::expect::{attribute, content, root, truth, word, words};
use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:resource-lists";
const COPY_CONTROL: &str = "urn:ietf:params:xml:ns:copycontrol";

/// A resource lists document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceLists<'a> {
    /// Its lists.
    pub lists: Vec<List<'a>>,
}

/// A list. Lists nest no deeper than elements are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<'a> {
    /// All of it.
    pub span: Span,
    /// What it is called among its neighbours.
    pub name: Option<XmlValue<'a>>,
    /// What people call it.
    pub display_name: Option<XmlValue<'a>>,
    /// Its members.
    pub entries: Vec<Entry<'a>>,
    /// Members that stand in other documents of the same server: relative XCAP URIs.
    pub entry_references: Vec<Reference<'a>>,
    /// Lists that stand elsewhere: absolute XCAP URIs.
    pub externals: Vec<Reference<'a>>,
    /// Lists in it.
    pub lists: Vec<List<'a>>,
}

/// A member of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// All of it.
    pub span: Span,
    /// Who it is.
    pub uri: Option<XmlValue<'a>>,
    /// What people call it.
    pub display_name: Option<XmlValue<'a>>,
    /// What kind of recipient it is.
    pub copy_control: Option<CopyControl>,
    /// Whether the others may not see it.
    pub anonymous: Option<bool>,
}

words! {
    /// What kind of recipient somebody is.
    CopyControl {
        /// A main one.
        To "to"
        /// One that gets a copy.
        Cc "cc"
        /// One that gets a copy and that others do not see.
        Bcc "bcc"
    }
}

/// What stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// All of it.
    pub span: Span,
    /// Where it stands.
    pub target: Option<XmlValue<'a>>,
    /// What people call it.
    pub display_name: Option<XmlValue<'a>>,
}

impl<'a> ResourceLists<'a> {
    /// Reads a resource lists document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let root = root(xml, &["resource-lists"], NAMESPACE, problems);
        Self {
            lists: root.map_or_else(Vec::new, |root| lists(root, problems)),
        }
    }
}

fn lists<'a>(parent: Element<'_, 'a>, problems: &mut Problems) -> Vec<List<'a>> {
    parent
        .children("list")
        .map(|list| List::of(list, problems))
        .collect()
}

impl<'a> List<'a> {
    fn of(list: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            span: list.span(),
            name: list.attribute("name"),
            display_name: content(list, "display-name"),
            entries: list
                .children("entry")
                .map(|entry| Entry::of(entry, problems))
                .collect(),
            entry_references: list
                .children("entry-ref")
                .map(|entry| Reference::of(entry, attribute(entry, "ref", problems)))
                .collect(),
            externals: list
                .children("external")
                .map(|external| Reference::of(external, external.attribute("anchor")))
                .collect(),
            lists: lists(list, problems),
        }
    }
}

impl<'a> Entry<'a> {
    fn of(entry: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let control = |name| entry.attribute_in(COPY_CONTROL, name);
        Self {
            span: entry.span(),
            uri: attribute(entry, "uri", problems),
            display_name: content(entry, "display-name"),
            copy_control: word(control("copyControl"), problems),
            anonymous: truth(control("anonymize"), problems),
        }
    }
}

impl<'a> Reference<'a> {
    fn of(element: Element<'_, 'a>, target: Option<XmlValue<'a>>) -> Self {
        Self {
            span: element.span(),
            target,
            display_name: content(element, "display-name"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"
                xmlns:cc="urn:ietf:params:xml:ns:copycontrol">
  <list name="friends">
    <display-name>Friends &amp; co</display-name>
    <entry uri="sip:bill@example.com" cc:copyControl="to"><display-name>Bill</display-name></entry>
    <entry uri="sip:joe@example.org" cc:copyControl="bcc" cc:anonymize="true"/>
    <entry-ref ref="resource-lists/users/sip:bill@example.com/index"><display-name>r</display-name></entry-ref>
    <external anchor="http://xcap.example.org/resource-lists/users/sip:a@example.org/index"/>
    <list name="close"><entry uri="sip:nancy@example.com"/><list/></list>
  </list>
  <list/>
</resource-lists>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            ResourceLists::read(xml, problems);
        });
    }

    #[test]
    fn reads_lists() {
        let lists = read_clean(DOCUMENT, ResourceLists::read).lists;
        assert_eq!(lists.len(), 2);
        let friends = &lists[0];
        assert!(friends.name.unwrap().is("friends"));
        assert!(friends.display_name.unwrap().is("Friends & co"));
        let [bill, joe] = &friends.entries[..] else {
            panic!("two entries");
        };
        assert!(bill.uri.unwrap().is("sip:bill@example.com"));
        assert!(bill.display_name.unwrap().is("Bill"));
        assert_eq!(
            (bill.copy_control, bill.anonymous),
            (Some(CopyControl::To), None)
        );
        assert_eq!(
            (joe.copy_control, joe.anonymous),
            (Some(CopyControl::Bcc), Some(true))
        );
        let reference = &friends.entry_references[0];
        let index = "resource-lists/users/sip:bill@example.com/index";
        assert!(reference.target.unwrap().is(index) && reference.display_name.unwrap().is("r"));
        let index = "http://xcap.example.org/resource-lists/users/sip:a@example.org/index";
        assert!(friends.externals[0].target.unwrap().is(index));
        let close = &friends.lists[0];
        assert!(close.entries[0].uri.unwrap().is("sip:nancy@example.com"));
        assert_eq!(close.lists.len(), 1);
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'>\
             <list><entry«»/><entry-ref«»/><external/></list></resource-lists>",
            &[XmlAttribute; 2],
        );
        noted(
            "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'>\
             <list xmlns:c='urn:ietf:params:xml:ns:copycontrol'><entry uri='sip:a' c:copyControl='«all»' «d»:x=''/></list></resource-lists>",
            &[XmlAttribute, XmlNamespace],
        );
        noted("<«resource-lists»><list/></resource-lists>", &[XmlRoot]);
        noted(
            "<«list» xmlns='urn:ietf:params:xml:ns:resource-lists'/>",
            &[XmlRoot],
        );
    }

    #[test]
    fn survives_damage() {
        assert_survives(DOCUMENT, |xml, problems| {
            ResourceLists::read(xml, problems);
        });
    }
}
