//! JSON of tshark: everything.

use crate::logs::traffic::{Read, Sent, all, check, check_text, read_text};
use sipscope::source::TextOptions;

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn time(sent: &Sent) -> String {
    format!(
        "{}.{:09}",
        sent.nanos / 1_000_000_000,
        sent.nanos % 1_000_000_000
    )
}

/// A packet of `-T json`, with the raw bytes of the message if they are asked for.
fn packet(sent: &Sent, number: usize, raw: bool) -> String {
    let text = sent.text();
    let (first, rest) = text.split_once("\r\n").unwrap();
    let carrier = sent.transport.to_lowercase();
    let name = if first.starts_with("SIP/") {
        "Status-Line"
    } else {
        "Request-Line"
    };
    let digits: String = sent
        .bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let raw = match raw {
        true => format!(
            "        \"sip_raw\": [\n          \"{digits}\",\n          42,\n          {},\n          0,\n          1\n        ],\n",
            sent.bytes.len()
        ),
        false => String::new(),
    };
    let (source, destination) = (sent.source, sent.destination);
    format!(
        r#"  {{
    "_index": "packets-2023-11-14",
    "_type": "doc",
    "_score": null,
    "_source": {{
      "layers": {{
        "frame": {{
          "frame.time_epoch": "{}",
          "frame.number": "{number}"
        }},
        "ip": {{
          "ip.src": "{}",
          "ip.addr": "{}",
          "ip.dst": "{}",
          "ip.addr": "{}"
        }},
        "{carrier}": {{
          "{carrier}.srcport": "{}",
          "{carrier}.dstport": "{}"
        }},
{raw}        "sip": {{
          "sip.{name}": {},
          "sip.{name}_tree": {{
            "sip.resend": "0"
          }},
          "sip.msg_hdr": {}
        }}
      }}
    }}
  }}"#,
        time(sent),
        source.ip(),
        source.ip(),
        destination.ip(),
        destination.ip(),
        source.port(),
        destination.port(),
        quoted(first),
        quoted(rest),
    )
}

/// A packet of `-T ek`.
fn line(sent: &Sent) -> String {
    let text = sent.text();
    let (first, rest) = text.split_once("\r\n").unwrap();
    let carrier = sent.transport.to_lowercase();
    let name = if first.starts_with("SIP/") {
        "Status-Line"
    } else {
        "Request-Line"
    };
    let (source, destination) = (sent.source, sent.destination);
    format!(
        "{{\"index\":{{\"_index\":\"packets-2023-11-14\",\"_type\":\"doc\"}}}}\n\
         {{\"timestamp\":\"{}\",\"layers\":{{\"frame\":{{\"frame_frame_time_epoch\":\"{}\"}},\
         \"ip\":{{\"ip_ip_src\":\"{}\",\"ip_ip_dst\":\"{}\",\"ip_ip_addr\":[\"{}\",\"{}\"]}},\
         \"{carrier}\":{{\"{carrier}_{carrier}_srcport\":\"{}\",\"{carrier}_{carrier}_dstport\":\"{}\"}},\
         \"sip\":{{\"sip_sip_{name}\":{},\"sip_sip_resend\":false,\"sip_sip_msg_hdr\":{}}}}}}}\n",
        sent.nanos / 1_000_000,
        time(sent),
        source.ip(),
        destination.ip(),
        source.ip(),
        destination.ip(),
        source.port(),
        destination.port(),
        quoted(first),
        quoted(rest),
    )
}

fn list(packets: &[String]) -> String {
    format!("[\n{}\n]\n", packets.join(",\n"))
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let expected: Vec<Read> = traffic.iter().map(Sent::exact).collect();
    let packets = |raw| -> Vec<String> {
        let numbered = traffic.iter().enumerate();
        numbered
            .map(|(number, sent)| packet(sent, number, raw))
            .collect()
    };
    check(
        "tshark.json",
        "tshark",
        list(&packets(false)).as_bytes(),
        &expected,
    );
    check_text(list(&packets(true)).as_bytes(), &expected);
    let lines: String = traffic.iter().map(line).collect();
    check("tshark_ek.json", "tshark", lines.as_bytes(), &expected);
}

#[test]
fn bytes_that_are_no_text_come_from_the_raw_ones() {
    let mut sent = all()[0].clone();
    let text = sent.text();
    let at = text.find("Example-Phone").unwrap();
    sent.bytes[at] = 0xff;
    let lossy = String::from_utf8_lossy(&sent.bytes).into_owned();
    let shown = Sent {
        bytes: lossy.into_bytes(),
        ..sent.clone()
    };
    let digits = |sent: &Sent| -> String {
        sent.bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    let packet = packet(&shown, 1, true).replace(&digits(&shown), &digits(&sent));
    let read = read_text(list(&[packet]).as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert!(read[0].spoiled.is_empty() && read[0].whole);
    let bare = list(&[self::packet(&shown, 1, false)]);
    let read = read_text(bare.as_bytes(), TextOptions::default());
    assert_eq!(read[0].spoiled, ["length"]);
}

#[test]
fn the_inner_addresses_of_a_tunnel_count_and_quoted_messages_do_not() {
    let sent = &all()[0];
    let packet = packet(sent, 1, false);
    let outer = r#""ip": {"ip.src": "198.51.100.1", "ip.dst": "198.51.100.2"},
        "udp": {"udp.srcport": "2152", "udp.dstport": "2152"}, "gtp": {},
        "ip""#;
    let tunnel = packet.replacen("\"ip\"", outer, 1);
    check_text(list(&[tunnel]).as_bytes(), &[sent.exact()]);
    let error = packet.replacen("\"ip\"", "\"icmp\": {},\n        \"ip\"", 1);
    let both = list(&[error, packet]);
    assert_eq!(read_text(both.as_bytes(), TextOptions::default()).len(), 1);
}
