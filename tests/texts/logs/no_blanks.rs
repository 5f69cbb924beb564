//! Loggers that leave out empty lines: where a message without a body ends, nothing shows but what follows.

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, analyze_text, formats_but, of_one_side, read_text};

/// What other parts of a program write: not all of it tells from a header field by how it looks.
const OTHERS: [&str; 4] = [
    "transaction 17 destroyed",
    "DEBUG: transaction removed",
    "tm: removed",
    "INFO: <script>: next hop chosen",
];

const FRONTS: [&str; 4] = [
    "",
    "2023-11-14 22:13:20.123 [worker-3] ",
    "Nov 14 22:13:20 host app[12]: ",
    "22:13:20.123 [INFO] sip.c:17 ",
];

/// Something in front of every line of a text, and its empty lines left out.
fn without_blanks(text: &str, front: &str) -> String {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|line| format!("{front}{line}\n")).collect()
}

fn read(text: &str) -> Vec<Read> {
    read_text(text.as_bytes(), TextOptions::default())
}

/// Which messages there are, and between whom.
fn told(read: Vec<Read>) -> Vec<(String, String, String)> {
    let told = read.into_iter();
    let told = told.map(|read| (read.from, read.to, read.message));
    told.collect()
}

#[test]
fn what_others_write_behind_a_head_is_none_of_it() {
    const STREAMS: &str = "what was read of a stream has its own end";
    let (mut traffic, own) = of_one_side();
    // Not all messages of the others are in one piece.
    traffic.retain(|sent| sent.transport == "UDP");
    let formats = formats_but(&[
        ("hep", "it has no lines"),
        ("tcpdump", STREAMS),
        ("tshark", "no logger writes JSON so"),
    ]);
    for format in formats {
        for front in FRONTS {
            let (mut whole, mut text) = (String::new(), String::new());
            for (number, sent) in traffic.iter().enumerate() {
                let entry = String::from_utf8(sent.numbered(format, number + 1, own)).unwrap();
                whole += &entry;
                text += &without_blanks(&entry, front);
                for other in OTHERS.iter().cycle().skip(number).take(1 + number % 3) {
                    text += &without_blanks(other, front);
                }
            }
            let (expected, found) = (read(&whole), read(&text));
            assert!(found.iter().all(|read| read.whole), "{format} {front:?}");
            assert_eq!(told(found), told(expected), "{format} {front:?}");
        }
    }
}

const REQUEST: &str = "OPTIONS sip:b@example.org SIP/2.0\n";
const FIELDS: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.org>;tag=1\n\
                      To: <sip:b@example.org>\nCall-ID: 1\nCSeq: 1 OPTIONS\n";
const EMPTY: &str = "Content-Length: 0\n";
const BEHIND: &str = "received from 192.0.2.7:5060 over UDP\n";

/// The messages of a text without the line ends of the protocol, and how many lines are of none.
fn messages(text: &str) -> (Vec<(String, bool)>, u64) {
    let found = read(text).into_iter();
    let found = found.map(|read| (read.message.replace("\r\n", "\n"), read.whole));
    let intake = analyze_text(text.as_bytes(), TextOptions::default());
    (found.collect(), intake.total().other_total())
}

/// What is garbled in a head is of it, as are fields that nobody knows: an empty line, or a field of SIP, comes behind.
#[test]
fn what_looks_like_an_entry_in_a_head_is_of_it() {
    for odd in [
        "one two three\n",
        "Oddity: x\n",
        "one two three\nOddity: x\n",
    ] {
        let blank = format!("{REQUEST}{FIELDS}{EMPTY}{odd}\n");
        let field = format!("{REQUEST}{FIELDS}{odd}{EMPTY}");
        for (head, end) in [(&blank, ""), (&field, "\n")] {
            let (found, others) = messages(&format!("{head}{BEHIND}{blank}"));
            let whole = [head, end].concat();
            assert_eq!(found, [(whole, true), (blank.clone(), true)], "{head}");
            assert_eq!(others, 1, "{head}");
        }
    }
}

/// Private fields have hyphens in their names.
#[test]
fn a_private_field_behind_the_length_is_of_the_head() {
    let head = format!("{REQUEST}{FIELDS}{EMPTY}P-Hint: outbound\nx-own: 1\n");
    let (found, others) = messages(&format!("{head}{BEHIND}{head}tm: removed\n{BEHIND}"));
    let whole = (format!("{head}\n"), true);
    assert_eq!((found, others), (vec![whole.clone(), whole], 3));
}

/// Nothing shows whether it goes on: what follows is none of it all the same.
#[test]
fn a_head_without_a_length_has_nothing_of_others_and_may_be_cut() {
    let head = format!("{REQUEST}{FIELDS}");
    let (found, others) = messages(&format!("{head}{BEHIND}{head}{BEHIND}"));
    assert_eq!(
        (found, others),
        (vec![(head.clone(), false), (head, false)], 2)
    );
}

/// What is said of the next message stands in front of it, behind a body whose empty line is left out too.
#[test]
fn what_is_said_behind_a_body_is_of_the_next_message() {
    let body = "v=0\ns=-\n";
    let length = body.len() + body.lines().count();
    let with_body =
        format!("{REQUEST}{FIELDS}Content-Type: application/sdp\nContent-Length: {length}\n{body}");
    let text = format!("{with_body}{BEHIND}{REQUEST}{FIELDS}{EMPTY}");
    for front in FRONTS {
        let found = read(&without_blanks(&text, front));
        let from: Vec<_> = found.iter().map(|read| &*read.from).collect();
        assert_eq!(from, ["unknown", "192.0.2.7:5060"], "{front:?}");
        assert!(found[0].message.ends_with("\r\n\r\nv=0\r\ns=-\r\n"));
    }
}
