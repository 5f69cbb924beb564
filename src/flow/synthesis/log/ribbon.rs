//! Ribbon: both addresses and the way, but not the transport; line ends are escapes.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let slash = |address: SocketAddr| format!("{}/{}", address.ip(), address.port());
    let (way, word, here) = match entry.is_from(own) {
        true => ("sent", "to", entry.source),
        false => ("received", "from", entry.destination),
    };
    let line = format!(
        "<147> 1 {} {} usec sbc1 SIPSG {way} msg for CallId:7 {word} IP/port:{}, Local IP/port:{}, SMM:0 RAW PDU:\
         #012{}\n",
        entry.when("%Y-%m-%d"),
        entry.time_of_day(6),
        slash(entry.peer(own)),
        slash(here),
        entry.text().replace("\r\n", "#015#012"),
    );
    line.into_bytes()
}
