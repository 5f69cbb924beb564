//! Speed and memory of the way from a capture to its trace, by the number of messages: neither may grow faster than that.
//!
//! "items" are messages, "max alloc" is the most memory that was held at a time. Allocations of further threads are not counted:
//! read it where there is one.

#![allow(clippy::unwrap_used, reason = "a benchmark on its own input")]

#[allow(dead_code, reason = "its main is not needed here")]
#[path = "generate/main.rs"]
mod generate;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use sipscope::trace::Hints;
use sipscope::{Job, analyze, correlate};
use tempfile::NamedTempFile;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// So many calls through two proxies, with some registrations: about 22 messages each.
fn capture(calls: u64) -> (NamedTempFile, u64) {
    let file = NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    let asked = [
        "--calls",
        &calls.to_string(),
        "--message-size",
        "600",
        "-o",
        &path,
    ];
    let asked = asked.map(str::to_owned).into_iter();
    let options = generate::Options::parse(asked).unwrap().unwrap();
    let counts = generate::run(&options).unwrap();
    (file, counts.messages)
}

/// From the file to the trace; calls and threads.
#[divan::bench(args = [(4_590, 1), (4_590, 2), (45_900, 1), (45_900, 2)], sample_count = 5, sample_size = 1)]
fn trace(bencher: Bencher<'_, '_>, (calls, threads): (u64, usize)) {
    let (file, messages) = capture(calls);
    let job = Job {
        inputs: vec![file.path().to_owned()],
        threads,
        ..Job::default()
    };
    bencher.counter(ItemsCount::new(messages)).bench(|| {
        let mut intake = analyze(&job).unwrap();
        correlate(&mut intake, &job, &Hints::default()).unwrap()
    });
}
