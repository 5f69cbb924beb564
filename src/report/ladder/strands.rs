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

    /// The dialog that a message is in. A request may have made several: its answers are each in their own.
    fn dialog(&self, message: &Message<'a>) -> Option<Dialog<'a>> {
        let hop = message.hop();
        let tags = hop.call_id().zip(message.from_tag()).zip(message.to_tag());
        let own = tags.and_then(|((call_id, from), to)| self.dialogs.get(&[call_id, from, to]));
        own.copied().or_else(|| hop.dialog())
    }

    pub(super) fn of(&mut self, message: &Message<'a>) -> usize {
        let dialog_of_message = self.dialog(message);
        let hop = message.hop();
        let call_id = hop.call_id().unwrap_or_default();
        let dialog = dialog_of_message.map(|dialog| dialog.id());
        let mut all = self.all.iter();
        let known = match dialog {
            None => all.position(|strand| strand.call_id == call_id),
            // What came before the dialog on its Call-ID belongs to it, such as a challenge.
            Some(_) => all.position(|strand| {
                strand.call_id == call_id && (strand.dialog == dialog || strand.dialog.is_none())
            }),
        };
        let at = known.unwrap_or_else(|| {
            if self.all.len() < MOST {
                self.all.push(Strand {
                    call_id: call_id.to_vec(),
                    dialog: None,
                    text: format!("Call-ID {}", escape::bytes(call_id)),
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
