//! What the log of one side gives back: its own address is not in it, it goes by the name of the log.

use std::net::SocketAddr;

use crate::logs::traffic::{Read, Sent};

pub(crate) const SECOND: i64 = 1_000_000_000;
pub(crate) const MILLISECOND: i64 = 1_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;

impl Sent {
    /// As a log of this name says it that the side with this address wrote, with times in such units.
    pub(crate) fn seen_by(&self, own: SocketAddr, log: &str, unit: i64) -> Read {
        let mut read = Read {
            nanos: Some(self.cut_to(unit)),
            ..self.exact()
        };
        match self.is_from(own) {
            true => log.clone_into(&mut read.from),
            false => log.clone_into(&mut read.to),
        }
        read
    }

    /// The other side.
    pub(crate) fn peer(&self, own: SocketAddr) -> SocketAddr {
        match self.is_from(own) {
            true => self.destination,
            false => self.source,
        }
    }

    /// `2023-11-14`, with another separator if wanted.
    pub(crate) fn date(&self, separator: char) -> String {
        let (year, month, day, ..) = self.clock();
        format!("{year}{separator}{month:02}{separator}{day:02}")
    }

    /// `22:13:20.004427`, with so many digits of the fraction.
    pub(crate) fn time_of_day(&self, digits: usize) -> String {
        let (.., hour, minute, second, nanos) = self.clock();
        let fraction = format!("{nanos:09}");
        match digits {
            0 => format!("{hour:02}:{minute:02}:{second:02}"),
            _ => format!("{hour:02}:{minute:02}:{second:02}.{}", &fraction[..digits]),
        }
    }

    /// The lines as a text file has them.
    pub(crate) fn without_carriage_returns(&self) -> String {
        self.text().replace("\r\n", "\n")
    }
}

impl Read {
    /// With the time of a log that has no dates.
    pub(crate) fn without_date(self) -> Self {
        Self {
            nanos: self.nanos.map(|nanos| nanos.rem_euclid(DAY)),
            ..self
        }
    }
}
