//! Runs the program as a person does.

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
