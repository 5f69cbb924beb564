//! Subscriptions and publications (RFC 6665, RFC 3903).

pub(super) mod allow_events_missing;
pub(super) mod contact_contradicts_itself;
pub(super) mod event_missing;
pub(super) mod eventlist_not_required;
pub(super) mod expires_longer_than_asked;
pub(super) mod expires_missing;
pub(super) mod first_document_partial;
pub(super) mod list_part_missing;
pub(super) mod min_expires_missing;
pub(super) mod notify_missing;
pub(super) mod old_tag_named;
pub(super) mod other_event_told;
pub(super) mod publication_empty;
pub(super) mod publication_recorded;
pub(super) mod reason_missing;
pub(super) mod registration_id_changed;
pub(super) mod registration_id_repeated;
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
use crate::base::Span;
use crate::sip::body::{Content, Extent};
use crate::sip::{Index, Name, Problems, Text};

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

/// The version of the registration or watcher information, or of the list of resources, that is the body, and how much of it
/// there is.
fn stated(seen: &Seen<'_>) -> Option<(Option<u64>, Option<Extent>)> {
    let kind = seen.sip.item(Name::ContentType)?;
    if kind.is_media_type("multipart", "related") {
        return stated_of_list(seen);
    }
    if !["reginfo+xml", "watcherinfo+xml"]
        .iter()
        .any(|name| kind.is_media_type("application", name))
    {
        return None;
    }
    if let Some(list) = seen.reginfo() {
        return Some((list.version, list.state));
    }
    let list = seen.watcherinfo()?;
    Some((list.version, list.state))
}

/// The same of the list that stands first in a body of several parts; those of lists within the list count for themselves.
fn stated_of_list(seen: &Seen<'_>) -> Option<(Option<u64>, Option<Extent>)> {
    let Content::Multipart(parts) = seen.content() else {
        return None;
    };
    let mut index = Index::default();
    let first = parts.parts().next()?;
    let message = first.read(&mut index);
    match first.body(&message).content(&mut Problems::ignored()) {
        Content::Rlmi(list) => {
            let extent = list.full_state.map(|is_full| match is_full {
                true => Extent::Full,
                false => Extent::Partial,
            });
            Some((list.version, extent))
        }
        _ => None,
    }
}

/// The start tag of an element of the body.
fn start_tag<'s>(seen: &Seen<'s>, element: Span) -> Text<'s> {
    let text = Text::new(seen.sip.bytes(), element);
    let end = text.bytes().iter().position(|byte| *byte == b'>');
    let end = end.map_or(text.end(), |end| text.start() + end + 1);
    text.between(text.start(), end)
}
