//! The node file: what the user knows of the nodes, in TOML. Every mistake is told with its line and what to write instead.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::hinted::bits;
use super::place::Place;
use super::role::Role;
use crate::base::written::unknown;
use crate::base::{Label, Transport};
use crate::trace::networks::Tags;
use crate::trace::realms::{Realm, Whereabouts};

/// What the user says of one node. What is left out is found as without a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeHint {
    /// How to call it.
    pub label: Option<String>,
    /// What it does.
    pub role: Option<Role>,
    /// The network it is part of, for rules about network borders.
    pub network: Option<String>,
    /// The trust domain it is part of (RFC 3324 2.3).
    pub trust_domain: Option<String>,
    /// Where it is found.
    pub addresses: Vec<Pattern>,
    /// Sent-by and Route names of it, with the port where it is not the default one.
    pub names: Vec<String>,
    /// The VLANs in which these are its addresses; an empty list is for frames without a tag.
    pub vlans: Option<Vec<u16>>,
    /// The labels, as outputs name them (`mpls 18`), under which these are its addresses; an empty list is for packets
    /// without one.
    pub labels: Option<Vec<String>>,
    /// The inputs, by name with or without folder, in which these are its addresses.
    pub captures: Option<Vec<String>>,
}

impl NodeHint {
    /// Whether it says in which network its addresses are.
    pub(in crate::trace) fn says_where(&self) -> bool {
        self.vlans.is_some() || self.labels.is_some() || self.captures.is_some()
    }

    /// Whether its addresses may be in this realm.
    pub(in crate::trace) fn is_in(&self, realm: &Realm) -> bool {
        realm.tags.iter().any(|tags| self.is_tagged(tags))
            && self.is_labelled(&realm.labels)
            && self.is_captured(realm.captures.iter())
    }

    /// The same of one spot of a realm.
    pub(in crate::trace) fn is_of(&self, place: &Whereabouts<'_>) -> bool {
        self.is_tagged(&place.tags)
            && self.is_labelled(place.label.as_slice())
            && self.is_captured(place.captures.iter())
    }

    fn is_tagged(&self, tags: &Tags) -> bool {
        let vlans = self.vlans.as_ref();
        vlans.is_none_or(|vlans| tags.iter().all(|tag| *tag == 0 || vlans.contains(tag)))
    }

    fn is_labelled(&self, labels: &[Label]) -> bool {
        self.labels.as_ref().is_none_or(|known| match labels {
            [] => known.is_empty(),
            labels => labels
                .iter()
                .any(|label| known.contains(&label.to_string())),
        })
    }

    fn is_captured<'c>(&self, mut captures: impl Iterator<Item = &'c String>) -> bool {
        self.captures.as_ref().is_none_or(|known| {
            captures.any(|own| {
                known
                    .iter()
                    .any(|name| name == own || name == file_name(own))
            })
        })
    }
}

/// What stands behind the last slash.
pub(super) fn file_name(path: &str) -> &str {
    let end = path.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    &path[end..]
}

/// Endpoints that belong to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// One port of an address.
    Endpoint(IpAddr, u16),
    /// All ports of the addresses of a network, which may be a single one.
    Network(IpAddr, u8),
}

/// What is wrong with a node file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}{what}", key_of(.key))]
pub struct NodeFileError {
    /// The line, from 1.
    pub line: usize,
    /// The key; empty where the file is no TOML.
    pub key: String,
    /// What is wrong.
    pub what: String,
}

fn key_of(key: &str) -> String {
    match key {
        "" => String::new(),
        key => format!("{key}: "),
    }
}

const KEYS: [&str; 9] = [
    "label",
    "role",
    "network",
    "trust_domain",
    "addresses",
    "names",
    "vlans",
    "labels",
    "captures",
];

/// Reads a node file.
pub fn read_node_file(text: &str) -> Result<Vec<NodeHint>, NodeFileError> {
    let file = DeTable::parse(text).map_err(|error| {
        let at = error.span().unwrap_or_default();
        fault(text, &at, "", error.message())
    })?;
    let mut reader = Reader {
        text,
        taken: HashMap::new(),
    };
    let mut hints = Vec::new();
    for (key, value) in in_order(file.get_ref()) {
        if key.get_ref() != "node" {
            let what = unknown("key", key.get_ref(), &["node"]);
            return Err(fault(text, &key.span(), key.get_ref(), &what));
        }
        let tables = value.get_ref().as_array();
        let tables = tables.ok_or_else(|| {
            fault(
                text,
                &value.span(),
                "node",
                "each node is a table of its own: write [[node]]",
            )
        })?;
        for table in tables.iter() {
            hints.push(reader.node(table)?);
        }
    }
    Ok(hints)
}

type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;
type Value<'i> = Spanned<DeValue<'i>>;

/// As they stand in the file; the table has them by name.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Key<'i>, &'t Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

struct Reader<'t> {
    text: &'t str,
    /// Where each address and name was given first, as an offset: only a fault asks for its line.
    taken: HashMap<String, usize>,
}

impl Reader<'_> {
    fn node(&mut self, table: &Value<'_>) -> Result<NodeHint, NodeFileError> {
        let Some(entries) = table.get_ref().as_table() else {
            return Err(self.fault(table, "node", "each node is a table: write [[node]]"));
        };
        let mut hint = NodeHint::default();
        let entries = in_order(entries);
        for (key, value) in &entries {
            let name = key.get_ref().as_ref();
            match name {
                "label" => hint.label = Some(self.string(name, value)?),
                "role" => hint.role = Some(self.role(value)?),
                "network" => hint.network = Some(self.string(name, value)?),
                "trust_domain" => hint.trust_domain = Some(self.string(name, value)?),
                "addresses" => {
                    for text in self.strings(name, value)? {
                        let pattern = self.pattern(value, &text)?;
                        hint.addresses.push(pattern);
                    }
                }
                "names" => {
                    for text in self.strings(name, value)? {
                        hint.names.push(self.name(value, &text)?);
                    }
                }
                "vlans" => hint.vlans = Some(self.vlans(value)?),
                "labels" => hint.labels = Some(self.strings(name, value)?),
                "captures" => hint.captures = Some(self.strings(name, value)?),
                other => {
                    let what = unknown("key", other, &KEYS);
                    return Err(fault(self.text, &key.span(), other, &what));
                }
            }
        }
        if hint.addresses.is_empty() && hint.names.is_empty() {
            let what = "a node needs addresses or names, or nothing is found to be it";
            return Err(self.fault(table, "node", what));
        }
        for (key, value) in entries {
            if matches!(key.get_ref().as_ref(), "addresses" | "names") {
                self.take(key.get_ref(), value, &hint)?;
            }
        }
        Ok(hint)
    }

    /// Nothing can belong to two nodes.
    fn take(&mut self, key: &str, value: &Value<'_>, hint: &NodeHint) -> Result<(), NodeFileError> {
        let start = value.span().start;
        for (position, text) in self.strings(key, value)?.iter().enumerate() {
            // One thing may be written in several ways. A name is the same in every network, an address is not.
            let known = match key {
                "names" => hint.names[position].to_ascii_lowercase(),
                _ => {
                    let place = (&hint.vlans, &hint.labels, &hint.captures);
                    format!("{:?} {place:?}", hint.addresses[position])
                }
            };
            if let Some(other) = self.taken.insert(known, start) {
                let other = line_of(self.text, other);
                let what = format!("{text} is given in line {other} already");
                return Err(self.fault(value, key, &what));
            }
        }
        Ok(())
    }

    fn string(&self, key: &str, value: &Value<'_>) -> Result<String, NodeFileError> {
        let text = value.get_ref().as_str();
        text.map(str::to_owned)
            .ok_or_else(|| self.fault(value, key, "a text in quotes is needed"))
    }

    fn strings(&self, key: &str, value: &Value<'_>) -> Result<Vec<String>, NodeFileError> {
        let all = value.get_ref().as_array();
        let all = all.ok_or_else(|| {
            self.fault(
                value,
                key,
                "a list is needed: [\"one\"] or [\"one\", \"two\"]",
            )
        })?;
        all.iter().map(|text| self.string(key, text)).collect()
    }

    fn role(&self, value: &Value<'_>) -> Result<Role, NodeFileError> {
        let name = self.string("role", value)?;
        Role::named(&name).ok_or_else(|| {
            let names: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
            self.fault(value, "role", &unknown("role", &name, &names))
        })
    }

    fn name(&self, value: &Value<'_>, name: &str) -> Result<String, NodeFileError> {
        match Place::read(name.as_bytes(), Transport::Unknown) {
            Some(Place::Name(name)) => Ok(name),
            Some(Place::Address(..)) => {
                let what = format!("{name} is an address: it belongs under addresses");
                Err(self.fault(value, "names", &what))
            }
            None => {
                let what = format!(
                    "{name} is no host name that only one node can have (it needs a dot, and is not under .invalid)"
                );
                Err(self.fault(value, "names", &what))
            }
        }
    }

    fn pattern(&self, value: &Value<'_>, text: &str) -> Result<Pattern, NodeFileError> {
        if let Some((network, length)) = text.split_once('/') {
            let network = network.parse::<IpAddr>().ok();
            let length = length.parse::<u8>().ok();
            if let (Some(network), Some(length)) = (network, length)
                && length <= bits(network)
            {
                return Ok(Pattern::Network(network, length));
            }
        } else if let Some(Place::Address(address, port)) =
            Place::read(text.as_bytes(), Transport::Unknown)
        {
            return Ok(match port {
                Some(port) => Pattern::Endpoint(address, port),
                None => Pattern::Network(address, bits(address)),
            });
        }
        let what = format!(
            "{text} is no address: write 192.0.2.1, 192.0.2.1:5060, [2001:db8::1]:5060 or 192.0.2.0/24"
        );
        Err(self.fault(value, "addresses", &what))
    }

    fn vlans(&self, value: &Value<'_>) -> Result<Vec<u16>, NodeFileError> {
        let number = |vlan: &Value<'_>| {
            let integer = vlan.get_ref().as_integer()?;
            let number = u16::from_str_radix(integer.as_str(), integer.radix()).ok()?;
            (1..4095).contains(&number).then_some(number)
        };
        let all = value.get_ref().as_array();
        all.and_then(|all| all.iter().map(number).collect())
            .ok_or_else(|| {
                let what = "a list of VLAN identifiers from 1 to 4094 is needed: [100]";
                self.fault(value, "vlans", what)
            })
    }

    fn fault(&self, value: &Value<'_>, key: &str, what: &str) -> NodeFileError {
        fault(self.text, &value.span(), key, what)
    }
}

fn fault(text: &str, at: &Range<usize>, key: &str, what: &str) -> NodeFileError {
    NodeFileError {
        line: line_of(text, at.start),
        key: key.to_owned(),
        what: what.to_owned(),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        read_node_file(text).unwrap_err().to_string()
    }

    #[test]
    fn all_keys_are_read() {
        let hints = read_node_file(
            "[[node]]\nlabel = \"P1\"\nrole = \"p-cscf\"\nnetwork = \"visited\"\ntrust_domain = \"home\"\n\
             addresses = [\"192.0.2.1\", \"192.0.2.2:5070\", \"[2001:db8::1]:5060\", \"10.0.0.0/8\"]\n\
             names = [\"P1.example.org:5060\"]\nvlans = [100]\n\
             labels = [\"mpls 18\"]\ncaptures = [\"site-a.pcap\"]\n",
        );
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        let expected = NodeHint {
            label: Some("P1".to_owned()),
            role: Some(Role::PCscf),
            network: Some("visited".to_owned()),
            trust_domain: Some("home".to_owned()),
            addresses: vec![
                Pattern::Network(ip("192.0.2.1"), 32),
                Pattern::Endpoint(ip("192.0.2.2"), 5070),
                Pattern::Endpoint(ip("2001:db8::1"), 5060),
                Pattern::Network(ip("10.0.0.0"), 8),
            ],
            names: vec!["p1.example.org".to_owned()],
            vlans: Some(vec![100]),
            labels: Some(vec!["mpls 18".to_owned()]),
            captures: Some(vec!["site-a.pcap".to_owned()]),
        };
        assert_eq!(hints, Ok(vec![expected]));
    }

    #[test]
    fn mistakes_are_told_with_line_and_key() {
        let node = "[[node]]\naddresses = [\"192.0.2.1\"]\n";
        for (text, expected) in [
            (
                format!("{node}lable = \"x\""),
                "line 3: lable: unknown key \"lable\"; is \"label\" meant?",
            ),
            (
                format!("{node}role = \"SCSCF\""),
                "line 3: role: unknown role \"SCSCF\"; is \"S-CSCF\" meant?",
            ),
            (
                "[[nodes]]\n".to_owned(),
                "line 1: nodes: unknown key \"nodes\"; is \"node\" meant?",
            ),
            (
                "[node]\nlabel = \"x\"".to_owned(),
                "line 1: node: each node is a table of its own: write [[node]]",
            ),
            (
                format!("{node}label = 5"),
                "line 3: label: a text in quotes is needed",
            ),
            (
                format!("{node}names = [\"localhost\"]"),
                "line 3: names: localhost is no host name that only one node can have \
                 (it needs a dot, and is not under .invalid)",
            ),
            (
                format!("{node}names = [\"192.0.2.3\"]"),
                "line 3: names: 192.0.2.3 is an address: it belongs under addresses",
            ),
            (
                format!("{node}vlans = [5000]"),
                "line 3: vlans: a list of VLAN identifiers from 1 to 4094 is needed: [100]",
            ),
            (
                format!("{node}{node}"),
                "line 4: addresses: 192.0.2.1 is given in line 2 already",
            ),
            (
                "[[node]]\nlabel = \"x\"".to_owned(),
                "line 1: node: a node needs addresses or names, or nothing is found to be it",
            ),
        ] {
            assert_eq!(complaint(&text), expected, "{text}");
        }
        assert!(complaint("[[node]]\nlabel = \n").starts_with("line 2: "));
        assert!(complaint("[[node]]\naddresses = [\"10.0.0.0/40\"]").contains("is no address"));
    }

    #[test]
    fn nothing_is_two_nodes_however_it_is_written() {
        for (one, other, place) in [
            (
                "addresses = [\"192.0.2.1\"]",
                "addresses = [\"192.0.2.1/32\"]",
                "",
            ),
            (
                "addresses = [\"2001:db8::1\"]",
                "addresses = [\"2001:DB8:0::1\"]",
                "",
            ),
            (
                "names = [\"P.example.org\"]",
                "names = [\"p.example.org:5060\"]",
                "",
            ),
            (
                "names = [\"p.example.org\"]",
                "names = [\"p.example.org\"]",
                "vlans = [2]\n",
            ),
        ] {
            let text = format!("[[node]]\n{one}\n[[node]]\n{other}\n{place}");
            assert!(
                complaint(&text).ends_with("is given in line 2 already"),
                "{text}"
            );
        }
    }

    #[test]
    fn one_address_may_be_two_nodes_in_two_vlans() {
        let text = "[[node]]\naddresses = [\"10.0.0.1\"]\nvlans = [1]\n\
            [[node]]\naddresses = [\"10.0.0.1\"]\nvlans = [2]\n";
        assert_eq!(read_node_file(text).unwrap().len(), 2);
    }
}
