//! sip-viewer: both addresses, milliseconds, no transport.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let text = format!(
        "[{} {}] IN {} --> {}\n\n{}\n\n-----------------------\n",
        entry.when("%Y/%m/%d"),
        entry.time_of_day(3),
        entry.source,
        entry.destination,
        entry.text().trim_end(),
    );
    text.into_bytes()
}
