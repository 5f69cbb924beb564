//! Small captures as lists of messages, and the trace that comes out of them.

use std::fs;

use sipscope::trace::{Hints, Node, Trace, read_node_file};
use sipscope::{Job, analyze, correlate};
use tempfile::TempDir;

use crate::support::captures::{PcapStyle, Record, linktype, pcap};
use crate::support::exchange::{START, socket};
use crate::support::frames::{
    ethernet, ethertype, tcp_flags, tcp_frame, udp_frame, udp_packet, vlan,
};

/// Frames with their times, a tenth of a second apart.
#[derive(Default)]
pub(crate) struct Scene {
    pub(crate) records: Vec<Record>,
}

impl Scene {
    pub(crate) fn frame(&mut self, frame: Vec<u8>) {
        let tenths = self.records.len() as u64;
        let nanos = (tenths % 10) as u32 * 100_000_000;
        self.records
            .push(Record::new(START + tenths / 10, nanos, frame));
    }

    pub(crate) fn udp(&mut self, from: &str, to: &str, message: &str) {
        self.frame(udp_frame(socket(from), socket(to), message));
    }

    /// In a VLAN, right after the frame before.
    pub(crate) fn tagged(&mut self, tag: u16, from: &str, to: &str, message: &str) {
        let packet = udp_packet(socket(from), socket(to), message);
        let tagged = vlan(tag, ethertype::IPV4, packet);
        self.frame(ethernet(ethertype::VLAN, tagged));
    }

    /// The same time as the frame before, as a second tap has it.
    pub(crate) fn at_once(&mut self) {
        let last = self.records.len() - 1;
        let (secs, nanos) = (self.records[last - 1].secs, self.records[last - 1].nanos);
        self.records[last].secs = secs;
        self.records[last].nanos = nanos + 1_000_000;
    }

    /// A message alone on a connection.
    pub(crate) fn tcp(&mut self, from: &str, to: &str, message: &str) {
        let (from, to) = (socket(from), socket(to));
        self.frame(tcp_frame(from, to, (0, 0, tcp_flags::SYN), []));
        let flags = tcp_flags::PSH | tcp_flags::ACK;
        self.frame(tcp_frame(from, to, (1, 1, flags), message));
    }

    pub(crate) fn trace(&self) -> Trace {
        self.trace_with("")
    }

    /// With this node file.
    pub(crate) fn trace_with(&self, nodes: &str) -> Trace {
        traced(&[self.records.as_slice()], nodes)
    }
}

/// The trace of these inputs, in this order.
pub(crate) fn traced(inputs: &[&[Record]], nodes: &str) -> Trace {
    let directory = TempDir::new().unwrap();
    let paths = inputs.iter().enumerate().map(|(number, records)| {
        let path = directory.path().join(format!("{number}.pcap"));
        let bytes = pcap(PcapStyle::default(), linktype::ETHERNET, records);
        fs::write(&path, bytes).unwrap();
        path
    });
    let job = Job {
        inputs: paths.collect(),
        threads: 1,
        ..Job::default()
    };
    let hints = Hints {
        nodes: read_node_file(nodes).unwrap(),
        ..Hints::default()
    };
    let mut intake = analyze(&job).unwrap();
    correlate(&mut intake, &job, &hints).unwrap()
}

/// A message. `vias` are sent-by and branch, topmost first; `lines` take the place of the usual ones of the same name.
pub(crate) fn message(first_line: &str, cseq: &str, vias: &[&str], lines: &[&str]) -> String {
    let mut all = vec![first_line.to_owned()];
    all.extend(vias.iter().map(|via| {
        let (sent_by, branch) = via.split_once(' ').unwrap();
        format!("Via: SIP/2.0/UDP {sent_by};branch=z9hG4bK{branch}")
    }));
    let usual = [
        "From: <sip:alice@example.com>;tag=a",
        "To: <sip:bob@example.com>",
        "Call-ID: call-1",
    ];
    let name = |line: &str| line.split(':').next().unwrap().to_owned();
    let replaced = |line: &str| lines.iter().any(|other| name(other) == name(line));
    all.extend(
        usual
            .iter()
            .filter(|line| !replaced(line))
            .map(|line| (*line).to_owned()),
    );
    all.push(format!("CSeq: {cseq}"));
    all.extend(lines.iter().map(|line| (*line).to_owned()));
    format!("{}\r\nContent-Length: 0\r\n\r\n", all.join("\r\n"))
}

pub(crate) fn request(method: &str, vias: &[&str], lines: &[&str]) -> String {
    let first_line = format!("{method} sip:bob@example.com SIP/2.0");
    message(&first_line, &format!("1 {method}"), vias, lines)
}

pub(crate) fn response(status: u16, method: &str, vias: &[&str], lines: &[&str]) -> String {
    message(
        &format!("SIP/2.0 {status} X"),
        &format!("1 {method}"),
        vias,
        lines,
    )
}

/// Addresses and names of each node, sorted, the nodes in their order.
pub(crate) fn members(trace: &Trace) -> Vec<Vec<String>> {
    trace.nodes().map(|node| members_of(&node)).collect()
}

pub(crate) fn members_of(node: &Node<'_>) -> Vec<String> {
    let addresses = node.addresses().into_iter();
    let addresses = addresses.map(|address| address.endpoint.to_string());
    let names = node.names().into_iter().map(str::to_owned);
    let mut all: Vec<_> = addresses.chain(names).collect();
    all.sort();
    all
}

/// `a = b: reason` of all joins.
pub(crate) fn joins(trace: &Trace) -> Vec<String> {
    let all = trace.nodes().flat_map(|node| node.evidence());
    all.map(|join| {
        format!(
            "{} = {}: {} at {} x{}",
            join.one,
            join.other,
            join.reason.name(),
            join.message.number(),
            join.count
        )
    })
    .collect()
}

/// Label and role of each node.
pub(crate) fn roles(trace: &Trace) -> Vec<(String, &'static str)> {
    let roles = trace.nodes().map(|node| (node.label(), node.role().name()));
    roles.collect()
}
