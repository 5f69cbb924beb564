//! What a notification for a list of resources holds: which resources, and which part of the body tells about each (RFC 4662).

use super::expect::{attribute, number, root, truth, word, words};
use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:rlmi";

/// A resource list meta-information document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rlmi<'a> {
    /// The list.
    pub uri: Option<XmlValue<'a>>,
    /// Counts the documents of a subscription, from 0.
    pub version: Option<u64>,
    /// Whether it tells all resources or those that changed.
    pub full_state: Option<bool>,
    /// Content-ID of the part that this document describes, if it is about a list in a list.
    pub cid: Option<XmlValue<'a>>,
    /// What the list is called.
    pub names: Vec<Name<'a>>,
    /// What is in it.
    pub resources: Vec<Resource<'a>>,
}

/// A name for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// The name.
    pub text: XmlValue<'a>,
    /// Its language.
    pub language: Option<XmlValue<'a>>,
}

/// A resource of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource<'a> {
    /// All of it.
    pub span: Span,
    /// The resource.
    pub uri: Option<XmlValue<'a>>,
    /// What it is called.
    pub names: Vec<Name<'a>>,
    /// The subscriptions that the list server has for it.
    pub instances: Vec<Instance<'a>>,
}

/// A subscription of the list server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance<'a> {
    /// All of it.
    pub span: Span,
    /// What the subscription is called.
    pub id: Option<XmlValue<'a>>,
    /// How it is.
    pub state: Option<InstanceState>,
    /// Why it ended.
    pub reason: Option<XmlValue<'a>>,
    /// Content-ID of the part with the state of the resource.
    pub cid: Option<XmlValue<'a>>,
}

words! {
    /// How a subscription is.
    InstanceState {
        /// It is allowed.
        Active "active"
        /// It waits for a decision.
        Pending "pending"
        /// It is over.
        Terminated "terminated"
    }
}

impl<'a> Rlmi<'a> {
    /// Reads a resource list meta-information document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let Some(root) = root(xml, &["list"], NAMESPACE, problems) else {
            return Self::default();
        };
        let version = attribute(root, "version", problems);
        let full_state = attribute(root, "fullState", problems);
        Self {
            uri: attribute(root, "uri", problems),
            version: number(version, problems),
            full_state: truth(full_state, problems),
            cid: root.attribute("cid"),
            names: names(root),
            resources: root
                .children("resource")
                .map(|resource| Resource::of(resource, problems))
                .collect(),
        }
    }
}

impl<'a> Resource<'a> {
    fn of(resource: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            span: resource.span(),
            uri: attribute(resource, "uri", problems),
            names: names(resource),
            instances: resource
                .children("instance")
                .map(|instance| Instance::of(instance, problems))
                .collect(),
        }
    }
}

impl<'a> Instance<'a> {
    fn of(instance: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let state = attribute(instance, "state", problems);
        Self {
            span: instance.span(),
            id: attribute(instance, "id", problems),
            state: word(state, problems),
            reason: instance.attribute("reason"),
            cid: instance.attribute("cid"),
        }
    }
}

fn names<'a>(element: Element<'_, 'a>) -> Vec<Name<'a>> {
    element
        .children("name")
        .map(|name| Name {
            text: name.content(),
            language: name.attribute("xml:lang"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:friends@pres.example.com" version="1"
      fullState="true" cid="whole@x">
  <name xml:lang="en">Buddies</name>
  <name xml:lang="fr">Liste d'amis</name>
  <resource uri="sip:bob@example.com">
    <name>Bob</name>
    <instance id="juwigmtboe" state="active" cid="12345.aaa@pres.example.com"/>
  </resource>
  <resource uri="sip:ed@example.net">
    <instance id="sdlkmeopdf" state="terminated" reason="rejected"/>
    <instance id="x" state="pending"/>
  </resource>
</list>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            Rlmi::read(xml, problems);
        });
    }

    #[test]
    fn reads_resources() {
        let rlmi = read_clean(DOCUMENT, Rlmi::read);
        assert!(rlmi.uri.unwrap().is("sip:friends@pres.example.com"));
        assert_eq!((rlmi.version, rlmi.full_state), (Some(1), Some(true)));
        assert!(rlmi.cid.unwrap().is("whole@x"));
        assert!(rlmi.names[1].text.is("Liste d'amis"));
        assert!(rlmi.names[1].language.unwrap().is("fr"));
        let [bob, ed] = &rlmi.resources[..] else {
            panic!("two resources");
        };
        assert!(bob.uri.unwrap().is("sip:bob@example.com") && bob.names[0].text.is("Bob"));
        let instance = &bob.instances[0];
        assert_eq!(instance.state, Some(InstanceState::Active));
        assert!(instance.id.unwrap().is("juwigmtboe"));
        assert!(instance.cid.unwrap().is("12345.aaa@pres.example.com"));
        assert_eq!(ed.instances[0].state, Some(InstanceState::Terminated));
        assert!(ed.instances[0].reason.unwrap().is("rejected"));
        assert_eq!(ed.instances[1].state, Some(InstanceState::Pending));
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<list«» xmlns='urn:ietf:params:xml:ns:rlmi' version='«a»' fullState='«yes»'>\
             <resource«»><instance«» state='«off»'/></resource></list>",
            &[XmlAttribute; 6],
        );
        noted(
            "<«list» uri='sip:a' version='0' fullState='0'/>",
            &[XmlRoot],
        );
        noted("<«rlmi» xmlns='urn:ietf:params:xml:ns:rlmi'/>", &[XmlRoot]);
    }

    #[test]
    fn survives_damage() {
        assert_survives(DOCUMENT, |xml, problems| {
            Rlmi::read(xml, problems);
        });
    }
}
