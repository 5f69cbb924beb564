//! Header values, typed: one reader for each shape that values come in. A reader takes what it can and notes what is odd; the
//! text always stays beside the parts.

mod address;
mod auth;
mod date;
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
            Shape::Contacts if text == "*" => Self::Star(text),
            Shape::Address | Shape::Addresses | Shape::Contacts => {
                let address = Address::read(text, problems);
                if problems.wanted() {
                    check_address(name, &address, problems);
                }
                Self::Address(address)
            }
            Shape::Uris => Self::Uri(Uri::read(text, problems)),
            Shape::Item | Shape::Items => Self::Item(Item::read(text, problems)),
            Shape::SessionId => Self::Item(session_id(text, problems)),
            Shape::Identity => Self::Item(Item::read(text, problems)),
            Shape::Parameters => {
                let params = Params::new(text);
                params.check(problems);
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
        Name::RSeq => number::MOST_IN_SEQUENCE,
        _ => u32::MAX,
    }
}

/// What the field asks of its addresses beyond the common grammar.
fn check_address(name: Name, address: &Address<'_>, problems: &mut Problems) {
    match name {
        // RFC 3261 20.10: the binding's life is a number of seconds.
        Name::Contact => {
            if let Some(expires) = address.params.value("expires") {
                Number::read(expires, u32::MAX, problems);
            }
        }
        Name::From | Name::To | Name::Route | Name::RecordRoute => {
            address.uri().check_no_headers(problems);
        }
        _ => {}
    }
}

fn token<'a>(text: Text<'a>, problems: &mut Problems) -> Text<'a> {
    if problems.wanted() {
        expect_token(text, problems);
    }
    text
}

/// RFC 3261 25.1 `callid`: a word, perhaps `@` and another; no white space.
fn call_id<'a>(text: Text<'a>, problems: &mut Problems) -> Text<'a> {
    let odd = text
        .bytes()
        .iter()
        .position(|byte| !byte.is_ascii_graphic());
    if text.is_empty() {
        problems.note(text.span(), ProblemKind::NoValue);
    } else if let Some(odd) = odd {
        problems.note(text.from(text.start() + odd).span(), ProblemKind::AfterEnd);
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
