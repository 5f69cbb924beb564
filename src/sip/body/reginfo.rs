//! Registrations of a user, as a registrar tells them to those who subscribe to `reg` (RFC 3680), with the GRUUs of RFC 5628.

use super::expect::{Extent, attribute, child, content, number, quality, root, word, words};
use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:reginfo";
const GRUU: &str = "urn:ietf:params:xml:ns:gruuinfo";

/// A registration information document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reginfo<'a> {
    /// Counts the documents of a subscription, from 0.
    pub version: Option<u64>,
    /// Whether it tells all registrations or those that changed.
    pub state: Option<Extent>,
    /// One for each address of record.
    pub registrations: Vec<Registration<'a>>,
}

/// What is registered for an address of record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration<'a> {
    /// All of it.
    pub span: Span,
    /// The address of record.
    pub aor: Option<XmlValue<'a>>,
    /// What the registration is called.
    pub id: Option<XmlValue<'a>>,
    /// How it is.
    pub state: Option<RegistrationState>,
    /// What is registered for it.
    pub contacts: Vec<Contact<'a>>,
}

words! {
    /// How a registration is.
    RegistrationState {
        /// Nothing has been registered yet.
        Init "init"
        /// Something is registered.
        Active "active"
        /// Nothing is registered any longer.
        Terminated "terminated"
    }
}

/// One registered address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact<'a> {
    /// All of it.
    pub span: Span,
    /// What the contact is called.
    pub id: Option<XmlValue<'a>>,
    /// Whether it is registered.
    pub state: Option<ContactState>,
    /// What brought it into this state.
    pub event: Option<ContactEvent>,
    /// Seconds since it was registered.
    pub duration_registered: Option<u64>,
    /// Seconds it has left.
    pub expires: Option<u64>,
    /// Seconds to wait before it is registered again.
    pub retry_after: Option<u64>,
    /// How it is preferred over others, as written.
    pub q: Option<XmlValue<'a>>,
    /// Call-ID of the REGISTER request.
    pub call_id: Option<XmlValue<'a>>,
    /// CSeq of the REGISTER request.
    pub cseq: Option<u64>,
    /// The address.
    pub uri: Option<XmlValue<'a>>,
    /// The display name of the address.
    pub display_name: Option<XmlValue<'a>>,
    /// Parameters of the Contact header field.
    pub unknown_params: Vec<UnknownParam<'a>>,
    /// The public GRUU.
    pub public_gruu: Option<XmlValue<'a>>,
    /// The newest temporary GRUU.
    pub temporary_gruu: Option<TemporaryGruu<'a>>,
}

words! {
    /// Whether a contact is registered.
    ContactState {
        /// It is.
        Active "active"
        /// It is not any longer.
        Terminated "terminated"
    }
}

words! {
    /// What brought a contact into its state (RFC 3680 4.7.2).
    ContactEvent {
        /// A REGISTER request registered it.
        Registered "registered"
        /// Somebody else registered it.
        Created "created"
        /// A REGISTER request prolonged it.
        Refreshed "refreshed"
        /// The registrar shortened it.
        Shortened "shortened"
        /// Its time is over.
        Expired "expired"
        /// The registrar ended it; it may come back at once.
        Deactivated "deactivated"
        /// The registrar ended it; it may come back later.
        Probation "probation"
        /// The user ended it.
        Unregistered "unregistered"
        /// It must not come back.
        Rejected "rejected"
    }
}

/// A parameter of the Contact header field that has no element of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownParam<'a> {
    /// Its name.
    pub name: Option<XmlValue<'a>>,
    /// Its value; empty if it has none.
    pub value: XmlValue<'a>,
}

/// A temporary GRUU and since when it is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemporaryGruu<'a> {
    /// The GRUU.
    pub uri: Option<XmlValue<'a>>,
    /// The CSeq of the first REGISTER request since which temporary GRUUs are valid.
    pub first_cseq: Option<u64>,
}

impl<'a> Reginfo<'a> {
    /// Reads a registration information document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let Some(root) = root(xml, &["reginfo"], NAMESPACE, problems) else {
            return Self::default();
        };
        let version = attribute(root, "version", problems);
        let state = attribute(root, "state", problems);
        Self {
            version: number(version, problems),
            state: word(state, problems),
            registrations: root
                .children("registration")
                .map(|registration| Registration::of(registration, problems))
                .collect(),
        }
    }
}

impl<'a> Registration<'a> {
    fn of(registration: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let state = attribute(registration, "state", problems);
        Self {
            span: registration.span(),
            aor: attribute(registration, "aor", problems),
            id: attribute(registration, "id", problems),
            state: word(state, problems),
            contacts: registration
                .children("contact")
                .map(|contact| Contact::of(contact, problems))
                .collect(),
        }
    }
}

impl<'a> Contact<'a> {
    fn of(contact: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let state = attribute(contact, "state", problems);
        let event = attribute(contact, "event", problems);
        let seconds = |name, problems: &mut Problems| number(contact.attribute(name), problems);
        let gruu = |name| contact.children_in(GRUU, name).next();
        let event = word(event, problems);
        // RFC 3680 5.1.
        if event == Some(ContactEvent::Shortened) {
            attribute(contact, "expires", problems);
        }
        quality(contact.attribute("q"), problems);
        let uri = child(contact, "uri", problems).map(Element::content);
        if let Some(uri) = uri.filter(|uri| uri.raw.trimmed().is_empty()) {
            uri.odd(problems);
        }
        Self {
            span: contact.span(),
            id: attribute(contact, "id", problems),
            state: word(state, problems),
            event,
            duration_registered: seconds("duration-registered", problems),
            expires: seconds("expires", problems),
            retry_after: seconds("retry-after", problems),
            q: contact.attribute("q"),
            call_id: contact.attribute("callid"),
            cseq: number(contact.attribute("cseq"), problems),
            uri,
            display_name: content(contact, "display-name"),
            unknown_params: contact
                .children("unknown-param")
                .map(|param| UnknownParam::of(param, problems))
                .collect(),
            public_gruu: gruu("pub-gruu").and_then(|gruu| attribute(gruu, "uri", problems)),
            temporary_gruu: gruu("temp-gruu").map(|gruu| TemporaryGruu::of(gruu, problems)),
        }
    }
}

impl<'a> UnknownParam<'a> {
    fn of(param: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            name: attribute(param, "name", problems),
            value: param.content(),
        }
    }
}

impl<'a> TemporaryGruu<'a> {
    fn of(gruu: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let first_cseq = attribute(gruu, "first-cseq", problems);
        Self {
            uri: attribute(gruu, "uri", problems),
            first_cseq: number(first_cseq, problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const DOCUMENT: &str = r#"<?xml version="1.0"?>
<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" xmlns:gr="urn:ietf:params:xml:ns:gruuinfo"
         version="1" state="partial">
  <registration aor="sip:user1@home1.net" id="as9" state="active">
    <contact id="76" state="active" event="registered" duration-registered="7322" expires="600000"
             retry-after="5" q="0.8" callid="a84b4c76e66710" cseq="9">
      <uri>sip:[5555::aaa:bbb:ccc:ddd]</uri>
      <display-name>User &quot;One&quot;</display-name>
      <unknown-param name="+sip.instance">"&lt;urn:uuid:1&gt;"</unknown-param>
      <unknown-param name="audio"/>
      <gr:pub-gruu uri="sip:user1@home1.net;gr=urn:uuid:1"/>
      <gr:temp-gruu uri="sip:tgruu.7hs@home1.net;gr" first-cseq="9"/>
    </contact>
    <contact id="77" state="terminated" event="probation"><uri>sip:x@y</uri></contact>
  </registration>
  <registration aor="tel:+1212555" id="as10" state="init"/>
</reginfo>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            Reginfo::read(xml, problems);
        });
    }

    #[test]
    fn reads_registrations() {
        let reginfo = read_clean(DOCUMENT, Reginfo::read);
        assert_eq!(
            (reginfo.version, reginfo.state),
            (Some(1), Some(Extent::Partial))
        );
        let [one, two] = &reginfo.registrations[..] else {
            panic!("two registrations");
        };
        assert_eq!(one.state, Some(RegistrationState::Active));
        assert!(one.aor.unwrap().is("sip:user1@home1.net") && one.id.unwrap().is("as9"));
        assert_eq!(two.state, Some(RegistrationState::Init));
        assert!(two.contacts.is_empty());
        let [first, second] = &one.contacts[..] else {
            panic!("two contacts");
        };
        assert_eq!(first.state, Some(ContactState::Active));
        assert_eq!(first.event, Some(ContactEvent::Registered));
        assert_eq!(
            (first.duration_registered, first.expires),
            (Some(7322), Some(600_000))
        );
        assert_eq!((first.retry_after, first.cseq), (Some(5), Some(9)));
        assert!(first.q.unwrap().is("0.8") && first.call_id.unwrap().is("a84b4c76e66710"));
        assert!(first.id.unwrap().is("76"));
        assert!(first.uri.unwrap().is("sip:[5555::aaa:bbb:ccc:ddd]"));
        assert!(first.display_name.unwrap().is("User \"One\""));
        assert!(first.unknown_params[0].name.unwrap().is("+sip.instance"));
        assert!(first.unknown_params[0].value.is("\"<urn:uuid:1>\""));
        assert!(first.unknown_params[1].name.unwrap().is("audio"));
        assert!(
            first
                .public_gruu
                .unwrap()
                .is("sip:user1@home1.net;gr=urn:uuid:1")
        );
        let temporary = first.temporary_gruu.unwrap();
        assert!(temporary.uri.unwrap().is("sip:tgruu.7hs@home1.net;gr"));
        assert_eq!(temporary.first_cseq, Some(9));
        assert_eq!(second.state, Some(ContactState::Terminated));
        assert_eq!(second.event, Some(ContactEvent::Probation));
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='«one»' state='«some»'/>",
            &[XmlAttribute; 2],
        );
        noted(
            "<r:reginfo xmlns:r='urn:ietf:params:xml:ns:reginfo' version='0' state='full'>\
             <r:registration aor='sip:a' id='1' state='«Active»'>\
             <r:contact id='2' state='active' event='«new»' expires='«soon»'>«»</r:contact></r:registration></r:reginfo>",
            &[XmlAttribute, XmlAttribute, XmlAttribute, XmlElement],
        );
        noted(
            "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0' state='full'>\
             <registration«» aor='sip:a' state='init'/></reginfo>",
            &[XmlAttribute],
        );
        let contact = |attributes: &str, uri: &str, kinds: &[ProblemKind]| {
            let document = format!(
                "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0' state='full'>\
                 <registration aor='sip:a' id='1' state='active'>\
                 <contact{attributes} id='2' state='active'><uri>{uri}</uri></contact></registration></reginfo>"
            );
            noted(&document, kinds);
        };
        contact(" event='created' q='0.5'", "sip:a", &[]);
        contact(" event='created' q='«7»'", "sip:a", &[XmlAttribute]);
        contact(" event='created'", "«»", &[XmlElement]);
        contact(" event='shortened' expires='5'", "sip:a", &[]);
        contact("«» event='shortened'", "sip:a", &[XmlAttribute]);
        noted("<«reginfo» version='0' state='full'/>", &[XmlRoot]);
        noted(
            "<«presence» xmlns='urn:ietf:params:xml:ns:reginfo'/>",
            &[XmlRoot],
        );
    }

    #[test]
    fn survives_damage() {
        assert_survives(DOCUMENT, |xml, problems| {
            Reginfo::read(xml, problems);
        });
    }
}
