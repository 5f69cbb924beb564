//! What a journey looks like as a whole: it forks, comes back to a node, turns in circles, or goes by a node that is several.
//! Each shape comes with the hops and messages that show it.

mod circles;
mod forks;
mod several;

use super::nodes::Node;
use super::sightings::CANCEL;
use super::view::{Call, Hop, Message};

/// What a part of a journey is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapeKind {
    /// A node sent a request on to several places at once.
    ParallelFork,
    /// A node sent a request on to one place after the other, each when the one before had failed.
    SequentialFork,
    /// A node sent a request on to where a 3xx told it to.
    Recursion,
    /// A node sent a request on again, to the same URI at another address, when one did not serve it.
    Failover,
    /// A request came to a node again, changed so that it goes another way from there.
    Spiral,
    /// A request came to a node again, with nothing changed that sends it another way.
    Loop,
    /// A node put itself into the route of a dialog twice, once for each of two interfaces.
    DoubleRecordRoute,
    /// A node did to a request at once what several do one after the other.
    Collapsed,
}

impl ShapeKind {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::ParallelFork => "parallel fork",
            Self::SequentialFork => "sequential fork",
            Self::Recursion => "recursion",
            Self::Failover => "failover",
            Self::Spiral => "spiral",
            Self::Loop => "loop",
            Self::DoubleRecordRoute => "double Record-Route",
            Self::Collapsed => "collapsed node",
        }
    }

    /// Where the specifications speak of it.
    pub fn cites(self) -> &'static str {
        match self {
            Self::ParallelFork | Self::SequentialFork => "RFC 3261 16.6",
            Self::Recursion => "RFC 3261 16.7 step 4",
            Self::Failover => "RFC 3263 4.3",
            Self::Spiral => "RFC 3261 6, 16.3 step 4",
            Self::Loop => "RFC 3261 16.3 step 4, RFC 5393 4",
            Self::DoubleRecordRoute => "RFC 5658 5",
            Self::Collapsed => "RFC 3261 16.6 steps 4, 6 and 8",
        }
    }
}

/// Something that a journey does, with its evidence.
#[derive(Clone)]
pub struct Shape<'a> {
    /// What it is.
    pub kind: ShapeKind,
    /// How that shows.
    pub why: &'static str,
    /// The node at which it happens.
    pub node: Option<Node<'a>>,
    /// The hops that show it: of a fork the one that came in, then its branches; of a spiral or loop those on which the
    /// request came to the nodes concerned; of a node that is several each one that came in and the one that went out.
    pub hops: Vec<Hop<'a>>,
    /// The messages that show it.
    pub messages: Vec<Message<'a>>,
}

impl<'a> Call<'a> {
    /// Everything of note about its journeys, in the order in which it begins.
    pub fn shapes(&self) -> Vec<Shape<'a>> {
        let mut journeys = self.journeys();
        // CANCEL follows its INVITE hop by hop (RFC 3261 9.2), and has no way of its own.
        journeys.retain(|(hop, _)| hop.method().0 != CANCEL && hop.request().is_some());
        let mut shapes = forks::find(self, &journeys);
        shapes.extend(circles::find(&journeys));
        shapes.extend(several::find(&journeys));
        shapes.sort_by_key(|shape| (shape.hops[0].first_message().id(), shape.kind));
        shapes
    }
}

impl<'a> Shape<'a> {
    fn new(kind: ShapeKind, why: &'static str, hops: Vec<Hop<'a>>) -> Self {
        Self {
            kind,
            why,
            node: hops[0].destination_node(),
            messages: hops.iter().filter_map(Hop::request).collect(),
            hops,
        }
    }
}
