//! What was asked for and changes nothing is said, in one sentence, and so is what was written where nobody sees it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;

use crate::program::{said, sipscope};
use crate::support::exchange::capture;

const SAMPLE: &str = "samples/call.pcap";

#[test]
fn options_that_change_nothing_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, empty, all) = (path("keys"), path("empty.pcap"), path("all"));
    fs::write(&keys, "CLIENT_RANDOM 00 00\n").unwrap();
    fs::write(&empty, capture(&[])).unwrap();
    let offset = format!("{empty}=+1s");
    let no_column = "sipscope: no column is called foo: --columns, --hide and --merge take the names at the heads of the columns\n";
    let nothing_drawn = "sipscope: nothing is drawn: --only-methods and --hide leave no message\n";
    let no_keys = "sipscope: --keylog opened no message: the keys are of other connections, or there is no TLS; `sipscope summary` tells \
                   what is encrypted\n";
    let no_message = format!(
        "sipscope: --offset: there is no message in {empty} of which the time could be set\n"
    );
    let cases: [(&[&str], &str); 8] = [
        (&["messages", SAMPLE, "--keylog", &keys], no_keys),
        (&["calls", SAMPLE, &empty, "--offset", &offset], &no_message),
        (&["ladder", SAMPLE, "1", "--columns", "foo"], no_column),
        (
            &["ladder", SAMPLE, "--all", "-o", &all, "--hide", "foo"],
            no_column,
        ),
        (
            &["ladder", SAMPLE, "1", "--only-methods", "FOO"],
            nothing_drawn,
        ),
        (
            &[
                "ladder",
                SAMPLE,
                "--all",
                "-o",
                &all,
                "--only-methods",
                "FOO",
            ],
            nothing_drawn,
        ),
        // These do what they say.
        (&["ladder", SAMPLE, "1", "--only-methods", "FOO,BYE"], ""),
        (&["ladder", SAMPLE, "1", "--columns", "10.0.0.2"], ""),
    ];
    for (arguments, expected) in cases {
        let output = sipscope(&[arguments, &["-q"]].concat());
        assert_eq!(said(&output), expected, "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

/// Of keys that a capture brings itself nobody knows whose keys opened a message.
#[test]
fn where_messages_were_opened_nothing_is_said_of_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, input) = (path("keys"), path("tls.pcapng"));
    fs::write(&keys, "").unwrap();
    fs::write(&input, crate::export::encrypted()).unwrap();
    let output = sipscope(&["messages", "-q", &input, "--keylog", &keys]);
    assert_eq!(said(&output), "");
    assert!(!output.stdout.is_empty());
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = sipscope(&["summary", "-q", path]);
    let expected = format!("sipscope: {path}: there is no file in it to read\n");
    assert_eq!(said(&output), expected);
    fs::write(folder.path().join("a.pcap"), capture(&[])).unwrap();
    assert_eq!(said(&sipscope(&["summary", "-q", path])), "");
}

#[test]
fn what_has_no_message_is_not_anonymized_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (empty, written) = (path("empty.pcap"), path("written.pcapng"));
    fs::write(&empty, capture(&[])).unwrap();
    let output = sipscope(&["anonymize", "-q", &empty, "-o", &written]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        said(&output),
        "sipscope: nothing is written: there is no message to anonymize\nsipscope: no SIP message in 0 records\n"
    );
    assert!(!fs::exists(written).unwrap());
}

#[test]
fn an_audit_into_a_file_tells_its_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.sarif");
    let path = path.to_str().unwrap();
    let input = "samples/documents/numbered-steps.txt";
    let arguments = ["audit", "--only", "dialog", input, "-o", path];
    let counts = format!("sipscope: {path}: 1 error, 0 warnings, 0 info in 1 call");
    let output = sipscope(&arguments);
    assert_eq!(said(&output).lines().last(), Some(counts.as_str()));
    let quiet = sipscope(&[&arguments[..], &["-q"]].concat());
    assert_eq!(said(&quiet), "");
}

#[test]
fn rules_are_listed_as_the_settings_hold_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sipscope.toml");
    fs::write(
        &path,
        "[rules]\nMF03 = \"off\"\nheader-missing = \"info\"\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let line = |options: &[&str], code: &str| {
        let output = sipscope(&[&["rules"], options].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().find(|line| line.starts_with(code)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    for (code, own, set) in [
        ("MF03", "error", "off"),
        ("SYN01", "error", "info"),
        ("VIA01", "error", "error"),
    ] {
        assert_eq!(line(&[], code), own, "{code}");
        assert_eq!(line(&["--config", path], code), set, "{code}");
    }
    // IMS rules are of no RFC.
    assert_eq!(line(&["--profile", "rfc3261"], "IMS01"), "off");
    let output = sipscope(&["rules", "explain", "MF03", "--config", path]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("With profile 3gpp-current and the settings here: off\n"),
        "{text}"
    );
    let output = sipscope(&["rules", "-f", "json", "--config", path]);
    let table: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut rules = table["rules"].as_array().unwrap().iter();
    let rule = rules.find(|rule| rule["code"] == "MF03").unwrap();
    assert_eq!(
        (&rule["severity"], &rule["here"]),
        (&"error".into(), &"off".into())
    );
}

/// Who mends the settings looks up there what rules are called.
#[test]
fn rules_are_listed_where_settings_that_are_found_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("sipscope.toml"),
        "[rules]\nwibble = \"off\"\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let program = env!("CARGO_BIN_EXE_sipscope");
        let mut program = std::process::Command::new(program);
        program
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let output = run(&["rules"]);
    assert_eq!(output.status.code(), Some(0));
    let path = folder.path().canonicalize().unwrap().join("sipscope.toml");
    let expected = format!(
        "sipscope: {}, line 2: wibble: unknown rule \"wibble\"; `sipscope rules` lists them\n\
         sipscope: what follows is without these settings\n",
        path.display()
    );
    assert_eq!(said(&output), expected);
    assert_eq!(
        run(&["rules", "--config", "sipscope.toml"]).status.code(),
        Some(2)
    );
}

/// What is said, in its own words.
#[test]
fn what_is_not_there_is_told_with_what_is() {
    let cases: [(&[&str], i32, &str); 7] = [
        (
            &["call", SAMPLE, "99"],
            1,
            "there is no call 99: the inputs hold 2; `sipscope calls` gives their numbers",
        ),
        (
            &["show", SAMPLE, "99"],
            1,
            "there is no message 99: the inputs hold 42; `sipscope messages` gives their numbers",
        ),
        (
            &["hop", SAMPLE, "99"],
            1,
            "there is no hop 99: the inputs hold 18; `sipscope call` gives their numbers",
        ),
        (
            &["rules", "DLG04"],
            2,
            "unrecognized subcommand 'DLG04'; there is `sipscope rules explain`; see `sipscope rules --help`",
        ),
        (
            &["flows", "show", "ims-rereg"],
            2,
            "there is no flow ims-rereg; is ims-reregistration meant? `sipscope flows` lists them",
        ),
        (
            &["formats", "-q"],
            2,
            "unexpected argument '-q' found; see `sipscope formats --help`",
        ),
        (
            &["summary", SAMPLE, "--offset", "foo=1s"],
            2,
            "--offset: foo is none of the inputs",
        ),
    ];
    for (arguments, status, expected) in cases {
        let output = sipscope(arguments);
        assert_eq!(said(&output), format!("sipscope: {expected}\n"));
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
}
