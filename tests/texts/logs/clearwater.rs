//! Project Clearwater: every byte with times in UTC, and what goes between sproutlets.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::one_side::MILLISECOND;
use crate::logs::traffic::{Sent, check, of_one_side, read_text};

pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("clearwater", own)
}

#[test]
fn everything_but_the_own_address_comes_back() {
    const NAME: &str = "clearwater_sprout.log";
    let (traffic, own) = of_one_side();
    let mut text =
        b"14-11-2023 22:13:19.000 UTC [7fe2840d8700] Status main.cpp:1: Log level set to 4\n"
            .to_vec();
    text.extend(traffic.iter().flat_map(|sent| write(sent, own)));
    let seen = traffic
        .iter()
        .map(|sent| sent.seen_by(own, NAME, MILLISECOND));
    check(NAME, "clearwater", &text, &seen.collect::<Vec<_>>());
}

#[test]
fn sproutlets_go_by_their_name_and_what_is_written_again_counts_once() {
    let message = "INVITE sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";
    let line = |said: &str| {
        format!(
            "14-11-2023 22:13:20.000 UTC [7f] Verbose x.cpp:1: Routing Request msg INVITE/cseq=1 (tdta0x1) (90 bytes) \
             to {said}:\n--start msg--\n\n{message}\n--end msg--\n"
        )
    };
    let text = line("3rd party AS sip:as.example.org") + &line("downstream sproutlet scscf-proxy");
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    let ends = (
        read[0].from.as_str(),
        read[0].to.as_str(),
        read[0].transport,
    );
    assert_eq!(ends, ("own.log", "scscf-proxy", "unknown"));
    assert_eq!(read[0].message, message);
}

/// Releases before 2015 write neither zone nor thread.
#[test]
fn the_older_form() {
    let text = "03-03-2014 18:03:36.029 Verbose stack.cpp:237: TX 70 bytes Response msg 200/REGISTER/cseq=1 (tdta0x1) to \
                TCP 192.0.2.1:44716:\n--start msg--\n\nSIP/2.0 200 OK\nCall-ID: 1\nContent-Length:  0\n\n\n--end msg--\n";
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(
        read[0].message,
        "SIP/2.0 200 OK\r\nCall-ID: 1\r\nContent-Length:  0\r\n\r\n"
    );
    assert_eq!(
        (read[0].to.as_str(), read[0].transport),
        ("192.0.2.1:44716", "TCP")
    );
    assert_eq!(read[0].nanos, Some(1_393_869_816_029_000_000));
}
