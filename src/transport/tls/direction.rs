//! One direction of a connection: which keys protect it now and where in the sequence its records stand.

use super::Lock;
use super::handshake::Messages;
use super::keys::{Agreement, Keys};
use super::record::Record;
use std::ops::Range;

/// How many records may be missing in one place.
const MOST_MISSING: u64 = 256;
/// After so many records in a row that did not open, no more places are searched: that costs some hundred times what
/// reading costs.
const PATIENCE: u8 = 16;

#[derive(Default)]
pub(super) struct Direction {
    /// What was cut short by the end of a record.
    pub(super) messages: Messages,
    protected: bool,
    keys: Option<Keys>,
    /// The place of the next record under these keys.
    next: u64,
    /// Records before the next may have been missed.
    unsure: bool,
    failures: u8,
}

impl Direction {
    pub(super) fn is_protected(&self) -> bool {
        self.protected
    }

    /// The peer changes to what the last hellos settled (RFC 5246 7.1).
    pub(super) fn change_keys(&mut self) {
        *self = Self {
            protected: true,
            ..Self::default()
        };
    }

    pub(super) fn lost(&mut self) {
        self.unsure = true;
        self.messages = Messages::default();
    }

    /// The content of the next record.
    ///
    /// No message is waited for that announces the next keys: it may be missing, and keys prove themselves.
    pub(super) fn open(
        &mut self,
        record: &Record<'_>,
        agreement: &Agreement<'_>,
    ) -> Result<Vec<u8>, Lock> {
        let patient = self.unsure && self.failures < PATIENCE;
        let places = if patient { MOST_MISSING } else { 1 };
        self.unsure = true;
        let keys = self.keys.take().map_or_else(|| agreement.first(), Ok)?;
        let expected = self.next..self.next.saturating_add(places);
        let keys = match self.try_keys(keys, record, expected) {
            Ok(content) => return Ok(content),
            Err(keys) => keys,
        };
        let following = agreement.following(&keys);
        self.keys = Some(keys);
        self.failures = self.failures.saturating_add(1);
        self.try_keys(following?, record, 0..places)
            .map_err(|_| Lock::BadRecord)
    }

    /// Goes on with these keys if they open the record, otherwise gives them back.
    fn try_keys(
        &mut self,
        keys: Keys,
        record: &Record<'_>,
        places: Range<u64>,
    ) -> Result<Vec<u8>, Keys> {
        let Some((place, content)) = keys.protection.open(record, places) else {
            return Err(keys);
        };
        self.keys = Some(keys);
        self.protected = true;
        self.next = place.saturating_add(1);
        self.unsure = false;
        self.failures = 0;
        Ok(content)
    }
}
