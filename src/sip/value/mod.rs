//! Header values, typed: one reader for each shape that values come in. A reader takes what it can and notes what is odd; the
//! text always stays beside the parts.

mod address;
mod auth;
mod date;
mod expect;
mod item;
mod number;
mod via;
mod warning;

pub use address::Address;
pub use auth::{Aka, Auth};
pub use date::Date;
pub use item::{DialogReference, Item, SubscriptionState};
pub use number::{CSeq, Number, RAck, Timestamp};
pub use via::Via;
pub use warning::Warning;

use super::lexical::expect_call_id;
use super::name::{Name, Shape};
use super::params::Params;
use super::problem::{ProblemKind, Problems};
use super::scan::expect_token;
use super::text::Text;
use super::uri::Uri;

/// One value of a header field, read as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Free text, a Call-ID, a value of an unknown field.
    Text(Text<'a>),
    /// A token.
    Token(Text<'a>),
    /// A number.
    Number(Number<'a>),
    /// CSeq.
    CSeq(CSeq<'a>),
    /// RAck.
    RAck(RAck<'a>),
    /// Via.
    Via(Via<'a>),
    /// An address with parameters.
    Address(Address<'a>),
    /// `*` in Contact.
    Star(Text<'a>),
    /// A URI without brackets.
    Uri(Uri<'a>),
    /// A word with parameters.
    Item(Item<'a>),
    /// Parameters only.
    Parameters(Params<'a>),
    /// A challenge or credentials.
    Auth(Auth<'a>),
    /// A date.
    Date(Date<'a>),
    /// Timestamp.
    Timestamp(Timestamp<'a>),
    /// A warning.
    Warning(Warning<'a>),
}

impl<'a> Value<'a> {
    /// Reads one value of a field with this name.
    pub fn read(name: Name, text: Text<'a>, problems: &mut Problems) -> Self {
        let value = Self::by_shape(name, text, problems);
        if problems.wanted() {
            expect::check(name, &value, problems);
        }
        value
    }

    fn by_shape(name: Name, text: Text<'a>, problems: &mut Problems) -> Self {
        match name.shape() {
            Shape::Text => Self::Text(text),
            Shape::CallId => Self::Text(call_id(text, problems)),
            Shape::Token | Shape::Tokens => Self::Token(token(text, problems)),
            Shape::Privacy => Self::Token(token(text, problems)),
            Shape::Number => Self::Number(Number::read(text, most(name), problems)),
            Shape::Delta => Self::Number(Number::read_delta(text, problems)),
            Shape::CSeq => Self::CSeq(CSeq::read(text, problems)),
            Shape::RAck => Self::RAck(RAck::read(text, problems)),
            Shape::Vias => Self::Via(Via::read(text, problems)),
            Shape::Contacts if is_star(text) => Self::Star(text),
            Shape::Address | Shape::Addresses | Shape::Contacts => {
                Self::Address(Address::read(text, problems))
            }
            Shape::Uris => Self::Uri(Uri::read(text, problems)),
            Shape::Item | Shape::Items => Self::Item(Item::read(text, problems)),
            Shape::SessionId => Self::Item(session_id(text, problems)),
            Shape::Identity => Self::Item(Item::read_signed(text, problems)),
            Shape::Parameters => {
                let params = Params::new(text);
                // Each of several servers has a parameter of its own, all with the same name (RFC 7315 5.5).
                if name == Name::PChargingFunctionAddresses {
                    params.check_each(problems);
                } else {
                    params.check(problems);
                }
                Self::Parameters(params)
            }
            Shape::Auth => Self::Auth(Auth::read(text, problems)),
            Shape::AuthInfo => Self::Auth(Auth::read_info(text, problems)),
            Shape::Date => Self::Date(Date::read(text, problems)),
            Shape::Timestamp => Self::Timestamp(Timestamp::read(text, problems)),
            Shape::Warnings => Self::Warning(Warning::read(text, problems)),
        }
    }
}

/// The largest number that the field may have.
pub(super) fn most(name: Name) -> u32 {
    match name {
        // RFC 3261 20.22.
        Name::MaxForwards => 255,
        _ => u32::MAX,
    }
}

/// Whether this is the `*` of a Contact, perhaps with parameters that may not be there.
pub(super) fn is_star(text: Text<'_>) -> bool {
    match text.bytes() {
        [b'*'] => true,
        [b'*', behind @ ..] => behind.trim_ascii_start().first() == Some(&b';'),
        _ => false,
    }
}

fn token<'a>(text: Text<'a>, problems: &mut Problems) -> Text<'a> {
    if problems.wanted() {
        expect_token(text, problems);
    }
    text
}

fn call_id<'a>(text: Text<'a>, problems: &mut Problems) -> Text<'a> {
    if text.is_empty() {
        problems.note(text.span(), ProblemKind::NoValue);
    } else if problems.wanted() {
        expect_call_id(text, problems);
    }
    text
}

/// RFC 7989 5: 32 hexadecimal digits in lower case, here and in `remote`.
fn session_id<'a>(text: Text<'a>, problems: &mut Problems) -> Item<'a> {
    let item = Item::read(text, problems);
    let remote = item.params.value("remote");
    for id in [Some(item.word), remote].into_iter().flatten() {
        let digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if id.len() != 32 || !id.bytes().iter().all(digit) {
            problems.note(id.span(), ProblemKind::SessionId);
        }
    }
    item
}
