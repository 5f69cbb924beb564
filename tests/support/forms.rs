//! The forms that a command writes, as it says itself: no test has to be told of a new one.

use std::process::Command;

/// The values of `--format`, but for pictures in points, which are no text.
pub fn forms(command: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(command)
        .args(["--format", "none such"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let (_, values) = said.split_once("[possible values: ").unwrap();
    let (values, _) = values.split_once(']').unwrap();
    let forms = values.split(", ").filter(|form| *form != "png");
    forms.map(str::to_owned).collect()
}
