//! The terminal: taken when the interface opens, and given back whatever happens: at the end, at an error, at a panic, and when the
//! program is told to end, also where the terminal itself is gone.

use std::io::{self, Stdout, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::{process, thread, time::Duration};

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
        {
            watch_signals(ended.clone())?;
            watch_terminal(ended.clone());
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

/// How long whoever waits for a key has to see that the program was told to end.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_millis(500);

/// Sees when the program is told to end. Waiting for a key has no end where the terminal is gone, so that this ends the program if
/// nobody else does.
#[cfg(unix)]
fn watch_signals(ended: Arc<AtomicBool>) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(&ended, signal);
        }
    });
    Ok(())
}

/// Sees when the terminal goes away. Nobody tells a program that is not in its foreground, and waiting for a key has no end then, or
/// none that takes no time.
#[cfg(unix)]
fn watch_terminal(ended: Arc<AtomicBool>) {
    use rustix::event::{PollFd, PollFlags, poll};

    thread::spawn(move || {
        let terminal = stdout();
        // Nothing is waited for but what is told in any case: that there is nobody at the other end.
        let mut ends = [PollFd::new(&terminal, PollFlags::empty())];
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        loop {
            match poll(&mut ends, None) {
                Ok(_) if ends[0].revents().intersects(gone) => {
                    end(&ended, signal_hook::consts::SIGHUP);
                }
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                // It cannot be told here.
                Err(_) => return,
            }
        }
    });
}

/// Has the program end by itself, or ends it.
#[cfg(unix)]
fn end(ended: &AtomicBool, signal: i32) -> ! {
    ended.store(true, Ordering::Relaxed);
    thread::sleep(PATIENCE);
    // Nothing else can be done for the terminal.
    let _ = give_back();
    process::exit(128 + signal);
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
