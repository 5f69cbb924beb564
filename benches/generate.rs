//! Writes large, reproducible captures of SIP calls over several hops, to measure and stress the
//! auditor with. `--help` tells the options.

#[path = "../tests/support/mod.rs"]
mod support;

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
        Ok(Some(options)) => run(&options),
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

fn run(options: &Options) -> io::Result<()> {
    let out: Box<dyn Write> = match &options.output {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout()),
    };
    let counts = Generator::new(options, out)?.run()?;
    writeln!(
        io::stderr(),
        "{} packets, {} SIP messages, {} calls, {} bytes",
        counts.sip_packets + counts.other_packets,
        counts.messages,
        counts.calls,
        counts.bytes
    )
}

struct Options {
    calls: Option<u64>,
    bytes: Option<u64>,
    hops: usize,
    message_size: usize,
    other: f64,
    tcp: f64,
    ipv6: f64,
    fragments: bool,
    vlan: bool,
    seed: u64,
    output: Option<String>,
}

impl Options {
    /// `None` where help is asked for.
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            calls: None,
            bytes: None,
            hops: 3,
            message_size: 1000,
            other: 0.0,
            tcp: 0.0,
            ipv6: 0.0,
            fragments: false,
            vlan: false,
            seed: 1,
            output: None,
        };
        while let Some(name) = args.next() {
            let mut value = || args.next().ok_or(format!("{name} needs a value"));
            match name.as_str() {
                "--calls" => options.calls = Some(number(&value()?)?),
                "--bytes" => options.bytes = Some(number(&value()?)?),
                "--hops" => options.hops = number(&value()?)?.clamp(1, 16) as usize,
                "--message-size" => options.message_size = number(&value()?)?.min(20_000) as usize,
                "--other" => options.other = share(&value()?)?.min(0.9999),
                "--tcp" => options.tcp = share(&value()?)?,
                "--ipv6" => options.ipv6 = share(&value()?)?,
                "--fragments" => options.fragments = true,
                "--vlan" => options.vlan = true,
                "--seed" => options.seed = number(&value()?)?,
                "-o" => options.output = Some(value()?),
                "-h" | "--help" => return Ok(None),
                _ => return Err(format!("unknown option {name}")),
            }
        }
        if options.calls.is_none() && options.bytes.is_none() {
            options.calls = Some(1000);
        }
        Ok(Some(options))
    }
}

/// A whole number, with k, m or g for powers of 1000.
fn number(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.split_at_checked(text.len().saturating_sub(1)) {
        Some((digits, "k")) => (digits, 1_000),
        Some((digits, "m")) => (digits, 1_000_000),
        Some((digits, "g")) => (digits, 1_000_000_000),
        _ => (text, 1),
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|number| number.checked_mul(factor))
        .ok_or(format!("{text} is no number"))
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or(format!("{text} is no share between 0 and 1"))
}

/// The splitmix64 generator: small, fast, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    fn pick<'a, T>(&mut self, items: &'a mut [T]) -> &'a mut T {
        let index = self.next() as usize % items.len();
        &mut items[index]
    }
}

/// Sessions under way at once, so that memory stays the same however long the capture gets.
const CONCURRENT: usize = 256;
const MILLISECOND: u64 = 1_000;
const SECOND: u64 = 1_000_000;
const START: u64 = 1_700_000_000 * SECOND;
const SIP_PORT: u16 = 5060;

/// Runs the sessions side by side, in the order of their next messages.
struct Generator<'a> {
    options: &'a Options,
    random: Random,
    trace: Trace,
    agenda: BinaryHeap<Reverse<(u64, usize)>>,
    slots: Vec<Option<Session>>,
    steps_planned: u64,
    steps_done: u64,
}

impl<'a> Generator<'a> {
    fn new(options: &'a Options, out: Box<dyn Write>) -> io::Result<Self> {
        let mut random = Random(options.seed);
        let agenda = (0..CONCURRENT)
            .map(|slot| {
                Reverse((
                    START + slot as u64 * random.between(20, 60) * MILLISECOND,
                    slot,
                ))
            })
            .collect();
        Ok(Self {
            options,
            trace: Trace::new(options, out, random.next())?,
            random,
            agenda,
            slots: (0..CONCURRENT).map(|_| None).collect(),
            steps_planned: 0,
            steps_done: 0,
        })
    }

    fn run(mut self) -> io::Result<Counts> {
        while let Some(Reverse((now, slot))) = self.agenda.pop() {
            let session = match self.slots[slot].take() {
                Some(session) => session,
                None if self.is_enough() => continue,
                None => self.start(),
            };
            self.advance(now, slot, session)?;
        }
        self.trace.out.flush()?;
        Ok(self.trace.counts)
    }

    fn start(&mut self) -> Session {
        self.trace.counts.calls += 1;
        let session = Session::new(self.options, self.trace.counts.calls, &mut self.random);
        self.steps_planned += session.steps.len() as u64;
        session
    }

    /// Whether what has been written, and what the sessions under way will add, is as much as
    /// was asked for.
    fn is_enough(&self) -> bool {
        let counts = &self.trace.counts;
        let step_size = if self.steps_done == 0 {
            (self.options.message_size + 100) as f64 / (1.0 - self.options.other)
        } else {
            counts.bytes as f64 / self.steps_done as f64
        };
        let bytes = counts.bytes + (self.steps_planned as f64 * step_size) as u64;
        counts.calls > 0
            && (self
                .options
                .calls
                .is_some_and(|limit| counts.calls >= limit)
                || self.options.bytes.is_some_and(|limit| bytes >= limit))
    }

    /// Writes the next step of a session and puts the one after it on the agenda.
    fn advance(&mut self, now: u64, slot: usize, mut session: Session) -> io::Result<()> {
        if let Some(step) = session.steps.next() {
            self.steps_planned -= 1;
            self.steps_done += 1;
            session.perform(now, &step, &mut self.trace)?;
        }
        let next = match session.steps.as_slice().first() {
            Some(step) => {
                let next = now + step.pause;
                self.slots[slot] = Some(session);
                next
            }
            None => {
                session.close(now, &mut self.trace)?;
                now + self.random.between(100, 900) * MILLISECOND
            }
        };
        self.agenda.push(Reverse((next, slot)));
        Ok(())
    }
}

/// What has been written so far.
#[derive(Default)]
struct Counts {
    sip_packets: u64,
    other_packets: u64,
    messages: u64,
    calls: u64,
    bytes: u64,
}

/// The capture file, which mixes other traffic in at the share asked for.
struct Trace {
    out: BufWriter<Box<dyn Write>>,
    vlan: bool,
    fragments: bool,
    other_per_sip: f64,
    background: Background,
    clock: u64,
    datagrams: u32,
    counts: Counts,
}

impl Trace {
    fn new(options: &Options, out: Box<dyn Write>, seed: u64) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 20, out);
        let header = pcap_header(PcapStyle::default(), linktype::ETHERNET);
        out.write_all(&header)?;
        Ok(Self {
            out,
            vlan: options.vlan,
            fragments: options.fragments,
            other_per_sip: options.other / (1.0 - options.other),
            background: Background::new(Random(seed)),
            clock: START,
            datagrams: 0,
            counts: Counts {
                bytes: header.len() as u64,
                ..Counts::default()
            },
        })
    }

    /// Writes a packet that carries SIP, after the other traffic due before it.
    fn sip(&mut self, now: u64, packet: &[u8]) -> io::Result<()> {
        let due = (self.counts.sip_packets as f64 * self.other_per_sip) as u64;
        let due = due.saturating_sub(self.counts.other_packets);
        let pause = now.saturating_sub(self.clock) / (due + 1);
        for _ in 0..due {
            let other = self.background.packet();
            self.other(self.clock + pause, &other)?;
        }
        self.counts.sip_packets += 1;
        self.write(now, packet)
    }

    fn other(&mut self, now: u64, packet: &[u8]) -> io::Result<()> {
        self.counts.other_packets += 1;
        self.write(now, packet)
    }

    fn sip_datagram(&mut self, now: u64, ends: [SocketAddr; 2], message: &[u8]) -> io::Result<()> {
        let [src, dst] = ends;
        if !self.fragments || message.len() + 8 <= 1480 {
            return self.sip(now, &udp_packet(src, dst, message));
        }
        let datagram = udp(src.ip(), dst.ip(), src.port(), dst.port(), message);
        self.datagrams += 1;
        let id = self.datagrams;
        let fragments = match (src.ip(), dst.ip()) {
            (IpAddr::V6(src), IpAddr::V6(dst)) => ipv6_fragments(
                id,
                src.octets(),
                dst.octets(),
                protocol::UDP,
                datagram,
                1448,
            ),
            (IpAddr::V4(src), IpAddr::V4(dst)) => ipv4_fragments(
                id as u16,
                src.octets(),
                dst.octets(),
                protocol::UDP,
                datagram,
                1480,
            ),
            _ => vec![ip(src.ip(), dst.ip(), protocol::UDP, datagram)],
        };
        fragments
            .iter()
            .try_for_each(|fragment| self.sip(now, fragment))
    }

    /// Writes an IP packet at this time, or right after the last packet if that was later.
    fn write(&mut self, now: u64, packet: &[u8]) -> io::Result<()> {
        self.clock = now.max(self.clock + 1);
        let ethertype = ip_ethertype(packet);
        let link = if self.vlan {
            ethernet(ethertype::VLAN, vlan(100, ethertype, []))
        } else {
            ethernet(ethertype, [])
        };
        let length = (link.len() + packet.len()) as u32;
        let head = [
            (self.clock / SECOND) as u32,
            (self.clock % SECOND) as u32,
            length,
            length,
        ];
        for word in head {
            self.out.write_all(&word.to_le_bytes())?;
        }
        self.out.write_all(&link)?;
        self.out.write_all(packet)?;
        self.counts.bytes += 16 + u64::from(length);
        Ok(())
    }
}

/// Bytes of a TCP segment's payload on a link of the usual MTU.
const MSS: usize = 1448;

/// A TCP connection with the next sequence number of each end.
struct Connection {
    ends: [SocketAddr; 2],
    next: [u32; 2],
    open: bool,
}

impl Connection {
    fn new(ends: [SocketAddr; 2], random: &mut Random) -> Self {
        Self {
            ends,
            next: [random.next() as u32, random.next() as u32],
            open: false,
        }
    }

    fn segment(&mut self, from: usize, flags: u8, payload: &[u8]) -> Vec<u8> {
        let to = 1 - from;
        let ack = if flags & tcp_flags::ACK == 0 {
            0
        } else {
            self.next[to]
        };
        let numbers = (self.next[from], ack, flags);
        let packet = tcp_packet(self.ends[from], self.ends[to], numbers, payload);
        let counted_flags = u32::from(flags & (tcp_flags::SYN | tcp_flags::FIN) != 0);
        self.next[from] = self.next[from].wrapping_add(payload.len() as u32 + counted_flags);
        packet
    }

    fn open(&mut self, now: u64, trace: &mut Trace) -> io::Result<()> {
        self.open = true;
        trace.other(now, &self.segment(0, tcp_flags::SYN, &[]))?;
        trace.other(now, &self.segment(1, tcp_flags::SYN | tcp_flags::ACK, &[]))?;
        trace.other(now, &self.segment(0, tcp_flags::ACK, &[]))
    }

    fn send(&mut self, now: u64, from: usize, bytes: &[u8], trace: &mut Trace) -> io::Result<()> {
        if !self.open {
            self.open(now, trace)?;
        }
        for piece in bytes.chunks(MSS) {
            trace.sip(
                now,
                &self.segment(from, tcp_flags::ACK | tcp_flags::PSH, piece),
            )?;
        }
        trace.other(now, &self.segment(1 - from, tcp_flags::ACK, &[]))
    }

    fn close(&mut self, now: u64, trace: &mut Trace) -> io::Result<()> {
        trace.other(now, &self.segment(0, tcp_flags::ACK | tcp_flags::FIN, &[]))?;
        trace.other(now, &self.segment(1, tcp_flags::ACK | tcp_flags::FIN, &[]))?;
        trace.other(now, &self.segment(0, tcp_flags::ACK, &[]))
    }
}

/// The messages of a session, each of which passes every link in turn.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Register,
    Challenge,
    Login,
    Registered,
    Invite,
    Trying,
    Ringing,
    Answer,
    Ack,
    Bye,
    ByeOk,
}

impl Kind {
    fn method(self) -> &'static str {
        match self {
            Self::Register | Self::Challenge | Self::Login | Self::Registered => "REGISTER",
            Self::Invite | Self::Trying | Self::Ringing | Self::Answer => "INVITE",
            Self::Ack => "ACK",
            Self::Bye | Self::ByeOk => "BYE",
        }
    }

    /// The status line of a response.
    fn status(self) -> Option<&'static str> {
        match self {
            Self::Challenge => Some("401 Unauthorized"),
            Self::Registered | Self::Answer | Self::ByeOk => Some("200 OK"),
            Self::Trying => Some("100 Trying"),
            Self::Ringing => Some("180 Ringing"),
            _ => None,
        }
    }

    /// Tells the branches of a session's transactions apart.
    fn transaction(self) -> char {
        match self {
            Self::Register | Self::Challenge => 'r',
            Self::Login | Self::Registered => 'l',
            Self::Invite | Self::Trying | Self::Ringing | Self::Answer => 'i',
            Self::Ack => 'a',
            Self::Bye | Self::ByeOk => 'b',
        }
    }

    fn has_to_tag(self) -> bool {
        !matches!(
            self,
            Self::Register | Self::Login | Self::Invite | Self::Trying
        )
    }

    fn has_sdp(self) -> bool {
        matches!(self, Self::Invite | Self::Answer)
    }

    /// Size relative to the average; over the messages of a call they come to that average.
    fn weight(self) -> f64 {
        match self {
            Self::Invite => 1.5,
            Self::Answer => 1.4,
            Self::Ringing => 1.1,
            Self::Ack => 0.6,
            Self::Trying => 0.4,
            _ => 1.0,
        }
    }

    /// Headers that may be added as long as the message is short of its size.
    fn optional_headers(self) -> &'static [&'static str] {
        match self {
            Self::Ack => &["User-Agent: Example-Phone/14.2 IMS-Client/6.0\r\n"],
            Self::Register | Self::Login => &[
                "User-Agent: Example-Phone/14.2 IMS-Client/6.0\r\n",
                "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER\r\n",
            ],
            Self::Invite | Self::Bye => &[
                "User-Agent: Example-Phone/14.2 IMS-Client/6.0\r\n",
                "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER\r\n",
                "Supported: 100rel, timer, precondition, replaces\r\n",
                "Accept: application/sdp, application/3gpp-ims+xml\r\n",
            ],
            _ => &[
                "Server: Example-Core/9.1\r\n",
                "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER\r\n",
            ],
        }
    }
}

/// Messages that travel together over one link: two only where TCP puts them in one segment.
struct Step {
    pause: u64,
    position: usize,
    kinds: &'static [Kind],
}

/// Collects the steps of a session.
struct Script<'a> {
    steps: Vec<Step>,
    random: &'a mut Random,
}

impl Script<'_> {
    fn step(&mut self, pause: [u64; 2], position: usize, kinds: &'static [Kind]) {
        let [shortest, longest] = pause;
        let pause = self.random.between(shortest, longest);
        self.steps.push(Step {
            pause,
            position,
            kinds,
        });
    }

    /// Lets messages pass links in this order, the first after `pause`.
    fn pass(
        &mut self,
        mut pause: [u64; 2],
        positions: impl Iterator<Item = usize>,
        kinds: &'static [Kind],
    ) {
        for position in positions {
            self.step(pause, position, kinds);
            pause = HOP;
        }
    }

    fn registration(&mut self, links: usize) {
        self.pass(HOP, 0..links, &[Kind::Register]);
        self.pass(HOP, (0..links).rev(), &[Kind::Challenge]);
        self.pass(SOON, 0..links, &[Kind::Login]);
        self.pass(HOP, (0..links).rev(), &[Kind::Registered]);
    }

    fn call(&mut self, links: usize, answer_at_once: bool) {
        for link in 0..links {
            self.step(HOP, link, &[Kind::Invite]);
            self.step(HOP, link, &[Kind::Trying]);
        }
        if answer_at_once {
            self.pass(SOON, (0..links).rev(), &[Kind::Ringing, Kind::Answer]);
        } else {
            self.pass(SOON, (0..links).rev(), &[Kind::Ringing]);
            self.pass(RINGING, (0..links).rev(), &[Kind::Answer]);
        }
        self.pass(HOP, 0..links, &[Kind::Ack]);
        self.pass(TALKING, 0..links, &[Kind::Bye]);
        self.pass(HOP, (0..links).rev(), &[Kind::ByeOk]);
    }
}

const HOP: [u64; 2] = [MILLISECOND, 6 * MILLISECOND];
const SOON: [u64; 2] = [40 * MILLISECOND, 300 * MILLISECOND];
const RINGING: [u64; 2] = [SECOND, 4 * SECOND];
const TALKING: [u64; 2] = [2 * SECOND, 20 * SECOND];

/// A phone's number and its tag in the dialog.
struct Party {
    user: String,
    tag: String,
    contact: String,
}

/// One call, with a registration before some.
struct Session {
    /// Makes the session's identifiers and noise its own.
    key: u64,
    call_id: String,
    caller: Party,
    callee: Party,
    /// The caller, the proxies in between, and the callee.
    nodes: Vec<SocketAddr>,
    hosts: Vec<String>,
    /// One for each link, or none where the call goes over UDP.
    connections: Vec<Connection>,
    steps: std::vec::IntoIter<Step>,
    callee_hangs_up: bool,
    message_size: f64,
    /// Added to what carries SDP.
    extra_size: usize,
}

impl Session {
    fn new(options: &Options, call: u64, random: &mut Random) -> Self {
        let key = random.next();
        let is_ipv6 = random.chance(options.ipv6);
        let is_tcp = random.chance(options.tcp);
        let links = options.hops;
        let host_number = call as u32;
        let nodes: Vec<SocketAddr> = (0..=links)
            .map(|node| match node {
                0 => address(is_ipv6, 64, host_number),
                node if node == links => address(is_ipv6, 128, host_number),
                proxy => address(is_ipv6, 0, proxy as u32),
            })
            .map(|address| SocketAddr::new(address, SIP_PORT))
            .collect();
        let client_port = 10_000 + (call % 50_000) as u16;
        let connections = nodes
            .windows(2)
            .filter(|_| is_tcp)
            .map(|pair| {
                let client = SocketAddr::new(pair[0].ip(), client_port);
                Connection::new([client, pair[1]], random)
            })
            .collect();

        let mut script = Script {
            steps: Vec::new(),
            random,
        };
        // The registrar is the second proxy, or the only one; two phones alone have none.
        if call.is_multiple_of(10) && links > 1 {
            script.registration((links - 1).min(2));
        }
        script.call(links, is_tcp && call.is_multiple_of(3));

        let hosts: Vec<String> = nodes.iter().map(SocketAddr::to_string).collect();
        Self {
            key,
            call_id: format!("{key:016x}{call:x}"),
            caller: Party::new(format!("+49301{call:08}"), format!("a{key:x}"), &hosts[0]),
            callee: Party::new(
                format!("+49302{call:08}"),
                format!("b{key:x}"),
                &hosts[links],
            ),
            nodes,
            hosts,
            connections,
            steps: script.steps.into_iter(),
            callee_hangs_up: key.is_multiple_of(3),
            message_size: options.message_size as f64,
            extra_size: if options.fragments && call.is_multiple_of(4) {
                2500
            } else {
                0
            },
        }
    }

    /// Sends the messages of a step over its link.
    fn perform(&mut self, now: u64, step: &Step, trace: &mut Trace) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(4096);
        for kind in step.kinds {
            self.message(*kind, step.position, &mut bytes)?;
        }
        trace.counts.messages += step.kinds.len() as u64;

        let kind = step.kinds[0];
        let near = self.node(kind, step.position);
        let far = self.node(kind, step.position + 1);
        let (from, to) = if kind.status().is_none() {
            (near, far)
        } else {
            (far, near)
        };
        match self.connections.get_mut(from.min(to)) {
            Some(connection) => connection.send(now, usize::from(from > to), &bytes, trace),
            None => trace.sip_datagram(now, [self.nodes[from], self.nodes[to]], &bytes),
        }
    }

    fn close(&mut self, now: u64, trace: &mut Trace) -> io::Result<()> {
        self.connections
            .iter_mut()
            .try_for_each(|connection| connection.close(now, trace))
    }

    fn is_from_callee(&self, kind: Kind) -> bool {
        self.callee_hangs_up && kind.method() == "BYE"
    }

    /// The node at a position on a request's path, counted from whoever sent it first.
    fn node(&self, kind: Kind, position: usize) -> usize {
        if self.is_from_callee(kind) {
            self.nodes.len() - 1 - position
        } else {
            position
        }
    }

    /// Writes a message as it looks on the link from `position` of its request's path. What no
    /// proxy may touch depends on the session and the kind of message alone.
    fn message(&self, kind: Kind, position: usize, out: &mut Vec<u8>) -> io::Result<()> {
        self.routing_headers(kind, position, out)?;
        let start = out.len();
        self.dialog_headers(kind, out)?;
        let body = if kind.has_sdp() {
            out.extend_from_slice(b"Content-Type: application/sdp\r\n");
            self.sdp(kind)
        } else {
            String::new()
        };
        let end_of_headers = format!("Content-Length: {}\r\n\r\n", body.len());

        let mut random = Random(self.key ^ kind as u64);
        let extra = if kind.has_sdp() { self.extra_size } else { 0 };
        let average = (self.message_size * kind.weight()) as usize;
        let size = random.between(average as u64 * 3 / 4, average as u64 * 5 / 4 + 1) as usize;
        let usual_routing = 60 * self.nodes.len();
        let rest = usual_routing + end_of_headers.len() + body.len();
        fill(
            kind,
            (start + size + extra).saturating_sub(rest),
            &mut random,
            out,
        );
        out.extend_from_slice(end_of_headers.as_bytes());
        out.extend_from_slice(body.as_bytes());
        Ok(())
    }

    /// The first line and what every proxy on the way adds or takes.
    fn routing_headers(&self, kind: Kind, position: usize, out: &mut Vec<u8>) -> io::Result<()> {
        let last = self.nodes.len() - 1;
        let host = |position| &self.hosts[self.node(kind, position)];
        match kind.status() {
            Some(status) => write!(out, "SIP/2.0 {status}\r\n")?,
            None => {
                let target = match kind {
                    Kind::Register | Kind::Login => "sip:ims.example.org".to_owned(),
                    Kind::Invite if position + 1 < last => {
                        format!("sip:{}@ims.example.org;user=phone", self.callee.user)
                    }
                    _ if self.is_from_callee(kind) => self.caller.contact.clone(),
                    _ => self.callee.contact.clone(),
                };
                write!(out, "{} {target} SIP/2.0\r\n", kind.method())?;
            }
        }
        let transport = if self.connections.is_empty() {
            "UDP"
        } else {
            "TCP"
        };
        let (call_id, transaction) = (&self.call_id, kind.transaction());
        for via in (0..=position).rev() {
            let branch = format_args!("z9hG4bK{call_id}{transaction}{via}");
            write!(
                out,
                "Via: SIP/2.0/{transport} {};branch={branch}\r\n",
                host(via)
            )?;
        }
        if kind.status().is_none() {
            write!(out, "Max-Forwards: {}\r\n", 70 - position)?;
            let destination = match kind {
                Kind::Register | Kind::Login => (last - 1).min(2),
                _ => last,
            };
            for proxy in position + 1..destination {
                write!(out, "Route: <sip:{};lr>\r\n", host(proxy))?;
            }
        }
        let recorded = match kind {
            Kind::Invite => 1..position + 1,
            Kind::Ringing | Kind::Answer => 1..last,
            _ => 0..0,
        };
        for proxy in recorded.rev() {
            write!(out, "Record-Route: <sip:{};lr>\r\n", host(proxy))?;
        }
        let leaves_network = position + 1 == last;
        if kind.status().is_none() && kind != Kind::Ack && !leaves_network {
            let access = "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=2620212340abcdef";
            write!(out, "P-Access-Network-Info: {access}\r\n")?;
        }
        if matches!(kind, Kind::Register | Kind::Login) && position > 0 {
            write!(out, "Path: <sip:{};lr>\r\n", host(1))?;
        }
        Ok(())
    }

    /// What stays the same from end to end.
    fn dialog_headers(&self, kind: Kind, out: &mut Vec<u8>) -> io::Result<()> {
        let method = kind.method();
        let is_register = method == "REGISTER";
        let (from, to) = match kind {
            _ if is_register => (&self.caller, &self.caller),
            _ if self.is_from_callee(kind) => (&self.callee, &self.caller),
            _ => (&self.caller, &self.callee),
        };
        // A registrar makes a tag of its own; a caller's registration is no dialog.
        let (prefix, to_tag) = if is_register {
            ("r", &self.callee.tag)
        } else {
            ("", &to.tag)
        };
        write!(
            out,
            "From: <sip:{}@ims.example.org>;tag={prefix}{}\r\n",
            from.user, from.tag
        )?;
        write!(out, "To: <sip:{}@ims.example.org>", to.user)?;
        if kind.has_to_tag() {
            write!(out, ";tag={prefix}{to_tag}")?;
        }
        let number = match kind {
            Kind::Login | Kind::Registered => 2,
            Kind::Bye | Kind::ByeOk if !self.callee_hangs_up => 2,
            _ => 1,
        };
        write!(
            out,
            "\r\nCall-ID: {prefix}{}\r\nCSeq: {number} {method}\r\n",
            self.call_id
        )?;

        let (caller, callee) = (&self.caller, &self.callee);
        let key = &self.call_id[..16];
        match kind {
            Kind::Invite => write!(out, "Contact: <{}>\r\n", caller.contact),
            Kind::Ringing | Kind::Answer => write!(out, "Contact: <{}>\r\n", callee.contact),
            Kind::Register => {
                write!(
                    out,
                    "Contact: <{}>\r\nExpires: 600000\r\nSupported: path\r\n",
                    caller.contact
                )
            }
            Kind::Challenge => write!(
                out,
                "WWW-Authenticate: Digest realm=\"ims.example.org\",nonce=\"{key}\",\
                 algorithm=AKAv1-MD5,qop=\"auth\"\r\n"
            ),
            Kind::Login => write!(
                out,
                "Contact: <{}>\r\nExpires: 600000\r\nSupported: path\r\n\
                 Authorization: Digest username=\"{}@ims.example.org\",realm=\"ims.example.org\",\
                 nonce=\"{key}\",uri=\"sip:ims.example.org\",response=\"{key}{key}\",\
                 algorithm=AKAv1-MD5,qop=auth,nc=00000001,cnonce=\"{key}\"\r\n",
                caller.contact, caller.user
            ),
            Kind::Registered => write!(
                out,
                "Contact: <{}>;expires=600000\r\nPath: <sip:{};lr>\r\n",
                caller.contact, self.hosts[1]
            ),
            _ => Ok(()),
        }
    }

    fn sdp(&self, kind: Kind) -> String {
        let node = if kind == Kind::Invite {
            0
        } else {
            self.nodes.len() - 1
        };
        let address = self.nodes[node].ip();
        let family = if address.is_ipv4() { "IP4" } else { "IP6" };
        format!(
            "v=0\r\no=- 1 1 IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\n\
             m=audio 49152 RTP/AVP 97 8 101\r\nb=AS:41\r\n\
             a=rtpmap:97 AMR-WB/16000\r\na=fmtp:97 mode-change-capability=2;max-red=0\r\n\
             a=rtpmap:8 PCMA/8000\r\n\
             a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n\
             a=ptime:20\r\na=maxptime:240\r\na=sendrecv\r\n"
        )
    }
}

impl Party {
    fn new(user: String, tag: String, host: &str) -> Self {
        let contact = format!("sip:{user}@{host}");
        Self { user, tag, contact }
    }
}

fn address(is_ipv6: bool, net: u8, host: u32) -> IpAddr {
    let [_, high, middle, low] = host.to_be_bytes();
    if is_ipv6 {
        let host = [u16::from(high), u16::from_be_bytes([middle, low])];
        Ipv6Addr::new(0x2001, 0xdb8, u16::from(net), 0, 0, 0, host[0], host[1]).into()
    } else {
        IpAddr::from([10, net + high % 64, middle, low])
    }
}

/// Adds headers until the message has `size` bytes: real ones, then an extension of noise.
fn fill(kind: Kind, size: usize, random: &mut Random, out: &mut Vec<u8>) {
    const NAME: &[u8] = b"X-Session-Data: ";
    for header in kind.optional_headers() {
        if out.len() + header.len() <= size {
            out.extend_from_slice(header.as_bytes());
        }
    }
    while out.len() + NAME.len() + 16 < size {
        let noise = (size - out.len() - NAME.len() - 2).min(120);
        out.extend_from_slice(NAME);
        for _ in 0..noise.div_ceil(16) {
            let digits = random
                .next()
                .to_be_bytes()
                .map(|byte| HEX[usize::from(byte)]);
            out.extend_from_slice(digits.as_flattened());
        }
        out.truncate(out.len() - (noise.next_multiple_of(16) - noise));
        out.extend_from_slice(b"\r\n");
    }
}

/// The two hexadecimal digits of each byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [digits[byte / 16], digits[byte % 16]];
        byte += 1;
    }
    table
};

/// Traffic that is not SIP: mostly voice, as in a capture of a whole link.
struct Background {
    random: Random,
    noise: Vec<u8>,
    voice: Vec<Voice>,
    tls: Vec<Exchange>,
    http: Vec<Exchange>,
    dns_queries: u32,
    dns_answer_due: bool,
}

/// One direction of a G.711 stream.
struct Voice {
    ends: [SocketAddr; 2],
    sequence: u16,
    timestamp: u32,
    source: u32,
}

/// A TCP connection and whether its server has something to do.
struct Exchange {
    connection: Connection,
    server_turn: bool,
}

const CLIENT: usize = 0;
const SERVER: usize = 1;

impl Background {
    fn new(mut random: Random) -> Self {
        let end = |net, host, port| SocketAddr::new(address(false, net, host), port);
        let voice = (0..500)
            .map(|stream| Voice {
                ends: [end(200, stream, 40_000), end(201, stream, 50_000)],
                sequence: random.next() as u16,
                timestamp: random.next() as u32,
                source: random.next() as u32,
            })
            .collect();
        let mut exchanges = |net, port| {
            (0..50)
                .map(|host| {
                    let ends = [end(net, host, 33_000), end(net + 1, 1, port)];
                    let connection = Connection::new(ends, &mut random);
                    Exchange {
                        connection,
                        server_turn: false,
                    }
                })
                .collect()
        };
        let (tls, http) = (exchanges(210, 443), exchanges(212, 80));
        let noise = (0..8192)
            .flat_map(|_| random.next().to_le_bytes())
            .collect();
        Self {
            random,
            noise,
            voice,
            tls,
            http,
            dns_queries: 0,
            dns_answer_due: false,
        }
    }

    fn packet(&mut self) -> Vec<u8> {
        match self.random.between(0, 100) {
            0..80 => self.voice(),
            80..94 => self.tls(),
            94..98 => self.http(),
            _ => self.dns(),
        }
    }

    fn voice(&mut self) -> Vec<u8> {
        let start = self.random.between(0, 60_000) as usize;
        let samples = &self.noise[start..start + 160];
        let stream = self.random.pick(&mut self.voice);
        stream.sequence = stream.sequence.wrapping_add(1);
        stream.timestamp = stream.timestamp.wrapping_add(160);
        let (version, pcma) = (0x80, 8);
        let payload = [
            &[version, pcma],
            &stream.sequence.to_be_bytes()[..],
            &stream.timestamp.to_be_bytes(),
            &stream.source.to_be_bytes(),
            samples,
        ]
        .concat();
        udp_packet(stream.ends[0], stream.ends[1], payload)
    }

    /// A server sends records of application data, which its client acknowledges.
    fn tls(&mut self) -> Vec<u8> {
        let start = self.random.between(0, 60_000) as usize;
        let length = self.random.between(60, MSS as u64 - 4) as usize;
        let exchange = self.random.pick(&mut self.tls);
        exchange.server_turn = !exchange.server_turn;
        if !exchange.server_turn {
            return exchange.connection.segment(CLIENT, tcp_flags::ACK, &[]);
        }
        let head = [&[0x17, 3, 3], &(length as u16).to_be_bytes()[..]].concat();
        let record = [&head, &self.noise[start..start + length]].concat();
        exchange
            .connection
            .segment(SERVER, tcp_flags::ACK | tcp_flags::PSH, &record)
    }

    /// Requests and responses that fit one segment each.
    fn http(&mut self) -> Vec<u8> {
        let length = self.random.between(100, 1200) as usize;
        let exchange = self.random.pick(&mut self.http);
        exchange.server_turn = !exchange.server_turn;
        let (from, text) = if exchange.server_turn {
            (
                CLIENT,
                format!("GET /item/{length} HTTP/1.1\r\nHost: www.example.org\r\n\r\n"),
            )
        } else {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
            let body = "text ".repeat(length / 5);
            (
                SERVER,
                format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()),
            )
        };
        exchange
            .connection
            .segment(from, tcp_flags::ACK | tcp_flags::PSH, text.as_bytes())
    }

    /// Each query is followed by its answer.
    fn dns(&mut self) -> Vec<u8> {
        let is_answer = self.dns_answer_due;
        self.dns_answer_due = !is_answer;
        self.dns_queries += u32::from(!is_answer);
        let client = SocketAddr::new(address(false, 220, self.dns_queries % 250), 53_000);
        let server = SocketAddr::new(address(false, 221, 1), 53);

        let id = (self.dns_queries as u16).to_be_bytes();
        let question = b"\x05pcscf\x03ims\x07example\x03org\0\0\x01\0\x01";
        if is_answer {
            let head = [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
            let record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0x0e, 0x10, 0, 4, 10, 0, 0, 1];
            udp_packet(server, client, [&id, &head[..], question, &record].concat())
        } else {
            let head = [0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0];
            udp_packet(client, server, [&id, &head[..], question].concat())
        }
    }
}
