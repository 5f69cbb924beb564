//! What was odd about the evidence, with its place. An anomaly never stops the reading.

use std::collections::BTreeMap;

use super::RecordId;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// Kinds of anomaly.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AnomalyKind { $($(#[$doc])* $variant,)* }

        impl AnomalyKind {
            /// The name used in every output.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    /// The input ends inside a record.
    InputCut = "input-cut",
    /// Bytes of the input that are no record, skipped to the next one.
    InputDamaged = "input-damaged",
    /// The input could not be read further.
    ReadFailed = "read-failed",
    /// Compressed data is damaged or ends early.
    Decompression = "decompression",
    /// The time of a record lies outside of what can be represented.
    TimeOutOfRange = "time-out-of-range",
    /// The capture kept only the first bytes of a packet that carries SIP or could.
    PacketCut = "packet-cut",
    /// A link type that is not read.
    LinkTypeUnknown = "link-type-unknown",
    /// Fragments of a datagram are missing.
    FragmentsIncomplete = "fragments-incomplete",
    /// Fragments of a datagram overlap and differ.
    FragmentsOverlap = "fragments-overlap",
    /// A stream was seen from its middle.
    StreamJoinedLate = "stream-joined-late",
    /// Segments of a stream are missing.
    StreamGap = "stream-gap",
    /// Bytes of a SIP stream that belong to no message.
    StreamSkipped = "stream-skipped",
    /// A SIP message whose end was not seen.
    MessageCut = "message-cut",
    /// A SIP message on a stream that does not say its length; it was taken to end where the next begins.
    LengthMissing = "length-missing",
    /// A header section, message or compressed payload beyond the limit.
    MessageTooLong = "message-too-long",
    /// A bound on unfinished fragments was reached: the oldest were given up, or no further copy of a datagram was begun.
    FragmentLimit = "fragment-limit",
    /// The bound on unfinished streams was reached; the longest idle was given up.
    StreamLimit = "stream-limit",
    /// The bound on decrypted connections was reached; the longest idle were forgotten and stay encrypted from there on.
    DecryptionLimit = "decryption-limit",
    /// More interfaces in a section of a pcapng file than are kept; packets of the others are not read.
    InterfaceLimit = "interface-limit",
    /// A log announces a message, and none that can be read follows.
    LogEntryUnreadable = "log-entry-unreadable",
    /// A log in which no message was found.
    NoMessage = "no-message",
    /// A stamp of a log has a day that its year does not have; it tells no time.
    NoSuchDay = "no-such-day",
    /// Nothing tells which of two numbers in the stamp of a log is the day, and which the month.
    DateAmbiguous = "date-ambiguous",
    /// A stamp of a log that counts from a start where others are of a calendar, or the other way round; it tells no time.
    TimeUnrelated = "time-unrelated",
    /// The clock of a log was set back between two messages.
    ClockSetBack = "clock-set-back",
    /// Times of a log go back, and nothing tells why.
    TimesGoBack = "times-go-back",
    /// More comments, names or secrets in a file than are kept.
    FactsLimit = "facts-limit",
    /// More distinct method names than are told apart.
    MethodLimit = "method-limit",
}

impl AnomalyKind {
    /// Whether a part of an input was not read, so that nothing which comes of the inputs is whole.
    pub fn loses_input(self) -> bool {
        matches!(
            self,
            Self::InputCut
                | Self::InputDamaged
                | Self::ReadFailed
                | Self::Decompression
                | Self::InterfaceLimit
        )
    }
}

/// One odd thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// What it is.
    pub kind: AnomalyKind,
    /// The record at which it showed.
    pub at: RecordId,
    /// Details for people: offsets, sizes, addresses.
    pub detail: String,
}

/// All anomalies of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnomalySummary {
    /// How many.
    pub count: u64,
    /// Where it first showed, in reading order.
    pub first: RecordId,
    /// Details of the first.
    pub detail: String,
}

/// Anomalies by kind. Bounded: counts and the first of each.
#[derive(Clone, Debug, Default)]
pub struct Anomalies(BTreeMap<AnomalyKind, AnomalySummary>);

impl Anomalies {
    /// Notes one; details are only made for the first of a kind.
    pub fn note(&mut self, kind: AnomalyKind, at: RecordId, detail: impl FnOnce() -> String) {
        self.0
            .entry(kind)
            .and_modify(|summary| summary.count += 1)
            .or_insert_with(|| AnomalySummary {
                count: 1,
                first: at,
                detail: detail(),
            });
    }

    /// Takes over what was noted elsewhere, later in reading order.
    pub fn append(&mut self, later: Self) {
        for (kind, summary) in later.0 {
            self.0
                .entry(kind)
                .and_modify(|known| known.count += summary.count)
                .or_insert(summary);
        }
    }

    /// Says which input all of them belong to, once that is known.
    pub fn set_input(&mut self, input: u32) {
        for summary in self.0.values_mut() {
            summary.first.input = input;
        }
    }

    /// By kind.
    pub fn iter(&self) -> impl Iterator<Item = (AnomalyKind, &AnomalySummary)> {
        self.0.iter().map(|(kind, summary)| (*kind, summary))
    }

    /// How many of a kind.
    pub fn count(&self, kind: AnomalyKind) -> u64 {
        self.0.get(&kind).map_or(0, |summary| summary.count)
    }

    /// Whether nothing was odd.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
