//! Kamailio sipdump: knows everything, and keeps every byte.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let family = match entry.source.is_ipv4() {
        true => "ipv4",
        false => "ipv6",
    };
    let (seconds, micros) = (entry.nanos / 1_000_000_000, entry.nanos / 1000 % 1_000_000);
    let head = format!(
        "====================\ntag: rcv\npid: 17\nprocess: 1\ntime: {seconds}.{micros:06}\n\
         date: {}\nproto: {} {family}\nsrcip: {}\nsrcport: {}\ndstip: {}\n\
         dstport: {}\n~~~~~~~~~~~~~~~~~~~~\n",
        entry.when("%a %b %e %H:%M:%S %Y"),
        entry.transport.to_lowercase(),
        entry.source.ip(),
        entry.source.port(),
        entry.destination.ip(),
        entry.destination.port(),
    );
    entry.between(&head, "||||||||||||||||||||\n")
}
