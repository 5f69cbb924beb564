//! What the two sides of a dialog agreed on, as boxes behind the messages that agree on it. Where several dialogs agree on the same
//! media between the same two addresses, as those of a B2BUA that leaves descriptions as they are, the box is one.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{Panel, PanelKind};
use crate::base::escape;
use crate::trace::{Call, Exchange, Message, MessageId, Party, Reply, Stream, Trace};

/// A box, and the messages that it stands behind.
pub(super) struct Agreed {
    pub(super) behind: BTreeSet<MessageId>,
    pub(super) panel: Panel,
    /// Where both sides want each of the streams.
    wanted: Vec<[Wanted; 2]>,
}

/// Where a side wants a stream, as far as it says that.
type Wanted = (Option<IpAddr>, Option<u16>);

impl Agreed {
    fn is_same(&self, other: &Self) -> bool {
        let is_known = |ends: &[Wanted; 2]| ends.iter().all(|(address, _)| address.is_some());
        self.wanted.iter().all(is_known) && self.wanted == other.wanted && self.panel == other.panel
    }
}

/// What was agreed on in a call. `read` gives the bytes of a message.
pub(super) fn agreed<'a, E>(
    trace: &'a Trace,
    call: &Call<'a>,
    read: impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Vec<Agreed>, E> {
    let mut all: Vec<Agreed> = Vec::new();
    for state in call.dialog_states(read)? {
        let mut before = None;
        // Dialogs agree on the same things in the same order.
        let (mut next, of_others) = (0, all.len());
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
            let one = Agreed {
                behind: message.map(everywhere).unwrap_or_default(),
                panel: Panel {
                    number: String::new(),
                    first: 0,
                    last: 0,
                    text,
                    kind,
                    folded: Vec::new(),
                },
                wanted: wanted(exchange),
            };
            let same = all[next..of_others]
                .iter()
                .position(|known| known.is_same(&one));
            match same {
                Some(same) => {
                    all[next + same].behind.extend(one.behind);
                    next += same + 1;
                }
                None => all.push(one),
            }
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

fn wanted(exchange: &Exchange) -> Vec<[Wanted; 2]> {
    let streams = exchange.streams();
    let used = streams.iter().filter(|stream| stream.is_used());
    let side = |stream: &Stream<'_>, party| {
        let line = stream.of(party);
        (line.address, line.port)
    };
    used.map(|stream| [Party::Caller, Party::Callee].map(|party| side(stream, party)))
        .collect()
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
