//! Presence: who can be reached how (RFC 3863), with the persons and devices of RFC 4479 and the activities of RFC 4480. The
//! forms that drafts had before the RFC are read as well: old documents and old servers use them.

use std::collections::HashSet;

use super::expect::{attribute, child, content, quality, root_in, time, word, words};
use super::xml::{Children, Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;
use crate::sip::text::Text;

/// The namespace of RFC 3863.
pub const NAMESPACE: &str = "urn:ietf:params:xml:ns:pidf";
const DRAFT: &[u8] = b"urn:ietf:params:xml:ns:cpim-pidf";
const DATA_MODEL: &str = "urn:ietf:params:xml:ns:pidf:data-model";
const RPID: &str = "urn:ietf:params:xml:ns:pidf:rpid";

/// Which form a presence document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PidfForm {
    /// The one of RFC 3863.
    Registered,
    /// The namespace of the drafts before it, `urn:ietf:params:xml:ns:cpim-pidf`, perhaps with something behind a colon.
    Draft,
    /// No namespace at all.
    Bare,
}

impl PidfForm {
    fn of(namespace: Text<'_>) -> Option<Self> {
        match namespace.bytes().strip_prefix(DRAFT) {
            Some([] | [b':', ..]) => Some(Self::Draft),
            _ if namespace == NAMESPACE => Some(Self::Registered),
            _ if namespace.is_empty() => Some(Self::Bare),
            _ => None,
        }
    }
}

/// A presence document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pidf<'a> {
    /// Its form; `None` if the root is not that of a presence document, or in an unknown namespace.
    pub form: Option<PidfForm>,
    /// Whose presence it is.
    pub entity: Option<XmlValue<'a>>,
    /// The ways in which the presentity can be reached.
    pub tuples: Vec<Tuple<'a>>,
    /// Notes on the whole.
    pub notes: Vec<Note<'a>>,
    /// What is told about persons (RFC 4479).
    pub persons: Vec<Person<'a>>,
    /// What is told about devices (RFC 4479).
    pub devices: Vec<Device<'a>>,
}

/// One way to reach the presentity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuple<'a> {
    /// All of it.
    pub span: Span,
    /// What it is called.
    pub id: Option<XmlValue<'a>>,
    /// Whether messages are taken there.
    pub basic: Option<Basic>,
    /// The address.
    pub contact: Option<Contact<'a>>,
    /// Notes on it.
    pub notes: Vec<Note<'a>>,
    /// When its status was so, as written.
    pub timestamp: Option<XmlValue<'a>>,
    /// What is being done there (RFC 4480).
    pub activities: Vec<Text<'a>>,
}

words! {
    /// Whether messages are taken.
    Basic {
        /// They are.
        Open "open"
        /// They are not.
        Closed "closed"
    }
}

/// An address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact<'a> {
    /// The URI.
    pub uri: XmlValue<'a>,
    /// How it is preferred over others, from 0 to 1, as written.
    pub priority: Option<XmlValue<'a>>,
}

/// A text for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// The text.
    pub text: XmlValue<'a>,
    /// Its language.
    pub language: Option<XmlValue<'a>>,
}

/// What is told about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person<'a> {
    /// All of it.
    pub span: Span,
    /// What it is called.
    pub id: Option<XmlValue<'a>>,
    /// What the person does: the names of the elements.
    pub activities: Vec<Text<'a>>,
    /// Notes on it.
    pub notes: Vec<Note<'a>>,
    /// When this was so, as written.
    pub timestamp: Option<XmlValue<'a>>,
}

/// What is told about a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device<'a> {
    /// All of it.
    pub span: Span,
    /// What it is called here.
    pub id: Option<XmlValue<'a>>,
    /// What it is called everywhere.
    pub device_id: Option<XmlValue<'a>>,
    /// Notes on it.
    pub notes: Vec<Note<'a>>,
    /// When this was so, as written.
    pub timestamp: Option<XmlValue<'a>>,
}

impl<'a> Pidf<'a> {
    /// Reads a presence document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let known = |namespace| PidfForm::of(namespace).is_some();
        let Some(root) = root_in(xml, &["presence"], known, problems) else {
            return Self::default();
        };
        Self {
            form: PidfForm::of(root.namespace()),
            ..Self::inside(root, |name| root.children(name), problems)
        }
    }

    /// Reads what stands in the root, which `pidf-full` of RFC 5262 shares with `presence`.
    pub(super) fn inside<'x>(
        root: Element<'x, 'a>,
        children: impl Fn(&'static str) -> Children<'x, 'a>,
        problems: &mut Problems,
    ) -> Self {
        let model = |name| root.children_in(DATA_MODEL, name);
        let tuples: Vec<_> = children("tuple")
            .map(|tuple| Tuple::of(tuple, problems))
            .collect();
        check_unique(&tuples, problems);
        Self {
            form: None,
            entity: attribute(root, "entity", problems),
            tuples,
            notes: children("note").map(Note::of).collect(),
            persons: model("person")
                .map(|person| Person::of(person, problems))
                .collect(),
            devices: model("device")
                .map(|device| Device::of(device, problems))
                .collect(),
        }
    }
}

impl<'a> Tuple<'a> {
    fn of(tuple: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let id = attribute(tuple, "id", problems);
        let status = child(tuple, "status", problems);
        let basic = status.and_then(|status| content(status, "basic"));
        Self {
            span: tuple.span(),
            id,
            basic: word(basic, problems),
            contact: tuple
                .child("contact")
                .map(|contact| Contact::of(contact, problems)),
            notes: tuple.children("note").map(Note::of).collect(),
            timestamp: timestamp(tuple, problems),
            activities: activities(tuple),
        }
    }
}

impl<'a> Contact<'a> {
    fn of(contact: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let priority = contact.attribute("priority");
        // RFC 3863 4.4 has the same grammar for it as SIP has.
        quality(priority, problems);
        Self {
            uri: contact.content(),
            priority,
        }
    }
}

impl<'a> Note<'a> {
    fn of(note: Element<'_, 'a>) -> Self {
        Self {
            text: note.content(),
            language: note.attribute("xml:lang"),
        }
    }
}

impl<'a> Person<'a> {
    fn of(person: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            span: person.span(),
            id: attribute(person, "id", problems),
            activities: activities(person),
            notes: person.children("note").map(Note::of).collect(),
            timestamp: timestamp(person, problems),
        }
    }
}

impl<'a> Device<'a> {
    fn of(device: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            span: device.span(),
            id: attribute(device, "id", problems),
            device_id: child(device, "deviceID", problems).map(Element::content),
            notes: device.children("note").map(Note::of).collect(),
            timestamp: timestamp(device, problems),
        }
    }
}

fn timestamp<'a>(element: Element<'_, 'a>, problems: &mut Problems) -> Option<XmlValue<'a>> {
    let timestamp = content(element, "timestamp");
    time(timestamp, problems);
    timestamp
}

/// Notes each identifier that stands a second time: it is unique in the document (RFC 3863 4.1.2).
fn check_unique(tuples: &[Tuple<'_>], problems: &mut Problems) {
    if !problems.wanted() {
        return;
    }
    let mut seen = HashSet::new();
    for id in tuples.iter().filter_map(|tuple| tuple.id) {
        if !seen.insert(id.trimmed()) {
            id.odd(problems);
        }
    }
}

/// The names of the activities; a note among them is none (RFC 4480 3.2).
fn activities<'a>(element: Element<'_, 'a>) -> Vec<Text<'a>> {
    element
        .children_in(RPID, "activities")
        .flat_map(Element::elements)
        .map(Element::name)
        .filter(|name| *name != "note")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const REGISTERED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<impp:presence xmlns:impp="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
    xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="pres:carol@example.com">
  <impp:tuple id="t1">
    <impp:status><impp:basic> open </impp:basic></impp:status>
    <r:activities><r:meeting/></r:activities>
    <impp:contact priority="0.8">sip:carol@example.com;a=1&amp;2</impp:contact>
    <impp:note xml:lang="en">Don't <![CDATA[<disturb>]]></impp:note>
    <impp:note>Non</impp:note>
    <impp:timestamp>2024-05-01T10:00:00Z</impp:timestamp>
  </impp:tuple>
  <impp:tuple id="t2"><impp:status/><other xmlns="urn:other"/></impp:tuple>
  <impp:note>all</impp:note>
  <dm:person id="p1">
    <r:activities><r:note>x</r:note><r:away/><r:on-the-phone/></r:activities>
    <dm:note>out</dm:note>
    <dm:timestamp>2024-05-01T11:00:00Z</dm:timestamp>
  </dm:person>
  <dm:device id="d1"><dm:deviceID>mac:8asd7d7d70</dm:deviceID></dm:device>
</impp:presence>
"#;

    const DRAFT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:cpim-pidf" xmlns:im="urn:ietf:params:xml:ns:cpim-pidf:im"
   entity="pres:bob@home2.net ">
  <tuple id="mobile-im">
    <status><basic>closed</basic><im:im>busy</im:im></status>
    <contact priority="1.0">im:bob@home2.net</contact>
  </tuple>
</presence>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            Pidf::read(xml, problems);
        });
    }

    #[test]
    fn reads_the_registered_form() {
        let pidf = read_clean(REGISTERED, Pidf::read);
        assert_eq!(pidf.form, Some(PidfForm::Registered));
        assert!(pidf.entity.unwrap().is("pres:carol@example.com"));
        let [one, two] = &pidf.tuples[..] else {
            panic!("two tuples");
        };
        assert_eq!((one.basic, two.basic), (Some(Basic::Open), None));
        assert!(one.id.unwrap().is("t1") && two.id.unwrap().is("t2"));
        let contact = one.contact.unwrap();
        assert_eq!(contact.uri.text(), "sip:carol@example.com;a=1&2");
        assert!(contact.priority.unwrap().is("0.8"));
        assert_eq!(one.notes[0].text.text(), "Don't <disturb>");
        assert!(one.notes[0].language.unwrap().is("en"));
        assert!(one.notes[1].text.is("Non") && one.notes[1].language.is_none());
        assert!(one.timestamp.unwrap().is("2024-05-01T10:00:00Z"));
        assert_eq!(one.activities, ["meeting"]);
        assert!(pidf.notes[0].text.is("all") && pidf.notes.len() == 1);
        let person = &pidf.persons[0];
        assert_eq!(person.activities, ["away", "on-the-phone"]);
        assert!(person.id.unwrap().is("p1") && person.notes[0].text.is("out"));
        assert!(person.timestamp.unwrap().is("2024-05-01T11:00:00Z"));
        let device = &pidf.devices[0];
        assert!(device.id.unwrap().is("d1") && device.device_id.unwrap().is("mac:8asd7d7d70"));
    }

    #[test]
    fn reads_the_forms_before_the_rfc() {
        let pidf = read_clean(DRAFT, Pidf::read);
        assert_eq!(pidf.form, Some(PidfForm::Draft));
        assert_eq!(pidf.entity.unwrap().text(), "pres:bob@home2.net ");
        assert_eq!(pidf.tuples[0].basic, Some(Basic::Closed));
        assert!(pidf.tuples[0].contact.unwrap().uri.is("im:bob@home2.net"));
        let with_more = "<presence xmlns='urn:ietf:params:xml:ns:cpim-pidf:x' entity='a'/>";
        let form = read_clean(with_more, Pidf::read).form;
        assert_eq!(form, Some(PidfForm::Draft));
        let bare = "<presence entity='a'><tuple id='x'><status><basic>open</basic></status></tuple></presence>";
        let pidf = read_clean(bare, Pidf::read);
        assert_eq!(pidf.form, Some(PidfForm::Bare));
        assert_eq!(pidf.tuples[0].basic, Some(Basic::Open));
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<presence«» xmlns='urn:ietf:params:xml:ns:pidf'/>",
            &[XmlAttribute],
        );
        noted(
            "<presence entity='a'><tuple«»>«»</tuple></presence>",
            &[XmlAttribute, XmlElement],
        );
        noted(
            "<presence entity='a'><tuple id='t'><status><basic> «OPEN» </basic></status><contact priority='«1.1»'/></tuple></presence>",
            &[XmlElement, XmlAttribute],
        );
        noted(
            "<presence entity='a'><tuple id='t'><status/></tuple><tuple id='«t»'><status/></tuple><tuple id='T'><status/></tuple></presence>",
            &[XmlAttribute],
        );
        noted(
            "<presence entity='a'><tuple id='t'><status/><timestamp>«yesterday»</timestamp></tuple></presence>",
            &[XmlElement],
        );
        noted("<«presence» xmlns='urn:x' entity='a'/>", &[XmlRoot]);
        noted(
            "<«watcherinfo» xmlns='urn:ietf:params:xml:ns:pidf'/>",
            &[XmlRoot],
        );
        noted("«»", &[Xml]);
        noted("<«p»:presence entity='a'/>", &[XmlNamespace]);
        noted(
            "<presence entity='a' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model'><d:person«»/><d:device id='d'>«»</d:device></presence>",
            &[XmlAttribute, XmlElement],
        );
    }

    #[test]
    fn survives_damage() {
        for document in [REGISTERED, DRAFT] {
            assert_survives(document, |xml, problems| {
                Pidf::read(xml, problems);
            });
        }
    }
}
