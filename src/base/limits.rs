//! Every number that bounds memory or nesting, in one place. Reaching one is always an anomaly, never silence.

/// Bounds on what is held while an input is streamed. None of them bounds the number of calls or messages.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes read at a time.
    pub batch_bytes: usize,
    /// Largest record that is believed; a longer one is taken for damage.
    pub record_bytes: usize,
    /// Largest flow document: one is read whole.
    pub document_bytes: usize,
    /// Largest SIP message on a stream.
    pub message_bytes: usize,
    /// Largest header section on a stream.
    pub header_bytes: usize,
    /// Interfaces that a section of a pcapng file describes.
    pub interfaces: usize,
    /// Bytes held for all unfinished IP datagrams together.
    pub fragment_bytes: usize,
    /// Unfinished IP datagrams at a time.
    pub fragment_datagrams: usize,
    /// Unfinished copies of one IP datagram at a time.
    pub fragment_copies: usize,
    /// Capture time after which an unfinished IP datagram is given up, in nanoseconds (RFC 8200 4.5: 60 s).
    pub fragment_age: i64,
    /// Bytes of a compressed HEP payload that are unpacked.
    pub unpacked_bytes: usize,
    /// Bytes held for all streams together: messages not whole yet, segments ahead of a gap.
    pub stream_bytes: usize,
    /// Bytes or segments ahead of a gap before it is taken as lost in the capture, per stream.
    pub ahead_bytes: usize,
    /// Segments ahead of a gap, per stream.
    pub ahead_segments: usize,
    /// Streams remembered at a time; the longest idle is forgotten first.
    pub streams: usize,
    /// Capture time after which an idle stream is forgotten, in nanoseconds.
    pub stream_age: i64,
    /// TLS connections whose keys are remembered at a time; the longest idle is forgotten first.
    pub tls_sessions: usize,
}

const SECOND: i64 = 1_000_000_000;

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_bytes: 1 << 19,
            record_bytes: 16 << 20,
            document_bytes: 16 << 20,
            message_bytes: 4 << 20,
            header_bytes: 256 << 10,
            interfaces: 65_536,
            fragment_bytes: 8 << 20,
            fragment_datagrams: 4096,
            // No packet is captured more often.
            fragment_copies: 8,
            fragment_age: 60 * SECOND,
            unpacked_bytes: 1 << 20,
            stream_bytes: 16 << 20,
            ahead_bytes: 1 << 20,
            ahead_segments: 1024,
            streams: 20_000,
            stream_age: 600 * SECOND,
            tls_sessions: 20_000,
        }
    }
}
