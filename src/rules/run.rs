//! Goes over a trace and hands every subject to every rule: call by call the messages, hops, relays, dialogs, subscriptions and
//! the call itself; then registrations and publications, which may go over several calls, each once; then documents.
//!
//! One cause gives one finding. What a request carries wrongly it carries on every later hop, and its answers echo it: the same
//! rule that fails on the same bytes elsewhere in one journey is attached to the first finding, not told again. The journey
//! is taken as a whole, since a capture may begin at any hop of it.

use std::collections::HashMap;
use std::io;

use foldhash::fast::RandomState;

use super::finding::{Finding, Place};
use super::registry::RULES;
use super::rule::{Check, Severity, SubjectKind};
use super::scene::{
    CallScene, DialogScene, DocumentFlow, DocumentScene, Ends, Loaded, PublicationScene,
    RegistrationScene, Relay, SubscriptionScene, View,
};
use super::verdict::{Fault, Verdict, Verdicts};
use crate::trace::{
    Attempt, Bytes, Call, Hop, HopId, Message, MessageId, Part, Subscription, Trace, Turns,
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

    fn count(&mut self, verdict: Verdict) {
        self.counts[verdict as usize] += 1;
    }
}

/// What came out of an audit.
#[derive(Debug)]
pub struct Audit {
    /// Verdicts of every rule, in the order of [`RULES`].
    pub tallies: Vec<Tally>,
    /// What was found, by call and in the order of the messages; what concerns no call stands last.
    pub findings: Vec<Finding>,
}

impl Audit {
    /// How many findings are so bad.
    pub fn count(&self, severity: Severity) -> usize {
        let found = self.findings.iter();
        found.filter(|finding| finding.severity == severity).count()
    }
}

/// Bytes that are held for one subject at a time. Of a call with more its journeys are looked at one after the other, and then
/// its dialogs and subscriptions; of what is still too large for that, nothing can be proved.
const MOST_HELD: usize = 64 << 20;

/// Holds a trace to all rules, and what documents say of it. An error is one of reading messages again.
pub fn audit(
    trace: &Trace,
    documents: &[DocumentFlow],
    bytes: &mut impl Bytes,
) -> io::Result<Audit> {
    let mut runner = Runner {
        trace,
        bytes,
        loaded: Loaded::until(Ends::of(trace)),
        audit: Audit {
            tallies: vec![Tally::default(); RULES.len()],
            findings: Vec::new(),
        },
    };
    for call in trace.calls() {
        runner.call(call)?;
    }
    for one in trace.registrations() {
        if runner.load_all(SubjectKind::Registration, messages_of(&one.steps))? {
            let view = View::of(&runner.loaded);
            let scene = RegistrationScene::of(&one, &view);
            Taken::new(trace, &mut runner.audit).registration(&scene);
        }
    }
    for one in trace.publications() {
        if runner.load_all(SubjectKind::Publication, messages_of(&one.steps))? {
            let view = View::of(&runner.loaded);
            let scene = PublicationScene::of(&one, &view);
            Taken::new(trace, &mut runner.audit).publication(&scene);
        }
    }
    runner.documents(documents)?;
    let mut audit = runner.audit;
    audit.findings.sort_by_key(|finding| {
        let first = finding.places.first().map(|place| place.message);
        (finding.call.is_none(), finding.call, first)
    });
    Ok(audit)
}

/// The messages of some REGISTERs or PUBLISHs, where they entered the trace and where they ended.
fn messages_of<'t>(steps: &[Attempt<'t>]) -> impl Iterator<Item = Message<'t>> {
    let hops = steps.iter().flat_map(|step| [step.hop, step.last]);
    hops.flat_map(|hop| hop.messages())
}

struct Runner<'b, B> {
    trace: &'b Trace,
    bytes: &'b mut B,
    loaded: Loaded,
    audit: Audit,
}

impl<B: Bytes> Runner<'_, B> {
    fn call(&mut self, call: Call<'_>) -> io::Result<()> {
        let journeys = call.journeys();
        let mut held: Vec<(Hop<'_>, HopId)> = Vec::new();
        let mut is_whole = true;
        self.loaded.clear();
        for (hop, root) in with_roots(&journeys) {
            let starts = held.last().is_none_or(|(_, last)| *last != root);
            if starts && self.loaded.size() > MOST_HELD {
                self.judge(&held);
                held.clear();
                self.loaded.clear();
                is_whole = false;
            }
            for message in hop.messages() {
                self.load(message)?;
            }
            held.push((hop, root));
        }
        self.judge(&held);
        let turns: Vec<Turns<'_>> = call.turns().collect();
        let subscriptions = call.subscriptions();
        match is_whole {
            true => self.judge_whole(call, &turns, &subscriptions),
            false => self.judge_parts(&turns, &subscriptions)?,
        }
        Ok(())
    }

    fn load(&mut self, message: Message<'_>) -> io::Result<()> {
        if !self.loaded.has(message.id()) {
            let sighting = message.sighting();
            let bytes = self.bytes.read(&sighting)?;
            self.loaded.add(message.id(), bytes, sighting.whole());
        }
        Ok(())
    }

    /// What goes over several hops of a call of which all is held.
    fn judge_whole(
        &mut self,
        call: Call<'_>,
        turns: &[Turns<'_>],
        subscriptions: &[Subscription<'_>],
    ) {
        let view = View::of(&self.loaded);
        let mut taken = Taken::new(self.trace, &mut self.audit);
        for turns in turns {
            taken.dialog(&DialogScene::of(turns, &view));
        }
        for one in subscriptions {
            taken.subscription(&SubscriptionScene::of(one, &view));
        }
        taken.call(&CallScene::of(call, (turns, subscriptions), &view));
    }

    /// The same of a call that is too large to be held.
    fn judge_parts(
        &mut self,
        turns: &[Turns<'_>],
        subscriptions: &[Subscription<'_>],
    ) -> io::Result<()> {
        for turns in turns {
            let messages = turns.dialog.hops().flat_map(|hop| hop.messages());
            if self.load_all(SubjectKind::Dialog, messages)? {
                let view = View::of(&self.loaded);
                let scene = DialogScene::of(turns, &view);
                Taken::new(self.trace, &mut self.audit).dialog(&scene);
            }
        }
        for one in subscriptions {
            let messages = one.steps.iter().flat_map(|step| step.hop.messages());
            if self.load_all(SubjectKind::Subscription, messages)? {
                let view = View::of(&self.loaded);
                let scene = SubscriptionScene::of(one, &view);
                Taken::new(self.trace, &mut self.audit).subscription(&scene);
            }
        }
        self.not_provable(SubjectKind::Call);
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
                self.not_provable(kind);
                return Ok(false);
            }
            self.load(message)?;
        }
        Ok(true)
    }

    /// A subject is too large to be looked at.
    fn not_provable(&mut self, kind: SubjectKind) {
        for (rule, tally) in RULES.iter().zip(&mut self.audit.tallies) {
            if rule.check.subject() == kind {
                tally.count(Verdict::NotProvable);
            }
        }
    }

    /// The flows of documents, each with the messages that are printed for it.
    fn documents(&mut self, flows: &[DocumentFlow]) -> io::Result<()> {
        if flows.is_empty() {
            return Ok(());
        }
        let mut printed: HashMap<(u32, u64), Message<'_>, RandomState> = HashMap::default();
        let trace = self.trace;
        for message in trace.messages() {
            for record in message.sightings().flat_map(|sighting| sighting.records()) {
                printed.insert((record.input, record.number), message);
            }
        }
        for flow in flows {
            let message = |line: u64| printed.get(&(flow.input, line)).copied();
            let steps = flow.steps.iter();
            let messages: Vec<_> = steps.map(|step| message(step.message?)).collect();
            let known = messages.iter().copied().flatten();
            if self.load_all(SubjectKind::Document, known)? {
                let view = View::of(&self.loaded);
                let scene = DocumentScene::of(flow, &messages, &view);
                Taken::new(trace, &mut self.audit).document(&scene);
            }
        }
        Ok(())
    }

    /// The messages, hops and relays of some journeys.
    fn judge(&mut self, hops: &[(Hop<'_>, HopId)]) {
        let view = View::of(&self.loaded);
        let mut taken = Taken::new(self.trace, &mut self.audit);
        for (hop, root) in hops {
            taken.journey = Some(*root);
            taken.hop = Some(hop.id());
            let scene = view.hop(*hop);
            let relays = Relay::all_of(*hop, &view);
            taken.each(|taken, number, check| match check {
                Check::Message(check) => {
                    let once = |part| !matches!(part, Part::Retransmission | Part::Repeated);
                    let messages = hop.messages().filter(|message| once(message.part()));
                    for seen in messages.filter_map(|message| view.seen(message)) {
                        taken.said(number, |verdicts| check(&seen, verdicts));
                    }
                }
                Check::Hop(check) => taken.said(number, |verdicts| check(&scene, verdicts)),
                Check::Relay(check) => {
                    for relay in &relays {
                        taken.said(number, |verdicts| check(relay, verdicts));
                    }
                }
                _ => {}
            });
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

/// Counts verdicts and puts faults together.
struct Taken<'a> {
    trace: &'a Trace,
    audit: &'a mut Audit,
    verdicts: Verdicts,
    /// The first hop of the journey that is looked at; none where the subject has several.
    journey: Option<HopId>,
    /// The hop that is looked at.
    hop: Option<HopId>,
    /// Findings by rule, journey and bytes.
    known: HashMap<(usize, Option<HopId>, Vec<u8>), usize, RandomState>,
}

macro_rules! subjects {
    ($($name:ident: $kind:ident, $scene:ty;)*) => {
        impl Taken<'_> {
            $(
                fn $name(&mut self, scene: &$scene) {
                    self.each(|taken, number, check| {
                        if let Check::$kind(check) = check {
                            taken.said(number, |verdicts| check(scene, verdicts));
                        }
                    });
                }
            )*
        }
    };
}

subjects! {
    dialog: Dialog, DialogScene<'_>;
    subscription: Subscription, SubscriptionScene<'_>;
    registration: Registration, RegistrationScene<'_>;
    publication: Publication, PublicationScene<'_>;
    call: Call, CallScene<'_>;
    document: Document, DocumentScene<'_>;
}

impl<'a> Taken<'a> {
    fn new(trace: &'a Trace, audit: &'a mut Audit) -> Self {
        Self {
            trace,
            audit,
            verdicts: Verdicts::default(),
            journey: None,
            hop: None,
            known: HashMap::default(),
        }
    }

    fn each(&mut self, mut judge: impl FnMut(&mut Self, usize, Check)) {
        for (number, rule) in RULES.iter().enumerate() {
            judge(self, number, rule.check);
        }
    }

    /// Lets a rule speak of a subject.
    fn said(&mut self, rule: usize, check: impl FnOnce(&mut Verdicts)) {
        let mut verdicts = std::mem::take(&mut self.verdicts);
        verdicts.clear();
        check(&mut verdicts);
        self.take(rule, &verdicts);
        self.verdicts = verdicts;
    }

    fn take(&mut self, rule: usize, verdicts: &Verdicts) {
        self.audit.tallies[rule].count(verdicts.verdict());
        for fault in &verdicts.faults {
            let blamed = fault.places.first();
            let blamed = blamed.and_then(|at| Some(self.trace.message(at.message)?.hop()));
            let hop = self.hop.or(blamed.map(|hop| hop.id()));
            let journey = self.journey.or_else(|| Some(root_of(blamed?)));
            let key = (rule, journey, fault.bytes.clone());
            let places = places(fault);
            // What the text of a document says twice is wrong twice.
            let known = journey.and_then(|_| self.known.get(&key).copied());
            let Some(known) = known else {
                self.known.insert(key, self.audit.findings.len());
                self.audit.findings.push(Finding {
                    rule: &RULES[rule],
                    severity: fault.at_most.min(RULES[rule].severity),
                    call: blamed.map(|hop| hop.call().id()),
                    hop,
                    places,
                    lines: fault.lines.clone(),
                    expected: fault.expected.clone(),
                    got: fault.got.clone(),
                    follows: Vec::new(),
                });
                continue;
            };
            let known = &mut self.audit.findings[known];
            // An answer comes from the far end: the hop that is looked at later may have had it first.
            let first = |places: &[Place]| places.first().map(|place| place.message);
            let mut places = places;
            if first(&places) < first(&known.places) {
                std::mem::swap(&mut places, &mut known.places);
                known.hop = hop;
                known.expected.clone_from(&fault.expected);
                known.got.clone_from(&fault.got);
            }
            let more: Vec<MessageId> = places.iter().map(|place| place.message).collect();
            for message in more {
                let told = known.places.iter().any(|place| place.message == message);
                if !told && known.follows.last() != Some(&message) {
                    known.follows.push(message);
                }
            }
        }
    }
}

/// More hops than a request can take (RFC 3261 20.22); a trace may claim anything.
const LONGEST: usize = 256;

/// The first hop of a journey.
fn root_of<'t>(hop: Hop<'t>) -> HopId {
    let above = |hop: &Hop<'t>| hop.parent().map(|(parent, _)| parent).or(hop.about());
    let way = std::iter::successors(Some(hop), above).take(LONGEST);
    way.last().unwrap_or(hop).id()
}

fn places(fault: &Fault) -> Vec<Place> {
    let all = fault.places.iter().map(|at| Place {
        message: at.message,
        span: at.span,
    });
    all.collect()
}
