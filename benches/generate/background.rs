//! Packets that are not SIP: voice, TLS, HTTP, DNS.

use super::*;

/// Traffic that is not SIP: mostly voice, as in a capture of a whole link.
pub(crate) struct Background {
    pub(crate) random: Random,
    pub(crate) noise: Vec<u8>,
    pub(crate) voice: Vec<Voice>,
    pub(crate) tls: Vec<Exchange>,
    pub(crate) http: Vec<Exchange>,
    pub(crate) dns_queries: u32,
    pub(crate) dns_answer_due: bool,
}

/// One direction of a G.711 stream.
pub(crate) struct Voice {
    pub(crate) ends: [SocketAddr; 2],
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) source: u32,
}

/// A TCP connection and whether its server has something to do.
pub(crate) struct Exchange {
    pub(crate) connection: Connection,
    pub(crate) server_turn: bool,
}

pub(crate) const CLIENT: usize = 0;
pub(crate) const SERVER: usize = 1;

impl Background {
    pub(crate) fn new(mut random: Random) -> Self {
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

    pub(crate) fn packet(&mut self) -> Vec<u8> {
        match self.random.between(0, 100) {
            0..80 => self.voice(),
            80..94 => self.tls(),
            94..98 => self.http(),
            _ => self.dns(),
        }
    }

    pub(crate) fn voice(&mut self) -> Vec<u8> {
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
    pub(crate) fn tls(&mut self) -> Vec<u8> {
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
    pub(crate) fn http(&mut self) -> Vec<u8> {
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
    pub(crate) fn dns(&mut self) -> Vec<u8> {
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
