//! Ingate: everything, with whole seconds and without year; a line of the message in an entry each.

use crate::traffic::{Read, Sent, check_with, month, of_one_side};
use sipscope::source::TextOptions;

fn write(sent: &Sent, own: bool) -> String {
    let (_, month_number, day, hour, minute, second, _) = sent.clock();
    let front = format!(
        "<30>{} {day:2} {hour:02}:{minute:02}:{second:02} netlogger: Info: sipfw:",
        month(month_number)
    );
    let said = match own {
        true => format!(
            "send sf (0x1381b50) to {} via {}",
            sent.destination, sent.source
        ),
        false => format!("recv from {} via {}", sent.source, sent.destination),
    };
    let mut text = format!("{front} {said} {} connection 2:\n", sent.transport);
    for line in sent.text().lines() {
        assert!(line.len() < 250);
        text += &format!("{front}         {line}\n");
    }
    text
}

#[test]
fn everything_comes_back_with_whole_seconds() {
    let (traffic, own) = of_one_side();
    let text: String = traffic
        .iter()
        .map(|sent| write(sent, sent.is_from(own)))
        .collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000_000)),
            spoiled: vec!["line ends", "white space"],
            ..sent.exact()
        })
        .collect();
    let options = TextOptions {
        year: Some(2023),
        ..TextOptions::default()
    };
    check_with("ingate.log", "ingate", text.as_bytes(), options, &expected);
}
