//! Oracle session border controllers: own and peer address, milliseconds, no year, no transport.

use std::net::SocketAddr;

use crate::logs::traffic::{Read, Sent, UNKNOWN, check_with, of_one_side};
use sipscope::source::TextOptions;

fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("oracle", own)
}

#[test]
fn everything_but_the_transport_comes_back() {
    let (traffic, own) = of_one_side();
    // Another protocol of the box, and its row.
    let mut text =
        b"Nov 14 22:13:19.000 On 127.0.0.1:2945 sent to 127.0.0.1:2944\n  Transaction = 1\n\
                     ----------------------------------------\n"
            .to_vec();
    for sent in &traffic {
        text.extend(write(sent, own));
    }
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000)),
            transport: UNKNOWN,
            ..sent.exact()
        })
        .collect();
    let options = TextOptions {
        year: Some(2023),
        ..TextOptions::default()
    };
    check_with("sipmsg.log", "oracle", &text, options, &expected);
}
