//! What an audit is held to: the profile, what the user says of single rules, and what is known and accepted of nodes.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::profile::Profile;
use super::rule::{Rule, Severity};
use crate::trace::{Subject, Trace};

/// What an audit is held to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Which documents count.
    pub profile: Profile,
    /// By the code of a rule: how bad it is, or none where it is not held to. The profile has no say then.
    pub severities: BTreeMap<&'static str, Option<Severity>>,
    /// Deviations that are known.
    pub allowed: Vec<Allowed>,
}

/// A deviation that is known of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The code of the rule.
    pub rule: &'static str,
    /// The label of the node that sends what deviates.
    pub node: String,
}

impl Policy {
    /// How bad it is that a rule fails; none where it is not held to.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        let own = self.severities.get(rule.code).copied();
        own.unwrap_or_else(|| self.profile.severity(rule))
    }

    /// Whether it is known that the node does this.
    pub fn allows(&self, finding: &Finding, trace: &Trace) -> bool {
        let mut rules = self.allowed.iter();
        if rules.all(|allowed| allowed.rule != finding.rule.code) {
            return false;
        }
        let blamed = finding.places.first();
        let Some(message) = blamed.and_then(|place| trace.message(place.message)) else {
            return false;
        };
        let hop = message.hop();
        let sender = match message.subject() {
            Subject::Request(_) => hop.source_node(),
            Subject::Response(_) => hop.destination_node(),
        };
        let label = sender.map(|node| node.label());
        self.allowed.iter().any(|allowed| {
            allowed.rule == finding.rule.code && Some(&allowed.node) == label.as_ref()
        })
    }
}
