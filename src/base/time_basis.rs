//! What the times of an input can be compared with. A log may leave out its zone, its year or the day.

/// How much the times of an input say, from all to little.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeBasis {
    /// Moments in time.
    #[default]
    Absolute,
    /// Date and time of an unknown zone, read as UTC.
    NoZone,
    /// No year either.
    NoYear,
    /// The time of day.
    TimeOfDay,
    /// Time since some moment that nobody knows.
    Uptime,
}

impl TimeBasis {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::NoZone => "without zone",
            Self::NoYear => "without year",
            Self::TimeOfDay => "time of day only",
            Self::Uptime => "since an unknown start",
        }
    }
}
