//! Rounds: what one refresh takes. A SUBSCRIBE and its NOTIFY, a REGISTER that is challenged and the one with the answer, an
//! INVITE and its ACK are one round of several journeys.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use super::{FoldKind, JourneyHop};
use crate::trace::facts::TextId;
use crate::trace::hops::Part;
use crate::trace::ids::{DialogId, NodeId};
use crate::trace::sightings::{ACK, INVITE, NOTIFY, OPTIONS, PUBLISH, REGISTER, SUBSCRIBE, UPDATE};
use crate::trace::view::{Hop, Message};

/// One refresh.
pub(super) struct Round {
    pub(super) kind: FoldKind,
    /// Package and identifier of a subscription; a dialog may hold several.
    event: Vec<u8>,
    /// By position.
    pub(super) journeys: Vec<usize>,
    looks: Vec<Looks>,
    /// Seconds that each answer grants; those left, for a NOTIFY.
    granted: Vec<Option<u32>>,
    smooth: bool,
}

/// What must be the same in journeys that are alike.
#[derive(PartialEq)]
struct Looks {
    method: u16,
    status: Option<u16>,
    /// Which side it came from.
    from_tag: TextId,
    /// Where each side wants to be reached (RFC 3261 12.2.1.1, RFC 6665 4.1.2.2).
    contacts: [TextId; 2],
    /// Seconds that are asked for.
    asked: Option<u32>,
    /// What a NOTIFY tells.
    state: Vec<u8>,
    /// Where it went, hop by hop.
    way: Vec<(usize, Option<NodeId>)>,
}

impl Round {
    fn new(kind: FoldKind, position: usize, journey: &[JourneyHop<'_>]) -> Self {
        let request = journey[0].0.request();
        let mut round = Self {
            kind,
            event: request.map_or_else(Vec::new, |request| request.event().to_vec()),
            journeys: Vec::new(),
            looks: Vec::new(),
            granted: Vec::new(),
            smooth: true,
        };
        round.add(position, journey);
        round
    }

    fn add(&mut self, position: usize, journey: &[JourneyHop<'_>]) {
        let (root, _) = journey[0];
        let way = journey.iter().map(|(hop, depth)| {
            let node = hop.destination_node();
            (*depth, node.map(|node| node.id()))
        });
        let (request, answer) = (root.request(), root.answer());
        let state = request.map(|request| request.subscription_state());
        let is_notify = root.method().0 == NOTIFY;
        let asked = request.and_then(|request| request.expires());
        let granted = answer.and_then(|answer| answer.grants());
        self.granted.push(if is_notify { asked } else { granted });
        self.journeys.push(position);
        self.smooth &= journey.iter().all(|(hop, _)| is_smooth(hop));
        self.looks.push(Looks {
            method: root.method().0,
            status: root.status(),
            contacts: match self.kind {
                FoldKind::Subscription | FoldKind::Session => [request, answer].map(contact_of),
                _ => <[TextId; 2]>::default(),
            },
            asked: asked.filter(|_| !is_notify),
            from_tag: match self.kind {
                // Every REGISTER, PUBLISH or OPTIONS outside of a dialog may have a tag of its own.
                FoldKind::Subscription | FoldKind::Session => root.fact().from_tag,
                _ => TextId::default(),
            },
            state: state.unwrap_or_default().to_ascii_lowercase(),
            way: way.collect(),
        });
    }

    /// Whether another round went as this one; what did not go well is like no other.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let well = |round: &Self| {
            let fine = |looks: &Looks| match (round.kind, looks.status) {
                // Any answer shows that somebody is there.
                (FoldKind::Ping, Some(_)) => true,
                (_, Some(200..300)) => true,
                // A challenge was answered: the next journey says how that went.
                (_, Some(401 | 407)) => round.looks.len() > 1,
                (_, None) => looks.method == ACK,
                _ => false,
            };
            round.smooth && round.looks.iter().all(fine)
        };
        let mut granted = self.granted.iter().zip(&other.granted);
        well(self)
            && self.looks == other.looks
            && granted.all(|(one, other)| is_about(*one, *other))
            && well(other)
    }
}

/// Whether two times in seconds hardly differ: what is left of a time depends on how long its message took.
pub fn is_about(one: Option<u32>, other: Option<u32>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= one.max(other).div_ceil(10),
        _ => one == other,
    }
}

fn contact_of(message: Option<Message<'_>>) -> TextId {
    message.map_or_else(TextId::default, |message| message.fact().contact)
}

/// Whether everything was sent once.
fn is_smooth(hop: &Hop<'_>) -> bool {
    let odd = [
        Part::Retransmission,
        Part::Repeated,
        Part::Late,
        Part::Second,
        Part::Stray,
    ];
    !hop.messages().any(|message| odd.contains(&message.part()))
}

/// What keeps refreshes of one thing together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Series {
    Dialog(DialogId),
    /// Requests outside of any dialog: method, and Call-ID, or for a published state (each PUBLISH may have a Call-ID of its
    /// own) who it is about.
    Apart(u16, u32, TextId),
}

impl Series {
    fn of(root: &Hop<'_>) -> Self {
        match (root.dialog(), root.method().0) {
            (Some(dialog), _) => Self::Dialog(dialog.id()),
            (None, PUBLISH) => Self::Apart(PUBLISH, 0, root.fact().to),
            (None, method) => Self::Apart(method, root.entry.group, TextId::default()),
        }
    }
}

/// What is known of a series so far.
#[derive(Default)]
struct Known {
    /// The round that the next journey may belong to.
    open: Option<Round>,
    /// The last body of each side: who sends the same changes nothing.
    bodies: HashMap<TextId, u32, RandomState>,
    /// The contact of the last binding.
    bound: Option<TextId>,
}

/// Finds rounds in journeys that are added in their order.
#[derive(Default)]
pub(super) struct Rounds {
    known: HashMap<Series, Known, RandomState>,
    rounds: Kept,
}

/// The rounds of each series, kind and event.
type Kept = BTreeMap<(Series, FoldKind, Vec<u8>), Vec<Round>>;

fn keep(rounds: &mut Kept, series: Series, round: Round) {
    let key = (series, round.kind, round.event.clone());
    rounds.entry(key).or_default().push(round);
}

impl Rounds {
    pub(super) fn add(&mut self, position: usize, journey: &[JourneyHop<'_>]) {
        let (root, _) = journey[0];
        let Some(request) = root.request() else {
            return;
        };
        let series = Series::of(&root);
        let known = self.known.entry(series).or_default();
        let goes_on = |round: &Round| continues(round, &root, &request);
        let kind = refreshed(&root, &request, known);
        remember(&root, &request, known);
        match &mut known.open {
            Some(open) if goes_on(open) => open.add(position, journey),
            open => {
                let new = kind.map(|kind| Round::new(kind, position, journey));
                if let Some(done) = std::mem::replace(open, new) {
                    keep(&mut self.rounds, series, done);
                }
            }
        }
    }

    /// The rounds of each series, kind and event, in their order.
    pub(super) fn finish(mut self) -> impl Iterator<Item = Vec<Round>> {
        for (series, known) in self.known {
            if let Some(done) = known.open {
                keep(&mut self.rounds, series, done);
            }
        }
        self.rounds.into_values()
    }
}

/// What a request refreshes, if it does.
fn refreshed(root: &Hop<'_>, request: &Message<'_>, known: &Known) -> Option<FoldKind> {
    let in_dialog = request.to_tag().is_some();
    let ends = request.expires() == Some(0);
    match root.method().0 {
        SUBSCRIBE if in_dialog && !ends => Some(FoldKind::Subscription),
        REGISTER if !ends && known.bound == Some(root.fact().contact) => {
            Some(FoldKind::Registration)
        }
        PUBLISH if !request.entity_tag().is_empty() && !ends && !request.has_body() => {
            Some(FoldKind::Publication)
        }
        INVITE | UPDATE if in_dialog => {
            let answer = root.answer();
            let same = |tag: TextId, message: &Message<'_>| {
                let body = message.fact().body;
                body == 0 || known.bodies.get(&tag) == Some(&body)
            };
            let (from, to) = (root.fact().from_tag, root.fact().to_tag);
            let unchanged = same(from, request) && answer.is_some_and(|answer| same(to, &answer));
            unchanged.then_some(FoldKind::Session)
        }
        OPTIONS => Some(FoldKind::Ping),
        _ => None,
    }
}

/// Keeps what later requests are compared with.
fn remember(root: &Hop<'_>, request: &Message<'_>, known: &mut Known) {
    let answer = root.answer();
    let accepted = matches!(root.status(), Some(200..300));
    match root.method().0 {
        REGISTER if accepted => {
            let contact = Some(root.fact().contact).filter(|contact| !contact.is_none());
            known.bound = contact.filter(|_| request.expires() != Some(0));
        }
        INVITE | UPDATE if accepted => {
            for message in [Some(*request), answer].into_iter().flatten() {
                let fact = message.fact();
                // The answer has the tags of the request: its sender is the one in To.
                let is_request = message.id() == request.id();
                let side = if is_request {
                    fact.from_tag
                } else {
                    fact.to_tag
                };
                if fact.body != 0 {
                    known.bodies.insert(side, fact.body);
                }
            }
        }
        _ => {}
    }
}

/// Whether a request belongs to the round before it.
fn continues(round: &Round, root: &Hop<'_>, request: &Message<'_>) -> bool {
    let Some(last) = round.looks.last() else {
        return false;
    };
    let method = root.method().0;
    match (last.method, last.status, method) {
        (SUBSCRIBE, Some(200..300), NOTIFY) => true,
        (INVITE, Some(200..300), ACK) => true,
        (first, Some(401 | 407), next) => first == next && request.has_credentials(),
        _ => false,
    }
}
