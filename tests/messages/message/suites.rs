//! The test suites and logs of others, if they are there: every message in them is read to its end.
//!
//! They are third-party material and not part of the project. They are looked for in the folder that the environment variable
//! SIPSCOPE_LOGS names, or in `../shared/logs`; without them this test says so and passes.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::DeflateDecoder;
use sipscope::sip::begins_message;

use crate::message::entries;

/// Column of the index that has the number of messages, and the one that the name stands in.
const MESSAGES: &str = "sip_pdus(req+status)";
const NAME: &str = "name";

/// `JUNK * SIP/1.0` and nothing else in the file: the index counts it, but neither method nor address makes it SIP.
const NOT_TAKEN: [(&str, usize); 1] = [("txt_sofia_sip_tests.zip", 1)];

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("SIPSCOPE_LOGS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/logs");
    let folder = named.unwrap_or(beside);
    let there = folder.join("INDEX.tsv").is_file();
    if !there {
        // Straight to standard error: what a test prints is not shown when it passes.
        let said = format!("no logs in {}: nothing was checked\n", folder.display());
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    there.then_some(folder)
}

#[test]
fn every_message_of_others_is_read() {
    let Some(folder) = folder() else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut rows = index
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let columns = rows.next().unwrap();
    let column = |name| columns.iter().position(|column| *column == name).unwrap();
    let (name, messages) = (column(NAME), column(MESSAGES));
    let mut files = 0;
    for row in rows {
        let listed: usize = row[messages].parse().unwrap();
        let texts = texts(&folder.join(row[name]));
        let found: usize = texts.iter().map(|text| read_messages(text)).sum();
        let not_taken = NOT_TAKEN.iter().find(|(file, _)| *file == row[name]);
        let expected = listed - not_taken.map_or(0, |(_, count)| *count);
        assert!(found >= expected, "{}: {found} of {expected}", row[name]);
        files += 1;
    }
    assert!(files > 0, "an index without files");
}

/// What a file holds: itself, the files in an archive, the datagrams behind their lengths.
fn texts(path: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).unwrap();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("zip") => unzipped(&bytes),
        Some("bin") => payloads(&bytes),
        _ => vec![bytes],
    }
}

/// Cuts a text where lines begin messages; gives how many there are.
fn read_messages(text: &[u8]) -> usize {
    let mut at = 0;
    let mut starts = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if begins_message(&text[at..]) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    for (start, end) in starts.iter().zip(ends) {
        entries::message(&text[*start..end]);
    }
    starts.len()
}

/// The files of a ZIP archive that has their lengths in front of each.
fn unzipped(mut archive: &[u8]) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    while let Some(rest) = archive.strip_prefix(b"PK\x03\x04") {
        let short = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let (compressed, name, extra) = (short(14) | short(16) << 16, short(22), short(24));
        let begin = 26 + name + extra;
        let packed = &rest[begin..begin + compressed];
        let mut file = Vec::new();
        match short(4) {
            0 => file.extend_from_slice(packed),
            _ => drop(DeflateDecoder::new(packed).read_to_end(&mut file).unwrap()),
        }
        files.push(file);
        archive = &rest[begin + compressed..];
    }
    files
}

/// What HEP datagrams carry, each with its length in four bytes in front of it.
fn payloads(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    const PAYLOAD: [u8; 4] = [0, 0, 0, 15];
    let mut payloads = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let (datagram, behind) = rest.split_at(u32::from_be_bytes(*length) as usize);
        let mut chunks = &datagram[6..];
        while let [_, _, _, _, high, low, ..] = chunks {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let (chunk, others) = chunks.split_at(length);
            if chunk.starts_with(&PAYLOAD) {
                payloads.push(chunk[6..].to_vec());
            }
            chunks = others;
        }
        bytes = behind;
    }
    payloads
}
