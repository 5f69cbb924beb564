//! What a node does in the network.

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The function of a node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $variant,)* }

        impl Role {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// How it is named in every output and in the node file.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

roles! {
    /// A terminal that registers.
    Ue = "UE",
    /// An end of calls of which no more is known.
    UserAgent = "user agent",
    /// The proxy next to the terminals of an IMS (3GPP TS 24.229 5.2).
    PCscf = "P-CSCF",
    /// The proxy at the entry of a home network (3GPP TS 24.229 5.3).
    ICscf = "I-CSCF",
    /// The registrar of an IMS, which also serves the calls of its users (3GPP TS 24.229 5.4).
    SCscf = "S-CSCF",
    /// The proxy for emergency calls (3GPP TS 24.229 5.11).
    ECscf = "E-CSCF",
    /// The border of an IMS (3GPP TS 24.229 5.10).
    Ibcf = "IBCF",
    /// The way out to other networks (3GPP TS 24.229 5.6).
    Bgcf = "BGCF",
    /// The gateway to the telephone network (3GPP TS 24.229 5.5).
    Mgcf = "MGCF",
    /// A media server (3GPP TS 24.229 5.8).
    Mrfc = "MRFC",
    /// An application server (3GPP TS 24.229 5.7).
    As = "AS",
    /// A server for presence (RFC 3856).
    PresenceServer = "presence server",
    /// A server for lists of resources (RFC 4662).
    Rls = "RLS",
    /// The user data base, where something stands for it.
    Hss = "HSS",
    /// A registrar that is nothing more.
    Registrar = "registrar",
    /// It passes requests on.
    Proxy = "proxy",
    /// A border controller.
    Sbc = "SBC",
    /// It ends a call and starts another for it.
    B2bua = "B2BUA",
    /// It tells where else to ask (RFC 3261 8.3).
    RedirectServer = "redirect server",
}

impl Role {
    /// The role with this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|role| role.name().eq_ignore_ascii_case(name))
    }
}
