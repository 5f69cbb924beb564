//! Genesys SIP Server: the peer, the transport and the time of day.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, check, of_one_side, one_sided, read_text};

fn write(sent: &Sent, own: SocketAddr) -> String {
    String::from_utf8(sent.written("genesys", own)).unwrap()
}

#[test]
fn everything_but_the_own_address_and_the_day_comes_back() {
    const OWN: &str = "genesys.log";
    const DAY: i64 = 86_400_000_000_000;
    let (traffic, own) = of_one_side();
    let text: String = traffic.iter().map(|sent| write(sent, own)).collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000) % DAY),
            spoiled: vec!["line ends"],
            ..one_sided(sent, own, OWN, true)
        })
        .collect();
    check(OWN, "genesys", text.as_bytes(), &expected);
}

/// Where nothing tells how long a body is, the next entry ends it.
#[test]
fn what_follows_a_body_without_length_is_none_of_it() {
    let message = "MESSAGE sip:b SIP/2.0\nCall-ID: 1\nContent-Type: text/plain\n\n10:00 is fine\n";
    let text = format!(
        "10:11:12.001: SIPTR: Received [0,UDP] 50 bytes from 192.0.2.1:5060 <<<<<\n{message}\n\
         10:11:12.002: SIPCM: something\n\
         10:11:12.003: Sending  [0,UDP] 50 bytes to 192.0.2.1:5060 >>>>>\n{message}\n"
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    let body = |read: &Read| read.message.split_once("\r\n\r\n").unwrap().1.to_owned();
    let bodies: Vec<String> = read.iter().map(body).collect();
    assert_eq!(bodies.len(), 2);
    for body in bodies {
        assert_eq!(body.trim_end(), "10:00 is fine");
    }
}
