//! The names of header fields: every registered one, its compact form, what its values look like, and whether it may stand
//! only once. One line a name; everything else that depends on a name follows from here.
//!
//! Source: the header field registry of the SIP parameters at IANA and the RFCs and 3GPP TS 24.229 7.2 that it names.

/// What the values of a header field look like. Each shape has one reader in [`super::value`].
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
    /// Whether a comma separates two values.
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Self::Vias
                | Self::Addresses
                | Self::Contacts
                | Self::Uris
                | Self::Tokens
                | Self::Items
                | Self::Warnings
        )
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
                compact: $compact as u8,
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
    Accept                    "Accept"                      ' ' Items      many
    AcceptContact             "Accept-Contact"              'a' Items      many
    AcceptEncoding            "Accept-Encoding"             ' ' Items      many
    AcceptLanguage            "Accept-Language"             ' ' Items      many
    AcceptResourcePriority    "Accept-Resource-Priority"    ' ' Tokens     many
    AdditionalIdentity        "Additional-Identity"         ' ' Addresses  many
    AlertInfo                 "Alert-Info"                  ' ' Addresses  many
    Allow                     "Allow"                       ' ' Tokens     many
    AllowEvents               "Allow-Events"                'u' Tokens     many
    AnswerMode                "Answer-Mode"                 ' ' Item       once
    AttestationInfo           "Attestation-Info"            ' ' Token      once
    AuthenticationInfo        "Authentication-Info"         ' ' AuthInfo   many
    Authorization             "Authorization"               ' ' Auth       many
    CallId                    "Call-ID"                     'i' CallId     once
    CallInfo                  "Call-Info"                   ' ' Addresses  many
    CellularNetworkInfo       "Cellular-Network-Info"       ' ' Items      many
    Contact                   "Contact"                     'm' Contacts   many
    ContentDisposition        "Content-Disposition"         ' ' Item       once
    ContentEncoding           "Content-Encoding"            'e' Tokens     many
    ContentId                 "Content-ID"                  ' ' Text       once
    ContentLanguage           "Content-Language"            ' ' Tokens     many
    ContentLength             "Content-Length"              'l' Number     once
    ContentTransferEncoding   "Content-Transfer-Encoding"   ' ' Token      once
    ContentType               "Content-Type"                'c' Item       once
    CSeq                      "CSeq"                        ' ' CSeq       once
    Date                      "Date"                        ' ' Date       once
    Diversion                 "Diversion"                   ' ' Addresses  many
    ErrorInfo                 "Error-Info"                  ' ' Addresses  many
    Event                     "Event"                       'o' Item       once
    Expires                   "Expires"                     ' ' Number     once
    FeatureCaps               "Feature-Caps"                ' ' Items      many
    FlowTimer                 "Flow-Timer"                  ' ' Number     once
    From                      "From"                        'f' Address    once
    Geolocation               "Geolocation"                 ' ' Addresses  many
    GeolocationError          "Geolocation-Error"           ' ' Item       once
    GeolocationRouting        "Geolocation-Routing"         ' ' Item       once
    HistoryInfo               "History-Info"                ' ' Addresses  many
    Identity                  "Identity"                    'y' Identity   many
    IdentityInfo              "Identity-Info"               'n' Address    once
    InfoPackage               "Info-Package"                ' ' Item       once
    InReplyTo                 "In-Reply-To"                 ' ' Items      many
    Join                      "Join"                        ' ' Item       once
    MaxBreadth                "Max-Breadth"                 ' ' Number     once
    MaxForwards               "Max-Forwards"                ' ' Number     once
    MimeVersion               "MIME-Version"                ' ' Text       once
    MinExpires                "Min-Expires"                 ' ' Number     once
    MinSe                     "Min-SE"                      ' ' Delta      once
    Organization              "Organization"                ' ' Text       once
    OriginationId             "Origination-Id"              ' ' Text       once
    PAccessNetworkInfo        "P-Access-Network-Info"       ' ' Items      many
    PAnswerState              "P-Answer-State"              ' ' Item       once
    PAssertedIdentity         "P-Asserted-Identity"         ' ' Addresses  many
    PAssertedService          "P-Asserted-Service"          ' ' Uris       many
    PAssociatedUri            "P-Associated-URI"            ' ' Addresses  many
    PCalledPartyId            "P-Called-Party-ID"           ' ' Address    once
    PChargeInfo               "P-Charge-Info"               ' ' Address    once
    PChargingFunctionAddresses "P-Charging-Function-Addresses" ' ' Parameters once
    PChargingVector           "P-Charging-Vector"           ' ' Parameters once
    PDcsBillingInfo           "P-DCS-Billing-Info"          ' ' Text       once
    PDcsLaes                  "P-DCS-LAES"                  ' ' Text       once
    PDcsOsps                  "P-DCS-OSPS"                  ' ' Text       once
    PDcsRedirect              "P-DCS-Redirect"              ' ' Text       once
    PDcsTracePartyId          "P-DCS-Trace-Party-ID"        ' ' Addresses  many
    PEarlyMedia               "P-Early-Media"               ' ' Tokens     many
    PMediaAuthorization       "P-Media-Authorization"       ' ' Tokens     many
    PPreferredIdentity        "P-Preferred-Identity"        ' ' Addresses  many
    PPreferredService         "P-Preferred-Service"         ' ' Uris       many
    PPrivateNetworkIndication "P-Private-Network-Indication" ' ' Item      once
    PProfileKey               "P-Profile-Key"               ' ' Addresses  many
    PRefusedUriList           "P-Refused-URI-List"          ' ' Addresses  many
    PServedUser               "P-Served-User"               ' ' Address    once
    PUserDatabase             "P-User-Database"             ' ' Address    once
    PVisitedNetworkId         "P-Visited-Network-ID"        ' ' Items      many
    Path                      "Path"                        ' ' Addresses  many
    PermissionMissing         "Permission-Missing"          ' ' Addresses  many
    PolicyContact             "Policy-Contact"              ' ' Addresses  many
    PolicyId                  "Policy-ID"                   ' ' Items      many
    Priority                  "Priority"                    ' ' Token      once
    PriorityShare             "Priority-Share"              ' ' Token      once
    PriorityVerstat           "Priority-Verstat"            ' ' Item       once
    PrivAnswerMode            "Priv-Answer-Mode"            ' ' Item       once
    Privacy                   "Privacy"                     ' ' Privacy    many
    ProxyAuthenticate         "Proxy-Authenticate"          ' ' Auth       many
    ProxyAuthenticationInfo   "Proxy-Authentication-Info"   ' ' AuthInfo   many
    ProxyAuthorization        "Proxy-Authorization"         ' ' Auth       many
    ProxyRequire              "Proxy-Require"               ' ' Tokens     many
    RAck                      "RAck"                        ' ' RAck       once
    Reason                    "Reason"                      ' ' Items      many
    RecordRoute               "Record-Route"                ' ' Addresses  many
    RecvInfo                  "Recv-Info"                   ' ' Items      many
    ReferEventsAt             "Refer-Events-At"             ' ' Address    once
    ReferSub                  "Refer-Sub"                   ' ' Item       once
    ReferTo                   "Refer-To"                    'r' Address    once
    ReferredBy                "Referred-By"                 'b' Address    once
    RejectContact             "Reject-Contact"              'j' Items      many
    RelayedCharge             "Relayed-Charge"              ' ' Items      many
    RemotePartyId             "Remote-Party-ID"             ' ' Addresses  many
    Replaces                  "Replaces"                    ' ' Item       once
    ReplyTo                   "Reply-To"                    ' ' Address    once
    RequestDisposition        "Request-Disposition"         'd' Tokens     many
    Require                   "Require"                     ' ' Tokens     many
    ResourcePriority          "Resource-Priority"           ' ' Tokens     many
    ResourceShare             "Resource-Share"              ' ' Items      many
    ResponseSource            "Response-Source"             ' ' Items      many
    RestorationInfo           "Restoration-Info"            ' ' Items      many
    RetryAfter                "Retry-After"                 ' ' Delta      once
    Route                     "Route"                       ' ' Addresses  many
    RSeq                      "RSeq"                        ' ' Number     once
    SecurityClient            "Security-Client"             ' ' Items      many
    SecurityServer            "Security-Server"             ' ' Items      many
    SecurityVerify            "Security-Verify"             ' ' Items      many
    Server                    "Server"                      ' ' Text       once
    ServiceInteractInfo       "Service-Interact-Info"       ' ' Items      many
    ServiceRoute              "Service-Route"               ' ' Addresses  many
    SessionExpires            "Session-Expires"             'x' Delta      once
    SessionId                 "Session-ID"                  ' ' SessionId  once
    SipEtag                   "SIP-ETag"                    ' ' Token      once
    SipIfMatch                "SIP-If-Match"                ' ' Token      once
    Subject                   "Subject"                     's' Text       once
    SubscriptionState         "Subscription-State"          ' ' Item       once
    Supported                 "Supported"                   'k' Tokens     many
    SuppressIfMatch           "Suppress-If-Match"           ' ' Token      once
    TargetDialog              "Target-Dialog"               ' ' Item       once
    Timestamp                 "Timestamp"                   ' ' Timestamp  once
    To                        "To"                          't' Address    once
    TriggerConsent            "Trigger-Consent"             ' ' Addresses  many
    Unsupported               "Unsupported"                 ' ' Tokens     many
    UserAgent                 "User-Agent"                  ' ' Text       once
    UserToUser                "User-to-User"                ' ' Items      many
    Via                       "Via"                         'v' Vias       many
    Warning                   "Warning"                     ' ' Warnings   many
    WwwAuthenticate           "WWW-Authenticate"            ' ' Auth       many
}

impl Name {
    /// The name that is spelled so, in any case, long or compact.
    pub fn of(spelled: &[u8]) -> Self {
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
                    let entry = &ENTRIES[usize::from(index)];
                    if index == 0 || entry.spelling.as_bytes().eq_ignore_ascii_case(spelled) {
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
