//! A body in a scenario. Of session descriptions the own addresses and ports become those of the run; each medium has two ports,
//! for RTP and RTCP.

use super::escape::{push, push_line};

/// Appends a body. Ends of lines become those that SIPp writes, CR LF.
pub(super) fn push_body(out: &mut String, body: &[u8], is_sdp: bool) {
    let mut media = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let (content, end) = match line {
            [content @ .., b'\r', b'\n'] | [content @ .., b'\n'] => (content, "\n"),
            content => (content, ""),
        };
        let is_own = is_sdp && (connection(out, content) || medium(out, content, &mut media));
        if !is_own {
            push_line(out, content);
        }
        out.push_str(end);
    }
}

/// `o=` and `c=`: the address is the last or, of a connection for multicast, before a slash. One of zeros holds the call.
fn connection(out: &mut String, line: &[u8]) -> bool {
    if !line.starts_with(b"o=") && !line.starts_with(b"c=") {
        return false;
    }
    let at = line
        .windows(4)
        .position(|part| part == b" IN " || part == b"=IN ");
    let Some(at) = at else { return false };
    let (before, rest) = line.split_at(at + 4);
    let mut words = rest.split(|byte| *byte == b' ');
    let (kind, address) = (words.next(), words.next());
    let is_known = matches!(kind, Some(b"IP4" | b"IP6")) && words.next().is_none();
    let is_held = matches!(address, None | Some(b"0.0.0.0" | b"::"));
    if !is_known || is_held {
        return false;
    }
    push(out, before);
    out.push_str("IP[media_ip_type] [media_ip]");
    true
}

/// `m=`: the port, unless the medium is refused. SIPp has ports for these media alone.
fn medium(out: &mut String, line: &[u8], media: &mut u32) -> bool {
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let (Some(kind), Some(port), Some(rest)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let is_own = matches!(kind, b"m=audio" | b"m=video" | b"m=image");
    if !is_own || port == b"0" || port.is_empty() || !port.iter().all(u8::is_ascii_digit) {
        return false;
    }
    push(out, kind);
    match *media {
        0 => out.push_str(" [media_port] "),
        further => out.push_str(&format!(" [media_port+{}] ", 2 * further)),
    }
    *media += 1;
    push(out, rest);
    true
}
