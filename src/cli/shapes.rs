//! Forks, spirals, loops and nodes that are several, as people and programs get them with a call.

use std::io::Write;

use serde::Serialize;
use sipscope::trace::{Call, Shape};

use super::{escape, wrap};

/// A shape as programs get it.
#[derive(Serialize)]
pub(super) struct ShapeRow {
    kind: &'static str,
    why: &'static str,
    cites: &'static str,
    /// Number of the node, as `nodes` gives it.
    node: Option<usize>,
    #[serde(skip)]
    label: Option<String>,
    /// Numbers of the hops that show it.
    hops: Vec<usize>,
    /// Numbers of the messages that show it.
    messages: Vec<usize>,
}

/// Of more hops or shapes people see only the first; programs get all.
const MOST_HOPS: usize = 12;
const MOST_SHAPES: usize = 50;

impl ShapeRow {
    pub(super) fn all(call: &Call<'_>) -> Vec<Self> {
        call.shapes().iter().map(Self::of).collect()
    }

    fn of(shape: &Shape<'_>) -> Self {
        Self {
            kind: shape.kind.name(),
            why: shape.why,
            cites: shape.kind.cites(),
            node: shape.node.map(|node| node.id().number()),
            label: shape.node.map(|node| node.label()),
            hops: shape.hops.iter().map(|hop| hop.id().number()).collect(),
            messages: shape
                .messages
                .iter()
                .map(|message| message.id().number())
                .collect(),
        }
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let at = match (self.node, &self.label) {
            (Some(number), Some(label)) => {
                format!(" at node {number}, {}", escape::text(label))
            }
            _ => String::new(),
        };
        let shown = self.hops.iter().take(MOST_HOPS).map(usize::to_string);
        let shown: Vec<_> = shown.collect();
        let more = match self.hops.len().saturating_sub(MOST_HOPS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (kind, hops, why, cites) = (self.kind, shown.join(", "), self.why, self.cites);
        let text = format!("{kind}{at} (hops {hops}{more}): {why} ({cites})");
        wrap::print(out, "  ", "      ", &text)
    }
}

/// The shapes of a call, if it has some.
pub(super) fn print(out: &mut impl Write, shapes: &[ShapeRow]) -> std::io::Result<()> {
    if shapes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nshapes of journeys:")?;
    for shape in shapes.iter().take(MOST_SHAPES) {
        shape.print(out)?;
    }
    match shapes.len().saturating_sub(MOST_SHAPES) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}
