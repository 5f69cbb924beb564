//! The nodes of a trace as a node file to start from.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::place::is_reused;
use super::role::Role;
use super::view::{Address, Node, joined};
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
pub fn node_file(trace: &Trace) -> String {
    write(trace, None)
}

/// The same with a change.
pub fn changed_node_file(trace: &Trace, change: &NodeChange) -> String {
    write(trace, Some(change))
}

fn write(trace: &Trace, change: Option<&NodeChange>) -> String {
    let mut text = String::from(
        "# Nodes as they were found. Change label and role; add network = \"...\" and trust_domain = \"...\".\n",
    );
    for node in trace.nodes() {
        // Writing to a string cannot fail.
        let change = change.filter(|change| change.node == node.id());
        let _ = write_node(&mut text, &node, change, &trace.realms);
    }
    text
}

fn write_node(
    text: &mut String,
    node: &Node<'_>,
    change: Option<&NodeChange>,
    realms: &Realms,
) -> std::fmt::Result {
    writeln!(text)?;
    let role = change.and_then(|change| change.role);
    let reasons = node.reasons();
    let decides = reasons.iter().filter(|reason| reason.decides);
    for reason in decides.filter(|_| role.is_none()) {
        writeln!(text, "# {reason}")?;
    }
    let label = change.and_then(|change| change.label.clone());
    let label = label.unwrap_or_else(|| node.label());
    writeln!(text, "[[node]]")?;
    writeln!(text, "label = {}", quoted(&label))?;
    writeln!(
        text,
        "role = {}",
        quoted(role.unwrap_or(node.role()).name())
    )?;
    let said = [
        ("network", node.network()),
        ("trust_domain", node.trust_domain()),
    ];
    for (key, value) in said {
        if let Some(value) = value {
            writeln!(text, "{key} = {}", quoted(value))?;
        }
    }
    let all = node.addresses();
    // In several networks it is there several times.
    let mut known = BTreeSet::new();
    let addresses = all.iter().map(|address| address.endpoint);
    let addresses = addresses.filter(|endpoint| known.insert(*endpoint));
    let addresses = addresses.map(|endpoint| endpoint.to_string());
    writeln!(text, "addresses = [{}]", list(addresses))?;
    let names = node.names();
    if !names.is_empty() {
        let names = names.into_iter().map(str::to_owned);
        writeln!(text, "names = [{}]", list(names))?;
    }
    let reused = |address: &Address| is_reused(address.endpoint.address);
    if !realms.differ() || !all.iter().any(reused) {
        return Ok(());
    }
    let vlans = each(&all, |address| &address.vlans);
    writeln!(text, "vlans = [{}]", joined(&vlans))?;
    if realms.by_label {
        let labels = each(&all, |address| &address.labels);
        writeln!(text, "labels = [{}]", list(labels.into_iter()))?;
    }
    if realms.by_capture {
        let captures = each(&all, |address| &address.captures);
        writeln!(text, "captures = [{}]", list(captures.into_iter()))?;
    }
    Ok(())
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
fn quoted(text: &str) -> String {
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
