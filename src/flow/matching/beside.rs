//! Elements that a template does not have: what they add to the lists of those whom a message goes through is no difference.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::SocketAddr;

use crate::sip::{Address, Host, Name, Port, Problems, Text, Via};
use crate::trace::Node;

/// Header fields that tell whom a message went through, or is to go through.
const OF_THE_WAY: [&str; 5] = ["Via", "Route", "Record-Route", "Path", "Service-Route"];

/// Names and addresses of elements beside a flow.
#[derive(Default)]
pub(super) struct Beside {
    names: BTreeSet<String>,
    addresses: BTreeSet<SocketAddr>,
}

impl Beside {
    /// Of some elements, as far as none of those who take part has them too.
    pub(super) fn of<'t>(
        elements: impl Iterator<Item = Node<'t>>,
        actors: impl Iterator<Item = Node<'t>>,
    ) -> Self {
        let mut beside = Self::default();
        for node in elements {
            let names = node.names().into_iter();
            beside.names.extend(names.map(str::to_ascii_lowercase));
            beside.addresses.extend(addresses(node));
        }
        if beside.names.is_empty() && beside.addresses.is_empty() {
            return beside;
        }
        for node in actors {
            for name in node.names() {
                beside.names.remove(&name.to_ascii_lowercase());
            }
            for address in addresses(node) {
                beside.addresses.remove(&address);
            }
        }
        beside
    }

    /// The values of a header field that none of these has put there.
    pub(super) fn without<'v>(&self, header: &str, values: &[Cow<'v, str>]) -> Vec<Cow<'v, str>> {
        let mut left = values.to_vec();
        if is_of_the_way(header) {
            left.retain(|value| !self.has(header, value));
        }
        left
    }

    fn has(&self, header: &str, value: &str) -> bool {
        let text = Text::all(value.as_bytes());
        let (host, port) = match Name::of(header.as_bytes()) {
            Name::Via => {
                let via = Via::read(text, &mut Problems::ignored());
                (via.host, via.port)
            }
            _ => {
                let uri = Address::read(text, &mut Problems::ignored()).uri();
                (uri.host, uri.port)
            }
        };
        self.is_one(host, port)
    }

    fn is_one(&self, host: Host<'_>, port: Option<Port<'_>>) -> bool {
        let port = port.map_or(Some(DEFAULT_PORT), |port| port.number);
        match (host.address(), port) {
            (_, None) => false,
            (Some(address), Some(port)) => self.addresses.contains(&SocketAddr::new(address, port)),
            (None, Some(port)) => {
                let name = host.text.lossy().to_ascii_lowercase();
                match port == DEFAULT_PORT {
                    true => self.names.contains(&name),
                    false => self.names.contains(&format!("{name}:{port}")),
                }
            }
        }
    }
}

/// Whether a header field tells whom a message goes through.
pub(super) fn is_of_the_way(header: &str) -> bool {
    let mut all = OF_THE_WAY.iter();
    all.any(|one| one.eq_ignore_ascii_case(header))
}

const DEFAULT_PORT: u16 = 5060;

fn addresses(node: Node<'_>) -> impl Iterator<Item = SocketAddr> {
    let all = node.addresses().into_iter();
    all.map(|one| SocketAddr::new(one.endpoint.address, one.endpoint.port))
}
