//! The capture as it is written: frames, connections, fragments, and the background between the SIP packets.

use super::*;

/// What has been written so far.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) sip_packets: u64,
    pub(crate) other_packets: u64,
    pub(crate) messages: u64,
    pub(crate) calls: u64,
    pub(crate) bytes: u64,
}

/// The capture file, which mixes other traffic in at the share asked for.
pub(crate) struct Trace {
    pub(crate) out: BufWriter<Box<dyn Write>>,
    pub(crate) vlan: bool,
    pub(crate) fragments: bool,
    pub(crate) other_per_sip: f64,
    pub(crate) background: Background,
    pub(crate) clock: u64,
    pub(crate) datagrams: u32,
    pub(crate) counts: Counts,
}

impl Trace {
    pub(crate) fn new(options: &Options, out: Box<dyn Write>, seed: u64) -> io::Result<Self> {
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
    pub(crate) fn sip(&mut self, now: u64, packet: &[u8]) -> io::Result<()> {
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

    pub(crate) fn other(&mut self, now: u64, packet: &[u8]) -> io::Result<()> {
        self.counts.other_packets += 1;
        self.write(now, packet)
    }

    pub(crate) fn sip_datagram(
        &mut self,
        now: u64,
        ends: [SocketAddr; 2],
        message: &[u8],
    ) -> io::Result<()> {
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
    pub(crate) fn write(&mut self, now: u64, packet: &[u8]) -> io::Result<()> {
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
pub(crate) const MSS: usize = 1448;

/// A TCP connection with the next sequence number of each end.
pub(crate) struct Connection {
    pub(crate) ends: [SocketAddr; 2],
    pub(crate) next: [u32; 2],
    pub(crate) open: bool,
}

impl Connection {
    pub(crate) fn new(ends: [SocketAddr; 2], random: &mut Random) -> Self {
        Self {
            ends,
            next: [random.next() as u32, random.next() as u32],
            open: false,
        }
    }

    pub(crate) fn segment(&mut self, from: usize, flags: u8, payload: &[u8]) -> Vec<u8> {
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

    pub(crate) fn open(&mut self, now: u64, trace: &mut Trace) -> io::Result<()> {
        self.open = true;
        trace.other(now, &self.segment(0, tcp_flags::SYN, &[]))?;
        trace.other(now, &self.segment(1, tcp_flags::SYN | tcp_flags::ACK, &[]))?;
        trace.other(now, &self.segment(0, tcp_flags::ACK, &[]))
    }

    pub(crate) fn send(
        &mut self,
        now: u64,
        from: usize,
        bytes: &[u8],
        trace: &mut Trace,
    ) -> io::Result<()> {
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

    pub(crate) fn close(&mut self, now: u64, trace: &mut Trace) -> io::Result<()> {
        trace.other(now, &self.segment(0, tcp_flags::ACK | tcp_flags::FIN, &[]))?;
        trace.other(now, &self.segment(1, tcp_flags::ACK | tcp_flags::FIN, &[]))?;
        trace.other(now, &self.segment(0, tcp_flags::ACK, &[]))
    }
}
