//! The report as people get it: what is embedded in the page, and what a browser makes of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    dead_code,
    reason = "helpers of tests"
)]

use crate::{scenario, sip};

#[path = "report/browser.rs"]
mod browser;
#[path = "report/page.rs"]
mod page;

use std::path::Path;
use std::process::Command;

use scenario::{Net, file};
use sip::Talk;
use tempfile::NamedTempFile;

/// The report of some inputs.
fn report(arguments: &[&str]) -> String {
    printed(&[&["report", "--quiet"], arguments].concat())
}

/// What is printed if all goes well.
fn printed(arguments: &[&str]) -> String {
    both(arguments).0
}

/// What is printed, and what is said beside it.
fn both(arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    (
        String::from_utf8(output.stdout).unwrap(),
        errors.into_owned(),
    )
}

/// A script, if anything takes it for one: it leaves a sign on the page.
const SCRIPT: &str = "<script>document.documentElement.id='run'</script>";

/// A call of which every part tries to be markup.
fn hostile() -> NamedTempFile {
    let mut net = Net::new(&["uac", "uas"]);
    let mut invite = Talk::new("evil</script><!--<script>")
        .request("INVITE", 1)
        .with(&format!(
            "X-Evil: </script>{SCRIPT}<!-- \u{2028}\u{202e} \u{1b}[2J"
        ))
        .with("X-Image: <img src=x onerror=\"document.documentElement.id='run'\">");
    invite.start = format!("INVITE sip:\"'>{SCRIPT}@x SIP/2.0");
    let sent = net.send("uac", "uas", invite, 0);
    let mut answer = sent.message.response(200, "b");
    answer.start = format!("SIP/2.0 200 </a></script>{SCRIPT}");
    net.respond_as(&[sent], answer, 100);
    let capture = NamedTempFile::new().unwrap();
    std::fs::write(capture.path(), file(&net.packets)).unwrap();
    capture
}

/// A subscription that is refreshed each ten minutes, four times.
fn subscribed() -> NamedTempFile {
    let mut net = Net::new(&["watcher", "notifier"]);
    for number in 1..=5 {
        let talk = Talk::new("watch");
        let talk = if number > 1 { talk.with("n") } else { talk };
        let subscribe = talk.request("SUBSCRIBE", number);
        let subscribe = subscribe.with("Event: presence").with("Expires: 900");
        let at = i64::from(number - 1) * 600_000;
        let sent = net.send("watcher", "notifier", subscribe, at);
        net.reply(&sent, 200, "n", at + 10);
    }
    let capture = NamedTempFile::new().unwrap();
    std::fs::write(capture.path(), file(&net.packets)).unwrap();
    capture
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}
