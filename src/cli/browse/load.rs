//! Reads the inputs on a thread of its own and tells how far it is: first their beginning, then the trace, then what the audit
//! found. Afterwards it does what takes long as it is asked for.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use anyhow::bail;
use sipscope::flow::{Template, find_of_call};
use sipscope::report::{Checked, FlowLine, checked, flow_lines};
use sipscope::rules::Finding;
use sipscope::trace::{CallId, NodeHint, Trace};
use sipscope::tui::{Account, Readers, World};
use sipscope::{Intake, Job, analyze, script};

use super::{panics, save};
use crate::cli::rulebook::Rulebook;
use crate::cli::summary::Facts;
use crate::cli::times::times;
use crate::cli::traced::Traced;
use crate::cli::{anomalies, clocks, escape, progress, unit};

/// What the thread tells.
pub(super) enum News {
    /// Everything is read, or a beginning; and what could not be.
    Opened(Box<World>, Vec<String>),
    Audited(Arc<Vec<Finding>>),
    Flows(CallId, Vec<FlowLine>),
    /// To be said once.
    Said(String),
    Failed(String),
}

/// What the thread is asked for.
pub(super) enum Order {
    /// To read everything once more, with what is known of nodes now.
    Again(Vec<NodeHint>),
    /// Which documented flows a call is.
    Flows(CallId),
    /// To write calls to a file.
    Save(Vec<CallId>, String),
}

/// A thread that reads.
pub(super) struct Loading {
    pub(super) news: Receiver<News>,
    pub(super) orders: Sender<Order>,
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

/// Begins to read.
pub(super) fn start(
    traced: &Traced,
    rulebook: &Rulebook,
    templates: Vec<Template>,
    mut nodes: Vec<NodeHint>,
) -> Loading {
    let job = traced.job();
    let (sender, news) = mpsc::channel();
    let (orders, taken) = mpsc::channel();
    let loading = Loading {
        news,
        orders,
        total: progress::total(&job),
        read: job.read.clone(),
    };
    let mut desk = Desk {
        traced: traced.clone(),
        rulebook: rulebook.clone(),
        job,
        templates,
        news: sender,
        opened: None,
    };
    let total = loading.total;
    thread::spawn(move || {
        // What takes no longer to read than to look at is read at once; what is read again is on the screen already.
        let mut looks = total.map_or_else(Vec::new, looks);
        loop {
            desk.guarded(|desk| desk.open(&nodes, &looks));
            desk.guarded(Desk::audit);
            looks.clear();
            let Some(new) = desk.serve(&taken) else {
                return;
            };
            nodes = new;
        }
    });
    loading
}

/// The first look is at so many bytes, and each further one at so many times as much as the one before: all of them together take
/// a small part of the time that reading everything takes.
const FIRST_LOOK: u64 = 8 << 20;
const FURTHER: u64 = 8;

fn looks(total: u64) -> Vec<u64> {
    let sizes = std::iter::successors(Some(FIRST_LOOK), |size| size.checked_mul(FURTHER));
    sizes.take_while(|size| size * FURTHER <= total).collect()
}

/// What went wrong, be it a defect.
fn outcome(work: impl FnOnce() -> anyhow::Result<()>) -> Result<(), String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(_) => Err(panics::last()),
    }
}

/// What is shown is of an earlier reading.
const UNREAD: &str = "the inputs could not be read again";

/// What was read.
struct Opened {
    intake: Intake,
    trace: Arc<Trace>,
    audited: Option<Audited>,
}

/// What the audit came to.
pub(super) struct Audited {
    pub(super) findings: Arc<Vec<Finding>>,
    pub(super) rules: Vec<Checked>,
}

/// Where the thread works.
struct Desk {
    traced: Traced,
    rulebook: Rulebook,
    job: Job,
    templates: Vec<Template>,
    news: Sender<News>,
    opened: Option<Opened>,
}

impl Desk {
    fn tell(&self, news: News) {
        // Where nobody listens any more nobody is to be told.
        let _ = self.news.send(news);
    }

    /// Works; what goes wrong is told, and ends nothing else.
    fn guarded(&mut self, work: impl FnOnce(&mut Self) -> anyhow::Result<()>) {
        if let Err(failed) = outcome(|| work(self)) {
            self.tell(News::Failed(failed));
        }
    }

    /// Works off what is asked for, until everything is to be read again; none where nobody asks any more.
    fn serve(&mut self, orders: &Receiver<Order>) -> Option<Vec<NodeHint>> {
        while let Ok(order) = orders.recv() {
            match order {
                Order::Again(nodes) => return Some(nodes),
                Order::Flows(call) => self.guarded(|desk| desk.flows(call)),
                Order::Save(calls, name) => self.guarded(|desk| desk.save(&calls, &name)),
            }
        }
        None
    }

    /// Reads everything, first so many bytes of it.
    fn open(&mut self, nodes: &[NodeHint], looks: &[u64]) -> anyhow::Result<()> {
        self.opened = None;
        for most in looks {
            let (intake, trace) = self.read(Some(*most), nodes)?;
            let world = world(&intake, &trace)?.so_far();
            self.tell(News::Opened(Box::new(world), Vec::new()));
        }
        let (intake, trace) = self.read(None, nodes)?;
        let world = world(&intake, &trace)?;
        self.tell(News::Opened(Box::new(world), unread(&intake)));
        self.opened = Some(Opened {
            intake,
            trace,
            audited: None,
        });
        Ok(())
    }

    fn read(&self, most: Option<u64>, nodes: &[NodeHint]) -> anyhow::Result<(Intake, Arc<Trace>)> {
        let job = Job {
            most,
            ..self.job.clone()
        };
        job.read.store(0, Ordering::Relaxed);
        let intake = analyze(&job)?;
        let (intake, trace) = self.traced.together(intake, &job, nodes.to_vec())?;
        Ok((intake, Arc::new(trace)))
    }

    fn audit(&mut self) -> anyhow::Result<()> {
        let Some(opened) = &mut self.opened else {
            return Ok(());
        };
        let (intake, trace) = (&mut opened.intake, &opened.trace);
        let found = self.rulebook.audit(&self.traced, intake, trace)?;
        let rules = checked(&found);
        let findings = Arc::new(found.findings);
        opened.audited = Some(Audited {
            findings: findings.clone(),
            rules,
        });
        self.tell(News::Audited(findings));
        Ok(())
    }

    fn flows(&mut self, call: CallId) -> anyhow::Result<()> {
        let Some(Opened { intake, trace, .. }) = &mut self.opened else {
            bail!(UNREAD);
        };
        let Some(of_trace) = trace.call(call) else {
            return Ok(());
        };
        let threads = self.job.threads;
        let found = find_of_call(trace, &self.templates, of_trace, &mut intake.store, threads)?;
        let lines = found.iter();
        let lines = lines.flat_map(|one| flow_lines(trace, &self.templates, one));
        let lines = lines.collect();
        self.tell(News::Flows(call, lines));
        Ok(())
    }

    fn save(&mut self, calls: &[CallId], name: &str) -> anyhow::Result<()> {
        let Some(opened) = &mut self.opened else {
            bail!(UNREAD);
        };
        let said = save::calls(
            &mut opened.intake,
            &opened.trace,
            &self.job,
            opened.audited.as_ref(),
            calls,
            name,
        );
        self.tell(News::Said(said));
        Ok(())
    }
}

fn world(intake: &Intake, trace: &Arc<Trace>) -> anyhow::Result<World> {
    let account = account(intake, trace)?;
    let times = times(intake, trace);
    let store = intake.store.reader();
    let readers: Readers = Arc::new(move || Box::new(store.reader()));
    Ok(World::new(trace.clone(), times, account, readers))
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
    for error in unread(intake) {
        writeln!(text, "{error}")?;
    }
    Facts::of(intake, trace.sightings(), CALL_IDS, |_| true).print(&mut text)?;
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
        script: Arc::new(script(intake, trace)),
    })
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_defect_ends_no_more_than_the_work_it_is_in() {
        assert_eq!(outcome(|| Ok(())), Ok(()));
        let wrong = outcome(|| bail!("no such file"));
        assert_eq!(wrong, Err("no such file".to_owned()));
        let defect = outcome(|| panic!("out of bounds"));
        assert!(defect.is_err_and(|text| text.contains("defect")));
    }

    #[test]
    fn looks_take_a_small_part_of_the_whole() {
        assert_eq!(looks(0), [0; 0]);
        assert_eq!(looks(63 << 20), [0; 0]);
        assert_eq!(looks(64 << 20), [8 << 20]);
        assert_eq!(looks(10 << 30), [8 << 20, 64 << 20, 512 << 20]);
        for total in [64 << 20, 512 << 20, 10 << 30, 3 << 40] {
            let extra: u64 = looks(total).iter().sum();
            assert!(extra * 7 <= total, "{total}: {extra}");
        }
    }
}
