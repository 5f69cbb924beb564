//! Ingate: everything, with whole seconds and without year; a line of the message in an entry each.

use std::net::SocketAddr;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let front = format!(
        "<30>{} netlogger: Info: sipfw:",
        entry.when("%b %e %H:%M:%S")
    );
    let said = match entry.is_from(own) {
        true => format!(
            "send sf (0x1381b50) to {} via {}",
            entry.destination, entry.source
        ),
        false => format!("recv from {} via {}", entry.source, entry.destination),
    };
    let mut text = format!("{front} {said} {} connection 2:\n", entry.transport);
    for line in entry.text().lines() {
        text += &format!("{front}         {line}\n");
    }
    text.into_bytes()
}
