//! Titles that name another end of a message than its Via, which names the sender of a request and the receiver of a response by their
//! hosts. Whose host one is, all steps tell together: where a title gives it the name of one who has another host, the title is
//! wrong.

use std::collections::BTreeMap;

use super::model::{Contradicted, Step, StepKind};
use super::{name, titles, vias};

/// Once named is not known.
const FEWEST: usize = 2;

/// How often a host is given each name, by its key, and how the name was written.
type Votes = BTreeMap<String, (usize, String)>;

/// Whose the hosts are.
#[derive(Default)]
struct Owners<'a> {
    votes: BTreeMap<&'a str, Votes>,
    /// The name that a host has most often, without doubt.
    owners: BTreeMap<&'a str, String>,
    /// The hosts of each name, by its key.
    hosts: BTreeMap<String, Vec<&'a str>>,
}

impl<'a> Owners<'a> {
    fn of(hosts: &'a [[Option<String>; 2]], steps: &[Step]) -> Self {
        let mut all = Self::default();
        for (step, hosts) in steps.iter().zip(hosts) {
            let said = [&step.said.0, &step.said.1];
            for (word, host) in said.into_iter().zip(hosts) {
                let (Some(word), Some(host)) = (word, host) else {
                    continue;
                };
                let votes = all.votes.entry(host).or_default();
                let vote = votes.entry(name::key(word));
                // A host mostly has the name of the one whose it is: `pcscf1.example.net`.
                let own = usize::from(is_named_after(host, word));
                vote.or_insert((own, word.clone())).0 += 1;
            }
        }
        for (host, votes) in &all.votes {
            if let Some(owner) = most_voted(votes) {
                all.hosts.entry(name::key(&owner)).or_default().push(host);
                all.owners.insert(host, owner);
            }
        }
        all
    }

    /// Whose host this is, if it is not that of the one who is named once, and has another.
    fn other_owner(&self, word: &str, host: &str) -> Option<&String> {
        let key = name::key(word);
        let is_once = matches!(self.votes.get(host)?.get(&key), Some((1, _)));
        let mut own = self.hosts.get(&key)?.iter();
        let has_other = own.any(|own| *own != host);
        let is_other = |owner: &&String| name::key(owner) != key && !name::may_be_one(owner, word);
        let owner = self.owners.get(host).filter(|_| is_once && has_other);
        owner.filter(is_other)
    }
}

fn most_voted(votes: &Votes) -> Option<String> {
    let (most, word) = votes.values().max_by_key(|(votes, _)| *votes)?;
    let as_many = votes.values().filter(|(votes, _)| votes == most).count();
    (*most >= FEWEST && as_many == 1).then(|| word.clone())
}

pub(super) fn is_named_after(host: &str, word: &str) -> bool {
    let label = host.split('.').next().unwrap_or_default();
    let label = label.trim_end_matches(|last: char| last.is_ascii_digit());
    label == name::key(name::role(word))
}

/// Puts the titles right that name one end so.
pub(super) fn put_right(steps: &mut [Step]) {
    let hosts: Vec<_> = steps.iter().map(vias::ends).collect();
    let owners = Owners::of(&hosts, steps);
    for (step, hosts) in steps.iter_mut().zip(&hosts) {
        // Route names whom a request is to reach, who need not be the next.
        let (word, host) = match step.kind {
            StepKind::Response => (&step.said.1, &hosts[1]),
            _ => (&step.said.0, &hosts[0]),
        };
        let (Some(word), Some(host)) = (word, host) else {
            continue;
        };
        let Some(owner) = owners.other_owner(word, host).cloned() else {
            continue;
        };
        let says = titles::text(&step.said);
        match step.kind {
            StepKind::Response => step.said.1 = Some(owner),
            _ => step.said.0 = Some(owner),
        }
        let is = titles::text(&step.said);
        step.contradict(step.title_line, Contradicted::Title, says, is);
    }
}
