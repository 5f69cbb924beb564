//! Why Call-IDs are one call, as people and programs get it.

use std::io::Write;

use serde::Serialize;
use sipscope::trace::Edge;

use super::escape;

#[derive(Serialize)]
pub(super) struct LinkRow {
    call_id: String,
    other: String,
    reason: String,
    strong: bool,
    /// Number of the request that caused the first one with the other Call-ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caused: Option<usize>,
    #[serde(skip)]
    begins: (usize, usize),
}

impl LinkRow {
    pub(super) fn of(edge: &Edge<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (cause, caused) = edge.caused.unzip();
        Self {
            call_id: text(edge.call_id),
            other: text(edge.other),
            reason: edge.to_string(),
            strong: edge.kind.is_strong(),
            cause: cause.map(|message| message.number()),
            caused: caused.map(|message| message.number()),
            begins: (edge.begins.0.number(), edge.begins.1.number()),
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let [one, other, reason] =
            [&self.call_id, &self.other, &self.reason].map(|text| escape::text(text));
        let cause = match self.cause.zip(self.caused) {
            Some((by, caused)) => format!(", message {by} caused message {caused}"),
            None => String::new(),
        };
        let doubt = match (self.strong, self.cause) {
            (true, _) => "",
            (false, Some(_)) => " by place and time",
            (false, None) => ", which may be chance",
        };
        if one == other {
            let (first, next) = self.begins;
            writeln!(
                out,
                "what message {next} begins belongs to message {first}:"
            )?;
        } else {
            writeln!(out, "{other} belongs to {one}:")?;
        }
        writeln!(out, "  {reason}{cause}{doubt}")
    }
}
