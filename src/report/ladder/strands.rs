//! What arrows are told apart by: the dialog, or the Call-ID of what makes none.

use std::collections::BTreeMap;

use crate::base::escape;
use crate::trace::{Call, Dialog, DialogId, Message};

/// Those of calls so far, in the order in which they appeared.
pub(super) struct Strands<'a> {
    all: Vec<Strand>,
    /// By Call-ID and both tags.
    dialogs: BTreeMap<[&'a [u8]; 3], Dialog<'a>>,
}

struct Strand {
    call_id: Vec<u8>,
    dialog: Option<DialogId>,
    text: String,
}

/// Beyond so many nothing tells them apart any more: the others are all drawn as the last.
const MOST: usize = 256;

impl<'a> Strands<'a> {
    pub(super) fn among(calls: &[Call<'a>]) -> Self {
        let dialogs = calls.iter().flat_map(Call::dialogs);
        let by_tags = |one: Dialog<'a>| ([one.call_id(), one.caller_tag(), one.callee_tag()], one);
        Self {
            all: Vec::new(),
            dialogs: dialogs.map(by_tags).collect(),
        }
    }

    /// The dialog that a message is in. A request may have made several: its answers are each in their own, those of branches that
    /// made none in none.
    fn dialog(&self, message: &Message<'a>, are_several: bool) -> Option<Dialog<'a>> {
        let hop = message.hop();
        let tags = hop.call_id().zip(message.from_tag()).zip(message.to_tag());
        // A CANCEL goes with what it cancels.
        let of_hop = || hop.dialog().or_else(|| hop.about()?.dialog());
        let Some(((call_id, from), to)) = tags else {
            return of_hop();
        };
        // Both sides send requests.
        let by_tags = |one, other| self.dialogs.get(&[call_id, one, other]).copied();
        let own = by_tags(from, to).or_else(|| by_tags(to, from));
        own.or_else(|| of_hop().filter(|_| !are_several))
    }

    /// Whether a Call-ID has several dialogs, so that what is in none of them belongs to none.
    fn are_several(&self, call_id: &'a [u8]) -> bool {
        let begin: [&[u8]; 3] = [call_id, &[], &[]];
        let from_here = self.dialogs.range(begin..);
        let of_call = from_here.take_while(|(tags, _)| tags[0] == call_id);
        of_call.take(2).count() > 1
    }

    pub(super) fn of(&mut self, message: &Message<'a>) -> usize {
        let call_id = message.hop().call_id().unwrap_or_default();
        let are_several = self.are_several(call_id);
        let dialog_of_message = self.dialog(message, are_several);
        let dialog = dialog_of_message.map(|dialog| dialog.id());
        let mut all = self.all.iter();
        let known = match dialog {
            None => all.position(|strand| {
                strand.call_id == call_id && (strand.dialog.is_none() || !are_several)
            }),
            // What came before the only dialog on its Call-ID belongs to it, such as a challenge.
            Some(_) => all.position(|strand| {
                let is_open = strand.dialog.is_none() && !are_several;
                strand.call_id == call_id && (strand.dialog == dialog || is_open)
            }),
        };
        let at = known.unwrap_or_else(|| {
            if self.all.len() < MOST {
                self.all.push(Strand {
                    call_id: call_id.to_vec(),
                    dialog: None,
                    text: match are_several {
                        true => format!("Call-ID {}, no dialog", escape::bytes(call_id)),
                        false => format!("Call-ID {}", escape::bytes(call_id)),
                    },
                });
            }
            self.all.len() - 1
        });
        if let (Some(dialog), None) = (dialog_of_message, self.all[at].dialog) {
            let (caller, callee) = (dialog.caller_tag(), dialog.callee_tag());
            let strand = &mut self.all[at];
            strand.dialog = Some(dialog.id());
            strand.text = format!(
                "Call-ID {}, tags {} and {}",
                escape::bytes(call_id),
                escape::bytes(caller),
                escape::bytes(callee)
            );
        }
        at
    }

    pub(super) fn texts(self) -> Vec<String> {
        self.all.into_iter().map(|strand| strand.text).collect()
    }
}
