//! A message as it is to be written down.

use std::net::SocketAddr;

/// A message that went over the wire.
pub struct Entry<'m> {
    /// The first is 1.
    pub number: usize,
    /// Nanoseconds since 1970.
    pub nanos: i64,
    /// From where.
    pub source: SocketAddr,
    /// To where.
    pub destination: SocketAddr,
    /// Over what, in capital letters.
    pub transport: &'m str,
    /// The message.
    pub bytes: &'m [u8],
}

impl Entry<'_> {
    /// Whether the element with this address sent it.
    pub(super) fn is_from(&self, own: SocketAddr) -> bool {
        self.source.ip() == own.ip()
    }

    /// The other side.
    pub(super) fn peer(&self, own: SocketAddr) -> SocketAddr {
        match self.is_from(own) {
            true => self.destination,
            false => self.source,
        }
    }

    /// The message as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }

    /// The lines as a text file has them.
    pub(super) fn without_carriage_returns(&self) -> String {
        self.text().replace("\r\n", "\n")
    }

    /// Method or status, for loggers that say it.
    pub(super) fn kind(&self) -> &'static str {
        match self.bytes.starts_with(b"SIP/2.0 ") {
            true => "response",
            false => "request",
        }
    }

    /// In UTC, by a pattern of strftime.
    pub(super) fn when(&self, pattern: &str) -> String {
        when(self.nanos, pattern)
    }

    /// `22:13:20.004427`, with so many digits of the fraction.
    pub(super) fn time_of_day(&self, digits: usize) -> String {
        let fraction = format!("{:09}", self.nanos.rem_euclid(1_000_000_000));
        match digits {
            0 => self.when("%H:%M:%S"),
            _ => format!("{}.{}", self.when("%H:%M:%S"), &fraction[..digits.min(9)]),
        }
    }

    /// Something in front of the bytes, and something behind.
    pub(super) fn between(&self, head: &str, tail: &str) -> Vec<u8> {
        [head.as_bytes(), self.bytes, tail.as_bytes()].concat()
    }
}

/// A time in UTC, by a pattern of strftime.
pub(super) fn when(nanos: i64, pattern: &str) -> String {
    let time = jiff::Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default();
    time.strftime(pattern).to_string()
}
