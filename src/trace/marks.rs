//! Header fields that tell the role of the node which wrote them: one bit each for every message.

use crate::sip::{Item, Message, Name, Problems, Text};

/// Which of them a message has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    /// Path (RFC 3327).
    pub(super) const PATH: u8 = 1;
    /// The extension that Path needs is required (RFC 3327 5.1).
    pub(super) const REQUIRE_PATH: u8 = 2;
    /// P-Visited-Network-ID (RFC 7315 4.3).
    pub(super) const VISITED_NETWORK: u8 = 4;
    /// Service-Route (RFC 3608).
    pub(super) const SERVICE_ROUTE: u8 = 8;
    /// P-Associated-URI (RFC 7315 4.1).
    pub(super) const ASSOCIATED_URI: u8 = 16;
    /// Security-Server (RFC 3329).
    pub(super) const SECURITY_SERVER: u8 = 32;
    /// The topmost Route names a loose router (RFC 3261 19.1.1).
    pub(super) const LOOSE_ROUTE: u8 = 64;

    /// Refer-Sub with `false`: a REFER without a subscription (RFC 4488).
    pub(super) const NO_REFER_SUB: u8 = 128;

    /// What is there by name.
    pub(super) fn of(message: &Message<'_>) -> Self {
        let mut marks = Self::default();
        for header in message.headers() {
            marks.add(match header.known {
                Name::Path => Self::PATH,
                Name::PVisitedNetworkId => Self::VISITED_NETWORK,
                Name::ServiceRoute => Self::SERVICE_ROUTE,
                Name::PAssociatedUri => Self::ASSOCIATED_URI,
                Name::SecurityServer => Self::SECURITY_SERVER,
                Name::ReferSub if says_false(header.value) => Self::NO_REFER_SUB,
                Name::Require if header.values().any(|tag| tag.is("path")) => Self::REQUIRE_PATH,
                _ => 0,
            });
        }
        marks
    }

    pub(super) fn add(&mut self, mark: u8) {
        self.0 |= mark;
    }

    pub(super) fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }
}

fn says_false(value: Text<'_>) -> bool {
    Item::read(value, &mut Problems::ignored()).word.is("false")
}
