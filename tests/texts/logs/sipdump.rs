//! Kamailio sipdump: knows everything, and keeps every byte.

use crate::logs::traffic::{Read, Sent, all, check};

fn write(sent: &Sent) -> Vec<u8> {
    sent.written("sipdump", sent.source)
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let text: Vec<u8> = traffic.iter().flat_map(write).collect();
    let expected: Vec<Read> = traffic.iter().map(Sent::exact).collect();
    check("sipdump.data", "sipdump", &text, &expected);
}
