//! Linphone: every byte, received as it was read.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::one_side::MILLISECOND;
use crate::logs::traffic::{Read, Sent, check, of_one_side, read_text};

fn prefix(sent: &Sent) -> String {
    // The milliseconds stand behind a colon.
    let time = sent.time_of_day(3).replace('.', ":");
    format!("{} {time} belle-sip-message-", sent.date('-'))
}

pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("linphone", own)
}

#[test]
fn everything_but_the_own_address_comes_back() {
    const NAME: &str = "linphone.log";
    let (traffic, own) = of_one_side();
    let mut text = Vec::new();
    for sent in &traffic {
        text.extend(write(sent, own));
        let length = sent.bytes.len();
        let more = format!("{}channel [0x7f10] [{length}] bytes parsed\n", prefix(sent));
        text.extend_from_slice(more.as_bytes());
    }
    let seen = traffic.iter().map(|sent| {
        let in_parts = sent.transport == "TCP" && sent.bytes.len() > 400 && !sent.is_from(own);
        Read {
            spoiled: if in_parts {
                vec!["put together"]
            } else {
                vec![]
            },
            ..sent.seen_by(own, NAME, MILLISECOND)
        }
    });
    check(NAME, "linphone", &text, &seen.collect::<Vec<_>>());
}

/// Where carriage returns are lost, the number of bytes tells where a read ended.
#[test]
fn reads_without_carriage_returns_are_put_together() {
    let message = "MESSAGE sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\na\r\nb\r\nc\r\n";
    for cut in 1..message.len() {
        if message[..cut].ends_with('\r') {
            // The line end of the log looks like the other half.
            continue;
        }
        let entry = |part: &str| {
            let length = part.len();
            let lines = part.replace("\r\n", "\n");
            format!(
                "2023-11-14 22:13:20:000 belle-sip-message-channel [0x1]: received [{length}] new bytes from [TLS://sip.example.org:5061]:\n{lines}\n"
            )
        };
        let text = entry(&message[..cut]) + &entry(&message[cut..]);
        let read = read_text(
            text.as_bytes(),
            TextOptions {
                format: Some("linphone".into()),
                ..TextOptions::default()
            },
        );
        assert_eq!(read.len(), 1, "cut at {cut}");
        assert_eq!(read[0].message, message, "cut at {cut}");
        assert_eq!(read[0].from, "sip.example.org:5061");
        assert!(read[0].whole && read[0].spoiled.contains(&"put together"));
    }
}

#[test]
fn what_the_log_left_out_is_missing() {
    let text = "2023-11-14 22:13:20:000 belle-sip-message-channel [0x1]: received [9000] new bytes from [UDP://192.0.2.1:5060]:\n\
                MESSAGE sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\nContent-Length: 8900\r\n\r\nabc... (first 7000 bytes shown)\n\
                2023-11-14 22:13:20:001 belle-sip-message-channel [0x1] [9000] bytes parsed\n";
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert!(read[0].message.ends_with("\r\n\r\nabc") && !read[0].whole);
}

#[test]
fn web_traffic_is_none_of_it() {
    let text = "2023-11-14 22:13:20:000 belle-sip-message-channel [0x1]: received [40] new bytes from [TLS://192.0.2.1:443]:\n\
                HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n\n\
                2023-11-14 22:13:20:001 belle-sip-message-channel [0x2]: message sent to [UDP://192.0.2.1:5060], size: [46] bytes\n\
                BYE sip:b SIP/2.0\r\nContent-Length: 0\r\n\r\n\n";
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(
        read[0].message,
        "BYE sip:b SIP/2.0\r\nContent-Length: 0\r\n\r\n"
    );
}

#[test]
fn addresses_of_ipv6_may_have_brackets() {
    let message = "OPTIONS sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";
    let length = message.len();
    for address in ["2001:db8::7", "[2001:db8::7]"] {
        let front = "2023-11-14 22:13:20:000 belle-sip-message-channel [0x1]:";
        let text = format!(
            "{front} received [{length}] new bytes from [TCP://{address}:5062]:\n{message}\n\
             {front} message sent to [TCP://{address}:5062], size: [{length}] bytes\n{message}\n"
        );
        let read = read_text(text.as_bytes(), TextOptions::default());
        let ends: Vec<_> = read.iter().map(|read| (&*read.from, &*read.to)).collect();
        let peer = "[2001:db8::7]:5062";
        assert_eq!(ends, [(peer, "own.log"), ("own.log", peer)], "{address}");
    }
}
