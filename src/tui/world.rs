//! What all screens read: the trace, what was found in it, and the way back to the bytes of messages.

use std::collections::BTreeMap;
use std::io;
use std::ops::Deref;
use std::sync::Arc;

use crate::report::ladder::Script;
use crate::report::{CallLine, FlowLine, Times};
use crate::rules::{Finding, Severity};
use crate::trace::{Bytes, Call, CallId, Message, MessageId, Trace};

/// What is told of the inputs, made by whoever read them.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// What each input is called, and what its records are: `call.pcap record`.
    pub places: Vec<String>,
    /// The screen of inputs, line by line.
    pub lines: Vec<String>,
    /// What documents say beside their messages.
    pub script: Arc<Script>,
}

/// Makes a reader of messages, for each thread one.
pub type Readers = Arc<dyn Fn() -> Box<dyn Bytes + Send> + Send + Sync>;

/// What threads beside the screen may read, too.
#[derive(Clone)]
pub struct Known {
    pub(super) trace: Arc<Trace>,
    pub(super) times: Arc<Times>,
    findings: Arc<Vec<Finding>>,
    /// Errors, warnings and infos of each call; none until the audit is through.
    counts: Arc<Vec<[u32; 3]>>,
    readers: Readers,
}

/// A trace, opened.
pub struct World {
    known: Known,
    pub(super) account: Account,
    /// Whether everything is read.
    pub(super) whole: bool,
    is_audited: bool,
    /// Whether there will be no audit.
    pub(super) unaudited: bool,
    bytes: Box<dyn Bytes + Send>,
    /// What was said of the documented flows of calls.
    pub(super) flows: BTreeMap<CallId, Vec<FlowLine>>,
}

impl Deref for World {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.known
    }
}

impl World {
    /// A trace before its audit.
    pub fn new(trace: Arc<Trace>, times: Times, account: Account, readers: Readers) -> Self {
        Self {
            bytes: readers(),
            known: Known {
                trace,
                times: Arc::new(times),
                findings: Arc::default(),
                counts: Arc::default(),
                readers,
            },
            account,
            whole: true,
            is_audited: false,
            unaudited: false,
            flows: BTreeMap::new(),
        }
    }

    /// The beginning of a trace of which more is read.
    pub fn so_far(self) -> Self {
        Self {
            whole: false,
            ..self
        }
    }

    /// Takes what the audit found, by call, as it gives it.
    pub(super) fn audited(&mut self, findings: Arc<Vec<Finding>>) {
        let mut counts = vec![[0; 3]; self.trace.calls().len()];
        for finding in findings.iter() {
            let call = finding.call.map(CallId::number).unwrap_or_default();
            if let Some(counts) = counts.get_mut(call.wrapping_sub(1)) {
                counts[kind(finding.severity)] += 1;
            }
        }
        self.known.counts = Arc::new(counts);
        self.known.findings = findings;
        self.is_audited = true;
    }

    pub(super) fn known(&self) -> Known {
        self.known.clone()
    }

    pub(super) fn is_audited(&self) -> bool {
        self.is_audited
    }

    /// The bytes of a message.
    pub(super) fn read(&mut self, message: &Message<'_>) -> io::Result<Vec<u8>> {
        Ok(self.bytes.read(&message.sighting())?.to_vec())
    }

    /// Where a message stands in the inputs.
    pub(super) fn place(&self, message: &Message<'_>) -> String {
        let sighting = message.sighting();
        let input = self.account.places.get(sighting.input() as usize);
        let record = sighting.records().first().map_or(0, |record| record.number);
        format!("{} {record}", input.map_or("", String::as_str))
    }

    /// The same message in another reading of the inputs, if it has the same number there.
    pub(super) fn has_still(&self, before: &Self, id: MessageId) -> bool {
        let records = |world: &Self| {
            let message = world.trace.message(id)?;
            Some(message.sighting().records().to_vec())
        };
        records(self).is_some_and(|here| records(before) == Some(here))
    }

    /// The call that has the first message of one in another reading of the inputs.
    pub(super) fn call_of(&self, before: &Self, call: CallId) -> Option<CallId> {
        let first = before.call(call)?.first_message().id();
        let here = self.trace.message(first)?;
        self.has_still(before, first)
            .then(|| here.hop().call().id())
    }
}

impl Known {
    /// A way to the bytes of messages, for a thread of its own.
    pub(super) fn bytes(&self) -> Box<dyn Bytes + Send> {
        (self.readers)()
    }

    /// What was found.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What was found in a call.
    pub(super) fn findings_of(&self, call: CallId) -> &[Finding] {
        let all = self.findings();
        // Those of no call stand last.
        let before = |finding: &Finding, upto: usize| {
            let of = finding.call.map_or(usize::MAX, CallId::number);
            of < upto
        };
        let number = call.number();
        let start = all.partition_point(|finding| before(finding, number));
        let end = all.partition_point(|finding| before(finding, number + 1));
        &all[start..end]
    }

    /// Errors, warnings and infos of a call.
    pub(super) fn counts(&self, call: CallId) -> [u32; 3] {
        let position = call.number().wrapping_sub(1);
        self.counts.get(position).copied().unwrap_or_default()
    }

    pub(super) fn call(&self, id: CallId) -> Option<Call<'_>> {
        self.trace.call(id)
    }

    pub(super) fn line(&self, id: CallId) -> Option<CallLine> {
        Some(CallLine::of(&self.trace, &self.times, &self.call(id)?))
    }
}

fn kind(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    }
}
