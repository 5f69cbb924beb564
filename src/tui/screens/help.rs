//! The keys.
//!
//! ```text
//! Keys
//!   Down j          down
//!   Enter           open what the line is about
//! ```

use crate::tui::keys::TABLE;
use crate::tui::page::{Page, PageLine};
use crate::tui::theme::Tone;

pub(in crate::tui) fn page() -> Page {
    let mut page = Page::new("Keys");
    for (keys, _, says) in TABLE {
        let names: Vec<_> = keys.iter().map(|key| key.name()).collect();
        let names = format!("  {:<16}", names.join(" "));
        page.push(
            PageLine::of(Tone::Request, names)
                .and(Tone::Plain, *says)
                .hang(18),
        );
    }
    page
}
