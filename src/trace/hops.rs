//! Hops: one request between two nodes with its retransmissions and its responses (RFC 3261 17.1.3 and 17.2.3; for peers of
//! RFC 2543, whose branches say nothing, the fields that it compares). The same addresses in another realm are another hop; but
//! a capture may see each direction in a VLAN of its own, so a response finds its request there if nothing in its own realm
//! answers that.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

use super::clue;
use super::facts::{Fact, Heading, TextId};
use super::ids::{DialogId, HopId, MessageId};
use super::journeys::Link;
use super::misnumbered;
use super::sightings::{ACK, CANCEL, INVITE, Sightings, Subject};

/// What a message is on its hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The request, sent for the first time.
    Request,
    /// The request, sent again.
    Retransmission,
    /// A response below 200.
    Provisional,
    /// A response that ends the transaction; a forked INVITE can have several with 2xx.
    Final,
    /// A response that was sent before.
    Repeated,
    /// A response below 200 after the final one.
    Late,
    /// One more response that ends the transaction, other than the first: only an INVITE can have several, with 2xx.
    Second,
    /// The ACK to a final response that is no 2xx.
    Ack,
    /// A response to a request that was not seen.
    Stray,
}

impl Part {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Retransmission => "retransmission",
            Self::Provisional => "provisional",
            Self::Final => "final",
            Self::Repeated => "repeated",
            Self::Late => "late",
            Self::Second => "second final",
            Self::Ack => "ACK",
            Self::Stray => "stray",
        }
    }
}

/// A hop as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct HopEntry {
    /// Its messages begin here in the list of them.
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) request: MessageId,
    pub(super) source: u32,
    pub(super) destination: u32,
    pub(super) method: u16,
    /// The first final status; 0 for none.
    pub(super) status: u16,
    pub(super) cseq: u32,
    pub(super) parent: HopId,
    pub(super) link: Link,
    /// Whether it went on over a hop that was not seen: a later one has its Via list below two new values.
    pub(super) goes_on: bool,
    /// The INVITE that a CANCEL, or an ACK to a 2xx, belongs to; the request that answers with another method can only be meant for.
    pub(super) about: HopId,
    pub(super) dialog: DialogId,
    /// What of a Call-ID belongs together.
    pub(super) group: u32,
}

impl HopEntry {
    /// Whether it is with it that a request is seen first: of the hops that it continues only answers were seen.
    pub(super) fn begins<'h>(&self, hop: impl Fn(HopId) -> &'h Self) -> bool {
        let mut above = self.parent.known();
        while let Some(entry) = above.map(&hop) {
            if entry.request.known().is_some() {
                return false;
            }
            above = entry.parent.known();
        }
        true
    }
}

/// What is looked at of a message here.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) message: MessageId,
    pub(super) time: Option<i64>,
    pub(super) subject: Subject,
    pub(super) source: u32,
    pub(super) destination: u32,
    /// The network that it went over, where the same addresses may be others.
    pub(super) realm: u32,
    pub(super) cseq: u32,
    pub(super) cseq_method: u16,
    /// Whether it is the example of a document, whose Via may be wrong.
    pub(super) told: bool,
    /// The same for the same bytes.
    pub(super) print: u32,
    pub(super) via: u64,
    pub(super) fact: Fact,
    pub(super) heading: &'a Heading,
    /// Stands for the Via values but the top one.
    pub(super) below: u64,
    /// Stands for all but the two top ones, if it is a request that has more.
    pub(super) farther: Option<u64>,
}

/// A hop being put together.
pub(super) struct Draft<'a> {
    pub(super) entry: HopEntry,
    pub(super) messages: Vec<(MessageId, Part)>,
    /// Those of its responses whose Via is not that of the request.
    pub(super) by_order: Vec<MessageId>,
    /// The request, or the first response if it was not seen.
    pub(super) lead: Sent<'a>,
    /// When its first final response was sent.
    ended: Option<i64>,
    /// That response.
    ended_by: Option<MessageId>,
    /// Whether a response came in the realm of the request.
    answered: bool,
    /// Its responses.
    pub(super) answers: Vec<Answer>,
    /// The hop before it with the same Via and CSeq.
    before: Option<usize>,
}

/// A response as its hop remembers it.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    message: MessageId,
    status: u16,
    print: u32,
    time: Option<i64>,
}

/// Only so many of the latest hops with the same Via are looked at when a response went another way than its request.
const MOST_LOOKED_AT: usize = 16;
/// How long a server answers retransmissions after its final response: 64 times T1 (timers H and J, RFC 3261 17.2, and L of
/// RFC 6026 7.1). The same bytes after that are a new request.
const LINGERS: i64 = 32_000_000_000;
/// How long a message may be on its way (T4, RFC 3261 17.1.2.2). Who acknowledged the answer to an INVITE sends it no more.
pub(super) const UNDERWAY: i64 = 5_000_000_000;
/// A table that grew beyond this for one Call-ID is not kept for the next.
const MOST_KEPT: usize = 1 << 12;

type Transaction = (u64, TextId, u32, u16);

/// Which way requests go: from where to where, and in which realm.
type Way = (u32, u32, u32);

/// Who has a tag: where, and in which realm.
type Owner = (TextId, u32, u32);

/// Puts the messages of one Call-ID together, one after the other.
#[derive(Default)]
pub(super) struct Tables {
    exact: HashMap<(Transaction, Way), usize, RandomState>,
    latest: HashMap<Transaction, usize, RandomState>,
    /// The last ACK of a sender with a From tag and CSeq, and when it was sent.
    acks: HashMap<(Owner, u32), (MessageId, Option<i64>), RandomState>,
    /// The INVITE with which a sender began anew what it had sent before, byte by byte.
    anew: HashMap<Owner, usize, RandomState>,
}

impl Tables {
    /// The hops of one Call-ID, in the order in which they began.
    pub(super) fn hops<'a>(
        &mut self,
        messages: impl Iterator<Item = Sent<'a>>,
        sightings: &Sightings,
    ) -> Vec<Draft<'a>> {
        clear(&mut self.exact);
        clear(&mut self.latest);
        clear(&mut self.acks);
        clear(&mut self.anew);
        let mut hops = Vec::new();
        for sent in messages {
            match sent.subject {
                Subject::Request(_) => self.request(sent, &mut hops),
                Subject::Response(status) => {
                    self.response(sent, status, &mut hops, sightings);
                }
            }
        }
        misnumbered::join(hops)
    }

    fn request<'a>(&mut self, sent: Sent<'a>, hops: &mut Vec<Draft<'a>>) {
        let method = sent.method();
        let transaction = transaction(&sent, method);
        let way = (sent.source, sent.destination, sent.realm);
        let of_invite = (transaction.0, transaction.1, transaction.2, INVITE);
        let invite = match method {
            ACK | CANCEL => self.exact.get(&(of_invite, way)).copied(),
            _ => None,
        };
        let invite = invite.map(|latest| same_request(hops, latest, &sent).unwrap_or(latest));
        if method == ACK {
            let ack = (sent.message, sent.time);
            self.acks.insert((owner(&sent), sent.cseq), ack);
        }
        if method == ACK
            && let Some(invite) = invite
        {
            let hop: &mut Draft<'_> = &mut hops[invite];
            if !(200..300).contains(&hop.entry.status) {
                return hop.messages.push((sent.message, Part::Ack));
            }
        }
        let about = match method {
            CANCEL => invite.map_or(HopId::NONE, HopId::at),
            _ => HopId::NONE,
        };
        let known = self.exact.get(&(transaction, way)).copied();
        if let Some(known) = known {
            let hop = &mut hops[known];
            if hop.entry.request == MessageId::NONE {
                hop.add_late_request(sent);
                return self.canceled_before(known, transaction, way, hops);
            }
            if let Some(same) = sent_before(hops, known, &sent) {
                if !hops[same].is_over(sent.time) && !self.is_anew(&hops[same], same, &sent) {
                    return hops[same]
                        .messages
                        .push((sent.message, Part::Retransmission));
                }
                if method == INVITE {
                    self.anew.insert(owner(&sent), hops.len());
                }
            }
        }
        let mut hop = self.open(transaction, sent, way, hops);
        hop.entry.request = sent.message;
        hop.entry.about = about;
        hop.messages.push((sent.message, Part::Request));
        hops.push(hop);
        self.canceled_before(hops.len() - 1, transaction, way, hops);
    }

    /// A CANCEL may overtake its INVITE on the way to where it is captured (RFC 3261 9.1: never where it is sent).
    fn canceled_before(
        &self,
        invite: usize,
        transaction: Transaction,
        way: Way,
        hops: &mut [Draft<'_>],
    ) {
        if hops[invite].entry.method != INVITE {
            return;
        }
        let of_cancel = (transaction.0, transaction.1, transaction.2, CANCEL);
        if let Some(cancel) = self.exact.get(&(of_cancel, way)) {
            let about = &mut hops[*cancel].entry.about;
            if *about == HopId::NONE {
                *about = HopId::at(invite);
            }
        }
    }

    /// Whether a request with the same bytes as that of a hop is no retransmission of it: an INVITE whose answer was acknowledged
    /// long ago, or what is of a dialog that began anew with the same bytes.
    fn is_anew(&self, hop: &Draft<'_>, number: usize, sent: &Sent<'_>) -> bool {
        if hop.entry.method == INVITE {
            let ack = self.acks.get(&(owner(sent), sent.cseq));
            return ack.is_some_and(|(ack, at)| {
                let since = at.zip(sent.time);
                let since = since.map(|(at, time)| time.saturating_sub(at));
                hop.entry.request < *ack && since.is_some_and(|since| since > UNDERWAY)
            });
        }
        let peer = (sent.fact.to_tag, sent.destination, sent.realm);
        let owners = [owner(sent), peer].into_iter();
        let mut anew = owners.filter_map(|owner| self.anew.get(&owner));
        anew.any(|begun| number < *begun)
    }

    fn response<'a>(
        &mut self,
        sent: Sent<'a>,
        status: u16,
        hops: &mut Vec<Draft<'a>>,
        sightings: &Sightings,
    ) {
        let transaction = transaction(&sent, sent.cseq_method);
        let (source, destination) = (sent.destination, sent.source);
        let way = (source, destination, sent.realm);
        let exact = self.exact.get(&(transaction, way)).copied();
        let found = exact.or_else(|| {
            let latest = self.latest.get(&transaction).copied();
            let all = std::iter::successors(latest, |hop| hops[*hop].before);
            let near = all.take(MOST_LOOKED_AT).map(|hop| {
                let entry = &hops[hop].entry;
                let same = |a, b| usize::from(sightings.same_address(a, b));
                let score = same(entry.source, source) + same(entry.destination, destination);
                let here = hops[hop].lead.realm == sent.realm;
                (here, score, hop)
            });
            let fits = |(here, score, hop): &(bool, usize, usize)| match here {
                true => *score > 0,
                false => *score == 2 && !hops[*hop].answered,
            };
            near.filter(fits).max().map(|(_, _, hop)| hop)
        });
        let by_order = || {
            let found = open_in_document(hops, &sent)?;
            hops[found].by_order.push(sent.message);
            Some(found)
        };
        let Some(found) = found.or_else(by_order) else {
            let mut hop = self.open(transaction, sent, way, hops);
            hop.add_response(&sent, status, Some(Part::Stray));
            return hops.push(hop);
        };
        let stray = (hops[found].entry.request == MessageId::NONE).then_some(Part::Stray);
        hops[found].add_response(&sent, status, stray);
    }

    fn open<'a>(
        &mut self,
        transaction: Transaction,
        lead: Sent<'a>,
        way: Way,
        hops: &[Draft<'a>],
    ) -> Draft<'a> {
        let (source, destination, _) = way;
        self.exact.insert((transaction, way), hops.len());
        let before = self.latest.insert(transaction, hops.len());
        Draft {
            entry: HopEntry {
                first: 0,
                count: 0,
                request: MessageId::NONE,
                source,
                destination,
                method: transaction.3,
                status: 0,
                cseq: transaction.2,
                parent: HopId::NONE,
                link: Link::None,
                goes_on: false,
                about: HopId::NONE,
                dialog: DialogId::NONE,
                group: 0,
            },
            messages: Vec::new(),
            by_order: Vec::new(),
            lead,
            ended: None,
            ended_by: None,
            answered: false,
            answers: Vec::new(),
            before,
        }
    }
}

impl<'a> Draft<'a> {
    /// Whether a request that is sent at this time is no retransmission any more.
    fn is_over(&self, time: Option<i64>) -> bool {
        let since = self.ended.zip(time);
        since.is_some_and(|(ended, time)| time.saturating_sub(ended) > LINGERS)
    }

    /// A request that is seen after its responses, as happens with two clocks: they are no strays any more.
    fn add_late_request(&mut self, sent: Sent<'a>) {
        self.entry.request = sent.message;
        self.lead = sent;
        let mut first = 0;
        for position in 0..self.messages.len().min(self.answers.len()) {
            let status = self.answers[position].status;
            self.messages[position].1 = match status {
                100..200 => Part::Provisional,
                _ => self.final_after(first, status),
            };
            if first == 0 && status >= 200 {
                first = status;
            }
        }
        self.messages.insert(0, (sent.message, Part::Request));
    }

    /// What a final response is, of which this was the first before it; 0 for none.
    fn final_after(&self, first: u16, status: u16) -> Part {
        let forked = self.entry.method == INVITE && first < 300 && status < 300;
        match first == 0 || forked {
            true => Part::Final,
            false => Part::Second,
        }
    }

    fn add_response(&mut self, sent: &Sent<'_>, status: u16, part: Option<Part>) {
        self.answered |= sent.realm == self.lead.realm;
        let answer = Answer {
            message: sent.message,
            status,
            print: sent.print,
            time: sent.time,
        };
        self.add_answer(answer, part);
    }

    fn add_answer(&mut self, answer: Answer, part: Option<Part>) {
        let status = answer.status;
        // A hostile trace may answer one request with any number of different responses.
        let latest = self.answers.iter().rev().take(MOST_LOOKED_AT);
        let repeated = latest
            .into_iter()
            .any(|known| (known.print, known.status) == (answer.print, status));
        self.answers.push(answer);
        let part = part.unwrap_or(match status {
            _ if repeated => Part::Repeated,
            100..200 if self.is_open_at(answer.message) => Part::Provisional,
            100..200 => Part::Late,
            _ => self.final_after(self.entry.status, status),
        });
        if status >= 200 && self.entry.status == 0 {
            self.entry.status = status;
            self.ended = answer.time;
            self.ended_by = Some(answer.message);
        }
        self.messages.push((answer.message, part));
    }

    /// Whether a message came in front of the first final response.
    pub(super) fn is_open_at(&self, message: MessageId) -> bool {
        self.ended_by.is_none_or(|ended| message < ended)
    }

    /// Takes the responses of a hop without its request, and what acknowledges them.
    pub(super) fn take(&mut self, answers: Vec<Answer>, messages: Vec<(MessageId, Part)>) {
        for answer in answers {
            self.add_answer(answer, None);
        }
        let acks = messages.into_iter().filter(|(_, part)| *part == Part::Ack);
        self.messages.extend(acks);
        // The request stays in front, whatever the clocks say.
        if let Some((_, others)) = self.messages.split_first_mut() {
            others.sort_by_key(|(message, _)| *message);
        }
    }
}

impl Sent<'_> {
    /// What stands for all Via values.
    pub(super) fn stack(&self) -> u64 {
        clue::stack(self.via, self.below)
    }

    /// The method of a request, or of the request that a response answers.
    pub(super) fn method(&self) -> u16 {
        match self.subject {
            Subject::Request(method) => method.0,
            Subject::Response(_) => self.cseq_method,
        }
    }
}

/// Of the hops between the same two with this CSeq, the latest that has no final response: the example of a response in a
/// document stands behind that of its request, and where its Via is wrong nothing else can be meant.
fn open_in_document(hops: &[Draft<'_>], sent: &Sent<'_>) -> Option<usize> {
    if !sent.told {
        return None;
    }
    let asks = |hop: &Draft<'_>| {
        let entry = &hop.entry;
        let same_way = (entry.source, entry.destination) == (sent.destination, sent.source);
        let same_request = (entry.cseq, entry.method) == (sent.cseq, sent.cseq_method);
        same_way && same_request && hop.lead.told && entry.request.known().is_some()
    };
    let latest = hops.iter().enumerate().rev().take(MOST_LOOKED_AT);
    let mut open = latest.filter(|(_, hop)| asks(hop) && hop.entry.status == 0);
    open.next().map(|(position, _)| position)
}

/// Of the hops with one Via and CSeq between the same two, of which this is the latest, the one that a request belongs to.
/// Without the cookie a fork has the same branch as its sibling, but goes to another URI.
fn same_request(hops: &[Draft<'_>], latest: usize, sent: &Sent<'_>) -> Option<usize> {
    if sent.fact.cookie() {
        return Some(latest);
    }
    let all = std::iter::successors(Some(latest), |hop| hops[*hop].before);
    all.take(MOST_LOOKED_AT).find(|hop| {
        let (entry, lead) = (&hops[*hop].entry, &hops[*hop].lead);
        let same_way = (entry.source, entry.destination, lead.realm)
            == (sent.source, sent.destination, sent.realm);
        same_way && lead.heading.target == sent.heading.target
    })
}

/// The same for a request that was sent again. Without any Via, nothing but that it is the same says so (RFC 3261 17.2.3 compares the
/// topmost Via and the To tag, too).
fn sent_before(hops: &[Draft<'_>], latest: usize, sent: &Sent<'_>) -> Option<usize> {
    if sent.fact.cookie() {
        return Some(latest);
    }
    let same = same_request(hops, latest, sent)?;
    let all = std::iter::successors(Some(same), |hop| hops[*hop].before);
    all.take(MOST_LOOKED_AT).find(|hop| {
        let lead = &hops[*hop].lead;
        let is_same = match sent.fact.vias {
            0 => lead.print == sent.print,
            _ => lead.fact.to_tag == sent.fact.to_tag,
        };
        is_same && same_request(hops, *hop, sent) == Some(*hop)
    })
}

fn owner(sent: &Sent<'_>) -> Owner {
    (sent.fact.from_tag, sent.source, sent.realm)
}

fn transaction(sent: &Sent<'_>, method: u16) -> Transaction {
    let tag = match sent.fact.cookie() {
        true => TextId::default(),
        false => sent.fact.from_tag,
    };
    (sent.via, tag, sent.cseq, method)
}

fn clear<K: Eq + Hash, V>(table: &mut HashMap<K, V, RandomState>) {
    if table.capacity() > MOST_KEPT {
        *table = HashMap::default();
    }
    table.clear();
}
