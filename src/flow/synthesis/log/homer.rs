//! Homer, as the search interface of version 7 gives it out: everything, an object to a line.

use std::net::SocketAddr;

use serde_json::json;

use super::Entry;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let object = json!({
        "sid": "7",
        "protocol_header": {
            "protocolFamily": if entry.source.is_ipv4() { 2 } else { 10 },
            "protocol": if entry.transport == "UDP" { 17 } else { 6 },
            "srcIp": entry.source.ip().to_string(),
            "srcPort": entry.source.port(),
            "dstIp": entry.destination.ip().to_string(),
            "dstPort": entry.destination.port(),
            "timeSeconds": entry.nanos / 1_000_000_000,
            "timeUseconds": entry.nanos / 1000 % 1_000_000,
            "captureId": "2001",
            "payloadType": 1,
        },
        "raw": entry.text(),
    });
    format!("{object}\n").into_bytes()
}
