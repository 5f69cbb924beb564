//! Subscriptions and publications (RFC 6665, RFC 3903).

pub(super) mod allow_events_missing;
pub(super) mod event_missing;
pub(super) mod eventlist_not_required;
pub(super) mod expires_longer_than_asked;
pub(super) mod first_document_partial;
pub(super) mod list_part_missing;
pub(super) mod min_expires_missing;
pub(super) mod notify_missing;
pub(super) mod old_tag_named;
pub(super) mod other_event_told;
pub(super) mod publication_empty;
pub(super) mod reason_missing;
pub(super) mod retry_after_without_use;
pub(super) mod state_missing;
pub(super) mod subscription_lengthened;
pub(super) mod tag_missing_in_publication;
#[cfg(test)]
mod testing;
pub(super) mod told_after_481;
pub(super) mod told_after_end;
pub(super) mod type_not_accepted;
pub(super) mod unknown_tag_named_again;
pub(super) mod unsubscribed_not_terminated;
pub(super) mod version_not_counted;

use super::{HopScene, Seen};
use crate::sip::Name;
use crate::sip::body::Extent;

/// The request of a hop with one of these methods, and the final answer with this status.
fn answered<'s>(
    hop: &HopScene<'s>,
    methods: &[&str],
    status: std::ops::Range<u16>,
) -> Option<(Seen<'s>, Seen<'s>)> {
    let request = hop.request()?;
    if !methods.iter().any(|method| request.is(method)) {
        return None;
    }
    let mut answers = hop.answers();
    let answer = answers.find(|answer| {
        answer
            .sip
            .status()
            .is_some_and(|code| status.contains(&code))
    })?;
    Some((request, answer))
}

fn expires(seen: &Seen<'_>) -> Option<u32> {
    seen.sip.number(Name::Expires)?.value
}

/// The number in CSeq.
fn number(seen: &Seen<'_>) -> Option<u32> {
    seen.cseq()?.number
}

/// The version of the registration or watcher information that is the body, and how much of it there is.
fn stated(seen: &Seen<'_>) -> Option<(Option<u64>, Option<Extent>)> {
    if let Some(list) = seen.reginfo() {
        return Some((list.version, list.state));
    }
    let list = seen.watcherinfo()?;
    Some((list.version, list.state))
}
