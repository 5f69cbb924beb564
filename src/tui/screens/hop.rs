//! What a node did to a message that it passed on: as it came in beside as it went out, and what each change means.
//!
//! ```text
//! proxy 10.0.0.1: message 1 in, message 3 out
//! expected      Max-Forwards changed: counts one down (RFC 3261 16.6 step 3)
//! suspicious    To changed: ...
//!
//! < Max-Forwards: 70                     | > Max-Forwards: 69
//! ```

use super::compare::lay;
use crate::base::escape;
use crate::sip::{self, Index};
use crate::trace::{Class, Judged, Message, MessageId, Relay, judged_changes};
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// What was done to a message before it was sent or, where it was not passed on to its sender, before it was sent on.
pub(in crate::tui) fn page(world: &mut World, id: MessageId, screen: usize) -> Option<Page> {
    let trace = world.trace.clone();
    let relay = relay(&trace.message(id)?)?;
    let (before, after) = (relay.before, relay.after);
    let node = relay.node();
    let who = node.map_or_else(
        || "an unknown node".to_owned(),
        |node| format!("{} {}", node.role().name(), escape::text(&node.label())),
    );
    let numbers = (before.id().number(), after.id().number());
    let title = format!("{who}: message {} in, message {} out", numbers.0, numbers.1);
    let mut page = Page::new(title);
    page.about = Some(Target::Message(after.id()));
    let (came, went) = match (world.read(&before), world.read(&after)) {
        (Ok(came), Ok(went)) => (came, went),
        (Err(error), _) | (_, Err(error)) => {
            let text = format!("It cannot be read again: {error}");
            page.push(PageLine::of(Tone::Error, text));
            return Some(page);
        }
    };
    let (mut first, mut second) = (Index::default(), Index::default());
    let changes = judged_changes(
        &sip::Message::read(&came, &mut first),
        &sip::Message::read(&went, &mut second),
        relay.between(),
    );
    for change in &changes {
        page.push(judged(change));
    }
    let link = format!("known to be one message by: {}", relay.link().name());
    page.push(PageLine::of(Tone::Dim, link));
    page.push(PageLine::default());
    lay(
        &mut page,
        &escape::lines(&came),
        &escape::lines(&went),
        screen,
    );
    Some(page)
}

/// The relay that ended with the message or, where none did, began with it.
fn relay<'a>(message: &Message<'a>) -> Option<Relay<'a>> {
    let relays = message.relays();
    let out = relays.iter().find(|relay| relay.after.id() == message.id());
    out.or(relays.first()).copied()
}

fn judged(judged: &Judged<'_>) -> PageLine {
    let tone = match judged.class {
        Class::Expected => Tone::Good,
        Class::Notable => Tone::Warning,
        Class::Suspicious => Tone::Error,
    };
    let but = judged
        .excuse
        .map_or_else(String::new, |(why, cites)| format!("; but {why} ({cites})"));
    let text = format!(
        "{} {}: {} ({}){but}",
        escape::text(&judged.change.what),
        judged.change.edit.name(),
        judged.why,
        judged.cites
    );
    PageLine::of(tone, format!("{:<13} ", judged.class.name()))
        .and(Tone::Plain, text)
        .hang(14)
}
