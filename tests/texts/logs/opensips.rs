//! The tracer of OpenSIPS: everything, with whole seconds.

use crate::logs::traffic::{Read, Sent, all, check, check_text};

fn write(sent: &Sent) -> Vec<u8> {
    sent.written("opensips", sent.source)
}

#[test]
fn everything_comes_back_with_whole_seconds() {
    let traffic = all();
    let text: Vec<u8> = traffic.iter().flat_map(write).collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000_000)),
            ..sent.exact()
        })
        .collect();
    check("opensips.log", "opensips", &text, &expected);
}

#[test]
fn the_lines_of_syslog_are_read_too() {
    let sent = &all()[0];
    let line = format!(
        "2023-11-14T22:13:20.000001Z sbc opensips[7]: in udp {} -> {}#012{}\n",
        sent.source,
        sent.destination,
        sent.text().replace("\r\n", "#015#012"),
    );
    let expected = Read {
        spoiled: vec!["white space"],
        ..sent.exact()
    };
    check_text(line.as_bytes(), &[expected]);
}
