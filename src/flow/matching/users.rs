//! Who is in which calls: a flow of several dialogs may have them in several calls of the same users.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use crate::sip::{Problems, Text, Uri};
use crate::trace::{Call, CallId, Trace};

/// Calls beside the first one that are looked into for the other dialogs of a flow: those of the same users, next in time.
const MOST_RELATED: usize = 16;

/// Which calls a user is in, as sender or receiver of a request.
pub(super) struct Users<'t> {
    trace: &'t Trace,
    /// In their order.
    calls: HashMap<Vec<u8>, Vec<CallId>, RandomState>,
}

impl<'t> Users<'t> {
    pub(super) fn of(trace: &'t Trace) -> Self {
        let mut users = Self {
            trace,
            calls: HashMap::default(),
        };
        for call in trace.calls() {
            for user in of(call) {
                users.calls.entry(user).or_default().push(call.id());
            }
        }
        users
    }

    /// Calls of the same users that begin before a call, as far as it can be among those related to them.
    pub(super) fn before(&self, call: Call<'t>) -> BTreeSet<CallId> {
        let mut before: BTreeSet<CallId> = BTreeSet::new();
        for calls in of(call).iter().filter_map(|user| self.calls.get(user)) {
            let end = calls.partition_point(|other| *other < call.id());
            before.extend(&calls[end.saturating_sub(MOST_RELATED)..end]);
        }
        before
    }

    /// Calls of the same users that begin after a call, the nearest first, and whether there are more than are looked into.
    pub(super) fn related(&self, call: Call<'t>) -> (Vec<Call<'t>>, bool) {
        let mut related: BTreeSet<CallId> = BTreeSet::new();
        for calls in of(call).iter().filter_map(|user| self.calls.get(user)) {
            let start = calls.partition_point(|other| *other <= call.id());
            related.extend(calls[start..].iter().take(MOST_RELATED + 1));
        }
        let more = related.len() > MOST_RELATED;
        let nearest = related.into_iter().take(MOST_RELATED);
        let nearest = nearest.filter_map(|id| self.trace.call(id));
        (nearest.collect(), more)
    }
}

/// From and To of the requests of a call, each once.
fn of(call: Call<'_>) -> Vec<Vec<u8>> {
    let users = call.hops().flat_map(|hop| [hop.from(), hop.to()]);
    let mut written: Vec<&[u8]> = users.filter(|user| !user.is_empty()).collect();
    written.sort_unstable();
    written.dedup();
    let mut users: Vec<Vec<u8>> = written.into_iter().map(address_of_record).collect();
    users.sort_unstable();
    users.dedup();
    users
}

/// What all spellings of a user's address have in common.
pub(super) fn address_of_record(user: &[u8]) -> Vec<u8> {
    Uri::read(Text::all(user), &mut Problems::ignored()).canonical()
}
