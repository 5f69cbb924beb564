//! What names a message on its hop, however it was written down. A log may lose line ends and addresses, so that what it shows
//! of a message is not equal, byte by byte, to what a capture shows of it.

use super::facts::{Facts, TextId};
use super::sightings::Sightings;

/// Transaction and Call-ID, and what the message is in them. The branch is another on each hop (RFC 3261 8.1.1.7), and the To
/// tag tells the answers of a fork apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity {
    via: u64,
    call_id: u32,
    cseq: u32,
    cseq_method: u16,
    subject: u16,
    to_tag: TextId,
}

impl Identity {
    /// `None` without Call-ID, or without a branch that is unique.
    pub(super) fn of(sightings: &Sightings, facts: &Facts, sighting: u32) -> Option<Self> {
        let at = sighting as usize;
        let (packet, fact) = (sightings.packet_of(at), facts.of(at));
        let (_, _, cseq_method) = sightings.subject_at(at);
        let named = fact.cookie() && (packet.call_id as usize) < sightings.call_ids();
        named.then_some(Self {
            via: facts.vias[at],
            call_id: packet.call_id,
            cseq: packet.cseq,
            cseq_method,
            subject: packet.subject,
            to_tag: fact.to_tag,
        })
    }
}
