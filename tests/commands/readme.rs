//! The README is what users believe: what it shows is what the program prints, and its numbers and options are those of the program.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use crate::program::printed;
use sipscope::base::Limits;
use sipscope::rules::RULES;

const README: &str = include_str!("../../README.md");

/// Commands and what stands below them, of all blocks for the console.
fn shown() -> Vec<(&'static str, &'static str)> {
    let blocks = README.split("```console\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    let each = blocks.flat_map(|block| block.split("$ sipscope ").skip(1));
    each.map(|one| one.split_once('\n').unwrap()).collect()
}

#[test]
fn what_is_shown_is_what_the_program_prints() {
    let all = shown();
    assert!(all.len() >= 6, "{}", all.len());
    for (command, expected) in all {
        let (words, lines) = match command.split_once(" | head -") {
            Some((words, lines)) => (words, lines.parse().unwrap()),
            None => (command, usize::MAX),
        };
        let printed = printed(&words.split(' ').collect::<Vec<_>>());
        let printed: Vec<_> = printed.lines().take(lines).collect();
        let expected: Vec<_> = expected.trim_end().lines().collect();
        assert_eq!(printed, expected, "{command}");
    }
}

#[test]
fn rules_are_counted_and_numbered_as_they_are() {
    assert!(README.contains(&format!("the {} rules of", RULES.len())));
    let rows = README.lines().filter_map(|line| {
        let (family, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (first, rest) = rest.split_once(" to ")?;
        Some((family, first, rest.split(' ').next()?))
    });
    let rows: Vec<_> = rows.collect();
    let of_rule = |code: &str| {
        let found = RULES.iter().find(|rule| rule.code == code);
        found
            .unwrap_or_else(|| panic!("there is no {code}"))
            .family
            .name()
    };
    for (family, first, last) in &rows {
        assert_eq!((of_rule(first), of_rule(last)), (*family, *family));
        let codes = RULES.iter().filter(|rule| rule.family.name() == *family);
        let codes: BTreeSet<_> = codes.map(|rule| rule.code).collect();
        assert_eq!(codes.first(), Some(first));
        assert_eq!(codes.last(), Some(last));
    }
    let families: BTreeSet<_> = RULES.iter().map(|rule| rule.family.name()).collect();
    assert_eq!(rows.len(), families.len());
}

#[test]
fn limits_are_those_of_the_program() {
    let limits = Limits::default();
    let text = README.split_whitespace().collect::<Vec<_>>().join(" ");
    let thousands = |number: usize| match number {
        1000.. => format!("{},{:03}", number / 1000, number % 1000),
        _ => number.to_string(),
    };
    for said in [
        format!(
            "{} MiB for all unfinished streams",
            limits.stream_bytes >> 20
        ),
        format!(
            "{} MiB for all unfinished fragments",
            limits.fragment_bytes >> 20
        ),
        format!(
            "{} MiB for one message on a stream",
            limits.message_bytes >> 20
        ),
        format!(
            "{} MiB of a compressed HEP payload",
            limits.unpacked_bytes >> 20
        ),
        format!(
            "{} copies of one fragmented datagram",
            limits.fragment_copies
        ),
        format!("{} decrypted connections", thousands(limits.tls_sessions)),
        format!("{} interfaces", thousands(limits.interfaces)),
        format!(
            "{} MiB at most, and in plain text",
            limits.document_bytes >> 20
        ),
    ] {
        assert!(text.contains(&said), "{said}");
    }
}

/// What is written with two hyphens is an option of some command.
#[test]
fn options_are_those_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let manual = folder.path().to_str().unwrap();
    printed(&["manual", manual]);
    let pages = std::fs::read_dir(manual).unwrap();
    let pages = pages.map(|page| std::fs::read_to_string(page.unwrap().path()).unwrap());
    let manual = pages.collect::<String>().replace("\\-", "-");
    // Of cargo, rustup, curl and tcpdump, in commands that call them.
    let own = README
        .lines()
        .filter(|line| !line.contains("cargo ") && !line.contains("rustup "));
    let mut options = BTreeSet::new();
    for code in own.flat_map(|line| line.split('`').skip(1).step_by(2)) {
        let words = code.split([' ', '=', '[', '(']);
        let named = |word: &&str| {
            let name = word.strip_prefix("--").unwrap_or_default();
            // An option of cargo.
            name.starts_with(|first: char| first.is_alphabetic()) && name != "features"
        };
        options.extend(words.filter(named));
    }
    assert!(options.len() > 40, "{options:?}");
    let unknown: Vec<_> = options
        .iter()
        .filter(|option| !manual.contains(**option))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
