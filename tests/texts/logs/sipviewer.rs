//! sip-viewer: both addresses, milliseconds, no transport. It shows messages with their own line ends.

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, UNKNOWN, all, check, read_text};

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

/// Which of its line ends a body has counts in its length, and the log shows them.
#[test]
fn what_stands_in_a_body_of_mixed_line_ends_is_no_message() {
    let sent = |number: i64, body: &str| {
        let head = format!(
            "MESSAGE sip:b SIP/2.0\r\nCall-ID: {number}\r\nCSeq: 1 MESSAGE\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Sent {
            nanos: (1_700_000_000 + number) * 1_000_000_000,
            source: "192.0.2.2:5060".parse().unwrap(),
            destination: "192.0.2.1:5060".parse().unwrap(),
            transport: "UDP",
            bytes: (head + body).into_bytes(),
        }
    };
    let entry = write(&sent(77, "x")).replace("\r\n", "\n");
    let with_crlf = entry.replace('\n', "\r\n");
    let half = entry.len() / 2;
    let mixed = entry[..half].to_owned() + &entry[half..].replace('\n', "\r\n");
    for front in [
        "",
        "See:\r\n",
        "a\nb\r\nc\n",
        "\r\n\r\n\r\n\n",
        "x\r\nx\r\nx\r\ny\n",
    ] {
        for planted in [&entry, &with_crlf, &mixed] {
            for end in [
                "",
                "end",
                "end\n",
                "end\r\n",
                "a\r\nb\n\n\n\n\n\n\n\n\nc\r\n",
            ] {
                let body = format!("{front}{planted}{end}");
                let all = [sent(1, "a"), sent(2, &body), sent(3, "b")];
                let log: String = all.iter().map(write).collect();
                let read = read_text(log.as_bytes(), TextOptions::default());
                let plain = |text: &str| text.replace('\r', "").trim_end().to_owned();
                let found: Vec<_> = read.iter().map(|read| plain(&read.message)).collect();
                let expected = all.each_ref().map(|sent| plain(&sent.text()));
                assert_eq!(found, expected, "{front:?} {end:?}");
            }
        }
    }
}
