//! What a template asks of its messages and nothing says: no message can be made that has it.

use super::{Options, synthesize};
use crate::flow::template::{BODY, PURPOSE, REQUEST_URI};
use crate::flow::{Must, Template};

/// Steps, each with a header field or the body that its message must have, and that neither an example nor the rest of the template
/// gives it.
pub fn unsaid(template: &Template) -> Vec<(usize, &str)> {
    let mut unsaid = Vec::new();
    for event in synthesize(template, &Options::default(), 0) {
        let message = String::from_utf8_lossy(&event.bytes);
        let (head, body) = message.split_once("\r\n\r\n").unwrap_or((&message, ""));
        let names = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let is_there = |wanted: &str| match wanted {
            REQUEST_URI | PURPOSE => true,
            BODY => !body.is_empty(),
            wanted => names
                .clone()
                .any(|(name, _)| name.eq_ignore_ascii_case(wanted)),
        };
        for demand in &template.steps[event.step].carry {
            let needs_one = matches!(
                demand.must,
                Must::BePresent
                    | Must::BePresentAfter(_)
                    | Must::Say(_)
                    | Must::HaveParameter(_)
                    | Must::TellStatusOf(_)
            );
            if needs_one && !is_there(&demand.header) {
                unsaid.push((event.step, demand.header.as_str()));
            }
        }
    }
    unsaid.sort_unstable();
    unsaid
}
