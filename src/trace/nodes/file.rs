//! The node file: what the user knows of the nodes, in TOML. Every mistake is told with its line and what to write instead.

use std::collections::HashMap;
use std::net::IpAddr;

use super::hinted::bits;
use super::place::Place;
use super::role::Role;
use crate::base::written::{Entry, Table, Toml, unknown};
use crate::base::{FileError, Label, Transport};
use crate::trace::networks::Tags;
use crate::trace::realms::Realm;
use crate::trace::spots::{Capture, Whereabouts};

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
    /// The inputs, by name with or without folder, in which these are its addresses; a capture point of an input that has
    /// several is named behind that (`both.pcapng interface 1`, `hep.pcap agent 2001`).
    pub captures: Option<Vec<String>>,
}

impl NodeHint {
    /// Whether anything can be found to be this node.
    pub(super) fn is_found_again(&self) -> bool {
        !self.addresses.is_empty() || !self.names.is_empty()
    }

    /// Whether it says in which network its addresses are.
    pub(in crate::trace) fn says_where(&self) -> bool {
        self.vlans.is_some() || self.labels.is_some() || self.captures.is_some()
    }

    /// Whether its addresses may be in this realm.
    pub(in crate::trace) fn is_in(&self, realm: &Realm) -> bool {
        realm.tags.iter().any(|tags| self.is_tagged(tags))
            && self.is_labelled(&realm.labels)
            && self.is_captured(&realm.captures)
    }

    /// The same of one spot of a realm.
    pub(in crate::trace) fn is_of(&self, place: &Whereabouts) -> bool {
        self.is_tagged(&place.tags)
            && self.is_labelled(place.label.as_slice())
            && self.is_captured(&place.captures)
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

    fn is_captured(&self, captures: &[Capture]) -> bool {
        let is = |name: &String, own: &str| name == own || name == file_name(own);
        self.captures.as_ref().is_none_or(|known| {
            captures.iter().any(|own| {
                let whole = own.to_string();
                known
                    .iter()
                    .any(|name| is(name, &own.input) || is(name, &whole))
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
pub fn read_node_file(text: &str) -> Result<Vec<NodeHint>, FileError> {
    let file = Toml::parse(text)?;
    let mut taken = HashMap::new();
    let tables = tables(&file)?.into_iter();
    tables.map(|table| node(&table, &mut taken)).collect()
}

/// The nodes as they stand in the file.
pub(super) fn tables<'f>(file: &'f Toml<'_>) -> Result<Vec<Table<'f>>, FileError> {
    let mut all = Vec::new();
    for entry in file.root().entries() {
        if entry.key() != "node" {
            return Err(entry.unknown(&["node"]));
        }
        all.extend(entry.tables()?);
    }
    Ok(all)
}

/// Where each address and name was given first: only a fault asks for its line.
type Taken<'f> = HashMap<String, Entry<'f>>;

fn node<'f>(table: &Table<'f>, taken: &mut Taken<'f>) -> Result<NodeHint, FileError> {
    let mut hint = NodeHint::default();
    let (mut addresses, mut names) = (Vec::new(), Vec::new());
    for entry in table.entries() {
        let text = || entry.text().map(str::to_owned);
        match entry.key() {
            "label" => hint.label = Some(text()?),
            "role" => hint.role = Some(role(&entry)?),
            "network" => hint.network = Some(text()?),
            "trust_domain" => hint.trust_domain = Some(text()?),
            "addresses" => addresses = entry.list()?,
            "names" => names = entry.list()?,
            "vlans" => hint.vlans = Some(vlans(&entry)?),
            "labels" => hint.labels = Some(entry.texts()?),
            "captures" => hint.captures = Some(entry.texts()?),
            _ => return Err(entry.unknown(&KEYS)),
        }
    }
    hint.addresses = addresses.iter().map(pattern).collect::<Result<_, _>>()?;
    hint.names = names.iter().map(name).collect::<Result<_, _>>()?;
    if !hint.is_found_again() {
        return Err(table.error("a node needs addresses or names, or nothing is found to be it"));
    }
    // One thing may be written in several ways. A name is the same in every network, an address is not.
    let place = (&hint.vlans, &hint.labels, &hint.captures);
    let known = hint
        .addresses
        .iter()
        .map(|one| format!("{one:?} {place:?}"));
    let known = known.chain(hint.names.iter().map(|name| name.to_ascii_lowercase()));
    for (known, entry) in known.zip(addresses.into_iter().chain(names)) {
        // Nothing can belong to two nodes.
        if let Some(other) = taken.insert(known, entry.clone()) {
            let text = entry.text()?;
            let what = format!("{text} is given in line {} already", other.line());
            return Err(entry.error(what));
        }
    }
    Ok(hint)
}

fn role(entry: &Entry<'_>) -> Result<Role, FileError> {
    let name = entry.text()?;
    Role::named(name).ok_or_else(|| {
        let names: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
        entry.error(unknown("role", name, &names))
    })
}

fn name(entry: &Entry<'_>) -> Result<String, FileError> {
    let name = entry.text()?;
    match Place::read(name.as_bytes(), Transport::Unknown) {
        Some(Place::Name(name)) => Ok(name),
        Some(Place::Address(..)) => {
            Err(entry.error(format!("{name} is an address: it belongs under addresses")))
        }
        None => Err(entry.error(format!(
            "{name} is no host name that only one node can have (it needs a dot, and is not under .invalid)"
        ))),
    }
}

fn pattern(entry: &Entry<'_>) -> Result<Pattern, FileError> {
    let text = entry.text()?;
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
    Err(entry.error(format!(
        "{text} is no address: write 192.0.2.1, 192.0.2.1:5060, [2001:db8::1]:5060 or 192.0.2.0/24"
    )))
}

fn vlans(entry: &Entry<'_>) -> Result<Vec<u16>, FileError> {
    let wrong = |_| entry.error("a list of VLAN identifiers from 1 to 4094 is needed: [100]");
    let number = |vlan: &Entry<'_>| {
        let number = vlan.number().filter(|number| (1..4095).contains(number));
        number.ok_or(())
    };
    let list = entry.list().map_err(|_| ());
    let numbers = list.and_then(|list| list.iter().map(number).collect());
    numbers.map_err(wrong)
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
