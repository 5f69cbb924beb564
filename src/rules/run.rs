//! Goes over the calls of a trace and hands every subject to every rule.
//!
//! One cause gives one finding. What a request carries wrongly it carries on every later hop, and its answers echo it: the same
//! rule that fails on the same bytes elsewhere in one journey is attached to the first finding, not told again. The journey
//! is taken as a whole, since a capture may begin at any hop of it.

use std::collections::HashMap;
use std::io;

use foldhash::fast::RandomState;

use super::finding::{Finding, Place};
use super::registry::RULES;
use super::rule::{Check, Severity};
use super::scene::{Loaded, Relay};
use super::verdict::{Fault, Verdict, Verdicts};
use crate::trace::{Bytes, Call, Hop, HopId, Link, MessageId, Part, Trace};

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
    /// What was found, by call and in the order of the messages.
    pub findings: Vec<Finding>,
}

impl Audit {
    /// How many findings are so bad.
    pub fn count(&self, severity: Severity) -> usize {
        let found = self.findings.iter();
        found
            .filter(|finding| finding.rule.severity == severity)
            .count()
    }
}

/// Bytes that are held for one call at a time; of a longer one journeys are looked at one after the other.
const MOST_HELD: usize = 64 << 20;

/// Holds a trace to all rules. An error is one of reading messages again.
pub fn audit(trace: &Trace, bytes: &mut impl Bytes) -> io::Result<Audit> {
    let mut runner = Runner {
        bytes,
        loaded: Loaded::until(trace.messages().filter_map(|message| message.time()).max()),
        audit: Audit {
            tallies: vec![Tally::default(); RULES.len()],
            findings: Vec::new(),
        },
    };
    for call in trace.calls() {
        runner.call(call)?;
    }
    Ok(runner.audit)
}

struct Runner<'b, B> {
    bytes: &'b mut B,
    loaded: Loaded,
    audit: Audit,
}

impl<B: Bytes> Runner<'_, B> {
    fn call(&mut self, call: Call<'_>) -> io::Result<()> {
        let journeys = call.journeys();
        let first = self.audit.findings.len();
        let mut held: Vec<(Hop<'_>, usize)> = Vec::new();
        self.loaded.clear();
        for (hop, root) in with_roots(&journeys) {
            let starts = held.last().is_none_or(|(_, last)| *last != root);
            if starts && self.loaded.size() > MOST_HELD {
                self.judge(call, &held);
                held.clear();
                self.loaded.clear();
            }
            for message in hop.messages() {
                let sighting = message.sighting();
                let whole = sighting.whole();
                self.loaded
                    .add(message.id(), self.bytes.read(&sighting)?, whole);
            }
            held.push((hop, root));
        }
        self.judge(call, &held);
        let found = &mut self.audit.findings[first..];
        found.sort_by_key(|finding| finding.places.first().map(|place| place.message));
        Ok(())
    }

    fn judge(&mut self, call: Call<'_>, hops: &[(Hop<'_>, usize)]) {
        let mut verdicts = Verdicts::default();
        let mut taken = Taken {
            call,
            audit: &mut self.audit,
            known: HashMap::default(),
        };
        for (hop, root) in hops {
            let scene = self.loaded.hop(*hop);
            let relays = relays(*hop, &self.loaded);
            for (number, rule) in RULES.iter().enumerate() {
                let mut said = |check: &mut dyn FnMut(&mut Verdicts)| {
                    verdicts.clear();
                    check(&mut verdicts);
                    taken.take(number, *root, hop.id(), &verdicts);
                };
                match rule.check {
                    Check::Message(check) => {
                        let once = |part| !matches!(part, Part::Retransmission | Part::Repeated);
                        let messages = hop.messages().filter(|message| once(message.part()));
                        for seen in messages.filter_map(|message| self.loaded.seen(message)) {
                            said(&mut |verdicts| check(&seen, verdicts));
                        }
                    }
                    Check::Hop(check) => said(&mut |verdicts| check(&scene, verdicts)),
                    Check::Relay(check) => {
                        for relay in &relays {
                            said(&mut |verdicts| check(relay, verdicts));
                        }
                    }
                }
            }
        }
    }
}

/// Hops in their order, each with the position of the first of its journey. A CANCEL is made of its INVITE, faults included:
/// it counts to the journey of that.
fn with_roots<'a>(journeys: &[(Hop<'a>, usize)]) -> Vec<(Hop<'a>, usize)> {
    let mut root = 0;
    let mut roots: HashMap<HopId, usize, RandomState> = HashMap::default();
    let mut all = Vec::with_capacity(journeys.len());
    for (position, (hop, depth)) in journeys.iter().enumerate() {
        if *depth == 0 {
            let invite = hop.about().and_then(|invite| roots.get(&invite.id()));
            root = invite.copied().unwrap_or(position);
        }
        roots.insert(hop.id(), root);
        all.push((*hop, root));
    }
    all
}

/// What went from the hop before into this one, and back.
fn relays<'s>(hop: Hop<'s>, loaded: &'s Loaded) -> Vec<Relay<'s>> {
    // Where a journey begins these are the relays of the hops below, and what is no SIP node relays nothing.
    if hop.parent().is_none_or(|(_, link)| link == Link::Unchanged) {
        return Vec::new();
    }
    let passed = hop.relays().into_iter().filter_map(|passed| {
        Some(Relay {
            before: loaded.seen(passed.before)?,
            after: loaded.seen(passed.after)?,
            asked: passed
                .after
                .hop()
                .request()
                .and_then(|request| loaded.seen(request)),
            link: passed.link(),
            node: passed.node(),
        })
    });
    passed.collect()
}

/// Counts verdicts and puts faults together.
struct Taken<'a, 't> {
    call: Call<'t>,
    audit: &'a mut Audit,
    /// Findings by rule, journey and bytes.
    known: HashMap<(usize, usize, Vec<u8>), usize, RandomState>,
}

impl Taken<'_, '_> {
    fn take(&mut self, rule: usize, root: usize, hop: HopId, verdicts: &Verdicts) {
        self.audit.tallies[rule].count(verdicts.verdict());
        for fault in &verdicts.faults {
            let key = (rule, root, fault.bytes.clone());
            let places = places(fault);
            let Some(known) = self.known.get(&key).copied() else {
                self.known.insert(key, self.audit.findings.len());
                self.audit.findings.push(Finding {
                    rule: &RULES[rule],
                    call: self.call.id(),
                    hop,
                    places,
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

fn places(fault: &Fault) -> Vec<Place> {
    let all = fault.places.iter().map(|at| Place {
        message: at.message,
        span: at.span,
    });
    all.collect()
}
