//! pjsua: every byte, and all addresses but the own.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::one_side::MILLISECOND;
use crate::logs::traffic::{Sent, check, of_one_side, read_text};

pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("pjsua", own)
}

#[test]
fn everything_but_the_date_and_the_own_address_comes_back() {
    const NAME: &str = "pjsua.log";
    let (traffic, own) = of_one_side();
    let mut text =
        b"22:13:19.101        sip_endpoint.c !Module \"mod-msg-print\" registered\n".to_vec();
    text.extend(traffic.iter().flat_map(|sent| write(sent, own)));
    let seen = traffic
        .iter()
        .map(|sent| sent.seen_by(own, NAME, MILLISECOND).without_date());
    check(NAME, "pjsua", &text, &seen.collect::<Vec<_>>());
}

#[test]
fn a_message_that_the_log_cut_ends_with_the_next_entry() {
    let line = " 10:00:00.000           pjsua_core.c !.RX 4100 bytes Request msg MESSAGE/cseq=1 (rdata0x1) from TLS \
                2001:db8::1:5061:\n";
    let message = "MESSAGE sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\nContent-Length: 4000\r\n\r\ncut";
    let text = format!(
        "{line}{message}\n 10:00:00.001   pjsua_acc.c  ..Acc 0: unregistered\n{line}{message}"
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 2);
    for read in read {
        assert_eq!(
            (read.from.as_str(), read.transport),
            ("[2001:db8::1]:5061", "TLS")
        );
        assert!(!read.whole);
        assert!(
            read.message.trim_end().ends_with("\r\n\r\ncut"),
            "{}",
            read.message
        );
    }
}

#[test]
fn the_time_goes_on_at_midnight() {
    let entry = |time: &str| {
        format!(
            "{time}   pjsua_core.c  .RX 46 bytes Request msg BYE/cseq=1 (rdata0x1) from UDP 192.0.2.1:5060:\n\
             BYE sip:b SIP/2.0\r\nContent-Length: 0\r\n\r\n\n--end msg--\n"
        )
    };
    let text = entry("23:59:59.900") + &entry("00:00:00.100");
    let read = read_text(text.as_bytes(), TextOptions::default());
    let times: Vec<_> = read.iter().map(|read| read.nanos.unwrap()).collect();
    assert_eq!(times[1] - times[0], 200 * MILLISECOND);
}
