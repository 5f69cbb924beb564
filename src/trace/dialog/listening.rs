//! Everything that listens to the messages of a dialog, together.

use super::heard::Heard;
use super::life::Life;
use super::routes::Routes;
use super::session::Offers;
use super::targets::Targets;
use super::timer::Timing;
use super::turns::{Turn, Turns};
use super::{DialogState, Sequence};
use crate::sip;

pub(super) struct Listening<'t, 'a> {
    turns: &'t Turns<'a>,
    life: Life,
    routes: Routes<'a>,
    targets: Targets,
    offers: Offers,
    timing: Timing,
}

impl<'t, 'a> Listening<'t, 'a> {
    pub(super) fn to(turns: &'t Turns<'a>) -> Self {
        Self {
            turns,
            life: Life::default(),
            routes: Routes::default(),
            targets: Targets::new(turns),
            offers: Offers::new(turns),
            timing: Timing::new(turns),
        }
    }

    /// The next message, with its fields.
    pub(super) fn hear(&mut self, turn: &Turn<'a>, fields: sip::Message<'_>) {
        let heard = Heard::of(turn, self.turns, fields);
        self.life.hear(&heard);
        self.routes.hear(&heard);
        self.targets.hear(&heard);
        self.offers.hear(&heard);
        self.timing.hear(&heard);
    }

    /// What all of them heard.
    pub(super) fn heard(self) -> DialogState<'a> {
        DialogState {
            dialog: self.turns.dialog,
            forked: self.turns.forked,
            life: self.life,
            routes: self.routes.sets,
            targets: self.targets.of,
            cseq: Sequence::of_both(self.turns),
            session: self.offers.session,
            timer: self.timing.timer,
            incomplete: self.turns.incomplete,
        }
    }
}
