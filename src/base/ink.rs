//! What a colour stands for in lines of text: the same in every command and every figure.

/// What a colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// What is wrong, or was taken away.
    Bad,
    /// What may be wrong.
    Doubtful,
    /// What is only told.
    Told,
    /// What is right, or came to it.
    Good,
    /// What stands above others.
    Head,
}

impl Ink {
    /// Of an answer with this status.
    pub fn of_status(status: u16) -> Self {
        match status {
            ..200 => Self::Told,
            200..300 => Self::Good,
            300..400 => Self::Doubtful,
            _ => Self::Bad,
        }
    }

    /// What turns it on in a terminal (ECMA-48 8.3.117).
    pub fn on(self) -> &'static str {
        match self {
            Self::Bad => "\x1b[31m",
            Self::Doubtful => "\x1b[33m",
            Self::Told => "\x1b[36m",
            Self::Good => "\x1b[32m",
            Self::Head => "\x1b[1m",
        }
    }

    /// What turns every ink off.
    pub const OFF: &'static str = "\x1b[0m";
}
