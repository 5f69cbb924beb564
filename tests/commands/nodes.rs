//! Nodes: what is joined to one element, on which evidence, and what is not; roles; the node file; the command.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "nodes/captures.rs"]
mod captures;
#[path = "nodes/command.rs"]
mod command;
#[path = "nodes/file.rs"]
mod file;
#[path = "nodes/flows.rs"]
mod flows;
#[path = "nodes/joined.rs"]
mod joined;
#[path = "nodes/order.rs"]
mod order;
#[path = "nodes/roles.rs"]
mod roles;
#[path = "nodes/scene.rs"]
mod scene;
#[path = "nodes/separate.rs"]
mod separate;

/// A flow document tells of some by their names alone: nothing in a file would find them.
#[test]
fn nodes_of_a_document_are_written_as_a_file_that_is_read_again() {
    let document = "samples/documents/numbered-steps.txt";
    let run = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap()
    };
    let written = run(&["nodes", "-q", "-f", "toml", document]);
    let text = String::from_utf8(written.stdout).unwrap();
    assert!(
        text.contains("# UE has no address and no host name"),
        "{text}"
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &text).unwrap();
    let file = file.path().to_str().unwrap();
    let read = run(&["nodes", "-q", "--nodes", file, document]);
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
}
