//! Cisco gateways: which way it went, milliseconds, no year, no addresses.

use std::net::SocketAddr;

use crate::traffic::{Read, Sent, UNKNOWN, check_with, of_one_side, one_sided};
use sipscope::source::TextOptions;

fn write(number: usize, sent: &Sent, own: SocketAddr) -> String {
    String::from_utf8(sent.numbered("cisco", number, own)).unwrap()
}

#[test]
fn everything_but_the_addresses_comes_back() {
    const OWN: &str = "ccsip.log";
    let (traffic, own) = of_one_side();
    let text: String = traffic
        .iter()
        .enumerate()
        .map(|(number, sent)| write(number + 1, sent, own))
        .collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000)),
            transport: UNKNOWN,
            spoiled: vec!["line ends"],
            ..one_sided(sent, own, OWN, false)
        })
        .collect();
    let options = TextOptions {
        year: Some(2023),
        ..TextOptions::default()
    };
    check_with(OWN, "cisco", text.as_bytes(), options, &expected);
}
