//! Genesys SIP Server: the peer, the transport and the time of day.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let (transport, length, peer) = (entry.transport, entry.bytes.len(), entry.peer(own));
    let said = match entry.is_from(own) {
        true => format!("Sending  [0,{transport}] {length} bytes to {peer} >>>>>"),
        false => format!("SIPTR: Received [0,{transport}] {length} bytes from {peer} <<<<<"),
    };
    let message = entry.without_carriage_returns();
    format!("{}: {said}\n{message}\n", entry.time_of_day(3)).into_bytes()
}
