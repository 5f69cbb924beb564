//! The messages of some calls as trees of hops, with what stands in them.

mod place;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::census::Kinds;
use super::users::address_of_record;
use crate::flow::template::{BODY, REQUEST_URI};
use crate::sip::{self, Name, Text};
use crate::trace::{Call, CallId, Held, Hop, HopId, Message, MessageId, Node, Part, Trace};

/// A hop of the trace.
pub(super) struct SceneHop<'t> {
    pub(super) hop: Hop<'t>,
    /// Which of the methods of templates it has.
    pub(super) method: Option<usize>,
    pub(super) first_message: MessageId,
    pub(super) request: Option<Message<'t>>,
    /// Those that were not sent before.
    pub(super) responses: Vec<Message<'t>>,
    pub(super) ack: Option<Message<'t>>,
    pub(super) children: Vec<usize>,
    pub(super) parent: Option<usize>,
    /// What it continues, and what continues none.
    pub(super) root: usize,
    /// The last hop of those that continue it; none where there are several.
    pub(super) end: Option<usize>,
    /// Via entries of its request.
    pub(super) vias: Option<usize>,
    pub(super) source: Option<Node<'t>>,
    pub(super) destination: Option<Node<'t>>,
    /// Which of the Call-IDs of the scene it has.
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
    held: &'h [HeldCall],
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
        trace: &'t Trace,
        calls: impl IntoIterator<Item = Call<'t>>,
        held: &'h [HeldCall],
        kinds: &Kinds,
        taken: &Taken,
    ) -> Self {
        let mut scene = Self {
            trace,
            hops: Vec::new(),
            roots: Vec::new(),
            users: Vec::new(),
            numbers: HashMap::default(),
            journeys: Vec::new(),
            later: Vec::new(),
            held,
        };
        let mut call_ids = HashMap::default();
        for call in calls {
            scene.add(call, kinds, &mut call_ids);
        }
        scene.place_strays();
        scene.place_acks();
        scene.find_ends();
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
        let mut roots: Vec<usize> = (0..scene.hops.len())
            .filter(|hop| scene.hops[*hop].parent.is_none())
            .filter(|root| taken.is_empty() || !scene.tree(&[*root]).into_iter().any(is_taken))
            .collect();
        roots.sort_by_cached_key(|root| std::cmp::Reverse(scene.first_message(*root)));
        scene.later = roots;
        scene.fill();
        scene
    }

    /// Looks at as many trees as there is room for.
    fn fill(&mut self) {
        let mut hops = self.tree(&self.roots).len();
        while hops < AT_A_TIME
            && let Some(root) = self.later.pop()
        {
            hops += self.tree(&[root]).len();
            self.roots.push(root);
        }
    }

    /// The hops that are looked at, each before those that continue it.
    pub(super) fn looked_at(&self) -> Vec<usize> {
        self.tree(&self.roots)
    }

    /// These hops and all that continue them.
    pub(super) fn tree(&self, roots: &[usize]) -> Vec<usize> {
        let mut hops = roots.to_vec();
        let mut at = 0;
        while let Some(hop) = hops.get(at) {
            hops.extend(&self.hops[*hop].children);
            at += 1;
        }
        hops
    }

    /// Whether none of these hops is in the first half of what is looked at, and more follows: what begins so late may go on there.
    pub(super) fn may_go_on(&self, hops: &[HopId]) -> bool {
        if self.later.is_empty() {
            return false;
        }
        let with_one = self.roots_of(hops);
        let mut first = self.first_half().iter();
        !first.any(|root| with_one.contains(root))
    }

    /// Leaves the first half of what is looked at behind, if more follows.
    pub(super) fn go_on(&mut self) -> bool {
        if self.later.is_empty() {
            return false;
        }
        self.roots.drain(..self.first_half().len());
        self.fill();
        true
    }

    fn first_half(&self) -> &[usize] {
        &self.roots[..self.roots.len().div_ceil(2)]
    }

    /// Takes a call in; the Call-IDs are those that are known so far.
    fn add(
        &mut self,
        call: Call<'t>,
        kinds: &Kinds,
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
                .entry(hop.call_id().unwrap_or_default())
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
                method: kinds.method(hop.method_name()),
                first_message: hop.first_message().id(),
                request,
                responses,
                ack: of(&[Part::Ack]).first().copied(),
                children: Vec::new(),
                parent,
                root: number,
                end: None,
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
    }

    /// What `users` says.
    fn users_of_hops(&self) -> Vec<[usize; 2]> {
        let mut calls = self.hops.iter().map(|one| one.hop.call().id());
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

    /// Finds where each hop's way begins and ends.
    fn find_ends(&mut self) {
        let roots = 0..self.hops.len();
        let roots = roots.filter(|hop| self.hops[*hop].parent.is_none());
        let hops = self.tree(&roots.collect::<Vec<_>>());
        for hop in &hops {
            let above = self.hops[*hop].parent;
            self.hops[*hop].root = above.map_or(*hop, |above| self.hops[above].root);
        }
        for hop in hops.iter().rev() {
            let children = self.hops[*hop].children.iter();
            let mut beyond = children.filter(|child| !self.hops[**child].is_empty());
            let end = match (beyond.next(), beyond.next()) {
                (None, _) => Some(*hop),
                (Some(one), None) => self.hops[*one].end,
                _ => None,
            };
            self.hops[*hop].end = end;
        }
    }

    /// Finds which of the two ends sends each request of a dialog: the one that began, with the tag that it gave then.
    fn find_directions(&mut self) {
        let mut first: HashMap<usize, Vec<u8>, RandomState> = HashMap::default();
        for hop in 0..self.hops.len() {
            let one = &self.hops[hop];
            let sip = one.request.and_then(|request| self.sip(request.id()));
            let tags = sip.map(|sip| [sip.from(), sip.to()]);
            let tags = tags.map(|tags| tags.map(|end| Some(end?.tag()?.bytes().to_vec())));
            let Some([Some(from), to]) = tags else {
                continue;
            };
            match first.get(&one.call_id) {
                None if one.is_within => {}
                None => {
                    first.insert(one.call_id, from);
                }
                Some(first) if *first == from => self.hops[hop].is_backward = Some(false),
                Some(first) if to.as_ref() == Some(first) => {
                    self.hops[hop].is_backward = Some(true);
                }
                Some(_) => {}
            }
        }
    }

    /// Who got last what a hop carries, where that is one.
    pub(super) fn last_destination(&self, hop: usize) -> Option<Node<'t>> {
        let hop = &self.hops[hop];
        hop.end
            .map_or(hop.destination, |end| self.hops[end].destination)
    }

    /// Whether Via entries tell that nobody stands between a hop and the one that it continues.
    pub(super) fn is_next(&self, hop: usize) -> bool {
        let hop = &self.hops[hop];
        let above = hop.parent.and_then(|above| self.hops[above].vias);
        above.is_some_and(|above| hop.vias == Some(above + 1))
    }

    /// Whether two hops are one, or one of them is part of what continues the other.
    pub(super) fn are_of_one_way(&self, one: usize, other: usize) -> bool {
        let is_above = |below: usize, above: usize| {
            let mut at = Some(below);
            while at.is_some_and(|at| at != above) {
                at = at.and_then(|at| self.hops[at].parent);
            }
            at.is_some()
        };
        is_above(one, other) || is_above(other, one)
    }

    /// Whether several requests have the Call-ID of a hop, other than those that pass it on.
    pub(super) fn has_a_dialog(&self, hop: usize) -> bool {
        self.journeys[self.hops[hop].call_id] > 1
    }

    /// The trees that have one of these hops.
    fn roots_of(&self, hops: &[HopId]) -> BTreeSet<usize> {
        let numbers = hops.iter().filter_map(|hop| self.numbers.get(hop));
        numbers.map(|hop| self.hops[*hop].root).collect()
    }

    /// Leaves out trees that have one of these hops; gives the first messages of their hops.
    pub(super) fn take(&mut self, hops: &[HopId]) -> Vec<MessageId> {
        let with_one = self.roots_of(hops);
        let (taken, kept): (Vec<usize>, Vec<usize>) =
            self.roots.iter().partition(|root| with_one.contains(root));
        self.roots = kept;
        self.fill();
        let taken = self.tree(&taken).into_iter();
        taken.map(|hop| self.hops[hop].first_message).collect()
    }

    /// What stands in a message.
    pub(super) fn sip(&self, message: MessageId) -> Option<sip::Message<'h>> {
        let call = self.trace.message(message)?.hop().call().id();
        let at = self.held.binary_search_by_key(&call, |(held, _)| *held);
        self.held[at.ok()?].1.sip(message)
    }

    /// The values of a header field, or the Request-URI, as text with single spaces.
    pub(super) fn values(&self, message: MessageId, header: &str) -> Option<Vec<Cow<'h, str>>> {
        let message = self.sip(message)?;
        if header == REQUEST_URI {
            let line = message.first_line_text().lossy().into_owned();
            let uri = line.split_ascii_whitespace().nth(1);
            return Some(uri.map(|uri| uri.to_owned().into()).into_iter().collect());
        }
        if header == BODY {
            return Some(vec![message.rest().lossy()]);
        }
        let name = Name::of(header.as_bytes());
        Some(match name {
            Name::Other => {
                let fields = message.headers().filter(|field| field.name.is(header));
                fields.map(|field| plain(field.value)).collect()
            }
            name => message.values(name).map(plain).collect(),
        })
    }
}

/// As text, with single spaces. Most is written so.
fn plain(value: Text<'_>) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(value.bytes())
        && is_plain(text)
    {
        return Cow::Borrowed(text);
    }
    let line = value.unfolded();
    let text = String::from_utf8_lossy(&line);
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain.into()
}

/// Whether it is ASCII without any white space but single spaces inside.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    let is_plain = text.bytes().all(|byte| {
        let is_fine = matches!(byte, b'!'..=b'~') || byte == b' ' && before != b' ';
        before = byte;
        is_fine
    });
    is_plain && (before != b' ' || text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::sip::Text;

    #[test]
    fn white_space_is_one_space_between_words() {
        for (written, told) in [
            ("", ""),
            (" ", ""),
            ("one two", "one two"),
            (" one", "one"),
            ("one ", "one"),
            ("one  two", "one two"),
            ("one\ttwo", "one two"),
            ("one,\r\n two", "one, two"),
            ("caf\u{e9}\u{a0}noir", "caf\u{e9} noir"),
        ] {
            assert_eq!(plain(Text::all(written.as_bytes())), told, "{written:?}");
        }
    }
}
