//! Why a call cannot be played.

use std::fmt;

/// Why there is no scenario of a call. Numbers are those of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplayable {
    /// It begins with an answer.
    Begin(usize),
    /// It is not known from where to where a request went.
    Ends(usize),
    /// An answer whose request was not seen.
    Unasked(usize),
    /// A message that is not whole.
    Cut(usize),
    /// An answer whose status code SIPp does not send.
    Status(usize),
    /// More messages than that has room for.
    Many(usize),
    /// A scenario that SIPp does not read to its end, with its length.
    Long(usize),
}

impl fmt::Display for Unplayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin(number) => write!(f, "it begins with an answer, message {number}"),
            Self::Ends(number) => {
                write!(f, "it is not known who sent and who got message {number}")
            }
            Self::Unasked(number) => {
                write!(
                    f,
                    "the request that message {number} answers was not seen before it"
                )
            }
            Self::Cut(number) => write!(f, "message {number} is not whole"),
            Self::Status(number) => {
                write!(f, "SIPp sends no status code as that of message {number}")
            }
            Self::Many(count) => write!(
                f,
                "its {count} messages do not fit into the {} bytes that SIPp reads",
                super::LONGEST
            ),
            Self::Long(length) => write!(
                f,
                "a scenario of {length} bytes is too long: SIPp reads {}",
                super::LONGEST
            ),
        }
    }
}
