//! Ladders as people get them: what is drawn of captured calls and of documented flows, held to figures that were drawn by hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    dead_code,
    reason = "helpers of tests"
)]

use crate::{scenario, sip};

#[path = "ladder/command.rs"]
mod command;
#[path = "ladder/drawn.rs"]
mod drawn;
#[path = "ladder/figures.rs"]
mod figures;

use std::path::Path;
use std::process::{Command, Output};

use scenario::{Net, file};
use tempfile::NamedTempFile;

fn sipscope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What it prints if all went well.
fn printed(arguments: &[&str]) -> String {
    let output = sipscope(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// A capture of all that was sent.
fn capture(net: &Net) -> NamedTempFile {
    let capture = NamedTempFile::new().unwrap();
    std::fs::write(capture.path(), file(&net.packets)).unwrap();
    capture
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The figure without title and notes: from the heads to the last line of lifelines.
fn figure(text: &str) -> String {
    let (_, figure) = text.split_once("\n\n").unwrap();
    let (figure, _) = figure
        .split_once("\n\n")
        .unwrap_or((figure.trim_end_matches('\n'), ""));
    format!("{figure}\n")
}
