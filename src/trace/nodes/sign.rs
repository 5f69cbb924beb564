//! What a node was seen to do, and which role follows from it.

use super::role::Role;

macro_rules! signs {
    ($($(#[$doc:meta])* $variant:ident = $sentence:literal,)*) => {
        /// Something that a node does, as far as it tells the role of the node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub(super) enum Sign { $($(#[$doc])* $variant,)* }

        impl Sign {
            pub(super) fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

signs! {
    ServesMarkedRegister = "answers REGISTER that came by a P-CSCF itself, with Service-Route or P-Associated-URI",
    RegistersUsersElsewhere = "answers REGISTER itself and sends REGISTER for users",
    MarksRegister = "is the first to pass REGISTER on, and adds Path or P-Visited-Network-ID",
    OffersSecurity = "offers security mechanisms (Security-Server) to the terminal",
    PathAppears = "its answer to REGISTER has a Path that the request did not have: it passed it on, out of sight",
    HidesChargedVias = "strips Via toward a terminal and answers with all of it, and keeps the charging headers to itself (TS 24.229 5.2.6.4)",
    HidesProtectedVias = "strips Via toward a terminal behind protected ports, and answers with all of it (TS 24.229 5.2.6.4)",
    HidesAccessVias = "strips Via toward a terminal that names its access network, and answers with all of it (TS 24.229 5.2.6.4)",
    EndsProtection = "takes requests of a terminal out of their protection (ESP, Security-Verify) and passes them on (3GPP TS 33.203, RFC 3329)",
    ChargesTerminals = "passes on requests of a terminal that names its access network, and adds the charging headers (3GPP TS 24.229 5.2.6.3)",
    NotifiesPCscf = "tells a P-CSCF the state of registrations itself, with NOTIFY (3GPP TS 24.229 5.4.2.1.2)",
    MarksFurther = "passes REGISTER on and adds another Path",
    PassesMarkedRegister = "passes REGISTER on that another proxy added Path or P-Visited-Network-ID to, and adds none itself",
    PassesToSCscf = "passes REGISTER on to an S-CSCF, and adds no Path",
    PassesUnrecorded = "passes initial requests on to an S-CSCF, and stays out of their path",
    TakesThirdParty = "gets REGISTER for users from an S-CSCF",
    AnswersPresence = "answers PUBLISH or SUBSCRIBE for presence itself with 2xx",
    NotifiesPresence = "sends NOTIFY for presence itself",
    SplitsCalls = "ends a call and starts another one that belongs to it",
    ActsForBoth = "passes requests on as its own, with its Via and Contact in place of those that came",
    PassesUnchanged = "what it sends is that of another, unchanged: an address translation or a load balancer",
    Relays = "passes requests on with a Via of its own",
    HidesVias = "passes requests on without the Via of others, and answers with all of it",
    RelaysUnseen = "sends requests with a Via of its own above those of others: it passed them on, out of sight",
    GoesOnUnseen = "passes requests on, out of sight: a later hop has one more Via between its own and those that came",
    RecordsRoute = "stays in the path of dialogs with Record-Route",
    RelaysRegister = "passes REGISTER on",
    GivesServiceRoute = "answers REGISTER itself with Service-Route or P-Associated-URI",
    AnswersRegister = "answers REGISTER itself",
    Redirects = "redirects requests (3xx)",
    RegistersItself = "registers itself",
    RegistersOthers = "registers others",
    PrivateContact = "its Contact has a private address that it does not send from: it is behind an address translation",
    SpeaksWithPCscf = "speaks with a P-CSCF only",
    Originates = "sends requests of its own",
    Terminates = "answers requests itself",
}

impl Sign {
    pub(super) fn bit(self) -> u64 {
        1 << self as u8
    }
}

use Sign::*;

/// What each role rests on, the most telling first: the first line of which a sign is there gives the role. Signs in the
/// last column forbid it.
const ROLES: &[(Role, &[Sign], &[Sign])] = &[
    (
        Role::PCscf,
        &[
            MarksRegister,
            OffersSecurity,
            PathAppears,
            HidesChargedVias,
            HidesProtectedVias,
            HidesAccessVias,
            EndsProtection,
            ChargesTerminals,
        ],
        &[],
    ),
    (
        Role::SCscf,
        &[ServesMarkedRegister, RegistersUsersElsewhere, NotifiesPCscf],
        &[],
    ),
    (Role::Ibcf, &[MarksFurther], &[]),
    (
        Role::ICscf,
        &[PassesMarkedRegister, PassesToSCscf, PassesUnrecorded],
        &[AnswersRegister],
    ),
    (Role::As, &[TakesThirdParty], &[]),
    (Role::PresenceServer, &[AnswersPresence], &[]),
    (Role::B2bua, &[SplitsCalls, ActsForBoth], &[]),
    (
        Role::Proxy,
        &[Relays, RecordsRoute, RelaysUnseen, GoesOnUnseen, HidesVias],
        &[],
    ),
    (Role::Registrar, &[AnswersRegister, GivesServiceRoute], &[]),
    (Role::Proxy, &[RelaysRegister], &[]),
    (
        Role::RedirectServer,
        &[Redirects],
        &[Originates, Terminates],
    ),
    (
        Role::Ue,
        &[RegistersItself, SpeaksWithPCscf, PrivateContact],
        &[],
    ),
];

/// Roles that a node has if its name says so and its messages say no more than that it is a proxy, or an end.
const NAMES: [(&str, Role); 4] = [
    ("pcscf", Role::PCscf),
    ("icscf", Role::ICscf),
    ("scscf", Role::SCscf),
    ("ecscf", Role::ECscf),
];

/// The role that follows from these signs, and from the names of a node where they say no more than that it is a
/// proxy, or an end.
pub(super) fn role_of<'n>(signs: u64, mut names: impl Iterator<Item = &'n [u8]>) -> (Role, bool) {
    let any = |all: &[Sign]| all.iter().any(|sign| signs & sign.bit() != 0);
    let mut rules = ROLES.iter();
    let found = rules.find(|(_, signs, not)| any(signs) && !any(not));
    let role = found.map_or(Role::UserAgent, |(role, _, _)| *role);
    if matches!(role, Role::Proxy | Role::UserAgent)
        && let Some(named) = names.find_map(named)
    {
        return (named, true);
    }
    (role, false)
}

/// The role that a host name begins with, hyphens aside.
pub(super) fn named(name: &[u8]) -> Option<Role> {
    let letters = name.iter().filter(|byte| **byte != b'-');
    let first: Vec<u8> = letters.take(5).copied().collect();
    let mut all = NAMES.iter();
    let found = all.find(|(start, _)| first == start.as_bytes())?;
    Some(found.1)
}

/// Whether a role rests on a sign.
pub(super) fn decides(role: Role, sign: Sign) -> bool {
    let mut rules = ROLES.iter().filter(|(of, _, _)| *of == role);
    match role {
        Role::UserAgent => matches!(sign, Originates | Terminates | PassesUnchanged),
        _ => rules.any(|(_, signs, _)| signs.contains(&sign)),
    }
}
