//! Messages of calls that several others look into: each is read again once.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::scene::MOST_HELD;
use crate::trace::{Bytes, Call, CallId, Held};

/// Messages of calls, as much as there is room for.
#[derive(Default)]
pub(super) struct Shelf {
    calls: BTreeMap<CallId, Arc<Held>>,
    size: usize,
}

impl Shelf {
    /// Nobody looks into calls before this one any more.
    pub(super) fn forget_before(&mut self, call: CallId) {
        while let Some(entry) = self.calls.first_entry()
            && *entry.key() < call
        {
            self.size -= entry.remove().size();
        }
    }

    /// The messages of a call that others will look into, too.
    pub(super) fn look(&mut self, call: Call<'_>, bytes: &mut impl Bytes) -> io::Result<Arc<Held>> {
        if let Some(held) = self.calls.get(&call.id()) {
            return Ok(held.clone());
        }
        let held = read(call, bytes)?;
        self.size += held.size();
        self.calls.insert(call.id(), held.clone());
        // What is wanted last goes first.
        while self.size > MOST_HELD
            && let Some((_, last)) = self.calls.pop_last()
        {
            self.size -= last.size();
        }
        Ok(held)
    }

    /// The messages of a call that nobody looks into afterwards.
    pub(super) fn take(&mut self, call: Call<'_>, bytes: &mut impl Bytes) -> io::Result<Arc<Held>> {
        match self.calls.remove(&call.id()) {
            Some(held) => {
                self.size -= held.size();
                Ok(held)
            }
            None => read(call, bytes),
        }
    }
}

/// The messages of a call.
pub(super) fn read(call: Call<'_>, bytes: &mut impl Bytes) -> io::Result<Arc<Held>> {
    let mut held = Held::default();
    for message in call.hops().flat_map(|hop| hop.messages()) {
        if held.size() > MOST_HELD {
            break;
        }
        held.add(message, bytes)?;
    }
    Ok(Arc::new(held))
}
