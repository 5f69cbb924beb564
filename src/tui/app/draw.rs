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

use super::{App, Screen, Shown};
use crate::tui::canvas::{Canvas, width};
use crate::tui::page::PageLine;
use crate::tui::theme::Tone;
use crate::tui::world::World;

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
        title.cut_at(size.0);
        title.show(Rect { height: 1, ..area }, 0, true, theme, buffer);
        let last = self.last_lines(size);
        let above = area.height.saturating_sub(1 + last.len() as u16);
        if above > 0 {
            let body = Rect::new(area.x, area.y + 1, area.width, above);
            match (self.screens.last_mut(), &self.world) {
                (Some(Screen::Ladder(ladder)), _) => ladder.draw(body, theme, buffer),
                (Some(Screen::Page(_, page)), _) => page.draw(body, theme, buffer),
                (None, Some(world)) => self.calls.draw(world, body, theme, buffer),
                (None, None) => {}
            }
        }
        for (row, y) in last.iter().zip(area.y + 1 + above..area.bottom()) {
            let place = Rect::new(area.x, y, area.width, 1);
            row.show(place, 0, false, theme, buffer);
        }
        if let Some(prompt) = self.prompt.as_ref().filter(|_| area.height > 1) {
            let text = format!("{}{}", prompt.head(), prompt.text);
            // The end of the line is seen.
            let from = (width(&text) + 1).saturating_sub(size.0);
            let mut line = Canvas::default();
            line.push(&text, Tone::Title);
            let place = Rect::new(area.x, area.bottom() - 1, area.width, 1);
            line.show(place, from, false, theme, buffer);
            let x = (width(&text) - from).min(size.0 - 1) as u16;
            frame.set_cursor_position((area.x + x, place.y));
        }
    }

    /// What stands below: a line, or as many as there is something to say, up to a third of the screen.
    fn last_lines(&self, (width, height): (usize, usize)) -> Vec<Canvas> {
        if height < 2 {
            return Vec::new();
        }
        if self.prompt.is_some() {
            return vec![Canvas::default()];
        }
        let (text, tone) = self.last_line();
        let mut rows = PageLine::of(tone, text).wrapped(width);
        rows.truncate((height / 3).max(1));
        rows
    }

    fn title(&self) -> String {
        match (self.screens.last(), &self.world) {
            (Some(Screen::Ladder(ladder)), _) => ladder.title(),
            (Some(Screen::Page(_, page)), _) => page.title.clone(),
            (None, Some(world)) => self.calls.title(world),
            (None, None) if self.failed.is_empty() => "reading".to_owned(),
            (None, None) => "nothing could be read".to_owned(),
        }
    }

    fn last_line(&self) -> (String, Tone) {
        if !self.said.is_empty() {
            let text = format!("{}{}", self.under_way(), self.said);
            return (text, Tone::Warning);
        }
        if let Some(search) = &self.searching {
            let text = format!(
                "looking for \"{}\": {} messages looked through; any key gives up",
                self.searched, search.looked
            );
            return (text, Tone::Plain);
        }
        if let Some(failed) = self.failed.first() {
            return (failed.clone(), Tone::Error);
        }
        if let Some(Screen::Ladder(ladder)) = self.screens.last() {
            let text = format!("{}{}", self.under_way(), ladder.selected_text());
            return (text, Tone::Plain);
        }
        (format!("{}{}", self.under_way(), self.hints()), Tone::Dim)
    }

    /// Some of the keys that do something here.
    fn hints(&self) -> &'static str {
        match self.screens.last() {
            None => "? keys  Enter ladder  Space mark  F7 filter  / look for  a audit  D flow",
            Some(Screen::Page(Shown::Columns, _)) => "? keys  Esc back  Space show or hide",
            Some(Screen::Page(Shown::Findings(..), _)) => {
                "? keys  Esc back  Enter open  b by rule, by call  d changes  F2 save"
            }
            Some(Screen::Page(Shown::Message(..), _)) => {
                "? keys  Esc back  d changes  { } other hops  [ ] this hop  r raw  y copy"
            }
            Some(Screen::Page(Shown::Diff(_), _)) => {
                "? keys  Esc back  { } other hops  [ ] this hop  r raw  y copy"
            }
            Some(Screen::Page(Shown::Nodes | Shown::Node(_), _)) => {
                "? keys  Esc back  Enter open  e call it otherwise  o another role"
            }
            Some(_) => "? keys  Esc back  Enter open  / look for  F2 save  y copy",
        }
    }

    /// What goes on beside the screen, if anything does.
    fn under_way(&self) -> String {
        if self.reading {
            let (read, of) = self.progress;
            let read = read / 1_000_000;
            return match of {
                Some(of) if self.progress.0 >= of => {
                    format!("[{read} MB read, being put together]  ")
                }
                Some(of) => format!("[{read} of {} MB read]  ", of / 1_000_000),
                None => format!("[{read} MB read]  "),
            };
        }
        match self.world.as_ref().is_some_and(World::is_audited) {
            true => String::new(),
            false => "[the audit is on its way]  ".to_owned(),
        }
    }
}
