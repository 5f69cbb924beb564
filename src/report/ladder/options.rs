//! What a ladder shows and how, as far as that does not depend on what it is drawn on.

use std::sync::Arc;

use super::Script;

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Columns by their names, to stand first and in this order.
    pub columns: Vec<String>,
    /// Columns that are left out, with everything to and from them.
    pub hide: Vec<String>,
    /// Columns that are drawn as one each.
    pub merge: Vec<Vec<String>>,
    /// What a column is.
    pub by: ColumnsBy,
    /// Only messages of transactions with these methods; all if empty.
    pub only_methods: Vec<String>,
    /// Whether refreshes that are all alike are drawn one by one.
    pub unfold: bool,
    /// Which time stands in front of a row.
    pub time: Timing,
    /// What is said on arrows.
    pub labels: Labels,
    /// Header fields below arrows.
    pub headers: Vec<String>,
    /// Which number stands in front of a row.
    pub numbering: Numbering,
    /// Instead of what would be its title.
    pub title: Option<String>,
    /// What documents say beside the messages.
    pub script: Arc<Script>,
    /// Whether arrows know all of their messages, for figures that show them on demand, and not the first lines alone.
    pub whole_messages: bool,
}

/// What a column is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnsBy {
    /// A node with all of its addresses.
    #[default]
    Node,
    /// A network address.
    Host,
    /// A network address and a port.
    Address,
}

/// Which time stands in front of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// None.
    None,
    /// The time of day, in UTC.
    Absolute,
    /// Since the first message.
    #[default]
    Start,
    /// Since the message before.
    Previous,
}

/// What is said on arrows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Labels {
    /// Method or status code.
    Short,
    /// With reason phrase, what is in the body, and the method of an answer where it would not be clear.
    #[default]
    Full,
    /// The same, and below it what changes from hop to hop.
    Headers,
}

/// Which number stands in front of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    /// Its place in the figure; where a document tells the flow, the number that it gives it.
    #[default]
    Steps,
    /// The number of the message, as all commands know it.
    Messages,
    /// None.
    None,
}

/// What changes from hop to hop.
const OF_A_HOP: [&str; 6] = [
    "Request-URI",
    "Via",
    "Max-Forwards",
    "Route",
    "Record-Route",
    "Contact",
];

impl Options {
    /// Header fields that stand below arrows, as they were asked for.
    pub(super) fn small_print(&self) -> Vec<&str> {
        let asked = self.headers.iter().map(String::as_str);
        match self.labels {
            Labels::Headers => {
                let is_of_a_hop = |name: &&str| {
                    OF_A_HOP
                        .iter()
                        .any(|other| other.eq_ignore_ascii_case(name))
                };
                let further = asked.filter(|name| !is_of_a_hop(name));
                OF_A_HOP.into_iter().chain(further).collect()
            }
            Labels::Short | Labels::Full => asked.collect(),
        }
    }
}
