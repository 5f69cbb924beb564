//! Messages one after the other, with what is known of each and nothing else: as text in the blocks of Kamailio's sipdump, which
//! keep every byte, or as JSON in the objects of Homer, a line each. Both are inputs again.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::base::{Endpoint, Timestamp, Transport};
use crate::trace::{End, Sighting};

/// A message as text.
pub(super) fn text(
    out: &mut impl Write,
    sighting: &Sighting<'_>,
    time: Option<Timestamp>,
    bytes: &[u8],
) -> io::Result<()> {
    writeln!(out, "====================\ntag: rcv\npid: 1\nprocess: 1")?;
    if let Some((seconds, micros)) = time.map(micros) {
        writeln!(out, "time: {seconds}.{micros:06}")?;
    }
    let ends = [sighting.source(), sighting.destination()].map(endpoint);
    if sighting.transport() != Transport::Unknown {
        let known = ends.iter().flatten().next();
        let family = match known.is_some_and(|end| end.address.is_ipv6()) {
            true => "ipv6",
            false => "ipv4",
        };
        let transport = sighting.transport().name().to_lowercase();
        writeln!(out, "proto: {transport} {family}")?;
    }
    for (name, end) in ["src", "dst"].into_iter().zip(ends) {
        if let Some(end) = end {
            writeln!(out, "{name}ip: {}\n{name}port: {}", end.address, end.port)?;
        }
    }
    writeln!(out, "~~~~~~~~~~~~~~~~~~~~")?;
    out.write_all(bytes)?;
    writeln!(out, "||||||||||||||||||||")
}

/// A message as JSON. Bytes that are no UTF-8 have no place there.
pub(super) fn json(
    out: &mut impl Write,
    sighting: &Sighting<'_>,
    time: Option<Timestamp>,
    bytes: &[u8],
) -> io::Result<()> {
    let mut header = Map::new();
    let mut say = |name: &str, value: Value| header.insert(name.to_owned(), value);
    let protocol = match sighting.transport() {
        Transport::Udp => Some(17),
        Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => Some(6),
        Transport::Sctp => Some(132),
        Transport::Unknown => None,
    };
    if let Some(protocol) = protocol {
        say("protocol", json!(protocol));
    }
    let ends = [sighting.source(), sighting.destination()].map(endpoint);
    for (name, end) in ["src", "dst"].into_iter().zip(ends) {
        if let Some(end) = end {
            say(&format!("{name}Ip"), json!(end.address.to_string()));
            say(&format!("{name}Port"), json!(end.port));
        }
    }
    if let Some((seconds, micros)) = time.map(micros) {
        say("timeSeconds", json!(seconds));
        say("timeUseconds", json!(micros));
    }
    say("payloadType", json!(1));
    let raw = String::from_utf8_lossy(bytes);
    writeln!(out, "{}", json!({ "protocol_header": header, "raw": raw }))
}

fn endpoint(end: Option<End<'_>>) -> Option<Endpoint> {
    end?.endpoint()
}

fn micros(time: Timestamp) -> (i64, i64) {
    let nanos = time.nanos();
    let second = 1_000_000_000;
    (nanos.div_euclid(second), nanos.rem_euclid(second) / 1000)
}
