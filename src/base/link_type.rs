//! What a record begins with, as its container says.

/// What the first bytes of a record are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkType {
    /// The file does not describe the interface.
    Unknown,
    /// A link layer (tcpdump.org/linktypes.html).
    Number(u16),
    /// None: the record is a packet of the Homer encapsulation protocol.
    Hep,
}
