//! Genesys SIP Server: the peer, the transport and the time of day.

use crate::traffic::{Read, Sent, check, of_one_side, one_sided};

fn write(sent: &Sent, own: bool) -> String {
    let (_, _, _, hour, minute, second, nanos) = sent.clock();
    let (transport, length) = (sent.transport, sent.bytes.len());
    let said = match own {
        true => format!(
            "Sending  [0,{transport}] {length} bytes to {} >>>>>",
            sent.destination
        ),
        false => format!(
            "SIPTR: Received [0,{transport}] {length} bytes from {} <<<<<",
            sent.source
        ),
    };
    let text = sent.text().replace("\r\n", "\n");
    let millis = nanos / 1_000_000;
    format!("{hour:02}:{minute:02}:{second:02}.{millis:03}: {said}\n{text}\n")
}

#[test]
fn everything_but_the_own_address_and_the_day_comes_back() {
    const OWN: &str = "genesys.log";
    const DAY: i64 = 86_400_000_000_000;
    let (traffic, own) = of_one_side();
    let text: String = traffic
        .iter()
        .map(|sent| write(sent, sent.is_from(own)))
        .collect();
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
