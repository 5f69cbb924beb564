//! Refreshes that are all alike, as one line for people, and as a list for programs.

use std::io::{Result, Write};

use serde::Serialize;
use sipscope::trace::{Call, Entry, Fold, Hop};

use super::{escape, wrap};

/// A fold as programs get it.
#[derive(Serialize)]
pub(super) struct FoldRow {
    kind: &'static str,
    times: usize,
    /// Method and status of each request that one refresh takes.
    each: Vec<String>,
    /// Time between two of them.
    shortest_nanoseconds: Option<i64>,
    longest_nanoseconds: Option<i64>,
    /// Numbers of all its hops.
    hops: Vec<usize>,
}

impl FoldRow {
    pub(super) fn all(call: &Call<'_>) -> Vec<Self> {
        let folds = call.folded().into_iter().filter_map(|entry| match entry {
            Entry::Fold(fold) => Some(Self::of(&fold)),
            Entry::Journey(_) => None,
        });
        folds.collect()
    }

    fn of(fold: &Fold<'_>) -> Self {
        let each = fold.each.iter().map(|(method, status)| {
            let method = String::from_utf8_lossy(method);
            match status {
                Some(status) => format!("{method} {status}"),
                None => method.into_owned(),
            }
        });
        Self {
            kind: fold.kind.name(),
            times: fold.times,
            each: each.collect(),
            shortest_nanoseconds: fold.every.map(|(shortest, _)| shortest),
            longest_nanoseconds: fold.every.map(|(_, longest)| longest),
            hops: fold.hops().map(|hop| hop.id().number()).collect(),
        }
    }

    /// `hops 4 to 1204: subscription refresh 600 times, every ~60 s, each SUBSCRIBE 200, NOTIFY 200`
    fn print(&self, out: &mut impl Write) -> Result<()> {
        let (first, last) = (self.hops.iter().min(), self.hops.iter().max());
        let number = |hop: Option<&usize>| hop.copied().unwrap_or_default();
        let every = match (self.shortest_nanoseconds, self.longest_nanoseconds) {
            (Some(shortest), Some(longest)) => format!(", every {}", every(shortest, longest)),
            _ => String::new(),
        };
        let text = format!(
            "hops {} to {}: {} {} times{every}, each {}",
            number(first),
            number(last),
            self.kind,
            self.times,
            escape::text(&self.each.join(", "))
        );
        wrap::print(out, "  ", "      ", &text)
    }
}

/// `~60 s` where it hardly differs, else `20 to 60 s`.
fn every(shortest: i64, longest: i64) -> String {
    let seconds = |nanoseconds: i64| {
        let seconds = nanoseconds as f64 / 1e9;
        match nanoseconds {
            ..10_000_000_000 => format!("{seconds:.1}"),
            _ => format!("{seconds:.0}"),
        }
    };
    match longest.saturating_sub(shortest) <= longest / 10 {
        true => format!("~{} s", seconds(shortest / 2 + longest / 2)),
        false => format!("{} to {} s", seconds(shortest), seconds(longest)),
    }
}

/// All hops of a call, those of a fold as one line.
pub(super) fn print_hops<W: Write>(
    out: &mut W,
    call: &Call<'_>,
    print: impl Fn(&mut W, &Hop<'_>, usize) -> Result<()>,
) -> Result<()> {
    let mut folded = false;
    for entry in call.folded() {
        match entry {
            Entry::Fold(fold) => {
                FoldRow::of(&fold).print(out)?;
                folded = true;
            }
            Entry::Journey(hops) => {
                for (hop, depth) in hops {
                    print(out, &hop, depth)?;
                }
            }
        }
    }
    match folded {
        true => writeln!(out, "  (--all shows every hop)"),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::every;

    #[test]
    fn about_the_same_time_or_from_to() {
        let second = 1_000_000_000;
        let cases = [
            (59 * second, 61 * second, "~60 s"),
            (20 * second, 60 * second, "20 to 60 s"),
            (second / 2, second / 2, "~0.5 s"),
            (0, 0, "~0.0 s"),
        ];
        for (shortest, longest, expected) in cases {
            assert_eq!(every(shortest, longest), expected);
        }
    }
}
