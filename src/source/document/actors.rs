//! Who takes part in a flow. Titles repeat the words for roles ("S-CSCF to S-CSCF"), and prose has other words again; which are
//! one is told by the hosts in Via and Route, by which step goes on with which, and by what a sentence calls its sender.

use std::collections::{BTreeMap, BTreeSet};

use super::aliases::{self, MOST_KEPT, add};
use super::lines::Line;
use super::model::{Actor, Step, StepKind};
use super::name;
use super::transactions::Before;
use super::vias;

/// The ends of all steps, two for each, and which are one.
struct Ends {
    above: Vec<usize>,
}

const fn from(step: usize) -> usize {
    2 * step
}

const fn to(step: usize) -> usize {
    2 * step + 1
}

impl Ends {
    fn root(&mut self, end: usize) -> usize {
        let mut at = end;
        while self.above[at] != at {
            self.above[at] = self.above[self.above[at]];
            at = self.above[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.above[one.max(other)] = one.min(other);
    }
}

/// What is known of each end by itself.
struct Known {
    words: Vec<Option<String>>,
    keys: Vec<Option<String>>,
    hosts: Vec<Option<String>>,
}

/// Finds the actors, and gives every step its ends. `names` are those of the lifelines of a ladder, `lines` the text around it.
pub(super) fn find(
    steps: &mut [Step],
    before: &[Before],
    names: &[String],
    lines: &[Line<'_>],
) -> Vec<Actor> {
    let known = Known::of(steps);
    let mut ends = Ends {
        above: (0..2 * steps.len()).collect(),
    };
    join_hosts(&mut ends, &known);
    join_hops(&mut ends, &known, steps, before);
    join_acts(&mut ends, &known, steps);
    join_words(&mut ends, &known, names);
    let mut actors = number(&mut ends, &known, steps);
    aliases::read_steps(steps, &mut actors);
    aliases::read_pairs(lines, &mut actors);
    join_aliases(steps, &mut actors);
    from_left_to_right(steps, &mut actors, names);
    tell_apart(&mut actors);
    actors
}

impl Known {
    fn of(steps: &[Step]) -> Self {
        let words = steps
            .iter()
            .flat_map(|step| [step.said.0.clone(), step.said.1.clone()]);
        let words: Vec<_> = words.collect();
        let keys = words
            .iter()
            .map(|word| word.as_deref().map(name::key))
            .collect();
        let hosts = steps.iter().flat_map(vias::ends).collect();
        let mut known = Self { words, keys, hosts };
        known.drop_hosts_of_others(steps);
        known
    }

    /// Whether the words for two ends may be for one actor.
    fn may_be_one(&self, one: usize, other: usize) -> bool {
        match (&self.words[one], &self.words[other]) {
            (Some(one), Some(other)) => {
                name::key(one) == name::key(other) || name::may_be_one(one, other)
            }
            _ => false,
        }
    }

    /// A request that is drawn over an element has that element in its Route, and not the one that it is drawn to. Who sends from a
    /// host is told by Via.
    fn drop_hosts_of_others(&mut self, steps: &[Step]) {
        let mut senders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for end in (0..self.words.len()).step_by(2) {
            if let (Some(word), Some(host)) = (&self.words[end], &self.hosts[end]) {
                senders.entry(host).or_default().push(word);
            }
        }
        let of_others = |end: &usize| {
            let (Some(word), Some(host)) = (&self.words[*end], &self.hosts[*end]) else {
                return false;
            };
            let is_one = |sender: &&str| {
                name::key(sender) == name::key(word) || name::may_be_one(sender, word)
            };
            let senders = senders.get(host.as_str());
            senders.is_some_and(|senders| !senders.iter().any(is_one))
        };
        let requests = (0..steps.len()).filter(|at| steps[*at].kind == StepKind::Request);
        let misled: Vec<_> = requests.map(to).filter(of_others).collect();
        for end in misled {
            self.hosts[end] = None;
        }
    }
}

/// The same word with the same host is one.
fn join_hosts(ends: &mut Ends, known: &Known) {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for end in 0..known.keys.len() {
        if let (Some(key), Some(host)) = (&known.keys[end], &known.hosts[end]) {
            let one = *first.entry((key, host)).or_insert(end);
            ends.join(one, end);
        }
    }
}

/// Where a request arrives it is sent on from, and where it came from its response goes.
fn join_hops(ends: &mut Ends, known: &Known, steps: &[Step], before: &[Before]) {
    let mut join = |one: usize, other: usize| {
        if known.may_be_one(one, other) {
            ends.join(one, other);
        }
    };
    for (step, before) in before.iter().enumerate() {
        let Some(request) = before.request else {
            continue;
        };
        if steps[step].kind == StepKind::Response {
            join(from(step), to(request));
            join(to(step), from(request));
        } else {
            join(from(step), to(request));
        }
    }
}

/// Who does something between a message that it receives and one that it sends is the one who does both.
fn join_acts(ends: &mut Ends, known: &Known, steps: &[Step]) {
    let mut came = None;
    let mut acts = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        match step.kind {
            StepKind::Internal => acts.push(from(at)),
            StepKind::OtherProtocol => {}
            StepKind::Request | StepKind::Response => {
                let is_same = |came: &usize| ends.root(*came) == ends.root(from(at));
                let node = came.filter(is_same);
                for act in acts.drain(..) {
                    if let Some(node) = node.filter(|node| known.may_be_one(act, *node)) {
                        ends.join(act, node);
                    }
                }
                came = Some(to(at));
            }
        }
    }
}

/// Ends with one word are one actor if at most one host is known for all of them, if the word has a number that tells its actor
/// from others with the same role (`S-CSCF#1`), or if a ladder has one lifeline with this name; but not both ends of one step.
fn join_words(ends: &mut Ends, known: &Known, names: &[String]) {
    let mut lifelines: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *lifelines.entry(name::key(name)).or_default() += 1;
    }
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (end, key) in known.keys.iter().enumerate() {
        if let Some(key) = key {
            let twice = known.keys[end ^ 1].as_ref() == Some(key);
            let all = by_key.entry(key).or_default();
            if !twice || known.hosts[end].is_some() {
                all.push(end);
            }
        }
    }
    for (key, all) in by_key {
        let with_host = all.iter().filter(|end| known.hosts[**end].is_some());
        let roots: BTreeSet<_> = with_host.map(|end| ends.root(*end)).collect();
        if roots.len() > 1 && !key.contains('#') && lifelines.get(key) != Some(&1) {
            continue;
        }
        for pair in all.windows(2) {
            ends.join(pair[0], pair[1]);
        }
    }
}

/// Numbers the actors in the order in which they appear.
fn number(ends: &mut Ends, known: &Known, steps: &mut [Step]) -> Vec<Actor> {
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut actors: Vec<Actor> = Vec::new();
    for end in 0..known.words.len() {
        let Some(word) = &known.words[end] else {
            continue;
        };
        let root = ends.root(end);
        let number = *numbers.entry(root).or_insert_with(|| {
            actors.push(Actor {
                name: word.clone(),
                ..Actor::default()
            });
            actors.len() - 1
        });
        let actor = &mut actors[number];
        add(&mut actor.aliases, word, &actor.name);
        if let Some(host) = &known.hosts[end] {
            add(&mut actor.hosts, host, "");
        }
        let step = &mut steps[end / 2];
        match end % 2 {
            0 => step.from = Some(number),
            _ => step.to = Some(number),
        }
    }
    actors
}

/// Somebody who does something alone is mostly called by another name there: one that is known for an actor.
fn join_aliases(steps: &mut [Step], actors: &mut Vec<Actor>) {
    let mut same: Vec<usize> = (0..actors.len()).collect();
    let mut acts = vec![false; actors.len()];
    for step in steps.iter().filter(|step| step.kind.is_sip()) {
        for end in [step.from, step.to].into_iter().flatten() {
            acts[end] = true;
        }
    }
    for at in 0..actors.len() {
        let key = name::key(&actors[at].name);
        if actors[at].hosts.is_empty() && !acts[at] {
            let mut known = actors
                .iter()
                .take(MOST_KEPT)
                .enumerate()
                .filter(|(other, actor)| {
                    let mut names = actor.aliases.iter().chain([&actor.name]);
                    *other != at && names.any(|name| name::key(name) == key)
                });
            if let (Some((one, _)), None) = (known.next(), known.next()) {
                same[at] = same[one];
            }
        }
    }
    let order: Vec<_> = (0..actors.len()).filter(|at| same[*at] == *at).collect();
    put_in_order(steps, actors, &order, |at| same[at]);
}

/// Leaves the actors at these positions, in this order; each of the others is one of them.
fn put_in_order(
    steps: &mut [Step],
    actors: &mut Vec<Actor>,
    order: &[usize],
    same: impl Fn(usize) -> usize,
) {
    let places: BTreeMap<usize, usize> = order.iter().copied().zip(0..).collect();
    *actors = order
        .iter()
        .map(|at| std::mem::take(&mut actors[*at]))
        .collect();
    for step in steps {
        let place = |end: Option<usize>| places.get(&same(end?)).copied();
        (step.from, step.to) = (place(step.from), place(step.to));
    }
}

/// A ladder tells the order of its actors.
fn from_left_to_right(steps: &mut [Step], actors: &mut Vec<Actor>, names: &[String]) {
    let keys: Vec<_> = names.iter().map(|name| name::key(name)).collect();
    let column = |actor: &Actor| {
        let key = name::key(&actor.name);
        keys.iter()
            .position(|known| *known == key)
            .unwrap_or(keys.len())
    };
    let mut order: Vec<_> = (0..actors.len()).collect();
    order.sort_by_key(|at| column(&actors[*at]));
    put_in_order(steps, actors, &order, |at| at);
}

/// Gives actors with one word names of their own: that of the prose (`S-CSCF#1`), else the host behind the word.
fn tell_apart(actors: &mut [Actor]) {
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (position, actor) in actors.iter().enumerate() {
        by_key
            .entry(name::key(&actor.name))
            .or_default()
            .push(position);
    }
    for same in by_key.values().filter(|same| same.len() > 1) {
        let numbered = |actor: &Actor| {
            let alias = actor.aliases.iter().find(|alias| alias.contains('#'));
            alias.cloned()
        };
        let names: BTreeSet<_> = same
            .iter()
            .filter_map(|at| numbered(&actors[*at]))
            .collect();
        let all_numbered = names.len() == same.len();
        for (count, at) in (1..).zip(same) {
            let actor = &mut actors[*at];
            let word = actor.name.clone();
            actor.name = match (numbered(actor), actor.hosts.first()) {
                (Some(name), _) if all_numbered => name,
                (_, Some(host)) => format!("{word} ({host})"),
                _ => format!("{word} {count}"),
            };
            let name = actor.name.clone();
            actor.aliases.retain(|alias| *alias != name);
            add(&mut actor.aliases, &word, &name);
        }
    }
}
