//! What can be asked of a call, by name and value: options of commands and words of the interface say it alike. Bytes of messages
//! are not needed for it.

use std::collections::BTreeMap;
use std::str::FromStr;

use memchr::memmem;

use super::CallLine;
use crate::trace::{Call, Hop};

/// Something that holds for a call, or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// A text in a Call-ID.
    CallId(String),
    /// A text in the From URI, in any case: the one that a list shows, or that of another request outside of a dialog. What the
    /// other side sends within a dialog has it the other way round, and does not count.
    From(String),
    /// A text in the To URI of these.
    To(String),
    /// A request of this method.
    Method(String),
    /// A final status. A challenge that was answered with another attempt is none of the class of failures.
    Status(Statuses),
    /// A node that it came by: an address with or without port, or the label in any case.
    Node(String),
}

/// One status, or all of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statuses {
    /// `486`.
    One(u16),
    /// `4xx`.
    Class(u16),
}

impl FromStr for Statuses {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "a status such as 486, or a class such as 4xx, is wanted";
        match text.as_bytes() {
            [class @ b'1'..=b'6', b'x' | b'X', b'x' | b'X'] => {
                Ok(Self::Class(u16::from(class - b'0')))
            }
            [b'1'..=b'6', _, _] => text.parse().map(Self::One).map_err(|_| expected),
            _ => Err(expected),
        }
    }
}

impl Statuses {
    fn has(self, status: u16) -> bool {
        match self {
            Self::One(wanted) => status == wanted,
            Self::Class(class) => status / 100 == class,
        }
    }
}

impl Criterion {
    /// `from:bob`, `status:4xx`; nothing where there is no such name or value.
    pub fn read(word: &str) -> Option<Self> {
        let (name, value) = word.split_once(':')?;
        let text = || Some(value.to_owned()).filter(|value| !value.is_empty());
        Some(match name {
            "call-id" => Self::CallId(text()?),
            "from" => Self::From(text()?),
            "to" => Self::To(text()?),
            "method" => Self::Method(text()?),
            "status" => Self::Status(value.parse().ok()?),
            "node" => Self::Node(text()?),
            _ => return None,
        })
    }

    /// Whether it holds for a call.
    pub fn holds(&self, call: &Call<'_>) -> bool {
        let any_hop = |test: &dyn Fn(&Hop<'_>) -> bool| call.hops().any(|hop| test(&hop));
        let is_outside = |hop: &Hop<'_>| {
            let request = hop.request();
            request.is_some_and(|request| request.to_tag().is_none())
        };
        let begins = |test: &dyn Fn(&Hop<'_>) -> bool| any_hop(&|hop| is_outside(hop) && test(hop));
        let (from, to) = CallLine::ends(call);
        match self {
            Self::CallId(text) => {
                let mut ids = call.call_ids();
                ids.any(|id| memmem::find(id, text.as_bytes()).is_some())
            }
            Self::From(text) => {
                contains(from.as_bytes(), text) || begins(&|hop| contains(hop.from(), text))
            }
            Self::To(text) => {
                contains(to.as_bytes(), text) || begins(&|hop| contains(hop.to(), text))
            }
            Self::Method(method) => {
                let mut methods = call.methods().into_iter();
                methods.any(|name| name.eq_ignore_ascii_case(method.as_bytes()))
            }
            Self::Status(wanted) => {
                let has = |status| wanted.has(status);
                match wanted {
                    Statuses::One(_) => any_hop(&|hop| hop.status().is_some_and(has)),
                    Statuses::Class(_) => final_statuses(call).into_iter().any(has),
                }
            }
            Self::Node(node) => any_hop(&|hop| touches(hop, node)),
        }
    }
}

/// The statuses of all hops, but for challenges behind which the same was tried again (RFC 3261 22.2, 22.3).
fn final_statuses(call: &Call<'_>) -> Vec<u16> {
    let mut last: BTreeMap<_, u32> = BTreeMap::new();
    let of = |hop: &Hop<'_>| {
        (
            hop.call_id().map(<[u8]>::to_vec),
            hop.method_name().to_vec(),
        )
    };
    for hop in call.hops() {
        let last = last.entry(of(&hop)).or_default();
        *last = hop.cseq().max(*last);
    }
    let is_final = |hop: &Hop<'_>| {
        let is_challenge = matches!(hop.status(), Some(401 | 407));
        !is_challenge || last.get(&of(hop)) == Some(&hop.cseq())
    };
    let hops = call.hops().filter(is_final);
    hops.filter_map(|hop| hop.status()).collect()
}

fn contains(uri: &[u8], text: &str) -> bool {
    let uri = uri.to_ascii_lowercase();
    memmem::find(&uri, text.to_ascii_lowercase().as_bytes()).is_some()
}

fn touches(hop: &Hop<'_>, node: &str) -> bool {
    let ends = [hop.source(), hop.destination()];
    let mut ends = ends.into_iter().flatten();
    let mut nodes = [hop.source_node(), hop.destination_node()]
        .into_iter()
        .flatten();
    ends.any(|end| {
        end.to_string() == node
            || end
                .endpoint()
                .is_some_and(|end| end.address.to_string() == node)
    }) || nodes.any(|known| known.label().eq_ignore_ascii_case(node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_nothing_known_is_no_criterion() {
        let from = Criterion::From("sip:bob".to_owned());
        assert_eq!(Criterion::read("from:sip:bob"), Some(from));
        let failed = Criterion::Status(Statuses::Class(4));
        assert_eq!(Criterion::read("status:4xx"), Some(failed));
        for word in [
            "invite",
            "sip:bob",
            "10.0.0.1:5060",
            "from:",
            "status:9",
            "status:",
        ] {
            assert_eq!(Criterion::read(word), None, "{word}");
        }
    }
}
