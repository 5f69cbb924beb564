//! From IP payloads to SIP messages with their provenance.
//!
//! [`sort`] looks at one batch of records on its own and may run on any thread: datagrams are framed there and then.
//! What needs memory of earlier records (fragments, TCP, SCTP) is put aside as [`Deferred`] and goes, in file order, to
//! the one [`Assembly`]. Both give [`Carried`] messages, and both account for every record.

mod assembly;
mod buffer;
mod content;
mod copies;
mod datagram;
mod decide;
mod decrypt;
mod hep;
mod lately;
mod ledger;
mod sctp;
mod sort;
mod stream;
mod tcp;
mod tls;
mod websocket;

pub use assembly::Assembly;
pub use sort::{Deferred, Draft, Frame, Sorted, sort};
pub(crate) use tls::lines_about;

use crate::base::{Anomalies, Limits};
use crate::sip::Carried;
use decrypt::Decryptor;
use ledger::Ledger;

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
