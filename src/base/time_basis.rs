//! What the times of an input are counted from. Not every log says when it was written.

/// What is known of the times of an input. All but the first are relative: they tell what was before what and how long it
/// took, but not when it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeBasis {
    /// Points in time, as every capture has them.
    #[default]
    Absolute,
    /// Date and time of day at a place that is not told.
    NoZone,
    /// A date that lacks its year, as in syslog (RFC 3164 4.1.2).
    NoYear,
    /// Without date.
    TimeOfDay,
    /// Since a system or a program was started.
    Uptime,
}

impl TimeBasis {
    /// Whether it says when something was.
    pub fn is_absolute(self) -> bool {
        self == Self::Absolute
    }

    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::NoZone => "no time zone",
            Self::NoYear => "no year",
            Self::TimeOfDay => "no date",
            Self::Uptime => "since a start",
        }
    }
}
