//! What a line of any log says of the message below it: taken only where it can mean one thing.

use super::words::{self, endpoint, transport};
use super::{Moment, Transport, stamp, uptime};
use crate::base::Endpoint;
use crate::source::Who;

/// What such a line says.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) moment: Option<Moment>,
    pub(super) source: Who,
    pub(super) destination: Who,
    pub(super) transport: Option<Transport>,
}

/// A time stands near the beginning of its line.
const FURTHEST: usize = 96;
impl Said {
    /// A longer line is no heading.
    pub(super) const LONGEST: usize = 512;

    pub(super) fn of(line: &[u8]) -> Self {
        if line.len() > Self::LONGEST {
            return Self::default();
        }
        let (source, destination) = ends(line);
        Self {
            moment: moment(line),
            source,
            destination,
            transport: only_transport(line),
        }
    }
}

/// When a line says that something was.
pub(super) fn moment(line: &[u8]) -> Option<Moment> {
    let calendar = of_telephone(line).or_else(|| only_stamp(line));
    let calendar = calendar.or_else(|| uptime::epoch(line));
    calendar.or_else(|| uptime::read(line))
}

/// `Jan 12 16:43:54 192.0.2.7 SIPMESSAGE: +01:00 2022 562 1 .TEL`: the year and the milliseconds stand behind, as telephones of Avaya
/// write. Whether the stamp is in the zone that stands there too depends on the release, so that it tells nothing.
fn of_telephone(line: &[u8]) -> Option<Moment> {
    let (before, behind) = words::split_once(line, b" SIPMESSAGE: ")?;
    let mut behind = behind.split(|byte| *byte == b' ').skip(1);
    let moment = words::last_stamp(before)?;
    let year = words::number(behind.next()?)?;
    let millis: i64 = words::number(behind.next().filter(|millis| millis.len() == 3)?)?;
    Some(Moment {
        year: Some(year),
        nanos: moment.nanos + millis * 1_000_000,
        digits: 3,
        ..moment
    })
    .filter(|_| moment.digits == 0)
}

/// The stamp of a line that has one; or the second, if the first is of one who passed the line on at once and says more of it.
fn only_stamp(line: &[u8]) -> Option<Moment> {
    let (first, place) = stamp::find(line).filter(|(_, place)| place.start < FURTHEST)?;
    let behind = &line[place.end..];
    let Some((second, place)) = stamp::find(behind) else {
        return Some(first);
    };
    let is_last = stamp::find(&behind[place.end..]).is_none();
    (is_last && second.is_near(first)).then(|| second.completed(first))
}

/// Words with the place that they begin at.
fn parts(line: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let between = |byte: &u8| byte.is_ascii_whitespace() || b"()<>,;|=\"'".contains(byte);
    let mut at = 0;
    line.split(between).filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (!word.is_empty()).then_some((start, word))
    })
}

fn only_transport(line: &[u8]) -> Option<Transport> {
    let mut found = parts(line).filter_map(|(_, word)| {
        let end = word.iter().position(|byte| matches!(byte, b':' | b'/'));
        transport(&word[..end.unwrap_or(word.len())])
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// An address with its port, behind the name of a transport or alone.
fn address(word: &[u8]) -> Option<Endpoint> {
    let word = word.strip_suffix(b"-").unwrap_or(word);
    let word = word.strip_suffix(b":").unwrap_or(word);
    let word = word.strip_suffix(b".").unwrap_or(word);
    let inside = word
        .iter()
        .position(|byte| matches!(byte, b':' | b'/'))
        .filter(|end| transport(&word[..*end]).is_some())
        .map_or(word, |end| {
            let rest = &word[end + 1..];
            rest.strip_prefix(b"//").unwrap_or(rest)
        });
    // Brackets around IPv4 are of the logger.
    endpoint(inside)
}

/// What did not happen or is waited for, and what happens to connections and addresses: what such a line names is not between whom
/// a message went.
const OF_ELSE: &[&str] = &[
    "no",
    "waiting",
    "timeout",
    "timed",
    "until",
    "when",
    "retry",
    "retrying",
    "redirected",
    "rewriting",
    "failover",
    "changed",
    "nat",
    "rtp",
    "not",
    "cannot",
    "couldn",
    "unable",
    "fail",
    "failed",
    "fails",
    "failure",
    "closed",
    "closing",
    "established",
    "opened",
    "accepted",
    "refused",
    "lost",
    "disconnected",
];
/// A line that says so in front of an end speaks of a connection, too.
const CONNECTIONS: [&str; 4] = ["connection", "connections", "connected", "connecting"];

/// Whether a line speaks of something else than a message that went from one to the other.
fn is_of_else(line: &[u8]) -> bool {
    let words = line.split(|byte| !byte.is_ascii_alphabetic());
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    let is = |word: &[u8], all: &[&str]| {
        all.iter()
            .any(|one| word.eq_ignore_ascii_case(one.as_bytes()))
    };
    while let Some(word) = words.next() {
        let of_end = words.peek().is_some_and(|next| is(next, &["from", "to"]));
        if is(word, OF_ELSE) || of_end && is(word, &CONNECTIONS) {
            return true;
        }
    }
    false
}

/// Source and destination: by their names; else of two addresses by the arrow or word between them, of one by the word in front.
fn ends(line: &[u8]) -> (Who, Who) {
    let none = (Who::Unknown, Who::Unknown);
    if is_of_else(line) {
        return none;
    }
    let [source, destination] = named_ends(line);
    if source.is_some() || destination.is_some() {
        let who = |end: Option<Endpoint>| end.map_or(Who::Unknown, Who::At);
        return (who(source), who(destination));
    }
    if let Some(ends) = spelled_out(line) {
        return ends;
    }
    let mut found =
        parts(line).filter_map(|(at, word)| Some((at, at + word.len(), address(word)?)));
    let Some((at, end, first)) = found.next() else {
        return none;
    };
    let both_ways = is_of_both_ways(line);
    let speaks_of = |words: &[&str]| has_word(line, words);
    match (found.next(), found.next()) {
        (None, _) if both_ways || speaks_of(ANSWERS) && speaks_of(REQUESTS) => none,
        // The other is the one who wrote it.
        (None, _) => match way_to(&line[..at]).filter(|way| !speaks_of(way.contrary())) {
            Some(Way::From) => (Who::At(first), Who::Own),
            Some(Way::To) => (Who::Own, Who::At(first)),
            None => none,
        },
        (Some((next, _, second)), None) => {
            // A sign may stand right behind the first.
            let between = &line[end - 1..next];
            let has = |sign: &str| memchr::memmem::find(between, sign.as_bytes()).is_some();
            match (
                has("->") || has("=>") || has("\u{2192}"),
                has("<-") || has("<="),
            ) {
                (true, false) => (Who::At(first), Who::At(second)),
                (false, true) => (Who::At(second), Who::At(first)),
                (true, true) => none,
                (false, false) if both_ways => none,
                (false, false) => match only_way(&line[end..next]) {
                    Some(Way::To) => (Who::At(first), Who::At(second)),
                    Some(Way::From) => (Who::At(second), Who::At(first)),
                    None => none,
                },
            }
        }
        _ => none,
    }
}

/// Which way a word in front of an address says that a message went.
#[derive(Clone, Copy)]
enum Way {
    From,
    To,
}

impl Way {
    fn of(word: &[u8]) -> Option<Self> {
        match () {
            () if word.eq_ignore_ascii_case(b"from") => Some(Self::From),
            () if word.eq_ignore_ascii_case(b"to") => Some(Self::To),
            () => None,
        }
    }

    /// Words of what goes the other way: what is sent goes from nobody else.
    fn contrary(self) -> &'static [&'static str] {
        match self {
            Self::From => WAYS[0],
            Self::To => WAYS[1],
        }
    }
}

/// The word right in front of an address, the name of a transport aside. In a remark, which has more words, it tells of something else.
fn way_to(front: &[u8]) -> Option<Way> {
    let opened = memchr::memrchr(b'(', front).filter(|open| !front[*open..].contains(&b')'));
    if let Some(open) = opened {
        return only_way(&front[open + 1..]);
    }
    let front = front.trim_ascii_end();
    let last = last_word(front);
    match transport(&last) {
        Some(_) => Way::of(&last_word(&front[..front.len() - last.len()])),
        None => Way::of(&last),
    }
}

/// The word of a text that has no other, the name of a transport aside.
fn only_way(text: &[u8]) -> Option<Way> {
    let words = text.split(u8::is_ascii_whitespace);
    let mut words = words.filter(|word| !word.is_empty() && transport(word).is_none());
    Way::of(words.next()?).filter(|_| words.next().is_none())
}

/// What is said of a message that is sent, and of one that comes in.
const WAYS: [&[&str]; 2] = [
    &[
        "send",
        "sends",
        "sending",
        "sent",
        "tx",
        "transmitting",
        "transmitted",
        "forwarding",
        "forwarded",
        "relaying",
        "relayed",
    ],
    &[
        "receive",
        "receives",
        "receiving",
        "received",
        "recv",
        "rx",
        "got",
    ],
];

/// What is said of an answer, and of what it answers: a line with both speaks of two messages.
const ANSWERS: &[&str] = &[
    "answer",
    "answering",
    "rejecting",
    "reply",
    "replying",
    "response",
    "responding",
];
const REQUESTS: &[&str] = &["call", "invite", "register", "request"];

/// Whether a line speaks of two messages: one that is sent and another that came in.
fn is_of_both_ways(line: &[u8]) -> bool {
    WAYS.iter().all(|way| has_word(line, way))
}

/// Whether one of these words stands in a line.
fn has_word(line: &[u8], words: &[&str]) -> bool {
    let mut found = line.split(|byte| !byte.is_ascii_alphabetic());
    found.any(|word| {
        let mut words = words.iter();
        words.any(|one| word.eq_ignore_ascii_case(one.as_bytes()))
    })
}

/// `src=192.0.2.1:5060 dst=192.0.2.2:5060`, `"src_ip":"192.0.2.1","src_port":5060`: no end, where it is told in two ways.
fn named_ends(line: &[u8]) -> [Option<Endpoint>; 2] {
    const NAMES: [&[&str]; 2] = [
        &["source", "src", "from"],
        &["destination", "dest", "dst", "to"],
    ];
    NAMES.map(|names| {
        let mut said: [Option<&[u8]>; 2] = [None, None];
        for (name, value) in pairs(line) {
            let rest = names.iter().find_map(|own| name.strip_prefix(*own));
            let place = match rest.map(|rest| rest.trim_start_matches(['_', '-', '.'])) {
                Some("" | "ip" | "addr" | "address") => 0,
                Some("port") => 1,
                _ => continue,
            };
            if said[place].is_some_and(|said| said != value) {
                return None;
            }
            said[place] = Some(value);
        }
        let [host, port] = said;
        let apart = || Some(Endpoint::new(words::address(host?)?, words::number(port?)?));
        address(host?).or_else(apart)
    })
}

/// `from ip = 192.0.2.1 port: 5060`.
fn spelled_out(line: &[u8]) -> Option<(Who, Who)> {
    let (front, behind) = words::split_once(line, b" ip = ")?;
    let (host, port) = words::split_once(behind, b" port: ")?;
    let digits = port.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = Endpoint::new(words::address(host)?, words::number(&port[..digits])?);
    match &last_word(front)[..] {
        b"from" => Some((Who::At(end), Who::Own)),
        b"to" => Some((Who::Own, Who::At(end))),
        _ => None,
    }
}

/// Names, in small letters, and values with `=` or `:` between them.
fn pairs(line: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let signs = memchr::memchr2_iter(b'=', b':', line);
    signs.filter_map(|sign| {
        let of_name = |byte: &&u8| byte.is_ascii_alphabetic() || b"_-.".contains(byte);
        let before = line[..sign].strip_suffix(b"\"").unwrap_or(&line[..sign]);
        let length = before.iter().rev().take_while(of_name).count();
        let name = &before[before.len() - length..];
        let behind = line[sign + 1..].trim_ascii_start();
        let behind = behind.strip_prefix(b"\"").unwrap_or(behind);
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"()<>,;|=\"'}".contains(byte);
        let end = behind.iter().position(ends).unwrap_or(behind.len());
        let name = std::str::from_utf8(name).ok()?.to_ascii_lowercase();
        (!name.is_empty()).then_some((name, &behind[..end]))
    })
}

fn last_word(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii_end();
    let start = text.iter().rposition(|byte| !byte.is_ascii_alphabetic());
    text[start.map_or(0, |before| before + 1)..].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends_of(line: &str) -> [Option<String>; 2] {
        let said = Said::of(line.as_bytes());
        [said.source, said.destination].map(|who| match who {
            Who::At(endpoint) => Some(endpoint.to_string()),
            _ => None,
        })
    }

    /// What is said of an answer is not said of the request that it answers, and what did not come went nowhere.
    #[test]
    fn a_line_that_speaks_of_another_message_tells_no_ends() {
        for line in [
            "Response to request from 192.0.2.1:5060:",
            "sent response for request from 192.0.2.1:5060",
            "reply to request received from 192.0.2.1:5060",
            "Sending response for call from 192.0.2.1:5060:",
            "answering INVITE from 192.0.2.1:5060 with",
            "Answer to INVITE received from 192.0.2.1:5060:",
            "rejecting request from 192.0.2.1:5060:",
            "sent from 192.0.2.1:5060",
            "no response from 192.0.2.1:5060 for:",
            "timeout waiting for response from 192.0.2.1:5060",
            "got 401 from 192.0.2.1:5060, retrying with credentials:",
            "redirected by 302 from 192.0.2.1:5060:",
            "NAT 192.0.2.1:5060 -> 192.0.2.2:5060",
            "rewriting contact 192.0.2.1:5060 -> 192.0.2.2:5060",
            "failover from 192.0.2.1:5060 to 192.0.2.2:5060:",
            "rtp 192.0.2.1:4000 -> 192.0.2.2:4002",
        ] {
            assert_eq!(ends_of(line), [None, None], "{line}");
        }
        let from = |line| ends_of(line) == [Some("192.0.2.1:5060".to_owned()), None];
        assert!(from("received response from 192.0.2.1:5060"));
        assert!(from("request from 192.0.2.1:5060:"));
    }

    #[test]
    fn two_addresses_are_told_apart_by_what_stands_between() {
        let (one, two) = (
            Some("192.0.2.1:5060".to_owned()),
            Some("192.0.2.2:5061".to_owned()),
        );
        for line in [
            "10:11:12.5 192.0.2.1:5060 -> 192.0.2.2:5061",
            "192.0.2.1:5060->192.0.2.2:5061",
            "UDP 192.0.2.1:5060 ---> 192.0.2.2:5061:",
            "packet from udp:192.0.2.1:5060 to udp:192.0.2.2:5061.",
            "sent to 192.0.2.2:5061 from 192.0.2.1:5060",
            "192.0.2.1:5060 -> 192.0.2.2:5061 udp: '",
        ] {
            assert_eq!(ends_of(line), [one.clone(), two.clone()], "{line}");
        }
        assert_eq!(
            ends_of("received from TLS://192.0.2.1:5060"),
            [one.clone(), None]
        );
        assert_eq!(
            ends_of("received from UDP 192.0.2.1:5060"),
            [one.clone(), None]
        );
        assert_eq!(ends_of("message (from 192.0.2.1:5060)"), [one, None]);
        assert_eq!(ends_of("Transmitting to 192.0.2.2:5061 ---"), [None, two]);
    }

    #[test]
    fn ends_have_names() {
        let (one, two) = (
            Some("192.0.2.1:5060".to_owned()),
            Some("192.0.2.2:5061".to_owned()),
        );
        for line in [
            "sip src=192.0.2.1:5060 dst=192.0.2.2:5061",
            "dst=udp:192.0.2.2:5061, src=udp:192.0.2.1:5060",
            "Source: 192.0.2.1:5060; Destination: 192.0.2.2:5061",
            "from=192.0.2.1:5060 to=192.0.2.2:5061",
            "src_ip=192.0.2.1 src_port=5060 dst_ip=192.0.2.2 dst_port=5061",
            r#"{"srcIp":"192.0.2.1","srcPort":5060,"dstIp":"192.0.2.2","dstPort":5061}"#,
        ] {
            assert_eq!(ends_of(line), [one.clone(), two.clone()], "{line}");
        }
        // The other side may be anybody.
        assert_eq!(
            ends_of("src=192.0.2.1:5060 method=BYE"),
            [one.clone(), None]
        );
        // Which of them is meant is not told, nor on which port.
        assert_eq!(
            ends_of("src=192.0.2.1:5060 src=192.0.2.9:5060 dst=192.0.2.2:5061"),
            [None, two]
        );
        assert_eq!(ends_of("src=192.0.2.1 dst=192.0.2.2"), [None, None]);
        assert_eq!(ends_of("from=sip:192.0.2.1:5060"), [None, None]);
    }

    #[test]
    fn what_may_mean_several_things_means_nothing() {
        for line in [
            "192.0.2.1:5060 and 192.0.2.2:5061",
            "192.0.2.1:5060 -> 192.0.2.2:5061 -> 192.0.2.3:5060",
            "192.0.2.1:5060",
            "192.0.2.1:5060 <-> 192.0.2.2:5061",
            "from sip:192.0.2.1:5060",
            "connection from 192.0.2.1:40000 closed",
            "New connection from 192.0.2.1:40000",
            "not sent to 192.0.2.2:5060: would block",
            "Failed to send to 192.0.2.2:5060 after receiving from 192.0.2.1:5060",
            "192.0.2.1:5060 -> 192.0.2.2:5060 could not be sent",
        ] {
            assert_eq!(ends_of(line), [None, None], "{line}");
        }
        assert!(Said::of(b"09:08:07 until 10:08:07").moment.is_none());
        assert!(Said::of(b"09:08:07 UDP").moment.is_some());
        assert_eq!(Said::of(b"UDP or TCP").transport, None);
        assert_eq!(Said::of(b"x (tls) y").transport, Some(Transport::Tls));
    }
}
