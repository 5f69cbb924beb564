//! What all screens read: the trace, what was found in it, and the way back to the bytes of messages.

use std::io;
use std::sync::Arc;

use crate::report::{CallLine, Times};
use crate::rules::{Finding, Severity};
use crate::trace::{Bytes, Call, CallId, Message, Trace};

/// What is told of the inputs, made by whoever read them.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// What each input is called, and what its records are: `call.pcap record`.
    pub places: Vec<String>,
    /// The screen of inputs, line by line.
    pub lines: Vec<String>,
}

/// A trace, opened.
pub struct World {
    pub(super) trace: Arc<Trace>,
    pub(super) times: Arc<Times>,
    pub(super) account: Account,
    /// None until the audit is through.
    findings: Option<Vec<Finding>>,
    /// Errors, warnings and infos of each call.
    counts: Vec<[u32; 3]>,
    bytes: Box<dyn Bytes + Send>,
}

impl World {
    /// A trace before its audit.
    pub fn new(
        trace: Arc<Trace>,
        times: Times,
        account: Account,
        bytes: Box<dyn Bytes + Send>,
    ) -> Self {
        Self {
            counts: Vec::new(),
            findings: None,
            trace,
            times: Arc::new(times),
            account,
            bytes,
        }
    }

    /// Takes what the audit found, by call, as it gives it.
    pub(super) fn audited(&mut self, findings: Vec<Finding>) {
        self.counts = vec![[0; 3]; self.trace.calls().len()];
        for finding in &findings {
            let call = finding.call.map(CallId::number).unwrap_or_default();
            if let Some(counts) = self.counts.get_mut(call.wrapping_sub(1)) {
                counts[kind(finding.severity)] += 1;
            }
        }
        self.findings = Some(findings);
    }

    pub(super) fn is_audited(&self) -> bool {
        self.findings.is_some()
    }

    /// What was found.
    pub(super) fn findings(&self) -> &[Finding] {
        self.findings.as_deref().unwrap_or_default()
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
}

fn kind(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    }
}
