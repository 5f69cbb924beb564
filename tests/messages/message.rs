//! Whether any bytes are read to their end, whether what is read of them hangs together, and whether a message means the same
//! however it is written.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "a test")]

#[path = "message/damage.rs"]
mod damage;
#[path = "message/entries.rs"]
mod entries;
#[path = "message/meaning.rs"]
mod meaning;
#[path = "message/samples.rs"]
mod samples;
#[path = "message/seeds.rs"]
mod seeds;
#[path = "message/suites.rs"]
mod suites;
#[path = "message/walk.rs"]
mod walk;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What messages and their bodies are made of; out of order they reach what random bytes never do.
const PIECES: [&[u8]; 72] = [
    b"\r\n",
    b"\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\r\n ",
    b" ",
    b"\t",
    b"\0",
    b"\x0c",
    b"\xff",
    b"\xc3\xa9",
    b":",
    b";",
    b"=",
    b",",
    b"\"",
    b"\\",
    b"<",
    b">",
    b"@",
    b"?",
    b"&",
    b"%41",
    b"%",
    b"/",
    b"*",
    b"(",
    b")",
    b"[::1]",
    b"[",
    b"-",
    b"0",
    b"4294967296",
    b"70000",
    b"192.0.2.1",
    b"a",
    b"x.example",
    b"INVITE sip:a SIP/2.0\r\n",
    b"SIP/2.0 200 OK\r\n",
    b"SIP/2.0/UDP ",
    b"sip:",
    b"tel:+1",
    b"urn:a:b",
    b"Via: ",
    b"v:",
    b"Call-ID: ",
    b"i:",
    b"CSeq: ",
    b"1 INVITE",
    b"l: 5\r\n",
    b"Contact: ",
    b"Privacy: ",
    b"Authorization: Digest ",
    b"Date: Sat, 13 Nov 2010 23:29:00 GMT",
    b"c: application/sdp\r\n",
    b"c: message/sipfrag\r\n",
    b"c: multipart/mixed;boundary=b\r\n",
    b"c: application/pidf+xml\r\n",
    b"--b\r\n",
    b"--b--",
    b"v=0\r\n",
    b"m=audio 1 RTP/AVP 0 96\r\n",
    b"a=rtpmap:96 ",
    b"a=fmtp:96 ",
    b"a=des:qos ",
    b"c=IN IP4 ",
    b"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='a'>",
    b"<tuple id='a'>",
    b"</tuple>",
    b"&#x41;",
];

fn soup() -> impl Strategy<Value = Vec<u8>> {
    vec(select(&PIECES[..]), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config(4000))]

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..300)) {
        entries::ALL.iter().for_each(|(_, entry)| entry(&bytes));
    }

    #[test]
    fn any_pieces_are_read(bytes in soup()) {
        entries::ALL.iter().for_each(|(_, entry)| entry(&bytes));
    }

    /// Behind what makes it a message, so that more than its first line is read.
    #[test]
    fn any_pieces_behind_a_first_line_are_read(bytes in soup()) {
        entries::message(&[b"INVITE sip:a SIP/2.0\r\n", &bytes[..]].concat());
    }
}
