//! Help texts as they were read and found right, one for each command; the examples in them are run, and manual pages and
//! completions have what they have. With SIPSCOPE_WRITE_SAMPLES set the texts are written anew; look at them.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::kept;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every command, as words behind the program.
fn commands() -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut next = 0;
    while let Some(path) = commands.get(next).cloned() {
        let help = help(&path);
        let list = help.split("Commands:\n").nth(1).unwrap_or_default();
        // What goes on of a description stands further in.
        let names = list.lines().take_while(|line| !line.is_empty());
        let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        for name in names.filter(|name| !matches!(*name, "" | "help")) {
            commands.push([path.clone(), vec![name.to_owned()]].concat());
        }
        next += 1;
    }
    commands
}

fn run(words: &[String], directory: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(words)
        .current_dir(directory)
        .output()
        .unwrap()
}

fn help(path: &[String]) -> String {
    let output = run(&[path, &["--help".to_owned()]].concat(), Path::new(ROOT));
    assert!(output.status.success(), "{path:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    // Only there with a feature.
    let lines = text.lines().filter(|line| !line.contains("- png:"));
    lines.map(|line| format!("{line}\n")).collect()
}

fn file_of(path: &[String]) -> PathBuf {
    let name = [&["sipscope".to_owned()], path].concat().join("-");
    Path::new(ROOT).join(format!("tests/commands/help/{name}.txt"))
}

#[test]
fn help_texts_are_as_they_were_read() {
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    for path in &commands {
        let (help, file) = (help(path), file_of(path));
        kept::hold(&file, help);
    }
    let files = fs::read_dir(file_of(&[]).parent().unwrap())
        .unwrap()
        .count();
    assert_eq!(files, commands.len(), "a text of a command that is none");
}

#[test]
fn help_fits_eighty_columns() {
    for path in commands() {
        for line in help(&path).lines() {
            assert!(line.chars().count() <= 80, "{path:?}: {line}");
        }
    }
}

/// A folder with what examples name: a trace, a log, a flow document, a key log, templates.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |from: &str, to: &str| {
        fs::copy(Path::new(ROOT).join(from), folder.path().join(to)).unwrap();
    };
    for copy in [
        "trace.pcapng",
        "ring_1.pcap",
        "ring_2.pcap",
        "here.pcap",
        "there.pcap",
    ] {
        put("samples/call.pcap", copy);
    }
    put("samples/logs/pjsua.log", "debug.log");
    put("samples/documents/numbered-steps.txt", "flow.txt");
    fs::write(folder.path().join("keys.log"), "").unwrap();
    fs::write(folder.path().join("secret.txt"), "a key").unwrap();
    fs::create_dir(folder.path().join("traces")).unwrap();
    put("samples/flows/ims-registration.pcapng", "traces/one.pcapng");
    fs::create_dir(folder.path().join("mine")).unwrap();
    let own = fs::read_to_string(Path::new(ROOT).join("templates/refer.toml")).unwrap();
    let own = own.replacen("id = \"refer\"", "id = \"own\"", 1);
    fs::write(folder.path().join("mine.toml"), &own).unwrap();
    fs::write(folder.path().join("mine/own.toml"), own).unwrap();
    folder
}

#[test]
fn examples_do_what_they_say() {
    let folder = folder();
    let mut count = 0;
    for path in commands().iter().skip(1) {
        let help = help(path);
        // A long one goes on in the next line.
        let examples = help.split("\nExamples:\n").nth(1).unwrap_or_default();
        let mut lines: Vec<String> = Vec::new();
        for line in examples.lines() {
            match line.strip_prefix("    ") {
                Some(begins) if begins.starts_with("sipscope ") => lines.push(begins.to_owned()),
                Some(goes_on) => *lines.last_mut().unwrap() += &format!(" {goes_on}"),
                None => {}
            }
        }
        for line in lines {
            let words: Vec<String> = line.split(' ').skip(1).map(str::to_owned).collect();
            let output = run(&words, folder.path());
            let status = output.status.code();
            let said = String::from_utf8_lossy(&output.stderr);
            // In this trace no call failed.
            let expected = i32::from(line.contains("--status 4xx"));
            assert_eq!(status, Some(expected), "{line}: {said}");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

/// The jobs of the README, one command after the other, on a trace with two calls of which none failed.
#[test]
fn the_jobs_of_the_readme_can_be_done() {
    let folder = folder();
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let (_, jobs) = readme.split_once("## Three jobs").unwrap();
    let (jobs, _) = jobs.split_once("\n## ").unwrap();
    let lines = jobs.lines().filter(|line| line.starts_with("sipscope "));
    let lines: Vec<_> = lines
        .map(|line| line.split('#').next().unwrap().trim())
        .collect();
    assert!(lines.len() >= 13, "{lines:?}");
    for line in lines {
        let words = line.split(' ').skip(1).map(|word| match word {
            "3" => "1",
            "7" => "2",
            other => other,
        });
        let words: Vec<String> = words.map(str::to_owned).collect();
        let output = run(&words, folder.path());
        let said = String::from_utf8_lossy(&output.stderr);
        let finds_nothing = line.contains("REGISTER") || line.contains("--flow ims-registration");
        let expected = i32::from(finds_nothing);
        assert_eq!(output.status.code(), Some(expected), "{line}: {said}");
    }
}

/// A manual page holds every option of its help, and so do completions.
#[test]
fn manual_and_completions_have_every_option() {
    let folder = tempfile::tempdir().unwrap();
    let written = run(&["manual".to_owned(), ".".to_owned()], folder.path());
    assert!(written.status.success());
    let completions = ["bash", "zsh", "fish", "elvish", "powershell"].map(|shell| {
        let output = run(&["completions".to_owned(), shell.to_owned()], folder.path());
        assert!(output.status.success(), "{shell}");
        String::from_utf8(output.stdout).unwrap()
    });
    for path in commands() {
        let name = [&["sipscope".to_owned()], path.as_slice()]
            .concat()
            .join("-");
        let page = fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
        let help = help(&path);
        let options = help
            .lines()
            .filter_map(|line| line.trim_start().split_once("--"));
        let options = options.filter(|(before, _)| before.is_empty() || before.ends_with(", "));
        for (_, option) in options {
            let end = option.find(|c: char| !c.is_ascii_alphabetic() && c != '-');
            let option = &option[..end.unwrap_or(option.len())];
            // Of a manual page, hyphens are to be seen as such.
            let shown = format!("\\-\\-{}", option.replace('-', "\\-"));
            assert!(page.contains(&shown), "{name} {option}");
            for completion in &completions {
                assert!(completion.contains(option), "{name} {option}");
            }
        }
    }
}
