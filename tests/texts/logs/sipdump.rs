//! Kamailio sipdump: knows everything, and keeps every byte.

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, all, check, read_text};

fn write(sent: &Sent) -> Vec<u8> {
    sent.written("sipdump", sent.source)
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let text: Vec<u8> = traffic.iter().flat_map(write).collect();
    let expected: Vec<Read> = traffic.iter().map(Sent::exact).collect();
    check("sipdump.data", "sipdump", &text, &expected);
}

/// Some ways to copy a file lose the line ends behind the rows.
#[test]
fn a_block_may_begin_right_behind_the_row() {
    let traffic = all();
    let text: Vec<u8> = traffic.iter().flat_map(write).collect();
    let text = String::from_utf8(text).unwrap();
    let expected = read_text(text.as_bytes(), TextOptions::default());
    let glued = text.replace("||||||||||||||||||||\n", "||||||||||||||||||||");
    assert!(glued.contains("||===="));
    let read = read_text(glued.as_bytes(), TextOptions::default());
    assert_eq!(read, expected);
}
