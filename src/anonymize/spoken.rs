//! What may be said around the messages of a log without telling of anybody: words that logs are written in, and numbers of which the
//! words beside them say what they count. A number that nothing is said of may be one of somebody.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::mask::is_of_word;
use super::neutral::pieces;
use super::vocabulary;

/// Words of the formats of logs that are read, in small letters. None of them is a name that people have.
const WORDS: &str = "
a add addr address after and announced another are as ascii at authorization b be before begin begins begun binary body by byte bytes c cc
came capture captureid ccsip ccsipdisplaymsg channel cli close closed closing common connected connecting connection connections contains
content continues control core could count cseq cpp created cut data date days debug dest destination digit digits direction disconnected
display doc downstream dport dst dstip dstport dump dumping ek empty end eq endpoint ends epoch error eth ethernet est established event
extended f fail failed fails failure family field fields filter flags follow for found frame from front frames gid goes has hdr header
headers headless here hex host hours http icmp if in inclusive incoming index info initial interface ip ipfamily ipsec is it item its json
k l last layer layers left len length let level line lines list local localhost log logger logging longer longest lost m main match
matches memory message messages method mod module modified month ms msec msg mtype n name netlogger network new next no node none not note
noted notice nothing number object objects of offset on once one open opened option options or ot other out outgoing outbound inbound own
p packet packets parse parsed part party parts pass payload payloadtype pdt pdu peer pid pjsip pkt port position prack previous print
process processing proto protocol protocolfamily push queue r ran rate raw rc rcv rdata tdata read ready reason received receiving recv
refused registered reliably remote request requests resend response responses rest result retransmitting retransmission return right route
rport rtt rx s score script send sending sent seq server session set sg shown sid siptr sip sipfw sipif sipinterface sipmessage sipmsg
sips sipsg size smm socket socketid some source split sport sproutlet src srcip srcport ssl start started starts state static status still
stop str stream string success summary t tag take tcp tel telling text then than the this thread tick time timed timeout timer timeseconds
timestamp timestamps timeuseconds timems tls to token total tp tport trace transaction transmitting transport tree ts tsx tx type u udp
uid unable unexpected until up upstream uptime urn us usec user using usrloc v value verbose version via wan lan was warn warning
websocket while whole with without ws wss xml year yes z zone bye loop lvl fw sbc callid pjsua res sofia nua nta ua uac uas chan rtp sdp
srv dns ext int transmit transmitted re-sending answered really reading scheduling destruction destroying dialog reliable nat unreliable
gmt utc cest cet bst edt cdt mdt cst mst pst msk jst kst ist hkt sgt aest acst awst aedt am pm h i d e w x belle-sip-message-channel
times octet octets secs msecs usecs ns minute minutes second seconds hour hz lines
";
/// Of the words of protocols these are also names.
const NAMES: [&[u8]; 7] = [b"jan", b"may", b"mark", b"mo", b"sun", b"art", b"page"];
/// What is counted by the number behind it.
const COUNTED: &str = "
port sport dport srcport dstport rport lport localport remoteport sourceport destinationport len length size pid process tid thread frame
captureid protocol protocolfamily payloadtype timeseconds timeuseconds usec cseq stream ttl hops status duration expires proto_type
";
/// What is counted by the number in front of it.
const UNITS: &str = "
byte bytes octet octets ms msec msecs us usec usecs ns s sec secs second seconds minute minutes hour hours message messages packet packets
times digits lines hz
";
/// The same without a blank between them.
const SHORT_UNITS: &str = "ms us ns s sec m h kb mb";
/// Behind these the number of a thread or process stands in brackets.
const LEVELS: &str = "verbose notice debug warning warn error info dtmf security fax trace";

type Words = HashSet<&'static [u8], RandomState>;

fn words(list: &'static str) -> Words {
    list.split_whitespace().map(str::as_bytes).collect()
}

static KNOWN: LazyLock<Words> = LazyLock::new(|| words(WORDS));

/// A longer number counts nothing, whatever is said of it.
const LONGEST_COUNT: usize = 6;
const LONGEST_FRACTION: usize = 9;

/// Whether all of it are words of logs or of a protocol. A digit alone tells nobody apart; longer numbers are no words.
pub(super) fn has(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let has_word = |word: &[u8]| {
        let is_name = NAMES.contains(&word);
        let is_number = word.iter().all(u8::is_ascii_digit);
        match is_number {
            true => word.len() == 1,
            false => !is_name && (KNOWN.contains(word) || vocabulary::has(word)),
        }
    };
    KNOWN.contains(lower.as_slice())
        || pieces(&lower, |byte| !is_of_word(byte))
            .into_iter()
            .all(|word| has_word(&lower[word]))
}

/// Whether a number counts something, by what stands before and behind it; perhaps with a fraction or a unit.
pub(super) fn is_count(number: &[u8], before: &[u8], behind: &[u8]) -> bool {
    let is_of = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = number.iter().take_while(is_of).count();
    let (digits, unit) = number.split_at(length);
    let mut parts = digits.split(|byte| *byte == b'.').map(<[u8]>::len);
    let (whole, fraction) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    let fits = (1..=LONGEST_COUNT).contains(&whole) && fraction <= LONGEST_FRACTION;
    if !fits || parts.next().is_some() {
        return false;
    }
    if !unit.is_empty() {
        return is_in(SHORT_UNITS, unit);
    }
    is_measured(before, behind)
        || is_entry(before, behind)
        || is_named(before)
        || is_thread(before, behind)
        || is_line(before)
        || is_priority(number, before, behind)
}

/// `985 bytes`. Of a row of numbers nobody knows what the last one is.
fn is_measured(before: &[u8], behind: &[u8]) -> bool {
    let (signs, rest) = gap(behind);
    let rest = rest.strip_prefix(b"new ").unwrap_or(rest);
    let word = rest.iter().take_while(|byte| is_of_word(**byte)).count();
    let is_unit = (1..=2).contains(&signs) && is_in(UNITS, &rest[..word]);
    let signs = before
        .iter()
        .rev()
        .take_while(|byte| b" -./()+".contains(byte));
    let other = &before[..before.len() - signs.count()];
    is_unit && !other.last().is_some_and(u8::is_ascii_digit) && !before.ends_with(b"+")
}

/// `"srcPort": 5060`, `length=985`.
fn is_named(before: &[u8]) -> bool {
    let is_sign = |byte: &&u8| b"\"':=#([ \t".contains(byte);
    let signs = before.iter().rev().take(MOST_SIGNS).take_while(is_sign);
    let before = &before[..before.len() - signs.count()];
    is_in(COUNTED, last_word(before))
}

/// `VERBOSE[2370]`.
fn is_thread(before: &[u8], behind: &[u8]) -> bool {
    let before = before.strip_suffix(b"[");
    behind.starts_with(b"]") && before.is_some_and(|before| is_in(LEVELS, last_word(before)))
}

/// `[S=77]`, which counts the entries of a log.
fn is_entry(before: &[u8], behind: &[u8]) -> bool {
    before.ends_with(b"[S=") && behind.starts_with(b"]")
}

/// `logger.c:77`, `pbx.example:5060`.
fn is_line(before: &[u8]) -> bool {
    let Some(before) = before.strip_suffix(b":") else {
        return false;
    };
    let is_of = |byte: &&u8| is_of_word(**byte) || matches!(**byte, b'-' | b'_' | b'.');
    let length = before.iter().rev().take_while(is_of).count();
    let name = &before[before.len() - length..];
    let is_name = name.iter().any(u8::is_ascii_alphabetic);
    is_name && name.contains(&b'.') && name.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// `<30>` at the beginning of a line (RFC 5424 6.2.1).
fn is_priority(number: &[u8], before: &[u8], behind: &[u8]) -> bool {
    const MOST: u8 = 191;
    let number = std::str::from_utf8(number).ok();
    let value = number.and_then(|number| number.parse::<u8>().ok());
    before == b"<" && behind.starts_with(b">") && value.is_some_and(|value| value <= MOST)
}

const MOST_SIGNS: usize = 5;

/// How many signs stand in front of the next word, and the rest.
fn gap(text: &[u8]) -> (usize, &[u8]) {
    let signs = text
        .iter()
        .take(MOST_SIGNS)
        .take_while(|byte| b"] )\t".contains(byte));
    let signs = signs.count();
    (signs, &text[signs..])
}

fn last_word(text: &[u8]) -> &[u8] {
    let length = text.iter().rev().take_while(|byte| is_of_word(**byte));
    &text[text.len() - length.count()..]
}

fn is_in(list: &str, word: &[u8]) -> bool {
    let mut words = list.split_whitespace();
    words.any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

/// `rdata0x7f3c`, `0x7f3c`: where something was in memory, or an address in hexadecimal digits. How long what stands in front of the
/// digits is.
pub(super) fn pointer(word: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(word, b"0x")?;
    let before = word[..at].to_ascii_lowercase();
    let (is_known, digits) = (
        before.is_empty() || KNOWN.contains(before.as_slice()),
        &word[at + 2..],
    );
    (is_known && !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)).then_some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_logs_are_known_and_names_and_numbers_are_none() {
        for text in [
            "received",
            "chan_sip.c",
            "SIP",
            "belle-sip-message-channel",
            "2.0",
            "7",
        ] {
            assert!(has(text.as_bytes()), "{text}");
        }
        for text in [
            "liddell", "mark", "May", "1001", "199", "sip1001", "pbx.acme", "0x", "12.5",
        ] {
            assert!(!has(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_number_counts_by_what_is_said_of_it() {
        for (before, number, behind) in [
            ("request (", "985", " bytes) from"),
            ("received [", "985", "] new bytes"),
            ("after ", "0.000001000", " seconds"),
            ("after ", "20ms", ""),
            ("VERBOSE[", "2370", "] logger.c"),
            ("logger.c:", "1104", " New"),
            ("a.example:", "5060", ""),
            ("<", "30", ">Nov"),
            ("[S=", "98", "]"),
            ("\"dstPort\":\"", "5060", "\""),
            ("src_port=", "5060", ";"),
        ] {
            assert!(
                is_count(number.as_bytes(), before.as_bytes(), behind.as_bytes()),
                "{before}{number}"
            );
        }
        for (before, number, behind) in [
            ("user ", "4712", " busy"),
            ("+1 212 555 ", "0100", " bytes"),
            ("555-", "0100", " ms"),
            ("port ", "5551234", ""),
            ("peer[", "4712", "]"),
            ("peer:", "4712", ""),
            ("<", "911", ">"),
            ("to <", "30", ">"),
            ("", "4712x", ""),
            ("", "10.1.2", " ms"),
            ("<", "1.000000000", ">"),
        ] {
            assert!(
                !is_count(number.as_bytes(), before.as_bytes(), behind.as_bytes()),
                "{before}{number}"
            );
        }
    }

    #[test]
    fn pointers_are_digits_behind_a_word_of_logs() {
        for (word, front) in [
            ("0x7f3c", Some(2)),
            ("rdata0x7F0", Some(7)),
            ("liddell0x7f", None),
            ("0x", None),
            ("0xliddell", None),
        ] {
            assert_eq!(pointer(word.as_bytes()), front, "{word}");
        }
    }
}
