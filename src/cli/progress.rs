//! A progress bar on standard error, for work that takes over a second, on a terminal only.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use sipscope::Job;
use sipscope::source::expand;

/// The bar while it lasts.
pub(super) struct Progress {
    stop: Arc<Stop>,
    drawer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    asked: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// Waits; true once it was asked to stop.
    fn wait(&self, time: Duration) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(asked, time, |asked| !*asked);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Begins to watch the job.
pub(super) fn start(job: &Job, quiet: bool) -> Progress {
    let stop = Arc::new(Stop::default());
    let drawer = (!quiet && stderr().is_terminal()).then(|| {
        let (inputs, _) = expand(&job.inputs);
        let sizes = inputs
            .iter()
            .map(|input| input.path.metadata().ok().filter(|m| m.is_file()));
        let total: Option<u64> = sizes.map(|size| size.map(|size| size.len())).sum();
        let (stop, read) = (stop.clone(), job.read.clone());
        thread::spawn(move || draw(total, &stop, &read))
    });
    Progress { stop, drawer }
}

impl Progress {
    /// Takes the bar away.
    pub(super) fn finish(self) {
        *self
            .stop
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.changed.notify_all();
        if let Some(drawer) = self.drawer {
            // The drawer has nothing to report.
            let _ = drawer.join();
        }
    }
}

fn draw(total: Option<u64>, stop: &Stop, read: &AtomicU64) {
    if stop.wait(Duration::from_secs(1)) {
        return;
    }
    let (bar, template) = match total {
        Some(total) => (
            ProgressBar::new(total),
            "{bar:30} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{spinner} {bytes} read  {bytes_per_sec}",
        ),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    loop {
        bar.set_position(read.load(Ordering::Relaxed));
        bar.tick();
        if stop.wait(Duration::from_millis(200)) {
            break;
        }
    }
    bar.finish_and_clear();
}
