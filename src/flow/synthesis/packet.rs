//! Messages become Ethernet frames: IPv4 or IPv6, UDP (in fragments where a datagram does not fit) or TCP, with right checksums.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::random::Random;
use super::{Event, Options};
use crate::base::Transport;
use crate::base::wire::{self, ACK, FIN, PUSH, SYN, TCP, UDP};
use crate::flow::Template;

/// What an Ethernet frame carries at most.
const MTU: usize = 1500;

/// Between the segments of a stream.
const TICK: i64 = 10_000;
/// From the last message of a run until its streams are closed.
const LINGER: i64 = 50_000_000;

/// A frame.
#[derive(Clone)]
pub(super) struct Packet {
    /// Nanoseconds since the run began.
    pub(super) time: i64,
    pub(super) frame: Vec<u8>,
    /// What a reader of the capture is told of it.
    pub(super) comment: String,
}

/// An actor at one end.
#[derive(Clone, Copy)]
struct End {
    actor: usize,
    socket: SocketAddr,
}

/// A stream between two ends, with what each sends next.
struct Stream {
    client: End,
    server: End,
    client_next: u32,
    server_next: u32,
}

/// The wire during one run.
pub(super) struct Wire<'w> {
    template: &'w Template,
    random: Random,
    /// The identification of the next packet of each actor (RFC 791 3.1).
    numbers: BTreeMap<usize, u16>,
    streams: BTreeMap<(SocketAddr, SocketAddr), Stream>,
    packets: Vec<Packet>,
}

/// The frames of one run, in the order of time.
pub(super) fn frames(
    template: &Template,
    options: &Options,
    run: u64,
    events: &[Event],
) -> Vec<Packet> {
    let mut wire = Wire {
        template,
        // Others than the names in the messages.
        random: Random::new(!options.seed, run),
        numbers: BTreeMap::new(),
        streams: BTreeMap::new(),
        packets: Vec::new(),
    };
    let mut last: Option<(&Event, std::ops::Range<usize>)> = None;
    for event in events {
        let first = wire.packets.len();
        let same = last.clone().filter(|(before, _)| {
            before.step == event.step && event.time - before.time < TICK * 100
        });
        match same {
            // The same packet, seen again.
            Some((before, range)) => {
                let later = event.time - before.time;
                let again: Vec<_> = wire.packets[range].to_vec();
                wire.packets.extend(again.into_iter().map(|packet| Packet {
                    time: packet.time + later,
                    ..packet
                }));
            }
            None => {
                wire.message(event);
                last = Some((event, first..wire.packets.len()));
            }
        }
    }
    let end = events.last().map_or(0, |event| event.time) + LINGER;
    wire.close(end);
    wire.packets.sort_by_key(|packet| packet.time);
    wire.packets
}

impl Wire<'_> {
    fn message(&mut self, event: &Event) {
        let step = &self.template.steps[event.step];
        let actors = &self.template.actors;
        let comment = format!(
            "{} step {}: {}, {} to {}",
            self.template.id,
            step.number,
            step.caption(),
            actors[event.from].label,
            actors[event.to].label
        );
        let (from, to) = (
            End {
                actor: event.from,
                socket: event.source,
            },
            End {
                actor: event.to,
                socket: event.destination,
            },
        );
        match event.transport {
            Transport::Tcp => self.stream(event, from, to, &comment),
            _ => {
                let datagram = wire::datagram(from.socket, to.socket, &event.bytes);
                self.packet(event.time, from, to, UDP, &datagram, &comment);
            }
        }
    }

    /// A message on the stream of its ends, which is opened if there is none.
    fn stream(&mut self, event: &Event, from: End, to: End, comment: &str) {
        let (client, server) = match event.is_request {
            true => (from, to),
            false => (to, from),
        };
        let key = (client.socket, server.socket);
        let mut stream = match self.streams.remove(&key) {
            Some(stream) => stream,
            None => self.open(client, server, event.time - 4 * TICK),
        };
        let most = match from.socket.is_ipv4() {
            true => MTU - 40,
            false => MTU - 60,
        };
        let mut time = event.time;
        let parts = event.bytes.chunks(most).count();
        for (number, part) in event.bytes.chunks(most).enumerate() {
            let push = if number + 1 == parts { PUSH } else { 0 };
            self.segment(
                &mut stream,
                event.is_request,
                ACK | push,
                part,
                time,
                comment,
            );
            time += TICK;
        }
        self.segment(&mut stream, !event.is_request, ACK, &[], time, "");
        self.streams.insert(key, stream);
    }

    fn open(&mut self, client: End, server: End, time: i64) -> Stream {
        let mut stream = Stream {
            client,
            server,
            client_next: self.random.next() as u32,
            server_next: self.random.next() as u32,
        };
        self.segment(&mut stream, true, SYN, &[], time, "");
        self.segment(&mut stream, false, SYN | ACK, &[], time + TICK, "");
        self.segment(&mut stream, true, ACK, &[], time + 2 * TICK, "");
        stream
    }

    fn close(&mut self, mut time: i64) {
        for mut stream in std::mem::take(&mut self.streams).into_values() {
            for (client, flags) in [(true, FIN | ACK), (false, FIN | ACK), (true, ACK)] {
                self.segment(&mut stream, client, flags, &[], time, "");
                time += TICK;
            }
        }
    }

    /// One segment (RFC 9293 3.1), from the client or from the server.
    fn segment(
        &mut self,
        stream: &mut Stream,
        of_client: bool,
        flags: u8,
        bytes: &[u8],
        time: i64,
        comment: &str,
    ) {
        let (from, to, sequence, other) = match of_client {
            true => (
                stream.client,
                stream.server,
                &mut stream.client_next,
                stream.server_next,
            ),
            false => (
                stream.server,
                stream.client,
                &mut stream.server_next,
                stream.client_next,
            ),
        };
        let options: &[u8] = match flags & SYN {
            // The longest segment that an end wants.
            0 => &[],
            _ => &[2, 4, 0x05, 0xb4],
        };
        let acknowledged = if flags & ACK == 0 { 0 } else { other };
        let order = (*sequence, acknowledged);
        let segment = wire::segment((from.socket, to.socket), order, flags, options, bytes);
        let counts = u32::from(flags & (SYN | FIN) != 0);
        *sequence = sequence.wrapping_add(bytes.len() as u32 + counts);
        self.packet(time, from, to, TCP, &segment, comment);
    }

    /// A packet, in fragments if it does not fit into a frame.
    fn packet(
        &mut self,
        time: i64,
        from: End,
        to: End,
        protocol: u8,
        payload: &[u8],
        comment: &str,
    ) {
        let random = &mut self.random;
        let number = self.numbers.entry(from.actor);
        let number = number.or_insert_with(|| random.next() as u16);
        *number = number.wrapping_add(1);
        let number = *number;
        let (header, fits) = match from.socket.is_ipv4() {
            true => (20, MTU - 20),
            false => (48, MTU - 40),
        };
        let whole = payload.len() <= fits;
        let most = if whole { fits } else { (MTU - header) / 8 * 8 };
        let mut offset = 0;
        for part in payload.chunks(most.max(1)) {
            let more = offset + part.len() < payload.len();
            let fragment = (!whole).then_some((offset, more));
            let ends = (from.socket.ip(), to.socket.ip());
            let hardware = (hardware(from.actor), hardware(to.actor));
            let frame = wire::ethernet(hardware, ends, protocol, (number, fragment), part);
            self.packets.push(Packet {
                time: time + (offset / most.max(1)) as i64 * TICK,
                frame,
                comment: comment.to_owned(),
            });
            offset += part.len();
        }
    }
}

/// An address that its owner gave itself (the second bit of the first byte says so).
fn hardware(actor: usize) -> [u8; 6] {
    let [high, low] = (actor as u16 + 1).to_be_bytes();
    [0x02, 0, 0, 0, high, low]
}
