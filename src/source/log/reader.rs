//! Streams a log: windows of bytes become lines, lines go to the format.

use super::clock::Clock;
use super::collect::Log;
use super::{BYTE_ORDER_MARK, Format, Line};
use crate::base::{AnomalyKind, Limits};
use crate::source::{Container, Facts, Found, Walked, Window};

/// A log of some format.
pub(in crate::source) struct LogReader {
    format: Box<dyn Format>,
    log: Log,
    /// Lines before the window.
    lines: u64,
}

impl LogReader {
    pub(super) fn new(format: Box<dyn Format>, clock: Clock) -> Self {
        Self {
            format,
            log: Log::new(clock),
            lines: 0,
        }
    }

    fn line(&mut self, raw: &[u8], offset: u64) {
        self.lines += 1;
        let line = Line {
            number: self.lines,
            offset,
            raw,
        };
        self.log.at(line.number);
        self.format.line(line, &mut self.log);
    }
}

impl Container for LogReader {
    fn walk(
        &mut self,
        window: Window<'_>,
        limits: &Limits,
        found: &mut Found,
        _: &mut Facts,
    ) -> Walked {
        self.log.set_limits(limits);
        let begins = window.origin == 0 && self.lines == 0;
        let mut at = match begins && window.bytes.starts_with(BYTE_ORDER_MARK) {
            true => BYTE_ORDER_MARK.len(),
            false => 0,
        };
        while let Some(length) = memchr::memchr(b'\n', &window.bytes[at..]) {
            let end = at + length + 1;
            self.line(&window.bytes[at..end], window.origin + at as u64);
            at = end;
        }
        let rest = &window.bytes[at..];
        let too_long = rest.len() >= limits.record_bytes;
        if too_long {
            let line = self.lines + 1;
            self.log.odd(AnomalyKind::InputDamaged, line, || {
                format!("line {line} is longer than {} bytes", limits.record_bytes)
            });
        }
        if (window.last || too_long) && !rest.is_empty() {
            self.line(rest, window.origin + at as u64);
            at = window.bytes.len();
        }
        if window.last {
            self.format.end(&mut self.log);
            self.log.end();
            if !self.log.has_ever_found() {
                let lines = self.lines;
                self.log.odd(AnomalyKind::NoMessage, 1, || {
                    format!("no SIP message in {lines} lines; is it of another format?")
                });
            }
        }
        self.log.hand_over(found);
        Walked {
            consumed: at,
            needs: (window.bytes.len() - at).saturating_mul(2),
        }
    }
}
