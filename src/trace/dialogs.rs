//! Dialogs: Call-ID and the tags of both sides (RFC 3261 12). A dialog is the same on every hop that its messages take.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::facts::{Fact, TextId};
use super::hops::{Draft, Part};
use super::ids::{DialogId, HopId};
use super::sightings::{ACK, CANCEL, INVITE, NOTIFY, Subject};

/// A dialog as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct DialogEntry {
    /// What of its Call-ID belongs together.
    pub(super) group: u32,
    /// The tag of the side that sent the request which made it. Where that was not seen, of the one that sent the first that was,
    /// or to whom that tells a state: it subscribed (RFC 6665 4.2.2).
    pub(super) caller: TextId,
    pub(super) callee: TextId,
    /// The request that made it; none if it was joined late.
    pub(super) made_by: HopId,
    /// Its hops begin here in the list of them.
    pub(super) first: u32,
    pub(super) count: u32,
    /// Whether a response with 2xx was seen to what made it.
    pub(super) confirmed: bool,
    /// Whether the first that was seen of it is a provisional answer to an INVITE that was not: it was joined while it was early.
    pub(super) early: bool,
}

/// What to know of a message here.
pub(super) struct Answer {
    pub(super) subject: Subject,
    pub(super) fact: Fact,
}

/// BYE, INFO, PRACK and UPDATE by their places in [`crate::sip::METHODS`]: never outside of a dialog, so that an answer shows one,
/// too.
const ONLY_WITHIN: [u16; 4] = [2, 6, 7, 8];

/// Both sides name a dialog by its tags, each with its own first.
fn tags(one: TextId, other: TextId) -> (TextId, TextId) {
    (one.min(other), one.max(other))
}

/// Puts the hops of one group into dialogs.
pub(super) struct Dialogs {
    pub(super) all: Vec<(DialogEntry, Vec<HopId>)>,
    by_tags: HashMap<(TextId, TextId), usize, RandomState>,
    /// The first request of each From tag that subscribes outside of any dialog.
    subscribes: HashMap<TextId, HopId, RandomState>,
    /// The tags of INVITE requests that were refused.
    refused: HashSet<(TextId, TextId), RandomState>,
}

impl Dialogs {
    /// The dialogs of one group in the order in which they were made. `makes` tells which methods make dialogs.
    pub(super) fn of<'a>(
        hops: &mut [Draft<'a>],
        makes: impl Fn(u16) -> bool,
        answer: impl Fn(super::ids::MessageId) -> Answer,
    ) -> Self {
        let mut dialogs = Self {
            all: Vec::new(),
            by_tags: HashMap::default(),
            subscribes: HashMap::default(),
            refused: HashSet::default(),
        };
        for position in 0..hops.len() {
            let hop = &mut hops[position];
            let (id, fact) = (HopId::at(position), hop.lead.fact);
            let has_request = hop.entry.request.known().is_some();
            // An ACK to a refusal that has another branch belongs to no hop, and to no dialog either (RFC 3261 12.1).
            let own = tags(fact.from_tag, fact.to_tag);
            let is_refused =
                || dialogs.refused.contains(&own) && !dialogs.by_tags.contains_key(&own);
            if hop.entry.method == ACK && is_refused() {
                continue;
            }
            let is_within = has_request || ONLY_WITHIN.contains(&hop.entry.method);
            if is_within && !fact.to_tag.is_none() {
                let is_notify = hop.entry.method == NOTIFY;
                let dialog = match is_notify {
                    true => dialogs.get_or_add(fact.to_tag, fact.from_tag),
                    false => dialogs.get_or_add(fact.from_tag, fact.to_tag),
                };
                if is_notify {
                    dialogs.subscribed(dialog, &fact, hops);
                }
                dialogs.join(dialog, id, &mut hops[position]);
                continue;
            }
            // A CANCEL is never within a dialog.
            let within = has_request && hop.entry.method != CANCEL;
            if within && let Some(dialog) = dialogs.untagged(&fact, hops, position) {
                dialogs.join(dialog, id, &mut hops[position]);
                continue;
            }
            let hop = &mut hops[position];
            if !makes(hop.entry.method) {
                continue;
            }
            if has_request && hop.entry.method != INVITE {
                dialogs.subscribes.entry(fact.from_tag).or_insert(id);
            }
            for at in 0..hop.messages.len() {
                let (message, part) = hop.messages[at];
                if part == Part::Request || part == Part::Retransmission || part == Part::Ack {
                    continue;
                }
                let answer = answer(message);
                if let (INVITE, Subject::Response(300..)) = (hop.entry.method, answer.subject) {
                    let tags = tags(answer.fact.from_tag, answer.fact.to_tag);
                    if !dialogs.by_tags.contains_key(&tags) {
                        dialogs.refused.insert(tags);
                    }
                }
                let Subject::Response(status @ 101..300) = answer.subject else {
                    continue;
                };
                // A peer of RFC 2543 has the null tag (RFC 3261 12.1.2), and only INVITE makes dialogs with it.
                let untagged = status >= 200 && hop.entry.method == INVITE;
                if answer.fact.to_tag.is_none() && !untagged {
                    continue;
                }
                let (from, to) = (answer.fact.from_tag, answer.fact.to_tag);
                let is_new = !dialogs.by_tags.contains_key(&tags(from, to));
                let dialog = dialogs.get_or_add(from, to);
                let (entry, _) = &mut dialogs.all[dialog];
                entry.early |= is_new && !has_request && hop.entry.method == INVITE && status < 200;
                entry.confirmed |= status >= 200;
                if has_request && entry.made_by == HopId::NONE {
                    // A NOTIFY may have come before, with the tags the other way round.
                    (entry.caller, entry.callee, entry.made_by) = (from, to, id);
                }
                dialogs.join(dialog, id, hop);
            }
        }
        dialogs
    }

    /// The dialog of a request without To tag: one of these tags that another request made, with a peer that knows no tags.
    fn untagged(&self, fact: &Fact, hops: &[Draft<'_>], position: usize) -> Option<usize> {
        let dialog = *self.by_tags.get(&tags(fact.from_tag, fact.to_tag))?;
        let made_by = self.all[dialog].0.made_by.known()?;
        let request = |at: usize| {
            let hop = &hops[at];
            (hop.entry.method, hop.entry.cseq, hop.lead.fact.from_tag)
        };
        (request(made_by.position()) != request(position)).then_some(dialog)
    }

    fn get_or_add(&mut self, from: TextId, to: TextId) -> usize {
        *self.by_tags.entry(tags(from, to)).or_insert_with(|| {
            let entry = DialogEntry {
                group: 0,
                caller: from,
                callee: to,
                made_by: HopId::NONE,
                first: 0,
                count: 0,
                confirmed: false,
                early: false,
            };
            self.all.push((entry, Vec::new()));
            self.all.len() - 1
        })
    }

    /// A NOTIFY makes a dialog with the subscriber whose tag it names, even if the 2xx comes later or, after a fork, never
    /// (RFC 6665 4.1.2.4 and 4.4.1).
    fn subscribed(&mut self, dialog: usize, notify: &Fact, hops: &mut [Draft<'_>]) {
        let (entry, _) = &mut self.all[dialog];
        let Some(id) = self.subscribes.get(&notify.to_tag).copied() else {
            return;
        };
        if entry.made_by == HopId::NONE {
            (entry.caller, entry.callee) = (notify.to_tag, notify.from_tag);
            (entry.made_by, entry.confirmed) = (id, true);
            self.join(dialog, id, &mut hops[id.position()]);
        }
    }

    fn join(&mut self, dialog: usize, id: HopId, hop: &mut Draft<'_>) {
        let hops = &mut self.all[dialog].1;
        if hops.last() != Some(&id) {
            hops.push(id);
        }
        if hop.entry.dialog == DialogId::NONE {
            hop.entry.dialog = DialogId::at(dialog);
        }
    }
}
