//! A message that the end waits for.

use std::fmt::Write;

use super::escape::escaped;
use super::event::Event;
use super::plan::Plan;

pub(super) fn write(out: &mut String, at: usize, event: &Event, plan: &Plan) {
    // Writing to a string cannot fail, here and below.
    let _ = match event.message().status() {
        Some(status) => write!(out, "  <recv response=\"{status}\""),
        None => {
            let method = escaped(event.method()).replace('&', "&amp;");
            write!(out, "  <recv request=\"{method}\"")
        }
    };
    let flags = [
        ("optional", &plan.optional),
        ("rrs", &plan.recorded),
        ("auth", &plan.answered),
    ];
    for (name, events) in flags {
        if events.contains(&at) {
            let _ = write!(out, " {name}=\"true\"");
        }
    }
    let Some(kept) = plan.kept.get(&at) else {
        out.push_str("/>\n");
        return;
    };
    out.push_str(">\n    <action>\n");
    for what in kept {
        what.write(out, at, event.is_request());
    }
    out.push_str("    </action>\n  </recv>\n");
}
