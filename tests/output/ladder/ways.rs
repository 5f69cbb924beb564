//! Transports and ports in figures: told on the row where they are not what they were.

use super::whose::entry;
use super::{figure, name, printed};

/// A message of one request or of its answer.
fn sent(second: usize, ends: &str, first_line: &str, cseq: u32) -> String {
    let fields = format!(
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKway{cseq}\r\nMax-Forwards: 70\r\n\
         From: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.org>\r\n\
         Call-ID: ways@192.0.2.1\r\nCSeq: {cseq} MESSAGE\r\n"
    );
    entry(second, ends, first_line, &fields, "")
}

#[test]
fn ports_are_told_where_they_change() {
    let request = "MESSAGE sip:b@192.0.2.2 SIP/2.0";
    let log = [
        sent(0, "192.0.2.1:5060 -> 192.0.2.2:5060", request, 1),
        sent(1, "192.0.2.2:5060 -> 192.0.2.1:5060", "SIP/2.0 200 OK", 1),
        sent(2, "192.0.2.1:49152 -> 192.0.2.2:5060", request, 2),
        // RFC 3261 18.2.2: without rport an answer goes to the port of the Via.
        sent(3, "192.0.2.2:5060 -> 192.0.2.1:5060", "SIP/2.0 200 OK", 2),
        sent(4, "192.0.2.1:49152 -> 192.0.2.2:5060", request, 3),
    ];
    let file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    std::fs::write(file.path(), log.concat()).unwrap();
    let told = [
        "ladder",
        "--no-findings",
        "--time",
        "none",
        name(file.path()),
        "1",
    ];
    let expected = "
    192.0.2.1   192.0.2.2
   user agent  user agent
        │           │
1       │  MESSAGE  │
        │──────────►│
2       │  200 OK   │
        │◄╌╌╌╌╌╌╌╌╌╌│
3       │  MESSAGE  │
        │──────────►│
        │ port 49152 to 5060 (was port 5060 to 5060)
4       │  200 OK   │
        │◄╌╌╌╌╌╌╌╌╌╌│
        │ port 5060 to 5060 (asked for port 5060 to 49152)
5       │  MESSAGE  │
        │──────────►│
        │           │
";
    assert_eq!(figure(&printed(&told)), expected.trim_start_matches('\n'));
}
