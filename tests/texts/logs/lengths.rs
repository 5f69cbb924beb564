//! Where a message ends: its length and what the log says of it agree, or the log knows better. What stands behind a message that
//! is not as long as it says keeps what its entry says; what stands in a body is none of the log.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, formats_but, read_text};

/// A message of theirs is not lines behind an announcement.
const OTHERS: &[(&str, &str)] = &[
    ("follow", "only a number stands in front of a message"),
    ("hep", "no text"),
    ("ingate", "an entry for each line"),
    ("ribbon", "a message is one line"),
    ("text", "nothing stands in front of a message"),
    ("tshark", "an object of JSON"),
];

/// Formats that keep messages as text, whose line ends are those of the log.
const TEXT_FORMATS: [&str; 7] = [
    "audiocodes",
    "baresip",
    "cisco",
    "genesys",
    "sipviewer",
    "sofia",
    "tcpdump",
];

/// Those, and the formats that keep every byte.
fn all_formats() -> Vec<&'static str> {
    formats_but(OTHERS)
}

fn byte_formats() -> Vec<&'static str> {
    let mut formats = all_formats();
    formats.retain(|format| !TEXT_FORMATS.contains(format));
    formats
}

/// Those that show every byte as it is: ngrep shows dots for many.
fn formats_of_all_bytes() -> Vec<&'static str> {
    let mut formats = byte_formats();
    formats.retain(|format| *format != "ngrep");
    formats
}

/// Formats that say in front of a message how long it is.
pub(crate) fn told_formats() -> Vec<&'static str> {
    let long = message(1, &"a".repeat(9000));
    let length = long.bytes.len().to_string();
    let tells = |format: &&str| {
        let written = String::from_utf8(long.written(format, own())).unwrap();
        written.contains(&length)
    };
    all_formats().into_iter().filter(tells).collect()
}

fn own() -> SocketAddr {
    "192.0.2.1:5060".parse().unwrap()
}

/// From the peer to the writer of the log.
fn sent(number: i64, start: &str, length: usize, body: &str) -> Sent {
    let message = format!(
        "{start} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK{number}\r\nCall-ID: {number}\r\n\
         CSeq: {number} {}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}",
        start.split(' ').next().unwrap()
    );
    Sent {
        nanos: (1_700_000_000 + number) * 1_000_000_000,
        source: "192.0.2.2:5060".parse().unwrap(),
        destination: own(),
        transport: "UDP",
        bytes: message.into_bytes(),
    }
}

fn message(number: i64, body: &str) -> Sent {
    sent(number, "MESSAGE sip:b@example.org", body.len(), body)
}

fn read(format: &str, log: &[u8]) -> Vec<Read> {
    let options = TextOptions {
        format: Some(format.to_owned()),
        year: Some(2023),
        zone: Some(0),
    };
    read_text(log, options)
}

fn log(format: &str, all: &[Sent]) -> Vec<u8> {
    let written = all.iter().flat_map(|sent| sent.written(format, own()));
    written.collect()
}

#[test]
fn a_length_that_is_too_long_costs_no_other_message() {
    let told = told_formats();
    for format in byte_formats() {
        // Lengths that end in the midst of other messages and behind all of them; of every message.
        for more in [3, 70, 103, 5000, 100_000] {
            let of_all = |more: usize| {
                let all = (1..6)
                    .map(|number| sent(number, "MESSAGE sip:b@example.org", 7 + more, "hello\r\n"));
                read(format, &log(format, &all.collect::<Vec<_>>()))
            };
            let (right, wrong) = (of_all(0), of_all(more));
            assert_eq!(wrong.len(), right.len(), "{format} {more}");
            for (wrong, right) in wrong.iter().zip(&right) {
                assert_eq!(
                    (wrong.nanos, &wrong.from, &wrong.to, wrong.transport),
                    (right.nanos, &right.from, &right.to, right.transport),
                    "{format} {more}"
                );
                // Where the log tells the length too, or marks the end of what it keeps byte by byte, all of it is there.
                let is_told = told.contains(&format) || format == "sipdump";
                assert_eq!(
                    (wrong.whole, right.whole),
                    (is_told, true),
                    "{format} {more}"
                );
            }
        }
    }
}

/// A block tells by itself where it begins.
#[test]
fn a_block_of_sipdump_is_known_behind_a_damaged_mark_and_behind_a_cut() {
    let all: Vec<Sent> = (1..4).map(|number| message(number, "one\r\n")).collect();
    let blocks: Vec<Vec<u8>> = all
        .iter()
        .map(|sent| sent.written("sipdump", own()))
        .collect();
    let expected = read("sipdump", &blocks.concat());
    assert_eq!(expected, all.iter().map(Sent::exact).collect::<Vec<_>>());
    let mark = blocks[1].len() - 21;
    for at in mark..mark + 20 {
        for byte in [b'}', b'\n', b' '] {
            let mut damaged = blocks.clone();
            damaged[1][at] = byte;
            let found = read("sipdump", &damaged.concat());
            assert_eq!(found.len(), 3, "{byte} at {at}");
            assert_eq!(
                (&found[0], &found[2]),
                (&expected[0], &expected[2]),
                "{byte} at {at}"
            );
            assert_eq!(found[1].nanos, expected[1].nanos);
        }
    }
    let start = blocks[1]
        .windows(7)
        .position(|word| word == b"MESSAGE")
        .unwrap();
    for end in start + 40..mark {
        for between in [&b"\n"[..], b""] {
            let cut = [&blocks[0], &blocks[1][..end], between, &blocks[2]].concat();
            let found = read("sipdump", &cut);
            assert_eq!(found.len(), 3, "cut at {end}");
            assert_eq!(
                (&found[0], &found[2]),
                (&expected[0], &expected[2]),
                "cut at {end}"
            );
        }
    }
}

/// Whoever sends a message may write in it what he likes: also an entry of the log, with addresses of his choice.
#[test]
fn what_stands_in_a_body_is_no_message() {
    let inner = sent(77, "OPTIONS sip:planted@example.org", 0, "");
    for format in formats_of_all_bytes() {
        let planted = String::from_utf8(inner.written(format, own())).unwrap();
        let bodies = [
            format!("{}more\r\n", inner.text()),
            format!("x\r\n{}", inner.text()),
            format!("See:\r\n{planted}end\r\n"),
            planted.clone(),
        ];
        for body in bodies {
            let all = [message(1, "a"), message(2, &body), message(3, "b")];
            let found = read(format, &log(format, &all));
            let texts: Vec<_> = found
                .iter()
                .map(|read| (read.message.clone(), read.whole))
                .collect();
            let expected = all.each_ref().map(|sent| (sent.text(), true));
            assert_eq!(texts, expected, "{format}");
        }
    }
}

#[test]
fn lines_and_values_that_look_like_entries_are_of_their_message() {
    let body = "2023-11-14 22:13:20.123 hello\r\n22:13:20.123: x\r\n22:13:20.123   pjsua_core.c  .foo\r\n\
                [2023-11-14 22:13:20] NOTICE[1] x\r\n14-11-2023 22:13:20.123 UTC [7f00] Verbose x\r\n\
                2023-11-14 22:13:20:123 belle-sip-message-x\r\nhello\r\n";
    let values = "X-One: 22:13:20.123 192.0.2.9:5060 -> 192.0.2.8:5060\r\n\
                  X-Two: recv 5 bytes from udp/[192.0.2.9]:5060 at 09:00:00.000000:\r\n\
                  X-Three: <--- SIP read from UDP:192.0.2.9:5060 --->\r\n\
                  X-Four: in udp 2023-11-14 22:13:20 192.0.2.9:5060 -> 192.0.2.8:5060\r\n";
    for format in byte_formats() {
        let mut second = message(2, body);
        let text = second
            .text()
            .replace("Content-Type", &format!("{values}Content-Type"));
        second.bytes = text.into_bytes();
        let all = [message(1, "a\r\n"), second, message(3, "b\r\n")];
        let found = read(format, &log(format, &all));
        let texts: Vec<_> = found
            .iter()
            .map(|read| (read.message.clone(), read.whole))
            .collect();
        assert_eq!(
            texts,
            all.each_ref().map(|sent| (sent.text(), true)),
            "{format}"
        );
    }
}

/// A terminal takes colours out of a message no more than anybody else: they count in its length.
#[test]
fn colours_in_a_body_are_bytes_of_it() {
    for format in formats_of_all_bytes() {
        let all = [
            message(1, "a\r\n"),
            message(2, "a \u{1b}[31mred\u{1b}[0m b\r\nplain\r\n"),
            message(3, "b\r\n"),
        ];
        let found = read(format, &log(format, &all));
        let texts: Vec<_> = found
            .iter()
            .map(|read| (read.message.clone(), read.whole, read.spoiled.len()))
            .collect();
        let expected = all.each_ref().map(|sent| (sent.text(), true, 0));
        assert_eq!(texts, expected, "{format}");
    }
}

/// A log that lost carriage returns does not tell which lines had any, nor does one that is shown in colours which of them were
/// of the message: where a body can end by its length without holding what looks like an entry, and where with it, it holds it.
#[test]
fn what_stands_in_a_body_of_any_line_ends_and_colours_is_no_message() {
    let inner = sent(77, "OPTIONS sip:planted@example.org", 0, "");
    let told = "behind so many line ends an entry with its mark in a body is taken for one, the message around it said to be cut";
    let others = [OTHERS, &[("sofia-dump", told)]].concat();
    for format in formats_but(&others) {
        let planted = String::from_utf8(inner.written(format, own())).unwrap();
        let lf = |text: &str| text.replace("\r\n", "\n");
        let crlf = |text: &str| lf(text).replace('\n', "\r\n");
        let entry = lf(&planted);
        // As many line ends in front as there are bytes behind.
        let padded = "\n".repeat(entry.len()) + &entry;
        let bodies = [
            crlf(&format!("{}more\n", inner.text())),
            crlf(&format!("See:\n{entry}end\n")),
            crlf(&entry),
            lf(&format!("See:\n{entry}end\n")),
            entry.clone(),
            format!("{}{entry}", crlf("a\nb\nc\n")),
            format!("{}{}", "a\nb\nc\n", crlf(&entry)),
            padded.clone(),
            format!("{padded}x"),
            format!("\n\n{padded}"),
            format!("a\r\n{padded}"),
            format!("\u{1b}[31mred\u{1b}[0m\r\n{}", crlf(&entry)),
            format!("\u{1b}[31mred\u{1b}[0m\n{entry}"),
        ];
        for (number, body) in bodies.iter().enumerate() {
            let all = [message(1, "a"), message(2, body), message(3, "b")];
            let found = read(format, &log(format, &all));
            // What is doubtful is said to be.
            let same = |(read, sent): (&Read, &Sent)| {
                let plain = |text: &str| {
                    let shown = text.replace('\r', "").replace('\u{1b}', ".");
                    shown.replace(".\n", "\n").trim_end().to_owned()
                };
                let is_same = read.whole && plain(&read.message) == plain(&sent.text());
                is_same || read.spoiled.contains(&"length")
            };
            let starts = |read: &Read, sent: &Sent| read.message[..80] == sent.text()[..80];
            let begun = found
                .iter()
                .zip(&all)
                .all(|(read, sent)| starts(read, sent));
            // So many lines of its own that it may end in two places: what is behind the first is said to be doubtful too.
            let is_planted = |read: &&Read| read.message.contains("Call-ID: 77");
            let mut planted = found.iter().filter(is_planted);
            let is_told = planted.all(|read| read.spoiled.contains(&"length"));
            if number == 10 && found.len() == 4 && is_told {
                continue;
            }
            assert_eq!(found.len(), 3, "{format} {number}: {found:#?}");
            assert!(begun, "{format} {number}: {found:#?}");
            assert!(
                found.iter().zip(&all).all(same),
                "{format} {number}: {found:#?}"
            );
        }
    }
}

/// Only the length tells that an entry is none: a message that claims those behind it is doubtful itself.
#[test]
fn a_body_that_holds_what_looks_like_an_entry_is_doubtful() {
    let inner = message(77, "x");
    for format in ["cisco", "genesys", "sofia", "sngrep", "sipp"] {
        let planted = String::from_utf8(inner.written(format, own())).unwrap();
        let all = [message(1, "a"), message(2, &planted), message(3, "b")];
        let found = read(format, &log(format, &all));
        let doubtful = found.iter().map(|read| read.spoiled.contains(&"length"));
        assert_eq!(
            doubtful.collect::<Vec<_>>(),
            [false, true, false],
            "{format}"
        );
    }
}

/// With the usual line ends it is as long as it says: it takes none of those behind it, though with some others it could.
#[test]
fn a_body_of_many_lines_takes_no_other_message() {
    let body = "a=candidate:1 1 UDP 2130706431 192.0.2.1 10000 typ host\r\n".repeat(900);
    for format in all_formats() {
        let short = [
            message(1, "a"),
            message(3, "b"),
            message(4, "c"),
            message(5, "d"),
            message(6, "e"),
        ];
        let mut all = short.to_vec();
        all.insert(1, message(2, &body));
        let found = read(format, &log(format, &all));
        assert_eq!(found.len(), 6, "{format}");
        for (read, sent) in found.iter().zip(&all) {
            assert_eq!(
                (&read.message, read.whole),
                (&sent.text(), true),
                "{format}"
            );
        }
    }
}

/// What the log says of the length is true, whatever the message says: also where that ends just where another message does.
#[test]
fn a_length_that_the_log_tells_is_better_than_that_of_the_message() {
    for format in told_formats() {
        let behind = [
            sent(2, "BYE sip:b@example.org", 0, ""),
            sent(3, "OPTIONS sip:b@example.org", 0, ""),
            message(4, "last\r\n"),
        ];
        let first = |length| sent(1, "MESSAGE sip:b@example.org", length, "hello\r\n");
        let right = {
            let all = [&[first(7)], &behind[..]].concat();
            read(format, &log(format, &all))
        };
        let tail = {
            let written = log(format, &[first(7)]);
            let at = written
                .windows(5)
                .position(|word| word == b"hello")
                .unwrap();
            written.len() - at
        };
        for upto in 1..3 {
            let end = tail + log(format, &behind[..upto]).len();
            // A log without carriage returns is longer than it looks.
            let lines = log(format, &behind[..upto]);
            let lines = lines.iter().filter(|byte| **byte == b'\n').count();
            for length in [end - 4, end - 1, end, end + 2, end + lines] {
                let all = [&[first(length)], &behind[..]].concat();
                let found = read(format, &log(format, &all));
                assert_eq!(found.len(), 4, "{format} {length}");
                assert_eq!(found[0].message, all[0].text(), "{format} {length}");
                assert!(found[0].whole, "{format} {length}");
                assert_eq!(found[0].spoiled, right[0].spoiled, "{format} {length}");
                assert_eq!(found[1..], right[1..], "{format} {length}");
            }
        }
    }
}

/// A message that says less than it has ends where the log says, or where its mark stands.
#[test]
fn a_length_that_is_too_short_ends_no_message_that_the_log_knows_better() {
    for format in told_formats().into_iter().chain(["sipdump"]) {
        let behind = [
            sent(2, "BYE sip:b@example.org", 0, ""),
            message(3, "last\r\n"),
        ];
        let read_with = |length| {
            let body = "hello\r\nyou\r\nthere\r\n";
            let first = sent(1, "MESSAGE sip:b@example.org", length, body);
            let all = [std::slice::from_ref(&first), &behind[..]].concat();
            (first.text(), read(format, &log(format, &all)))
        };
        let (_, right) = read_with(19);
        // Without the last line end only who keeps every byte tells it from one of the log.
        let exact = if right[0].spoiled.is_empty() { 17 } else { 7 };
        for length in [0, 3, 7, 12, exact] {
            let (text, found) = read_with(length);
            assert_eq!(found.len(), 3, "{format} {length}");
            assert_eq!(found[0].message, text, "{format} {length}");
            assert!(found[0].whole, "{format} {length}");
            assert_eq!(found[0].spoiled, right[0].spoiled, "{format} {length}");
            assert_eq!(found[1..], right[1..], "{format} {length}");
        }
    }
}

/// Where the log shows less than it says, that is no proof of anything.
#[test]
fn a_length_that_the_log_tells_and_does_not_show_proves_nothing() {
    for format in told_formats() {
        let cut = sent(1, "MESSAGE sip:b@example.org", 500, "hello\r\n");
        let long = sent(
            1,
            "MESSAGE sip:b@example.org",
            500,
            &"hello, you\r\n".repeat(40),
        );
        let told = |sent: &Sent| format!("{} ", sent.bytes.len());
        let digits = |sent: &Sent| sent.bytes.len().to_string();
        assert_eq!(told(&cut).len(), told(&long).len());
        let text = String::from_utf8(log(format, std::slice::from_ref(&cut))).unwrap();
        let text = text.replacen(&digits(&cut), &digits(&long), 1);
        let found = read(format, text.as_bytes());
        assert_eq!(found.len(), 1, "{format}");
        assert!(!found[0].whole, "{format}");
        assert!(found[0].spoiled.contains(&"length"), "{format}");
    }
}

/// The blank line in front of a body may be lost: where Content-Length is the last header field and is just as long as what follows
/// it, that is the body.
#[test]
fn a_lost_blank_line_is_put_back_before_any_body() {
    let bodies = [
        "hello there\r\n",
        "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n",
        "Signal=5\r\nDuration=160\r\n",
        "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n--b--\r\n",
    ];
    for format in all_formats() {
        for body in bodies {
            let all = [message(1, "a\r\n"), message(2, body), message(3, "b\r\n")];
            let mut lost = all.clone();
            lost[1].bytes = all[1].text().replacen("\r\n\r\n", "\r\n", 1).into_bytes();
            let found = read(format, &log(format, &lost));
            let texts: Vec<_> = found
                .iter()
                .map(|read| (read.message.clone(), read.whole))
                .collect();
            let expected = all.each_ref().map(|sent| (sent.text(), true));
            assert_eq!(texts, expected, "{format} {body:?}");
            let spoiled = &found[1].spoiled;
            assert!(spoiled.contains(&"white space"), "{format} {body:?}");
            assert!(!spoiled.contains(&"length"), "{format} {body:?}");
        }
    }
}

/// The same before a body that is a message: only the length tells that it is none of its own.
#[test]
fn a_lost_blank_line_is_put_back_before_a_message_in_the_body() {
    let inner = "SIP/2.0 200 OK\r\nCall-ID: 77\r\nCSeq: 1 INVITE\r\n";
    let bodies = [
        ("message/sipfrag;version=2.0", inner.to_owned()),
        ("message/sipfrag", "SIP/2.0 100 Trying\r\n".to_owned()),
        ("message/sip", format!("{inner}Content-Length: 0\r\n\r\n")),
        ("text/plain", format!("{inner}Content-Length: 0\r\n\r\n")),
        ("application/octet-stream", inner.to_owned()),
        (
            "multipart/mixed;boundary=b",
            format!("--b\r\nContent-Type: message/sip\r\n\r\n{inner}\r\n--b--\r\n"),
        ),
    ];
    for format in all_formats().into_iter().chain(["ingate", "text"]) {
        // Where nothing announces messages, only a body that says that it is one is not taken for the next.
        let is_told = |kind: &str| format != "text" || kind.starts_with("m");
        for (kind, body) in bodies.iter().filter(|(kind, _)| is_told(kind)) {
            let mut all = [message(1, "a\r\n"), message(2, body), message(3, "b\r\n")];
            all[1].bytes = all[1].text().replacen("text/plain", kind, 1).into_bytes();
            let mut lost = all.clone();
            lost[1].bytes = all[1].text().replacen("\r\n\r\n", "\r\n", 1).into_bytes();
            let found = read(format, &log(format, &lost));
            let texts: Vec<_> = found
                .iter()
                .map(|read| (read.message.trim_end(), read.whole))
                .collect();
            let expected = all.each_ref().map(Sent::text);
            let expected: Vec<_> = expected
                .iter()
                .map(|text| (text.trim_end(), true))
                .collect();
            assert_eq!(texts, expected, "{format} {kind}");
            assert!(found[1].spoiled.contains(&"white space"), "{format} {kind}");
        }
        // Its body is not there: what follows is none of it.
        for kind in ["message/sipfrag", "text/plain"] {
            let mut all = [
                message(1, "a\r\n"),
                sent(2, "NOTIFY sip:b@example.org", 20, ""),
                message(3, "b\r\n"),
            ];
            let head = all[1].text().replacen("text/plain", kind, 1);
            all[1].bytes = head.trim_end().as_bytes().to_vec();
            all[1].bytes.extend(b"\r\n");
            if format != "text" {
                let found = read(format, &log(format, &all));
                let last = found.last().map(|last| last.message.clone());
                assert_eq!((found.len(), last), (3, Some(all[2].text())), "{format}");
            }
        }
    }
}

/// A blank line that is there is none of the body, whatever the length would allow.
#[test]
fn a_blank_line_that_is_there_is_not_put_back() {
    for format in all_formats() {
        // With the blank line in front it would be as long as it says.
        let all = [
            sent(1, "MESSAGE sip:b@example.org", 9, "hello\r\n"),
            message(2, "b\r\n"),
        ];
        let found = read(format, &log(format, &all));
        assert_eq!(found.len(), 2, "{format}");
        let head = |text: &str| text.split("\r\n\r\n").next().unwrap().to_owned();
        let behind = found[0].message[head(&all[0].text()).len()..].to_owned();
        assert!(behind.starts_with("\r\n\r\nhello"), "{format} {behind:?}");
    }
}
