//! Linphone: every byte, received as it was read.

use std::net::SocketAddr;

use super::Entry;

/// What is read of a stream at a time.
const PIECE: usize = 400;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    // The milliseconds stand behind a colon.
    let time = entry.time_of_day(3).replace('.', ":");
    let prefix = format!("{} {time} belle-sip-message-", entry.when("%Y-%m-%d"));
    let place = format!("[{}://{}]", entry.transport, entry.peer(own));
    let part = |said: String, bytes: &[u8]| {
        let head = format!("{prefix}channel [0x7f10]: {said}\n");
        [head.as_bytes(), bytes, b"\n"].concat()
    };
    if entry.is_from(own) {
        let length = entry.bytes.len();
        let said = format!("message sent to {place}, size: [{length}] bytes");
        return part(said, entry.bytes);
    }
    let most = match entry.transport {
        "UDP" => usize::MAX,
        _ => PIECE,
    };
    let reads = entry.bytes.chunks(most).map(|bytes| {
        let length = bytes.len();
        part(
            format!("received [{length}] new bytes from {place}:"),
            bytes,
        )
    });
    reads.collect::<Vec<_>>().concat()
}
