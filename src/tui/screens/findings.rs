//! What was found, most serious first, of one call or of all.
//!
//! ```text
//! Findings of call 3
//!   error    DLG04 identity-changed-by-proxy  message 4  got <sip:b>; expected <sip:a>
//! ```

use std::cmp::Reverse;

use crate::base::escape;
use crate::rules::{Finding, Severity};
use crate::trace::CallId;
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// Of a call, or of the whole trace.
pub(in crate::tui) fn page(world: &World, call: Option<CallId>) -> Page {
    let title = match call {
        Some(call) => format!("Findings of call {}", call.number()),
        None => "Findings".to_owned(),
    };
    let mut page = Page::new(title);
    page.about = call.map(Target::Call);
    let mut all: Vec<(usize, &Finding)> = world.findings().iter().enumerate().collect();
    all.retain(|(_, finding)| call.is_none() || finding.call == call);
    all.sort_by_key(|(_, finding)| Reverse(finding.severity));
    for (position, finding) in &all {
        page.push(line(finding, call.is_none()).to(Target::Finding(*position)));
    }
    if all.is_empty() {
        let text = match (world.is_audited(), world.unaudited) {
            (true, _) => "Nothing was found.",
            (false, true) => "The audit failed.",
            (false, false) => "The audit is not through yet.",
        };
        page.push(PageLine::of(Tone::Plain, text));
    }
    page
}

/// How bad things look.
pub(super) fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Error,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Good,
    }
}

fn line(finding: &Finding, with_call: bool) -> PageLine {
    let severity = format!("  {:<8} ", finding.severity.name());
    let rule = format!("{} {}", finding.rule.code, finding.rule.name);
    let call = finding.call.filter(|_| with_call);
    let call = call.map_or_else(String::new, |call| format!("  call {}", call.number()));
    let message = finding.places.first();
    let message = message.map_or_else(String::new, |place| {
        format!("  message {}", place.message.number())
    });
    let said = format!(
        "  got {}; expected {}",
        escape::text(&finding.got),
        escape::text(&finding.expected)
    );
    PageLine::of(tone(finding.severity), severity)
        .and(Tone::Title, rule)
        .and(Tone::Dim, format!("{call}{message}"))
        .and(Tone::Plain, said)
        .hang(11)
}
