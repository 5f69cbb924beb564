//! The keys of a screen, and those of all screens.
//!
//! ```text
//! Keys of the ladder
//!   ]               the next message of this hop
//!
//! On every screen
//!   Down j          down
//! ```

use crate::tui::keys::{Place, Row, TABLE};
use crate::tui::page::{Page, PageLine};
use crate::tui::theme::Tone;

pub(in crate::tui) fn page(place: Place) -> Page {
    let mut page = Page::new(title(place));
    let own = |row: &Row| row.on(place);
    list(&mut page, own);
    page.push(PageLine::of(Tone::Plain, ""));
    page.push(PageLine::of(Tone::Title, "On every screen"));
    list(&mut page, |row| match own(row) {
        Some(_) => None,
        None => row.everywhere(),
    });
    page
}

fn list(page: &mut Page, says: impl Fn(&Row) -> Option<&'static str>) {
    for row in TABLE {
        if let Some(says) = says(row) {
            let names: Vec<_> = row.keys.iter().map(|key| key.name()).collect();
            let names = format!("  {:<16}", names.join(" "));
            let line = PageLine::of(Tone::Request, names).and(Tone::Plain, says);
            page.push(line.hang(18));
        }
    }
}

fn title(place: Place) -> &'static str {
    match place {
        Place::Calls => "Keys of the list of calls",
        Place::Columns => "Keys of the columns",
        Place::Ladder => "Keys of the ladder",
        Place::Message => "Keys of a message",
        Place::Diff => "Keys of what a node changed",
        Place::Compared => "Keys of two messages",
        Place::Finding => "Keys of a finding",
        Place::Findings => "Keys of what was found",
        Place::Nodes => "Keys of the nodes",
        Place::Page => "Keys",
    }
}
