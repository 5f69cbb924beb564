//! Bodies that hold what a format puts behind a message: its length tells them apart. Where the log lacks the end of a body, the
//! mark is one.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::lengths::told_formats;
use crate::logs::traffic::{Sent, read_text};

type Write = fn(&Sent, SocketAddr) -> Vec<u8>;

/// Formats, how they are written, and what stands behind each message.
const MARKS: [(&str, Write, &str); 7] = [
    (
        "asterisk",
        crate::logs::asterisk::write_console,
        "<------------->",
    ),
    ("clearwater", crate::logs::clearwater::write, "--end msg--"),
    ("oracle", oracle, "----------------------------------------"),
    ("pjsua", crate::logs::pjsua::write, "--end msg--"),
    ("sipdump", sipdump, "||||||||||||||||||||"),
    ("sipviewer", sipviewer, "--------------------"),
    ("sofia-dump", crate::logs::sofia::write_dump, "\u{b}"),
];

fn oracle(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("oracle", own)
}

fn sipdump(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("sipdump", own)
}

fn sipviewer(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("sipviewer", own)
}

fn own() -> SocketAddr {
    "192.0.2.1:5060".parse().unwrap()
}

fn sent(number: i64, length: usize, body: &str) -> Sent {
    let message = format!(
        "MESSAGE sip:b SIP/2.0\r\nCall-ID: {number}\r\nContent-Type: text/plain\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    Sent {
        nanos: (1_700_000_000 + number) * 1_000_000_000,
        source: "192.0.2.2:5060".parse().unwrap(),
        destination: own(),
        transport: "UDP",
        bytes: message.into_bytes(),
    }
}

/// What is read of these one behind the other, without the carriage returns that a format may have lost.
fn messages(format: &str, log: &[u8]) -> Vec<(String, bool)> {
    let options = TextOptions {
        format: Some(format.to_owned()),
        ..TextOptions::default()
    };
    let read = read_text(log, options);
    let plain = |text: String| text.replace('\r', "").trim_end().to_owned();
    read.into_iter()
        .map(|read| (plain(read.message), read.whole))
        .collect()
}

fn plain(sent: &Sent) -> String {
    sent.text().replace('\r', "").trim_end().to_owned()
}

#[test]
fn a_mark_in_a_body_is_part_of_it() {
    for (format, write, mark) in MARKS {
        // Bars close a message wherever they end a line.
        let between = if mark.starts_with('|') { mark } else { "" };
        let body = format!("one\r\n{mark}\r\n\r\ntwo {between}\r\n{mark}\r\nthree\r\n");
        let both = [sent(1, body.len(), &body), sent(2, 0, "")];
        let log: Vec<u8> = both.iter().flat_map(|sent| write(sent, own())).collect();
        let expected = both.each_ref().map(|sent| (plain(sent), true));
        assert_eq!(messages(format, &log), expected, "{format}");
    }
}

/// No row stands behind a message of chan_pjsip.
#[test]
fn an_entry_of_chan_sip_in_a_body_of_chan_pjsip_is_part_of_it() {
    let quoted = "<--- SIP read from UDP:192.0.2.2:5060 --->\nSIP/2.0 100 Trying\nCall-ID: 9\n\
                  CSeq: 1 INVITE\nContent-Length: 0\n\n<------------->\n";
    for quoted in [quoted.to_owned(), quoted.replace('\n', "\r\n")] {
        let body = format!("Seen:\r\n{quoted}");
        let both = [sent(1, body.len(), &body), sent(2, 0, "")];
        let entries = both.iter().flat_map(|sent| sent.written("asterisk", own()));
        let log: Vec<u8> = entries.collect();
        let expected = both.each_ref().map(|sent| (plain(sent), true));
        assert_eq!(messages("asterisk", &log), expected);
    }
}

#[test]
fn a_mark_behind_a_body_that_was_cut_ends_it() {
    let told = told_formats();
    for (format, write, mark) in MARKS {
        // The second mark comes before, at and behind the length that the first message tells.
        for between in [
            "",
            "x",
            "something else that the program had to say\nagain\n",
        ] {
            for length in [30, 60, 90, 5000] {
                let both = [sent(1, length, "one\r\ntwo\r\n"), sent(2, 0, "")];
                let [first, second] = both.each_ref().map(|sent| write(sent, own()));
                let log = [&first[..], between.as_bytes(), b"\n", &second].concat();
                // Where the log tells the length, all of it is there; the console of chan_sip does not. Sipdump keeps every byte.
                let is_told = told.contains(&format) && format != "asterisk";
                let is_told = is_told || format == "sipdump";
                let expected = [(plain(&both[0]), is_told), (plain(&both[1]), true)];
                let found = messages(format, &log);
                assert_eq!(found, expected, "{format} {mark} {length} {between:?}");
            }
        }
    }
}
