//! Ladders as people get them: what is drawn of captured calls and of documented flows, held to figures that were drawn by hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
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
#[path = "ladder/links.rs"]
mod links;
#[path = "ladder/programs.rs"]
mod programs;
#[path = "ladder/ways.rs"]
mod ways;
#[path = "ladder/whose.rs"]
mod whose;

use std::path::Path;
use std::process::{Command, Output};

use scenario::{Net, file};
use sip::Talk;
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

/// A call with messages that try everything on whoever draws them.
fn hostile() -> NamedTempFile {
    let mut net = Net::new(&["uac", "uas"]);
    let mut invite = Talk::new("evil")
        .request("INVITE", 1)
        .with("X-Evil: </text><script>alert(1)</script>\u{1b}[2J");
    invite.start = "INVITE sip:\"><script>@x\u{1b}[31m;end\u{202e} SIP/2.0".to_owned();
    let sent = net.send("uac", "uas", invite, 0);
    let mut answer = sent.message.response(200, "b");
    answer.start =
        "SIP/2.0 200 %%{init}%% ;end <img src=x> @enduml !include /etc/passwd".to_owned();
    net.respond_as(&[sent], answer, 100);
    capture(&net)
}
