//! Where the actors of a flow are: each network has a prefix of those that are kept for documentation (RFC 5737, RFC 3849),
//! each actor a host in it, both by their position in the template.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::random::Random;
use crate::flow::{Actor, Template};
use crate::trace::Role;

/// The port of a server (RFC 3261 19.1.2).
pub(super) const SIP: u16 = 5060;

/// The networks of RFC 5737.
const NETWORKS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];

/// The addresses of all actors.
pub(super) struct Places {
    addresses: Vec<IpAddr>,
}

impl Places {
    pub(super) fn of(template: &Template) -> Self {
        let mut networks: Vec<&Option<String>> = Vec::new();
        for actor in &template.actors {
            if !networks.contains(&&actor.network) {
                networks.push(&actor.network);
            }
        }
        // What does not fit into three networks of IPv4 is in IPv6, so that everybody reaches everybody.
        let fits = networks.len() <= NETWORKS.len() && template.actors.len() < 250;
        let address = |(position, actor): (usize, &Actor)| {
            let mut all = networks.iter();
            let network = all.position(|known| **known == actor.network).unwrap_or(0);
            let host = position + 1;
            if fits {
                let [one, two, three] = NETWORKS[network];
                return IpAddr::V4(Ipv4Addr::new(one, two, three, host as u8));
            }
            let parts = [0x2001, 0xdb8, network as u16 + 1, 0, 0, 0, 0, host as u16];
            IpAddr::V6(Ipv6Addr::from(parts))
        };
        Self {
            addresses: template.actors.iter().enumerate().map(address).collect(),
        }
    }

    pub(super) fn address(&self, actor: usize) -> IpAddr {
        self.addresses[actor]
    }
}

/// Where the actors listen in one run: terminals that have no name have a port of their own.
pub(super) struct Ports(Vec<u16>);

impl Ports {
    pub(super) fn of(template: &Template, random: &mut Random) -> Self {
        let port = |actor: &Actor| match is_terminal(actor) && actor.name.is_none() {
            true => random.between(20_000, 29_999) as u16,
            false => SIP,
        };
        Self(template.actors.iter().map(port).collect())
    }

    pub(super) fn endpoint(&self, places: &Places, actor: usize) -> SocketAddr {
        SocketAddr::new(places.address(actor), self.0[actor])
    }
}

/// Whether a user sits in front of it.
pub(super) fn is_terminal(actor: &Actor) -> bool {
    matches!(actor.role, Role::Ue | Role::UserAgent)
}

/// How an address stands in a URI.
pub(super) fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
