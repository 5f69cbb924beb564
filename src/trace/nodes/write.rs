//! The nodes of a trace as a node file to start from.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::file::{NodeHint, Pattern};
use super::hinted::bits;
use super::place::is_reused;
use super::role::Role;
use super::view::{Address, Node, joined};
use crate::base::{Endpoint, escape};
use crate::trace::realms::Realms;
use crate::trace::{NodeId, Trace};

/// What a person knows better of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeChange {
    /// The node.
    pub node: NodeId,
    /// How it is called.
    pub label: Option<String>,
    /// What it does.
    pub role: Option<Role>,
}

/// A file from which [`super::read_node_file`] reads these nodes again.
pub fn node_file<'t>(trace: &'t Trace, nodes: impl IntoIterator<Item = Node<'t>>) -> String {
    write(trace, nodes, None)
}

/// The same with a change, where the trace was made without a file.
pub(super) fn changed(trace: &Trace, change: &NodeChange) -> String {
    write(trace, trace.nodes(), Some(change))
}

fn write<'t>(
    trace: &'t Trace,
    nodes: impl IntoIterator<Item = Node<'t>>,
    change: Option<&NodeChange>,
) -> String {
    let mut text = String::from(
        "# Nodes as they were found. Change label and role; add network = \"...\" and trust_domain = \"...\".\n",
    );
    for node in nodes {
        text.push('\n');
        let change = change.filter(|change| change.node == node.id());
        write_found(&mut text, trace, &node, change);
    }
    text
}

/// A node as it was found, and why it has its role.
pub(super) fn write_found(
    text: &mut String,
    trace: &Trace,
    node: &Node<'_>,
    change: Option<&NodeChange>,
) {
    let mut entry = found(node, &trace.realms);
    if !entry.is_found_again() {
        let label = entry.label.unwrap_or_default();
        let label = escape::text(&label);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# {label} has no address and no host name by which it would be found."
        );
        return;
    }
    let role = change.and_then(|change| change.role);
    let label = change.and_then(|change| change.label.clone());
    let reasons = node.reasons();
    let decides = reasons.iter().filter(|reason| reason.decides);
    for reason in decides.filter(|_| role.is_none()) {
        let _ = writeln!(text, "# {reason}");
    }
    entry.role = role.or(entry.role);
    entry.label = label.or(entry.label);
    let _ = write_node(text, &entry);
}

/// What is known of a node.
fn found(node: &Node<'_>, realms: &Realms) -> NodeHint {
    let all = node.addresses();
    // In several networks it is there several times.
    let mut known = BTreeSet::new();
    let endpoints = all.iter().map(|address| address.endpoint);
    let endpoints = endpoints.filter(|endpoint| known.insert(*endpoint));
    let patterns = endpoints.map(|endpoint| Pattern::Endpoint(endpoint.address, endpoint.port));
    let reused = |address: &Address| is_reused(address.endpoint.address);
    let apart = realms.differ() && all.iter().any(reused);
    NodeHint {
        label: Some(node.label()),
        role: Some(node.role()),
        network: node.network().map(str::to_owned),
        trust_domain: node.trust_domain().map(str::to_owned),
        addresses: patterns.collect(),
        names: node.names().into_iter().map(str::to_owned).collect(),
        vlans: apart.then(|| each(&all, |address| &address.vlans)),
        labels: (apart && realms.by_label).then(|| each(&all, |address| &address.labels)),
        captures: (apart && realms.by_capture).then(|| each(&all, |address| &address.captures)),
    }
}

fn write_node(text: &mut String, node: &NodeHint) -> std::fmt::Result {
    writeln!(text, "[[node]]")?;
    let said = [
        ("label", node.label.as_deref()),
        ("role", node.role.map(Role::name)),
        ("network", node.network.as_deref()),
        ("trust_domain", node.trust_domain.as_deref()),
    ];
    for (key, value) in said {
        if let Some(value) = value {
            writeln!(text, "{key} = {}", quoted(value))?;
        }
    }
    let addresses = node.addresses.iter().map(written);
    writeln!(text, "addresses = [{}]", list(addresses))?;
    if !node.names.is_empty() {
        writeln!(text, "names = [{}]", list(node.names.iter().cloned()))?;
    }
    if let Some(vlans) = &node.vlans {
        writeln!(text, "vlans = [{}]", joined(vlans))?;
    }
    for (key, values) in [("labels", &node.labels), ("captures", &node.captures)] {
        if let Some(values) = values {
            writeln!(text, "{key} = [{}]", list(values.iter().cloned()))?;
        }
    }
    Ok(())
}

/// As [`super::read_node_file`] reads it.
fn written(pattern: &Pattern) -> String {
    match *pattern {
        Pattern::Endpoint(address, port) => Endpoint::new(address, port).to_string(),
        Pattern::Network(address, length) if length == bits(address) => address.to_string(),
        Pattern::Network(address, length) => format!("{address}/{length}"),
    }
}

/// What all addresses say, each once and sorted.
fn each<T: Clone + Ord>(all: &[Address], of: impl Fn(&Address) -> &Vec<T>) -> Vec<T> {
    let mut said: Vec<T> = all.iter().flat_map(|address| of(address).clone()).collect();
    said.sort_unstable();
    said.dedup();
    said
}

fn list(texts: impl Iterator<Item = String>) -> String {
    let quoted: Vec<_> = texts.map(|text| quoted(&text)).collect();
    quoted.join(", ")
}

/// As a basic string of TOML.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            hidden if hidden.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(hidden));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_for_toml() {
        assert_eq!(quoted("a \"b\" \\ \u{1b}"), "\"a \\\"b\\\" \\\\ \\u001B\"");
    }
}
