//! The terminal: taken when the interface opens, and given back whatever happens: at the end, at an error, at a panic, and when the
//! program is told to end, also where the terminal itself is gone. It is given back as well while the program is stopped.

use std::io::{self, Stdout, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
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
    told: Arc<Told>,
}

/// What the program was told by signals.
#[derive(Default)]
struct Told {
    /// The signal that ends it; 0 for none.
    end: AtomicI32,
    stop: AtomicBool,
}

impl Screen {
    pub(super) fn open() -> io::Result<Self> {
        let told = Arc::<Told>::default();
        #[cfg(unix)]
        {
            watch_signals(told.clone())?;
            watch_terminal(told.clone());
        }
        // Nothing else can be done for the terminal.
        panics::watch(|| drop(give_back()));
        let screen = Self {
            terminal: Terminal::new(CrosstermBackend::new(stdout()))?,
            told,
        };
        take()?;
        Ok(screen)
    }

    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        #[cfg(unix)]
        if self.told.stop.swap(false, Ordering::Relaxed) {
            self.stop()?;
        }
        self.terminal.draw(draw)?;
        Ok(())
    }

    /// Stops the program, without the terminal, until it is told to go on.
    #[cfg(unix)]
    fn stop(&mut self) -> io::Result<()> {
        give_back()?;
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take()?;
        // It holds for empty what is empty again.
        self.terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(())
    }

    /// The signal by which the program was told to end.
    pub(super) fn asked_to_end(&self) -> Option<i32> {
        Some(self.told.end.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    pub(super) fn close(self) -> io::Result<()> {
        give_back()
    }
}

/// How long whoever waits for a key has to see that the program was told to end.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_millis(500);

/// Sees when the program is told to end, or to stop. Waiting for a key has no end where the terminal is gone, so that this ends the program if
/// nobody else does.
#[cfg(unix)]
fn watch_signals(told: Arc<Told>) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

    let watched = [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP];
    let mut signals = signal_hook::iterator::Signals::new(watched)?;
    thread::spawn(move || {
        for signal in signals.forever() {
            match signal {
                SIGTSTP => told.stop.store(true, Ordering::Relaxed),
                signal => end(&told, signal),
            }
        }
    });
    Ok(())
}

/// Sees when the terminal goes away. Nobody tells a program that is not in its foreground, and waiting for a key has no end then, or
/// none that takes no time.
#[cfg(unix)]
fn watch_terminal(told: Arc<Told>) {
    use rustix::event::{PollFd, PollFlags, poll};

    thread::spawn(move || {
        let terminal = stdout();
        // Nothing is waited for but what is told in any case: that there is nobody at the other end.
        let mut ends = [PollFd::new(&terminal, PollFlags::empty())];
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        loop {
            match poll(&mut ends, None) {
                Ok(_) if ends[0].revents().intersects(gone) => {
                    end(&told, signal_hook::consts::SIGHUP);
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
fn end(told: &Told, signal: i32) -> ! {
    told.end.store(signal, Ordering::Relaxed);
    thread::sleep(PATIENCE);
    // Nothing else can be done for the terminal.
    let _ = give_back();
    process::exit(128 + signal);
}

/// Whether the terminal is ours. Given back twice, it would write what comes next over what was said in between.
static TAKEN: AtomicBool = AtomicBool::new(false);

fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::Relaxed);
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableMouseCapture)
}

/// Makes the terminal what it was, once; all of it, also where a part fails.
fn give_back() -> io::Result<()> {
    if !TAKEN.swap(false, Ordering::Relaxed) {
        return Ok(());
    }
    let written = execute!(stdout(), DisableMouseCapture, LeaveAlternateScreen, Show);
    disable_raw_mode().and(written)
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Nothing else can be done for the terminal.
        let _ = give_back();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::env;
    use std::fs::File;
    use std::io::Read;
    use std::path::PathBuf;
    use std::process::Command;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::tcgetattr;

    use super::*;

    /// Set where the test has started itself in a terminal.
    const INSIDE: &str = "SIPSCOPE_TEST_IN_TERMINAL";

    #[test]
    fn a_defect_is_told_when_the_terminal_is_given_back() {
        if env::var_os(INSIDE).is_some() {
            std::panic::set_hook(Box::new(crate::cli::report_panic));
            let mut screen = Screen::open().unwrap();
            screen.draw(|_| {}).unwrap();
            screen.draw(|_| panic!("drawn wrongly")).unwrap();
        }
        let outer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&outer).unwrap();
        unlockpt(&outer).unwrap();
        let name = ptsname(&outer, Vec::new()).unwrap().into_string().unwrap();
        let mut both_ways = File::options();
        both_ways.read(true).write(true);
        let inner = both_ways.open(PathBuf::from(name)).unwrap();
        let before = tcgetattr(&inner).unwrap().local_modes;
        let (_, module) = module_path!().split_once("::").unwrap();
        let mut itself = Command::new(env::current_exe().unwrap());
        itself
            .arg(format!(
                "{module}::a_defect_is_told_when_the_terminal_is_given_back"
            ))
            .args(["--exact", "--nocapture"])
            .env(INSIDE, "")
            .stdin(inner.try_clone().unwrap())
            .stdout(inner.try_clone().unwrap())
            .stderr(inner);
        let mut child = itself.spawn().unwrap();
        // It holds the other side.
        drop(itself);
        let mut outer = File::from(outer);
        let (mut written, mut bytes) = (Vec::new(), [0; 4096]);
        // There is no more when nobody holds the other side.
        while let Ok(count @ 1..) = outer.read(&mut bytes) {
            written.extend_from_slice(&bytes[..count]);
        }
        assert!(!child.wait().unwrap().success());
        let written = String::from_utf8_lossy(&written);
        let (screen, behind) = written.split_once("\u{1b}[?1049l").unwrap();
        assert!(screen.contains("\u{1b}[?1049h"), "{screen:?}");
        assert!(!screen.contains("defect"), "{screen:?}");
        let (_, behind) = behind
            .split_once("sipscope: this is a defect of the program, at ")
            .unwrap();
        assert!(behind.contains("drawn wrongly"), "{behind:?}");
        // What would be shown on top of it, or hide it.
        assert!(!behind.contains("\u{1b}[?1049"), "{behind:?}");
        assert_eq!(tcgetattr(&outer).unwrap().local_modes, before);
    }
}
