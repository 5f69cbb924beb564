//! What rsip makes of hard messages and their values, as the tables in `src/sip/second_opinion.rs` say, and that it can be
//! asked about anything.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rsip::prelude::{HasHeaders, ToTypedHeader};
use sipscope::sip::{Index, Message, Name, Opinion, Text, second_opinion};

/// Its documentation holds the tables.
const SOURCE: &str = include_str!("../../src/sip/second_opinion.rs");

#[test]
fn the_hard_messages_are_taken_as_the_table_says() {
    let messages = hard_messages();
    let taken = |bytes: &Vec<u8>| rsip::SipMessage::try_from(bytes.as_slice()).ok();
    let rsip_takes = messages.iter().filter_map(taken).count();
    let rsip_keeps = messages.iter().filter(|bytes| {
        let mut index = Index::default();
        let message = Message::read(bytes, &mut index);
        taken(bytes).is_some_and(|theirs| {
            fields(&theirs) == message.headers().len() && vias(&theirs) == message.vias().count()
        })
    });
    let counted = format!("{} | {rsip_takes} | {}", messages.len(), rsip_keeps.count());
    assert_eq!(table("| messages |"), [counted]);
}

#[test]
fn the_values_of_the_hard_messages_are_taken_as_the_table_says() {
    let messages = hard_messages();
    let mut counts = BTreeMap::<_, [usize; 4]>::new();
    for bytes in &messages {
        let mut index = Index::default();
        for header in Message::read(bytes, &mut index).headers() {
            for value in header.values() {
                let column = match second_opinion(header.known, value) {
                    Opinion::Agrees => 0,
                    Opinion::Differs => 1,
                    Opinion::Refuses => 2,
                    Opinion::NotAsked => 3,
                };
                counts.entry(header.known.spelling()).or_default()[column] += 1;
            }
        }
    }
    // Names of which no value was asked about have no reader there.
    counts.retain(|_, [agree, differ, refused, _]| *agree + *differ + *refused > 0);
    let counted = counts
        .iter()
        .map(|(name, [agree, differ, refused, not_asked])| {
            format!("{name} | {agree} | {differ} | {refused} | {not_asked}")
        });
    assert_eq!(table("| field |"), counted.collect::<Vec<_>>());
}

fn hard_messages() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/torture");
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect()
}

/// The rows of the table in the documentation whose head begins so, without the bars around them.
fn table(head: &str) -> Vec<&'static str> {
    let lines = SOURCE.lines().filter_map(|line| line.strip_prefix("//! "));
    let rows = lines.skip_while(|line| !line.starts_with(head));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches(['|', ' '])).collect()
}

fn fields(message: &rsip::SipMessage) -> usize {
    message.headers().iter().count()
}

/// The Via values that can be had from it.
fn vias(message: &rsip::SipMessage) -> usize {
    let headers = message.headers().iter();
    headers
        .filter(|header| matches!(header, rsip::Header::Via(via) if via.typed().is_ok()))
        .count()
}

proptest! {
    #[test]
    fn anything_can_be_asked_about(
        name in proptest::sample::select(Name::ALL),
        value in r#"[a-z0-9"\\<>;,=:/@?*+. é-]{0,80}|(sip:|SIP/2.0/UDP |Digest |tel:|[<>";,=@:\[\] aé1])*"#,
    ) {
        second_opinion(name, Text::all(value.as_bytes()));
    }
}
