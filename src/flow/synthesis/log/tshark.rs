//! tshark (`-T json`): everything, with the message as first line and rest.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::Entry;

pub(super) fn head(_: i64) -> Vec<u8> {
    b"[\n".to_vec()
}

pub(super) const TAIL: &str = "\n]\n";

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let text = entry.text();
    let (first, rest) = text.split_once("\r\n").unwrap_or((&text, ""));
    let line = match entry.kind() {
        "response" => "sip.Status-Line",
        _ => "sip.Request-Line",
    };
    let network = if entry.source.is_ipv4() { "ip" } else { "ipv6" };
    let carrier = entry.transport.to_lowercase();
    let (source, destination) = (entry.source, entry.destination);
    let seconds = format!(
        "{}.{:09}",
        entry.nanos.div_euclid(1_000_000_000),
        entry.nanos.rem_euclid(1_000_000_000)
    );
    let layer = |name: &str, ends: [(&str, Value); 2]| -> Value {
        let ends = ends.map(|(end, value)| (format!("{name}.{end}"), value));
        Value::Object(ends.into_iter().collect())
    };
    let packet = json!({
        "_index": format!("packets-{}", entry.when("%Y-%m-%d")),
        "_type": "doc",
        "_score": null,
        "_source": { "layers": {
            "frame": {
                "frame.time_epoch": seconds,
                "frame.number": entry.number.to_string(),
            },
            network: layer(network, [
                ("src", source.ip().to_string().into()),
                ("dst", destination.ip().to_string().into()),
            ]),
            &carrier: layer(&carrier, [
                ("srcport", source.port().to_string().into()),
                ("dstport", destination.port().to_string().into()),
            ]),
            "sip": { line: first, "sip.msg_hdr": rest },
        } },
    });
    let before = if entry.number > 1 { ",\n" } else { "" };
    format!("{before}{packet:#}").into_bytes()
}
