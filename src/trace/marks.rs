//! Header fields that tell the role of the node which wrote them: one bit each for every message.

use crate::sip::{Item, Message, Name, Problems, Text};

/// Which of them a message has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u16);

impl Marks {
    /// Path (RFC 3327).
    pub(super) const PATH: u16 = 1;
    /// The extension that Path needs is required (RFC 3327 5.1).
    pub(super) const REQUIRE_PATH: u16 = 2;
    /// P-Visited-Network-ID (RFC 7315 4.3).
    pub(super) const VISITED_NETWORK: u16 = 4;
    /// Service-Route (RFC 3608).
    pub(super) const SERVICE_ROUTE: u16 = 8;
    /// P-Associated-URI (RFC 7315 4.1).
    pub(super) const ASSOCIATED_URI: u16 = 16;
    /// Security-Server (RFC 3329).
    pub(super) const SECURITY_SERVER: u16 = 32;
    /// The topmost Route names a loose router (RFC 3261 19.1.1).
    pub(super) const LOOSE_ROUTE: u16 = 64;
    /// Refer-Sub with `false`: a REFER without a subscription (RFC 4488).
    pub(super) const NO_REFER_SUB: u16 = 128;
    /// The top branch has the cookie of RFC 3261 8.1.1.7.
    pub(super) const COOKIE: u16 = 256;
    /// P-Charging-Vector or P-Charging-Function-Addresses (RFC 7315 4.5, 4.6).
    pub(super) const CHARGING: u16 = 512;
    /// P-Access-Network-Info (RFC 7315 4.4).
    pub(super) const ACCESS_NETWORK: u16 = 1024;
    /// Security-Verify (RFC 3329 2.2).
    pub(super) const SECURITY_VERIFY: u16 = 2048;
    /// The two topmost Record-Route values say that one node wrote both: `r2`, as proxies in use write it.
    pub(super) const RECORDED_TWICE: u16 = 4096;

    /// The end of its header section was not seen: what is not there may have followed.
    pub(super) const BREAKS_OFF: u16 = 8192;

    /// What is there by name.
    pub(super) fn of(message: &Message<'_>) -> Self {
        let by_name = [
            (Name::Path, Self::PATH),
            (Name::PVisitedNetworkId, Self::VISITED_NETWORK),
            (Name::ServiceRoute, Self::SERVICE_ROUTE),
            (Name::PAssociatedUri, Self::ASSOCIATED_URI),
            (Name::SecurityServer, Self::SECURITY_SERVER),
            (Name::PChargingVector, Self::CHARGING),
            (Name::PChargingFunctionAddresses, Self::CHARGING),
            (Name::SecurityVerify, Self::SECURITY_VERIFY),
            (Name::PAccessNetworkInfo, Self::ACCESS_NETWORK),
        ];
        let there = by_name.iter().filter(|(name, _)| message.has(*name));
        let mut marks = Self(there.fold(0, |marks, (_, mark)| marks | mark));
        if message.values(Name::ReferSub).any(says_false) {
            marks.add(Self::NO_REFER_SUB);
        }
        if message.has_token(Name::Require, "path") {
            marks.add(Self::REQUIRE_PATH);
        }
        marks
    }

    pub(super) fn add(&mut self, mark: u16) {
        self.0 |= mark;
    }

    pub(super) fn has(self, mark: u16) -> bool {
        self.0 & mark != 0
    }

    /// Whether it is certain that something is not there.
    pub(super) fn lacks(self, mark: u16) -> bool {
        !self.has(mark | Self::BREAKS_OFF)
    }
}

fn says_false(value: Text<'_>) -> bool {
    Item::read(value, &mut Problems::ignored()).word.is("false")
}
