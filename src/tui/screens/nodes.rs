//! The nodes: what each does, and why that is thought.
//!
//! ```text
//! Nodes
//!   1  10.64.0.1  user agent  6 requests in, 6 out
//!        role: sends requests that nobody sent to it (message 1, 6 times)
//! ```

use crate::base::escape;
use crate::trace::{Node, NodeId};
use crate::tui::canvas::width;
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// All nodes, or those at the ends of one.
pub(in crate::tui) fn page(world: &World) -> Page {
    let mut page = Page::new("Nodes");
    let widest = |texts: &mut dyn Iterator<Item = String>| {
        let widths = texts.map(|text| width(&text));
        widths.max().unwrap_or_default().min(MOST_ALIGNED)
    };
    let nodes = || world.trace.nodes();
    let label = widest(&mut nodes().map(|node| escape::text(&node.label())));
    let role = widest(&mut nodes().map(|node| node.role().name().to_owned()));
    for node in nodes() {
        page.push(head(&node, [label, role]).to(Target::Node(node.id())));
    }
    page
}

/// What stands behind a text is as far to the right as behind the others, unless that is very far.
const MOST_ALIGNED: usize = 40;

/// The evidence of a node.
pub(in crate::tui) fn one(world: &World, id: NodeId) -> Option<Page> {
    let node = world.trace.node(id)?;
    let mut page = Page::new(format!(
        "Node {}: {}",
        id.number(),
        escape::text(&node.label())
    ));
    page.about = Some(Target::Node(id));
    page.push(head(&node, [0, 0]));
    for address in node.addresses() {
        let named = if address.seen { "" } else { " (named)" };
        let place = escape::text(&address.place());
        let text = format!("     address: {}{place}{named}", address.endpoint);
        page.push(PageLine::of(Tone::Plain, text));
    }
    for name in node.names() {
        let text = format!("     name: {}", escape::text(name));
        page.push(PageLine::of(Tone::Plain, text));
    }
    for reason in node.reasons() {
        let (mark, tone) = match reason.decides {
            true => ("role", Tone::Good),
            false => ("also", Tone::Plain),
        };
        let line = PageLine::of(tone, format!("     {mark}: {reason}")).hang(9);
        page.push(match reason.message {
            Some(message) => line.to(Target::Message(message)),
            None => line,
        });
    }
    for join in node.evidence() {
        let text = format!(
            "     one: {} = {}: {} (message {}, {}x)",
            escape::text(&join.one),
            escape::text(&join.other),
            join.reason.name(),
            join.message.number(),
            join.count,
        );
        let line = PageLine::of(Tone::Plain, text).hang(9);
        page.push(line.to(Target::Message(join.message)));
    }
    if node.further_evidence() > 0 {
        let text = format!("     one: and {} more", node.further_evidence());
        page.push(PageLine::of(Tone::Dim, text));
    }
    Some(page)
}

/// A node in a line; name and role take so much at least.
fn head(node: &Node<'_>, [label, role]: [usize; 2]) -> PageLine {
    let padded = |text: String, room: usize| {
        let blanks = room.saturating_sub(width(&text));
        text + &" ".repeat(blanks)
    };
    let number = format!("{:>4}  ", node.id().number());
    let plural = if node.requests_in() == 1 { "" } else { "s" };
    let (requests, passed_on) = (node.requests_in(), node.requests_out());
    let counts = format!("  {requests} request{plural} in, {passed_on} out");
    PageLine::of(Tone::Dim, number)
        .and(Tone::Title, padded(escape::text(&node.label()), label))
        .and(Tone::Request, "  ")
        .and(Tone::Request, padded(node.role().name().to_owned(), role))
        .and(Tone::Dim, counts)
        .hang(6)
}
