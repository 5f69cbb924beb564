//! Profiles: which documents a network keeps to, and so which rules it is held to. Older documents and newer RFCs disagree.

use super::rule::{Citation, Rule, Severity};

/// Which documents a network keeps to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// SIP of 2002: RFC 3261 to 3265 and what they build on.
    Rfc3261,
    /// SIP with the extensions until 2004, and subscriptions by RFC 3265.
    Rfc3265Era,
    /// SIP with all RFCs, and subscriptions by RFC 6665.
    Rfc6665,
    /// The IP multimedia subsystem as it began: TS 24.229 of Release 5, and the RFCs until 2004.
    Gpp3R5,
    /// The IP multimedia subsystem with all RFCs.
    #[default]
    Gpp3Current,
    /// All that can be checked in the text of a document; times and bytes of the wire are not there anyway.
    Document,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Rfc3261,
        Self::Rfc3265Era,
        Self::Rfc6665,
        Self::Gpp3R5,
        Self::Gpp3Current,
        Self::Document,
    ];

    /// How it is named everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rfc3261 => "rfc3261",
            Self::Rfc3265Era => "rfc3265-era",
            Self::Rfc6665 => "rfc6665",
            Self::Gpp3R5 => "3gpp-r5",
            Self::Gpp3Current => "3gpp-current",
            Self::Document => "document",
        }
    }

    /// The profile of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// The last RFC that counts, and whether specifications of 3GPP and OMA do.
    fn keeps_to(self) -> (u32, bool) {
        const ALL: u32 = u32::MAX;
        /// SIP, PRACK, locating servers, offer and answer, subscriptions: June 2002.
        const FIRST: u32 = 3265;
        /// Presence, watchers, Path, PUBLISH: November 2004.
        const EARLY: u32 = 3999;
        match self {
            Self::Rfc3261 => (FIRST, false),
            Self::Rfc3265Era => (EARLY, false),
            Self::Rfc6665 => (ALL, false),
            Self::Gpp3R5 => (EARLY, true),
            Self::Gpp3Current | Self::Document => (ALL, true),
        }
    }

    fn has(self, citation: &Citation) -> bool {
        let (last, specifications) = self.keeps_to();
        match citation.document.strip_prefix("RFC ") {
            Some(number) => number.parse().is_ok_and(|number: u32| number <= last),
            None => specifications,
        }
    }

    /// How bad it is that a rule fails; none where the rule is written in no document that counts.
    pub fn severity(self, rule: &Rule) -> Option<Severity> {
        let mut exceptions = EXCEPTIONS.iter();
        if let Some(own) = exceptions.find(|one| one.rule == rule.code && one.profile == self) {
            return own.severity;
        }
        let written = rule.citations.iter().any(|citation| self.has(citation));
        written.then_some(rule.severity)
    }
}

/// Where the documents of a profile say something else than those that a rule cites.
struct Exception {
    rule: &'static str,
    profile: Profile,
    /// How bad it is there; none where it is no fault.
    severity: Option<Severity>,
}

/// A specification of 3GPP counts in every release or in none: what came into it later stands here.
const EXCEPTIONS: [Exception; 3] = [
    // Release 5 was begun with draft-ietf-sip-asserted-identity, in which a terminal gives its hint in P-Asserted-Identity; RFC
    // 3325 made P-Preferred-Identity of it.
    Exception {
        rule: "IMS08",
        profile: Profile::Gpp3R5,
        severity: Some(Severity::Info),
    },
    // P-Served-User is of RFC 5502, from 2009.
    Exception {
        rule: "IMS20",
        profile: Profile::Gpp3R5,
        severity: None,
    },
    // P-Preferred-Service is of RFC 6050, from 2010.
    Exception {
        rule: "IMS21",
        profile: Profile::Gpp3R5,
        severity: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::registry::{RULES, rule};

    #[test]
    fn a_rule_holds_where_its_document_does() {
        // RFC 3261, RFC 3327 (Path), RFC 3903 (PUBLISH), RFC 7989 (Session-ID), RFC 7315 beside
        // TS 24.229.
        let expected = [
            (
                "MF03",
                "rfc3261 rfc3265-era rfc6665 3gpp-r5 3gpp-current document",
            ),
            ("REG03", "rfc3265-era rfc6665 3gpp-r5 3gpp-current document"),
            ("EVT04", "rfc3265-era rfc6665 3gpp-r5 3gpp-current document"),
            ("DLG06", "rfc6665 3gpp-current document"),
            ("IMS05", "rfc6665 3gpp-r5 3gpp-current document"),
            // RFC 3265 has what RFC 6665 goes on with.
            (
                "EVT01",
                "rfc3261 rfc3265-era rfc6665 3gpp-r5 3gpp-current document",
            ),
            (
                "EVT09",
                "rfc3261 rfc3265-era rfc6665 3gpp-r5 3gpp-current document",
            ),
            (
                "EVT17",
                "rfc3261 rfc3265-era rfc6665 3gpp-r5 3gpp-current document",
            ),
            // RFC 4320 is of 2006.
            ("TXN13", "rfc6665 3gpp-current document"),
            // Header fields of RFC 5502 and RFC 6050, that TS 24.229 took up later.
            ("IMS20", "rfc6665 3gpp-current document"),
            ("IMS21", "rfc6665 3gpp-current document"),
        ];
        for (code, profiles) in expected {
            let rule = rule(code).expect("a rule");
            let all = Profile::ALL.into_iter();
            let names = all.filter(|profile| profile.severity(rule).is_some());
            let names: Vec<_> = names.map(Profile::name).collect();
            assert_eq!(names.join(" "), profiles, "{code}");
        }
    }

    #[test]
    fn what_a_profile_takes_otherwise_it_says_with_a_rule_that_there_is() {
        for exception in EXCEPTIONS {
            let rule = rule(exception.rule).expect("a rule");
            assert_ne!(exception.severity, Some(rule.severity), "{}", rule.code);
            assert_eq!(exception.profile.severity(rule), exception.severity);
        }
        let asserted = rule("IMS08").expect("a rule");
        assert_eq!(Profile::Gpp3R5.severity(asserted), Some(Severity::Info));
        assert_eq!(
            Profile::default().severity(asserted),
            Some(Severity::Warning)
        );
    }

    #[test]
    fn without_a_word_every_rule_holds() {
        let all = RULES.iter();
        let held = all.filter(|rule| Profile::default().severity(rule) == Some(rule.severity));
        assert_eq!(held.count(), RULES.len());
    }
}
