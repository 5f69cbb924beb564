//! Why two addresses or names are one element.

/// The evidence for a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JoinReason {
    /// The node file says so.
    NodeFile,
    /// A request came from the address with this name or port as the sent-by of its topmost Via.
    SentBy,
    /// A REGISTER came from the address and asks for requests at this port of it.
    RegisteredContact,
    /// Another request that its sender made itself has a Contact at the address it came from.
    Contact,
    /// Two REGISTER of one registration came from two ports of one address, as when the second one is protected.
    SameRegistration,
    /// A terminal goes on with the security mechanisms that it was offered, at another port of the address that offered them.
    SecurityAgreement,
    /// A connection from a port of the moment, at the address of one SIP element only.
    Connection,
    /// A request went in at the one and came out of the other with one more Via.
    Relayed,
    /// The response came from another port or address than the request had gone to.
    ResponseFrom,
    /// The response went to another port of the address that the request had come from.
    ResponseTo,
    /// The node put the name into Record-Route when it passed a request on.
    RecordRoute,
    /// The request went to the address with the name in its topmost Route, and went on without it.
    Route,
    /// A message went from the address or to it, and another input that has the message too knows that side by name only.
    SameMessage,
}

impl JoinReason {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::NodeFile => "node-file",
            Self::SentBy => "sent-by",
            Self::RegisteredContact => "registered-contact",
            Self::Contact => "contact",
            Self::SameRegistration => "same-registration",
            Self::SecurityAgreement => "security-agreement",
            Self::Connection => "connection",
            Self::Relayed => "relayed",
            Self::ResponseFrom => "response-from",
            Self::ResponseTo => "response-to",
            Self::RecordRoute => "record-route",
            Self::Route => "route",
            Self::SameMessage => "same-message",
        }
    }

    /// What lets one conclude so; empty where the user says it.
    pub fn citation(self) -> &'static str {
        match self {
            Self::NodeFile => "",
            Self::SentBy => "RFC 3261 18.1.1",
            Self::RegisteredContact => "RFC 3261 10.2.1",
            Self::Contact => "RFC 3261 8.1.1.8",
            Self::SameRegistration => "RFC 3261 10.2, 3GPP TS 33.203 7.1",
            Self::SecurityAgreement => "RFC 3329 2.3, 3GPP TS 33.203 7.1",
            Self::Connection => "RFC 3261 18, RFC 5923",
            Self::Relayed => "RFC 3261 16.6 step 8",
            Self::ResponseFrom | Self::ResponseTo => "RFC 3261 18.2.2",
            Self::RecordRoute => "RFC 3261 16.6 step 4, RFC 5658",
            Self::Route => "RFC 3261 16.4",
            Self::SameMessage => "RFC 3261 8.1.1.7",
        }
    }
}
