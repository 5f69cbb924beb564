//! How a user wants to be reached by Push-to-talk over Cellular: the document that a PoC client publishes (RFC 4354).

use super::expect::{attribute, content, root, truth, word, words};
use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;

const NAMESPACE: &str = "urn:oma:params:xml:ns:poc:poc-settings";

/// A PoC settings document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PocSettings<'a> {
    /// One for each client of the user.
    pub entities: Vec<PocEntity<'a>>,
}

/// The settings of one client. What is absent is not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PocEntity<'a> {
    /// All of it.
    pub span: Span,
    /// What the client is called.
    pub id: Option<XmlValue<'a>>,
    /// Whether incoming sessions are refused.
    pub incoming_session_barring: Option<bool>,
    /// Who answers.
    pub answer_mode: Option<AnswerMode>,
    /// Whether incoming personal alerts are refused.
    pub incoming_personal_alert_barring: Option<bool>,
    /// Whether the client can be in several sessions at a time.
    pub simultaneous_sessions_support: Option<bool>,
}

words! {
    /// Who answers an invitation.
    AnswerMode {
        /// The client does.
        Automatic "automatic"
        /// The user does.
        Manual "manual"
    }
}

impl<'a> PocSettings<'a> {
    /// Reads a PoC settings document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let Some(root) = root(xml, &["poc-settings"], NAMESPACE, problems) else {
            return Self::default();
        };
        Self {
            entities: root
                .children("entity")
                .map(|entity| PocEntity::of(entity, problems))
                .collect(),
        }
    }
}

impl<'a> PocEntity<'a> {
    fn of(entity: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let id = attribute(entity, "id", problems);
        let mut is_active = |group, setting| {
            let setting = entity.child(group)?.child(setting)?;
            truth(attribute(setting, "active", problems), problems)
        };
        let session_barring = is_active("isb-settings", "incoming-session-barring");
        let alert_barring = is_active("ipab-settings", "incoming-personal-alert-barring");
        let simultaneous = is_active("sss-settings", "simultaneous-sessions-support");
        let mode = entity
            .child("am-settings")
            .and_then(|group| content(group, "answer-mode"));
        Self {
            span: entity.span(),
            id,
            incoming_session_barring: session_barring,
            answer_mode: word(mode, problems),
            incoming_personal_alert_barring: alert_barring,
            simultaneous_sessions_support: simultaneous,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<poc-settings xmlns="urn:oma:params:xml:ns:poc:poc-settings">
  <entity id="phone">
    <isb-settings><incoming-session-barring active="false"/></isb-settings>
    <am-settings><answer-mode>automatic</answer-mode></am-settings>
    <ipab-settings><incoming-personal-alert-barring active="true"/></ipab-settings>
    <sss-settings><simultaneous-sessions-support active="1"/></sss-settings>
  </entity>
  <entity id="desk"><am-settings><answer-mode>manual</answer-mode></am-settings></entity>
</poc-settings>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            PocSettings::read(xml, problems);
        });
    }

    #[test]
    fn reads_settings() {
        let settings = read_clean(DOCUMENT, PocSettings::read);
        let [phone, desk] = &settings.entities[..] else {
            panic!("two entities");
        };
        assert!(phone.id.unwrap().is("phone"));
        assert_eq!(phone.incoming_session_barring, Some(false));
        assert_eq!(phone.answer_mode, Some(AnswerMode::Automatic));
        assert_eq!(phone.incoming_personal_alert_barring, Some(true));
        assert_eq!(phone.simultaneous_sessions_support, Some(true));
        assert!(desk.id.unwrap().is("desk"));
        assert_eq!(desk.answer_mode, Some(AnswerMode::Manual));
        assert_eq!(desk.incoming_session_barring, None);
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<poc-settings xmlns='urn:oma:params:xml:ns:poc:poc-settings'><entity«»>\
             <isb-settings><incoming-session-barring«»/></isb-settings>\
             <am-settings><answer-mode>«auto»</answer-mode></am-settings>\
             <sss-settings><simultaneous-sessions-support active='«on»'/></sss-settings>\
             </entity></poc-settings>",
            &[XmlAttribute, XmlAttribute, XmlElement, XmlAttribute],
        );
        noted("<«poc-settings»/>", &[XmlRoot]);
    }

    #[test]
    fn survives_damage() {
        assert_survives(DOCUMENT, |xml, problems| {
            PocSettings::read(xml, problems);
        });
    }
}
