//! Hops that stand alone in the trace, since a message of theirs was not captured or came too early, put where they belong.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::{Scene, SceneHop};
use crate::trace::{Message, MessageId, Node, NodeId, Subject};

const ACK: &[u8] = b"ACK";
const CANCEL: &[u8] = b"CANCEL";

/// Where a request is known to be the one that is answered, whatever its branch.
#[derive(PartialEq, Eq, Hash)]
struct Place<'t> {
    call_id: usize,
    method: &'t [u8],
    cseq: u32,
    vias: Option<usize>,
    ends: [Option<NodeId>; 2],
}

/// An end of a dialog that sends a request, as it came to a node or left it.
#[derive(PartialEq, Eq, Hash)]
struct EndAt<'t, 'h> {
    call_id: usize,
    method: &'t [u8],
    tags: [&'h [u8]; 2],
    node: NodeId,
}

impl<'t, 'h> Scene<'t, 'h> {
    /// Answers to a request that nobody captured show by their Via entries which hops theirs is between; and so does a request that
    /// is not quite the one that it passes on.
    pub(super) fn place_answers(&mut self, first: usize) {
        let (asked, unasked): (Vec<usize>, Vec<usize>) =
            (first..self.hops.len()).partition(|hop| self.hops[*hop].request.is_some());
        let is_cut_off = |hop: &usize| {
            let hop = &self.hops[*hop];
            hop.parent.is_none() && hop.vias.is_some_and(|vias| vias > 1)
        };
        let cut_off: Vec<usize> = asked.iter().copied().filter(is_cut_off).collect();
        if unasked.is_empty() && cut_off.is_empty() {
            return;
        }
        let mut with_branch: [HashMap<&[u8], Vec<usize>, RandomState>; 2] = Default::default();
        for hop in asked.iter().copied() {
            for (entry, with_branch) in with_branch.iter_mut().enumerate() {
                if let Some(branch) = self.branch(hop, entry) {
                    with_branch.entry(branch).or_default().push(hop);
                }
            }
        }
        let [sent, passed_on] = with_branch;
        let mut astray = Vec::new();
        for hop in unasked {
            let Some(own) = self.branch(hop, 0) else {
                continue;
            };
            let is_same = |other: &usize| {
                let (one, other) = (&self.hops[hop], &self.hops[*other]);
                one.call_id == other.call_id && one.hop.method_name() == other.hop.method_name()
            };
            let same = sent.get(own).into_iter().flatten().copied();
            // A CANCEL has the branch of what it cancels (RFC 3261 9.1); all others have one of their own.
            let names_another = |other: &usize| {
                let hops = [&self.hops[hop], &self.hops[*other]];
                hops[0].call_id == hops[1].call_id
                    && hops.iter().all(|one| one.hop.method_name() != CANCEL)
            };
            let same = same
                .clone()
                .find(is_same)
                .or(same.clone().find(names_another));
            if let Some(same) = same {
                // Its request was captured, but the rest of its Via entries is not that of the request.
                self.answer(same, hop);
                continue;
            }
            let below = passed_on.get(own).into_iter().flatten().copied();
            let below: Vec<usize> = below
                .filter(|other| !self.is_next_to_its_parent(*other))
                .collect();
            let above = self.branch(hop, 1);
            let parent = above.and_then(|above| sent.get(above)?.first().copied());
            for child in below {
                self.hang(child, Some(hop));
            }
            if self.hops[hop].parent.is_none() {
                self.hang(hop, parent);
            }
            astray.extend(Some(hop).filter(|_| self.stands_alone(hop)));
        }
        self.place_astray(&astray, &asked);
        // One passes on a request as another one: its Via entries tell which it was.
        for hop in cut_off {
            let is_same = |other: &usize| {
                let (one, other) = (&self.hops[hop], &self.hops[*other]);
                one.call_id == other.call_id && one.hop.method_name() == other.hop.method_name()
            };
            let above = self.branch(hop, 1).and_then(|above| sent.get(above));
            let above = above.into_iter().flatten().copied().find(is_same);
            if self.hops[hop].parent.is_none() {
                self.hang(hop, above);
            }
        }
    }

    /// Who hides the Via entries of what it passes on, and writes another CSeq, leaves nothing that names what it was. It is the request
    /// of the same end of the dialog that came to it before, went no further, and that it answered when this one was answered.
    pub(super) fn place_hidden(&mut self, first: usize) {
        let hops = first..self.hops.len();
        let is_alone = |hop: &usize| {
            let one = &self.hops[*hop];
            one.is_within && one.vias == Some(1) && self.stands_alone(*hop)
        };
        let alone: Vec<usize> = hops.clone().filter(is_alone).collect();
        if alone.is_empty() {
            return;
        }
        let mut came: HashMap<_, Vec<usize>, RandomState> = HashMap::default();
        for hop in hops.filter(|hop| self.hops[*hop].children.is_empty()) {
            if let Some(end) = self.end_at(hop, self.hops[hop].destination) {
                came.entry(end).or_default().push(hop);
            }
        }
        for came in came.values_mut() {
            came.sort_unstable_by_key(|hop| self.during(*hop));
        }
        let above = alone.into_iter().filter_map(|hop| {
            let came = came.get(&self.end_at(hop, self.hops[hop].source)?)?;
            let (asked, answered) = self.during(hop)?;
            let before = came.partition_point(|other| self.during(*other) < Some((asked, asked)));
            let last = came[..before].last()?;
            let (_, until) = self.during(*last)?;
            (answered < until).then_some((hop, *last))
        });
        for (hop, above) in above.collect::<Vec<_>>() {
            if self.hops[above].children.is_empty() {
                self.hang(hop, Some(above));
            }
        }
    }

    /// The end of a dialog whose request a hop has, with the node that is at one side of the hop.
    fn end_at(&self, hop: usize, node: Option<Node<'t>>) -> Option<EndAt<'t, 'h>> {
        let one = &self.hops[hop];
        let sip = self.sip(one.request?.id())?;
        Some(EndAt {
            call_id: one.call_id,
            method: one.hop.method_name(),
            tags: [sip.from()?.tag()?.bytes(), sip.to()?.tag()?.bytes()],
            node: node?.id(),
        })
    }

    /// A request and the last answer to it.
    fn during(&self, hop: usize) -> Option<(MessageId, MessageId)> {
        let one = &self.hops[hop];
        Some((one.request?.id(), one.responses.last()?.id()))
    }

    /// An answer with a branch that nobody gave is one to the request that went the other way between the same two, with the same CSeq
    /// and as many Via entries, where that is one and has no such answer.
    fn place_astray(&mut self, astray: &[usize], asked: &[usize]) {
        if astray.is_empty() {
            return;
        }
        let mut on: HashMap<_, Option<usize>, RandomState> = HashMap::default();
        for hop in asked {
            let only = on.entry(self.place(*hop)).or_insert(Some(*hop));
            *only = only.filter(|only| only == hop);
        }
        for stray in astray {
            let place = self.place(*stray);
            let is_known = place.vias.is_some() && place.ends.iter().all(Option::is_some);
            let request = on.get(&place).copied().flatten().filter(|_| is_known);
            let status = |answer: &Message<'t>| answer.subject();
            if let Some(request) =
                request.filter(|one| !self.is_answered_like(*one, *stray, status))
            {
                self.answer(request, *stray);
            }
        }
    }

    /// What is passed on with another Call-ID has the Via entries of what it was below its own (RFC 3261 16.6). What goes on with a
    /// Call-ID of its own on both sides is passed on by nobody: two legs of a back-to-back user agent, whatever it keeps.
    pub(super) fn place_torn(&mut self) {
        let is_other = |one: &SceneHop<'_>| one.hop.call_id() != self.hops[0].hop.call_id();
        if !self.hops.iter().any(is_other) {
            return;
        }
        let hops = 0..self.hops.len();
        let legs = self.legs();
        let is_leg = |scene: &Self, hop: usize| legs.contains(&scene.hops[hop].hop.call_id());
        let key = |scene: &Self, hop: usize, entry: usize| {
            let branch = scene.branch(hop, entry)?;
            let hop = scene.hops[hop].hop;
            Some((branch, hop.method_name(), hop.cseq()))
        };
        let mut sent: HashMap<_, usize, RandomState> = HashMap::default();
        for hop in hops.clone().rev() {
            if self.hops[hop].request.is_some() {
                sent.extend(key(self, hop, 0).map(|key| (key, hop)));
            }
        }
        for hop in hops {
            let above = key(self, hop, 1).and_then(|key| sent.get(&key)).copied();
            if let Some(above) = above
                && self.hops[above].hop.call_id() != self.hops[hop].hop.call_id()
                && !(is_leg(self, above) && is_leg(self, hop))
            {
                self.hang(hop, Some(above));
            }
        }
    }

    /// The Call-IDs with more than one request, and what passes them on.
    fn legs(&self) -> HashSet<Option<&'t [u8]>, RandomState> {
        let mut first: HashMap<_, _, RandomState> = HashMap::default();
        let mut legs = HashSet::default();
        for one in self.hops.iter().filter(|one| one.request.is_some()) {
            let request = (one.hop.method_name(), one.hop.cseq());
            let call_id = one.hop.call_id();
            if *first.entry(call_id).or_insert(request) != request {
                legs.insert(call_id);
            }
        }
        legs
    }

    /// Whether nothing shows what a hop continues, or is continued by.
    fn stands_alone(&self, hop: usize) -> bool {
        let hop = &self.hops[hop];
        hop.parent.is_none() && hop.children.is_empty()
    }

    fn place(&self, hop: usize) -> Place<'t> {
        let one = &self.hops[hop];
        Place {
            call_id: one.call_id,
            method: one.hop.method_name(),
            cseq: one.hop.cseq(),
            vias: one.vias,
            ends: [one.source, one.destination].map(|node| Some(node?.id())),
        }
    }

    /// An answer to a request that nobody captured may be that to one with another Call-ID, which nobody answered so: branch and CSeq
    /// tell (RFC 3261 17.1.3).
    pub(super) fn place_strays(&mut self) {
        let hops = 0..self.hops.len();
        let is_stray = |hop: &usize| {
            let hop = &self.hops[*hop];
            hop.request.is_none() && !hop.responses.is_empty()
        };
        let strays: Vec<usize> = hops.clone().filter(is_stray).collect();
        if strays.is_empty() {
            return;
        }
        let mut asked = HashMap::<_, _, RandomState>::default();
        for hop in hops.rev().filter(|hop| self.hops[*hop].request.is_some()) {
            asked.insert(self.transaction(hop), hop);
        }
        for stray in strays {
            let transaction = self.transaction(stray);
            let of = transaction.and(asked.get(&transaction)).copied();
            // A fork passes on one from each branch.
            let told = |answer: &Message<'t>| (answer.subject(), answer.to_tag());
            if let Some(request) = of.filter(|one| !self.is_answered_like(*one, stray, told)) {
                self.answer(request, stray);
            }
        }
    }

    /// Whether a request has an answer that has the same as one that nobody knows the request of.
    fn is_answered_like<K: PartialEq>(
        &self,
        request: usize,
        stray: usize,
        same: impl Fn(&Message<'t>) -> K,
    ) -> bool {
        let mut own = self.hops[stray].responses.iter();
        own.any(|own| {
            let mut answers = self.hops[request].responses.iter();
            answers.any(|answer| same(answer) == same(own))
        })
    }

    /// An ACK that came before what it acknowledges is of no hop. That to a refusal has the branch of the INVITE (RFC 3261 17.1.1.3).
    pub(super) fn place_acks(&mut self) {
        let is_refused = |hop: &usize| {
            let one = &self.hops[*hop];
            let mut answers = one.responses.iter();
            let is_refusal =
                |answer: &Message<'t>| matches!(answer.subject(), Subject::Response(300..));
            answers.any(is_refusal) && one.request.is_some() && one.ack.is_none()
        };
        let key = |hop: usize| {
            let one = &self.hops[hop];
            Some((self.branch(hop, 0)?, one.call_id))
        };
        let hops = 0..self.hops.len();
        let refused = hops.clone().filter(is_refused);
        let refused = refused.filter_map(|hop| Some((key(hop)?, hop)));
        let refused: HashMap<_, _, RandomState> = refused.collect();
        if refused.is_empty() {
            return;
        }
        let is_alone = |hop: &usize| {
            let hop = &self.hops[*hop];
            hop.hop.method_name() == ACK && hop.parent.is_none()
        };
        let alone = hops.filter(is_alone);
        let of = alone.filter_map(|ack| Some((ack, *refused.get(&key(ack)?)?)));
        for (ack, invite) in of.collect::<Vec<_>>() {
            self.hops[invite].ack = self.hops[ack].request.take();
            self.hang(ack, Some(invite));
        }
    }

    /// What a request and what answers it have in common.
    fn transaction(&self, hop: usize) -> Option<(&'h [u8], &'t [u8], u32)> {
        let branch = self.branch(hop, 0)?;
        let hop = self.hops[hop].hop;
        Some((branch, hop.method_name(), hop.cseq()))
    }

    /// Makes what one hop has, whose request nobody captured, the answers to the request of another one.
    fn answer(&mut self, request: usize, stray: usize) {
        let answers = std::mem::take(&mut self.hops[stray].responses);
        self.hops[request].responses.extend(answers);
        if let Some(ack) = self.hops[stray].ack.take() {
            self.hops[request].ack.get_or_insert(ack);
        }
        for child in std::mem::take(&mut self.hops[stray].children) {
            self.hops[child].parent = None;
            self.hang(child, Some(request));
        }
        self.hang(stray, Some(request));
    }

    /// Whether a hop begins where the one ends that it continues: there is none between.
    fn is_next_to_its_parent(&self, hop: usize) -> bool {
        let hop = &self.hops[hop];
        let before = hop.parent.and_then(|parent| self.hops[parent].destination);
        let (Some(before), Some(source)) = (before, hop.source) else {
            return false;
        };
        before.id() == source.id()
    }

    /// The branch of a Via entry, the topmost being the first.
    fn branch(&self, hop: usize, entry: usize) -> Option<&'h [u8]> {
        let hop = &self.hops[hop];
        let shown = hop.request.or_else(|| hop.responses.first().copied())?;
        let via = self.sip(shown.id())?.vias().nth(entry)?;
        Some(via.branch()?.bytes())
    }

    /// Makes a hop continue another one, unless that continues it.
    fn hang(&mut self, child: usize, parent: Option<usize>) {
        let mut above = parent;
        while let Some(at) = above {
            if at == child {
                return;
            }
            above = self.hops[at].parent;
        }
        if let Some(before) = self.hops[child].parent {
            self.hops[before].children.retain(|other| *other != child);
        }
        self.hops[child].parent = parent;
        if let Some(parent) = parent {
            self.hops[parent].children.push(child);
        }
    }
}
