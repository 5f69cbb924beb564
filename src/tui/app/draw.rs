//! The screen as a whole: a title, what is seen, and a last line for what is typed or said.
//!
//! ```text
//!  sipscope  2 of 2 calls
//!      # time   kind   from   to   found  msgs  outcome
//!      ...
//!  Enter open  / look for  F7 filter  f findings  ? keys
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{App, Screen};
use crate::tui::canvas::{Canvas, width};
use crate::tui::theme::Tone;

const HINTS: &str = "Enter open  Esc back  / look for  F7 filter  f findings  d changes  ? keys";

impl App {
    /// Draws everything.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let size = (usize::from(area.width), usize::from(area.height));
        if self.size != size {
            self.size = size;
            self.rebuild();
        }
        if area.height == 0 || area.width == 0 {
            return;
        }
        let theme = self.theme;
        let buffer = frame.buffer_mut();
        let mut title = Canvas::default();
        title.push(&format!(" sipscope  {}", self.title()), Tone::Title);
        title.show(Rect { height: 1, ..area }, 0, true, theme, buffer);
        if area.height > 2 {
            let body = Rect::new(area.x, area.y + 1, area.width, area.height - 2);
            match (self.screens.last_mut(), &self.world) {
                (Some(Screen::Ladder(ladder)), _) => ladder.draw(body, theme, buffer),
                (Some(Screen::Page(_, page)), _) => page.draw(body, theme, buffer),
                (None, Some(world)) => self.calls.draw(world, body, theme, buffer),
                (None, None) => {}
            }
        }
        if area.height > 1 {
            let (text, tone, cursor) = self.last_line();
            let mut last = Canvas::default();
            last.push(&text, tone);
            let place = Rect::new(area.x, area.bottom() - 1, area.width, 1);
            // Of a line that is typed the end is seen.
            let from = match cursor {
                true => (width(&text) + 1).saturating_sub(size.0),
                false => 0,
            };
            last.show(place, from, false, theme, buffer);
            if cursor {
                let x = (width(&text) - from).min(size.0 - 1) as u16;
                frame.set_cursor_position((area.x + x, place.y));
            }
        }
    }

    fn title(&self) -> String {
        match (self.screens.last(), &self.world) {
            (Some(Screen::Ladder(ladder)), _) => ladder.title(),
            (Some(Screen::Page(_, page)), _) => page.title.clone(),
            (None, Some(world)) => self.calls.title(world),
            (None, None) => "reading".to_owned(),
        }
    }

    /// The last line, and whether somebody types in it.
    fn last_line(&self) -> (String, Tone, bool) {
        if let Some(prompt) = &self.prompt {
            return (
                format!("{}{}", prompt.head(), prompt.text),
                Tone::Title,
                true,
            );
        }
        if !self.said.is_empty() {
            return (self.said.clone(), Tone::Warning, false);
        }
        let Some(world) = &self.world else {
            let (read, of) = self.progress;
            let read = read / 1_000_000;
            let text = match of {
                Some(of) => format!("{read} of {} MB read", of / 1_000_000),
                None => format!("{read} MB read"),
            };
            return (text, Tone::Dim, false);
        };
        if let Some(Screen::Ladder(ladder)) = self.screens.last() {
            return (ladder.selected_text(), Tone::Plain, false);
        }
        let text = match world.is_audited() {
            true => HINTS.to_owned(),
            false => format!("{HINTS}  (the audit is on its way)"),
        };
        (text, Tone::Dim, false)
    }
}
