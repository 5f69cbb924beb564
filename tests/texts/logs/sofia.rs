//! sofia-sip: the console of FreeSWITCH with lost line ends, the dump with every byte in the pieces in which it was read.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::one_side::{DAY, SECOND};
use crate::logs::traffic::{Read, Sent, check, of_one_side, read_text};

const MICROSECOND: i64 = 1000;

/// On the console of FreeSWITCH.
pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("sofia", own)
}

/// In a dump, cut as it was read.
pub(crate) fn write_dump(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("sofia-dump", own)
}

#[test]
fn the_console_gives_everything_but_the_line_ends() {
    const NAME: &str = "freeswitch_siptrace.log";
    let (traffic, own) = of_one_side();
    let mut text: Vec<u8> = traffic.iter().flat_map(|sent| write(sent, own)).collect();
    text.extend_from_slice(
        b"2023-11-14 22:13:40.000000 [DEBUG] sofia.c:7493 Channel sofia/internal/1000 hung up\n",
    );
    let seen = traffic.iter().map(|sent| Read {
        spoiled: vec!["line ends", "white space"],
        ..sent.seen_by(own, NAME, MICROSECOND).without_date()
    });
    check(NAME, "sofia", &text, &seen.collect::<Vec<_>>());
}

/// The file of FreeSWITCH may have the identifier of a call in front of every line.
#[test]
fn identifiers_may_stand_in_front_of_every_line() {
    let (traffic, own) = of_one_side();
    let mut number = 0;
    let text = traffic.iter().flat_map(|sent| {
        number += 1;
        let entry = String::from_utf8(write(sent, own)).unwrap();
        let identifier = format!("5f7a1c2e-0000-4000-8000-{:012x}", number % 3);
        let lines = entry
            .lines()
            .map(|line| format!("{identifier} {line}").trim_end().to_owned() + "\n");
        lines.collect::<String>().into_bytes()
    });
    let text: Vec<u8> = text.collect();
    let seen = traffic.iter().map(|sent| Read {
        spoiled: vec!["line ends", "white space"],
        ..sent.seen_by(own, "own.log", MICROSECOND).without_date()
    });
    let seen: Vec<_> = seen.collect();
    assert_eq!(read_text(&text, TextOptions::default()), seen);
}

#[test]
fn the_dump_gives_every_byte() {
    const NAME: &str = "sofia_tport.dump";
    let (traffic, own) = of_one_side();
    let mut text = b"dump started at Tue Nov 14 22:13:19 2023\n\n\n".to_vec();
    text.extend(traffic.iter().flat_map(|sent| write_dump(sent, own)));
    let seen = traffic.iter().map(|sent| {
        let in_parts = sent.transport == "TCP" && sent.bytes.len() > 400;
        Read {
            spoiled: if in_parts {
                vec!["put together"]
            } else {
                vec![]
            },
            ..sent.seen_by(own, NAME, MICROSECOND).without_date()
        }
    });
    check(NAME, "sofia-dump", &text, &seen.collect::<Vec<_>>());
}

fn message(call: u32) -> String {
    format!("OPTIONS sip:b@example.org SIP/2.0\r\nCall-ID: {call}\r\nContent-Length: 0\r\n\r\n")
}

fn frame(peer: u8, second: u32, bytes: &str) -> String {
    let length = bytes.len();
    format!(
        "recv {length} bytes from tcp/[192.0.2.{peer}]:5060 at 10:00:{second:02}.000000:\n{bytes}\x0b\n"
    )
}

fn read(text: &str) -> Vec<Read> {
    read_text(text.as_bytes(), TextOptions::default())
}

/// Message, second, sender, whether it came in parts.
fn told(read: Vec<Read>) -> Vec<(String, i64, String, bool)> {
    let told = read.into_iter().map(|read| {
        let second = read.nanos.unwrap() % DAY / SECOND % 60;
        assert!(read.whole);
        (read.message, second, read.from, !read.spoiled.is_empty())
    });
    told.collect()
}

#[test]
fn reads_of_several_peers_are_put_together_on_their_own() {
    let (first, second, third) = (message(1), message(2), message(3));
    let stream = format!("{first}{second}");
    let cuts = [0, 5, first.len() + 12, stream.len()];
    let part = |number: usize| &stream[cuts[number]..cuts[number + 1]];
    let text = [
        frame(1, 1, part(0)),
        frame(2, 2, &third[..40]),
        frame(1, 3, part(1)),
        frame(2, 4, &third[40..]),
        frame(1, 5, part(2)),
    ];
    let at = |peer: u8| format!("192.0.2.{peer}:5060");
    let expected = [
        (first, 1, at(1), true),
        (third, 2, at(2), true),
        (second, 3, at(1), true),
    ];
    assert_eq!(told(read(&text.concat())), expected);
}

#[test]
fn several_messages_in_a_read_have_its_time() {
    let text = frame(1, 7, &(message(1) + &message(2)));
    let at = || "192.0.2.1:5060".to_owned();
    let expected = [(message(1), 7, at(), false), (message(2), 7, at(), false)];
    assert_eq!(told(read(&text)), expected);
}

#[test]
fn what_never_comes_is_missing() {
    let text = frame(1, 1, &message(1)) + &frame(1, 2, &message(2)[..50]);
    let again = text.clone() + &frame(1, 3, &message(3));
    for (text, expected) in [(text, &[true, false][..]), (again, &[true, false, true])] {
        let read = read(&text);
        let whole: Vec<_> = read.iter().map(|read| read.whole).collect();
        assert_eq!(whole, expected);
        assert_eq!(read[1].message, message(2)[..50]);
    }
}

#[test]
fn messages_that_the_log_cut_are_not_whole() {
    let body = "m=audio 1 RTP/AVP 0\n".repeat(4);
    let text = format!(
        "recv 16100 bytes from udp/[2001:db8::1]:5060 at 10:00:00.000000:\n   {}\n   INVITE sip:b SIP/2.0\n   \
         Call-ID: 1\n   Content-Type: application/sdp\n   Content-Length: 15900\n   \n   v=0\n   {}",
        "-".repeat(72),
        body.replace('\n', "\n   ").trim_end()
    );
    let read = read(&text);
    assert_eq!(read.len(), 1);
    assert_eq!(
        (read[0].from.as_str(), read[0].whole),
        ("[2001:db8::1]:5060", false)
    );
    assert_eq!(read[0].spoiled, ["line ends", "length", "white space"]);
}

#[test]
fn older_shapes() {
    let row = "-".repeat(72);
    let message = message(1).replace("\r\n", "\n");
    let lines = message.lines().map(|line| format!("1f2e-uuid    {line}\n"));
    let lines: String = lines.collect();
    let texts = [
        // No port, no fraction, a row behind.
        format!("{row}\nrecv 90 bytes from udp/[192.0.2.1] at 10:00:03:\n{row}\n{message}{row}\n"),
        // A file log has the UUID of the call before each line.
        format!(
            "1f2e-uuid recv 90 bytes from udp/[192.0.2.1]:5060 at 10:00:03.000000:\n1f2e-uuid    {row}\n{lines}"
        ),
        format!(
            "\x1b[m\x1b[35mrecv 90 bytes from udp/[192.0.2.1]:5060 at 10:00:03.000000:\n   {row}\n{message}"
        ),
    ];
    for text in texts {
        let read = read(&text);
        assert_eq!(read.len(), 1, "{text}");
        assert_eq!(read[0].message, super::sofia::message(1), "{text}");
        assert_eq!(read[0].nanos, Some(10 * 3600 * SECOND + 3 * SECOND));
        assert_eq!(read[0].from, "192.0.2.1:5060");
    }
}

/// Neither when the dump began nor what was said of the message in front is said of one whose announcement was lost.
#[test]
fn a_message_whose_announcement_was_lost_has_no_time_and_takes_none_from_others() {
    let started = "dump started at Thu Jan  1 13:00:00 2026\n\n\n";
    let others = "Thu Jan  1 13:00:00 2026 the stack begins\n\n";
    let nanos = |text: &str| -> Vec<Option<i64>> {
        let read = read(text).into_iter();
        read.map(|read| read.nanos).collect()
    };
    let at = |second: i64| Some((36_000 + second) * SECOND);
    let orphan = message(2) + "\x0b\n";
    let (first, last) = (frame(1, 1, &message(1)), frame(1, 3, &message(3)));
    for begin in [started, others] {
        let text = [begin, &first, &orphan, &last].concat();
        assert_eq!(nanos(&text), [at(1), None, at(3)], "{begin}");
    }
    assert_eq!(nanos(&[started, &orphan, &last].concat()), [None, at(3)]);
}
