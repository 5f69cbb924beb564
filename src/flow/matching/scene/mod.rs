//! The messages of some calls as trees of hops, with what stands in them.

mod asked;
mod paths;
mod place;
mod values;
mod ways;
mod window;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use asked::Asked;
pub(super) use paths::Path;
use paths::Paths;

use super::census::Kinds;
use super::find::All;
use super::published::Published;
use super::torn::Torn;
use super::users::address_of_record;
use crate::sip::Name;
use crate::trace::{Call, CallId, Held, Hop, HopId, Message, MessageId, Node, Part, Trace};

/// A hop of the trace.
pub(super) struct SceneHop<'t> {
    pub(super) hop: Hop<'t>,
    /// Its call, or the one that it was torn off.
    pub(super) call: CallId,
    /// Which of the methods of templates it has.
    pub(super) method: Option<usize>,
    pub(super) first_message: MessageId,
    pub(super) request: Option<Message<'t>>,
    /// Its request, or where nobody captured that, the same one on another hop.
    pub(super) told_by: Option<Message<'t>>,
    /// Those that were not sent before.
    pub(super) responses: Vec<Message<'t>>,
    pub(super) ack: Option<Message<'t>>,
    pub(super) children: Vec<usize>,
    pub(super) parent: Option<usize>,
    /// What it continues, and what continues none.
    pub(super) root: usize,
    /// The last hop of those that continue it; none where there are several.
    pub(super) end: Option<usize>,
    /// The status of the answer that its PRACK is for.
    pub(super) acknowledges: Option<u16>,
    /// Via entries of its request.
    pub(super) vias: Option<usize>,
    pub(super) source: Option<Node<'t>>,
    pub(super) destination: Option<Node<'t>>,
    /// Which of the Call-IDs of the scene it has; the same where one stands in place of another.
    pub(super) call_id: usize,
    /// Whether it is known to stand inside a dialog, which it does not begin.
    pub(super) is_within: bool,
    /// Whether the one sends its request who got the first one with this Call-ID, as tags tell.
    pub(super) is_backward: Option<bool>,
}

impl SceneHop<'_> {
    /// Whether its answers are those to a request that another hop has.
    pub(super) fn is_empty(&self) -> bool {
        self.request.is_none() && self.responses.is_empty() && self.ack.is_none()
    }
}

/// Some calls.
pub(super) struct Scene<'t, 'h> {
    pub(super) trace: &'t Trace,
    pub(super) hops: Vec<SceneHop<'t>>,
    /// Hops that continue none, in the order of their first messages: those that are looked at together.
    pub(super) roots: Vec<usize>,
    /// Which users each hop has in From and To, equal numbers being the same one; nothing where all hops are of one call.
    pub(super) users: Vec<[usize; 2]>,
    numbers: HashMap<HopId, usize, RandomState>,
    /// How many hops of each Call-ID continue none.
    journeys: Vec<usize>,
    /// Those that come after them, the last one first.
    later: Vec<usize>,
    /// Hops of trees that are not looked at any more, since flows have a part of them.
    taken: Taken,
    asked: Asked,
    paths: Paths<'t>,
    held: &'h [HeldCall],
    /// What users have published.
    pub(super) published: &'t Published,
    /// Whether more calls may have dialogs of a flow than are looked into.
    pub(super) more: bool,
}

/// Hops that are steps of flows.
pub(super) type Taken = HashSet<HopId, RandomState>;

/// The messages of a call, which several scenes may have.
pub(super) type HeldCall = (CallId, Arc<Held>);

/// Bytes of messages that are held for one call; what is beyond that is not provable.
pub(super) const MOST_HELD: usize = 64 << 20;

/// Of a long call so many hops are looked at together, so that the time for it is in proportion to its length.
pub(super) const AT_A_TIME: usize = 1024;

/// What answers a request.
pub(super) const RESPONSES: [Part; 5] = [
    Part::Provisional,
    Part::Final,
    Part::Second,
    Part::Late,
    Part::Stray,
];

impl<'t, 'h> Scene<'t, 'h> {
    /// Some calls of a trace, their messages being held, call by call; without trees of which a hop is taken.
    pub(super) fn of(
        all: &All<'t>,
        calls: impl IntoIterator<Item = Call<'t>>,
        held: &'h [HeldCall],
        taken: &Taken,
    ) -> Self {
        let mut scene = Self {
            trace: all.trace,
            published: all.published,
            hops: Vec::new(),
            roots: Vec::new(),
            users: Vec::new(),
            numbers: HashMap::default(),
            journeys: Vec::new(),
            later: Vec::new(),
            taken: Taken::default(),
            asked: Asked::default(),
            paths: Paths::default(),
            held,
            more: false,
        };
        let mut call_ids = HashMap::default();
        for call in calls {
            scene.add(call, (all.kinds, all.torn), &mut call_ids);
        }
        scene.place_torn();
        scene.place_strays();
        scene.place_acks();
        scene.find_ends();
        scene.find_requests();
        scene.find_asked();
        scene.find_acknowledged();
        scene.find_directions();
        scene.users = scene.users_of_hops();
        scene.journeys = vec![0; call_ids.len()];
        for hop in scene.hops.iter().filter(|hop| hop.parent.is_none()) {
            scene.journeys[hop.call_id] += 1;
        }
        let numbers = scene.hops.iter().enumerate();
        scene.numbers = numbers
            .map(|(number, one)| (one.hop.id(), number))
            .collect();
        let is_taken = |hop: usize| taken.contains(&scene.hops[hop].hop.id());
        let roots = (0..scene.hops.len()).filter(|hop| scene.hops[*hop].parent.is_none());
        let (found, mut roots): (Vec<usize>, Vec<usize>) = roots
            .partition(|root| !taken.is_empty() && scene.tree(&[*root]).into_iter().any(is_taken));
        scene.leave(&found);
        roots.sort_by_cached_key(|root| std::cmp::Reverse(scene.first_message(*root)));
        scene.later = roots;
        scene.fill();
        scene
    }

    /// Takes a call in; the Call-IDs are those that are known so far.
    fn add(
        &mut self,
        call: Call<'t>,
        (kinds, torn): (&Kinds, &Torn<'t>),
        call_ids: &mut HashMap<&'t [u8], usize, RandomState>,
    ) {
        let first = self.hops.len();
        let mut above: Vec<usize> = Vec::new();
        for (hop, depth) in call.journeys() {
            above.truncate(depth);
            let number = self.hops.len();
            let parent = above.last().copied();
            let mut messages: Vec<_> = hop.messages().collect();
            messages.sort_by_key(Message::id);
            let of = |wanted: &[Part]| {
                let found = messages.iter().copied();
                found
                    .filter(|message| wanted.contains(&message.part()))
                    .collect::<Vec<_>>()
            };
            let known = call_ids.len();
            let call_id = *call_ids
                .entry(torn.meant(hop.call_id().unwrap_or_default()))
                .or_insert(known);
            let request = hop.request();
            let responses = of(&RESPONSES);
            // An answer has the Via entries of its request (RFC 3261 8.2.6.2).
            let shown = request.or_else(|| responses.first().copied());
            let vias =
                shown.and_then(|shown| Some(self.sip(shown.id())?.values(Name::Via).count()));
            let tag = |message: &Message<'t>| Some(self.sip(message.id())?.to()?.tag()?.bytes());
            let is_within = match request {
                // Who answers with another tag knows of no dialog that it is of.
                Some(request) => tag(&request).is_some_and(|own| {
                    let mut given = responses.iter().filter_map(tag);
                    !given.any(|given| given != own)
                }),
                // Nobody captured its request; it is none that made its dialog.
                None => hop
                    .dialog()
                    .and_then(|dialog| dialog.made_by())
                    .is_some_and(|made| {
                        made.cseq() != hop.cseq() || made.method_name() != hop.method_name()
                    }),
            };
            self.hops.push(SceneHop {
                hop,
                call: torn.whole(call.id()),
                method: kinds.method(hop.method_name()),
                first_message: hop.first_message().id(),
                request,
                told_by: None,
                responses,
                ack: of(&[Part::Ack]).first().copied(),
                children: Vec::new(),
                parent,
                root: number,
                end: None,
                acknowledges: None,
                vias,
                source: hop.source_node(),
                destination: hop.destination_node(),
                call_id,
                is_within,
                is_backward: None,
            });
            if let Some(parent) = parent {
                self.hops[parent].children.push(number);
            }
            above.push(number);
        }
        self.place_answers(first);
        self.place_hidden(first);
    }

    /// What `users` says.
    fn users_of_hops(&self) -> Vec<[usize; 2]> {
        let mut calls = self.hops.iter().map(|one| one.call);
        let first = calls.next();
        if calls.all(|call| Some(call) == first) {
            return Vec::new();
        }
        let mut numbers: HashMap<Vec<u8>, usize, RandomState> = HashMap::default();
        let mut number = |user: &[u8]| {
            let next = numbers.len();
            *numbers.entry(address_of_record(user)).or_insert(next)
        };
        let hops = self.hops.iter();
        hops.map(|one| [number(one.hop.from()), number(one.hop.to())])
            .collect()
    }

    /// The first message of a tree.
    fn first_message(&self, root: usize) -> MessageId {
        let first = |hop: usize| self.hops[hop].first_message;
        let below = self.tree(&[root]).into_iter().map(first);
        below.fold(first(root), MessageId::min)
    }

    /// Whether several requests have the Call-ID of a hop, other than those that pass it on.
    pub(super) fn has_a_dialog(&self, hop: usize) -> bool {
        self.journeys[self.hops[hop].call_id] > 1
    }
}
