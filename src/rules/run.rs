//! Goes over a trace and hands every subject to every rule: call by call the messages, hops, relays, dialogs, subscriptions and
//! the call itself; then registrations and publications, which may go over several calls, each once; then documents.
//!
//! Threads take batches of neighbouring calls. The messages of a batch are read in the order in which they lie in the inputs,
//! so that an input is mostly read from its beginning to its end however its calls are mixed, and what a thread reads and
//! indexes is there for all rules. What the batches give is put together in their order.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use super::finding::Finding;
use super::policy::Policy;
use super::registry::RULES;
use super::rule::{Severity, SubjectKind};
use super::scene::{
    CallScene, DialogScene, DocumentFlow, DocumentScene, Ends, Loaded, PublicationScene,
    RegistrationScene, SubscriptionScene, View,
};
use super::subjects::Subjects;
use super::taken::Taken;
use super::verdict::Verdict;
use crate::base::in_order;
use crate::trace::{
    Attempt, Bytes, Call, CallId, Hop, HopId, Message, Publication, Registration, Subscription,
    Trace, Turns,
};

/// Verdicts of one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u64; 4],
}

impl Tally {
    /// Subjects with this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.counts[verdict as usize]
    }

    pub(super) fn count(&mut self, verdict: Verdict) {
        self.counts[verdict as usize] += 1;
    }

    fn add(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
    }
}

/// What came out of an audit.
#[derive(Clone, Debug)]
pub struct Audit {
    /// How bad each rule is, in the order of [`RULES`]; none if it was not held to.
    pub severities: Vec<Option<Severity>>,
    /// Verdicts of every rule, in the order of [`RULES`].
    pub tallies: Vec<Tally>,
    /// What was found, by call and in the order of the messages; what concerns no call stands last.
    pub findings: Vec<Finding>,
    /// What was found and is known of the node that did it.
    pub allowed: Vec<Finding>,
}

impl Audit {
    fn nothing(policy: &Policy) -> Self {
        Self {
            severities: RULES.iter().map(|rule| policy.severity(rule)).collect(),
            tallies: vec![Tally::default(); RULES.len()],
            findings: Vec::new(),
            allowed: Vec::new(),
        }
    }

    fn append(&mut self, more: Self) {
        for (tally, more) in self.tallies.iter_mut().zip(more.tallies) {
            tally.add(more);
        }
        self.findings.extend(more.findings);
    }

    /// How many findings are so bad.
    pub fn count(&self, severity: Severity) -> usize {
        let found = self.findings.iter();
        found.filter(|finding| finding.severity == severity).count()
    }
}

/// Bytes that are held for one subject at a time. Of a call with more its journeys are looked at one after the other, and then
/// its dialogs and subscriptions; of what is still too large for that, nothing can be proved.
const MOST_HELD: usize = 64 << 20;

/// A batch has no more bytes than that, unless it is one subject: with all that is read in it, it stays at hand while one rule
/// after the other looks at it.
const BATCH: usize = 256 << 10;

/// Holds a trace to all rules, and what documents say of it; or the calls that are chosen, in their order. Each thread has a reader
/// of its own. An error is one of reading messages again.
pub fn audit<B: Bytes + Send>(
    trace: &Trace,
    documents: &[DocumentFlow],
    chosen: Option<&[CallId]>,
    policy: &Policy,
    threads: usize,
    reader: impl Fn() -> B + Sync,
) -> io::Result<Audit> {
    let ends = Ends::of(trace);
    let desks: Mutex<Vec<Desk<B>>> = Mutex::default();
    let lock = || desks.lock().unwrap_or_else(PoisonError::into_inner);
    let work = |batch: Batch<'_>| {
        let desk = lock().pop();
        let mut desk = desk.unwrap_or_else(|| Desk {
            bytes: reader(),
            loaded: Loaded::default(),
        });
        let mut runner = Runner {
            ends: &ends,
            bytes: &mut desk.bytes,
            loaded: &mut desk.loaded,
            judge: Judge {
                trace,
                audit: Audit::nothing(policy),
            },
        };
        let judged = runner.batch(&batch);
        let audit = runner.judge.audit;
        lock().push(desk);
        judged.map(|()| audit)
    };
    let mut all = tasks(trace, documents, chosen).peekable();
    let mut audit = Ok(Audit::nothing(policy));
    in_order(
        threads,
        || Batch::next(&mut all),
        work,
        |more| match (&mut audit, more) {
            (Ok(audit), Ok(more)) => audit.append(more),
            (Ok(_), Err(error)) => audit = Err(error),
            (Err(_), _) => {}
        },
    );
    let mut audit = audit?;
    // What goes over several calls was looked at whole.
    audit.findings.retain(|finding| {
        let is_meant = |call| chosen.is_none_or(|chosen| chosen.binary_search(&call).is_ok());
        finding.call.is_none_or(is_meant)
    });
    let (known, findings) = std::mem::take(&mut audit.findings)
        .into_iter()
        .partition(|finding| policy.allows(finding, trace));
    (audit.allowed, audit.findings) = (known, findings);
    audit.findings.sort_by_key(|finding| {
        let first = finding.places.first().map(|place| place.message);
        (finding.call.is_none(), finding.call, first)
    });
    Ok(audit)
}

/// What a thread works with.
struct Desk<B> {
    bytes: B,
    loaded: Loaded,
}

/// What messages are read together for.
enum Task<'t> {
    Call(Call<'t>),
    Registration(Registration<'t>),
    Publication(Publication<'t>),
    /// A flow, and the message that is printed for each step.
    Document(&'t DocumentFlow, Vec<Option<Message<'t>>>),
}

impl<'t> Task<'t> {
    fn messages(&self) -> Vec<Message<'t>> {
        match self {
            Self::Call(call) => call.hops().flat_map(|hop| hop.messages()).collect(),
            Self::Registration(one) => messages_of(&one.steps),
            Self::Publication(one) => messages_of(&one.steps),
            Self::Document(_, messages) => messages.iter().copied().flatten().collect(),
        }
    }
}

/// The messages of some REGISTERs or PUBLISHs, where they entered the trace and where they ended.
fn messages_of<'t>(steps: &[Attempt<'t>]) -> Vec<Message<'t>> {
    let hops = steps.iter().flat_map(|step| [step.hop, step.last]);
    hops.flat_map(|hop| hop.messages()).collect()
}

/// Everything that is to be looked at, in its order.
fn tasks<'t>(
    trace: &'t Trace,
    documents: &'t [DocumentFlow],
    chosen: Option<&'t [CallId]>,
) -> impl Iterator<Item = (Task<'t>, Vec<Message<'t>>)> {
    let is_meant = move |task: &Task<'t>| match (task, chosen) {
        (_, None) => true,
        (Task::Call(call), Some(chosen)) => chosen.binary_search(&call.id()).is_ok(),
        (Task::Registration(one), Some(chosen)) => has_any(&one.steps, chosen),
        (Task::Publication(one), Some(chosen)) => has_any(&one.steps, chosen),
        (Task::Document(..), Some(_)) => false,
    };
    let registrations = || trace.registrations().into_iter().map(Task::Registration);
    let publications = || trace.publications().into_iter().map(Task::Publication);
    let late = [0, 1, 2].into_iter().flat_map(move |kind| match kind {
        0 => registrations().collect::<Vec<_>>(),
        1 => publications().collect(),
        _ => of_documents(trace, documents),
    });
    let all = trace.calls().map(Task::Call).chain(late);
    all.filter(is_meant).map(|task| {
        let messages = task.messages();
        (task, messages)
    })
}

/// Whether one of the steps is in one of the calls.
fn has_any(steps: &[Attempt<'_>], calls: &[CallId]) -> bool {
    let of_steps = steps.iter().map(|step| step.hop.call().id());
    of_steps
        .into_iter()
        .any(|call| calls.binary_search(&call).is_ok())
}

/// The flows of documents, each with the messages that are printed for it.
fn of_documents<'t>(trace: &'t Trace, flows: &'t [DocumentFlow]) -> Vec<Task<'t>> {
    let mut printed: HashMap<(u32, u64), Message<'t>, RandomState> = HashMap::default();
    if !flows.is_empty() {
        for message in trace.messages() {
            for record in message.sightings().flat_map(|sighting| sighting.records()) {
                printed.insert((record.input, record.number), message);
            }
        }
    }
    let task = |flow: &'t DocumentFlow| {
        let message = |line: u64| printed.get(&(flow.input, line)).copied();
        let steps = flow.steps.iter();
        Task::Document(flow, steps.map(|step| message(step.message?)).collect())
    };
    flows.iter().map(task).collect()
}

/// What goes over several hops of a call.
#[derive(Default)]
struct Parts<'t> {
    turns: Vec<Turns<'t>>,
    subscriptions: Vec<Subscription<'t>>,
}

impl<'t> Parts<'t> {
    fn of(task: &Task<'t>) -> Self {
        match task {
            Task::Call(call) => Self {
                turns: call.turns().collect(),
                subscriptions: call.subscriptions(),
            },
            _ => Self::default(),
        }
    }
}

/// What is read at once.
struct Batch<'t> {
    tasks: Vec<Task<'t>>,
    messages: Vec<Message<'t>>,
    size: usize,
}

impl<'t> Batch<'t> {
    fn next(
        all: &mut std::iter::Peekable<impl Iterator<Item = (Task<'t>, Vec<Message<'t>>)>>,
    ) -> Option<Self> {
        let size = |messages: &[Message<'t>]| -> usize {
            let lengths = messages.iter().map(|message| message.sighting().length());
            lengths.sum()
        };
        let (task, messages) = all.next()?;
        let mut batch = Self {
            tasks: vec![task],
            size: size(&messages),
            messages,
        };
        while let Some((task, messages)) =
            all.next_if(|(_, messages)| batch.size + size(messages) <= BATCH)
        {
            batch.size += size(&messages);
            batch.tasks.push(task);
            batch.messages.extend(messages);
        }
        Some(batch)
    }
}

struct Runner<'b, B> {
    ends: &'b Ends,
    bytes: &'b mut B,
    loaded: &'b mut Loaded,
    judge: Judge<'b>,
}

impl<B: Bytes> Runner<'_, B> {
    fn batch(&mut self, batch: &Batch<'_>) -> io::Result<()> {
        if batch.size > MOST_HELD {
            return batch.tasks.iter().try_for_each(|task| self.large(task));
        }
        self.loaded.clear();
        let mut messages = batch.messages.clone();
        messages.sort_by_cached_key(|message| {
            let sighting = message.sighting();
            (sighting.input(), sighting.location().pack(), message.id())
        });
        for message in messages {
            self.load(message)?;
        }
        let parts: Vec<_> = batch.tasks.iter().map(Parts::of).collect();
        let view = View::of(self.loaded, self.ends);
        let mut subjects = Subjects::with_room_for(batch.messages.len());
        for (task, parts) in batch.tasks.iter().zip(&parts) {
            subjects.begin();
            match task {
                Task::Call(call) => of_call(*call, parts, &view, &mut subjects),
                Task::Registration(one) => {
                    subjects.registration(RegistrationScene::of(one, &view));
                }
                Task::Publication(one) => subjects.publication(PublicationScene::of(one, &view)),
                Task::Document(flow, messages) => {
                    subjects.document(DocumentScene::of(flow, messages, &view));
                }
            }
        }
        self.judge.take(&subjects);
        Ok(())
    }

    fn load(&mut self, message: Message<'_>) -> io::Result<()> {
        self.loaded.add(message, self.bytes)
    }

    /// What is too large to be held.
    fn large(&mut self, task: &Task<'_>) -> io::Result<()> {
        match task {
            Task::Call(call) => self.large_call(*call)?,
            Task::Registration(_) => self.judge.not_provable(SubjectKind::Registration),
            Task::Publication(_) => self.judge.not_provable(SubjectKind::Publication),
            Task::Document(..) => self.judge.not_provable(SubjectKind::Document),
        }
        Ok(())
    }

    fn large_call(&mut self, call: Call<'_>) -> io::Result<()> {
        let all = with_roots(&call.journeys());
        let mut held: Vec<(Hop<'_>, HopId)> = Vec::new();
        self.loaded.clear();
        for journey in all.chunk_by(|(_, one), (_, other)| one == other) {
            let messages = || journey.iter().flat_map(|(hop, _)| hop.messages());
            let lengths = messages().map(|message| message.sighting().length());
            let size: usize = lengths.sum();
            if size > MOST_HELD {
                for kind in [SubjectKind::Message, SubjectKind::Hop, SubjectKind::Relay] {
                    self.judge.not_provable(kind);
                }
                continue;
            }
            if self.loaded.size() + size > MOST_HELD {
                self.journeys(&held);
                held.clear();
                self.loaded.clear();
            }
            for message in messages() {
                self.load(message)?;
            }
            held.extend(journey);
        }
        self.journeys(&held);
        self.parts(&Parts::of(&Task::Call(call)))
    }

    /// What goes over several hops of a call that is too large to be held.
    fn parts(&mut self, parts: &Parts<'_>) -> io::Result<()> {
        for turns in &parts.turns {
            let messages = turns.dialog.hops().flat_map(|hop| hop.messages());
            if self.load_all(SubjectKind::Dialog, messages)? {
                let view = View::of(self.loaded, self.ends);
                let mut subjects = Subjects::default();
                subjects.dialog(DialogScene::of(turns, &view));
                self.judge.take(&subjects);
            }
        }
        for one in &parts.subscriptions {
            let messages = one.steps.iter().flat_map(|step| step.hop.messages());
            if self.load_all(SubjectKind::Subscription, messages)? {
                let view = View::of(self.loaded, self.ends);
                let mut subjects = Subjects::default();
                subjects.subscription(SubscriptionScene::of(one, &view));
                self.judge.take(&subjects);
            }
        }
        self.judge.not_provable(SubjectKind::Call);
        Ok(())
    }

    /// Loads the messages of a subject; tells whether it is small enough for that.
    fn load_all<'t>(
        &mut self,
        kind: SubjectKind,
        messages: impl Iterator<Item = Message<'t>>,
    ) -> io::Result<bool> {
        self.loaded.clear();
        for message in messages {
            if self.loaded.size() > MOST_HELD {
                self.judge.not_provable(kind);
                return Ok(false);
            }
            self.load(message)?;
        }
        Ok(true)
    }

    fn journeys(&mut self, held: &[(Hop<'_>, HopId)]) {
        let view = View::of(self.loaded, self.ends);
        let mut subjects = Subjects::default();
        subjects.journeys(held, &view);
        self.judge.take(&subjects);
    }
}

/// All that there is to a call of which everything is held.
fn of_call<'s>(
    call: Call<'s>,
    parts: &'s Parts<'s>,
    view: &'s View<'s>,
    subjects: &mut Subjects<'s>,
) {
    subjects.journeys(&with_roots(&call.journeys()), view);
    subjects.begin();
    let Parts {
        turns,
        subscriptions,
    } = parts;
    for turns in turns {
        subjects.dialog(DialogScene::of(turns, view));
    }
    for one in subscriptions {
        subjects.subscription(SubscriptionScene::of(one, view));
    }
    subjects.call(CallScene::of(call, (turns, subscriptions), view));
}

/// Hands subjects to rules, and keeps what comes out.
struct Judge<'b> {
    trace: &'b Trace,
    audit: Audit,
}

impl Judge<'_> {
    fn take(&mut self, subjects: &Subjects<'_>) {
        Taken::ask(self.trace, &mut self.audit, subjects);
    }

    /// A subject is too large to be looked at.
    fn not_provable(&mut self, kind: SubjectKind) {
        let audit = &mut self.audit;
        let rules = RULES.iter().zip(&audit.severities).zip(&mut audit.tallies);
        for ((rule, severity), tally) in rules {
            if severity.is_some() && rule.check.subject() == kind {
                tally.count(Verdict::NotProvable);
            }
        }
    }
}

/// Hops in their order, each with the first of its journey. A CANCEL is made of its INVITE, faults included: it counts to the
/// journey of that.
fn with_roots<'a>(journeys: &[(Hop<'a>, usize)]) -> Vec<(Hop<'a>, HopId)> {
    let mut root = None;
    let mut roots: HashMap<HopId, HopId, RandomState> = HashMap::default();
    let mut all = Vec::with_capacity(journeys.len());
    for (hop, depth) in journeys {
        if *depth == 0 {
            root = hop
                .about()
                .and_then(|invite| roots.get(&invite.id()).copied());
        }
        let of = *root.get_or_insert(hop.id());
        roots.insert(hop.id(), of);
        all.push((*hop, of));
    }
    all
}
