//! What the elements of a call are called in the titles of its steps: by their role, as specifications do, else by their label;
//! each by a name of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::Element;
use crate::base::{Endpoint, escape};
use crate::trace::{End, Message, Node, NodeId, Role};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Node(NodeId),
    Address(Endpoint),
    Named(String),
    /// Nobody knows who, at this end of this hop.
    Unknown,
}

/// The elements so far, in the order in which they appeared.
#[derive(Default)]
pub(super) struct Elements {
    known: BTreeMap<Key, usize>,
    words: Vec<String>,
    all: Vec<Element>,
}

impl Elements {
    /// Between whom a message goes.
    pub(super) fn of(&mut self, message: &Message<'_>) -> (usize, usize) {
        let sighting = message.sighting();
        let (from, to) = message.nodes();
        let from = self.place(from, sighting.source());
        (from, self.place(to, sighting.destination()))
    }

    fn place(&mut self, node: Option<Node<'_>>, end: Option<End<'_>>) -> usize {
        let key = match (node, end) {
            (Some(node), _) => Key::Node(node.id()),
            (None, Some(End::Address(at))) => Key::Address(at),
            (None, Some(End::Named(name))) => Key::Named(name.to_owned()),
            (None, None) => Key::Unknown,
        };
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let label = match (&key, node) {
            (Key::Address(at), _) => at.to_string(),
            (Key::Named(name), _) => name.clone(),
            (_, Some(node)) => node.label(),
            _ => "unknown".to_owned(),
        };
        self.words.push(word(&label, node.map(|node| node.role())));
        self.all.push(Element {
            name: String::new(),
            label: escape::text(&label),
            about: node.map(about).unwrap_or_default(),
        });
        self.known.insert(key, self.all.len() - 1);
        self.all.len() - 1
    }

    /// All of them, each with a name that no other has.
    pub(super) fn named(mut self) -> Vec<Element> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for word in &self.words {
            *counts.entry(plain(word)).or_default() += 1;
        }
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (element, word) in self.all.iter_mut().zip(&self.words) {
            let several = counts[&plain(word)] > 1;
            let numbered = (1..).map(|number| format!("{word}#{number}"));
            let mut names = (!several).then(|| word.clone()).into_iter().chain(numbered);
            // There are more numbers than elements.
            let free = names.find(|name| taken.insert(plain(name)));
            element.name = free.unwrap_or_else(|| word.clone());
        }
        self.all
    }
}

/// The role where it tells something, else the label; without what has a meaning in titles.
fn word(label: &str, role: Option<Role>) -> String {
    let says = role.filter(|role| !matches!(role, Role::UserAgent | Role::Proxy));
    let text = match says {
        // A label that says the role and more, such as "S-CSCF#2", but not the name of a host.
        Some(role) if label.contains('.') || !plain(label).starts_with(&plain(role.name())) => {
            role.name()
        }
        _ => label,
    };
    let sound = |c: char| c.is_alphanumeric() || "-.:#@/[]".contains(c);
    let text: String = text
        .chars()
        .map(|c| if sound(c) || c == ' ' { c } else { '_' })
        .take(64)
        .collect();
    // "A to B" and "A - B" are both ends.
    let words: Vec<_> = text
        .split(' ')
        .filter(|word| !word.is_empty() && !matches!(*word, "to" | "-"))
        .collect();
    match words.is_empty() {
        true => "unknown".to_owned(),
        false => words.join(" "),
    }
}

/// What readers take for one name: neither case nor hyphens nor the order of words tell two apart.
fn plain(word: &str) -> String {
    let word = word.to_lowercase().replace('-', "");
    let mut words: Vec<_> = word.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

fn about(node: Node<'_>) -> String {
    let names = node.names().into_iter().map(escape::text);
    let addresses = node.addresses().into_iter();
    let all: BTreeSet<_> = names
        .chain(addresses.map(|address| address.endpoint.to_string()))
        .collect();
    all.into_iter().collect::<Vec<_>>().join(", ")
}
