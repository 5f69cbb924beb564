//! The document of a call, in forms that people edit: Markdown, which readers of flow documents also read, and HTML.

pub mod html;
pub mod markdown;

/// The number of the section that the steps stand in, which tables and the figure are numbered by.
const SECTION: &str = "1.1";

/// What is said where text stands in codes.
const CODED: &str = "Some characters stand as codes such as \\u{7}, and a backslash as \\\\.";

/// `NOTIFY request (S-CSCF to P-CSCF)`
fn titled(document: &crate::report::document::FlowDocument, step: usize) -> String {
    let step = &document.steps[step];
    let (from, to) = document.ends(step);
    format!("{} ({from} to {to})", step.title)
}
