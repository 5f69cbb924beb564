//! `sipscope nodes` as people and scripts meet it.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn nodes(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["nodes", "--quiet", "samples/call.pcap"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn json_has_its_schema_and_all_of_a_node() {
    let found: Value = serde_json::from_slice(&nodes(&["--format", "json"]).stdout).unwrap();
    assert_eq!(found["schema"], "sipscope.nodes/1");
    let proxy = &found["nodes"][1];
    assert_eq!(
        (&proxy["number"], &proxy["role"]),
        (&Value::from(2), &Value::from("proxy"))
    );
    assert_eq!(proxy["reasons"][0]["decides"], true);
    assert!(proxy["addresses"][0]["endpoint"].is_string());
    assert!(proxy["evidence"].is_array() && proxy["requests_in"].as_u64().unwrap() > 0);
}

#[test]
fn the_table_is_for_people_and_evidence_comes_when_asked_for() {
    let table = text(&nodes(&[]).stdout);
    assert!(table.starts_with(" NODE  LABEL"), "{table}");
    assert!(!table.contains("role: "));
    let evidence = text(&nodes(&["--evidence"]).stdout);
    assert!(evidence.contains("role: passes requests on with a Via of its own (message "));
}

#[test]
fn a_written_file_gives_the_same_nodes() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("nodes.toml");
    fs::write(&path, nodes(&["-f", "toml"]).stdout).unwrap();
    let again = nodes(&["--nodes", path.to_str().unwrap()]);
    assert_eq!(text(&again.stdout), text(&nodes(&[]).stdout));
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_place() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("nodes.toml");
    fs::write(
        &path,
        "[[node]]\naddresses = [\"192.0.2.1\"]\nlable = \"x\"\n",
    )
    .unwrap();
    let failed = nodes(&["--nodes", path.to_str().unwrap()]);
    let complaint = text(&failed.stderr);
    let expected = "nodes.toml, line 3: lable: unknown key \"lable\"; is \"label\" meant?";
    assert!(complaint.contains(expected), "{complaint}");
    assert_eq!(failed.status.code(), Some(2));
}

/// Whoever reads it needs it: what is wrong, where, and what to do.
#[test]
fn a_node_file_that_is_not_there_is_told_with_who_names_it() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("nodes.toml");
    let settings = directory.path().join("settings.toml");
    fs::write(&settings, "nodes = \"nodes.toml\"\n").unwrap();
    let (file, settings) = (file.to_str().unwrap(), settings.to_str().unwrap());
    let by_option = format!(
        "sipscope: {file}: there is no such node file: `sipscope nodes -f toml INPUT -o {file}` writes one\n"
    );
    let by_settings = format!(
        "sipscope: {file}: there is no such node file, which {settings} names: `sipscope nodes -f toml INPUT -o {file}` writes one\n"
    );
    for (named, expected) in [
        (["--nodes", file], by_option),
        (["--config", settings], by_settings),
    ] {
        let output = nodes(&named);
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(text(&output.stderr), expected);
    }
    // What it says is to be done, whether the program makes the file or a shell.
    let output = nodes(&["--config", settings, "-f", "toml", "-o", file]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(fs::read_to_string(file).unwrap().contains("[[node]]"));
    fs::write(file, "").unwrap();
    let output = nodes(&["--config", settings, "-f", "toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}
