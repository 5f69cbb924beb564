//! A text that is looked for: on a page at once, on the list of calls and on a ladder beside the screen, since the messages behind
//! them are read for it.

use super::{App, Screen};
use crate::tui::search::{Hit, News};

impl App {
    pub(super) fn search_for(&mut self, text: String) {
        if !text.is_empty() {
            self.searched = text;
        }
        self.search(true);
    }

    pub(super) fn search(&mut self, forth: bool) {
        let text = &self.searched;
        if text.is_empty() {
            return;
        }
        match (self.screens.last_mut(), &self.world) {
            (Some(Screen::Page(_, page)), _) => {
                if !page.search(text, forth) {
                    self.not_found();
                }
            }
            (Some(Screen::Ladder(ladder)), Some(world)) => {
                self.searching = Some(ladder.search(text, forth, world));
            }
            (None, Some(world)) => self.searching = Some(self.calls.search(text, forth, world)),
            (_, None) => {}
        }
    }

    /// What is looked for while the trace changes is looked for in the new one.
    pub(super) fn search_again(&mut self) {
        if let Some(search) = self.searching.take() {
            self.search(search.forth);
        }
    }

    /// Takes what was found.
    pub(super) fn search_on(&mut self) {
        let Some(search) = &mut self.searching else {
            return;
        };
        let hit = match search.news() {
            News::NotYet => return,
            News::Found(hit) => Some(hit),
            News::Nowhere => None,
        };
        self.searching = None;
        match (hit, self.screens.last_mut()) {
            (Some(Hit::Call(call)), None) => self.calls.select(call),
            (Some(Hit::Line(line)), Some(Screen::Ladder(ladder))) => {
                ladder.go_to(line);
                self.look_beside();
            }
            // It was of another screen.
            (Some(_), _) => {}
            (None, _) => self.not_found(),
        }
    }

    fn not_found(&mut self) {
        self.said = format!("\"{}\" was not found", self.searched);
    }
}
