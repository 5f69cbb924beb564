//! Over which transport and between which ports messages go, told where it is not what it was: a request is compared with the
//! request of its call before it between the same two, an answer with the request that it answers.

use std::collections::BTreeMap;

use crate::base::{Endpoint, Transport};
use crate::trace::{CallId, End, HopId, Message, NodeId, Subject};

/// The way of one message. What the input did not tell is no difference to anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    transport: Transport,
    from: Option<Endpoint>,
    to: Option<Endpoint>,
}

/// The ways so far.
#[derive(Default)]
pub(super) struct Ways {
    requests: BTreeMap<(CallId, NodeId, NodeId), Way>,
    asked: BTreeMap<HopId, Way>,
}

impl Ways {
    /// What is to be said of the way of the next message.
    pub(super) fn change(&mut self, message: &Message<'_>) -> Option<String> {
        let way = Way::of(message);
        let hop = message.hop();
        match message.subject() {
            Subject::Request(_) => {
                self.asked.insert(hop.id(), way);
                let (from, to) = message.nodes();
                let between = (hop.call().id(), from?.id(), to?.id());
                let before = self.requests.insert(between, way)?;
                way.unlike(&before, "was")
            }
            Subject::Response(_) => {
                let back = self.asked.get(&hop.id())?.back();
                way.unlike(&back, "asked for")
            }
        }
    }
}

impl Way {
    fn of(message: &Message<'_>) -> Self {
        let sighting = message.sighting();
        let at = |end: Option<End<'_>>| end.and_then(|end| end.endpoint());
        Self {
            transport: sighting.transport(),
            from: at(sighting.source()),
            to: at(sighting.destination()),
        }
    }

    /// The way that an answer is expected to take.
    fn back(self) -> Self {
        Self {
            transport: self.transport,
            from: self.to,
            to: self.from,
        }
    }

    /// `TCP, port 49152 to 5061 (was UDP, port 5060 to 5060)`: nothing where it is the same.
    fn unlike(&self, other: &Self, word: &str) -> Option<String> {
        let differ = |one: Option<Endpoint>, other| one.zip(other).is_some_and(|(a, b)| a != b);
        let is_known =
            self.transport != Transport::Unknown && other.transport != Transport::Unknown;
        let is_unlike = is_known && self.transport != other.transport
            || differ(self.from, other.from)
            || differ(self.to, other.to);
        let moved = |one: Option<Endpoint>, other: Option<Endpoint>| {
            one.zip(other).is_some_and(|(a, b)| a.address != b.address)
        };
        let is_elsewhere = moved(self.from, other.from) || moved(self.to, other.to);
        let (now, before) = (self.told(is_elsewhere), other.told(is_elsewhere));
        is_unlike.then(|| format!("{now} ({word} {before})"))
    }

    fn told(&self, with_addresses: bool) -> String {
        let end = |end: Option<Endpoint>| match end {
            None => "unknown".to_owned(),
            Some(end) if with_addresses => end.to_string(),
            Some(end) => end.port.to_string(),
        };
        let (from, to) = (end(self.from), end(self.to));
        let ports = match (self.from.or(self.to), with_addresses) {
            (None, _) => String::new(),
            (Some(_), true) => format!("{from} to {to}"),
            (Some(_), false) => format!("port {from} to {to}"),
        };
        match (self.transport, ports.is_empty()) {
            (Transport::Unknown, _) => ports,
            (known, true) => known.name().to_owned(),
            (known, false) => format!("{}, {ports}", known.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(transport: Transport, from: &str, to: &str) -> Way {
        let at = |text: &str| {
            let at: Option<std::net::SocketAddr> = text.parse().ok();
            at.map(|at| Endpoint::new(at.ip(), at.port()))
        };
        Way {
            transport,
            from: at(from),
            to: at(to),
        }
    }

    #[test]
    fn only_what_is_known_and_other_than_before_is_told() {
        let (a, b, c) = ("192.0.2.1:5060", "192.0.2.2:5060", "192.0.2.1:49152");
        let before = way(Transport::Udp, a, b);
        let told = |now: Way| now.unlike(&before, "was");
        assert_eq!(told(before), None);
        assert_eq!(told(way(Transport::Unknown, a, "")), None);
        let tcp = told(way(Transport::Tcp, c, b));
        let expected = "TCP, port 49152 to 5060 (was UDP, port 5060 to 5060)";
        assert_eq!(tcp.as_deref(), Some(expected));
        let moved = told(way(Transport::Unknown, a, "192.0.2.3:5060"));
        let expected =
            "192.0.2.1:5060 to 192.0.2.3:5060 (was UDP, 192.0.2.1:5060 to 192.0.2.2:5060)";
        assert_eq!(moved.as_deref(), Some(expected));
        let over_tls = way(Transport::Tls, "", "").unlike(&way(Transport::Tcp, "", ""), "was");
        assert_eq!(over_tls.as_deref(), Some("TLS (was TCP)"));
        assert_eq!(
            before
                .back()
                .unlike(&way(Transport::Udp, b, a), "asked for"),
            None
        );
    }
}
