//! One number of a telephone becomes the same other one, however it is spelled.

use std::fs;

use super::Place;
use crate::program::said;
use crate::support::exchange::{capture, datagram};

/// Spellings of `+491571234567`, in URIs and in names (RFC 3966 5.1.1); behind `00` the same digits follow.
const SPELLED: [&str; 11] = [
    "<sip:+491571234567@a.example>",
    "<sip:+49-157-1234567@a.example>",
    "<sip:%2B49(157)1234567@a.example>",
    "<sip:49-157-1234567@a.example>",
    "<tel:+49-157-123-4567>",
    "<tel:+49.157.1234567>",
    "\"+49 157 1234567\" <sip:x@y.example>",
    "\"49 157 1234567\" <sip:x@y.example>",
    "\"Bob +49 (157) 123-4567\" <sip:x@y.example>",
    "<sip:00491571234567@a.example>",
    "\"0049 157 1234567\" <sip:x@y.example>",
];

fn request(number: usize, from: &str) -> String {
    format!(
        "OPTIONS sip:x@y.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\r\nFrom: {from};tag=z\r\n\
         To: <sip:x@y.example>\r\nCall-ID: of-{number}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
}

/// What stands in From of each message, without parameters.
fn senders(written: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(written);
    let lines = text.split("From: ").skip(1);
    let values = lines.map(|rest| rest.split(";tag=").next().unwrap().to_owned());
    values.collect()
}

/// The digits of a number without zeros in front, and everything but letters and digits.
fn digits_and_signs(sender: &str) -> (String, String) {
    let number = match sender.contains("y.example") || sender.starts_with('"') {
        true => sender.split('"').nth(1).unwrap(),
        false => sender.split('@').next().unwrap(),
    };
    let number = number.replace("%2B", "+");
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let signs = number
        .chars()
        .map(|one| if one.is_ascii_digit() { '0' } else { one });
    let signs = signs.filter(|one| !one.is_ascii_alphabetic()).collect();
    (digits.trim_start_matches('0').to_owned(), signs)
}

#[test]
fn every_spelling_becomes_the_same_number_spelled_so() {
    let place = Place::new("a key of many bytes, all the same");
    let messages = SPELLED.iter().zip(1..);
    let frames: Vec<_> = messages
        .map(|(from, number)| datagram(request(number, from)))
        .collect();
    let input = place.file("spelled.pcap", capture(&frames));
    // Another capture of the same network, and with prefixes kept.
    let other = place.file("other.pcap", capture(&[datagram(request(50, SPELLED[6]))]));
    for options in [&[][..], &["--keep-prefixes"]] {
        let mut numbers = Vec::new();
        for (input, name) in [(&input, "one.pcapng"), (&other, "two.pcapng")] {
            let (path, output) = place.anonymized(input, name, options);
            assert!(output.status.success(), "{}", said(&output));
            numbers.extend(senders(&fs::read(path).unwrap()));
        }
        assert_eq!(numbers.len(), SPELLED.len() + 1);
        let (first, _) = digits_and_signs(&numbers[0]);
        assert_eq!(first.len(), 12);
        assert_ne!(first, "491571234567");
        for (number, spelled) in numbers.iter().zip(SPELLED.iter().chain([&SPELLED[6]])) {
            let (digits, signs) = digits_and_signs(number);
            assert_eq!(digits, first, "{spelled}: {number}");
            assert_eq!(signs, digits_and_signs(spelled).1, "{spelled}: {number}");
        }
    }
}

/// That a country's own `0157` is its `+49 157` no trace says.
#[test]
fn zeros_in_front_stay_and_what_no_trace_says_is_not_assumed() {
    let place = Place::new("a key of many bytes, all the same");
    let own = [
        "<sip:01571234567@a.example>",
        "\"0157 1234567\" <sip:x@y.example>",
    ];
    let frames = own.iter().zip(1..);
    let frames: Vec<_> = frames
        .map(|(from, number)| datagram(request(number, from)))
        .collect();
    let input = place.file("own.pcap", capture(&frames));
    let (path, _) = place.anonymized(&input, "own.pcapng", &[]);
    let numbers = senders(&fs::read(path).unwrap());
    let [(one, first), (other, second)] = [0, 1].map(|at| digits_and_signs(&numbers[at]));
    assert_eq!(one, other);
    assert_eq!(one.len(), 10);
    assert_eq!(
        (first, second),
        ("<:00000000000".to_owned(), "0000 0000000".to_owned())
    );
}

#[test]
fn a_log_has_the_number_of_its_messages_in_every_spelling() {
    let place = Place::new("a key of many bytes, all the same");
    let log = format!(
        "2023-11-14 22:13:20.000 received from 192.0.2.1:5060\n{}\n2023-11-14 22:13:21.000 call of 0049 157 1234567 ended, +49-157-1234567 left\n",
        request(1, SPELLED[0])
    );
    let input = place.file("own.log", log);
    let (path, output) = place.anonymized(&input, "other.log", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let text = fs::read_to_string(path).unwrap();
    let (number, _) = digits_and_signs(&senders(text.as_bytes())[0]);
    let parts = [&number[..2], &number[2..5], &number[5..]];
    assert!(
        text.contains(&format!("00{}", parts.join(" "))),
        "{number} {text}"
    );
    assert!(
        text.contains(&format!("+{}", parts.join("-"))),
        "{number} {text}"
    );
}
