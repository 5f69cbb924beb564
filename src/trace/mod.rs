//! From sightings to the trace: which sightings are one message, which messages one hop, which hops one journey, which
//! dialogs and calls there are. [`Trace::build`] makes it in one go; afterwards nothing changes any more.

mod apart;
mod attempt;
mod bindings;
mod build;
mod bytes;
mod calls;
mod causes;
mod clocks;
mod clue;
mod conduct;
mod crossings;
mod detours;
mod dialog;
mod dialogs;
mod drift;
mod faces;
mod facts;
mod folds;
mod goodbye;
mod groups;
mod held;
mod hops;
mod identity;
mod ids;
mod intern;
mod journeys;
mod legs;
mod link_rule;
mod loose;
mod marks;
mod mention;
mod misnumbered;
mod networks;
mod nodes;
mod order;
mod origins;
mod outcome;
mod parties;
mod passed;
mod past;
mod publication;
mod realms;
mod registration;
mod relay;
mod runs;
mod same;
mod set_back;
mod sets;
mod shapes;
mod shared;
mod sightings;
mod split;
mod spots;
mod subscription;
mod terms;
mod ties;
mod told;
mod unique;
mod uris;
mod view;

pub use attempt::{Attempt, AttemptKind, Follows, Reaction};
pub use bindings::{Binding, BindingEnd};
pub use build::Hints;
pub use bytes::Bytes;
pub use clocks::{Clock, ClockSource, Drift, Origin};
pub use clue::{Clue, ClueReader, LinkKind};
pub use conduct::{Between, Class, Judged, Side, judged_changes};
pub use dialog::{
    Agreement, Both, Description, DialogState, EndReason, Ended, Exchange, Jump, Life, MediaLine,
    Party, Reply, Route, RouteSet, Sequence, Session, SessionTimer, Stream, Target, TooBrief,
    Transaction, Turns,
};
pub use facts::Facts;
pub use folds::{Entry, Fold, FoldKind, JourneyHop, is_about};
pub use held::Held;
pub use hops::Part;
pub use ids::{CallId, DialogId, HopId, MessageId, NodeId};
pub use journeys::Link;
pub use link_rule::{LinkRule, LinkRuleError};
pub use nodes::{
    Address, Evidence, JoinReason, Node, NodeChange, NodeHint, Pattern, Role, RoleReason,
    changed_node_file, node_file, read_node_file,
};
pub use outcome::{Kind, Outcome};
pub use parties::End;
pub use passed::Relay;
pub use publication::{Publication, PublicationState};
pub use registration::Registration;
pub use relay::{Change, Edit, Place, changes};
pub use shapes::{Shape, ShapeKind};
pub use sightings::{MethodId, Sighting, Sightings, Subject};
pub use subscription::{State, Step, StepKind, Subscription};
pub use terms::{AuthTerms, Contact, Terms};
pub use view::{Call, Dialog, Edge, Hop, Message};

use std::collections::HashSet;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use calls::{CallEntry, EdgeEntry};
use causes::Cause;
use clocks::Clocks;
use dialogs::DialogEntry;
use faces::Faces;
use hops::HopEntry;
use nodes::Nodes;
use realms::Realms;

/// A message as it is stored.
#[derive(Clone, Copy, Debug)]
struct MessageEntry {
    /// Its only sighting or, of several, where their list begins: their number, then they.
    seen: u32,
    hop: HopId,
    part: Part,
    several: bool,
}

impl MessageEntry {
    /// A message that is on no hop yet.
    fn new(seen: u32, several: bool) -> Self {
        Self {
            seen,
            hop: HopId::NONE,
            part: Part::Stray,
            several,
        }
    }

    /// Its sightings; `lists` are those of all messages that were seen several times.
    fn seen<'a>(&'a self, lists: &'a [u32]) -> &'a [u32] {
        if !self.several {
            return std::slice::from_ref(&self.seen);
        }
        let start = self.seen as usize;
        &lists[start + 1..][..lists[start] as usize]
    }
}

/// Everything that was put together.
pub struct Trace {
    sightings: Sightings,
    facts: Facts,
    clocks: Clocks,
    /// In the order in which they are shown.
    messages: Vec<MessageEntry>,
    /// Lists of the sightings of those that were seen several times.
    seen: Vec<u32>,
    realms: Realms,
    /// Call-ID by Call-ID, each in the order in which they began.
    hops: Vec<HopEntry>,
    hop_messages: Vec<MessageId>,
    /// Responses in documents whose Via is that of no request, in order.
    by_order: Vec<MessageId>,
    /// Where the hops of each group begin: what of one Call-ID belongs together.
    group_hops: Vec<u32>,
    /// The hops of each group, by the hop that each continues.
    by_parent: Vec<HopId>,
    /// Where the groups of each Call-ID begin. Those without one are the last group.
    call_id_groups: Vec<u32>,
    dialogs: Vec<DialogEntry>,
    dialog_hops: Vec<HopId>,
    /// In the order of their first messages.
    calls: Vec<CallEntry>,
    call_groups: Vec<u32>,
    call_of_group: Vec<CallId>,
    edges: Vec<EdgeEntry>,
    /// In the order of the hops that were caused.
    causes: Vec<Cause>,
    link_rules: Vec<LinkRule>,
    /// What hops are linked by where nodes have several addresses, while the trace is built.
    faces: Faces,
    nodes: Nodes,
    /// The requests whose grant ran out before the end, once somebody asks.
    run_out: OnceLock<HashSet<HopId, RandomState>>,
    /// The messages whose header section breaks off, in order, once somebody asks.
    broken_off: OnceLock<Vec<MessageId>>,
}
