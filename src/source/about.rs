//! What a format keeps of a message, in words: a line of the list of formats, which stands in the file of each.

/// What is known of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Who writes it.
    pub what: &'static str,
    /// How exactly it tells times, and what these leave out.
    pub time: &'static str,
    /// Of which ends it has addresses.
    pub addresses: &'static str,
    /// Whether it says what a message came over.
    pub transport: &'static str,
    /// What is left of the bytes.
    pub message: &'static str,
    /// What else is to be known.
    pub note: &'static str,
}
