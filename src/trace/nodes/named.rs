//! Roles that a document gives to its actors by their names: `S-CSCF#1`, `PS`, `Presence Server`, `HSS`. The example of a flow
//! shows too little of a node to tell its role, and whoever wrote it knew.

use super::role::Role;

/// Words for each role, without hyphens (3GPP TS 23.228 4, 3GPP TS 23.141 5, RFC 3856, RFC 4662).
const ROLES: [(Role, &[&str]); 18] = [
    (Role::Ue, &["ue", "user equipment", "terminal"]),
    (
        Role::UserAgent,
        &[
            "watcher",
            "watcher agent",
            "watcher application",
            "presentity",
            "presence source",
            "presence user agent",
            "pua",
            "user agent",
        ],
    ),
    (Role::PCscf, &["pcscf", "proxycscf"]),
    (Role::ICscf, &["icscf", "interrogatingcscf"]),
    (Role::SCscf, &["scscf", "servingcscf"]),
    (Role::ECscf, &["ecscf", "emergencycscf"]),
    (Role::Ibcf, &["ibcf"]),
    (Role::Bgcf, &["bgcf"]),
    (Role::Mgcf, &["mgcf"]),
    (Role::Mrfc, &["mrfc"]),
    (Role::As, &["as", "application server"]),
    (Role::PresenceServer, &["ps", "presence server"]),
    (
        Role::Rls,
        &["rls", "resource list server", "presence list server"],
    ),
    (Role::Hss, &["hss", "home subscriber server"]),
    (Role::Registrar, &["registrar"]),
    (Role::Proxy, &["proxy", "proxy server"]),
    (Role::Sbc, &["sbc"]),
    (Role::RedirectServer, &["redirect server"]),
];

/// The role that a name is a word for, whatever tells the actor from others: `P-CSCF#1`, `S-CSCF (scscf.example)`, `Proxy 2`.
pub(super) fn role(name: &str) -> Option<Role> {
    let word = name.split(['#', '(']).next().unwrap_or_default();
    let word = word.to_lowercase().replace('-', "");
    let word = word.trim_end_matches(|last: char| last.is_ascii_digit() || last == ' ');
    let mut all = ROLES.iter();
    let (role, _) = all.find(|(_, words)| words.contains(&word))?;
    Some(*role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_for_roles() {
        let roles = [
            ("S-CSCF#1", Some(Role::SCscf)),
            ("S-CSCF (scscf2.home2.net)", Some(Role::SCscf)),
            ("P-S", Some(Role::PresenceServer)),
            ("Presence Server", Some(Role::PresenceServer)),
            ("Proxy 2", Some(Role::Proxy)),
            ("Presence Source1", Some(Role::UserAgent)),
            ("watcher", Some(Role::UserAgent)),
            ("Alice", None),
            ("Watcher Server", None),
            ("pcscf.example", None),
        ];
        for (name, expected) in roles {
            assert_eq!(role(name), expected, "{name}");
        }
    }
}
