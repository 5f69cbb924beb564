//! TLS connections whose keys are known, one session for both directions of each.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::tls::{Opened, Secrets, Session};
use crate::base::{Endpoint, Path};
use crate::decap::Scope;

/// A connection, where it was seen; the same for both directions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Connection {
    lower: Endpoint,
    higher: Endpoint,
    path: Path,
    scope: Scope,
}

/// One direction of a connection.
#[derive(Clone, Copy)]
pub(super) struct Side {
    connection: Connection,
    side: usize,
}

impl Side {
    pub(super) fn new(source: Endpoint, destination: Endpoint, path: Path, scope: Scope) -> Self {
        Self {
            connection: Connection {
                lower: source.min(destination),
                higher: source.max(destination),
                path,
                scope,
            },
            side: usize::from(source > destination),
        }
    }
}

/// Secrets and the sessions that use them.
#[derive(Default)]
pub(super) struct Decryptor {
    secrets: Secrets,
    /// Key logs that were learned.
    learned: usize,
    sessions: HashMap<Connection, Session, RandomState>,
}

/// Sessions at a time; beyond, those under way are forgotten and stay encrypted.
const MOST_SESSIONS: usize = 20_000;

impl Decryptor {
    /// Takes over the key logs that it does not know yet from a list that only grows.
    pub(super) fn learn(&mut self, key_logs: &[Vec<u8>]) {
        for text in key_logs.iter().skip(self.learned) {
            self.secrets.add_key_log(text);
        }
        self.learned = key_logs.len();
    }

    /// Whether anything could be decrypted at all.
    pub(super) fn is_idle(&self) -> bool {
        self.secrets.is_empty()
    }

    /// Opens the next record of one direction.
    pub(super) fn open(&mut self, side: Side, record: &[u8]) -> Opened {
        if self.sessions.len() >= MOST_SESSIONS && !self.sessions.contains_key(&side.connection) {
            self.sessions.clear();
        }
        let session = self.sessions.entry(side.connection).or_default();
        session.record(side.side, record, &self.secrets)
    }

    /// Bytes of one direction are missing.
    pub(super) fn lost(&mut self, side: Side) {
        if let Some(session) = self.sessions.get_mut(&side.connection) {
            session.lost(side.side);
        }
    }

    /// A new connection between the same endpoints begins.
    pub(super) fn forget(&mut self, side: Side) {
        self.sessions.remove(&side.connection);
    }
}
