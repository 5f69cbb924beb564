//! Reads TLS connections with the secrets of a key log: SIP over TLS (RFC 3261 26.2) cannot be judged otherwise.
//!
//! A [`Session`] takes the records of both directions of one connection, in the order in which they were captured. It
//! learns from the hellos how they are protected and opens them: TLS 1.2 (RFC 5246) and 1.3 (RFC 8446).

mod aead;
mod cbc;
mod direction;
mod handshake;
mod hash;
mod key_log;
mod keys;
mod protection;
mod record;
#[cfg(test)]
mod samples;
mod suite;
#[cfg(test)]
mod tests;

pub(super) use key_log::Secrets;
pub(crate) use key_log::lines_about;

use direction::Direction;
use handshake::{Hello, ServerHello};
use key_log::Random;
use keys::Agreement;
use record::{APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HEADER, HEARTBEAT, Record};

/// Content, and what protection may add to it (RFC 5246 6.2.3).
const LONGEST_FRAGMENT: u16 = 16384 + 2048;

/// What stands at a place in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A record of this length with its header, as the header says: the bytes may not all be there yet.
    Record(usize),
    /// More bytes are needed to tell.
    More,
    /// No TLS record.
    Foreign,
}

/// What came of a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// A handshake, an alert or the like: understood, without application data.
    Control,
    /// Application data, possibly none.
    Data(Vec<u8>),
    /// It cannot be read.
    Locked(Lock),
}

/// Why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// The key log has no secret for this connection.
    NoKeys,
    /// The hellos are not in the capture.
    HandshakeNotSeen,
    /// This version is not supported: none before TLS 1.2 is.
    Version(u16),
    /// This cipher suite is not supported.
    Suite(u16),
    /// Compression is not supported.
    Compressed,
    /// Authentication failed: the record was changed, too many before it are missing, or it is early data.
    BadRecord,
}

/// One connection.
#[derive(Default)]
pub(super) struct Session {
    /// The side that the last ClientHello came from, and its random.
    client: Option<(usize, Random)>,
    server: Option<ServerHello>,
    directions: [Direction; 2],
}

/// How long the record is that begins here.
pub(super) fn record_length(bytes: &[u8]) -> Extent {
    let kind = bytes
        .first()
        .is_none_or(|kind| (CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(kind));
    let version = bytes.get(1).is_none_or(|major| *major == 3)
        && bytes.get(2).is_none_or(|minor| *minor <= 4);
    if !kind || !version {
        return Extent::Foreign;
    }
    let Some([_, _, _, length @ ..]) = bytes.first_chunk::<HEADER>() else {
        return Extent::More;
    };
    match u16::from_be_bytes(*length) {
        length @ 1..=LONGEST_FRAGMENT => Extent::Record(HEADER + usize::from(length)),
        _ => Extent::Foreign,
    }
}

impl Session {
    /// Opens the next record of a side, which is 0 or 1. Secrets may come late, they are looked up as they are needed.
    pub(super) fn record(&mut self, side: usize, record: &[u8], secrets: &Secrets) -> Opened {
        let Some(record) = Record::new(record) else {
            return Opened::Locked(Lock::BadRecord);
        };
        if !self.is_protected(side, record.kind()) {
            return self.understand(side, record.kind(), record.fragment);
        }
        match self.open(side, &record, secrets) {
            Ok((APPLICATION_DATA, content)) => Opened::Data(content),
            // After the hellos of TLS 1.3 no message matters: new keys show by what they open.
            Ok(_) if self.is_tls13() => Opened::Control,
            Ok((kind, content)) => self.understand(side, kind, &content),
            Err(lock) => Opened::Locked(lock),
        }
    }

    /// Bytes of this side are missing from here on, and records with them.
    pub(super) fn lost(&mut self, side: usize) {
        self.directions[side].lost();
    }

    /// In TLS 1.3 the type tells (RFC 8446 5), before it ChangeCipherSpec does; data is never sent in the clear.
    fn is_protected(&self, side: usize, kind: u8) -> bool {
        kind == APPLICATION_DATA || self.directions[side].is_protected() && !self.is_tls13()
    }

    fn is_tls13(&self) -> bool {
        self.server.as_ref().is_some_and(ServerHello::is_tls13)
    }

    fn understand(&mut self, side: usize, kind: u8, content: &[u8]) -> Opened {
        match kind {
            HANDSHAKE => {
                for hello in self.directions[side].messages.read(content) {
                    match hello {
                        Hello::Client(random) => self.client = Some((side, random)),
                        Hello::Server(hello) => self.server = Some(hello),
                    }
                }
            }
            // For show only in TLS 1.3 (RFC 8446 D.4).
            CHANGE_CIPHER_SPEC if !self.is_tls13() => self.directions[side].change_keys(),
            _ => {}
        }
        Opened::Control
    }

    /// Type and content of a protected record.
    fn open(
        &mut self,
        side: usize,
        record: &Record<'_>,
        secrets: &Secrets,
    ) -> Result<(u8, Vec<u8>), Lock> {
        let direction = &mut self.directions[side];
        let (Some((client, random)), Some(server)) = (&self.client, &self.server) else {
            direction.lost();
            return Err(Lock::HandshakeNotSeen);
        };
        let agreement = Agreement::new(random, server, *client == side, secrets)?;
        let mut content = direction.open(record, &agreement)?;
        if !server.is_tls13() {
            return Ok((record.kind(), content));
        }
        // The type stands behind the content and in front of padding (RFC 8446 5.2, 5.4).
        let end = content
            .iter()
            .rposition(|byte| *byte != 0)
            .ok_or(Lock::BadRecord)?;
        let kind = content[end];
        content.truncate(end);
        Ok((kind, content))
    }
}
