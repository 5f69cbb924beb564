//! Messages in a datagram: it ends where the datagram ends. Several in one are taken apart only where the first says its
//! length and another start line follows: a body that holds SIP text is no message of its own.

use super::glance::Glance;
use super::start_line;

/// A message found in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framed {
    /// First byte in the payload.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What one look told.
    pub glance: Glance,
}

/// A cheap look at a payload: whether a SIP message could begin there. Never wrong when it says no.
pub fn looks_like_sip(payload: &[u8]) -> bool {
    let start = keep_alive(payload);
    payload
        .get(start)
        .is_some_and(|byte| start_line::can_begin(*byte))
}

/// Takes the messages out of a datagram, one call each: the first at or after `from`.
pub fn frame_datagram(payload: &[u8], from: usize) -> Option<Framed> {
    let rest = payload.get(from..)?;
    let start = from + keep_alive(rest);
    if !payload
        .get(start)
        .is_some_and(|byte| start_line::can_begin(*byte))
    {
        return None;
    }
    let bytes = &payload[start..];
    let glance = Glance::at(bytes)?;
    let mut end = payload.len();
    if let Some(length) = glance.content_length
        && let Ok(length) = usize::try_from(length)
        && let Some(said) = (glance.body as usize).checked_add(length)
        && said < bytes.len()
    {
        let next = start + said;
        let following = next + keep_alive(&payload[next..]);
        let another = payload
            .get(following)
            .is_some_and(|byte| start_line::can_begin(*byte))
            && Glance::at(&payload[following..]).is_some();
        if another {
            end = next;
        }
    }
    Some(Framed { start, end, glance })
}

/// Bytes that keep a binding alive (RFC 5626 3.5.1) and say nothing.
pub(super) fn keep_alive(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n' | 0))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";

    fn all(payload: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(framed) = frame_datagram(payload, from) {
            from = framed.end;
            found.push((framed.start, framed.end));
        }
        found
    }

    #[test]
    fn takes_two_messages_apart() {
        let two = format!("\r\n{ONE}\r\n\r\n{ONE}");
        assert_eq!(
            all(two.as_bytes()),
            [(2, 2 + ONE.len()), (6 + ONE.len(), 6 + 2 * ONE.len())]
        );
    }

    #[test]
    fn a_body_of_sip_text_is_a_body() {
        let notify = format!(
            "NOTIFY sip:a@b SIP/2.0\r\nContent-Type: message/sip\r\nContent-Length: {}\r\n\r\n{ONE}",
            ONE.len()
        );
        assert_eq!(all(notify.as_bytes()), [(0, notify.len())]);
        let without_length =
            format!("NOTIFY sip:a@b SIP/2.0\r\nContent-Type: message/sip\r\n\r\n{ONE}");
        assert_eq!(all(without_length.as_bytes()), [(0, without_length.len())]);
    }

    #[test]
    fn excess_bytes_stay_with_the_message() {
        let excess = format!("{ONE}garbage");
        assert_eq!(all(excess.as_bytes()), [(0, excess.len())]);
    }

    #[test]
    fn other_payloads_are_none() {
        assert!(all(b"\x80\x00\x12\x34").is_empty());
        assert!(all(b"\r\n\r\n").is_empty());
        assert!(all(b"").is_empty());
        assert!(!looks_like_sip(b"\x80abc"));
        assert!(!looks_like_sip(b""));
    }
}
