//! baresip: every byte and both addresses, but no date.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::one_side::MILLISECOND;
use crate::logs::traffic::{Read, Sent, check, of_one_side, read_text};

pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("baresip", own)
}

#[test]
fn everything_but_the_date_comes_back() {
    let (traffic, own) = of_one_side();
    let mut text = b"baresip is ready.\n".to_vec();
    text.extend(traffic.iter().flat_map(|sent| write(sent, own)));
    let seen = traffic.iter().map(|sent| {
        let read = Read {
            nanos: Some(sent.cut_to(MILLISECOND)),
            ..sent.exact()
        };
        read.without_date()
    });
    check("baresip.log", "baresip", &text, &seen.collect::<Vec<_>>());
}

/// Before 1.0 there is no time; a copy from a terminal has no colours, no marks and no carriage returns.
#[test]
fn older_and_copied_traces() {
    let message = "OPTIONS sip:b SIP/2.0\nCall-ID: 1\nContent-Length: 0\n\n";
    let copied = format!(
        "#\nUDP [2001:db8::1]:5060 -> [2001:db8::2]:5060\n{message}\n#\nUDP [2001:db8::1]:5060 -> [2001:db8::2]:5060\n{message}"
    );
    let read = read_text(copied.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 2);
    for read in read {
        assert_eq!((read.nanos, read.transport), (None, "UDP"));
        assert_eq!(
            (read.from.as_str(), read.to.as_str()),
            ("[2001:db8::1]:5060", "[2001:db8::2]:5060")
        );
        assert_eq!(read.message, message.replace('\n', "\r\n"));
    }
}

/// What stands in front is of syslog, whose times are coarser: it tells the day, of 1972 where nobody tells the year.
#[test]
fn the_own_time_is_the_one_behind_that_of_syslog() {
    let message = "OPTIONS sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";
    let text = format!(
        "Nov 14 22:13:21 gw baresip[812]: 22:13:20.125#\nUDP 192.0.2.1:5060 -> 192.0.2.2:5060\n{message}\nother\n"
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].nanos, Some(90_627_200_125 * MILLISECOND));
}
