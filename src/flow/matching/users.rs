//! Who is in which calls: a flow of several dialogs may have them in several calls of the same users.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use crate::trace::{Call, CallId, Trace};

/// Calls beside the first one that are looked into for the other dialogs of a flow: those of the same users, next in time.
const MOST_RELATED: usize = 16;

/// Which calls a user is in, as sender or receiver of a request.
pub(super) struct Users<'t> {
    trace: &'t Trace,
    /// In their order.
    calls: HashMap<&'t [u8], Vec<CallId>, RandomState>,
    /// In a small trace everything is near.
    all: Option<Vec<CallId>>,
}

impl<'t> Users<'t> {
    pub(super) fn of(trace: &'t Trace) -> Self {
        let mut users = Self {
            trace,
            calls: HashMap::default(),
            all: None,
        };
        if trace.calls().len() <= MOST_RELATED {
            users.all = Some(trace.calls().map(|call| call.id()).collect());
            return users;
        }
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
        let mut add = |calls: &[CallId]| {
            let end = calls.partition_point(|other| *other < call.id());
            before.extend(&calls[end.saturating_sub(MOST_RELATED)..end]);
        };
        match &self.all {
            Some(all) => add(all),
            None => {
                let calls = of(call).into_iter();
                let calls = calls.filter_map(|user| self.calls.get(user));
                calls.for_each(|calls| add(calls));
            }
        }
        before
    }

    /// Calls of the same users that begin after a call, the nearest first.
    pub(super) fn related(&self, call: Call<'t>) -> Vec<Call<'t>> {
        let mut related: BTreeSet<CallId> = BTreeSet::new();
        let mut add_after = |calls: &[CallId]| {
            let start = calls.partition_point(|other| *other <= call.id());
            related.extend(calls[start..].iter().take(MOST_RELATED));
        };
        match &self.all {
            Some(all) => add_after(all),
            None => {
                let calls = of(call).into_iter();
                let calls = calls.filter_map(|user| self.calls.get(user));
                calls.for_each(|calls| add_after(calls));
            }
        }
        let nearest = related.into_iter().take(MOST_RELATED);
        nearest.filter_map(|id| self.trace.call(id)).collect()
    }
}

/// From and To of the requests of a call, each once.
fn of(call: Call<'_>) -> Vec<&[u8]> {
    let users = call.hops().flat_map(|hop| [hop.from(), hop.to()]);
    let mut users: Vec<&[u8]> = users.filter(|user| !user.is_empty()).collect();
    users.sort_unstable();
    users.dedup();
    users
}
