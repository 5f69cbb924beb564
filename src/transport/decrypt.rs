//! TLS connections whose keys are known, one session for both directions of each.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::tls::{Opened, Secrets, Session};
use crate::base::{Endpoint, Limits, Path};
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
    sessions: HashMap<Connection, Followed, RandomState>,
    /// Counts records, to know which session was idle longest.
    clock: u64,
}

#[derive(Default)]
struct Followed {
    session: Session,
    touched: u64,
}

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

    /// Makes room for a connection that is not known yet. True if others had to be forgotten.
    pub(super) fn make_room(&mut self, side: Side, limits: &Limits) -> bool {
        let crowded = self.sessions.len() >= limits.tls_sessions;
        if !crowded || self.sessions.contains_key(&side.connection) {
            return false;
        }
        let mut touched: Vec<_> = self.sessions.values().map(|one| one.touched).collect();
        touched.sort_unstable();
        // A quarter of room, so that this is not done for every connection.
        let Some(last) = touched.get(touched.len() / 4) else {
            return false;
        };
        self.sessions.retain(|_, one| one.touched > *last);
        true
    }

    /// Opens the next record of one direction.
    pub(super) fn open(&mut self, side: Side, record: &[u8]) -> Opened {
        self.clock += 1;
        let followed = self.sessions.entry(side.connection).or_default();
        followed.touched = self.clock;
        followed.session.record(side.side, record, &self.secrets)
    }

    /// Bytes of one direction are missing.
    pub(super) fn lost(&mut self, side: Side) {
        if let Some(followed) = self.sessions.get_mut(&side.connection) {
            followed.session.lost(side.side);
        }
    }

    /// A new connection between the same endpoints begins.
    pub(super) fn forget(&mut self, side: Side) {
        self.sessions.remove(&side.connection);
    }
}
