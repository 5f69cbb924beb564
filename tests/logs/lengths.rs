//! Where a message ends: its length and what the log says of it agree, or the log knows better. What stands behind a message that
//! is not as long as it says keeps what its entry says; what stands in a body is none of the log.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::traffic::{Read, Sent, read_text};

const BYTE_FORMATS: [&str; 9] = [
    "clearwater",
    "homer-text",
    "linphone",
    "opensips",
    "oracle",
    "pjsua",
    "sipdump",
    "sipp",
    "sngrep",
];

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
    for format in BYTE_FORMATS {
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
                assert!(!wrong.whole && right.whole, "{format} {more}");
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
        let cut = [&blocks[0], &blocks[1][..end], b"\n", &blocks[2]].concat();
        let found = read("sipdump", &cut);
        assert_eq!(found.len(), 3, "cut at {end}");
        assert_eq!(
            (&found[0], &found[2]),
            (&expected[0], &expected[2]),
            "cut at {end}"
        );
    }
}

/// Whoever sends a message may write in it what he likes: also an entry of the log, with addresses of his choice.
#[test]
fn what_stands_in_a_body_is_no_message() {
    let inner = sent(77, "OPTIONS sip:planted@example.org", 0, "");
    for format in BYTE_FORMATS {
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
    for format in BYTE_FORMATS.into_iter().chain(["asterisk", "sofia-dump"]) {
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
    for format in BYTE_FORMATS {
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
