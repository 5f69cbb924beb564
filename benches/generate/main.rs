//! Writes large, reproducible captures of SIP calls over several hops, to measure and stress the
//! auditor with. `--help` tells the options.

mod background;
mod generator;
mod options;
mod random;
mod script;
mod session;
#[path = "../../tests/support/mod.rs"]
mod support;
mod trace;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use support::captures::{PcapStyle, linktype, pcap_header};
use support::frames::{
    ethernet, ethertype, ip, ip_ethertype, ipv4_fragments, ipv6_fragments, protocol, tcp_flags,
    tcp_packet, udp, udp_packet, vlan,
};

use background::*;
use generator::*;
pub(crate) use options::Options;
use random::*;
use script::*;
use session::*;
use trace::*;

/// Sessions under way at once, so that memory stays the same however long the capture gets.
const CONCURRENT: usize = 256;
const MILLISECOND: u64 = 1_000;
const SECOND: u64 = 1_000_000;
const START: u64 = 1_700_000_000 * SECOND;
const SIP_PORT: u16 = 5060;

const HELP: &str = "\
Writes a pcap of SIP calls to standard output, and a line that counts them to standard error.

  --calls N          number of calls (1000, or without limit where --bytes is given)
  --bytes N[k|m|g]   stop after about that many bytes
  --hops N           links between caller and callee (3)
  --message-size N   average bytes of a SIP message (1000)
  --other SHARE      share of packets that are not SIP, from 0 to below 1 (0)
  --tcp SHARE        share of calls over TCP (0)
  --ipv6 SHARE       share of calls over IPv6 (0)
  --fragments        make some messages larger and fragment UDP datagrams over the MTU
  --vlan             put each frame in an 802.1Q tag
  --seed N           start of the random numbers (1)
  -o FILE            write to this file
";

fn main() -> ExitCode {
    let outcome = match Options::parse(std::env::args().skip(1)) {
        Ok(None) => io::stdout().write_all(HELP.as_bytes()),
        Ok(Some(options)) => run(&options).and_then(tell),
        Err(complaint) => Err(io::Error::other(format!("{complaint}; see --help"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell where standard error cannot be written either.
            let _ = writeln!(io::stderr(), "generate: {error}");
            ExitCode::FAILURE
        }
    }
}

pub(crate) fn run(options: &Options) -> io::Result<Counts> {
    let out: Box<dyn Write> = match &options.output {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout()),
    };
    Generator::new(options, out)?.run()
}

fn tell(counts: Counts) -> io::Result<()> {
    writeln!(
        io::stderr(),
        "{} packets, {} SIP messages, {} calls, {} bytes",
        counts.sip_packets + counts.other_packets,
        counts.messages,
        counts.calls,
        counts.bytes
    )
}
