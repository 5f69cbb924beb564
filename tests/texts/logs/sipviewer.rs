//! sip-viewer: both addresses, milliseconds, no transport.

use crate::logs::traffic::{Read, Sent, UNKNOWN, all, check};

fn write(sent: &Sent) -> String {
    String::from_utf8(sent.written("sipviewer", sent.source)).unwrap()
}

#[test]
fn everything_but_the_transport_comes_back() {
    let traffic = all();
    let text: String = traffic.iter().map(write).collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000)),
            transport: UNKNOWN,
            spoiled: vec!["line ends"],
            ..sent.exact()
        })
        .collect();
    check("sipviewer.txt", "sipviewer", text.as_bytes(), &expected);
}
