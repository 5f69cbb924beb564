//! Asks rules and takes their verdicts: counts them, and puts faults together.
//!
//! One cause gives one finding. What a request carries wrongly it carries on every later hop, and its answers echo it: the same
//! rule that fails on the same bytes elsewhere in one journey is attached to the first finding, not told again. The journey
//! is taken as a whole, since a capture may begin at any hop of it.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::finding::{Finding, Place};
use super::registry::RULES;
use super::rule::Severity;
use super::run::Audit;
use super::subjects::{Standing, Subjects};
use super::verdict::Fault;
use crate::trace::{Hop, HopId, MessageId, Trace};

/// Counts verdicts and puts faults together.
pub(super) struct Taken<'a> {
    trace: &'a Trace,
    /// What was found, with the subject and the rule.
    found: Vec<((usize, usize), Finding)>,
    /// Where in that findings of the rule that is asked are, by journey and bytes.
    known: HashMap<(Option<HopId>, Vec<u8>), usize, RandomState>,
}

impl<'a> Taken<'a> {
    /// Asks all rules that are held to, and takes what they say at once: a hop may have a hundred thousand bad answers. Findings
    /// are told subject by subject.
    pub(super) fn ask(trace: &'a Trace, audit: &'a mut Audit, subjects: &Subjects<'_>) {
        let mut taken = Self {
            trace,
            found: Vec::new(),
            known: HashMap::default(),
        };
        for (number, rule) in RULES.iter().enumerate() {
            let Some(severity) = audit.severities[number] else {
                continue;
            };
            let tally = &mut audit.tallies[number];
            let mut group = None;
            subjects.ask(rule.check, tally, |at, faults| {
                let standing = subjects.standings[at];
                if group.replace(standing.group) != Some(standing.group) {
                    taken.known.clear();
                }
                taken.take((at, number), severity, standing, faults);
            });
        }
        taken.found.sort_by_key(|(place, _)| *place);
        let found = taken.found.into_iter();
        audit.findings.extend(found.map(|(_, finding)| finding));
    }

    fn take(
        &mut self,
        place: (usize, usize),
        severity: Severity,
        standing: Standing,
        faults: &[Fault],
    ) {
        for fault in faults {
            let blamed = fault.places.first();
            let blamed = blamed.and_then(|at| Some(self.trace.message(at.message)?.hop()));
            let hop = standing.hop.or(blamed.map(|hop| hop.id()));
            let journey = standing.journey.or_else(|| Some(root_of(blamed?)));
            let key = (journey, fault.bytes.clone());
            let places = places(fault);
            // What the text of a document says twice is wrong twice.
            let known = journey.and_then(|_| self.known.get(&key).copied());
            let Some(known) = known else {
                self.known.insert(key, self.found.len());
                let finding = Finding {
                    rule: &RULES[place.1],
                    severity: fault.at_most.min(severity),
                    call: blamed.map(|hop| hop.call().id()),
                    hop,
                    places,
                    lines: fault.lines.clone(),
                    expected: fault.expected.clone(),
                    got: fault.got.clone(),
                    follows: Vec::new(),
                };
                self.found.push((place, finding));
                continue;
            };
            let (_, known) = &mut self.found[known];
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
