//! Which of many lines are on the screen, and which of them is selected.

/// A window over lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// The first line that is shown.
    pub(super) top: usize,
    /// The line that is selected.
    pub(super) selected: usize,
    /// The line that each row of the screen shows a part of, as it was drawn last.
    pub(super) rows: Vec<usize>,
    /// Where the selected line is higher than the screen: how much of it is above, and was below when it was drawn last.
    pub(super) above: usize,
    below: usize,
}

impl Window {
    /// Selects a line.
    pub(super) fn select(&mut self, line: usize, count: usize) {
        self.selected = line.min(count.saturating_sub(1));
        (self.above, self.below) = (0, 0);
    }

    /// Selects the line so many further down, or up. In one that is higher than the screen it goes on row by row.
    pub(super) fn step(&mut self, by: isize, count: usize) {
        let rows = by.unsigned_abs();
        if by > 0 && self.below > 0 && by != isize::MAX {
            let rows = rows.min(self.below);
            (self.above, self.below) = (self.above + rows, self.below - rows);
            return;
        }
        if by < 0 && self.above > 0 && by != isize::MIN {
            let rows = rows.min(self.above);
            (self.above, self.below) = (self.above - rows, self.below + rows);
            return;
        }
        self.select(self.selected.saturating_add_signed(by), count);
    }

    /// Selects the line at a row of the screen; whether it was selected before, if there is one.
    pub(super) fn click(&mut self, row: usize) -> Option<bool> {
        let line = *self.rows.get(row)?;
        let again = self.selected == line;
        if !again {
            self.select(line, usize::MAX);
        }
        Some(again)
    }

    /// Moves so that the selected line is on a screen of this height. `height` tells how many lines of the screen each takes.
    pub(super) fn follow(&mut self, screen: usize, count: usize, height: impl Fn(usize) -> usize) {
        self.selected = self.selected.min(count.saturating_sub(1));
        self.top = self.top.min(self.selected);
        if count == 0 {
            return;
        }
        let hidden = height(self.selected).saturating_sub(screen);
        self.above = self.above.min(hidden);
        self.below = hidden - self.above;
        let mut needed = 0;
        for line in (self.top..=self.selected).rev() {
            needed += height(line);
            if needed > screen {
                self.top = (line + 1).min(self.selected);
                break;
            }
        }
        // Behind the last line nothing is empty that what stands in front has room in.
        let mut used: usize = 0;
        for line in self.top..count {
            used += height(line);
            if used >= screen {
                return;
            }
        }
        while let Some(above) = self.top.checked_sub(1)
            && used + height(above) <= screen
        {
            used += height(above);
            self.top = above;
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn the_selected_line_is_always_shown() {
        let mut window = Window::default();
        window.select(9, 20);
        window.follow(5, 20, |_| 1);
        assert_eq!((window.top, window.selected), (5, 9));
        window.step(-3, 20);
        window.follow(5, 20, |_| 1);
        assert_eq!((window.top, window.selected), (5, 6));
        window.step(-6, 20);
        window.follow(5, 20, |_| 2);
        assert_eq!((window.top, window.selected), (0, 0));
        window.step(3, 20);
        window.follow(5, 20, |_| 2);
        assert_eq!((window.top, window.selected), (2, 3));
    }

    #[test]
    fn a_screen_that_grows_is_filled() {
        let mut window = Window::default();
        window.select(9, 10);
        window.follow(2, 10, |_| 1);
        assert_eq!(window.top, 8);
        window.follow(5, 10, |_| 1);
        assert_eq!(window.top, 5);
        window.follow(5, 10, |_| 2);
        assert_eq!(window.top, 8);
        window.follow(50, 10, |_| 2);
        assert_eq!((window.top, window.selected), (0, 9));
    }

    #[test]
    fn a_line_higher_than_the_screen_is_shown_from_its_beginning() {
        let mut window = Window {
            selected: 3,
            ..Window::default()
        };
        window.follow(4, 10, |_| 9);
        assert_eq!((window.top, window.selected), (3, 3));
    }

    #[test]
    fn a_line_higher_than_the_screen_is_walked_through_row_by_row() {
        let mut window = Window {
            selected: 3,
            ..Window::default()
        };
        let mut seen = Vec::new();
        for by in [1, 2, 9, 1, -1, -2, -9, -1] {
            window.follow(4, 10, |line| if line == 3 { 9 } else { 1 });
            window.step(by, 10);
            seen.push((window.selected, window.above));
        }
        let expected = [
            (3, 1),
            (3, 3),
            (3, 5),
            (4, 0),
            (3, 0),
            (1, 0),
            (0, 0),
            (0, 0),
        ];
        assert_eq!(seen, expected);
        window.follow(4, 10, |_| 9);
        window.step(2, 10);
        window.step(isize::MAX, 10);
        assert_eq!((window.selected, window.above), (9, 0));
    }

    #[test]
    fn a_click_selects_the_line_of_its_row() {
        let mut window = Window {
            rows: vec![4, 4, 5],
            ..Window::default()
        };
        assert_eq!(window.click(1), Some(false));
        assert_eq!((window.click(0), window.selected), (Some(true), 4));
        assert_eq!((window.click(2), window.selected), (Some(false), 5));
        assert_eq!((window.click(3), window.selected), (None, 5));
    }

    #[test]
    fn nothing_is_left_to_select() {
        let mut window = Window {
            top: 7,
            selected: 9,
            ..Window::default()
        };
        window.follow(5, 0, |line| panic!("there is no line {line}"));
        window.step(1, 0);
        assert_eq!((window.top, window.selected), (0, 0));
    }
}
