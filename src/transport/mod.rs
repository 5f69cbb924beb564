//! From IP payloads to SIP messages with their provenance.
//!
//! [`sort`] looks at one batch of records on its own and may run on any thread: datagrams are framed there and then.
//! What needs memory of earlier records (fragments, TCP, SCTP) is put aside as [`Deferred`] and goes, in file order, to
//! the one [`Assembly`]. Both give [`Carried`] messages, and both account for every record.

mod assembly;
mod buffer;
mod content;
mod datagram;
mod decide;
mod decrypt;
mod hep;
mod ledger;
mod sctp;
mod sort;
mod stream;
mod tcp;
mod tls;
mod websocket;

pub use assembly::Assembly;
pub use sort::{Deferred, Draft, DraftPayload, Frame, Sorted, sort};

use crate::base::{Anomalies, Flow, Limits, RecordId, Timestamp};
use crate::sip::Glance;
use decrypt::Decryptor;
use ledger::Ledger;

/// A SIP message as it was carried.
#[derive(Debug)]
pub struct Carried<'a> {
    /// Between whom, over what.
    pub flow: Flow,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What one look told.
    pub glance: Glance,
    /// The records it came in, ascending.
    pub records: &'a [RecordId],
    /// Time of its first byte.
    pub first: Option<Timestamp>,
    /// Time of its last byte.
    pub last: Option<Timestamp>,
    /// Where the bytes lie in the input file, if they lie there whole.
    pub offset: Option<u64>,
    /// Whether all of it was seen.
    pub whole: bool,
}

/// Where everything that is found goes.
struct Exits<'a> {
    limits: &'a Limits,
    ledger: &'a mut Ledger,
    anomalies: &'a mut Anomalies,
    decryptor: &'a mut Decryptor,
    sink: &'a mut dyn FnMut(Carried<'_>),
}

/// Where a part lies in the bytes that it is a part of.
fn offset_in(whole: &[u8], part: &[u8]) -> usize {
    (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize)
}
