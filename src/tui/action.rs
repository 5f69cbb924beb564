//! What a person can ask for, whatever key stands for it.

/// An action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    HalfUp,
    HalfDown,
    First,
    Last,
    Left,
    Right,
    /// To what the line is about.
    Enter,
    /// To the screen below; from the last one, out.
    Back,
    /// The same, but what is looked for and words that calls must have are given up before.
    GiveUp,
    Quit,
    Help,
    /// To the list of calls, whatever lies on it.
    Calls,
    Findings,
    /// What was found, by rule or by call.
    Group,
    Nodes,
    Inputs,
    /// The message as it was sent.
    Raw,
    /// What a node did to the message.
    Diff,
    /// Marks a message, and compares it with the next that is marked.
    Compare,
    /// The next message of the same hop, the one before.
    NextOfHop,
    PreviousOfHop,
    /// The same request or response, one hop on, one hop back.
    NextOfJourney,
    PreviousOfJourney,
    /// The next line with a finding, the one before; on the list of calls, the next column to sort by, the one before.
    NextFinding,
    PreviousFinding,
    /// Marks a call, or a message to be compared.
    Mark,
    /// All marked calls as one ladder.
    Extended,
    /// The documented flows that a call is.
    Flows,
    /// Asks how a node is to be called.
    Rename,
    /// Asks for the role of a node.
    Role,
    /// Another time in front of rows; on the list of calls, its columns.
    Times,
    /// Which columns the list of calls has.
    Columns,
    /// Sorts calls the other way round.
    Reverse,
    /// Asks for a text to look for.
    Search,
    SearchNext,
    SearchPrevious,
    /// Asks for words that calls must have.
    Filter,
    /// Shows all calls again.
    ClearFilter,
    /// Asks for the name of a file.
    Save,
    /// Puts what is shown into the clipboard.
    Copy,
    /// Asks for a command.
    Command,
}
