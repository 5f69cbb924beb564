//! Which files are parts of one log, by their names: programs that rotate a log call what was written before `name.1`, what was written
//! before that `name.2`, and may pack them (`name.2.gz`). Only what stands beside `name` itself is taken for such a part: in another
//! set of files the numbers may count onwards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A part of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The log, as its last part is named.
    pub log: PathBuf,
    /// 0 is the last part; a higher number is an older one.
    pub number: u32,
    /// The number of the oldest part from which on none is missing up to this one.
    pub oldest: u32,
}

/// What these files are parts of, in their order. A part of which neither the one before nor the one behind is there stands alone.
pub fn parts(paths: &[&Path]) -> Vec<Option<Part>> {
    let paths: Vec<_> = paths.iter().map(|path| placed(path)).collect();
    let named: Vec<_> = paths.iter().map(|path| numbered(path)).collect();
    let whole: BTreeSet<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let mut numbers: BTreeMap<&Path, BTreeMap<u32, u32>> = BTreeMap::new();
    for (log, number) in &named {
        let numbers = numbers.entry(log.as_path()).or_default();
        *numbers.entry(*number).or_default() += 1;
    }
    numbers.retain(|log, _| whole.contains(log));
    // The oldest part from which on none is missing up to each.
    let mut runs = BTreeMap::new();
    for (log, numbers) in &numbers {
        let mut run = None;
        let single = numbers.iter().filter(|(_, count)| **count == 1);
        for (number, _) in single.rev() {
            let (oldest, _) = run
                .filter(|(_, last)| number.checked_add(1) == Some(*last))
                .unwrap_or((*number, *number));
            run = Some((oldest, *number));
            runs.insert((*log, *number), oldest);
        }
    }
    let part = |(log, number): &(PathBuf, u32)| {
        let oldest = *runs.get(&(log.as_path(), *number))?;
        let next = number.checked_sub(1);
        let has_next = next.is_some_and(|next| runs.contains_key(&(log.as_path(), next)));
        (oldest > *number || has_next).then(|| Part {
            log: log.clone(),
            number: *number,
            oldest,
        })
    };
    named.iter().map(part).collect()
}

/// The same file in the directory that it is in, however that was named.
fn placed(path: &Path) -> PathBuf {
    let directory = path
        .parent()
        .filter(|directory| *directory != Path::new(""));
    let directory = directory.unwrap_or(Path::new("."));
    match (directory.canonicalize(), path.file_name()) {
        (Ok(directory), Some(name)) => directory.join(name),
        _ => path.to_owned(),
    }
}

/// The name of a log and the number of its part.
fn numbered(path: &Path) -> (PathBuf, u32) {
    let packed = path
        .extension()
        .is_some_and(|end| end == "gz" || end == "zst");
    let unpacked = if packed {
        path.with_extension("")
    } else {
        path.to_owned()
    };
    let number = unpacked.extension().and_then(|end| end.to_str());
    let number = number.filter(|text| !text.starts_with(['0', '+']));
    match number.and_then(|text| text.parse().ok()) {
        Some(number) => (unpacked.with_extension(""), number),
        None => (path.to_owned(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of each file and that of the oldest part before it.
    fn told(names: &[&str]) -> Vec<Option<(u32, u32)>> {
        let paths: Vec<_> = names.iter().map(Path::new).collect();
        let parts = parts(&paths).into_iter();
        parts
            .map(|part| part.map(|part| (part.number, part.oldest)))
            .collect()
    }

    #[test]
    fn numbers_behind_the_name_of_another_file_count_back() {
        assert_eq!(
            told(&["d/a.log.2.gz", "d/a.log", "b.log", "d/a.log.1"]),
            [Some((2, 2)), Some((0, 2)), None, Some((1, 2))]
        );
    }

    #[test]
    fn what_may_count_onwards_or_lacks_its_neighbour_is_no_part() {
        assert_eq!(told(&["a.1", "a.2"]), [None, None]);
        assert_eq!(told(&["a", "a.2"]), [None, None]);
        assert_eq!(told(&["a", "b/a.1"]), [None, None]);
        assert_eq!(told(&["a", "a.01", "a.x"]), [None, None, None]);
        assert_eq!(told(&["a", "a.1", "a.1.gz"]), [None, None, None]);
        assert_eq!(
            told(&["a", "a.2", "a.3"]),
            [None, Some((2, 3)), Some((3, 3))]
        );
    }
}
