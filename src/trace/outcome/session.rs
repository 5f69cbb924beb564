//! What became of a session: the way from the INVITE of the caller over answers, ACK and BYE, of which any may be missing.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::{NOT_KNOWN, Outcome};
use crate::trace::goodbye::{Places, ends_session};
use crate::trace::ids::{DialogId, MessageId};
use crate::trace::sightings::{ACK, BYE, CANCEL, INFO, INVITE, UPDATE};
use crate::trace::view::{Call, Dialog, Hop};

impl<'a> Call<'a> {
    /// Of the attempt that counts.
    pub(super) fn session_outcome(&self) -> Outcome {
        // The leg that came first is the caller's; of its attempts (after a challenge, a redirection) the last one counts.
        let initial: Vec<_> = self.roots(INVITE).filter(is_initial).collect();
        let Some(first) = initial.iter().min_by_key(|hop| hop.first_message().id()) else {
            if let Some(status) = self.not_known() {
                return Outcome::Status(status);
            }
            if let Some(status) = self.refused_unseen() {
                let canceled = status == 487 && self.roots(CANCEL).next().is_some();
                return if canceled {
                    Outcome::Canceled
                } else {
                    Outcome::Status(status)
                };
            }
            let ended = self.byes().next().is_some();
            let lost = self.lost().filter(|_| !ended);
            return Outcome::JoinedLate { ended, lost };
        };
        let attempts = initial
            .iter()
            .filter(|hop| hop.entry.group == first.entry.group);
        let answered = attempts
            .clone()
            .find(|hop| matches!(hop.status(), Some(200..300)))
            .copied()
            .or_else(|| self.answered_below(first.entry.group))
            .or_else(|| self.answered_late(attempts.clone().copied()));
        let last = || {
            let last = attempts
                .clone()
                .max_by_key(|hop| hop.first_message().id())?;
            let branches = attempts.clone().filter(|hop| is_branch(hop, last));
            let best = branches.min_by_key(|hop| (rank(hop), hop.first_message().id()));
            best.copied()
        };
        if answered.is_none()
            && let Some(hop) = self.acknowledged(attempts.clone().copied())
        {
            let ended = self.session_end(&hop).is_some();
            return Outcome::AnswerNotSeen { ended };
        }
        let Some(hop) = answered.or_else(last) else {
            return Outcome::NoAnswer;
        };
        let canceled = || {
            let mut cancels = self.roots(CANCEL);
            cancels.any(|cancel| cancel.about().is_some_and(|invite| invite.id() == hop.id()))
        };
        match hop.status() {
            _ if answered.is_some() => {
                let bye = self.session_end(&hop);
                let lasted = bye.and_then(|bye| hop.lasted_until(&bye));
                let ended = bye.is_some();
                let lost = self.lost().filter(|_| !ended);
                Outcome::Answered {
                    lasted,
                    ended,
                    lost,
                }
            }
            Some(487) | None if canceled() => Outcome::Canceled,
            Some(status) => Outcome::Status(status),
            None => match refused_below(&hop) {
                Some(status) => Outcome::RefusalNotSeen(status),
                None => hop.heard(),
            },
        }
    }

    /// The status of the requests of a call that holds nothing but attempts to end or cancel what the other side says not to know:
    /// nothing shows that there was a session (RFC 3261 9.2, 15.1.2).
    fn not_known(&self) -> Option<u16> {
        let mut hops = self.hops();
        let is_refused = |hop: Hop<'_>| {
            matches!(hop.method().0, BYE | CANCEL) && hop.status() == Some(NOT_KNOWN)
        };
        hops.all(is_refused).then_some(NOT_KNOWN)
    }

    /// With what an INVITE was refused of which only answers were seen, where nothing shows that there was a session.
    fn refused_unseen(&self) -> Option<u16> {
        let refused = self.roots(INVITE).filter(|hop| hop.request().is_none());
        let refused = refused.min_by_key(|hop| (rank(hop), hop.first_message().id()))?;
        let is_open = self.dialogs().iter().any(Dialog::confirmed);
        refused.status().filter(|status| *status >= 300 && !is_open)
    }

    /// The status of the last request within a session, if it says that the other side does not know it any more (RFC 3261
    /// 12.2.1.2).
    fn lost(&self) -> Option<u16> {
        let answered = [INVITE, UPDATE, INFO]
            .into_iter()
            .flat_map(|method| self.roots(method))
            .filter(|hop| !is_initial(hop) && hop.request().is_some() && hop.status().is_some());
        let last = answered.max_by_key(|hop| hop.first_message().id())?;
        last.status()
            .filter(|status| matches!(*status, 408 | NOT_KNOWN))
    }

    /// A hop with a 2xx below an attempt of this group that shows no final response itself: nothing keeps a 2xx from going on
    /// (RFC 3261 16.7 step 5), so only the trace lacks it.
    fn answered_below(&self, group: u32) -> Option<Hop<'a>> {
        let mut hops = self.hops();
        hops.find(|hop| {
            let above = std::iter::successors(Some(*hop), |hop| Some(hop.parent()?.0));
            let attempt = || above.filter(|hop| hop.request().is_some()).last();
            hop.method().0 == INVITE
                && matches!(hop.status(), Some(200..300))
                && hop.entry.group == group
                && attempt().is_some_and(|hop| hop.status().is_none() && is_initial(&hop))
        })
    }

    /// The first of these attempts that shows no final response but has the ACK to a 2xx: only that is a request of its own, in
    /// the dialog (RFC 3261 13.2.2.4, 17.1.1.3).
    fn acknowledged(&self, attempts: impl Iterator<Item = Hop<'a>>) -> Option<Hop<'a>> {
        let key = |hop: &Hop<'_>| (hop.entry.group, hop.fact().from_tag, hop.cseq());
        let acks = self.roots(ACK).filter(|ack| !is_initial(ack));
        let acks: HashSet<_, RandomState> = acks.map(|ack| key(&ack)).collect();
        let mut open = attempts.filter(|hop| hop.status().is_none());
        open.find(|hop| acks.contains(&key(hop)))
    }

    /// The first of these attempts that got a 2xx after a refusal, and has the ACK of the dialog that it makes: an answer may
    /// come while a proxy gives up (RFC 3261 16.7 step 5, 16.8).
    fn answered_late(&self, attempts: impl Iterator<Item = Hop<'a>>) -> Option<Hop<'a>> {
        let key = |hop: &Hop<'a>, tag: Option<&'a [u8]>| (hop.entry.group, hop.cseq(), tag);
        let acks = self
            .roots(ACK)
            .filter_map(|ack| Some((ack, ack.request()?)));
        let acks: HashSet<_, RandomState> = acks
            .map(|(ack, request)| key(&ack, request.to_tag()))
            .collect();
        let mut late = attempts.filter_map(|hop| Some((hop, hop.late_answer()?)));
        let found = late.find(|(hop, answer)| acks.contains(&key(hop, answer.to_tag())));
        found.map(|(hop, _)| hop)
    }

    /// Each BYE that ended something. One that was refused did not, if a later request of the dialog was accepted.
    fn byes(&self) -> impl Iterator<Item = Hop<'a>> + use<'a> {
        let mut accepted: HashMap<DialogId, MessageId, RandomState> = HashMap::default();
        let mut places: HashMap<DialogId, Places, RandomState> = HashMap::default();
        for hop in self.hops() {
            if let Some(dialog) = hop.entry.dialog.known() {
                places.entry(dialog).or_default().add(&hop);
            }
            let is_accepted = hop.request().is_some() && matches!(hop.status(), Some(200..300));
            if let Some(dialog) = hop.entry.dialog.known().filter(|_| is_accepted) {
                let latest = accepted.entry(dialog).or_insert(hop.first_message().id());
                *latest = hop.first_message().id().max(*latest);
            }
        }
        self.roots(BYE).filter(move |bye| {
            let dialog = bye.entry.dialog.known();
            let places = dialog.and_then(|id| places.get(&id));
            let from_within = places.is_none_or(|places| places.has_sender_of(bye));
            let latest = dialog.and_then(|id| accepted.get(&id));
            let goes_on = latest.is_some_and(|latest| *latest > bye.first_message().id());
            let is_refused = matches!(bye.status(), Some(300..));
            ends_session(bye.status(), from_within) && !(is_refused && goes_on)
        })
    }

    /// The BYE that ended what this INVITE made. A fork may have made several dialogs, each with a BYE of its own: the session
    /// goes on with the last of them (RFC 3261 13.2.2.4). Where none of them shows a BYE, that of another leg counts.
    fn session_end(&self, invite: &Hop<'a>) -> Option<Hop<'a>> {
        let mut byes: Vec<_> = self.byes().collect();
        byes.sort_by_key(|bye| bye.first_message().id());
        let mut firsts: HashMap<_, Hop<'a>, RandomState> = HashMap::default();
        for bye in &byes {
            if let Some(dialog) = bye.dialog() {
                firsts.entry(dialog.id()).or_insert(*bye);
            }
        }
        let made = self.dialogs().into_iter().filter(|dialog| {
            dialog.confirmed() && dialog.hops().any(|hop| hop.id() == invite.id())
        });
        let ends: Vec<_> = made
            .map(|dialog| firsts.get(&dialog.id()).copied())
            .collect();
        if ends.iter().all(Option::is_none) {
            return byes.first().copied();
        }
        let ends: Option<Vec<_>> = ends.into_iter().collect();
        ends?.into_iter().max_by_key(|bye| bye.first_message().id())
    }
}

/// Whether it is outside of any dialog.
fn is_initial(hop: &Hop<'_>) -> bool {
    hop.request()
        .is_some_and(|request| request.to_tag().is_none())
}

/// Whether both are the same request on ways that a node took at once, or one after the other.
fn is_branch(hop: &Hop<'_>, other: &Hop<'_>) -> bool {
    let key = |hop: &Hop<'_>| (hop.fact().from_tag, hop.cseq(), hop.entry.source);
    key(hop) == key(other)
}

/// Which answer a node passes on if its branches got several, the least first (RFC 3261 16.7 step 6): it waits for one that
/// rings unless another got a 6xx, and takes what nobody answers for refused.
fn rank(hop: &Hop<'_>) -> u16 {
    match hop.status() {
        Some(600..) => 1,
        Some(status) => status / 100,
        None => match hop.heard() {
            Outcome::Proceeding(_) => 2,
            _ => 7,
        },
    }
}

/// With what the hops below one without a final response were refused, if no branch of them is open.
fn refused_below(hop: &Hop<'_>) -> Option<u16> {
    let mut ends = Vec::new();
    let mut below: Vec<_> = hop.continued_by().collect();
    while let Some(hop) = below.pop() {
        match hop.status() {
            Some(_) => ends.push(hop),
            None => {
                let further = hop.continued_by();
                if further.len() == 0 {
                    return None;
                }
                below.extend(further);
            }
        }
    }
    let best = ends
        .iter()
        .min_by_key(|hop| (rank(hop), hop.first_message().id()));
    best?.status().filter(|status| *status >= 300)
}
