//! Packets of HEP with their lengths in front: every byte, both addresses, microseconds; of the transport only UDP, TCP or SCTP.

use crate::logs::traffic::{Read, all, check};

#[test]
fn everything_comes_back() {
    let traffic = all();
    let packets = traffic.iter().map(|sent| sent.written("hep", sent.source));
    let seen = traffic.iter().map(|sent| Read {
        nanos: Some(sent.cut_to(1000)),
        ..sent.exact()
    });
    let (packets, seen): (Vec<_>, Vec<_>) = (packets.collect(), seen.collect());
    check("../call.hep", "hep", &packets.concat(), &seen);
}
