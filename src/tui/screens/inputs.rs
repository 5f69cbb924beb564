//! What was read, as `summary` accounts for it, and how clocks were brought in line.
//!
//! ```text
//! Inputs
//! samples/call.pcap  pcap, 83 records
//! Records: 83 = 42 SIP + 41 other + 0 undecodable (adds up)
//! Anomalies: none
//! ```

use crate::tui::page::{Page, PageLine};
use crate::tui::theme::Tone;
use crate::tui::world::World;

pub(in crate::tui) fn page(world: &World) -> Page {
    let mut page = Page::new(match world.whole {
        true => "Inputs",
        false => "Inputs, as far as they are read",
    });
    for line in &world.account.lines {
        let tone = match line.starts_with(' ') {
            true => Tone::Plain,
            false => Tone::Title,
        };
        page.push(PageLine::of(tone, line.as_str()).hang(4));
    }
    page
}
