//! Requests that all contradict who have to say the same: then one message is wrong, and not each of the others.

use super::{Deviation, Judge};
use crate::flow::template::{REQUEST_URI, What};
use crate::sip::{FirstLine, Problems, Uri};
use crate::trace::MessageId;

/// So many that agree tell more than one that says otherwise.
const ENOUGH: usize = 2;

/// What a field names.
#[derive(Clone, PartialEq, Eq)]
struct Named {
    /// The URI in the spelling that all of its spellings have in common.
    meant: Vec<u8>,
    /// The tag beside it.
    tag: Option<Vec<u8>>,
    written: String,
}

impl Judge<'_, '_> {
    /// What a request says otherwise than all others: whom it is from and to (RFC 3261 8.2.6.2, 12.2.1.1, 13.2.2.4, 16.6), and what it is
    /// for (RFC 3261 9.1, 17.1.1.3, 22.2).
    pub(super) fn contradicted(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let all = [REQUEST_URI, "From", "To"].into_iter();
        let differing = all.filter_map(|what| {
            let own = self.named(message, what)?;
            let [way, others] = match what {
                REQUEST_URI => [self.for_the_same(step), Vec::new()],
                _ => self.users(step, what)?,
            };
            let agreed = way.first().or(others.first())?;
            let all = way.iter().chain(&others);
            let is_alone = all.clone().all(|other| other.meant != own.meant)
                && all.clone().all(|other| other.meant == agreed.meant);
            if is_alone && all.count() >= ENOUGH {
                return Some(Deviation {
                    what: what.to_owned(),
                    expected: agreed.written.clone(),
                    got: own.written,
                });
            }
            // Whoever answers gives a tag in To.
            let is_tag = what == "From" && way.len() >= ENOUGH && agreed.meant == own.meant;
            let is_alone = is_tag
                && agreed.tag != own.tag
                && way
                    .iter()
                    .all(|other| (&other.meant, &other.tag) == (&agreed.meant, &agreed.tag))
                && others.iter().all(|other| other.tag != own.tag);
            let known = agreed.tag.as_ref().filter(|_| is_alone)?;
            Some(Deviation::of_tag(what, known, own.tag))
        });
        differing.collect()
    }

    /// What those are for that have to be for the same as a request: its CANCEL, the ACK to its refusal, and what repeats it with
    /// credentials.
    fn for_the_same(&self, step: usize) -> Vec<Named> {
        let hops = self.plan.hops.iter();
        let hops = hops.flat_map(|hop| [Some(hop.request), hop.ack].into_iter().flatten());
        let same = hops.filter(|other| {
            let of = [
                self.cancelled_by(*other),
                self.refused_by(*other),
                self.challenged_before(*other),
            ];
            of.contains(&Some(step))
        });
        let same = same.filter_map(|other| self.named(self.messages[other]?, REQUEST_URI));
        same.collect()
    }

    /// Whom all others name that name the same as a field of a request that begins here: those on its way, and the other requests of its
    /// dialog. Nothing where no answer was seen on its own hop that can be: who passes it on may do so in other names.
    fn users(&self, step: usize, what: &str) -> Option<[Vec<Named>; 2]> {
        let plan = self.plan;
        let mut roots = plan.roots.iter().copied();
        let root = roots.find(|root| plan.hops[*root].request == step)?;
        let own = &plan.hops[root];
        let mut answers = own.responses.iter();
        let is_known = self.template.method_of(step) == Some("ACK")
            || answers.any(|answer| self.messages[*answer].is_some());
        let cancelled = self.cancelled_by(step);
        let way = plan.below(root).into_iter().chain([root]);
        let way = way.flat_map(|hop| {
            let hop = &plan.hops[hop];
            let requests = [Some(hop.request), hop.ack].into_iter().flatten();
            hop.responses.iter().copied().chain(requests)
        });
        let way = way.filter(|other| *other != step).chain(cancelled);
        let way = way.map(|other| (other, what));
        let dialog = self.template.dialog_of(step);
        let others = plan.roots.iter().map(|other| &plan.hops[*other]);
        // Who sends a CANCEL is an end of no dialog.
        let others = others.filter(|other| {
            other.request != step
                && cancelled.is_none()
                && self.cancelled_by(other.request).is_none()
                && self.template.dialog_of(other.request) == dialog
        });
        let others = others.map(|other| match other.is_backward == own.is_backward {
            true => (other.request, what),
            false if what == "To" => (other.request, "From"),
            false => (other.request, "To"),
        });
        let named = |(step, what): (usize, &str)| self.named(self.messages[step]?, what);
        is_known.then(|| {
            [
                way.filter_map(named).collect(),
                others.filter_map(named).collect(),
            ]
        })
    }

    /// What a field names.
    fn named(&self, message: MessageId, what: &str) -> Option<Named> {
        let sip = self.scene.sip(message)?;
        let address = match what {
            REQUEST_URI => {
                let FirstLine::Request { uri, .. } = sip.first_line() else {
                    return None;
                };
                return Some(Named {
                    meant: Uri::read(uri, &mut Problems::ignored()).canonical(),
                    tag: None,
                    written: uri.lossy().into_owned(),
                });
            }
            "From" => sip.from()?,
            _ => sip.to()?,
        };
        Some(Named {
            meant: address.uri().canonical(),
            tag: address.tag().map(|tag| tag.bytes().to_vec()),
            written: address.uri_text().lossy().into_owned(),
        })
    }

    /// The request that a CANCEL is for.
    fn cancelled_by(&self, step: usize) -> Option<usize> {
        match &self.template.steps[step].what {
            What::Request(request) => request.cancels,
            _ => None,
        }
    }
}
