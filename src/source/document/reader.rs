//! A document as a source: read whole, up to a limit, and its messages handed over as entries.

use super::bytes;
use super::model::{Actor, Document, Flow, Step};
use super::text;
use crate::base::{AnomalyKind, Layer, Limits, Other, Outcome, Transport, Why};
use crate::sip::Glance;
use crate::source::log::BYTE_ORDER_MARK;
use crate::source::{Container, Entry, Facts, Found, Head, Oddity, Walked, Who, Window};

/// Reads a document.
#[derive(Default)]
pub(in crate::source) struct DocumentReader {
    is_read: bool,
}

impl DocumentReader {
    /// Whether the beginning of a file is that of a document with a flow in it.
    pub(in crate::source) fn sniff(prefix: &[u8]) -> bool {
        let prefix = prefix.strip_prefix(BYTE_ORDER_MARK).unwrap_or(prefix);
        // A damaged byte makes no text another thing, as the many of a capture do.
        let zeros = memchr::memchr_iter(0, prefix).count();
        zeros * 100 <= prefix.len() && Document::is_one(&text::of(prefix))
    }

    /// Whether it is worth the time to look for a flow in megabytes of a text that may be any log.
    pub(in crate::source) fn may_begin_late(prefix: &[u8]) -> bool {
        let mut traces = TRACES.iter();
        traces.any(|trace| memchr::memmem::find(prefix, trace).is_some())
    }
}

/// What documents with flows are full of, and logs are not: captions, and arrows.
const TRACES: [&[u8]; 4] = [b"Figure ", b"Table ", b"--->", b"<---"];

impl Container for DocumentReader {
    fn walk(
        &mut self,
        window: Window<'_>,
        limits: &Limits,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Walked {
        let length = window.bytes.len();
        let is_whole = window.last || length >= limits.document_bytes;
        if !self.is_read && !is_whole {
            return Walked {
                consumed: 0,
                needs: length.saturating_mul(2).clamp(1, limits.document_bytes),
            };
        }
        if !self.is_read {
            self.is_read = true;
            if !window.last {
                note(found, AnomalyKind::InputDamaged, 1, || {
                    format!("only the first {length} bytes of the document are read")
                });
            }
            let bytes = window.bytes;
            let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
            let document = Document::read(&text::of(bytes));
            hand_over(&document, found);
            facts.document = Some(document);
        }
        Walked {
            consumed: length,
            needs: 0,
        }
    }
}

fn note(found: &mut Found, kind: AnomalyKind, line: u64, detail: impl FnOnce() -> String) {
    found.oddities.push(Oddity {
        kind,
        before: 0,
        line: Some(line),
        detail: detail(),
    });
}

fn hand_over(document: &Document, found: &mut Found) {
    if document.left_out > 0 {
        note(found, AnomalyKind::MessageTooLong, 1, || {
            format!(
                "{} values that are not repeated were not filled in",
                document.left_out
            )
        });
    }
    for flow in &document.flows {
        for step in &flow.steps {
            let outcome = entry(flow, step, found);
            found.tally.count(outcome);
        }
    }
}

/// The message of a step; what became of it.
fn entry(flow: &Flow, step: &Step, found: &mut Found) -> Outcome {
    let Some(message) = &step.message else {
        return Outcome::Other(Other::DocumentStep);
    };
    let (bytes, spoiled) = bytes::of(message);
    let Some(glance) = Glance::at(&bytes) else {
        return Outcome::undecodable(Layer::Document, Why::Malformed);
    };
    let who = |actor: Option<usize>| {
        let actor: Option<&Actor> = actor.and_then(|actor| flow.actors.get(actor));
        actor.map_or(Who::Unknown, |actor| Who::Named(actor.name.as_str().into()))
    };
    found.entries.push(Entry {
        line: message.line,
        layer: Layer::Document,
        head: Head {
            time: None,
            source: who(step.from),
            destination: who(step.to),
            transport: transport(message),
        },
        start: found.texts.len() as u32,
        length: bytes.len() as u32,
        glance,
        offset: None,
        whole: !message.is_cut,
        spoiled,
    });
    found.texts.extend_from_slice(&bytes);
    Outcome::Sip
}

/// What the topmost Via says: a document has nothing else to tell it.
fn transport(message: &super::Message) -> Transport {
    use Transport::*;
    let via = message.value("Via").unwrap_or_default();
    let name = via
        .split_whitespace()
        .next()
        .and_then(|protocol| protocol.rsplit('/').next());
    let all = [Udp, Tcp, Tls, Sctp, Ws, Wss];
    let named =
        |transport: &Transport| name.is_some_and(|n| n.eq_ignore_ascii_case(transport.name()));
    all.into_iter().find(named).unwrap_or(Unknown)
}
