//! A change in its two messages, and the questions that the rules ask of it.

use crate::base::Span;
use crate::sip::{Address, Host, Message, Name, Param, Params, Problems, Text};
use crate::trace::relay::{Change, Place};

/// A message as it came in and as it went out: what the rules ask of both, read once.
pub(super) struct Pair {
    is_request: bool,
    is_of_cancel: bool,
    is_in_dialog: bool,
    has_same_method: bool,
    has_same_status: bool,
    before: Tops,
    after: Tops,
    has_same_top: [bool; STACKS.len()],
    /// Host of the node, as the Via on top of a response that it gets names it.
    node: Option<Vec<u8>>,
}

impl Pair {
    pub(super) fn of(before: &Message<'_>, after: &Message<'_>) -> Self {
        let method = |message: &Message<'_>| message.method().map(|method| method.bytes().to_vec());
        let cseq = before.cseq();
        Self {
            is_request: before.status().is_none(),
            is_of_cancel: cseq.is_some_and(|cseq| cseq.method == "CANCEL"),
            is_in_dialog: before.to().is_some_and(|to| to.tag().is_some()),
            has_same_method: method(before).is_some() && method(before) == method(after),
            has_same_status: before.status().is_some() && before.status() == after.status(),
            node: before
                .vias()
                .next()
                .filter(|_| before.status().is_some())
                .map(|via| via.host.text.bytes().to_vec()),
            before: Tops::of(before),
            after: Tops::of(after),
            has_same_top: STACKS.map(|name| {
                let top = |message: &Message<'_>| Some(message.value(name)?.bytes().to_vec());
                top(before).is_some() && top(before) == top(after)
            }),
        }
    }
}

/// Fields of which it matters where a value stands.
const STACKS: [Name; 4] = [Name::Via, Name::Route, Name::RecordRoute, Name::Path];

/// The two topmost values of each of them.
struct Tops([[Option<Span>; 2]; STACKS.len()]);

impl Tops {
    fn of(message: &Message<'_>) -> Self {
        Self(STACKS.map(|name| {
            let mut values = message.values(name).map(Text::span);
            [values.next(), values.next()]
        }))
    }

    /// Whether a value is the one at this place, from the top.
    fn has(&self, place: usize, change: &Change<'_>, value: Option<Text<'_>>) -> bool {
        let span = stack_of(change).and_then(|stack| self.0[stack][place]);
        span.is_some() && span == value.map(Text::span)
    }
}

fn stack_of(change: &Change<'_>) -> Option<usize> {
    STACKS
        .iter()
        .position(|name| change.place == Place::Field(*name))
}

/// What a rule looks at.
pub(super) struct Case<'c, 'a> {
    pub(super) change: &'c Change<'a>,
    pub(super) pair: &'c Pair,
}

impl<'a> Case<'_, 'a> {
    pub(super) fn always(&self) -> bool {
        true
    }

    pub(super) fn is_request(&self) -> bool {
        self.pair.is_request
    }

    /// A CANCEL, or the answer to one.
    pub(super) fn is_of_cancel(&self) -> bool {
        self.pair.is_of_cancel
    }

    /// Whether only white space outside of quotes is different.
    pub(super) fn is_only_spaced(&self) -> bool {
        let (Some(old), Some(new)) = (self.change.before, self.change.after) else {
            return false;
        };
        let dense = |text: Text<'a>| {
            let mut quoted = false;
            text.bytes().iter().copied().filter(move |byte| {
                quoted ^= *byte == b'"';
                quoted || !byte.is_ascii_whitespace()
            })
        };
        dense(old).eq(dense(new))
    }

    pub(super) fn is_other_uri_in_dialog(&self) -> bool {
        self.pair.has_same_method && self.pair.is_in_dialog
    }

    pub(super) fn is_other_uri(&self) -> bool {
        self.pair.has_same_method
    }

    pub(super) fn is_other_phrase(&self) -> bool {
        self.pair.has_same_status
    }

    pub(super) fn was_on_top(&self) -> bool {
        self.pair.before.has(0, self.change, self.change.before)
    }

    /// It stood below one that went, too.
    pub(super) fn was_second(&self) -> bool {
        !self.has_same_top() && self.pair.before.has(1, self.change, self.change.before)
    }

    pub(super) fn is_on_top(&self) -> bool {
        self.pair.after.has(0, self.change, self.change.after)
    }

    /// It stands below one that came, too.
    pub(super) fn is_second(&self) -> bool {
        !self.has_same_top() && self.pair.after.has(1, self.change, self.change.after)
    }

    fn has_same_top(&self) -> bool {
        stack_of(self.change).is_some_and(|stack| self.pair.has_same_top[stack])
    }

    pub(super) fn replaces_top(&self) -> bool {
        self.was_on_top() && self.is_on_top()
    }

    /// Whether the value that came is the address of the node itself.
    pub(super) fn names_node(&self) -> bool {
        let Some((value, node)) = self.change.after.zip(self.pair.node.as_deref()) else {
            return false;
        };
        let node = Host {
            text: Text::all(node),
        };
        let address = Address::read(value, &mut Problems::ignored());
        address.uri().host.equivalent(&node)
    }

    /// By how much a number became less.
    fn less(&self) -> Option<i128> {
        let number = |text: Option<Text<'a>>| text.and_then(Text::number).map(i128::from);
        Some(number(self.change.before)? - number(self.change.after)?)
    }

    pub(super) fn is_one_less(&self) -> bool {
        self.less() == Some(1)
    }

    pub(super) fn is_less(&self) -> bool {
        self.less().is_some_and(|less| less > 1)
    }

    /// Only what the receiver of a Via adds (RFC 3261 18.2.1, RFC 3581 4).
    pub(super) fn has_other_source(&self) -> bool {
        self.differs_only_in(Params::new, &["received", "rport"])
    }

    /// Only what a P-CSCF adds to credentials.
    pub(super) fn has_other_integrity(&self) -> bool {
        self.differs_only_in(Params::with_commas, &["integrity-protected"])
    }

    /// Only the keys that are meant for a P-CSCF.
    pub(super) fn has_other_keys(&self) -> bool {
        self.differs_only_in(Params::with_commas, &["ck", "ik"])
    }

    /// Whether two values are the same but for these parameters.
    fn differs_only_in(&self, read: fn(Text<'a>) -> Params<'a>, names: &[&str]) -> bool {
        let (Some(old), Some(new)) = (self.change.before, self.change.after) else {
            return false;
        };
        let other = |param: &Param<'a>| !names.iter().any(|name| param.name.is(name));
        // There may be white space around the slashes of a Via (RFC 3261 25.1, SLASH).
        let name = |name: Text<'a>| -> Vec<u8> {
            let all = name.bytes().iter().copied();
            all.filter(|byte| !byte.is_ascii_whitespace()).collect()
        };
        let pair = |param: Param<'a>| (name(param.name), param.value.map(Text::bytes));
        let rest = |text| read(text).iter().filter(other).map(pair);
        rest(old).eq(rest(new))
    }

    pub(super) fn has_same_icid(&self) -> bool {
        let icid = |text: Option<Text<'a>>| Params::new(text?).value("icid-value");
        icid(self.change.before).map(Text::bytes) == icid(self.change.after).map(Text::bytes)
    }

    pub(super) fn is_path(&self) -> bool {
        self.is_word("path")
    }

    pub(super) fn is_sec_agree(&self) -> bool {
        self.is_word("sec-agree")
    }

    fn is_word(&self, word: &str) -> bool {
        let value = self.change.before.or(self.change.after);
        value.is_some_and(|value| value.is(word))
    }
}
