//! What arrows are told apart by: the dialog, or the Call-ID of what makes none.

use crate::base::escape;
use crate::trace::{DialogId, Hop};

/// Those of a call so far, in the order in which they appeared.
#[derive(Default)]
pub(super) struct Strands {
    all: Vec<Strand>,
}

struct Strand {
    call_id: Vec<u8>,
    dialog: Option<DialogId>,
    text: String,
}

/// Beyond so many nothing tells them apart any more: the others are all drawn as the last.
const MOST: usize = 256;

impl Strands {
    pub(super) fn of(&mut self, hop: &Hop<'_>) -> usize {
        let call_id = hop.call_id().unwrap_or_default();
        let dialog = hop.dialog().map(|dialog| dialog.id());
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
        if let (Some(dialog), None) = (hop.dialog(), self.all[at].dialog) {
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
