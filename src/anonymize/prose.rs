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
        let mut start = 0;
        for at in 0..=text.len() {
            if at == text.len() || ends[at] {
                self.remark(&mut text[start..at.max(start)], seconds, keep);
                start = at + 1;
            }
        }
    }

    fn remark(&mut self, piece: &mut [u8], seconds: &Seconds, keep: bool) {
        if piece.is_empty() || is_time(piece) || is_spoken(piece, seconds) {
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

/// Whether all of it are words of logs or of the protocol, and counts.
fn is_spoken(text: &[u8], seconds: &Seconds) -> bool {
    if is_dotted(text) {
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

/// `2026-01-31T12:00:00.000Z`, `22:13:20.008708`, `31/01/26`: two signs of one kind between digits.
fn is_time(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_digit() || b"-:./TZ+".contains(byte);
    let count = |wanted: u8| text.iter().filter(|byte| **byte == wanted).count();
    let is_short = || {
        pieces(text, |byte| !byte.is_ascii_digit())
            .iter()
            .all(|number| number.len() <= 9)
    };
    text.iter().all(is_of)
        && text.first().is_some_and(u8::is_ascii_digit)
        && (count(b':') >= 2 || count(b'-') == 2 || count(b'/') == 2)
        && count(b'.') <= 1
        && is_short()
        && !has_subscriber(text)
        && memchr::memmem::find(text, b"::").is_none()
}

/// A number that is too long for a part of a time, unless it stands behind the point.
fn has_subscriber(text: &[u8]) -> bool {
    let whole = text.split(|byte| *byte == b'.').next().unwrap_or_default();
    pieces(whole, |byte| !byte.is_ascii_digit())
        .iter()
        .any(|number| number.len() > 4)
}
