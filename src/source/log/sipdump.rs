//! The text files of Kamailio's sipdump module.
//!
//! Each message stands between a block of `name: value` lines and a row of bars, byte by byte as it went over the wire. The row
//! follows the last byte without a line end of its own; that of the row may be lost in a copy of the file. Times are those of the system clock in microseconds.

use super::words::{address, number, split_once, transport};
use super::{Format, Line, Log, Moment};
use crate::base::{Endpoint, Transport};
use crate::source::about::About;
use crate::source::{Head, Who};

const OPENS: &[u8] = b"====================";
const PAYLOAD: &[u8] = b"~~~~~~~~~~~~~~~~~~~~";
const CLOSES: &[u8] = b"||||||||||||||||||||";

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "Kamailio `sipdump`",
    time: "microseconds",
    addresses: "both",
    transport: "yes",
    message: "exact",
    note: "",
}];

pub(super) const MARKS: &[&[u8]] = &[OPENS];

/// A block begins.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    let mut opens = false;
    super::lines(prefix).any(|line| {
        let begins = opens && line.starts_with(b"tag: ");
        opens = line == OPENS;
        begins
    })
}

/// Reads them.
#[derive(Clone, Default)]
pub(super) struct Sipdump {
    said: Said,
    state: State,
}

#[derive(Clone, Default)]
enum State {
    #[default]
    Outside,
    Block,
    Message,
}

/// What a block says.
#[derive(Clone, Default)]
struct Said {
    time: Option<Moment>,
    transport: Option<Transport>,
    addresses: [Option<std::net::IpAddr>; 2],
    ports: [Option<u16>; 2],
}

impl Said {
    fn take(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"time" => self.time = time(value),
            b"proto" => {
                let name = value.split(|byte| *byte == b' ').next();
                self.transport = name.and_then(transport);
            }
            b"srcip" => self.addresses[0] = address(value),
            b"dstip" => self.addresses[1] = address(value),
            b"srcport" => self.ports[0] = number(value),
            b"dstport" => self.ports[1] = number(value),
            _ => {}
        }
    }

    fn head(&self, log: &mut Log) -> Head {
        let [source, destination] = [0, 1].map(|side| {
            let both = self.addresses[side].zip(self.ports[side]);
            both.map_or(Who::Unknown, |(address, port)| {
                Who::At(Endpoint::new(address, port))
            })
        });
        Head {
            time: self.time.and_then(|moment| log.time(moment)),
            source,
            destination,
            transport: self.transport.unwrap_or(Transport::Unknown),
        }
    }
}

impl Format for Sipdump {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if !log.is_open() && matches!(self.state, State::Message) {
            // The mark behind it was damaged.
            self.state = State::Outside;
        }
        match self.state {
            State::Message => {
                let (closed, behind) = match text.strip_suffix(OPENS) {
                    Some(closed) => (closed, State::Block),
                    None => (text, State::Outside),
                };
                // Bars inside of a line are part of a message.
                if let Some(last) = closed.strip_suffix(CLOSES)
                    && log.ends_at_certain_mark(last.len())
                {
                    if !last.is_empty() {
                        log.text(Line { raw: last, ..line });
                    }
                    log.finish_at_mark();
                    (self.said, self.state) = (Said::default(), behind);
                } else {
                    log.text(line);
                }
            }
            _ if text == OPENS => {
                self.said = Said::default();
                self.state = State::Block;
            }
            State::Block if text == PAYLOAD => {
                let head = self.said.head(log);
                log.begin(line, head);
                log.expect_mark();
                self.state = State::Message;
            }
            State::Block => match split_once(text, b": ") {
                Some((name, value)) => self.said.take(name, value),
                None if text.ends_with(b":") => {}
                // It was cut.
                None => {
                    self.state = State::Outside;
                    log.left(line);
                }
            },
            State::Outside => log.left(line),
        }
    }

    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        let before = text.strip_suffix(OPENS)?;
        (!before.ends_with(CLOSES)).then_some(before.len())
    }
}

/// Seconds and microseconds.
fn time(text: &[u8]) -> Option<Moment> {
    let (seconds, micros) = split_once(text, b".")?;
    let micros = number::<i64>(micros)?.checked_mul(1000)?;
    let seconds = number::<i64>(seconds)?.checked_mul(1_000_000_000)?;
    Moment::epoch(seconds.checked_add(micros)?, 6)
}
