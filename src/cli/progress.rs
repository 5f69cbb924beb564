//! A progress bar on standard error, for work that takes over a second, on a terminal only.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
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
        let total = total(job);
        let (stop, read) = (stop.clone(), job.read.clone());
        thread::spawn(move || draw(total, &stop, &read))
    });
    Progress { stop, drawer }
}

/// Bytes of all inputs, where that is known.
pub(super) fn total(job: &Job) -> Option<u64> {
    let (inputs, _) = expand(&job.inputs);
    let sizes = inputs
        .iter()
        .map(|input| input.path.metadata().ok().filter(|m| m.is_file()));
    sizes.map(|size| size.map(|size| size.len())).sum()
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

/// Work that takes no longer than this is not worth a bar.
const PATIENCE: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(100);

fn draw(total: Option<u64>, stop: &Stop, read: &AtomicU64) {
    const KNOWN: &str = "{bar:30} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
    const UNKNOWN: &str = "{spinner} {bytes} read  {bytes_per_sec}";
    // The bar measures from the start, and shows itself only later.
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
    let template = if total.is_some() { KNOWN } else { UNKNOWN };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    while !stop.wait(PERIOD) {
        bar.set_position(read.load(Ordering::Relaxed));
        if bar.is_hidden() && bar.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.tick();
    }
    bar.finish_and_clear();
}
