//! The names of header fields: every registered one, its compact form, what its values look like, and whether it may stand
//! only once. One line a name; everything else that depends on a name follows from here.
//!
//! Source: the header field registry of the SIP parameters at IANA and the RFCs and 3GPP TS 24.229 7.2 that it names.

/// What the values of a header field look like. Each shape has one reader in the folder `value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Free text, not taken apart.
    Text,
    /// Call-ID: one word.
    CallId,
    /// One number.
    Number,
    /// A number, then perhaps a comment and parameters.
    Delta,
    /// Number and method.
    CSeq,
    /// Two numbers and a method.
    RAck,
    /// A list of Via values.
    Vias,
    /// One name-addr or addr-spec with parameters.
    Address,
    /// A list of them.
    Addresses,
    /// A list of them, or `*`.
    Contacts,
    /// A list of URIs without brackets.
    Uris,
    /// One token.
    Token,
    /// A list of tokens.
    Tokens,
    /// A list of tokens with semicolons between them.
    Privacy,
    /// A word with parameters.
    Item,
    /// A list of words with parameters.
    Items,
    /// Parameters only.
    Parameters,
    /// Scheme and parameters with commas between them.
    Auth,
    /// Parameters with commas between them, no scheme.
    AuthInfo,
    /// A date.
    Date,
    /// A time and perhaps a delay, both with fractions.
    Timestamp,
    /// A list of code, agent and text.
    Warnings,
    /// Hexadecimal digits with parameters.
    SessionId,
    /// A signature with parameters.
    Identity,
}

impl Shape {
    /// What separates two values, where there may be several.
    pub fn separator(self) -> Option<u8> {
        match self {
            Self::Vias
            | Self::Addresses
            | Self::Contacts
            | Self::Uris
            | Self::Tokens
            | Self::Items
            | Self::Warnings => Some(b','),
            Self::Privacy => Some(b';'),
            _ => None,
        }
    }
}

/// Defines the names: variant, spelling, compact form (a space for none), shape, and `once` or `many`.
macro_rules! names {
    ($($variant:ident $spelling:literal $compact:literal $shape:ident $times:ident)+) => {
        /// A header field name that is known, or [`Name::Other`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Name {
            /// A name that is not in the table.
            Other,
            $(#[doc = $spelling] $variant,)+
        }

        impl Name {
            /// All known names.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }

        const ENTRIES: &[Entry] = &[
            Entry { spelling: "", compact: b' ', shape: Shape::Text, once: false },
            $(Entry {
                spelling: $spelling,
                compact: $compact,
                shape: Shape::$shape,
                once: names!(@$times),
            },)+
        ];
    };
    (@once) => { true };
    (@many) => { false };
}

struct Entry {
    spelling: &'static str,
    compact: u8,
    shape: Shape,
    once: bool,
}

names! {
    Accept                    "Accept"                      b' ' Items      many
    AcceptContact             "Accept-Contact"              b'a' Items      many
    AcceptEncoding            "Accept-Encoding"             b' ' Items      many
    AcceptLanguage            "Accept-Language"             b' ' Items      many
    AcceptResourcePriority    "Accept-Resource-Priority"    b' ' Tokens     many
    AdditionalIdentity        "Additional-Identity"         b' ' Addresses  many
    AlertInfo                 "Alert-Info"                  b' ' Addresses  many
    Allow                     "Allow"                       b' ' Tokens     many
    AllowEvents               "Allow-Events"                b'u' Tokens     many
    AnswerMode                "Answer-Mode"                 b' ' Item       once
    AttestationInfo           "Attestation-Info"            b' ' Token      once
    AuthenticationInfo        "Authentication-Info"         b' ' AuthInfo   many
    Authorization             "Authorization"               b' ' Auth       many
    CallId                    "Call-ID"                     b'i' CallId     once
    CallInfo                  "Call-Info"                   b' ' Addresses  many
    CellularNetworkInfo       "Cellular-Network-Info"       b' ' Items      many
    Contact                   "Contact"                     b'm' Contacts   many
    ContentDisposition        "Content-Disposition"         b' ' Item       once
    ContentEncoding           "Content-Encoding"            b'e' Tokens     many
    ContentId                 "Content-ID"                  b' ' Text       once
    ContentLanguage           "Content-Language"            b' ' Tokens     many
    ContentLength             "Content-Length"              b'l' Number     once
    ContentTransferEncoding   "Content-Transfer-Encoding"   b' ' Token      once
    ContentType               "Content-Type"                b'c' Item       once
    CSeq                      "CSeq"                        b' ' CSeq       once
    Date                      "Date"                        b' ' Date       once
    Diversion                 "Diversion"                   b' ' Addresses  many
    ErrorInfo                 "Error-Info"                  b' ' Addresses  many
    Event                     "Event"                       b'o' Item       once
    Expires                   "Expires"                     b' ' Number     once
    FeatureCaps               "Feature-Caps"                b' ' Items      many
    FlowTimer                 "Flow-Timer"                  b' ' Number     once
    From                      "From"                        b'f' Address    once
    Geolocation               "Geolocation"                 b' ' Addresses  many
    GeolocationError          "Geolocation-Error"           b' ' Item       once
    GeolocationRouting        "Geolocation-Routing"         b' ' Item       once
    HistoryInfo               "History-Info"                b' ' Addresses  many
    Identity                  "Identity"                    b'y' Identity   many
    IdentityInfo              "Identity-Info"               b'n' Address    once
    InfoPackage               "Info-Package"                b' ' Item       once
    InReplyTo                 "In-Reply-To"                 b' ' Items      many
    Join                      "Join"                        b' ' Item       once
    MaxBreadth                "Max-Breadth"                 b' ' Number     once
    MaxForwards               "Max-Forwards"                b' ' Number     once
    MimeVersion               "MIME-Version"                b' ' Text       once
    MinExpires                "Min-Expires"                 b' ' Number     once
    MinSe                     "Min-SE"                      b' ' Delta      once
    Organization              "Organization"                b' ' Text       once
    OriginationId             "Origination-Id"              b' ' Text       once
    PAccessNetworkInfo        "P-Access-Network-Info"       b' ' Items      many
    PAnswerState              "P-Answer-State"              b' ' Item       once
    PAssertedIdentity         "P-Asserted-Identity"         b' ' Addresses  many
    PAssertedService          "P-Asserted-Service"          b' ' Uris       many
    PAssociatedUri            "P-Associated-URI"            b' ' Addresses  many
    PCalledPartyId            "P-Called-Party-ID"           b' ' Address    once
    PChargeInfo               "P-Charge-Info"               b' ' Address    once
    PChargingFunctionAddresses "P-Charging-Function-Addresses" b' ' Parameters once
    PChargingVector           "P-Charging-Vector"           b' ' Parameters once
    PDcsBillingInfo           "P-DCS-Billing-Info"          b' ' Text       once
    PDcsLaes                  "P-DCS-LAES"                  b' ' Text       once
    PDcsOsps                  "P-DCS-OSPS"                  b' ' Text       once
    PDcsRedirect              "P-DCS-Redirect"              b' ' Text       once
    PDcsTracePartyId          "P-DCS-Trace-Party-ID"        b' ' Addresses  many
    PEarlyMedia               "P-Early-Media"               b' ' Tokens     many
    PMediaAuthorization       "P-Media-Authorization"       b' ' Tokens     many
    PPreferredIdentity        "P-Preferred-Identity"        b' ' Addresses  many
    PPreferredService         "P-Preferred-Service"         b' ' Uris       many
    PPrivateNetworkIndication "P-Private-Network-Indication" b' ' Item      once
    PProfileKey               "P-Profile-Key"               b' ' Addresses  many
    PRefusedUriList           "P-Refused-URI-List"          b' ' Addresses  many
    PServedUser               "P-Served-User"               b' ' Address    once
    PUserDatabase             "P-User-Database"             b' ' Address    once
    PVisitedNetworkId         "P-Visited-Network-ID"        b' ' Items      many
    Path                      "Path"                        b' ' Addresses  many
    PermissionMissing         "Permission-Missing"          b' ' Addresses  many
    PolicyContact             "Policy-Contact"              b' ' Addresses  many
    PolicyId                  "Policy-ID"                   b' ' Items      many
    Priority                  "Priority"                    b' ' Token      once
    PriorityShare             "Priority-Share"              b' ' Token      once
    PriorityVerstat           "Priority-Verstat"            b' ' Item       once
    PrivAnswerMode            "Priv-Answer-Mode"            b' ' Item       once
    Privacy                   "Privacy"                     b' ' Privacy    many
    ProxyAuthenticate         "Proxy-Authenticate"          b' ' Auth       many
    ProxyAuthenticationInfo   "Proxy-Authentication-Info"   b' ' AuthInfo   many
    ProxyAuthorization        "Proxy-Authorization"         b' ' Auth       many
    ProxyRequire              "Proxy-Require"               b' ' Tokens     many
    RAck                      "RAck"                        b' ' RAck       once
    Reason                    "Reason"                      b' ' Items      many
    RecordRoute               "Record-Route"                b' ' Addresses  many
    RecvInfo                  "Recv-Info"                   b' ' Items      many
    ReferEventsAt             "Refer-Events-At"             b' ' Address    once
    ReferSub                  "Refer-Sub"                   b' ' Item       once
    ReferTo                   "Refer-To"                    b'r' Address    once
    ReferredBy                "Referred-By"                 b'b' Address    once
    RejectContact             "Reject-Contact"              b'j' Items      many
    RelayedCharge             "Relayed-Charge"              b' ' Items      many
    RemotePartyId             "Remote-Party-ID"             b' ' Addresses  many
    Replaces                  "Replaces"                    b' ' Item       once
    ReplyTo                   "Reply-To"                    b' ' Address    once
    RequestDisposition        "Request-Disposition"         b'd' Tokens     many
    Require                   "Require"                     b' ' Tokens     many
    ResourcePriority          "Resource-Priority"           b' ' Tokens     many
    ResourceShare             "Resource-Share"              b' ' Items      many
    ResponseSource            "Response-Source"             b' ' Items      many
    RestorationInfo           "Restoration-Info"            b' ' Items      many
    RetryAfter                "Retry-After"                 b' ' Delta      once
    Route                     "Route"                       b' ' Addresses  many
    RSeq                      "RSeq"                        b' ' Number     once
    SecurityClient            "Security-Client"             b' ' Items      many
    SecurityServer            "Security-Server"             b' ' Items      many
    SecurityVerify            "Security-Verify"             b' ' Items      many
    Server                    "Server"                      b' ' Text       once
    ServiceInteractInfo       "Service-Interact-Info"       b' ' Items      many
    ServiceRoute              "Service-Route"               b' ' Addresses  many
    SessionExpires            "Session-Expires"             b'x' Delta      once
    SessionId                 "Session-ID"                  b' ' SessionId  once
    SipEtag                   "SIP-ETag"                    b' ' Token      once
    SipIfMatch                "SIP-If-Match"                b' ' Token      once
    Subject                   "Subject"                     b's' Text       once
    SubscriptionState         "Subscription-State"          b' ' Item       once
    Supported                 "Supported"                   b'k' Tokens     many
    SuppressIfMatch           "Suppress-If-Match"           b' ' Token      once
    TargetDialog              "Target-Dialog"               b' ' Item       once
    Timestamp                 "Timestamp"                   b' ' Timestamp  once
    To                        "To"                          b't' Address    once
    TriggerConsent            "Trigger-Consent"             b' ' Addresses  many
    Unsupported               "Unsupported"                 b' ' Tokens     many
    UserAgent                 "User-Agent"                  b' ' Text       once
    UserToUser                "User-to-User"                b' ' Items      many
    Via                       "Via"                         b'v' Vias       many
    Warning                   "Warning"                     b' ' Warnings   many
    WwwAuthenticate           "WWW-Authenticate"            b' ' Auth       many
}

impl Name {
    /// The name that is spelled so, in any case, long or compact.
    #[inline]
    pub fn of(spelled: &[u8]) -> Self {
        // Most are spelled as registered, and stand where they are looked for first.
        if spelled.len() > 1 {
            let index = SLOTS[hash(spelled)];
            if ENTRIES[usize::from(index)].spelling.as_bytes() == spelled {
                return Self::at(index);
            }
        }
        Self::searched(spelled)
    }

    fn searched(spelled: &[u8]) -> Self {
        match spelled {
            [] => Self::Other,
            [letter] => {
                let letter = usize::from(letter.to_ascii_lowercase());
                Self::at(COMPACT.get(letter).copied().unwrap_or_default())
            }
            _ => {
                let mut slot = hash(spelled);
                loop {
                    let index = SLOTS[slot];
                    let known = ENTRIES[usize::from(index)].spelling.as_bytes();
                    if index == 0 || known.eq_ignore_ascii_case(spelled) {
                        return Self::at(index);
                    }
                    slot = (slot + 1) % SLOT_COUNT;
                }
            }
        }
    }

    /// As the registry spells it; empty for [`Name::Other`].
    pub fn spelling(self) -> &'static str {
        self.entry().spelling
    }

    /// Its compact form.
    pub fn compact(self) -> Option<char> {
        Some(char::from(self.entry().compact)).filter(|letter| *letter != ' ')
    }

    /// What its values look like.
    pub fn shape(self) -> Shape {
        self.entry().shape
    }

    /// Whether a message may have only one value of it.
    pub fn once(self) -> bool {
        self.entry().once
    }

    fn entry(self) -> &'static Entry {
        &ENTRIES[self as usize]
    }

    /// The name whose entry has this number.
    #[inline]
    fn at(index: u8) -> Self {
        match usize::from(index).checked_sub(1) {
            Some(known) => Self::ALL[known],
            None => Self::Other,
        }
    }
}

const SLOT_COUNT: usize = 1024;

/// Entry numbers by hash of the spelling, 0 for none; collisions stand in the next free slot.
const SLOTS: [u8; SLOT_COUNT] = {
    assert!(ENTRIES.len() < 256);
    let mut slots = [0; SLOT_COUNT];
    let mut index = 1;
    while index < ENTRIES.len() {
        let mut slot = hash(ENTRIES[index].spelling.as_bytes());
        while slots[slot] != 0 {
            slot = (slot + 1) % SLOT_COUNT;
        }
        slots[slot] = index as u8;
        index += 1;
    }
    slots
};

/// Entry numbers by compact letter, 0 for none.
const COMPACT: [u8; 128] = {
    let mut letters = [0; 128];
    let mut index = 1;
    while index < ENTRIES.len() {
        let letter = ENTRIES[index].compact as usize;
        if letter != b' ' as usize {
            assert!(letters[letter] == 0);
            letters[letter] = index as u8;
        }
        index += 1;
    }
    letters
};

/// Four letters and the length tell the names apart well enough; 0x20 makes letters lower case.
#[inline]
const fn hash(name: &[u8]) -> usize {
    let length = name.len();
    let mix = (name[0] | 0x20) as usize
        + (name[length - 1] | 0x20) as usize * 31
        + (name[length / 2] | 0x20) as usize * 113
        + (name[length - length / 4 - 1] | 0x20) as usize * 389
        + length * 701;
    (mix ^ (mix >> 9)) % SLOT_COUNT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case() {
        for name in Name::ALL {
            let spelling = name.spelling();
            assert_eq!(Name::of(spelling.as_bytes()), *name);
            assert_eq!(Name::of(spelling.to_lowercase().as_bytes()), *name);
            assert_eq!(Name::of(spelling.to_uppercase().as_bytes()), *name);
        }
    }

    #[test]
    fn every_registered_compact_form_is_known() {
        let registered = [
            ('a', "Accept-Contact"),
            ('b', "Referred-By"),
            ('c', "Content-Type"),
            ('d', "Request-Disposition"),
            ('e', "Content-Encoding"),
            ('f', "From"),
            ('i', "Call-ID"),
            ('j', "Reject-Contact"),
            ('k', "Supported"),
            ('l', "Content-Length"),
            ('m', "Contact"),
            ('n', "Identity-Info"),
            ('o', "Event"),
            ('r', "Refer-To"),
            ('s', "Subject"),
            ('t', "To"),
            ('u', "Allow-Events"),
            ('v', "Via"),
            ('x', "Session-Expires"),
            ('y', "Identity"),
        ];
        for letter in 'a'..='z' {
            let expected = registered.iter().find(|(compact, _)| *compact == letter);
            let expected = expected.map_or("", |(_, name)| name);
            for spelled in [letter, letter.to_ascii_uppercase()] {
                assert_eq!(Name::of(&[spelled as u8]).spelling(), expected, "{letter}");
            }
        }
    }

    #[test]
    fn other_names_are_other() {
        for other in ["", "X-Call-ID", "Vi", "Viaa", "1", " ", "\u{e9}", "*"] {
            assert_eq!(Name::of(other.as_bytes()), Name::Other);
        }
        assert_eq!(Name::of(&[0xe9]), Name::Other);
        assert_eq!(Name::of(&[0xf6]), Name::Other, "no v with its high bit set");
    }
}
