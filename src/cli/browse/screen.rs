//! The terminal: taken when the interface opens, and given back whatever happens: at the end, at an error, at a panic, and when the
//! program is told to end.

use std::io::{self, Stdout, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::{Frame, Terminal};

use super::panics;

/// The terminal while it is ours.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
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
        // Nothing else can be done for the terminal.
        panics::watch(|| drop(give_back()));
        let screen = Self {
            terminal: Terminal::new(CrosstermBackend::new(stdout()))?,
            ended,
            open: true,
        };
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableMouseCapture)?;
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
        self.open = false;
        give_back()
    }
}

/// Makes the terminal what it was; all of it, also where a part fails.
fn give_back() -> io::Result<()> {
    let written = execute!(stdout(), DisableMouseCapture, LeaveAlternateScreen, Show);
    disable_raw_mode().and(written)
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.open {
            // Nothing else can be done for the terminal.
            let _ = give_back();
        }
    }
}
