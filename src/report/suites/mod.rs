//! What build servers are told: suites of cases, each with what came of it.

mod of_audit;

pub use of_audit::of_audit;

/// Cases that belong together.
pub struct Suite {
    /// Its name, and the class of its cases behind `sipscope.`.
    pub name: String,
    /// What was looked at.
    pub cases: Vec<Case>,
    /// What else there is to say, line by line.
    pub said: Vec<String>,
}

/// What was looked at.
pub struct Case {
    /// What it is.
    pub name: String,
    /// What came of it.
    pub came: Came,
}

/// What came of a case.
pub enum Came {
    /// All is well.
    Passed,
    /// Nobody can tell; why, where there is more to say than that.
    Skipped(String),
    /// Something is wrong.
    Failed {
        /// How bad, in a word.
        kind: &'static str,
        /// What, in a sentence.
        message: String,
        /// Where, line by line.
        lines: Vec<String>,
    },
    /// It could not be looked at.
    Error(String),
}
