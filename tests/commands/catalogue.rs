//! The pages of the repository that the program writes: rules, flows, formats. With SIPSCOPE_WRITE_SAMPLES set they are written anew;
//! look at them.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::program::printed;
use crate::support::kept;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn pages_of_the_repository_are_what_the_program_writes() {
    for (command, file) in [
        ("rules", "RULES.md"),
        ("flows", "FLOWS.md"),
        ("formats", "FORMATS.md"),
    ] {
        let written = printed(&[command, "--format", "markdown"]);
        let path = Path::new(ROOT).join(file);
        kept::hold(&path, &written);
        let again = format!("`sipscope {command} --format markdown > {file}`");
        assert!(written.contains(&again), "{again}");
    }
}

fn names(list: &str, key: &str) -> BTreeSet<String> {
    let list: Value = serde_json::from_str(list).unwrap();
    let rows = list[key].as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

/// What a person may ask for by name is in the list, and of each format there is a sample.
#[test]
fn every_format_is_listed_and_has_a_sample() {
    let listed = names(&printed(&["formats", "--format", "json"]), "formats");
    let help = printed(&["summary", "--help"]);
    let (_, values) = help.split_once("[possible values: ").unwrap();
    let values: String = values
        .split(']')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let captures = ["pcap", "pcapng", "erf"].map(str::to_owned);
    let asked: BTreeSet<_> = values
        .split(',')
        .map(str::to_owned)
        .chain(captures)
        .collect();
    assert_eq!(asked, listed);

    let summary = printed(&["summary", "-q", "--format", "json", "samples"]);
    let summary: Value = serde_json::from_str(&summary).unwrap();
    let inputs = summary["inputs"].as_array().unwrap().iter();
    let read: BTreeSet<_> = inputs
        .flat_map(|input| input["format"].as_str().unwrap().split(" + "))
        .map(|format| format.split(' ').next().unwrap().to_lowercase())
        .collect();
    let without: Vec<_> = listed.iter().filter(|name| !read.contains(*name)).collect();
    // Capture cards write it.
    assert_eq!(without, ["erf"]);
}

#[test]
fn lists_for_programs_have_what_the_pages_have() {
    let rules: Value = serde_json::from_str(&printed(&["rules", "-f", "json"])).unwrap();
    let page = printed(&["rules", "-f", "markdown"]);
    let rules = rules["rules"].as_array().unwrap();
    assert_eq!(page.matches("\n### ").count(), rules.len());
    for rule in rules {
        let [code, name] = ["code", "name"].map(|key| rule[key].as_str().unwrap());
        assert!(page.contains(&format!("\n### {code} {name}\n")), "{code}");
        assert!(!rule["citations"].as_array().unwrap().is_empty(), "{code}");
        assert!(!rule["profiles"].as_object().unwrap().is_empty(), "{code}");
    }
}
