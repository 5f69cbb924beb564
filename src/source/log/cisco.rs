//! `debug ccsip messages` of Cisco IOS and IOS XE gateways (CUBE), from the console, the log buffer or a syslog server.
//!
//! `661105: Dec  9 07:18:47.029: //2113420/C544D4800002/SIP/Msg/ccsipDisplayMsg:`, then `Sent:` or `Received:`, then the message
//! with the line ends of the log. A number, an asterisk (the clock is not set) and the stamp of the server may stand in front,
//! the name of a zone behind. No year, and no addresses: the writer is one side, the other stays unknown. The two identifiers
//! tell which call leg it is; they are not kept, as the Call-ID tells the same. On a syslog server each row has its own stamp and number.

use super::announced::{Announced, completed};
use super::cut::inside;
use super::margin::Margin;
use super::words::stamps;
use super::{Format, Line, Log, Moment, Transport, stamp, uptime};
use crate::source::Who;
use crate::source::about::About;

const SIGN: &[u8] = b"/SIP/Msg/";

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "Cisco `debug ccsip messages`",
    time: "milliseconds, no year, no zone; an uptime where it is set so",
    addresses: "none, which side sent",
    transport: "no",
    message: "line ends restored",
    note: "identifiers of legs are not kept",
}];

pub(super) const MARKS: &[&[u8]] = &[SIGN];

/// The line of the debug command, and a direction behind it.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    let mut in_front = false;
    super::lines(prefix)
        .filter(|line| !line.trim_ascii().is_empty())
        .any(|line| {
            let found = in_front && is_sent(line).is_some();
            in_front = said(line).is_some();
            found
        })
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Cisco {
    moment: Option<Moment>,
    /// Whether the next line says which way it went.
    expects_direction: bool,
    /// What stood in front of the direction, and stands in front of every line of the message.
    margin: Margin,
}

impl Format for Cisco {
    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        let stamp = inside(text, SIGN, &[], |text| said(text).is_some())?;
        let number = text[..stamp]
            .iter()
            .rev()
            .take_while(|byte| is_in_front(byte));
        Some(stamp - number.count()).filter(|at| *at > 0)
    }

    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        let peeled = self.margin.peeled(text);
        if let Some(in_front) = said(text)
            && !log.owns(in_front)
        {
            log.finish();
            self.moment = completed(moment(in_front), in_front);
            self.expects_direction = true;
        } else if self.expects_direction
            && let Some((sent, margin)) = is_sent(text)
        {
            let announced = Announced {
                moment: self.moment,
                ..Announced::with(Who::Unknown, sent, Transport::Unknown)
            };
            announced.begin(line, log);
            self.margin = margin;
            self.expects_direction = false;
        } else if log.ahead(line, peeled) {
            // It is none of the message that was announced.
        } else if log.is_open()
            && (!self.is_entry(peeled) || log.doubts())
            && let Some(clean) = self.margin.clean(text)
        {
            log.plain(line, clean);
            if log.is_complete() && !log.is_in_doubt() {
                log.finish();
            }
        } else if log.lacks_more() {
            log.between(line);
        } else {
            log.finish();
            log.left(line);
        }
    }
}

impl Cisco {
    /// Whether a line that lost what stands in front of the lines of the message is of another entry.
    fn is_entry(&self, peeled: &[u8]) -> bool {
        let is_of_router = || peeled.starts_with(b"//") || peeled.starts_with(b"%");
        is_entry(peeled) || self.margin.is_of_logger() && is_of_router()
    }
}

/// When it was: dates have no time of day without them, so that one alone is an uptime.
fn moment(in_front: &[u8]) -> Option<Moment> {
    let (last, dated) = stamps(in_front).fold((None, None), |(_, dated), moment| {
        (Some(moment), moment.date.map(|_| moment).or(dated))
    });
    let since_start = |moment: Moment| Moment::uptime(moment.nanos, moment.digits);
    dated
        .or_else(|| last.map(since_start))
        .or_else(|| uptime::read(in_front))
}

/// What stands in front of the name of the debug command.
fn said(line: &[u8]) -> Option<&[u8]> {
    let sign = memchr::memmem::find(line, SIGN)?;
    let start = memchr::memmem::find(&line[..sign], b"//")?;
    line.ends_with(b"ccsipDisplayMsg:")
        .then_some(&line[..start])
}

/// Whether a line says that it was sent, and what stands in front of that.
fn is_sent(line: &[u8]) -> Option<(bool, Margin)> {
    let text = line.trim_ascii_end();
    let sent = text.strip_suffix(b"Sent:").map(|front| (true, front));
    let received = || text.strip_suffix(b"Received:").map(|front| (false, front));
    let (sent, front) = sent.or_else(received)?;
    let margin = Margin::of(front);
    (front.trim_ascii().is_empty() || front.ends_with(b" ") && margin.is_of_logger())
        .then_some((sent, margin))
}

/// Whether this may stand in front of the stamp of an entry.
fn is_in_front(byte: &u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b':' | b' ' | b'*' | b'.')
}

/// Whether another entry of the log begins: nothing but numbers, colons and marks stands in front of its stamp.
fn is_entry(line: &[u8]) -> bool {
    let start = line
        .iter()
        .position(|byte| byte.is_ascii_alphabetic())
        .unwrap_or_default();
    line[..start].iter().all(is_in_front) && stamp::read(&line[start..]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_end_a_message_and_its_own_lines_do_not() {
        for line in [
            "661106: Dec  9 07:18:47.033: //2113421/C544D4800002/SIP/Info/x:",
            "*Dec  9 07:18:47.033: %LINK-3-UPDOWN: up",
            "Dec  1 07:44:25.204 CST: ISDN Se0/0/1:23 Q931: RX",
        ] {
            assert!(is_entry(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "Date: Wed, 09 Dec 2026 07:18:47 GMT",
            "t=0 0",
            "May I",
            "a=x",
        ] {
            assert!(!is_entry(line.as_bytes()), "{line}");
        }
    }
}
