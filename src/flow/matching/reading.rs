//! Lays a template over a scene in the way that finds least against it: what was not captured proves nothing.

use std::collections::BTreeSet;

use super::align::{Assignment, Reading, align};
use super::judge::{Conclusion, Given, judge};
use super::looks::Looks;
use super::scene::Scene;

/// Which hop is which, and what became of each step. What fails when each message is the next one that it may be is no failure if
/// some hops may just not have been captured and all that was seen is then as documented.
pub(super) fn read(scene: &Scene<'_, '_>, looks: &mut Looks<'_>) -> (Assignment, Given) {
    let (template, plan) = (looks.template, looks.plan);
    let mut by = |reading: Reading| {
        let assignment = align(scene, looks, reading);
        let given = judge(template, plan, scene, &assignment);
        (assignment, given)
    };
    let close = by(Reading::Close);
    let (assignment, given) = &close;
    if assignment.is_empty() || given.fits(template) != Conclusion::Fail {
        return close;
    }
    let loose = by(Reading::Loose);
    let (others, other) = &loose;
    let seen: BTreeSet<usize> = others.values().copied().collect();
    let explains_all = other.fits(template) != Conclusion::Fail
        && other.as_documented() >= given.seen()
        && assignment.values().all(|hop| seen.contains(hop));
    if explains_all { loose } else { close }
}
