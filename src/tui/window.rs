//! Which of many lines are on the screen, and which of them is selected.

/// A window over lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// The first line that is shown.
    pub(super) top: usize,
    /// The line that is selected.
    pub(super) selected: usize,
}

impl Window {
    /// Selects a line.
    pub(super) fn select(&mut self, line: usize, count: usize) {
        self.selected = line.min(count.saturating_sub(1));
    }

    /// Selects the line so many further down, or up.
    pub(super) fn step(&mut self, by: isize, count: usize) {
        self.select(self.selected.saturating_add_signed(by), count);
    }

    /// Moves so that the selected line is on a screen of this height. `height` tells how many lines of the screen each takes.
    pub(super) fn follow(&mut self, screen: usize, count: usize, height: impl Fn(usize) -> usize) {
        self.selected = self.selected.min(count.saturating_sub(1));
        self.top = self.top.min(self.selected);
        let mut needed = 0;
        for line in (self.top..=self.selected).rev() {
            needed += height(line);
            if needed > screen {
                self.top = (line + 1).min(self.selected);
                break;
            }
        }
    }
}

#[cfg(test)]
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
    fn a_line_higher_than_the_screen_is_shown_from_its_beginning() {
        let mut window = Window {
            top: 0,
            selected: 3,
        };
        window.follow(4, 10, |_| 9);
        assert_eq!((window.top, window.selected), (3, 3));
    }

    #[test]
    fn nothing_is_left_to_select() {
        let mut window = Window {
            top: 7,
            selected: 9,
        };
        window.follow(5, 0, |_| 1);
        window.step(1, 0);
        assert_eq!((window.top, window.selected), (0, 0));
    }
}
