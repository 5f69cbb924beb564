//! Genesys SIP Server: the peer, the transport and the time of day.

use std::net::SocketAddr;

use crate::traffic::{Read, Sent, check, of_one_side, one_sided};

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
