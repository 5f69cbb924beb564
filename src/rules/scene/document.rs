//! A flow of a document: what the text says of its steps, beside the messages that it prints for them.

use super::{Seen, View};
use crate::trace::Message;

/// What a document says of one flow. It is handed to the audit, because the trace has only the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentFlow {
    /// Position of the input.
    pub input: u32,
    /// The number of its section or figure.
    pub id: String,
    /// The title of that section or figure.
    pub title: String,
    /// The line that the section begins in.
    pub line: u64,
    /// Captions of the figures in it.
    pub figures: Vec<DocumentRemark>,
    /// Where these contradict the headings, or each other.
    pub contradictions: Vec<DocumentContradiction>,
    /// Who takes part: the name, then what else the document calls it.
    pub actors: Vec<Vec<String>>,
    /// What they do.
    pub steps: Vec<DocumentStep>,
}

/// A step of a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentStep {
    /// Its number.
    pub number: Option<String>,
    /// What it is called.
    pub title: DocumentRemark,
    /// What is sent: the method of the request, or of the one that is answered.
    pub method: Option<String>,
    /// The status of a response.
    pub status: Option<u16>,
    /// Who the text says sends and receives.
    pub said: (Option<String>, Option<String>),
    /// Positions of the sender and the receiver among the actors.
    pub ends: (Option<usize>, Option<usize>),
    /// The text of the step.
    pub prose: Vec<DocumentRemark>,
    /// Caption of its example.
    pub caption: Option<DocumentRemark>,
    /// Where the text contradicts itself.
    pub contradictions: Vec<DocumentContradiction>,
    /// The line of the message that is printed for it.
    pub message: Option<u64>,
}

/// Something that the text says somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentRemark {
    /// Its line.
    pub line: u64,
    /// Its words.
    pub text: String,
}

/// A place where the text contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentContradiction {
    /// The line that is taken to be wrong.
    pub line: u64,
    /// What is: `number`, `sender`, `receiver`, `title`, `caption`, `method`, `message`, `reference`, `table`, `figure` or `name`.
    pub what: &'static str,
    /// What stands there.
    pub says: String,
    /// What the rest of the flow says.
    pub is: String,
}

/// A flow of a document with its messages.
pub struct DocumentScene<'s> {
    /// What the text says.
    pub flow: &'s DocumentFlow,
    /// The message of each step.
    messages: &'s [Option<Message<'s>>],
    view: &'s View<'s>,
}

/// A step with its message.
#[derive(Clone, Copy)]
pub struct StepScene<'s> {
    /// What the text says.
    pub step: &'s DocumentStep,
    /// The message that is printed for it.
    pub message: Option<Seen<'s>>,
}

impl<'s> DocumentScene<'s> {
    pub(in crate::rules) fn of(
        flow: &'s DocumentFlow,
        messages: &'s [Option<Message<'s>>],
        view: &'s View<'s>,
    ) -> Self {
        Self {
            flow,
            messages,
            view,
        }
    }

    /// Its steps, in their order.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = StepScene<'s>> + use<'s> {
        let view = self.view;
        let all = self.flow.steps.iter().zip(self.messages);
        all.map(move |(step, message)| StepScene {
            step,
            message: message.and_then(|message| view.seen(message)),
        })
    }
}
