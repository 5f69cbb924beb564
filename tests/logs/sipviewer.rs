//! sip-viewer: both addresses, milliseconds, no transport.

use crate::traffic::{Read, Sent, UNKNOWN, all, check};

fn write(sent: &Sent) -> String {
    let (year, month, day, hour, minute, second, nanos) = sent.clock();
    format!(
        "[{year}/{month:02}/{day:02} {hour:02}:{minute:02}:{second:02}.{:03}] IN {} --> {}\n\n{}\n\n\
         -----------------------\n",
        nanos / 1_000_000,
        sent.source,
        sent.destination,
        sent.text().trim_end(),
    )
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
