//! Cisco gateways: which way it went, milliseconds, no year, no addresses.

use crate::traffic::{Read, Sent, UNKNOWN, check_with, month, of_one_side, one_sided};
use sipscope::source::TextOptions;

fn write(number: usize, sent: &Sent, own: bool) -> String {
    let (_, month_number, day, hour, minute, second, nanos) = sent.clock();
    format!(
        "{:06}: *{} {day:2} {hour:02}:{minute:02}:{second:02}.{:03}: //{}/C544D4800002/SIP/Msg/ccsipDisplayMsg:\n\
         {} \n{}\n",
        number + 446,
        month(month_number),
        nanos / 1_000_000,
        if own { "187" } else { "-1" },
        if own { "Sent:" } else { "Received:" },
        sent.text().replace("\r\n", "\n"),
    )
}

#[test]
fn everything_but_the_addresses_comes_back() {
    const OWN: &str = "ccsip.log";
    let (traffic, own) = of_one_side();
    let text: String = traffic
        .iter()
        .enumerate()
        .map(|(number, sent)| write(number, sent, sent.is_from(own)))
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
