//! SIPp: no addresses but the knowledge of which way it went, and every byte.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, UNKNOWN, check, of_one_side, read_text};

fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("sipp", own)
}

#[test]
fn everything_but_the_addresses_comes_back() {
    const OWN: &str = "sipp_messages.log";
    let (traffic, own) = of_one_side();
    let text: Vec<u8> = traffic.iter().flat_map(|sent| write(sent, own)).collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| {
            let name = |is: bool| {
                if is {
                    OWN.to_owned()
                } else {
                    UNKNOWN.to_owned()
                }
            };
            Read {
                from: name(sent.is_from(own)),
                to: name(!sent.is_from(own)),
                ..sent.exact()
            }
        })
        .collect();
    check(OWN, "sipp", &text, &expected);
}

/// Whoever passed an entry on may have put a stamp in front of its first line, which knows the zone.
#[test]
fn a_stamp_may_stand_in_front_of_the_row() {
    let (traffic, own) = of_one_side();
    let entries = traffic.iter().map(|sent| {
        let stamp = format!("{}T{}Z sipp | ", sent.date('-'), sent.time_of_day(6));
        [stamp.as_bytes(), &write(sent, own)].concat()
    });
    let text: Vec<u8> = entries.collect::<Vec<_>>().concat();
    let found = read_text(&text, TextOptions::default());
    let found: Vec<_> = found
        .iter()
        .map(|read| (read.nanos, &*read.message))
        .collect();
    let sent: Vec<_> = traffic
        .iter()
        .map(|sent| (Some(sent.cut_to(1000)), sent.text()))
        .collect();
    let sent: Vec<_> = sent.iter().map(|(nanos, text)| (*nanos, &**text)).collect();
    assert_eq!(found, sent);
}

/// SIPp parts date and time with a tab in some versions (`CStat::formatTime` in `stat.cpp`), and some of those add the seconds
/// since 1970, which tell the zone.
#[test]
fn tabs_and_seconds_since_1970_are_read() {
    const TWO_HOURS: i64 = 7200 * 1_000_000_000;
    let (traffic, own) = of_one_side();
    for (has_epoch, ahead) in [(false, 0), (true, TWO_HOURS)] {
        let text: Vec<u8> = traffic
            .iter()
            .flat_map(|sent| {
                let local = Sent {
                    nanos: sent.nanos + ahead,
                    ..sent.clone()
                };
                let (seconds, micros) = (
                    sent.nanos / 1_000_000_000,
                    sent.nanos % 1_000_000_000 / 1000,
                );
                let epoch = if has_epoch {
                    format!("\t{seconds}.{micros:06}")
                } else {
                    String::new()
                };
                let row = format!(
                    "----------------------------------------------- {}\t{}{epoch}",
                    local.date('-'),
                    local.time_of_day(6),
                );
                let entry = write(sent, own);
                let end = entry.iter().position(|byte| *byte == b'\n').unwrap();
                [row.as_bytes(), &entry[end..]].concat()
            })
            .collect();
        let read = read_text(&text, TextOptions::default());
        let nanos: Vec<_> = read.iter().map(|read| read.nanos).collect();
        let expected: Vec<_> = traffic.iter().map(|sent| Some(sent.cut_to(1000))).collect();
        assert_eq!(nanos, expected, "seconds since 1970: {has_epoch}");
    }
}

#[test]
fn a_byte_order_mark_in_front_is_passed_over() {
    let text = std::fs::read("samples/logs/sipp_messages.log").unwrap();
    let marked = [b"\xef\xbb\xbf", text.as_slice()].concat();
    let own = |mut read: Read| {
        read.from = read.from.replace("own.log", "log");
        read
    };
    let [plain, marked] = [text, marked].map(|text| {
        let read = read_text(&text, TextOptions::default());
        read.into_iter().map(own).collect::<Vec<_>>()
    });
    assert_eq!(plain, marked);
    assert_eq!(plain.len(), 28);
}

/// Two dashes taken for the length of a record point to the dashes of another entry.
#[test]
fn the_beginning_of_a_log_is_no_capture() {
    let text = std::fs::read("samples/logs/sipp_messages.log").unwrap();
    for length in (11_600..23_100).step_by(100) {
        let found = read_text(&text[..length], TextOptions::default());
        assert!(found.len() > 8, "{length} bytes: {} messages", found.len());
    }
}
