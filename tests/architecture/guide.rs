//! Holds CONTRIBUTING.md to the code: files, names and programs of tests that it sends people to are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{code, rust_files};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What stands for a name that somebody is to give.
const TO_BE_NAMED: [&str; 3] = ["NAME", "ID", "much_too_large"];

/// What the page sets apart as code, each on one line, but for what is to be named.
fn quoted() -> Vec<String> {
    let page = fs::read_to_string(Path::new(ROOT).join("CONTRIBUTING.md")).unwrap();
    let quoted = page.split('`').skip(1).step_by(2);
    let lines = quoted.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let is_there = |text: &String| !TO_BE_NAMED.iter().any(|name| text.contains(name));
    lines.filter(is_there).collect()
}

/// All files and folders below, but for those that only one machine has.
fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("target") || path.ends_with(".git") {
            continue;
        }
        if path.is_dir() {
            paths.extend(self::paths(&path));
        }
        paths.push(path);
    }
    paths
}

#[test]
fn files_that_it_names_are_there() {
    let all = paths(Path::new(ROOT));
    let mut quoted = quoted();
    let has_end = |text: &str| Path::new(text).extension().is_some();
    quoted.retain(|text| !text.contains([' ', ':']) && (text.contains('/') || has_end(text)));
    assert!(quoted.len() > 50, "{quoted:?}");
    quoted.retain(|text| !all.iter().any(|path| path.ends_with(text)));
    assert!(
        quoted.is_empty(),
        "in CONTRIBUTING.md, and not there: {quoted:?}"
    );
}

#[test]
fn names_that_it_gives_are_in_the_code() {
    let folders = ["src", "tests", "benches"].map(|name| Path::new(ROOT).join(name));
    let mut words = BTreeSet::new();
    for file in folders.iter().flat_map(|folder| rust_files(folder)) {
        let code = code(&file);
        let all = code.split(|c: char| c != '_' && !c.is_alphanumeric());
        words.extend(all.map(str::to_owned));
    }
    let mut quoted = quoted();
    quoted.retain(|text| text.chars().all(|c| c == '_' || c.is_alphanumeric()));
    assert!(quoted.len() > 50, "{quoted:?}");
    quoted.retain(|name| !words.contains(name));
    assert!(
        quoted.is_empty(),
        "in CONTRIBUTING.md, and not there: {quoted:?}"
    );
}

/// A filter is the path of modules; `cargo test` takes one, and more of them only behind two hyphens.
#[test]
fn tests_that_it_runs_are_there() {
    let all = paths(&Path::new(ROOT).join("tests"));
    let all = all
        .into_iter()
        .chain(paths(&Path::new(ROOT).join("src")))
        .collect::<Vec<_>>();
    let is_module = |name: &str| all.iter().any(|path| path.file_stem().unwrap() == name);
    let mut runs = 0;
    for command in quoted() {
        let Some((_, rest)) = command.split_once("cargo test --test ") else {
            continue;
        };
        runs += 1;
        let (before, behind) = rest.split_once(" -- ").unwrap_or((rest, ""));
        let (program, filter) = before.split_once(' ').unwrap_or((before, ""));
        let path = Path::new(ROOT).join(format!("tests/{program}.rs"));
        assert!(path.is_file(), "{command}");
        assert!(!filter.contains(' '), "more than one filter: {command}");
        for filter in [filter].into_iter().chain(behind.split(' ')) {
            let mut modules = filter.split("::").filter(|name| !name.is_empty());
            assert!(modules.all(is_module), "{command}");
        }
    }
    assert!(runs > 10, "{runs}");
}
