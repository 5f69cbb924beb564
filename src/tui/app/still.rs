//! What is shown when the inputs were read further, or once more: screens stay where what they are about is still there.

use super::{Screen, Shown};
use crate::tui::world::World;

impl Screen {
    /// The same screen in another reading of the inputs; none where it would be about something else.
    pub(super) fn still(self, before: &World, world: &mut World) -> Option<Self> {
        match self {
            Self::Ladder(ladder) => {
                let ladder = ladder.still(before, world)?;
                Some(Self::Ladder(Box::new(ladder)))
            }
            Self::Page(shown, page) => Some(Self::Page(shown.still(before, world)?, page)),
        }
    }
}

impl Shown {
    fn still(self, before: &World, world: &World) -> Option<Self> {
        let has = |id| world.has_still(before, id);
        match self {
            Self::Help(_) | Self::Inputs | Self::Nodes | Self::Columns => Some(self),
            Self::Findings(None, _) => Some(self),
            Self::Findings(Some(call), grouping) => {
                let here = world.call_of(before, call)?;
                Some(Self::Findings(Some(here), grouping))
            }
            // They are numbered by the audit that found them.
            Self::Finding(_) | Self::Rule(_) => None,
            Self::Flows(_) => None,
            Self::Node(id) => {
                let first = before.trace.node(id)?.first_message().id();
                let here = world.trace.node(id)?.first_message().id();
                (first == here && has(first)).then_some(self)
            }
            Self::Message(id, _) | Self::Diff(id) => has(id).then_some(self),
            Self::Compared(one, other) => (has(one) && has(other)).then_some(self),
        }
    }
}
