//! What somebody does without a message: only what follows from it shows in a trace.

use super::{Deviation, Fate, Judge};
use crate::base::Timestamp;
use crate::flow::matching::published::Standing;

impl Judge<'_, '_> {
    /// What became of an action. Of most nothing is known; what was published has run out if the trace shows that, and has not if it shows
    /// the contrary.
    pub(super) fn action(&self, step: usize) -> Fate {
        match self.standing(step) {
            None | Some(Standing::Unknown) => Fate::NotSip,
            Some(Standing::RanOut) => Fate::Matched,
            Some(Standing::InForce(until)) => Fate::Deviates(vec![Deviation {
                what: PUBLICATION.to_owned(),
                expected: "one that has run out".to_owned(),
                got: format!("one until {}", Timestamp::from_nanos(until)),
            }]),
        }
    }

    /// What became of the publications of the user from whom the dialog of an action is, when that is told next.
    fn standing(&self, step: usize) -> Option<Standing> {
        let dialog = self.template.steps[step].publications_over?;
        let mut next = self.plan.hops.iter().filter(|hop| {
            hop.request > step && self.template.dialog_of(hop.request) == Some(dialog)
        });
        let (hop, id) = next.find_map(|hop| Some((hop, self.messages[hop.request]?)))?;
        let message = self.scene.trace.message(id)?;
        let user = match hop.is_backward {
            true => message.hop().to(),
            false => message.hop().from(),
        };
        let event = String::from_utf8_lossy(message.event());
        let then = message.time()?.nanos();
        Some(self.scene.published.standing(user, &event, then))
    }
}

/// What a publication is called among differences.
pub(in crate::flow::matching) const PUBLICATION: &str = "publication";
