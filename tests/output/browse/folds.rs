//! Rows that are folded on a ladder are opened where somebody wants to see them.

use std::fs;

use super::Opened;
use super::support::captures::{PcapStyle, Record, linktype, pcap};
use super::support::exchange::{alice, bob};
use super::support::frames::udp_frame;
use super::support::sip::{request, response};

/// A subscription that is refreshed four times, each ten minutes (RFC 6665 4.1.2.2): messages 3 to 10 are folded.
fn subscribed() -> (tempfile::TempDir, Opened) {
    let mut records = Vec::new();
    for number in 1..=5 {
        let seconds = u64::from(number) * 600;
        let extra = [
            "Event: presence",
            "Expires: 900",
            "To: <sip:bob@example.com>;tag=bob",
        ];
        let extra = if number == 1 { &extra[..2] } else { &extra[..] };
        let sent = request(
            "SUBSCRIBE",
            "sip:bob@example.com",
            "watch",
            number,
            extra,
            "",
        );
        let answer = ["Expires: 900"];
        let answered = response(200, "OK", "SUBSCRIBE", "watch", number, &answer, "");
        records.push(Record::new(seconds, 0, udp_frame(alice(), bob(), sent)));
        records.push(Record::new(seconds, 9, udp_frame(bob(), alice(), answered)));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("subscribed.pcap");
    let file = pcap(PcapStyle::default(), linktype::ETHERNET, &records);
    fs::write(&path, file).unwrap();
    let opened = Opened::of(&[path.to_str().unwrap()], 80, 40);
    (folder, opened)
}

/// Arrows that are seen.
fn arrows(opened: &mut Opened) -> usize {
    let seen = opened.seen();
    seen.matches('►').count() + seen.matches('◄').count()
}

#[test]
fn enter_opens_a_fold_and_closes_it() {
    let (_folder, mut opened) = subscribed();
    opened.keys("\njjj");
    assert_eq!(arrows(&mut opened), 2, "{}", opened.seen());
    let seen = opened.seen();
    assert!(seen.contains(" + 4 subscription refreshes"), "{seen}");
    opened.keys("\n");
    assert_eq!(arrows(&mut opened), 10, "{}", opened.seen());
    assert!(opened.seen().contains(" - 4 subscription refreshes"));
    // The rows in it are selected like any other.
    opened.keys("jj\n");
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  Message 4 "), "{seen}");
    opened.keys("qkk\n");
    assert_eq!(arrows(&mut opened), 2, "{}", opened.seen());
}

#[test]
fn what_is_looked_for_is_found_in_a_fold() {
    let (_folder, mut opened) = subscribed();
    // The first answer stands on the ladder, the second in the fold.
    opened.keys("\n/200 OK\n/200 OK\n");
    let seen = opened.pictured();
    assert_eq!(arrows(&mut opened), 10, "{seen}");
    assert!(seen.contains("\n>     4 "), "{seen}");
    // It stays open when times change.
    opened.keys("t");
    assert_eq!(arrows(&mut opened), 10, "{}", opened.seen());
}
