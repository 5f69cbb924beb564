//! What a line of a log says of the message behind it.

use super::{Line, Log, Moment, uptime, words};
use crate::base::Transport;
use crate::source::{Head, Who};

/// How much of the lines behind an announcement was read of a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// All.
    Exact,
    /// So many bytes.
    Of(usize),
    /// All but the line end that the log puts behind, and blank lines in front of the next entry.
    WithLineEnd,
}

/// What an announcement says.
pub(super) struct Announced {
    /// Where in its line it begins: what stands before it may stand before the lines of the message too.
    pub(super) at: usize,
    pub(super) moment: Option<Moment>,
    pub(super) source: Who,
    pub(super) destination: Who,
    pub(super) transport: Transport,
    /// How many bytes the message has, where the log says so.
    pub(super) length: Option<usize>,
    /// It is what was read from a stream at once, and the message may go on in the next.
    pub(super) read: Option<Read>,
}

impl Announced {
    /// By the one who wrote the log, to or from a peer.
    pub(super) fn with(peer: Who, sent: bool, transport: Transport) -> Self {
        let (source, destination) = match sent {
            true => (Who::Own, peer),
            false => (peer, Who::Own),
        };
        Self::between(source, destination, transport)
    }

    pub(super) fn between(source: Who, destination: Who, transport: Transport) -> Self {
        Self {
            at: 0,
            moment: None,
            source,
            destination,
            transport,
            length: None,
            read: None,
        }
    }

    /// A message follows this line, or what was read at once.
    pub(super) fn begin(self, line: Line<'_>, log: &mut Log) {
        // What ends here may have to be read again, and the time with it.
        log.finish();
        let in_front = line.text().get(..self.at).unwrap_or_default();
        let since_start = || uptime::read(in_front).or_else(|| uptime::read(line.front));
        let moment = completed(self.moment, line.front).or_else(since_start);
        let time = moment.and_then(|moment| log.time(moment));
        let head = Head {
            time,
            source: self.source,
            destination: self.destination,
            transport: self.transport,
        };
        match self.read {
            Some(read) => log.begin_read(line, head, read),
            None => {
                log.begin(line, head);
                log.tell_length(self.length);
            }
        }
    }
}

/// The time that an entry says, with what it leaves out and the stamps in front say, which are of those who passed it on: the nearest
/// first. Where it says none, it is the nearest of theirs.
pub(super) fn completed(own: Option<Moment>, in_front: &[u8]) -> Option<Moment> {
    if in_front.is_empty() {
        return own;
    }
    let stamps: Vec<Moment> = words::stamps(in_front).collect();
    let mut stamps = stamps.into_iter().rev();
    let own = own.or_else(|| stamps.next())?;
    Some(stamps.fold(own, Moment::completed))
}
