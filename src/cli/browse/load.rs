//! Reads the inputs on a thread of its own and tells how far it is: first the trace, then what the audit found.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use sipscope::rules::{Finding, Policy};
use sipscope::trace::{NodeHint, Trace};
use sipscope::tui::{Account, World};
use sipscope::{Intake, Job, analyze, audit};

use crate::cli::summary::Facts;
use crate::cli::times::times;
use crate::cli::traced::Traced;
use crate::cli::{anomalies, clocks, escape, progress, unit};

/// What the thread tells.
pub(super) enum News {
    /// Everything is read; and what could not be.
    Opened(Box<World>, Vec<String>),
    Audited(Vec<Finding>),
    Failed(String),
}

/// A thread that reads.
pub(super) struct Loading {
    pub(super) news: Receiver<News>,
    /// Bytes of all inputs, where that is known.
    pub(super) total: Option<u64>,
    read: Arc<AtomicU64>,
}

impl Loading {
    /// Bytes read so far.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// Begins to read. An error is one of what was asked for.
pub(super) fn start(traced: &Traced) -> anyhow::Result<Loading> {
    let nodes = traced.nodes()?;
    let job = traced.job();
    let (sender, news) = mpsc::channel();
    let loading = Loading {
        news,
        total: progress::total(&job),
        read: job.read.clone(),
    };
    let traced = traced.clone();
    thread::spawn(move || {
        if let Err(error) = load(&traced, &job, nodes, &sender) {
            // Where nobody listens any more nobody is to be told.
            let _ = sender.send(News::Failed(format!("{error:#}")));
        }
    });
    Ok(loading)
}

fn load(
    traced: &Traced,
    job: &Job,
    nodes: Vec<NodeHint>,
    news: &Sender<News>,
) -> anyhow::Result<()> {
    let intake = analyze(job)?;
    let (intake, trace) = traced.together(intake, job, nodes)?;
    let trace = Arc::new(trace);
    let account = account(&intake, &trace)?;
    let times = times(&intake, &trace);
    let bytes = Box::new(intake.store.reader());
    let world = World::new(trace.clone(), times, account, bytes);
    let sent = news.send(News::Opened(Box::new(world), unread(&intake)));
    if sent.is_err() {
        return Ok(());
    }
    let found = audit(&intake, &trace, job, &Policy::default())?;
    // The same: the interface may be closed by now.
    let _ = news.send(News::Audited(found.findings));
    Ok(())
}

/// What all commands say of inputs that could not be read, whole or in part.
fn unread(intake: &Intake) -> Vec<String> {
    let whole = intake.unreadable.iter();
    let whole = whole.map(|error| escape::text(&error.to_string()));
    let parts = anomalies::losses(intake);
    let parts = parts.map(|loss| format!("not all was read: {} {loss}", loss.count()));
    whole.chain(parts).collect()
}

/// Call-IDs that the screen of inputs lists; the calls have all of them.
const CALL_IDS: usize = 0;

fn account(intake: &Intake, trace: &Trace) -> anyhow::Result<Account> {
    let mut text = Vec::new();
    Facts::of(intake, CALL_IDS).print(&mut text)?;
    clocks::print(&mut text, intake, trace)?;
    clocks::print_contradictions(&mut text, intake, trace, trace.calls())?;
    let text = String::from_utf8_lossy(&text);
    let places = intake.inputs.iter().zip(0..).map(|(input, number)| {
        let name = input.path.file_name().unwrap_or(input.path.as_os_str());
        format!("{} {}", name.to_string_lossy(), unit(intake, number))
    });
    Ok(Account {
        places: places.collect(),
        lines: text.lines().map(str::to_owned).collect(),
    })
}
