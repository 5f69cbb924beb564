//! What the messages of a dialog say about it: where each side sends, how each side counts, whether it lives, what session was
//! agreed and until when. Made on demand from the bytes of its messages, each read once and in order; nothing is judged, and
//! what no message said is absent.

mod cseq;
mod ends;
mod heard;
mod life;
mod listening;
mod media;
mod routes;
mod session;
mod targets;
mod timer;
mod turns;

pub use cseq::{Jump, Sequence};
pub use life::{EndReason, Ended, Life};
pub use media::{Description, MediaLine, Stream};
pub use routes::{Route, RouteSet};
pub use session::{Exchange, Reply, Session};
pub use targets::Target;
pub use timer::{Agreement, SessionTimer, TooBrief};
pub use turns::{Transaction, Turns};

use super::sightings::{BYE, PRACK, REFER, UPDATE};
use super::view::{Call, Dialog, Message};
use crate::sip::{self, Index};
use listening::Listening;
use turns::Siblings;

/// One of the two sides of a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The one that sent the request which made it. Where that was not seen, the one that sent the first that was, or to whom
    /// that tells a state.
    Caller,
    /// The other.
    Callee,
}

impl Party {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Callee => "callee",
        }
    }

    /// The other side.
    pub fn other(self) -> Self {
        match self {
            Self::Caller => Self::Callee,
            Self::Callee => Self::Caller,
        }
    }
}

/// Something that each side has.
#[derive(Clone, Debug, Default)]
pub struct Both<T> {
    /// The caller's.
    pub caller: T,
    /// The callee's.
    pub callee: T,
}

impl<T> Both<T> {
    /// That of one side.
    pub fn of(&self, party: Party) -> &T {
        match party {
            Party::Caller => &self.caller,
            Party::Callee => &self.callee,
        }
    }

    fn of_mut(&mut self, party: Party) -> &mut T {
        match party {
            Party::Caller => &mut self.caller,
            Party::Callee => &mut self.callee,
        }
    }
}

/// A dialog as its messages describe it, at the end of the trace.
#[derive(Clone)]
pub struct DialogState<'a> {
    /// Which one.
    pub dialog: Dialog<'a>,
    /// Whether the request that made it made others as well.
    pub forked: bool,
    /// Whether it is early, confirmed or over.
    pub life: Life,
    /// The route set of each side (RFC 3261 12.1); none where it was not seen.
    pub routes: Both<Option<RouteSet>>,
    /// Where each side sends its requests to: the remote target and what it was before. Empty where it was not seen.
    pub targets: Both<Vec<Target>>,
    /// The numbers in the CSeq of the requests of each side; none for a side that sent no request.
    pub cseq: Both<Option<Sequence>>,
    /// What was offered and answered.
    pub session: Session,
    /// How long the session lasts without a refresh (RFC 4028).
    pub timer: SessionTimer,
    /// Whether messages were left out: so many dialogs share one of the requests that only the first of them have it.
    pub incomplete: bool,
}

impl<'a> Call<'a> {
    /// The states of its dialogs, in the order of [`Self::dialogs`]. `read` gives the bytes of a message.
    ///
    /// ```
    /// # use sipscope::trace::{Hints, Party};
    /// # use sipscope::{Job, analyze, correlate};
    /// # let mut job = Job::default();
    /// # job.inputs.push("samples/call.pcap".into());
    /// # let mut intake = analyze(&job)?;
    /// # let trace = correlate(&mut intake, &job, &Hints::default())?;
    /// for call in trace.calls() {
    ///     let states = call.dialog_states(|message| {
    ///         let seen = message.sighting();
    ///         let bytes = intake.store.read(seen.input(), seen.location(), seen.length());
    ///         bytes.map(<[u8]>::to_vec)
    ///     })?;
    ///     for state in states {
    ///         let held = state.session.agreed().map(|agreed| agreed.held_by(Party::Caller));
    ///         println!("{:?}, held by the caller: {held:?}", state.routes.caller);
    ///     }
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn dialog_states<E>(
        &self,
        mut read: impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<DialogState<'a>>, E> {
        let mut all = self.turns();
        all.try_fold(Vec::new(), |mut states, turns| {
            states.push(turns.state(&mut read)?);
            Ok(states)
        })
    }

    /// The messages of its dialogs, in the order of [`Self::dialogs`].
    pub fn turns(&self) -> impl Iterator<Item = Turns<'a>> + use<'a> {
        let mut siblings = Siblings::of(self);
        let dialogs = self.dialogs().into_iter();
        dialogs.map(move |dialog| siblings.turns(dialog))
    }
}

impl<'a> Turns<'a> {
    /// The dialog as these messages describe it. `read` gives the bytes of a message.
    pub fn state<E>(
        &self,
        read: &mut impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
    ) -> Result<DialogState<'a>, E> {
        let mut listening = Listening::to(self);
        let mut index = Index::default();
        for turn in &self.all {
            let bytes = read(&turn.message)?;
            let whole = turn.message.sighting().whole();
            listening.hear(turn, sip::Message::read_seen(&bytes, whole, &mut index));
        }
        Ok(listening.heard())
    }

    /// The same, where its messages have been read already.
    pub fn state_of<'m>(&self, read: impl Fn(&Message<'a>) -> sip::Message<'m>) -> DialogState<'a> {
        let mut listening = Listening::to(self);
        for turn in &self.all {
            listening.hear(turn, read(&turn.message));
        }
        listening.heard()
    }
}
