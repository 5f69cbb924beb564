//! What a rule is: its documentation, written once, and its check.
//!
//! A check runs for every message, hop or relay of a trace, and almost always there is nothing wrong or nothing to say. So that
//! two hundred of them cost little:
//!
//! - Ask first what costs nothing: the method, the status, whether a field is there ([`has`](crate::sip::Message::has) and the
//!   first value of a name are looked up, not searched). Nodes, roles and other hops come after that.
//! - What several rules read, [`Seen`] reads once for all of them: its Via values, its From and To, its CSeq, its body; and
//!   [`HopScene`] finds its request and answers once. What is asked of a third rule belongs there.
//! - Every other value is read anew each time it is asked for: keep it rather than ask twice.
//! - On the way to a pass nothing is put together: compare stretches of the message where they stand
//!   ([`same_but_space`](crate::sip::Text::same_but_space)), and write texts for people in the closure of
//!   [`Verdicts::check`](super::Verdicts), which runs when it fails.
//! - What a rule over a whole call or dialog looks for must not be looked for again for each hop: sort once, then step through.

use super::scene::{
    CallScene, DialogScene, DocumentScene, HopScene, PublicationScene, RegistrationScene, Relay,
    Seen, SubscriptionScene,
};
use super::verdict::Verdicts;

/// How bad it is when a rule fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A SHOULD is broken, or a MUST where a legal explanation cannot be excluded.
    Warning,
    /// A MUST is broken, and the trace proves it.
    Error,
}

impl Severity {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What rules are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// How messages are written.
    Syntax,
    /// The list of those a request went through.
    Via,
    /// The limit of hops.
    MaxForwards,
    /// Route, Record-Route, Request-URI, Contact.
    Routing,
    /// Dialogs, tags, CSeq.
    Dialog,
    /// Retransmissions, answers, ACK, CANCEL.
    Transaction,
    /// Registrations and challenges.
    Registration,
    /// What the IP multimedia subsystem adds.
    Ims,
    /// Subscriptions and publications.
    Event,
    /// Offers and answers, reliable provisional answers, preconditions, session timers.
    Session,
    /// What documents say of the messages that they print.
    Document,
}

impl Family {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Via => "via",
            Self::MaxForwards => "max-forwards",
            Self::Routing => "routing",
            Self::Dialog => "dialog",
            Self::Transaction => "transaction",
            Self::Registration => "registration",
            Self::Ims => "ims",
            Self::Event => "event",
            Self::Session => "session",
            Self::Document => "document",
        }
    }
}

/// Where it is written that it has to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation {
    /// `RFC 3261`, `3GPP TS 24.229`.
    pub document: &'static str,
    /// `16.6 step 3`; empty where the clause depends on the release.
    pub clause: &'static str,
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.clause {
            "" => f.write_str(self.document),
            clause => write!(f, "{} {clause}", self.document),
        }
    }
}

/// A section of an RFC.
pub(super) const fn rfc(document: &'static str, clause: &'static str) -> Citation {
    Citation { document, clause }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// One message, the first time that it is sent.
    Message,
    /// A request and its answers on one hop.
    Hop,
    /// A message that a node passed on, as it came in and as it went out.
    Relay,
    /// A dialog, its transactions on the hops of those that sent the requests.
    Dialog,
    /// A subscription: its requests and NOTIFYs.
    Subscription,
    /// All REGISTERs about one address, whatever their Call-IDs.
    Registration,
    /// The PUBLISHs about one state, whatever their Call-IDs.
    Publication,
    /// All dialogs and requests that belong together.
    Call,
    /// A flow of a document.
    Document,
}

impl SubjectKind {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Hop => "hop",
            Self::Relay => "relay",
            Self::Dialog => "dialog",
            Self::Subscription => "subscription",
            Self::Registration => "registration",
            Self::Publication => "publication",
            Self::Call => "call",
            Self::Document => "document",
        }
    }
}

/// The check, by what it looks at.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// See [`SubjectKind::Message`].
    Message(fn(&Seen<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Hop`].
    Hop(fn(&HopScene<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Relay`].
    Relay(fn(&Relay<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Dialog`].
    Dialog(fn(&DialogScene<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Subscription`].
    Subscription(fn(&SubscriptionScene<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Registration`].
    Registration(fn(&RegistrationScene<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Publication`].
    Publication(fn(&PublicationScene<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Call`].
    Call(fn(&CallScene<'_>, &mut Verdicts)),
    /// See [`SubjectKind::Document`].
    Document(fn(&DocumentScene<'_>, &mut Verdicts)),
}

impl Check {
    /// What it looks at.
    pub fn subject(self) -> SubjectKind {
        match self {
            Self::Message(_) => SubjectKind::Message,
            Self::Hop(_) => SubjectKind::Hop,
            Self::Relay(_) => SubjectKind::Relay,
            Self::Dialog(_) => SubjectKind::Dialog,
            Self::Subscription(_) => SubjectKind::Subscription,
            Self::Registration(_) => SubjectKind::Registration,
            Self::Publication(_) => SubjectKind::Publication,
            Self::Call(_) => SubjectKind::Call,
            Self::Document(_) => SubjectKind::Document,
        }
    }
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Never used again for another one.
    pub code: &'static str,
    /// The bad pattern, in words with hyphens.
    pub name: &'static str,
    /// What it is about.
    pub family: Family,
    /// How bad it is.
    pub severity: Severity,
    /// What it flags, in a sentence.
    pub flags: &'static str,
    /// Why it matters.
    pub matters: &'static str,
    /// What usually causes it.
    pub cause: &'static str,
    /// Legal explanations that silence it.
    pub silenced: &'static [&'static str],
    /// Where it is written.
    pub citations: &'static [Citation],
    /// How it is found.
    pub check: Check,
}
