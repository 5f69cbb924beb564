//! Asterisk: the full log of chan_pjsip keeps every byte, the console of chan_sip has times in seconds before every line.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;

use sipscope::base::Other;
use sipscope::source::TextOptions;

use crate::logs::one_side::{MILLISECOND, SECOND};
use crate::logs::traffic::{
    Read, Sent, UNKNOWN, analyze_text, check, check_with, of_one_side, read_text,
};

/// chan_pjsip in `/var/log/asterisk/full`.
pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("asterisk", own)
}

/// chan_sip on a console that writes times.
pub(crate) fn write_console(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    let peer = sent.peer(own);
    let (announcement, row) = match sent.is_from(own) {
        true => (
            format!("<--- Reliably Transmitting (NAT) to {peer} --->"),
            12,
        ),
        false => (
            format!("<--- SIP read from {}:{peer} --->", sent.transport),
            13,
        ),
    };
    let message = sent.without_carriage_returns();
    let row = format!("<{}>", "-".repeat(row));
    let text = format!("\n{announcement}\n{message}\n{row}\n--- (12 headers 0 lines) ---\n");
    let stamp = format!("[Nov 14 {}] ", sent.time_of_day(0));
    let lines = text.lines().map(|line| format!("{stamp}{line}\n"));
    lines.collect::<String>().into_bytes()
}

#[test]
fn the_full_log_of_chan_pjsip_keeps_every_byte() {
    const NAME: &str = "asterisk_full_pjsip.log";
    let (traffic, own) = of_one_side();
    let mut text: Vec<u8> = traffic.iter().flat_map(|sent| write(sent, own)).collect();
    text.extend_from_slice(
        b"[2023-11-14 22:13:40.002] VERBOSE[2370][C-00000001] app_dial.c: PJSIP/b answered\n",
    );
    let seen = traffic
        .iter()
        .map(|sent| sent.seen_by(own, NAME, MILLISECOND));
    check(NAME, "asterisk", &text, &seen.collect::<Vec<_>>());
}

#[test]
fn the_console_of_chan_sip_gives_everything_but_the_line_ends() {
    const NAME: &str = "asterisk_console_chan_sip.log";
    let (traffic, own) = of_one_side();
    let text: Vec<u8> = traffic
        .iter()
        .flat_map(|sent| write_console(sent, own))
        .collect();
    let seen = traffic.iter().map(|sent| Read {
        // What is sent is logged without it.
        transport: match sent.is_from(own) {
            true => UNKNOWN,
            false => sent.transport,
        },
        spoiled: vec!["line ends", "white space"],
        ..sent.seen_by(own, NAME, SECOND)
    });
    let options = TextOptions {
        year: Some(2023),
        ..TextOptions::default()
    };
    check_with(NAME, "asterisk", &text, options, &seen.collect::<Vec<_>>());
}

const HEADERS: &str =
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\nCall-ID: 1\nCSeq: 1 OPTIONS\n";

fn options() -> String {
    format!("OPTIONS sip:b@example.org SIP/2.0\n{HEADERS}Content-Length: 0\n\n")
}

fn ok() -> String {
    format!("SIP/2.0 200 OK\n{HEADERS}Content-Length: 0\n\n")
}

/// Start line, sender, receiver, transport, seconds since 1970.
fn told(text: &str) -> Vec<(String, String, String, &'static str, Option<i64>)> {
    let read = read_text(text.as_bytes(), TextOptions::default());
    let told = read.into_iter().map(|read| {
        let start = read.message.lines().next().unwrap_or_default().to_owned();
        assert!(read.whole, "{start}");
        assert!(read.message.ends_with("\r\n\r\n"), "{start}");
        let seconds = read.nanos.map(|nanos| nanos / SECOND);
        (start, read.from, read.to, read.transport, seconds)
    });
    told.collect()
}

fn request(
    from: &str,
    to: &str,
    transport: &'static str,
    time: Option<i64>,
) -> (String, String, String, &'static str, Option<i64>) {
    let start = "OPTIONS sip:b@example.org SIP/2.0";
    (start.into(), from.into(), to.into(), transport, time)
}

fn response(
    from: &str,
    to: &str,
    transport: &'static str,
    time: Option<i64>,
) -> (String, String, String, &'static str, Option<i64>) {
    (
        "SIP/2.0 200 OK".into(),
        from.into(),
        to.into(),
        transport,
        time,
    )
}

#[test]
fn the_forms_of_older_releases() {
    let text = format!(
        "<--- SIP read from 192.0.2.1:5060 --->\n{}\n<------------->\n\
         Reliably Transmitting (no NAT) to 192.0.2.2:5060:\n{}\n---\n\
         Retransmitting #2 (NAT) to 192.0.2.2:5060:\n{}\n---\nReally destroying SIP dialog\n",
        options(),
        options(),
        options()
    );
    let out = request("own.log", "192.0.2.2:5060", "unknown", None);
    let expected = [
        request("192.0.2.1:5060", "own.log", "unknown", None),
        out.clone(),
        out,
    ];
    assert_eq!(told(&text), expected);
}

#[test]
fn ipv6_and_transports_of_either_driver() {
    let text = format!(
        "<--- SIP read from TLS:[2001:db8::1]:5061 --->\n{}\n<------------->\n\
         <--- Transmitting SIP response (90 bytes) to WSS:2001:db8::1:5061 --->\n{}\n",
        options(),
        ok()
    );
    let expected = [
        request("[2001:db8::1]:5061", "own.log", "TLS", None),
        response("own.log", "[2001:db8::1]:5061", "WSS", None),
    ];
    assert_eq!(told(&text), expected);
}

/// The logger writes its part in front of the first line of what it is given, and that line may be empty.
#[test]
fn the_time_may_stand_on_the_line_before() {
    let text = format!(
        "[2023-11-14 22:13:20] VERBOSE[17] chan_sip.c: \n<--- SIP read from UDP:192.0.2.1:5060 --->\n{}\n\
         <------------->\n[2023-11-14 22:13:21] VERBOSE[17] chan_sip.c: --- (4 headers 0 lines) ---\n\
         <--- Transmitting (NAT) to 192.0.2.1:5060 --->\n{}\n<------------>\n",
        options(),
        ok()
    );
    let expected = [
        request("192.0.2.1:5060", "own.log", "UDP", Some(1_700_000_000)),
        response("own.log", "192.0.2.1:5060", "unknown", None),
    ];
    assert_eq!(told(&text), expected);
}

#[test]
fn pasted_consoles_lose_quotation_marks_colours_and_indentation() {
    let plain = format!(
        "<--- Received SIP request (99 bytes) from UDP:192.0.2.1:5060 --->\n{}\n",
        options()
    );
    let with = |prefix: &str| -> String {
        let lines = plain.lines();
        lines.map(|line| format!("{prefix}{line}\n")).collect()
    };
    let coloured = plain.replace("OPTIONS", "\x1b[1;32mOPTIONS\x1b[0m");
    for text in [with("> "), with("    "), with("pbx_1  | "), coloured] {
        let expected = [request("192.0.2.1:5060", "own.log", "UDP", None)];
        assert_eq!(told(&text), expected, "{text}");
    }
}

#[test]
fn fences_end_messages_and_start_lines_begin_them() {
    let cut = options().trim_end().to_owned();
    let text = format!(
        "```\n<--- Received SIP request (99 bytes) from UDP:192.0.2.1:5060 --->\n{cut}\n```\n\
         The answer:\n```\n{}```\nWords.\n",
        ok()
    );
    let expected = [
        request("192.0.2.1:5060", "own.log", "UDP", None),
        response(UNKNOWN, UNKNOWN, UNKNOWN, None),
    ];
    assert_eq!(told(&text), expected);
}

/// Guides that quote consoles, if they are there, with as many messages as their index counts.
#[test]
fn guides_of_others_have_the_messages_that_their_index_counts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/logs");
    let guides = [
        ("txt_asterisk_pjsip_troubleshooting.md", 8, 3),
        ("txt_asterisk_presence_state.md", 2, 1),
    ];
    for (name, messages, calls) in guides {
        let Ok(text) = std::fs::read(folder.join(name)) else {
            // Straight to standard error: what a test prints is not shown when it passes.
            let said = format!("no {name} in {}: not checked\n", folder.display());
            let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
            continue;
        };
        let read = read_text(&text, TextOptions::default());
        let lines = read.iter().flat_map(|read| read.message.lines());
        let ids: BTreeSet<_> = lines.filter(|line| line.starts_with("Call-ID: ")).collect();
        assert_eq!((read.len(), ids.len()), (messages, calls), "{name}");
    }
}

#[test]
fn coloured_rows_end_messages() {
    let cut = options().replace("Content-Length: 0\n\n", "");
    let row = "\x1b[0;36m<------------->\x1b[0m\n";
    let text = format!(
        "\x1b[0m<--- SIP read from UDP:192.0.2.1:5060 --->\n{cut}{row}Word: y\n{}",
        options()
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 2);
    assert!(
        read[0].message.ends_with("CSeq: 1 OPTIONS\r\n"),
        "{}",
        read[0].message
    );
}

/// A line of another entry is none of the message before it.
#[test]
fn the_next_entry_ends_a_message_without_end() {
    let entry = "[Nov 14 22:13:20] VERBOSE[17] res_pjsip_logger.c: <--- Received SIP request (99 bytes) from \
                 UDP:192.0.2.1:5060 --->\n";
    let cut = options().replace("Content-Length: 0\n\n", "");
    let text = format!(
        "{entry}{cut}[Nov 14 22:13:21] NOTICE[17] x.c: Word: y\n{entry}{}\n",
        options()
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    let whole: Vec<_> = read.iter().map(|read| read.whole).collect();
    assert_eq!(whole, [false, true]);
    assert!(read[0].message.ends_with("CSeq: 1 OPTIONS\r\n"));
}

/// chan_sip writes down what came to keep the way open, and that is nothing but line ends.
#[test]
fn keep_alives_are_other_traffic() {
    let message = "OPTIONS sip:b@example.org SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    for prefix in ["", "[Nov 14 22:13:20] VERBOSE[17] chan_sip.c: "] {
        for blank in ["\r\n\r\n", "\n", "", "\n\n\n"] {
            let read_from = "<--- SIP read from UDP:192.0.2.1:5060 --->\n";
            let row = "<------------->\n";
            let text = format!(
                "{prefix}{read_from}{message}{row}{prefix}{read_from}{blank}{row}{prefix}{read_from}{message}{row}"
            );
            let intake = analyze_text(text.as_bytes(), TextOptions::default());
            assert_eq!(intake.sightings.len(), 2, "{prefix}{blank:?}");
            assert_eq!(intake.total().undecodable_total(), 0, "{prefix}{blank:?}");
            let total = intake.total();
            assert!(
                total
                    .other()
                    .any(|(other, count)| (other, count) == (Other::KeepAlive, 1))
            );
            assert_eq!(intake.anomalies.iter().count(), 0, "{prefix}{blank:?}");
        }
    }
}

/// A kernel's clock in front, or that of a collector, counts from a start that nobody knows.
#[test]
fn an_uptime_in_front_is_a_time_too() {
    let entry = |front: &str, call: u8| {
        format!(
            "{front}<--- SIP read from UDP:192.0.2.2:5060 --->\nOPTIONS sip:b@b.example SIP/2.0\n\
             Via: SIP/2.0/UDP a.example;branch=z9hG4bK{call}\nFrom: <sip:a@a.example>;tag=1\nTo: <sip:b@b.example>\n\
             Call-ID: {call}\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n<------------->\n"
        )
    };
    for name in ["", "asterisk: "] {
        let fronts = ["[   12.345000] ", "[   13.000000] ", "[86400.500000] "];
        let entries = (1..).zip(fronts);
        let text: String = entries
            .map(|(call, front)| entry(&format!("{front}{name}"), call))
            .collect();
        let read = read_text(text.as_bytes(), TextOptions::default());
        let millis: Vec<_> = read
            .iter()
            .map(|read| read.nanos.map(|nanos| nanos / 1_000_000))
            .collect();
        assert_eq!(millis, [Some(12_345), Some(13_000), Some(86_400_500)]);
        assert!(read.iter().all(|read| read.from == "192.0.2.2:5060"));
    }
}
