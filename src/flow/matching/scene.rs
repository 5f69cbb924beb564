//! The messages of some calls as trees of hops, with what stands in them.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use foldhash::fast::RandomState;

use crate::flow::template::REQUEST_URI;
use crate::sip::{self, Index, Name};
use crate::trace::{Bytes, Call, CallId, Hop, HopId, Message, MessageId, Node, Part, Trace};

/// A hop of the trace.
pub(super) struct SceneHop<'t> {
    pub(super) hop: Hop<'t>,
    pub(super) request: Option<Message<'t>>,
    /// Those that were not sent before.
    pub(super) responses: Vec<Message<'t>>,
    pub(super) ack: Option<Message<'t>>,
    pub(super) children: Vec<usize>,
    pub(super) parent: Option<usize>,
    /// Via entries of its request.
    pub(super) vias: Option<usize>,
    pub(super) source: Option<Node<'t>>,
    pub(super) destination: Option<Node<'t>>,
    /// Which of the Call-IDs of the scene it has.
    pub(super) call_id: usize,
}

/// Some calls.
pub(super) struct Scene<'t> {
    pub(super) trace: &'t Trace,
    pub(super) hops: Vec<SceneHop<'t>>,
    /// Hops that continue none, in the order of their first messages.
    pub(super) roots: Vec<usize>,
    pub(super) calls: Vec<CallId>,
    call_ids: HashMap<Vec<u8>, usize, RandomState>,
    bytes: Vec<u8>,
    held: HashMap<MessageId, (Range<usize>, Index), RandomState>,
}

/// Bytes of messages that are held for one scene; of messages beyond that no header fields are looked at.
const MOST_HELD: usize = 64 << 20;

impl<'t> Scene<'t> {
    /// Without any call.
    pub(super) fn of(trace: &'t Trace) -> Self {
        Self {
            trace,
            hops: Vec::new(),
            roots: Vec::new(),
            calls: Vec::new(),
            call_ids: HashMap::default(),
            bytes: Vec::new(),
            held: HashMap::default(),
        }
    }

    /// Takes a call in.
    pub(super) fn add(&mut self, call: Call<'t>, bytes: &mut impl Bytes) -> io::Result<()> {
        self.calls.push(call.id());
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
            for message in &messages {
                self.hold(*message, bytes)?;
            }
            let call_id = hop.call_id().unwrap_or_default().to_vec();
            let known = self.call_ids.len();
            let call_id = *self.call_ids.entry(call_id).or_insert(known);
            let request = hop.request();
            let vias = request.and_then(|request| Some(self.sip(request.id())?.vias().count()));
            self.hops.push(SceneHop {
                hop,
                request,
                responses: of(&[
                    Part::Provisional,
                    Part::Final,
                    Part::Second,
                    Part::Late,
                    Part::Stray,
                ]),
                ack: of(&[Part::Ack]).first().copied(),
                children: Vec::new(),
                parent,
                vias,
                source: hop.source_node(),
                destination: hop.destination_node(),
                call_id,
            });
            match parent {
                Some(parent) => self.hops[parent].children.push(number),
                None => self.roots.push(number),
            }
            above.push(number);
        }
        self.roots
            .sort_by_key(|root| self.hops[*root].hop.first_message().id());
        Ok(())
    }

    /// Leaves out trees that have one of these hops; gives the first messages of their hops.
    pub(super) fn take(&mut self, hops: &[HopId]) -> Vec<MessageId> {
        let mut messages = Vec::new();
        let mut kept = Vec::new();
        for root in std::mem::take(&mut self.roots) {
            let mut tree = vec![root];
            let mut at = 0;
            while let Some(hop) = tree.get(at) {
                tree.extend(self.hops[*hop].children.clone());
                at += 1;
            }
            let of = |hop: &usize| self.hops[*hop].hop;
            match tree.iter().any(|hop| hops.contains(&of(hop).id())) {
                true => messages.extend(tree.iter().map(|hop| of(hop).first_message().id())),
                false => kept.push(root),
            }
        }
        self.roots = kept;
        messages
    }

    fn hold(&mut self, message: Message<'t>, bytes: &mut impl Bytes) -> io::Result<()> {
        if self.bytes.len() > MOST_HELD {
            return Ok(());
        }
        let read = bytes.read(&message.sighting())?;
        let range = self.bytes.len()..self.bytes.len() + read.len();
        let mut index = Index::default();
        sip::Message::read(read, &mut index);
        self.bytes.extend_from_slice(read);
        self.held.insert(message.id(), (range, index));
        Ok(())
    }

    /// What stands in a message.
    pub(super) fn sip(&self, message: MessageId) -> Option<sip::Message<'_>> {
        let (range, index) = self.held.get(&message)?;
        let bytes = self.bytes.get(range.clone())?;
        Some(sip::Message::indexed(bytes, index))
    }

    /// The values of a header field, or the Request-URI, as text with single spaces.
    pub(super) fn values(&self, message: MessageId, header: &str) -> Option<Vec<String>> {
        let message = self.sip(message)?;
        if header == REQUEST_URI {
            let line = message.first_line_text().lossy().into_owned();
            let uri = line.split_ascii_whitespace().nth(1);
            return Some(uri.map(str::to_owned).into_iter().collect());
        }
        let plain = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let name = Name::of(header.as_bytes());
        Some(match name {
            Name::Other => {
                let fields = message.headers().filter(|field| field.name.is(header));
                fields.map(|field| plain(&field.value.unfolded())).collect()
            }
            name => {
                let values = message.values(name);
                values.map(|value| plain(&value.unfolded())).collect()
            }
        })
    }
}
