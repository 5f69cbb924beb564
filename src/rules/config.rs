//! The settings of an audit as a file, `sipscope.toml`. Every mistake is told with its line and what to write instead.
//!
//! ```toml
//! profile = "3gpp-r5"
//! baseline = "accepted.txt"    # of findings that are known
//! nodes = "nodes.toml"         # labels, roles, trust domains
//!
//! [rules]
//! VIA06 = "off"
//! contact-missing = "warning"
//!
//! [[allow]]
//! rule = "MF03"
//! node = "SBC Berlin"
//! reason = "ticket 4711"
//! ```

use super::policy::{Allowed, Policy};
use super::profile::Profile;
use super::registry::{RULES, rule};
use super::rule::{Rule, Severity};
use crate::base::written::{Entry, FileError, Table, Toml, nearest, unknown};

/// What such a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Profile, severities, known deviations.
    pub policy: Policy,
    /// The file of findings that are known.
    pub baseline: Option<String>,
    /// The node file.
    pub nodes: Option<String>,
}

const KEYS: [&str; 5] = ["profile", "baseline", "nodes", "rules", "allow"];
const KEYS_OF_ALLOW: [&str; 3] = ["rule", "node", "reason"];
const SEVERITIES: [&str; 4] = ["off", "info", "warning", "error"];

impl Config {
    /// Reads a file.
    pub fn read(text: &str) -> Result<Self, FileError> {
        let file = Toml::parse(text)?;
        let mut config = Self::default();
        for entry in file.root().entries() {
            match entry.key() {
                "profile" => config.policy.profile = profile(&entry)?,
                "baseline" => config.baseline = Some(entry.text()?.to_owned()),
                "nodes" => config.nodes = Some(entry.text()?.to_owned()),
                "rules" => {
                    for entry in entry.table()?.entries() {
                        let rule = known(&entry, entry.key())?;
                        let severity = severity(&entry)?;
                        let before = config.policy.severities.insert(rule.code, severity);
                        if before.is_some() {
                            let (code, name) = (rule.code, rule.name);
                            let twice = format!("{code} and {name} are one rule, set here again");
                            return Err(entry.error(twice));
                        }
                    }
                }
                "allow" => {
                    for table in entry.tables()? {
                        config.policy.allowed.push(allowed(&table)?);
                    }
                }
                _ => return Err(entry.unknown(&KEYS)),
            }
        }
        Ok(config)
    }
}

fn profile(entry: &Entry<'_>) -> Result<Profile, FileError> {
    let name = entry.text()?;
    Profile::named(name).ok_or_else(|| {
        let known = Profile::ALL.map(Profile::name);
        entry.error(unknown("profile", name, &known))
    })
}

fn severity(entry: &Entry<'_>) -> Result<Option<Severity>, FileError> {
    match entry.text()? {
        "off" => Ok(None),
        "info" => Ok(Some(Severity::Info)),
        "warning" => Ok(Some(Severity::Warning)),
        "error" => Ok(Some(Severity::Error)),
        other => Err(entry.error(unknown("severity", other, &SEVERITIES))),
    }
}

fn known(entry: &Entry<'_>, name: &str) -> Result<&'static Rule, FileError> {
    rule(name).ok_or_else(|| {
        let known = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
        // There are too many to list them here.
        let known: Vec<_> = nearest(name, known).into_iter().collect();
        entry.error(match known.as_slice() {
            [] => format!("unknown rule {name:?}; `sipscope rules` lists them"),
            near => unknown("rule", name, near),
        })
    })
}

fn allowed(table: &Table<'_>) -> Result<Allowed, FileError> {
    let (mut of, mut node) = (None, None);
    for entry in table.entries() {
        match entry.key() {
            "rule" => of = Some(known(&entry, entry.text()?)?.code),
            "node" => node = Some(entry.text()?.to_owned()),
            // For people.
            "reason" => drop(entry.text()?),
            _ => return Err(entry.unknown(&KEYS_OF_ALLOW)),
        }
    }
    let (rule, node) = of
        .zip(node)
        .ok_or_else(|| table.error("a rule and a node are needed"))?;
    Ok(Allowed { rule, node })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_set() {
        let text = "profile = \"3gpp-r5\"\nbaseline = \"known.txt\"\nnodes = \"n.toml\"\n[rules]\nMF03 = \"off\"\n\
                    header-missing = \"info\"\n[[allow]]\nrule = \"via02\"\nnode = \"SBC\"\nreason = \"old\"\n";
        let config = Config::read(text).expect("a file");
        let severities = [("MF03", None), ("SYN01", Some(Severity::Info))];
        let expected = Config {
            policy: Policy {
                profile: Profile::Gpp3R5,
                severities: severities.into(),
                allowed: vec![Allowed {
                    rule: "VIA02",
                    node: "SBC".to_owned(),
                }],
            },
            baseline: Some("known.txt".to_owned()),
            nodes: Some("n.toml".to_owned()),
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn mistakes_are_told_with_their_line_and_what_was_meant() {
        let expected = [
            (
                "profil = \"x\"",
                "line 1: profil: unknown key \"profil\"; is \"profile\" meant?",
            ),
            (
                "\nprofile = \"rfc6656\"",
                "line 2: profile: unknown profile \"rfc6656\"; is \"rfc6665\" meant?",
            ),
            (
                "[rules]\nMF03 = \"eror\"",
                "line 2: MF03: unknown severity \"eror\"; is \"error\" meant?",
            ),
            (
                "[rules]\nmax-forwards-mising = \"off\"",
                "line 2: max-forwards-mising: unknown rule \"max-forwards-mising\"; is \"max-forwards-missing\" meant?",
            ),
            (
                "[rules]\nwibble = \"off\"",
                "line 2: wibble: unknown rule \"wibble\"; `sipscope rules` lists them",
            ),
            (
                "[rules]\nMF03 = \"off\"\nmax-forwards-not-decremented = \"info\"",
                "line 3: max-forwards-not-decremented: MF03 and max-forwards-not-decremented are one rule, set here again",
            ),
            (
                "[[allow]]\nrule = \"MF03\"\nnod = \"a\"",
                "line 3: nod: unknown key \"nod\"; is \"node\" meant?",
            ),
            (
                "[[allow]]\nrule = \"MF03\"",
                "line 1: allow: a rule and a node are needed",
            ),
        ];
        for (text, said) in expected {
            let error = Config::read(text).expect_err(text);
            assert_eq!(error.to_string(), said, "{text}");
        }
    }
}
