//! What was found, of one call or of all, by rule or by call: most serious rules first, calls in their order.
//!
//! ```text
//! Findings by rule
//! DLG04 identity-changed-by-proxy  2 findings
//!   error    call 1  message 4  got <sip:b>; expected <sip:a>
//!   error    call 7  message 40  got <sip:c>; expected <sip:a>
//! ```
//!
//! ```text
//! Findings by call
//! call 1  sip:a@x.org to sip:b@x.org, answered, 15 s  1 finding
//!   error    DLG04 identity-changed-by-proxy  message 4  got <sip:b>; expected <sip:a>
//! ```

use std::cmp::Reverse;

use crate::base::escape;
use crate::rules::{Finding, Severity};
use crate::trace::CallId;
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// What findings stand together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Grouping {
    Rule,
    Call,
}

impl Grouping {
    pub(in crate::tui) fn other(self) -> Self {
        match self {
            Self::Rule => Self::Call,
            Self::Call => Self::Rule,
        }
    }
}

/// Nobody reads more findings of a rule or call, or more groups; how many more there are is said.
const MOST_IN_GROUP: usize = 500;
const MOST_GROUPS: usize = 2_000;

/// A finding by its place in the audit.
type Placed<'a> = (usize, &'a Finding);

/// Of a call, or of the whole trace.
pub(in crate::tui) fn page(world: &World, call: Option<CallId>, by: Grouping) -> Page {
    let of = call.map_or_else(String::new, |call| format!(" of call {}", call.number()));
    let by_what = match by {
        Grouping::Rule => "rule",
        Grouping::Call => "call",
    };
    let mut page = Page::new(format!("Findings{of} by {by_what}"));
    page.about = call.map(Target::Call);
    let mut all: Vec<Placed<'_>> = world.findings().iter().enumerate().collect();
    all.retain(|(_, finding)| call.is_none() || finding.call == call);
    if all.is_empty() {
        let text = match (world.is_audited(), world.unaudited) {
            (true, _) => "Nothing was found.",
            (false, true) => "The audit failed.",
            (false, false) => "The audit is not through yet.",
        };
        page.push(PageLine::of(Tone::Plain, text));
        return page;
    }
    let groups = groups(&mut all, by);
    for group in groups.iter().take(MOST_GROUPS) {
        page.push(head(world, group, by));
        for (position, finding) in group.iter().take(MOST_IN_GROUP) {
            page.push(line(finding, by).to(Target::Finding(*position)));
        }
        more(
            &mut page,
            group.len().saturating_sub(MOST_IN_GROUP),
            "  and",
        );
    }
    let further = groups.iter().skip(MOST_GROUPS).map(|group| group.len());
    more(&mut page, further.sum(), "and");
    page
}

/// Findings that stand together, in the order in which they are shown.
fn groups<'f, 'a>(all: &'f mut [Placed<'a>], by: Grouping) -> Vec<&'f [Placed<'a>]> {
    match by {
        Grouping::Rule => {
            // As serious as the rule is where it is most so.
            all.sort_by_key(|(_, finding)| (finding.rule.code, Reverse(finding.severity)));
            let same = |one: &Placed<'_>, other: &Placed<'_>| one.1.rule.code == other.1.rule.code;
            let mut groups: Vec<_> = all.chunk_by(same).collect();
            groups.sort_by_key(|group| Reverse(group[0].1.severity));
            groups
        }
        Grouping::Call => {
            let number = |finding: &Finding| finding.call.map_or(usize::MAX, CallId::number);
            all.sort_by_key(|(_, finding)| (number(finding), Reverse(finding.severity)));
            let same = |one: &Placed<'_>, other: &Placed<'_>| one.1.call == other.1.call;
            all.chunk_by(same).collect()
        }
    }
}

/// What the findings of a group have in common, and where that leads.
fn head(world: &World, group: &[Placed<'_>], by: Grouping) -> PageLine {
    let (position, first) = group[0];
    let count = match group.len() {
        1 => "  1 finding".to_owned(),
        count => format!("  {count} findings"),
    };
    let head = match (by, first.call) {
        (Grouping::Rule, _) => {
            let name = format!("{} {}", first.rule.code, first.rule.name);
            PageLine::of(Tone::Title, name).to(Target::Rule(position))
        }
        (Grouping::Call, None) => PageLine::of(Tone::Title, "of no call"),
        (Grouping::Call, Some(call)) => {
            let line = world.line(call);
            let told = line.map_or_else(String::new, |line| {
                let texts = [line.from, line.to, line.outcome].map(|one| escape::text(&one));
                format!("  {} to {}, {}", texts[0], texts[1], texts[2])
            });
            let name = format!("call {}{told}", call.number());
            PageLine::of(Tone::Title, name).to(Target::Call(call))
        }
    };
    head.and(Tone::Dim, count).hang(2)
}

fn more(page: &mut Page, count: usize, and: &str) {
    if count > 0 {
        let text = format!("{and} {count} more; those of a call are shown by f on its ladder");
        page.push(PageLine::of(Tone::Dim, text));
    }
}

/// How bad things look.
pub(super) fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Error,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Good,
    }
}

/// A finding below the head of its group, which is not said again.
fn line(finding: &Finding, by: Grouping) -> PageLine {
    let severity = format!("  {:<8} ", finding.severity.name());
    let mut places = Vec::new();
    match (by, finding.call) {
        (Grouping::Rule, Some(call)) => places.push(format!("call {}", call.number())),
        (Grouping::Rule, None) => {}
        (Grouping::Call, _) => {
            places.push(format!("{} {}", finding.rule.code, finding.rule.name));
        }
    }
    let message = finding.places.first();
    places.extend(message.map(|place| format!("message {}", place.message.number())));
    places.push(String::new());
    let said = format!(
        "got {}; expected {}",
        escape::text(&finding.got),
        escape::text(&finding.expected)
    );
    PageLine::of(tone(finding.severity), severity)
        .and(Tone::Dim, places.join("  "))
        .and(Tone::Plain, said)
        .hang(11)
}
