//! Which contacts an address-of-record was bound to, from when to when, as the messages imply: what was asked for and
//! granted, what the answers list (RFC 3261 10.3 step 8), what was removed or ran out.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::attempt::{Attempt, after};
use super::registration::Registration;
use super::terms::{Contact, Terms};
use super::uris::Uris;
use super::view::Message;
use crate::base::Timestamp;
use crate::sip::{self, Index};

/// A contact that an address-of-record was bound to. Steps are positions in the registration.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The contact, as the latest message about it gives it.
    pub contact: Contact,
    /// The proxies on the way to it, as the registrar learned them (RFC 3327).
    pub path: Vec<String>,
    /// The step that made it; none if an answer lists it and nobody was seen to ask for it.
    pub made_by: Option<usize>,
    /// The latest step whose answer tells of it.
    pub told_by: usize,
    /// When it runs out, or ran out, if nothing prolongs it.
    pub until: Option<Timestamp>,
    /// How it ended; none if it is there at the end of the trace.
    pub end: Option<BindingEnd>,
}

/// How a binding ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingEnd {
    /// This step removed it.
    Removed(usize),
    /// The answer to this step lists others and not it, though its time was not over: the registrar removed it, or another
    /// contact took its place.
    Dropped(usize),
    /// Its time was over.
    Expired,
}

impl Registration<'_> {
    /// The bindings, in the order in which they were first told. `read` gives the bytes of a message.
    pub fn bindings<E>(
        &self,
        mut read: impl FnMut(&Message<'_>) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<Binding>, E> {
        let mut book = Book::default();
        let steps = self.steps.iter().enumerate();
        for (number, step) in steps.filter(|(_, step)| step.is_accepted()) {
            if let Some(accepted) = Accepted::read(number, step, &mut read)? {
                book.enter(&accepted);
            }
        }
        let end = self.steps.last().and_then(|step| step.hop.trace.end());
        Ok(book.close(end))
    }
}

/// Reads one message.
fn terms<E>(
    message: &Message<'_>,
    read: &mut impl FnMut(&Message<'_>) -> Result<Vec<u8>, E>,
) -> Result<Terms, E> {
    let bytes = read(message)?;
    let (whole, mut index) = (message.sighting().whole(), Index::default());
    Ok(Terms::of(&sip::Message::read_seen(
        &bytes, whole, &mut index,
    )))
}

/// A REGISTER with its 2xx, as they passed between the registrar and the proxy next to it: on the way, proxies add themselves
/// to Path (RFC 3327 5.2), and some rewrite the contact.
struct Accepted {
    step: usize,
    at: Option<Timestamp>,
    request: Terms,
    answer: Terms,
}

impl Accepted {
    fn read<E>(
        step: usize,
        attempt: &Attempt<'_>,
        read: &mut impl FnMut(&Message<'_>) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Self>, E> {
        let seen_at = [attempt.last, attempt.hop].into_iter();
        let mut seen = seen_at.filter_map(|hop| hop.request().zip(hop.answer()));
        let Some((request, answer)) = seen.next() else {
            return Ok(None);
        };
        Ok(Some(Self {
            step,
            at: answer.time(),
            request: terms(&request, read)?,
            answer: terms(&answer, read)?,
        }))
    }
}

/// What tells bindings apart.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    /// A flow of a device (RFC 5626 6).
    Flow(String),
    /// The URI, by number.
    Uri(usize),
}

#[derive(Default)]
struct Book {
    all: Vec<Binding>,
    /// Those that have not ended.
    open: HashMap<Key, usize, RandomState>,
    uris: Uris<'static>,
}

impl Book {
    fn key(&mut self, contact: &Contact) -> Key {
        match contact.flow() {
            Some(flow) => Key::Flow(flow),
            None => Key::Uri(self.uris.number(contact.uri.clone().into_bytes())),
        }
    }

    fn enter(&mut self, accepted: &Accepted) {
        let (request, answer) = (&accepted.request, &accepted.answer);
        let removed = BindingEnd::Removed(accepted.step);
        if request.all_contacts {
            let open = self.open.drain();
            open.for_each(|(_, at)| self.all[at].end_at(accepted.at, removed));
        }
        let mut asked = HashMap::new();
        for contact in &request.contacts {
            let key = self.key(contact);
            if contact.expires.or(request.expires) == Some(0) {
                if let Some(at) = self.open.remove(&key) {
                    self.all[at].end_at(accepted.at, removed);
                }
            } else {
                asked.insert(key, contact);
            }
        }
        let mut listed = HashSet::new();
        for contact in &answer.contacts {
            let granted = contact.expires.or(answer.expires);
            if granted != Some(0) {
                let key = self.key(contact);
                let asked = asked.remove(&key).is_some();
                self.tell(accepted, (&key, contact), granted, asked);
                listed.insert(key);
            }
        }
        if answer.contacts.is_empty() {
            // An answer without any contact does not tell: what was asked for was accepted.
            for contact in request.contacts.iter() {
                let wanted = contact.expires.or(request.expires);
                let key = self.key(contact);
                if asked.contains_key(&key) {
                    let granted = answer.expires.or(wanted);
                    self.tell(accepted, (&key, contact), granted, true);
                }
            }
            return;
        }
        self.open.retain(|key, at| {
            let gone = !listed.contains(key);
            if gone {
                self.all[*at].end_at(accepted.at, BindingEnd::Dropped(accepted.step));
            }
            !gone
        });
    }

    fn tell(
        &mut self,
        accepted: &Accepted,
        (key, contact): (&Key, &Contact),
        granted: Option<u32>,
        asked: bool,
    ) {
        let until = after(accepted.at, granted);
        // What ran out before and is asked for again is another binding.
        let known = self.open.get(key).copied().filter(|at| {
            let over = self.all[*at].until.zip(accepted.at);
            let over = asked && over.is_some_and(|(until, now)| until < now);
            if over {
                self.all[*at].end = Some(BindingEnd::Expired);
            }
            !over
        });
        match known {
            Some(at) => {
                let binding = &mut self.all[at];
                binding.contact = contact.clone();
                (binding.told_by, binding.until) = (accepted.step, until);
                if asked {
                    binding.path.clone_from(&accepted.request.path);
                }
            }
            None => {
                let path = match asked {
                    true => accepted.request.path.clone(),
                    false => Vec::new(),
                };
                self.open.insert(key.clone(), self.all.len());
                self.all.push(Binding {
                    contact: contact.clone(),
                    path,
                    made_by: asked.then_some(accepted.step),
                    told_by: accepted.step,
                    until,
                    end: None,
                });
            }
        }
    }

    /// All, of which those have ended whose time was over before the trace.
    fn close(mut self, end: Option<Timestamp>) -> Vec<Binding> {
        for at in self.open.into_values() {
            let over = self.all[at].until.zip(end);
            if over.is_some_and(|(until, end)| until < end) {
                self.all[at].end = Some(BindingEnd::Expired);
            }
        }
        self.all
    }
}

impl Binding {
    /// It is gone at this time: in this way, unless its time was over before.
    fn end_at(&mut self, now: Option<Timestamp>, how: BindingEnd) {
        let over = self.until.zip(now);
        let over = over.is_some_and(|(until, now)| until <= now);
        self.end = Some(if over { BindingEnd::Expired } else { how });
    }
}
