//! What a log says around its messages: words that logs are written in stay, with counts and times; whatever else stands there is
//! replaced, as it may be anything.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::mask::{Mask, is_of_word};
use super::neutral::pieces;
use super::vocabulary;

/// Words of the formats of logs that are read, in small letters.
const WORDS: &str = "
a add addr address after and announced another are as ascii at aug authorization b be before begin begins begun binary body by byte bytes
c cc came capture captureid ccsip ccsipdisplaymsg channel cli close closed closing common connected connecting connection connections contains content
continues control core could count cseq cpp created cut data date days debug dest destination digit digits direction disconnected
display doc downstream dport dst dstip dstport dump dumping ek empty end eq endpoint ends epoch error eth ethernet est established event extended
f fail failed fails failure family field fields filter flags follow for found frame from front frames gid goes has hdr header headers headless here hex
host hours http icmp if in inclusive incoming index info initial interface ip ipfamily ipsec is it item its json k l last layer layers left len length
let level line lines list local localhost log logger logging longer longest lost m main mar mark match matches may memory message messages method mod
module modified mon month ms msec msg mtype n name netlogger network new next no node none not note noted notice nothing number object objects of
offset on once one open opened option options or ot other out outgoing outbound inbound own p packet packets parse parsed part party parts pass payload payloadtype
pdt pdu peer pid pjsip pkt port position prack previous print process processing proto protocol protocolfamily push queue r ran rate raw rc rcv rdata
tdata read ready reason received receiving recv refused registered reliably remote request requests resend response responses rest result
retransmitting retransmission return right route rport rtt rx s sat score score script send sending sent sep seq server session set sg shown sid siptr sip
sipfw sipif sipinterface sipmessage sipmsg sips sipsg size smm socket socketid some source split sport sproutlet src srcip srcport ssl start started starts state
static status still stop str stream string success summary t tag take tcp tel telling text then than the this thread tick time timed timeout
timer timeseconds timestamp timestamps timeuseconds timems tls to token total tp tport trace transaction transmitting transport tree ts tsx tx type u udp
uid unable unexpected until up upstream uptime urn us usec user using usrloc v value verbose version via wan lan was warn warning websocket while whole
with without ws wss xml year yes z zone belle bye loop lvl fw sbc callid pjsua res sofia nua nta ua uac uas chan rtp sdp srv dns ext int
transmit transmitted re-sending answered really reading scheduling destruction destroying dialog reliable nat really unreliable
jan feb mar apr jun jul oct nov dec sun tue wed thu fri gmt utc cest cet bst edt cdt mdt pdt cst mst pst msk jst kst ist hkt sgt aest acst awst aedt
am pm h i d e w x
";

static KNOWN: LazyLock<HashSet<&'static [u8], RandomState>> =
    LazyLock::new(|| WORDS.split_whitespace().map(str::as_bytes).collect());

/// A longer number may be one of somebody.
const LONGEST_COUNT: usize = 6;
const SHORTEST_EXTENSION: usize = 3;

/// First and last second of the messages of a log, so that such numbers are taken for times.
pub(super) type Seconds = Range<i64>;

impl Mask {
    /// Text of a log outside of its messages.
    pub(super) fn prose(&mut self, text: &mut [u8], seconds: &Seconds, keep: bool) {
        let mut hidden = false;
        let mut ends = vec![false; text.len()];
        for at in 0..text.len() {
            let is_escape = matches!(text[at], b'\\') || text[at] == ESCAPE;
            ends[at] =
                hidden || is_escape || !(is_of_word(text[at]) || b"-_.:/@+%".contains(&text[at]));
            hidden = is_escape && !hidden;
        }
        let begin = match text.starts_with(BYTE_ORDER_MARK) {
            true => BYTE_ORDER_MARK.len(),
            false => 0,
        };
        let mut start = begin;
        for at in begin..=text.len() {
            if at == text.len() || ends[at] {
                self.remark(&mut text[start..at.max(start)], seconds, keep);
                start = at + 1;
            }
        }
    }

    fn remark(&mut self, piece: &mut [u8], seconds: &Seconds, keep: bool) {
        if piece.is_empty() || is_time(piece) {
            return;
        }
        // A short number may be an extension.
        let is_extension =
            piece.len() >= SHORTEST_EXTENSION && piece.iter().all(u8::is_ascii_digit);
        if is_extension && self.is_known(piece) {
            return self.text(piece);
        }
        if is_spoken(piece, seconds) {
            return;
        }
        if keep {
            return self.known(piece);
        }
        if piece.contains(&b'@') || is_version_6(piece) {
            return self.text(piece);
        }
        for part in pieces(piece, |byte| matches!(byte, b':' | b'/')) {
            let part = &mut piece[part];
            if !is_spoken(part, seconds) {
                self.text(part);
            }
        }
    }
}

const ESCAPE: u8 = 0x1b;
/// What some editors put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether all of it are words of logs or of the protocol, and counts.
fn is_spoken(text: &[u8], seconds: &Seconds) -> bool {
    if is_dotted(text) || is_subscriber(text) {
        return false;
    }
    pieces(text, |byte| !is_of_word(byte))
        .into_iter()
        .all(|word| {
            let word = &text[word];
            let lower = word.to_ascii_lowercase();
            is_count(word, seconds)
                || is_pointer(word)
                || KNOWN.contains(lower.as_slice())
                || vocabulary::has(word)
        })
}

/// A short number, with a letter or two around it as `60s` or `1m`; or the seconds of a message.
fn is_count(word: &[u8], seconds: &Seconds) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_time = || {
        let number = word
            .get(..10)
            .and_then(|first| std::str::from_utf8(first).ok());
        let number = number.and_then(|number| number.parse().ok());
        digits == word.len() && number.is_some_and(|number| seconds.contains(&number))
    };
    let is_fraction = digits == word.len() && digits == 9 && word.ends_with(b"000");
    digits > 0 && word.len() - digits <= 1 && digits <= LONGEST_COUNT || is_time() || is_fraction
}

/// Four numbers with points between them, or more.
fn is_dotted(text: &[u8]) -> bool {
    let numbers = pieces(text, |byte| byte == b'.');
    let is_number = |part: &Range<usize>| text[part.clone()].iter().all(u8::is_ascii_digit);
    numbers.len() > 3 && numbers.iter().filter(|part| is_number(part)).count() > 3
        || text
            .windows(2)
            .filter(|pair| pair[1] == b'.' && pair[0].is_ascii_digit())
            .count()
            > 2
}

/// `212-555-0100`: groups of digits that are too many for counts.
fn is_subscriber(text: &[u8]) -> bool {
    let is_sign = |byte: &u8| matches!(byte, b'-' | b'.');
    let signs = text.iter().filter(|byte| is_sign(byte)).count();
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    signs >= 2 && digits > LONGEST_COUNT && signs + digits == text.len()
}

/// An address of version 6 has a gap or eight groups.
fn is_version_6(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let colons = text.iter().filter(|byte| **byte == b':').count();
    let has_gap = memchr::memmem::find(text, b"::").is_some();
    (has_gap || colons >= 7) && text.iter().all(is_of)
}

/// `rdata0x7f3c`, `0x7f3c`: where something was in memory.
fn is_pointer(word: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(word, b"0x") else {
        return false;
    };
    let before = word[..at].to_ascii_lowercase();
    (before.is_empty() || KNOWN.contains(before.as_slice()))
        && word[at + 2..].iter().all(u8::is_ascii_hexdigit)
}

/// `2026-01-31T12:00:00.000Z`, `22:13:20.008708`, `31/01/26`. A number of a telephone may have signs between its digits as well.
fn is_time(text: &[u8]) -> bool {
    let text = text.strip_suffix(b"Z").unwrap_or(text);
    let parts = pieces(text, |byte| byte == b'T');
    let is_date = |part: &Range<usize>| is_date(&text[part.clone()]);
    let is_clock = |part: &Range<usize>| is_clock(&text[part.clone()]);
    match parts.as_slice() {
        [only] => is_date(only) || is_clock(only),
        [date, clock] => is_date(date) && is_clock(clock),
        _ => false,
    }
}

/// Three numbers of two digits, of which one may be a year.
fn is_date(text: &[u8]) -> bool {
    let Some(sign) = text.iter().copied().find(|byte| !byte.is_ascii_digit()) else {
        return false;
    };
    let numbers: Vec<_> = text.split(|byte| *byte == sign).collect();
    let is_year = |number: &[u8]| {
        number.len() == 4 && (number.starts_with(b"19") || number.starts_with(b"20"))
    };
    let is_short = |number: &[u8]| (1..=2).contains(&number.len());
    let is_number = |number: &&[u8]| number.iter().all(u8::is_ascii_digit);
    b"-/".contains(&sign)
        && numbers.iter().all(is_number)
        && match numbers.as_slice() {
            [first, middle, last] => {
                is_short(middle)
                    && (is_short(first) && (is_short(last) || is_year(last))
                        || is_year(first) && is_short(last))
            }
            _ => false,
        }
}

/// Hours, minutes and seconds with their fraction, and perhaps a zone.
fn is_clock(text: &[u8]) -> bool {
    let zone = text.iter().position(|byte| matches!(byte, b'+' | b'-'));
    let (clock, zone) = text.split_at(zone.unwrap_or(text.len()));
    let numbers: Vec<_> = clock.split(|byte| matches!(byte, b':' | b'.')).collect();
    let is_number = |number: &&[u8]| !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    let signs: Vec<u8> = clock
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_digit())
        .collect();
    let zone_digits = zone.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_zone = zone
        .iter()
        .skip(1)
        .all(|byte| byte.is_ascii_digit() || *byte == b':')
        && zone_digits <= 4;
    (3..=4).contains(&numbers.len())
        && signs.starts_with(b"::")
        && numbers.iter().all(is_number)
        && numbers.iter().take(3).all(|number| number.len() <= 2)
        && numbers.get(3).is_none_or(|fraction| fraction.len() <= 9)
        && is_zone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::key::Key;

    fn replaced(text: &str) -> String {
        let mut mask = Mask::new(Key::new(b"secret"), false, false);
        mask.user(&mut b"1001".to_vec());
        let mut bytes = text.as_bytes().to_vec();
        mask.prose(&mut bytes, &(1_700_000_000..1_700_000_100), false);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn words_of_logs_counts_and_times_stay() {
        for text in [
            "[2023-11-14 22:13:20.008] VERBOSE[2370] logger.c: <--- Received SIP request (985 bytes) --->",
            "2023-11-14T22:13:20.008708Z udp",
            "14/11/2023 22:13:20:008 +01:00",
            "time: 1700000004.000001",
            "packet 0x7f3c2c001b80 of rdata0x7f0",
            "\u{feff}2023-11-14 22:13:20.008 udp",
        ] {
            assert_eq!(replaced(text), text);
        }
    }

    #[test]
    fn whatever_else_stands_there_is_replaced() {
        for (text, named) in [
            ("peer liddell is now unreachable", "liddell"),
            ("call from 212-555-0100", "212-555-0100"),
            ("account 4915112345678 failed", "4915112345678"),
            ("extension 1001 is busy", "1001"),
            ("number 1699999999 called", "1699999999"),
            ("lookup of pbx.liddell.example", "pbx"),
            ("UDP:198.51.100.17:5060 sent", "198.51.100.17"),
            ("from udp:[2001:db8::1234]:5060", "1234"),
        ] {
            let other = replaced(text);
            assert!(!other.contains(named), "{other}");
            assert_eq!(other.len(), text.len());
        }
    }
}
