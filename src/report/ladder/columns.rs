//! Who takes part in a captured call: nodes, addresses, or addresses with their ports, as is wanted.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::arrange::Candidate;
use super::{Column, ColumnsBy};
use crate::base::{Endpoint, escape};
use crate::trace::{End, Message, Node, NodeId};

/// What makes two ends one column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Node(NodeId),
    Host(IpAddr),
    Address(Endpoint),
    Named(String),
    Unknown,
}

/// The columns so far, in the order in which they appeared.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) all: Vec<Candidate>,
    known: BTreeMap<Key, usize>,
}

impl Columns {
    /// Between which columns a message goes.
    pub(super) fn of(&mut self, message: &Message<'_>, by: ColumnsBy) -> Vec<usize> {
        let sighting = message.sighting();
        let (from, to) = message.nodes();
        let from = self.column(sighting.source(), from, by);
        vec![from, self.column(sighting.destination(), to, by)]
    }

    /// The column of somebody whom a document names.
    pub(super) fn named(&mut self, name: &str) -> usize {
        let known = self.all.iter().position(|one| one.is_called(name));
        known.unwrap_or_else(|| {
            self.all.push(candidate(&Key::Named(name.to_owned()), None));
            self.all.len() - 1
        })
    }

    fn column(&mut self, end: Option<End<'_>>, node: Option<Node<'_>>, by: ColumnsBy) -> usize {
        let key = key(end, node, by);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        self.all.push(candidate(&key, node));
        self.known.insert(key, self.all.len() - 1);
        self.all.len() - 1
    }
}

fn key(end: Option<End<'_>>, node: Option<Node<'_>>, by: ColumnsBy) -> Key {
    match (by, node, end) {
        (ColumnsBy::Node, Some(node), _) => Key::Node(node.id()),
        (ColumnsBy::Host, _, Some(End::Address(at))) => Key::Host(at.address),
        (_, _, Some(End::Address(at))) => Key::Address(at),
        (_, _, Some(End::Named(name))) => Key::Named(name.to_owned()),
        (_, Some(node), None) => Key::Node(node.id()),
        (_, None, None) => Key::Unknown,
    }
}

fn candidate(key: &Key, node: Option<Node<'_>>) -> Candidate {
    let role = node.map_or("", |node| node.role().name());
    let called = node.map(|node| node.label()).unwrap_or_default();
    let (label, detail) = match key {
        Key::Node(_) => (called.clone(), role.to_owned()),
        Key::Host(address) => (address.to_string(), role.to_owned()),
        Key::Address(endpoint) => (endpoint.to_string(), role.to_owned()),
        Key::Named(name) => (name.clone(), role.to_owned()),
        Key::Unknown => ("unknown".to_owned(), String::new()),
    };
    // A name that says what it is needs no second line to say it.
    let says_role = label.to_lowercase().starts_with(&detail.to_lowercase());
    let detail = match says_role {
        true => String::new(),
        false => detail,
    };
    let names = node.map(|node| names(&node)).unwrap_or_default();
    let about = match names.is_empty() {
        true => label.clone(),
        false => names.join(", "),
    };
    Candidate {
        column: Column {
            label: escape::text(&label),
            detail,
            about: escape::text(&about),
        },
        network: node.and_then(|node| node.network()).map(escape::text),
        names: names.into_iter().chain([called]).collect(),
    }
}

/// Addresses and host names, also the addresses without port.
fn names(node: &Node<'_>) -> Vec<String> {
    let mut names: Vec<String> = node.names().into_iter().map(str::to_owned).collect();
    for address in node.addresses() {
        let endpoint = address.endpoint;
        names.extend([endpoint.to_string(), endpoint.address.to_string()]);
    }
    let mut known = std::collections::BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    names
}
