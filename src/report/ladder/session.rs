//! What the two sides of a dialog agreed on, as boxes behind the messages that agree on it.

use std::collections::BTreeSet;

use super::{Panel, PanelKind};
use crate::base::escape;
use crate::trace::{Call, Exchange, Message, MessageId, Party, Reply, Stream, Trace};

/// A box, and the messages that it stands behind.
pub(super) struct Agreed {
    pub(super) behind: BTreeSet<MessageId>,
    pub(super) panel: Panel,
}

/// What was agreed on in a call. `read` gives the bytes of a message.
pub(super) fn agreed<'a, E>(
    trace: &'a Trace,
    call: &Call<'a>,
    read: impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Vec<Agreed>, E> {
    let mut all = Vec::new();
    for state in call.dialog_states(read)? {
        let mut before = None;
        for exchange in &state.session.exchanges {
            let Reply::Answered(answer) = &exchange.reply else {
                continue;
            };
            let said = said(exchange).filter(|said| before.as_ref() != Some(said));
            let Some((text, kind)) = said else {
                continue;
            };
            before = Some((text.clone(), kind));
            let message = trace.message(answer.message);
            all.push(Agreed {
                behind: message.map(everywhere).unwrap_or_default(),
                panel: Panel {
                    number: String::new(),
                    first: 0,
                    last: 0,
                    text,
                    kind,
                    folded: Vec::new(),
                },
            });
        }
    }
    Ok(all)
}

/// A message on all hops that it went over.
fn everywhere(message: Message<'_>) -> BTreeSet<MessageId> {
    let mut all = BTreeSet::from([message.id()]);
    let mut next = vec![message];
    while let Some(message) = next.pop() {
        for relay in message.relays() {
            for other in [relay.before, relay.after] {
                if all.insert(other.id()) {
                    next.push(other);
                }
            }
        }
    }
    all
}

/// `audio PCMU, video H264`
fn said(exchange: &Exchange) -> Option<(String, PanelKind)> {
    let streams = exchange.streams();
    let used: Vec<_> = streams.iter().filter(|stream| stream.is_used()).collect();
    if used.is_empty() {
        return None;
    }
    let texts: Vec<_> = used.iter().map(|stream| stream_text(stream)).collect();
    let media = escape::text(&texts.join(", "));
    let held = [Party::Caller, Party::Callee]
        .into_iter()
        .filter(|party| exchange.held_by(*party));
    let held: Vec<_> = held.map(Party::name).collect();
    Some(match held.is_empty() {
        true => (media, PanelKind::Media),
        false => {
            let text = format!("{media} on hold by the {}", held.join(" and the "));
            (text, PanelKind::Hold)
        }
    })
}

fn stream_text(stream: &Stream<'_>) -> String {
    let codec = stream.answer.codecs.first();
    let codec = codec.map_or(String::new(), |codec| format!(" {codec}"));
    format!("{}{codec}", stream.answer.kind)
}
