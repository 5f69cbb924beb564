//! Work on a thread beside the screen, part by part. Whoever gives up waiting for it ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread;

/// Work under way.
pub(super) struct Beside<T> {
    parts: Receiver<T>,
    given_up: Arc<AtomicBool>,
}

/// The side of the one who works.
pub(super) struct Desk<T> {
    parts: Sender<T>,
    given_up: Arc<AtomicBool>,
}

impl<T> Desk<T> {
    /// Hands over a part; nobody may want it any more.
    pub(super) fn give(&self, part: T) {
        let _ = self.parts.send(part);
    }

    /// Whether nobody waits any more.
    pub(super) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }
}

/// What there is of the work.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News<T> {
    Part(T),
    NotYet,
    /// All parts were taken.
    Over,
}

impl<T: Send + 'static> Beside<T> {
    pub(super) fn start(work: impl FnOnce(&Desk<T>) + Send + 'static) -> Self {
        let (sender, parts) = mpsc::channel();
        let given_up = Arc::new(AtomicBool::new(false));
        let desk = Desk {
            parts: sender,
            given_up: given_up.clone(),
        };
        thread::spawn(move || work(&desk));
        Self { parts, given_up }
    }

    pub(super) fn next(&self) -> News<T> {
        match self.parts.try_recv() {
            Ok(part) => News::Part(part),
            Err(TryRecvError::Empty) => News::NotYet,
            Err(TryRecvError::Disconnected) => News::Over,
        }
    }
}

impl<T> Drop for Beside<T> {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}
