//! Ribbon: everything but the transport, with escapes for line ends.

use crate::logs::traffic::{Read, Sent, UNKNOWN, check, of_one_side, read_text};
use sipscope::source::TextOptions;

fn announce(sent: &Sent, own: bool) -> String {
    let (year, month, day, hour, minute, second, nanos) = sent.clock();
    let slash = |address: std::net::SocketAddr| format!("{}/{}", address.ip(), address.port());
    let (way, word, peer, here) = match own {
        true => ("sent", "to", sent.destination, sent.source),
        false => ("received", "from", sent.source, sent.destination),
    };
    format!(
        "<147> 1 {year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{:06} usec sbc1 SIPSG {way} msg for \
         CallId:7 {word} IP/port:{}, Local IP/port:{}, SMM:0 RAW PDU:",
        nanos / 1000,
        slash(peer),
        slash(here),
    )
}

#[test]
fn everything_but_the_transport_comes_back() {
    let (traffic, own) = of_one_side();
    let text: Vec<u8> = traffic
        .iter()
        .flat_map(|sent| sent.written("ribbon", own))
        .collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            transport: UNKNOWN,
            spoiled: vec!["white space"],
            ..sent.exact()
        })
        .collect();
    check("ribbon.log", "ribbon", &text, &expected);
}

#[test]
fn messages_with_their_line_ends_are_read_too() {
    let (traffic, own) = of_one_side();
    let text: String = traffic[..3]
        .iter()
        .map(|sent| format!("{}\n{}\n", announce(sent, sent.is_from(own)), sent.text()))
        .collect();
    let read = read_text(text.as_bytes(), TextOptions::default());
    let messages: Vec<_> = read.iter().map(|read| read.message.clone()).collect();
    let expected: Vec<_> = traffic[..3].iter().map(Sent::text).collect();
    assert_eq!(messages, expected);
    assert!(read.iter().all(|read| read.spoiled.is_empty()));
}
