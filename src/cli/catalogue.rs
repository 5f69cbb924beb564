//! What the program knows, as lists: rules, flows, formats. Each is a page of the repository as well, which a test compares.

use clap::ValueEnum;

use super::escape;
use super::form::Form;

/// The form of a list.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Catalogue {
    /// A line or some for each.
    Text,
    /// For programs.
    Json,
    /// All that is known of them, as a page.
    Markdown,
}

impl Form for Catalogue {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json"],
            Self::Markdown => &["md", "markdown"],
        }
    }
}

/// Signs that mean something in Markdown are put behind a backslash; what nobody sees is written as an escape.
pub(super) fn page_text(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for sign in escape::text(text).chars() {
        if matches!(sign, '<' | '>' | '*' | '_' | '[' | ']' | '`' | '|' | '\\') {
            page.push('\\');
        }
        page.push(sign);
    }
    page
}
