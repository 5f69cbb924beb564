//! The terminal: taken when the interface opens, and given back whatever happens: at the end, at an error, at a panic (by the hook
//! that ratatui sets), and when the program is told to end.

use std::io::{self, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::execute;
use ratatui::{DefaultTerminal, Frame};

/// The terminal while it is ours.
pub(super) struct Screen {
    terminal: DefaultTerminal,
    ended: Arc<AtomicBool>,
    open: bool,
}

impl Screen {
    pub(super) fn open() -> io::Result<Self> {
        let ended = Arc::new(AtomicBool::new(false));
        #[cfg(unix)]
        for signal in [
            signal_hook::consts::SIGTERM,
            signal_hook::consts::SIGHUP,
            signal_hook::consts::SIGINT,
        ] {
            signal_hook::flag::register(signal, ended.clone())?;
        }
        let terminal = ratatui::try_init()?;
        let screen = Self {
            terminal,
            ended,
            open: true,
        };
        execute!(stdout(), EnableMouseCapture)?;
        Ok(screen)
    }

    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw)?;
        Ok(())
    }

    /// Whether the program was told to end.
    pub(super) fn asked_to_end(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    pub(super) fn close(mut self) -> io::Result<()> {
        self.give_back()
    }

    fn give_back(&mut self) -> io::Result<()> {
        self.open = false;
        execute!(stdout(), DisableMouseCapture)?;
        ratatui::try_restore()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.open {
            // Nothing else can be done for the terminal.
            let _ = self.give_back();
        }
    }
}
