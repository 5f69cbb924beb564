//! What a flow document says beside its messages: how it numbers them, and what happens between them.

use std::collections::BTreeMap;

use super::{Arrow, Kind, Numbering, Panel, PanelKind, Row};
use crate::base::escape;
use crate::trace::MessageId;

/// What documents say of the messages of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The numbers of the steps that messages are.
    pub numbers: BTreeMap<MessageId, String>,
    /// Steps that are no messages of SIP, in their order.
    pub asides: Vec<Aside>,
}

/// A step that is no message of SIP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Its number; may be empty.
    pub number: String,
    /// What happens.
    pub text: String,
    /// Who does it, by name; none where the document does not say so.
    pub from: Option<String>,
    /// Who it is done to.
    pub to: Option<String>,
    /// The message of the step before, or of the first behind where there is none before.
    pub beside: MessageId,
    /// Whether that is the one before.
    pub is_behind: bool,
}

impl Aside {
    /// Its row: an arrow between two, a box for all else.
    pub(super) fn row(&self, numbering: Numbering) -> Row {
        let number = match numbering {
            Numbering::Steps => escape::text(&self.number),
            Numbering::Messages | Numbering::None => String::new(),
        };
        let text = escape::text(&self.text);
        match (&self.from, &self.to) {
            (Some(_), Some(_)) => Row::Arrow(Arrow {
                number,
                message: None,
                time: String::new(),
                from: 0,
                to: 0,
                about: text.clone(),
                caption: text,
                small: Vec::new(),
                kind: Kind::Other,
                strand: 0,
                again: Vec::new(),
                seen: 1,
                marks: Vec::new(),
            }),
            _ => Row::Panel(Panel {
                number,
                first: 0,
                last: 0,
                text,
                kind: PanelKind::Action,
                folded: Vec::new(),
            }),
        }
    }
}
