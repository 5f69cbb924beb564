//! Who a request of a dialog is from and for: the tags that both ends gave, its Call-ID, and numbers that rise (RFC 3261 12.2.1.1).

use std::collections::BTreeMap;

use super::established::Established;
use super::order::longest_rising;
use super::{Deviation, Judge};
use crate::flow::matching::tags::Tagged;
use crate::flow::template::What;
use crate::sip::Address;
use crate::trace::MessageId;

/// What the messages of a flow say of its dialogs.
#[derive(Default)]
pub(super) struct Identity {
    /// What the dialogs are known by.
    pub(super) established: Established,
    /// The number that the CSeq of a request has to be higher than.
    above: BTreeMap<usize, u32>,
    /// The number that most have on the way of a request with another one.
    otherwise: BTreeMap<usize, u32>,
}

/// The step of a request, its number, and its message.
type Numbered = (usize, u32, MessageId);

impl Judge<'_, '_> {
    /// What the messages say.
    pub(super) fn identity(&self) -> Identity {
        let ways = self.ways();
        Identity {
            established: self.established(),
            above: self.numbers(&ways),
            otherwise: self.otherwise(&ways),
        }
    }

    /// The fields of a message that have tags of its dialog: whose, and which. Whose they are is said of the step that it passes on.
    pub(super) fn tags_as(
        &self,
        origin: usize,
        step: usize,
        message: MessageId,
    ) -> Vec<(&'static str, Tagged, Option<Vec<u8>>)> {
        let Some(sip) = self.scene.sip(message) else {
            return Vec::new();
        };
        let [from, to] = self.plan.tags[origin];
        // Who refuses may have another one than who would have accepted.
        let to = to.filter(|_| !self.wrong_status.contains_key(&step));
        let tag = |address: Option<Address<'_>>| Some(address?.tag()?.bytes().to_vec());
        let both = [("From", from, tag(sip.from())), ("To", to, tag(sip.to()))];
        let known = both.into_iter();
        known
            .filter_map(|(what, end, tag)| Some((what, end?, tag)))
            .collect()
    }

    /// Tags of a message that one of the two ends wrote which are not those of its dialog; a number that does not rise.
    pub(super) fn of_dialog(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let mut deviations = Vec::new();
        for (what, end, got) in self.tags_as(step, step, message) {
            let known = self.identity.established.tags.get(&end);
            if let Some(known) = known.filter(|known| Some(*known) != got.as_ref()) {
                deviations.push(Deviation::of_tag(what, known, got));
            }
        }
        deviations.extend(self.number(step, message));
        deviations.extend(self.call_id(step, message));
        deviations
    }

    /// The Call-ID of a request that begins in a dialog of which others have another one. What is passed on is held to what it was
    /// before.
    fn call_id(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let What::Request(request) = &self.template.steps[step].what else {
            return None;
        };
        let known = self.identity.established.call_ids.get(&request.dialog)?;
        let got = self.scene.values(message, "Call-ID")?.join(", ");
        let differs = request.relays.is_none() && got.as_bytes() != known;
        differs.then(|| Deviation {
            what: "Call-ID".to_owned(),
            expected: String::from_utf8_lossy(known).into_owned(),
            got,
        })
    }

    /// A number that all else on the way of a request has otherwise, or that does not rise.
    fn number(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let number = self.scene.sip(message)?.cseq()?.number?;
        let differs = |expected: String| Deviation {
            what: "CSeq".to_owned(),
            expected,
            got: number.to_string(),
        };
        match (
            self.identity.otherwise.get(&step),
            self.identity.above.get(&step),
        ) {
            (Some(most), _) => Some(differs(most.to_string())),
            (None, Some(above)) => Some(differs(format!("more than {above}"))),
            (None, None) => None,
        }
    }

    /// Requests with another number than all else has on their way.
    fn otherwise(&self, ways: &BTreeMap<usize, u32>) -> BTreeMap<usize, u32> {
        let differing = ways.iter().filter_map(|(root, most)| {
            let step = self.plan.hops[*root].request;
            let own = self.scene.sip(self.messages[step]?)?.cseq()?.number?;
            (*most != own).then_some((step, *most))
        });
        differing.collect()
    }

    /// The number of each request's way: that which most messages have, and of two that as many have the one with which more numbers of
    /// its sender rise, or follow each other.
    fn ways(&self) -> BTreeMap<usize, u32> {
        let mut ways = BTreeMap::new();
        let mut open = Vec::new();
        for root in &self.plan.roots {
            let numbers = self.numbers_on(*root);
            if let Some(first) = numbers.first() {
                ways.insert(*root, *first);
            }
            if numbers.len() > 1 {
                open.push((*root, numbers));
            }
        }
        for (root, numbers) in open {
            let sender = self.sender(root);
            let rows = numbers.iter().rev().map(|number| {
                let own = ways
                    .iter()
                    .filter(|(other, _)| self.sender(**other) == sender);
                let row = own.map(|(other, known)| if *other == root { *number } else { *known });
                (evenness(row.collect()), *number)
            });
            let best = rows.max_by_key(|(evenness, _)| *evenness);
            let best = best.filter(|_| sender.is_some());
            ways.extend(best.map(|(_, number)| (root, number)));
        }
        ways
    }

    /// The numbers that most messages of a request's way have, those that answer it included: its own first.
    fn numbers_on(&self, root: usize) -> Vec<u32> {
        let number = |step: usize| self.scene.sip(self.messages[step]?)?.cseq()?.number;
        let own = number(self.plan.hops[root].request);
        let way = self.plan.below(root).into_iter().chain([root]);
        let steps = way.flat_map(|hop| {
            let hop = &self.plan.hops[hop];
            let requests = [Some(hop.request), hop.ack].into_iter().flatten();
            hop.responses.iter().copied().chain(requests)
        });
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for number in steps.filter_map(number) {
            *counts.entry(number).or_default() += 1;
        }
        let most = counts.values().max().copied();
        counts.retain(|_, count| Some(*count) == most);
        let mut numbers: Vec<u32> = counts.into_keys().collect();
        numbers.sort_by_key(|number| Some(*number) != own);
        numbers
    }

    /// The dialog and actor whose numbers the one of a request has to be higher than; none where it has that of another one.
    fn sender(&self, root: usize) -> Option<(usize, usize)> {
        let step = self.plan.hops[root].request;
        let What::Request(request) = &self.template.steps[step].what else {
            return None;
        };
        let counts = !["ACK", "CANCEL"].contains(&request.method.as_str())
            && (self.plan.tags[step][0].is_some() || request.method == "REGISTER")
            && self.call_ids.get(&request.dialog) == self.seen(root).map(|seen| &seen.call_id);
        counts.then_some((request.dialog, self.template.steps[step].from))
    }

    /// Requests with a number that does not rise: as few of them as explain it. What came in another order is told of that.
    fn numbers(&self, ways: &BTreeMap<usize, u32>) -> BTreeMap<usize, u32> {
        let mut by_sender: BTreeMap<(usize, usize), Vec<Numbered>> = BTreeMap::new();
        for (root, number) in ways {
            let step = self.plan.hops[*root].request;
            if let (Some(message), Some(sender)) = (self.messages[step], self.sender(*root)) {
                let sent = by_sender.entry(sender).or_default();
                sent.push((step, *number, message));
            }
        }
        let mut above = BTreeMap::new();
        for sent in by_sender.values() {
            if !sent.is_sorted_by_key(|(.., message)| *message) {
                continue;
            }
            let placed: Vec<_> = sent
                .iter()
                .map(|(step, number, _)| (*step, *number as usize))
                .collect();
            let kept = longest_rising(&placed);
            let mut highest = None;
            for (step, number, _) in sent {
                match highest {
                    _ if kept.contains(step) => highest = highest.max(Some(*number)),
                    Some(highest) => {
                        above.insert(*step, highest);
                    }
                    None => {}
                }
            }
        }
        above
    }
}

/// How many of these numbers rise, and how many follow the one before: who sends requests counts them (RFC 3261 12.2.1.1).
fn evenness(numbers: Vec<u32>) -> (usize, usize) {
    let placed = numbers.iter().map(|number| *number as usize);
    let placed: Vec<_> = placed.enumerate().collect();
    let pairs = numbers.windows(2);
    let next = pairs.filter(|pair| pair[0].checked_add(1) == Some(pair[1]));
    (longest_rising(&placed).len(), next.count())
}

impl Deviation {
    /// Another tag than the one that is known.
    pub(super) fn of_tag(what: &str, known: &[u8], got: Option<Vec<u8>>) -> Self {
        let written = |tag: &[u8]| format!("tag {}", String::from_utf8_lossy(tag));
        Self {
            what: what.to_owned(),
            expected: written(known),
            got: got.map_or("none".to_owned(), |got| written(&got)),
        }
    }
}
