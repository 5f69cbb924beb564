//! Which steps of a documented flow stand in a frame: those that may be left out, may come again or may come instead of others,
//! where they follow each other. What is said of scattered steps stands below the figure instead.

use std::ops::Range;

use super::{Edge, Fragment, Row};
use crate::base::escape;
use crate::flow::{Group, GroupKind, Template};

/// A frame around steps, by their positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Framed {
    kind: Fragment,
    /// Each part with when it happens.
    parts: Vec<(Range<usize>, String)>,
}

/// What the parts that are not told of apart are called.
const OTHERWISE: &str = "otherwise";

/// The frame around the steps of a group, where one can be drawn.
pub(super) fn framed(template: &Template, group: &Group) -> Option<Framed> {
    let own = run(&group.steps)?;
    let when = escape::text(group.when.trim_end_matches('.'));
    let alone = |kind| Framed {
        kind,
        parts: vec![(own.clone(), when.clone())],
    };
    match &group.kind {
        // That something else than SIP is not in each trace is no condition.
        GroupKind::Optional => {
            let mut steps = template.steps[own.clone()].iter();
            let sip = steps.any(|step| step.is_sip());
            sip.then(|| alone(Fragment::Optional))
        }
        GroupKind::Repeated => Some(alone(Fragment::Repeated)),
        GroupKind::Combined | GroupKind::Parallel => None,
        GroupKind::InsteadOf(others) => {
            let other = run(others)?;
            let mut parts = vec![(other, OTHERWISE.to_owned()), (own, when)];
            parts.sort_by_key(|(steps, _)| steps.start);
            let (first, second) = (&parts[0].0, &parts[1].0);
            (first.end == second.start).then_some(Framed {
                kind: Fragment::Alternatives,
                parts,
            })
        }
    }
}

/// Steps that follow each other.
fn run(steps: &[usize]) -> Option<Range<usize>> {
    let (first, last) = (*steps.iter().min()?, *steps.iter().max()?);
    (last - first + 1 == steps.len()).then_some(first..last + 1)
}

impl Framed {
    fn all(&self) -> Range<usize> {
        let first = self.parts.first().map_or(0, |(steps, _)| steps.start);
        first..self.parts.last().map_or(0, |(steps, _)| steps.end)
    }

    /// Whether both can be drawn: apart, or one in one part of the other.
    pub(super) fn stands_beside(&self, other: &Self) -> bool {
        let (one, two) = (self.all(), other.all());
        let within = |inner: &Range<usize>, outer: &Self| {
            let mut parts = outer.parts.iter();
            parts.any(|(part, _)| part.start <= inner.start && inner.end <= part.end)
        };
        one.end <= two.start || two.end <= one.start || within(&one, other) || within(&two, self)
    }
}

/// The edges in front of a step: what ends there, the inner first, then what is divided, then what begins, the outer first.
pub(super) fn edges(frames: &[Framed], step: usize) -> Vec<Row> {
    let mut ends: Vec<_> = frames.iter().filter(|one| one.all().end == step).collect();
    ends.sort_by_key(|one| one.all().len());
    let mut begins: Vec<_> = frames
        .iter()
        .filter(|one| one.all().start == step)
        .collect();
    begins.sort_by_key(|one| std::cmp::Reverse(one.all().len()));
    let parts = frames.iter().flat_map(|one| one.parts.iter().skip(1));
    let divided = parts.filter(|(steps, _)| steps.start == step);
    let ends = ends.into_iter().map(|_| Edge::End);
    let divided = divided.map(|(_, when)| Edge::Or { when: when.clone() });
    let begins = begins.into_iter().map(|one| Edge::Begin {
        kind: one.kind,
        when: one.parts[0].1.clone(),
    });
    let all = ends.chain(divided).chain(begins);
    all.map(Row::Fragment).collect()
}

/// Takes away frames, and parts of them, in which nothing is left.
pub(super) fn without_empty(rows: Vec<Row>) -> Vec<Row> {
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        match (row, kept.last_mut()) {
            (
                Row::Fragment(Edge::Or { when }),
                Some(Row::Fragment(Edge::Begin { when: before, .. })),
            ) => {
                *before = when;
            }
            (Row::Fragment(Edge::Or { when }), Some(Row::Fragment(Edge::Or { when: before }))) => {
                *before = when;
            }
            (Row::Fragment(Edge::End), Some(Row::Fragment(Edge::Begin { .. }))) => {
                kept.pop();
            }
            (Row::Fragment(Edge::End), Some(last @ Row::Fragment(Edge::Or { .. }))) => {
                *last = Row::Fragment(Edge::End);
            }
            (row, _) => kept.push(row),
        }
    }
    kept
}

#[cfg(test)]
#[allow(
    clippy::single_range_in_vec_init,
    reason = "a frame with one part is a list of one range"
)]
mod tests {
    use super::*;

    fn begin(when: &str) -> Row {
        Row::Fragment(Edge::Begin {
            kind: Fragment::Alternatives,
            when: when.to_owned(),
        })
    }

    fn or(when: &str) -> Row {
        Row::Fragment(Edge::Or {
            when: when.to_owned(),
        })
    }

    fn framed(parts: &[Range<usize>]) -> Framed {
        let parts = parts.iter();
        Framed {
            kind: Fragment::Alternatives,
            parts: parts
                .map(|steps| (steps.clone(), format!("{steps:?}")))
                .collect(),
        }
    }

    #[test]
    fn frames_stand_in_each_other_or_apart() {
        let outer = framed(&[2..5, 5..9]);
        for beside in [
            framed(&[0..2]),
            framed(&[9..10]),
            framed(&[5..9]),
            framed(&[3..4, 4..5]),
            framed(&[0..9]),
        ] {
            assert!(outer.stands_beside(&beside) && beside.stands_beside(&outer));
        }
        for across in [framed(&[1..3]), framed(&[4..6]), framed(&[8..10])] {
            assert!(!outer.stands_beside(&across) && !across.stands_beside(&outer));
        }
    }

    #[test]
    fn edges_are_those_of_frames_that_stand_in_each_other() {
        let frames = [framed(&[1..2]), framed(&[1..2, 2..4]), framed(&[4..5])];
        let end = || Row::Fragment(Edge::End);
        assert_eq!(edges(&frames, 0), []);
        assert_eq!(edges(&frames, 1), [begin("1..2"), begin("1..2")]);
        assert_eq!(edges(&frames, 2), [end(), or("2..4")]);
        assert_eq!(edges(&frames, 4), [end(), begin("4..5")]);
        assert_eq!(edges(&frames, 5), [end()]);
    }

    #[test]
    fn nothing_stands_around_nothing() {
        let end = || Row::Fragment(Edge::End);
        let rows = vec![begin("a"), or("b"), begin("c"), end(), or("d"), end()];
        assert_eq!(without_empty(rows), []);
    }
}
