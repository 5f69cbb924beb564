//! Work on several threads whose results come out in the order in which the jobs went in: what a run finds does not
//! depend on how many threads it has.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

struct State<T, R> {
    jobs: VecDeque<(u64, T)>,
    results: BTreeMap<u64, thread::Result<R>>,
    closed: bool,
}

struct Desk<T, R> {
    state: Mutex<State<T, R>>,
    job_there: Condvar,
    result_there: Condvar,
}

impl<T, R> Desk<T, R> {
    fn lock(&self) -> MutexGuard<'_, State<T, R>> {
        // Nothing that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work_off(&self, number: u64, job: T, work: &impl Fn(T) -> R) {
        let result = catch_unwind(AssertUnwindSafe(|| work(job)));
        self.lock().results.insert(number, result);
        self.result_there.notify_one();
    }

    fn serve(&self, work: &impl Fn(T) -> R) {
        loop {
            let mut state = self.lock();
            let (number, job) = loop {
                if let Some(job) = state.jobs.pop_front() {
                    break job;
                }
                if state.closed {
                    return;
                }
                let wait = self.job_there.wait(state);
                state = wait.unwrap_or_else(PoisonError::into_inner);
            };
            drop(state);
            self.work_off(number, job, work);
        }
    }

    /// The result of job `number`; works itself while there is work.
    fn wait_for(&self, number: u64, work: &impl Fn(T) -> R) -> thread::Result<R> {
        loop {
            let mut state = self.lock();
            if let Some(result) = state.results.remove(&number) {
                return result;
            }
            if let Some((number, job)) = state.jobs.pop_front() {
                drop(state);
                self.work_off(number, job, work);
            } else {
                let wait = self.result_there.wait(state);
                drop(wait.unwrap_or_else(PoisonError::into_inner));
            }
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.job_there.notify_all();
    }
}

/// Runs `work` over everything that `produce` gives; `produce` and `consume` run on the calling thread, `consume` in the
/// order of production. At most a few jobs for each thread are under way at a time.
pub(crate) fn in_order<T: Send, R: Send>(
    threads: usize,
    mut produce: impl FnMut() -> Option<T>,
    work: impl Fn(T) -> R + Sync,
    mut consume: impl FnMut(R),
) {
    if threads <= 1 {
        while let Some(job) = produce() {
            consume(work(job));
        }
        return;
    }
    let desk = Desk {
        state: Mutex::new(State {
            jobs: VecDeque::new(),
            results: BTreeMap::new(),
            closed: false,
        }),
        job_there: Condvar::new(),
        result_there: Condvar::new(),
    };
    let mut run = |desk: &Desk<T, R>| {
        let under_way = threads as u64 * 2;
        let (mut produced, mut consumed) = (0, 0);
        let mut exhausted = false;
        loop {
            while !exhausted && produced - consumed < under_way {
                match produce() {
                    Some(job) => {
                        desk.lock().jobs.push_back((produced, job));
                        desk.job_there.notify_one();
                        produced += 1;
                    }
                    None => exhausted = true,
                }
            }
            if produced == consumed {
                return Ok(());
            }
            consume(desk.wait_for(consumed, &work)?);
            consumed += 1;
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| desk.serve(&work));
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&desk)));
        desk.close();
        if let Err(panic) = outcome.and_then(|outcome| outcome) {
            resume_unwind(panic);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_for_any_number_of_threads() {
        for threads in 1..6 {
            let mut jobs = 0..1000u64;
            let mut seen = Vec::new();
            in_order(
                threads,
                || jobs.next(),
                |job| {
                    // Uneven work, so that results finish out of order.
                    (0..job % 7 * 1000)
                        .fold(job, |sum, step| std::hint::black_box(sum ^ step ^ step))
                },
                |result| seen.push(result),
            );
            assert_eq!(seen, (0..1000).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_in_a_worker_comes_out() {
        let mut jobs = 0..10;
        let run = catch_unwind(AssertUnwindSafe(|| {
            in_order(3, || jobs.next(), |job| assert_ne!(job, 5), |()| {});
        }));
        assert!(run.is_err());
    }
}
