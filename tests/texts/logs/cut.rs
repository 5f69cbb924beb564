//! A message that was cut, as by a full disk or a crash, with the next entry right behind it, which begins in the middle of a line:
//! that keeps what it says, and the other is what there is of it. What looks like an entry in the line of a message is none
//! unless a message begins below, which the one around it does not hold.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, formats_but, read_text};

/// A message of theirs is not lines behind an announcement.
const OTHERS: &[(&str, &str)] = &[
    ("follow", "only a number stands in front of a message"),
    ("hep", "no text"),
    ("homer", "an object of JSON"),
    ("ingate", "an entry for each line"),
    ("text", "nothing stands in front of a message"),
    ("tshark", "an object of JSON"),
];

fn own() -> SocketAddr {
    "192.0.2.1:5060".parse().unwrap()
}

fn sent(number: i64, message: String) -> Sent {
    Sent {
        nanos: (1_700_000_000 + number) * 1_000_000_000,
        source: "192.0.2.2:5060".parse().unwrap(),
        destination: own(),
        transport: "UDP",
        bytes: message.into_bytes(),
    }
}

fn message(number: i64, kind: &str, body: &str) -> Sent {
    sent(
        number,
        format!(
            "MESSAGE sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK{number}\r\n\
             Call-ID: {number}\r\nCSeq: {number} MESSAGE\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
}

fn read(format: &str, log: &[u8]) -> Vec<Read> {
    let options = TextOptions {
        format: Some(format.to_owned()),
        year: Some(2023),
        zone: Some(0),
    };
    read_text(log, options)
}

/// The log of these.
fn log(format: &str, all: &[Sent]) -> Vec<u8> {
    let entries = all.iter().flat_map(|sent| sent.written(format, own()));
    entries.collect()
}

/// chan_sip in the full log, where the stamp has a line of its own.
fn write_chan_sip(sent: &Sent) -> Vec<u8> {
    let stamp = format!("[2023-11-14 {}]", sent.time_of_day(3));
    let announcement = "<--- SIP read from UDP:192.0.2.2:5060 --->";
    let (message, row) = (sent.text(), "<------------->");
    format!("{stamp} VERBOSE[12] chan_sip.c: \n{announcement}\n{message}\n{row}\n").into_bytes()
}

/// The first line of the entry of another message, which somebody may quote.
fn mark(format: &str) -> String {
    let other = message(77, "text/plain", "").written(format, own());
    let other = String::from_utf8_lossy(&other).into_owned();
    // No colours: those that are not of the body are taken away.
    let plain = other.replace("\u{1b}[36;1m", "");
    let plain = unescaped(&plain);
    let line = plain.lines().find(|line| !line.is_empty());
    line.unwrap().to_owned()
}

/// A text as somebody would quote it, who sees line ends and no escapes.
fn unescaped(text: &str) -> String {
    text.replace("#015#012", "\r\n").replace("#012", "\r\n")
}

#[test]
fn an_entry_behind_a_cut_anywhere_keeps_what_it_says() {
    for format in formats_but(OTHERS) {
        cut_anywhere(format, |sent| sent.written(format, own()));
    }
}

#[test]
fn the_stamp_of_an_entry_behind_a_cut_is_none_of_the_message() {
    cut_anywhere("asterisk", write_chan_sip);
}

/// On a console every entry of chan_sip begins with an empty line, which ends no header section.
#[test]
fn a_message_of_chan_sip_that_lost_its_rest_is_cut() {
    let write = |number: i64, lines: usize| {
        let text = message(number, "text/plain", "").text();
        let kept: String = text
            .lines()
            .take(lines)
            .map(|line| format!("{line}\n"))
            .collect();
        let row = match lines == text.lines().count() {
            true => "<------------->\n",
            false => "",
        };
        format!("\n<--- SIP read from UDP:192.0.2.2:5060 --->\n{kept}{row}")
    };
    let all = message(2, "text/plain", "").text().lines().count();
    // The last line is the blank one.
    for lines in 1..all - 1 {
        for blank in ["", "\n"] {
            let text = [
                write(1, all),
                write(2, lines),
                blank.to_owned(),
                write(3, all),
            ];
            let found = read("asterisk", text.concat().as_bytes());
            let whole: Vec<_> = found.iter().map(|read| read.whole).collect();
            // Behind the last field nothing tells whether a blank line is its own.
            let is_whole = lines == all - 1 && !blank.is_empty();
            assert_eq!(whole, [true, is_whole, true], "{lines} lines {blank:?}");
        }
    }
}

fn cut_anywhere(format: &str, write: impl Fn(&Sent) -> Vec<u8>) {
    // Shorter than any first line of an entry: no cut body is as long as it says with that.
    let body = "v=0\r\no=- 1\r\ns=-\r\n";
    let all = [1, 2, 3].map(|number| message(number, "application/sdp", body));
    let entries = all.each_ref().map(&write);
    let expected = read(format, &entries.concat());
    assert_eq!(expected.len(), 3, "{format}");
    let place = |word: &[u8]| {
        let mut windows = entries[1].windows(word.len());
        windows.position(|text| text == word).unwrap()
    };
    // From the first header field to the last but one line of the body: in the midst of lines.
    let inside = |at: &usize| {
        let [before, behind] = [entries[1][*at - 1], entries[1][*at]];
        !b"\r\n".contains(&before) && !b"\r\n".contains(&behind)
    };
    for at in (place(b"Via: ") + 1..place(b"s=-")).filter(inside) {
        // Where a number ends is not known if a number follows.
        let ends_with_digit = entries[1][at - 1].is_ascii_digit();
        if ends_with_digit {
            continue;
        }
        let cut = &entries[1][..at];
        let found = read(format, &[&entries[0], cut, &entries[2]].concat());
        let what = || format!("{format} cut at {at}: {found:#?}");
        assert_eq!(found.len(), 3, "{}", what());
        assert_eq!(
            (&found[0], &found[2]),
            (&expected[0], &expected[2]),
            "{}",
            what()
        );
        let (cut, whole) = (&found[1], &expected[1]);
        // Where the time stands behind the message, it is lost.
        let is_timed = format != "audiocodes";
        let nanos = whole.nanos.filter(|_| is_timed);
        assert_eq!((cut.nanos, &cut.from), (nanos, &whole.from), "{}", what());
        assert!(!cut.whole, "{}", what());
        let text = cut.message.trim_end();
        assert!(whole.message.starts_with(text), "{}", what());
    }
}

#[test]
fn what_a_header_field_quotes_parts_no_message() {
    for format in formats_but(OTHERS) {
        let subject = format!("Subject: see {}", mark(format));
        let with = |text: &str| sent(2, text.to_owned());
        let fields =
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2\r\nCall-ID: 2\r\nCSeq: 2 NOTIFY\r\n";
        let start = "NOTIFY sip:b@example.org SIP/2.0\r\n";
        // In front of other fields, and in front of a body that is a message.
        let fragment = "SIP/2.0 200 OK\r\n";
        let kind = "Content-Type: message/sipfrag\r\nContent-Length: 16\r\n";
        let quoting = [
            format!("{start}{subject}\r\n{fields}Content-Length: 0\r\n\r\n"),
            format!("{start}{fields}{kind}{subject}\r\n\r\n{fragment}"),
        ];
        for quoting in quoting {
            let all = [
                message(1, "text/plain", "a\r\n"),
                with(&quoting),
                message(3, "text/plain", "b\r\n"),
            ];
            let found = read(format, &log(format, &all));
            let texts: Vec<_> = found.iter().map(|read| read.message.trim_end()).collect();
            let expected = all.each_ref().map(Sent::text);
            let expected: Vec<_> = expected.iter().map(|text| text.trim_end()).collect();
            assert_eq!(texts, expected, "{format}");
            assert!(found[1].whole, "{format}");
        }
    }
}

/// The log of a log: every line of another entry, the first in the middle of a line.
#[test]
fn what_a_body_quotes_parts_no_message() {
    for format in formats_but(OTHERS) {
        let other = sent(
            77,
            "OPTIONS sip:b@example.org SIP/2.0\r\nCall-ID: 77\r\nCSeq: 7 OPTIONS\r\n\
             Content-Length: 0\r\n\r\n"
                .to_owned(),
        );
        let quoted = String::from_utf8(other.written(format, own())).unwrap();
        let quoted = unescaped(&quoted);
        let lines = quoted.lines().map(|line| format!("{line}\r\n"));
        let quoted: String = lines.collect();
        let body = format!("this is what I saw: {}end\r\n", quoted.trim_start());
        let all = [
            message(1, "text/plain", "a\r\n"),
            message(2, "text/plain", &body),
            message(3, "text/plain", "b\r\n"),
        ];
        let found = read(format, &log(format, &all));
        let numbers: Vec<_> = found
            .iter()
            .map(|read| read.message.contains("Call-ID: 77"))
            .collect();
        assert_eq!(numbers, [false, true, false], "{format}: {found:#?}");
    }
}

/// Escapes that were in the quoted log already are so many bytes each.
#[test]
fn what_a_body_quotes_with_its_escapes_parts_no_message() {
    let quoted = [
        message(77, "text/plain", "a"),
        message(77, "text/plain", "b"),
    ];
    let quoted = String::from_utf8(log("ribbon", &quoted)).unwrap();
    let all = [
        message(1, "text/plain", "a\r\n"),
        message(2, "text/plain", &quoted.replace('\n', "\r\n")),
        message(3, "text/plain", "b\r\n"),
    ];
    let found = read("ribbon", &log("ribbon", &all));
    let quotes = found
        .iter()
        .map(|read| read.message.contains("Call-ID: 77"));
    assert_eq!(
        quotes.collect::<Vec<_>>(),
        [false, true, false],
        "{found:#?}"
    );
    assert!(found[1].spoiled.contains(&"length"));
}

/// A message without Content-Length has no other end than its blank line: the length in the log tells that more came.
#[test]
fn what_the_log_says_of_the_length_tells_a_cut() {
    for (format, is_told) in [("sipp", true), ("asterisk", true), ("opensips", false)] {
        let head = "OPTIONS sip:b@example.org SIP/2.0\r\nCall-ID: 2\r\nCSeq: 2 OPTIONS\r\n";
        let long = sent(2, format!("{head}Subject: what this is all about\r\n\r\n"));
        let text = String::from_utf8(long.written(format, own())).unwrap();
        for (text, whole) in [
            (text.clone(), true),
            (
                text.replacen("Subject: what this is all about\r\n", "", 1),
                !is_told,
            ),
        ] {
            let found = read(format, text.as_bytes());
            assert_eq!(found.len(), 1, "{format}");
            assert_eq!(found[0].whole, whole, "{format} {text}");
        }
    }
}

/// Whoever puts a log on a page may lose blanks and the blank line: nothing else is missing.
#[test]
fn a_copy_that_lost_blanks_is_not_cut() {
    let head = "OPTIONS sip:b@example.org SIP/2.0\r\nCall-ID:  2\r\nCSeq:  2 OPTIONS\r\n";
    let padded = sent(2, format!("{head}Content-Length:  0\r\n\r\n"));
    let text = String::from_utf8(padded.written("asterisk", own())).unwrap();
    let found = read("asterisk", text.trim_end().replace(":  ", ": ").as_bytes());
    let whole: Vec<_> = found.iter().map(|read| read.whole).collect();
    assert_eq!(whole, [true]);
}

/// Every message of sipdump has a mark behind it: without one, it was cut, even behind a blank line.
#[test]
fn a_message_of_sipdump_without_its_mark_is_cut() {
    let head = "OPTIONS sip:b@example.org SIP/2.0\r\nCall-ID: 2\r\n";
    let all = [1, 2].map(|number| sent(number, format!("{head}CSeq: {number} OPTIONS\r\n\r\n")));
    let entries = all.each_ref().map(|sent| sent.written("sipdump", own()));
    let at = entries[0]
        .windows(4)
        .position(|text| text == b"CSeq")
        .unwrap();
    let found = read("sipdump", &[&entries[0][..at], b"\n", &entries[1]].concat());
    let whole: Vec<_> = found.iter().map(|read| read.whole).collect();
    assert_eq!(whole, [false, true]);
}
