//! Runs the program as a person does.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test binary uses its own part"
)]

use std::process::{Command, Output};

use serde_json::Value;

/// In the folder of the project, where no colours are forbidden.
pub fn sipscope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

/// What it says beside its output.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it prints where it does what it is asked for, findings or none.
#[track_caller]
pub fn printed(arguments: &[&str]) -> String {
    let output = sipscope(arguments);
    let code = output.status.code();
    assert!(
        matches!(code, Some(0 | 1)),
        "{arguments:?}: {}",
        said(&output)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The same, read as JSON.
#[track_caller]
pub fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(arguments)).unwrap()
}

/// The forms that a command writes, as it says itself: no test has to be told of a new one. Pictures in points are no text.
pub fn forms(command: &[&str]) -> Vec<String> {
    let output = sipscope(&[command, &["--format", "none such"]].concat());
    let said = said(&output);
    let (_, values) = said.split_once("[possible values: ").unwrap();
    let (values, _) = values.split_once(']').unwrap();
    let forms = values.split(", ").filter(|form| *form != "png");
    forms.map(str::to_owned).collect()
}
