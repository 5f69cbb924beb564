//! ngrep with `-q -t -W byline`: a dot for every byte that is not printable, as a carriage return; TCP in its segments.

use std::net::SocketAddr;

use super::Entry;

/// Bytes of a segment.
const SEGMENT: usize = 1460;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let (letter, flags, most) = match entry.transport {
        "UDP" => ("U", "", usize::MAX),
        _ => ("T", " [AP]", SEGMENT),
    };
    // IPv6 has no brackets.
    let end = |end: SocketAddr| format!("{}:{}", end.ip(), end.port());
    let head = format!(
        "\n{letter} {} {} {} -> {}{flags} #{}\n",
        entry.when("%Y/%m/%d"),
        entry.time_of_day(6),
        end(entry.source),
        end(entry.destination),
        entry.number
    );
    let shown = |byte: &u8| match byte {
        b'\n' | b' '..=b'~' => *byte,
        _ => b'.',
    };
    let packets = entry.bytes.chunks(most).map(|packet| {
        let payload: Vec<u8> = packet.iter().map(shown).collect();
        [head.as_bytes(), &payload, b"\n"].concat()
    });
    packets.collect::<Vec<_>>().concat()
}
