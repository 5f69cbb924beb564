//! The torture messages of `samples/torture`: what a lenient reader has to see in each, and which problems it has to tell, no
//! others. All expectations come from RFC 4475 and RFC 5118, which made up the messages, and from the grammars they lean on.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "torture/case.rs"]
mod case;
#[path = "torture/rfc4475.rs"]
mod rfc4475;
#[path = "torture/rfc5118.rs"]
mod rfc5118;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;

use case::{Case, folder};

fn cases() -> impl Iterator<Item = &'static Case> {
    rfc4475::CASES.iter().chain(rfc5118::CASES)
}

#[test]
fn each_message_is_seen_as_it_is() {
    let failed = cases().filter(|case| catch_unwind(|| case.check()).is_err());
    let failed: Vec<_> = failed.map(|case| case.file).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn each_message_is_found_in_a_datagram() {
    for case in cases() {
        case.check_framing();
    }
}

#[test]
fn each_message_is_printed_as_it_was() {
    for case in cases() {
        case.check_printing();
    }
}

#[test]
fn every_file_has_its_expectation_and_every_expectation_its_file() {
    let files = fs::read_dir(folder()).unwrap();
    let files: BTreeSet<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected: Vec<_> = cases().map(|case| format!("{}.sip", case.file)).collect();
    assert_eq!(files, expected.iter().cloned().collect());
    assert_eq!(files.len(), expected.len(), "an expectation stands twice");
}
