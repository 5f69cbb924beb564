//! Legs with one value that only legs of one call should have: an icid-value, the UUID of a Session-ID, the Call-ID that a field
//! names. Some programs write a constant there, as scripts of load generators do, and then all calls have it. So the value alone
//! joins nothing; each leg needs something else that fits:
//!
//! - A node that got a request of one leg sent the first request of the other ([`super::legs`]).
//! - One of the users is the same, the first leg still goes on, and it is not the same way again: who sends to the same place
//!   twice makes two calls.
//! - What is left over is one call only if each leg lies within the one before it, or if two are left that began together: the
//!   elements between them were not captured, and changed the names.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Trace;
use super::ids::MessageId;
use super::legs::{SOON, caused, encloses, follows, names};
use super::sets::Sets;

/// What one group tells beside the value.
#[derive(Clone, Copy)]
struct Leg<'t> {
    /// Between which addresses its first request went.
    way: (u32, u32),
    /// From and To of that, without scheme and host; empty where a user does not want to be known.
    users: [&'t [u8]; 2],
    began: Option<Moment>,
    ended: Option<Moment>,
}

#[derive(Clone, Copy)]
struct Moment {
    input: u32,
    time: i64,
}

impl<'t> Leg<'t> {
    fn of(trace: &'t Trace, group: u32) -> Self {
        let hops = trace.hops_of_group(group);
        let messages = |hop: &super::hops::HopEntry| {
            &trace.hop_messages[hop.first as usize..][..hop.count as usize]
        };
        let last = hops.iter().flat_map(messages).max();
        let first = hops.first().map(|hop| trace.first_message(hop));
        let users = names(trace, group).map(|(from, to)| [from, to]);
        Self {
            way: hops
                .first()
                .map_or((0, 0), |hop| (hop.source, hop.destination)),
            users: users.map_or([&[][..]; 2], |both| {
                both.map(|id| user(trace.facts.text(id)))
            }),
            began: first.and_then(|first| Moment::of(trace, first)),
            ended: last.and_then(|last| Moment::of(trace, *last)),
        }
    }

    /// Whether this one began before the other was over, or right after that. Clocks that are not in line do not tell.
    fn is_near(&self, trace: &Trace, before: &Self) -> bool {
        let (Some(began), Some(ended)) = (self.began, before.ended) else {
            return true;
        };
        let late = began.time.saturating_sub(ended.time);
        late <= SOON || !trace.clocks.are_in_line(began.input, ended.input)
    }

    fn began_with(&self, trace: &Trace, before: &Self) -> bool {
        let (Some(one), Some(other)) = (self.began, before.began) else {
            return true;
        };
        let apart = one.time.abs_diff(other.time);
        apart <= SOON.unsigned_abs() || !trace.clocks.are_in_line(one.input, other.input)
    }

    fn has_user(&self, user: &[u8]) -> bool {
        self.users.contains(&user)
    }
}

impl Moment {
    fn of(trace: &Trace, message: MessageId) -> Option<Self> {
        let entry = &trace.messages[message.position()];
        let (input, _) = trace.sightings.input_and_time(trace.first_sighting(entry));
        let time = trace.time_of(entry)?;
        Some(Self { input, time })
    }
}

/// Groups, each looked at once: a hostile one may share any number of values with others.
pub(super) struct Legs<'t> {
    trace: &'t Trace,
    known: HashMap<u32, Leg<'t>, RandomState>,
}

impl<'t> Legs<'t> {
    pub(super) fn of(trace: &'t Trace) -> Self {
        Self {
            trace,
            known: HashMap::default(),
        }
    }

    fn get(&mut self, group: u32) -> Leg<'t> {
        let leg = self.known.entry(group);
        *leg.or_insert_with(|| Leg::of(self.trace, group))
    }

    /// Which of the groups with one value, in their order, are one call.
    pub(super) fn joined(&mut self, groups: &[u32]) -> Vec<(u32, u32)> {
        if groups.len() < 2 {
            return Vec::new();
        }
        let trace = self.trace;
        let legs: Vec<Leg<'_>> = groups.iter().map(|group| self.get(*group)).collect();
        let mut sets = Sets::of(legs.len());
        let mut pairs = Vec::new();
        let mut join = |sets: &mut Sets, one: usize, other: usize| {
            if sets.join(one as u32, other as u32) {
                pairs.push((groups[one], groups[other]));
            }
        };
        for (one, other) in caused(trace, groups) {
            join(&mut sets, one, other);
        }
        let mut latest: HashMap<&[u8], usize, RandomState> = HashMap::default();
        for (at, leg) in legs.iter().enumerate() {
            for user in leg.users.iter().filter(|user| !user.is_empty()) {
                if let Some(before) = latest.insert(user, at)
                    && legs[before].way != leg.way
                    && leg.is_near(trace, &legs[before])
                {
                    join(&mut sets, before, at);
                }
            }
        }
        let left: Vec<usize> = (0..legs.len())
            .filter(|at| sets.root(*at as u32) == *at as u32)
            .collect();
        let is_one = match left[..] {
            [one, other] => legs[other].began_with(trace, &legs[one]),
            _ => false,
        };
        let within = |pair: &[usize]| encloses(trace, groups[pair[0]], groups[pair[1]]);
        if is_one || left.windows(2).all(within) {
            for pair in left.windows(2) {
                join(&mut sets, pair[0], pair[1]);
            }
        }
        pairs
    }

    /// Whether a group that names the Call-ID of another came of it.
    pub(super) fn came_of(&mut self, named: u32, group: u32) -> bool {
        let trace = self.trace;
        let (before, leg) = (self.get(named), self.get(group));
        let shares_user = || leg.users.iter().any(|user| before.has_user(user));
        let fits = || before.way != leg.way && (shares_user() || leg.began_with(trace, &before));
        follows(trace, named, group) || leg.is_near(trace, &before) && fits()
    }
}

/// Whom a URI without parameters names: `+49301` of `sip:+49301@example.com` and `tel:+49301`.
fn user(uri: &[u8]) -> &[u8] {
    let colon = uri.iter().position(|byte| *byte == b':');
    let rest = colon.map_or(uri, |colon| &uri[colon + 1..]);
    let at = rest.iter().position(|byte| *byte == b'@');
    let user = at.map_or(rest, |at| &rest[..at]);
    match user.eq_ignore_ascii_case(b"anonymous") {
        true => &[],
        false => user,
    }
}

#[cfg(test)]
mod tests {
    use super::user;

    #[test]
    fn a_user_is_the_same_in_every_scheme() {
        for uri in ["sip:+49301@example.com", "SIPS:+49301@x:5061", "tel:+49301"] {
            assert_eq!(user(uri.as_bytes()), b"+49301", "{uri}");
        }
        assert_eq!(user(b"sip:Anonymous@anonymous.invalid"), b"");
    }
}
