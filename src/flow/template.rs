//! A documented flow as data: who takes part, what goes from whom to whom in which order, and what each message must carry.
//!
//! Steps, actors, dialogs and bodies are named by their position in the lists of the template.

use crate::sip::{Problems, Text, Uri};
use crate::trace::Role;

/// A documented flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// What it is called on the command line.
    pub id: String,
    /// The line of its file in which that stands.
    pub id_line: usize,
    /// Its title.
    pub title: String,
    /// The document and clause that describe it.
    pub source: String,
    /// What happens in it, in a few sentences.
    pub about: String,
    /// Identifiers of interoperability tests that it is the flow of.
    pub tests: Vec<String>,
    /// Who takes part, from left to right.
    pub actors: Vec<Actor>,
    /// What belongs to one Call-ID.
    pub dialogs: Vec<Dialog>,
    /// Bodies that its messages carry.
    pub bodies: Vec<Body>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// Steps that need not be there, or not once only.
    pub groups: Vec<Group>,
}

/// One who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// How the template names it.
    pub id: String,
    /// How figures name it.
    pub label: String,
    /// What it does.
    pub role: Role,
    /// The network it is part of: a domain name.
    pub network: Option<String>,
    /// Its host name; a terminal has none but its address.
    pub name: Option<String>,
    /// Other names that documents use for it.
    pub aliases: Vec<String>,
    /// Whether it stays on the path of a dialog that it helped to make (RFC 3261 16.6 step 4).
    pub records_route: bool,
    /// What stands behind the URI in its Contact, such as feature tags (RFC 3840): `+g.poc.talkburst`.
    pub contact_params: Option<String>,
}

/// Requests with one Call-ID: a dialog, or the registrations or publications of one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// How the template names it.
    pub id: String,
    /// The URI in From of the first request.
    pub from: String,
    /// The URI in To of the first request.
    pub to: String,
    /// Whether it was there before the first step, so that both ends have their tags and the first request has the other end's
    /// Contact in its Request-URI. Its route set is the `route` of that step.
    pub established: bool,
    /// Whether its first request may stand inside a dialog of something else, as a REFER in a call.
    pub may_be_inside: bool,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// How the template names it.
    pub id: String,
    /// Its Content-Type.
    pub media_type: String,
    /// What it says. Its lines end with LF alone here.
    pub text: String,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number, as the document prints it.
    pub number: String,
    /// What a figure says beside what the message itself says.
    pub label: Option<String>,
    /// Who does it.
    pub from: usize,
    /// Toward whom; the same as `from` where nothing is sent.
    pub to: usize,
    /// What it is.
    pub what: What,
    /// What the message must carry.
    pub carry: Vec<Demand>,
    /// Header fields that a message of this kind carries, for figures and synthesized captures.
    pub example: Vec<(String, String)>,
    /// Header fields of the message that it passes on which end here.
    pub remove: Vec<String>,
    /// The Request-URI, where it is not what it would be anyway.
    pub uri: Option<String>,
    /// The actor whose Contact becomes the Request-URI here: the server of the called user puts it there (RFC 3261 16.5).
    pub contact_of: Option<usize>,
    /// The actors that its sender puts into Route.
    pub route: Vec<usize>,
    /// Whether its sender hides the Via entries below its own, and puts them back into the response.
    pub hides_via: bool,
    /// Its body.
    pub body: Option<usize>,
    /// The step that it follows at once.
    pub immediately_after: Option<usize>,
    /// The dialog from whose user nothing is published any more when it has happened.
    pub publications_over: Option<usize>,
}

/// What a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A SIP request.
    Request(Request),
    /// A SIP response.
    Response(Response),
    /// A message of another protocol.
    Other {
        /// Which one.
        protocol: String,
    },
    /// Something that one actor does without a message.
    Action,
}

/// A SIP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Where its Call-ID, tags and CSeq come from.
    pub dialog: usize,
    /// The step whose request it passes on; none if it begins here.
    pub relays: Option<usize>,
    /// The response that an ACK or PRACK is for.
    pub acknowledges: Option<usize>,
    /// The INVITE that a CANCEL is for.
    pub cancels: Option<usize>,
}

/// A SIP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Its status code and reason; the first is the usual one.
    pub statuses: Vec<(u16, String)>,
    /// The step with the request of this hop.
    pub answers: usize,
    /// The step whose response it passes on; none if it begins here.
    pub relays: Option<usize>,
}

/// What a message must carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The header field, [`REQUEST_URI`], [`BODY`] or [`PURPOSE`].
    pub header: String,
    /// What is asked of it.
    pub must: Must,
}

/// Stands for the Request-URI among header fields.
pub const REQUEST_URI: &str = "Request-URI";

/// What acknowledges a reliable provisional response.
pub(super) const PRACK: &str = "PRACK";

/// The statuses of answers that ask for credentials (RFC 3261 22).
pub(super) const CHALLENGES: [u16; 2] = [401, 407];

/// Stands for the body among header fields.
pub const BODY: &str = "Body";

/// Stands for what a request asks for, which no single header field says.
pub const PURPOSE: &str = "Purpose";

/// What requests with some methods ask for (RFC 3261 10.2, RFC 6665 4.1.2.3, 4.4.3).
pub(super) const PURPOSES: [(&str, &[&str]); 2] = [
    ("REGISTER", &[REGISTRATION, DEREGISTRATION, QUERY]),
    ("SUBSCRIBE", &[SUBSCRIPTION, FETCH, UNSUBSCRIPTION]),
];

pub(super) const REGISTRATION: &str = "registration";
pub(super) const DEREGISTRATION: &str = "deregistration";
pub(super) const QUERY: &str = "query";
pub(super) const SUBSCRIPTION: &str = "subscription";
pub(super) const FETCH: &str = "fetch";
pub(super) const UNSUBSCRIPTION: &str = "unsubscription";

/// What is asked of a header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Must {
    /// It is there.
    BePresent,
    /// It is there if another step happened.
    BePresentAfter(usize),
    /// It is not there.
    BeAbsent,
    /// One of its values is one of these, parameters beyond them aside.
    Be(Vec<String>),
    /// One of these stands in it, white space and the kind of quotes aside.
    Say(Vec<String>),
    /// One of its values has a parameter of this name, of a header field or of a challenge.
    HaveParameter(String),
    /// It has the values that it has in another step.
    BeCopiedFrom(usize),
    /// It is the number that it is in another step, less one.
    BeOneLessThanIn(usize),
    /// It has the values that it has in another step without the first ones.
    BeConsumedFrom(usize),
    /// It is the URI that the REFER of another step refers to.
    BeReferredToIn(usize),
    /// It begins with the status that the answer of another step has, or one of that class.
    TellStatusOf(usize),
}

impl Must {
    /// The other step that it is about.
    pub fn step(&self) -> Option<usize> {
        match self {
            Self::BePresentAfter(step)
            | Self::BeCopiedFrom(step)
            | Self::BeOneLessThanIn(step)
            | Self::BeConsumedFrom(step)
            | Self::BeReferredToIn(step)
            | Self::TellStatusOf(step) => Some(*step),
            Self::BePresent | Self::BeAbsent => None,
            Self::Be(_) | Self::Say(_) | Self::HaveParameter(_) => None,
        }
    }
}

/// Steps that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which.
    pub steps: Vec<usize>,
    /// What is special about them.
    pub kind: GroupKind,
    /// When, in words.
    pub when: String,
}

/// What is special about steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// They may not happen.
    Optional,
    /// They may happen several times.
    Repeated,
    /// They are one step under some circumstances.
    Combined,
    /// They have no order toward all others.
    Parallel,
    /// They happen in place of other steps.
    InsteadOf(Vec<usize>),
}

impl Template {
    /// The step with this number.
    pub fn step(&self, number: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.number == number)
    }

    /// Whether a step may be left out.
    pub fn is_optional(&self, step: usize) -> bool {
        let mut groups = self.groups.iter();
        groups.any(|group| {
            group.steps.contains(&step)
                && matches!(group.kind, GroupKind::Optional | GroupKind::InsteadOf(_))
        })
    }

    /// Whether it only happens in place of others.
    pub fn is_alternative(&self, step: usize) -> bool {
        let mut groups = self.groups.iter();
        groups.any(|group| {
            group.steps.contains(&step) && matches!(group.kind, GroupKind::InsteadOf(_))
        })
    }

    /// The steps that one may be one with.
    pub fn may_be_one_with(&self, step: usize) -> impl Iterator<Item = usize> {
        let combined = self
            .groups
            .iter()
            .filter(move |group| group.kind == GroupKind::Combined && group.steps.contains(&step));
        let steps = combined.flat_map(|group| group.steps.iter().copied());
        steps.filter(move |other| *other != step)
    }

    /// The request that a step belongs to: itself, the one that it answers, or none.
    pub fn request_of(&self, step: usize) -> Option<usize> {
        match &self.steps[step].what {
            What::Request(_) => Some(step),
            What::Response(response) => Some(response.answers),
            What::Other { .. } | What::Action => None,
        }
    }

    /// The dialog that a step belongs to.
    pub fn dialog_of(&self, step: usize) -> Option<usize> {
        match &self.steps[self.request_of(step)?].what {
            What::Request(request) => Some(request.dialog),
            _ => None,
        }
    }

    /// The method of the transaction that a step belongs to.
    pub fn method_of(&self, step: usize) -> Option<&str> {
        match &self.steps[self.request_of(step)?].what {
            What::Request(request) => Some(&request.method),
            _ => None,
        }
    }

    /// The dialog of the first request, and those whose users have no part in it: nothing shows that they are of one flow.
    pub fn dialogs_apart(&self) -> Option<(usize, Vec<usize>)> {
        let mut steps = 0..self.steps.len();
        let first = steps.find_map(|step| self.dialog_of(step))?;
        let users = |dialog: usize| {
            let dialog = &self.dialogs[dialog];
            let users = [&dialog.from, &dialog.to];
            users.map(|user| {
                Uri::read(Text::all(user.as_bytes()), &mut Problems::ignored()).canonical()
            })
        };
        let own = users(first);
        let is_apart = |dialog: &usize| !users(*dialog).iter().any(|user| own.contains(user));
        let apart = (0..self.dialogs.len()).filter(is_apart);
        Some((first, apart.collect()))
    }

    /// Everything that a message must carry: what the template says, and what follows from its being passed on.
    pub fn demands(&self, step: usize) -> Vec<Demand> {
        let one = &self.steps[step];
        let mut demands = one.carry.clone();
        let copied = |headers: &[&str], from: usize| -> Vec<Demand> {
            let demand = |header: &&str| Demand {
                header: (*header).to_owned(),
                must: Must::BeCopiedFrom(from),
            };
            headers.iter().map(demand).collect()
        };
        let implied = match &one.what {
            What::Request(Request {
                relays: Some(from), ..
            }) => {
                let mut implied = copied(&["From", "To", "Call-ID", "CSeq"], *from);
                implied.push(Demand {
                    header: "Max-Forwards".to_owned(),
                    must: Must::BeOneLessThanIn(*from),
                });
                implied
            }
            What::Request(request) if request.method == PRACK => vec![Demand::of("RAck")],
            What::Response(response) => match response.relays {
                Some(from) => copied(&["From", "To", "Call-ID", "CSeq"], from),
                None => {
                    let mut implied = copied(&["From", "Call-ID", "CSeq"], response.answers);
                    if self.acknowledged_by(step).is_some() {
                        implied.push(Demand::of("RSeq"));
                        implied.push(Demand {
                            header: "Require".to_owned(),
                            must: Must::Be(vec!["100rel".to_owned()]),
                        });
                    }
                    implied
                }
            },
            _ => Vec::new(),
        };
        for demand in implied {
            if !demands.iter().any(|given| given.header == demand.header) {
                demands.push(demand);
            }
        }
        demands
    }

    /// The PRACK for a provisional response, or for what it is passed on as (RFC 3262 3).
    pub(super) fn acknowledged_by(&self, step: usize) -> Option<usize> {
        let mut copies = vec![step];
        self.steps
            .iter()
            .enumerate()
            .find(|(number, one)| match &one.what {
                What::Response(response)
                    if response.relays.is_some_and(|of| copies.contains(&of)) =>
                {
                    copies.push(*number);
                    false
                }
                What::Request(request) => {
                    let of = request.acknowledges.filter(|_| request.method == PRACK);
                    of.is_some_and(|of| copies.contains(&of))
                }
                _ => false,
            })
            .map(|(prack, _)| prack)
    }

    /// What is asked of the field that another one is copied from, step by step; the demand itself where it is no copy.
    pub fn origin<'t>(&'t self, demand: &'t Demand) -> &'t Demand {
        let mut origin = demand;
        // What is copied stands in an earlier step.
        while let Must::BeCopiedFrom(step) = origin.must {
            let mut carried = self.steps[step].carry.iter();
            match carried.find(|carried| carried.header == demand.header) {
                Some(carried) => origin = carried,
                None => break,
            }
        }
        origin
    }
}

impl Demand {
    /// That a header field is there.
    fn of(header: &str) -> Self {
        Self {
            header: header.to_owned(),
            must: Must::BePresent,
        }
    }

    /// Whether a message that does not meet it is about something else: another event package, another state.
    pub fn tells_apart(&self) -> bool {
        self.header == "Event" || self.header == BODY
    }
}

impl GroupKind {
    /// How it is named in templates and outputs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Repeated => "repeated",
            Self::Combined => "combined",
            Self::Parallel => "parallel",
            Self::InsteadOf(_) => "alternative",
        }
    }
}

impl Step {
    /// What the step is, in the words of a figure: `SUBSCRIBE`, `200 OK`, the label of an action.
    pub fn caption(&self) -> String {
        let label = || self.label.clone().unwrap_or_default();
        match &self.what {
            What::Request(request) => request.method.clone(),
            What::Response(response) => match response.statuses.first() {
                Some((status, reason)) => format!("{status} {reason}"),
                None => label(),
            },
            What::Other { protocol } => format!("{protocol}: {}", label()),
            What::Action => label(),
        }
    }

    /// Whether it is a SIP message.
    pub fn is_sip(&self) -> bool {
        matches!(self.what, What::Request(_) | What::Response(_))
    }
}
