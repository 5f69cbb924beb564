//! What was done to a message before it could be read: logs and documents do not keep every byte, and no rule may blame a
//! sender for what a logger did.

/// What is not known of the original bytes any more. Several may be true at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spoiled(u8);

macro_rules! spoiled {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal;)*) => {
        impl Spoiled {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            const ALL: &[(Self, &'static str)] = &[$((Self::$name, $text),)*];
        }
    };
}

spoiled! {
    /// Line ends were lost; they were put back as the protocol wants them.
    LINE_ENDS = 0, "line ends";
    /// The body is not there byte by byte: its length proves nothing.
    LENGTH = 1, "length";
    /// White space, escapes or prefixes were undone inside of lines.
    SPACES = 2, "white space";
    /// Values were blotted out, credentials mostly.
    MASKED = 3, "masked values";
    /// Values stand there that the text does not repeat and another message has.
    FILLED = 4, "filled in";
    /// It came in several parts that were put together.
    PARTS = 5, "put together";
    /// Dots among its header fields stand for more of them: one that is not there may have been left out.
    ABRIDGED = 6, "header fields left out";
}

impl Spoiled {
    /// Nothing is.
    pub const NOTHING: Self = Self(0);

    /// Whether all of this is.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing is.
    pub fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The names of what is, for every output.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let all = Self::ALL.iter();
        all.filter(move |(one, _)| self.has(*one))
            .map(|(_, name)| *name)
    }
}
