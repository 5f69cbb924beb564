//! The keys.
//!
//! ```text
//! Keys
//!   Down j          down
//!   Enter           open what the line is about
//! ```

use crate::render::tui::keys::TABLE;
use crate::render::tui::page::{Page, PageLine};
use crate::render::tui::theme::Tone;

pub(in crate::render::tui) fn page() -> Page {
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
