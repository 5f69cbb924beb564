//! Asterisk: the full log of chan_pjsip (`/var/log/asterisk/full`) keeps every byte.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let (kind, length, peer) = (entry.kind(), entry.bytes.len(), entry.peer(own));
    let transport = entry.transport;
    let said = match entry.is_from(own) {
        true => format!("Transmitting SIP {kind} ({length} bytes) to {transport}:{peer}"),
        false => format!("Received SIP {kind} ({length} bytes) from {transport}:{peer}"),
    };
    let head = format!(
        "[{} {}] VERBOSE[2370] res_pjsip_logger.c: <--- {said} --->\n",
        entry.when("%Y-%m-%d"),
        entry.time_of_day(3)
    );
    entry.between(&head, "\n")
}
