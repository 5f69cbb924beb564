//! A call as the document of a flow: a figure, then numbered steps with their messages, in which what a message repeats is left
//! out, and what each node did. What is left out is decided here, once for all forms; whoever can read documents may take it
//! back ([`Step::print_in_full`]) and say what a form cannot hold ([`Step::doubts`]).

mod call;
mod elements;
mod printed;

pub use call::{of_call, options_of_figure};
pub use printed::Printed;

use super::ladder::Ladder;
use crate::trace::MessageId;

/// The document of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowDocument {
    /// What it shows, in a line.
    pub title: String,
    /// Where it comes from.
    pub source: String,
    /// The figure; its arrows have the numbers of the steps.
    pub figure: Ladder,
    /// Who takes part.
    pub elements: Vec<Element>,
    /// All messages, in their order.
    pub steps: Vec<Step>,
    /// What the document as a whole cannot say.
    pub doubts: Vec<String>,
}

/// Someone who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// How titles call it: a name that no other has, without brackets.
    pub name: String,
    /// How it is called elsewhere.
    pub label: String,
    /// Its addresses and host names.
    pub about: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which one.
    pub message: MessageId,
    /// What it is: `NOTIFY request`, `200 (OK) response`.
    pub title: String,
    /// Who sends it, by the place among the elements.
    pub from: usize,
    /// Who gets it.
    pub to: usize,
    /// The text in front of its example.
    pub notes: Vec<String>,
    /// The first line.
    pub first_line: String,
    /// The header fields in their order.
    pub fields: Vec<Field>,
    /// The body.
    pub body: Body,
    /// Whether its end is not known.
    pub is_cut: bool,
    /// What is not as it was sent.
    pub doubts: Vec<String>,
}

/// A header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name as it was sent.
    pub name: String,
    /// Its value, with the white space around it but for the blank that is written behind a colon.
    pub value: String,
    /// Whether the value is left out because it is the one that is repeated.
    pub elided: bool,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// Its lines, and whether they are left out because they are those that are repeated.
    Lines(Vec<String>, bool),
    /// It is no text, and so many bytes.
    Binary(usize),
}

impl FlowDocument {
    /// The names of both ends of a step.
    pub fn ends(&self, step: &Step) -> (&str, &str) {
        let name = |at: usize| self.elements.get(at).map_or("", |one| one.name.as_str());
        (name(step.from), name(step.to))
    }

    /// Gives a number to the name of an element, if it has none: readers know by it that the name is that of one element.
    pub fn number(&mut self, element: usize) {
        let Some(one) = self.elements.get(element) else {
            return;
        };
        if one.name.contains('#') {
            return;
        }
        let (before, after) = (one.name.clone(), format!("{}#1", one.name));
        self.elements[element].name.clone_from(&after);
        let mut columns = self.figure.columns.iter_mut();
        if let Some(column) = columns.find(|column| column.label == before) {
            column.label.clone_from(&after);
        }
        let passed_on = self.steps.iter_mut().filter(|step| step.from == element);
        for note in passed_on.flat_map(|step| &mut step.notes) {
            let (as_before, as_after) = (
                format!(", as {before} passed it on."),
                format!(", as {after} passed it on."),
            );
            *note = note.replace(&as_before, &as_after);
        }
    }
}

impl Step {
    /// Leaves nothing out.
    pub fn print_in_full(&mut self) {
        self.fields
            .iter_mut()
            .for_each(|field| field.elided = false);
        if let Body::Lines(_, elided) = &mut self.body {
            *elided = false;
        }
    }

    /// Whether anything is left out.
    pub fn elides(&self) -> bool {
        self.fields.iter().any(|field| field.elided) || matches!(self.body, Body::Lines(_, true))
    }
}
