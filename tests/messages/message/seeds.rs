//! What the samples are made of: for each entry the inputs of its kind that stand in them, to be damaged or fuzzed.

use std::collections::BTreeSet;
use std::path::Path;

use sipscope::sip::{Index, Message, Name, Value};

use super::samples;

/// An input, with the name of the entry that takes it.
pub type Seed = (&'static str, Vec<u8>);

/// The seeds of all samples, each once. `project` is the folder of the project.
pub fn all(project: &Path) -> BTreeSet<Seed> {
    let samples = samples::all(project).into_iter();
    samples.flat_map(|(_, bytes)| of_message(&bytes)).collect()
}

fn of_message(bytes: &[u8]) -> Vec<Seed> {
    let mut index = Index::default();
    let message = Message::read(bytes, &mut index);
    let mut seeds = vec![("message", bytes.to_vec())];
    let mut add = |entry, bytes: &[u8]| seeds.push((entry, bytes.to_vec()));
    if let Some(uri) = message.first_line().uri() {
        add("uri", uri.text.bytes());
    }
    for header in message.headers() {
        if header.known == Name::Via {
            add("via_list", header.value.bytes());
        }
        for value in header.typed() {
            match value {
                Value::Address(address) => add("uri", address.uri_text().bytes()),
                Value::Uri(uri) => add("uri", uri.text.bytes()),
                _ => {}
            }
        }
    }
    let body = message.body();
    let Some(item) = body.content_type else {
        return seeds;
    };
    match item.media_type() {
        Some((main, _)) if main.is("multipart") => {
            let boundary = item.params.value("boundary").unwrap_or_default();
            add(
                "multipart",
                &with_boundary_b(body.text.bytes(), boundary.bytes()),
            );
        }
        Some((_, sub)) if sub.is("sdp") => add("sdp", body.text.bytes()),
        Some((_, sub)) if sub.lossy().ends_with("xml") => add("xml_bodies", body.text.bytes()),
        _ => {}
    }
    seeds
}

/// The entry knows one boundary only.
fn with_boundary_b(body: &[u8], boundary: &[u8]) -> Vec<u8> {
    let mut renamed = Vec::new();
    let mut rest = body;
    while let Some(at) = memchr::memmem::find(rest, boundary).filter(|_| !boundary.is_empty()) {
        renamed.extend_from_slice(&rest[..at]);
        renamed.push(b'b');
        rest = &rest[at + boundary.len()..];
    }
    renamed.extend_from_slice(rest);
    renamed
}
