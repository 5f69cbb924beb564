//! Holds the code to the map: which room may import which, who may touch files, who may print or read the clock.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "architecture/guide.rs"]
mod guide;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in the order in which data walks through them, and what each may import.
const ROOMS: [(&str, &[&str]); 14] = [
    ("base", &[]),
    ("source", &["base", "sip"]),
    ("decap", &["base"]),
    ("sip", &["base"]),
    ("transport", &["base", "decap", "sip"]),
    ("trace", &["base", "sip"]),
    ("flow", &["base", "sip", "trace"]),
    ("rules", &["base", "sip", "trace"]),
    ("report", &["base", "sip", "trace", "flow", "rules"]),
    ("render", &["base", "sip", "trace", "report"]),
    ("extract", &["base", "decap", "sip", "source", "trace"]),
    ("intake", &["base", "sip", "source", "trace", "transport"]),
    ("anonymize", &["base", "sip"]),
    ("tui", &["base", "sip", "trace", "flow", "rules", "report"]),
];
/// Files outside of any room: the pipeline, which alone joins rooms, and the map.
const OUTSIDE: [&str; 8] = [
    "lib.rs",
    "anonymize.rs",
    "intake.rs",
    "correlate.rs",
    "audit.rs",
    "document.rs",
    "extract.rs",
    "script.rs",
];
const BINARY: [&str; 2] = ["cli", "main.rs"];

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The code without line comments, so that words in them do not count.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// First segments of all paths that begin with `root`, groups in braces taken apart.
fn imported(code: &str, root: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        if before.is_alphanumeric() || before == '_' {
            continue;
        }
        let rest = code[at + root.len()..].trim_start();
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_heads(group)),
            None => found.extend([head(rest)]),
        }
    }
    found.remove("");
    found
}

/// What a file imports that begins a folder, from outside of that folder. In its own tests `super` is itself.
fn imported_above(file: &Path) -> BTreeSet<String> {
    if !file.ends_with("mod.rs") {
        return BTreeSet::new();
    }
    let code = code(file);
    let own = code.split("\nmod tests {").next().unwrap_or_default();
    imported(own, "super::")
}

/// The first segment of each member of a group, up to its closing brace.
fn group_heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(String::new()),
            other if depth == 0 => members.last_mut().unwrap().push(other),
            _ => {}
        }
    }
    members.iter().map(|member| head(member.trim())).collect()
}

fn head(path: &str) -> String {
    path.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn every_file_is_in_a_room_of_the_table() {
    let known: BTreeSet<&str> = ROOMS
        .iter()
        .map(|(room, _)| *room)
        .chain(OUTSIDE)
        .chain(BINARY)
        .collect();
    for entry in fs::read_dir(source_root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            known.contains(name.as_str()),
            "src/{name} is in no room of the table"
        );
    }
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    for (room, allowed) in ROOMS {
        for file in rust_files(&source_root().join(room)) {
            let code = code(&file);
            let mut imports = imported(&code, "crate::");
            if file.parent() == Some(&source_root().join(room)) {
                imports.extend(imported_above(&file));
            }
            for import in imports {
                assert!(
                    import == room || allowed.contains(&import.as_str()),
                    "{} imports {import}, but {room} may import only {allowed:?}",
                    file.display()
                );
            }
            let reaches_out = code.contains("super::super");
            assert!(!reaches_out, "{} reaches out of its room", file.display());
        }
    }
}

#[test]
fn rule_families_do_not_import_each_other() {
    let rules = source_root().join("rules");
    let families: BTreeSet<String> = fs::read_dir(&rules)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert!(!families.is_empty());
    for family in &families {
        for file in rust_files(&rules.join(family)) {
            let mut imports = imported(&code(&file), "crate::rules::");
            if file.parent() == Some(&rules.join(family)) {
                imports.extend(imported_above(&file));
            }
            let mut others: Vec<_> = imports.intersection(&families).collect();
            others.retain(|other| *other != family);
            assert!(others.is_empty(), "{} imports {others:?}", file.display());
        }
    }
}

#[test]
fn renderers_do_not_import_each_other() {
    let render = source_root().join("render");
    let names = fs::read_dir(&render).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    });
    let renderers: BTreeSet<String> = names.filter(|name| name != "mod").collect();
    assert!(renderers.len() > 1);
    for renderer in &renderers {
        let file = render.join(format!("{renderer}.rs"));
        let files = match file.exists() {
            true => vec![file],
            false => rust_files(&render.join(renderer)),
        };
        for file in files {
            let mut imports = imported(&code(&file), "crate::render::");
            imports.extend(imported(&code(&file), "super::"));
            imports.remove(renderer);
            let others: Vec<_> = imports.intersection(&renderers).collect();
            assert!(others.is_empty(), "{} imports {others:?}", file.display());
        }
    }
}

#[test]
fn the_program_uses_only_the_public_library() {
    let mut files = rust_files(&source_root().join("cli"));
    files.push(source_root().join("main.rs"));
    for file in files {
        let imports = imported(&code(&file), "crate::");
        let own = imports.iter().all(|import| import == "cli");
        assert!(own, "{} imports {imports:?} from inside", file.display());
    }
}

#[test]
fn only_source_and_cli_touch_files_and_only_cli_prints_or_reads_the_clock() {
    let files = ["std::fs", "fs::", "File::", "tempfile"];
    let voice = [
        "println!",
        "eprintln!",
        "print!",
        "dbg!",
        "SystemTime",
        "Instant::",
        "::now(",
    ];
    for file in rust_files(&source_root()) {
        let place = file.strip_prefix(source_root()).unwrap().to_owned();
        let code = code(&file);
        let in_room = |room: &str| place.starts_with(room);
        for word in files {
            let allowed = in_room("source") || in_room("cli") || !code.contains(word);
            assert!(allowed, "{} touches files ({word})", place.display());
        }
        for word in voice {
            let allowed = in_room("cli") || !code.contains(word);
            assert!(allowed, "{} uses {word}", place.display());
        }
    }
}

/// What was captured stays where it is: nothing here can send it anywhere, or ask anybody else to.
#[test]
fn nothing_speaks_with_the_network_or_starts_a_program() {
    let words = [
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "UnixStream",
        "ToSocketAddrs",
        "process::Command",
    ];
    for file in rust_files(&source_root()) {
        let code = code(&file);
        let own = code.split("\nmod tests {").next().unwrap_or_default();
        for word in words {
            assert!(!own.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn every_file_says_why_it_exists_and_stays_small() {
    for file in rust_files(&source_root()) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//!"),
            "{} does not say why it exists",
            file.display()
        );
        let lines = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .lines()
            .count();
        assert!(
            lines < 800,
            "{} has {lines} lines: split it",
            file.display()
        );
    }
}

/// A rule that never fails says nothing, one that never passes says too much, and what it cannot tell it was asked, too.
#[test]
fn every_rule_is_seen_to_fail_to_pass_and_not_to_know() {
    let mut rules = 0;
    for file in rust_files(&source_root().join("rules")) {
        let text = fs::read_to_string(&file).unwrap();
        let (code, tests) = text
            .split_once("\n#[cfg(test)]\nmod tests {")
            .unwrap_or_default();
        if !code.contains("const RULE: Rule = ") {
            continue;
        }
        rules += 1;
        let not_provable = code.contains("not_provable()");
        let cases = [
            (".fails(", true),
            (".passes(", true),
            (".cannot_tell(", not_provable),
        ];
        for (case, _) in cases.into_iter().filter(|(_, is_due)| *is_due) {
            assert!(tests.contains(case), "{} has no {case}", file.display());
        }
    }
    assert_eq!(rules, sipscope::rules::RULES.len(), "in the registry");
}

/// The files that a program is made of which begins with this one: all that they name as modules.
fn follow(file: PathBuf, found: &mut BTreeSet<PathBuf>) {
    let text = fs::read_to_string(&file).unwrap();
    let folder = file.parent().unwrap().to_owned();
    let inside = folder.join(file.file_stem().unwrap());
    if !found.insert(file) {
        return;
    }
    let mut path = None;
    for line in text.lines().map(str::trim) {
        if let Some(named) = line.strip_prefix("#[path = \"") {
            path = named.strip_suffix("\"]").map(|named| folder.join(named));
            continue;
        }
        let module = line
            .strip_suffix(';')
            .and_then(|line| line.split_once("mod "));
        let module = module.filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        let Some((_, name)) = module else {
            continue;
        };
        let places = [&folder, &inside].into_iter().flat_map(|folder| {
            let beside = folder.join(format!("{name}.rs"));
            [beside, folder.join(name).join("mod.rs")]
        });
        let places: Vec<_> = match path.take() {
            Some(path) => vec![path],
            None => places.filter(|place| place.is_file()).collect(),
        };
        for place in places {
            follow(place, found);
        }
    }
}

/// One that no `mod` names is not compiled, and its tests are not run.
#[test]
fn every_file_is_part_of_a_program() {
    let tests = source_root().parent().unwrap().join("tests");
    let programs = fs::read_dir(&tests).unwrap();
    let programs = programs.map(|file| file.unwrap().path());
    let programs = programs.filter(|path| path.is_file());
    let mut found = BTreeSet::new();
    for program in ["lib.rs", "main.rs"].map(|name| source_root().join(name)) {
        follow(program, &mut found);
    }
    programs.for_each(|program| follow(program, &mut found));
    let all = [source_root(), tests].into_iter();
    let all = all.flat_map(|folder| rust_files(&folder));
    let forgotten: Vec<_> = all.filter(|file| !found.contains(file)).collect();
    assert!(forgotten.is_empty(), "no `mod` names {forgotten:#?}");
}

#[test]
fn imports_are_found_in_every_spelling() {
    let code = "use crate::base::{A, b::C};\nuse crate::{decap, sip::{D, E}, trace as t};\n\
        let x = crate::source::open(); use mycrate::nothing;";
    let found: Vec<_> = imported(code, "crate::").into_iter().collect();
    assert_eq!(found, ["base", "decap", "sip", "source", "trace"]);
}

/// Licences that ask for nothing but a notice, so that they go with MIT and with Apache-2.0.
const PERMISSIVE: [&str; 11] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "0BSD",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Whether a licence expression (SPDX, or with a stroke, as older packages have it) leaves only such.
fn is_permissive(expression: &str) -> bool {
    let all = expression
        .split(" AND ")
        .map(|one| one.trim_matches(['(', ')']));
    all.into_iter().all(|one| {
        let choices = one.replace('/', " OR ");
        let mut choices = choices.split(" OR ");
        choices.any(|choice| PERMISSIVE.contains(&choice.trim()))
    })
}

#[test]
fn all_dependencies_have_permissive_licences() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let name = &package["name"];
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        match (
            package["license"].as_str(),
            package["license_file"].as_str(),
        ) {
            (Some(expression), _) => assert!(is_permissive(expression), "{name}: {expression}"),
            (None, Some(file)) => {
                let text = fs::read_to_string(manifest.with_file_name(file)).unwrap();
                assert!(text.starts_with("MIT License"), "{name}: {text}");
            }
            (None, None) => panic!("{name} has no licence"),
        }
    }
    assert!(!is_permissive("GPL-3.0") && !is_permissive("MIT AND GPL-2.0"));
}
