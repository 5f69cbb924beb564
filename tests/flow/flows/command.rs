//! `sipscope flows` as people and scripts meet it.

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};
use sipscope::flow::templates;
use tempfile::TempDir;

const OWN: &str = "id = \"own\"\ntitle = \"Ping\"\nsource = \"RFC 3261 11\"\n\
    [[actor]]\nid = \"a\"\nlabel = \"A\"\nrole = \"UE\"\n[[actor]]\nid = \"b\"\nlabel = \"B\"\nrole = \"proxy\"\n\
    [[dialog]]\nid = \"d\"\nfrom = \"sip:a@example.com\"\nto = \"sip:b@example.com\"\n\
    [[step]]\nnumber = \"1\"\nfrom = \"a\"\nto = \"b\"\nrequest = \"OPTIONS\"\ndialog = \"d\"\ncarry = { Accept = true }\nexample = { Accept = \"text/plain\" }\n\
    [[step]]\nnumber = \"2\"\nfrom = \"b\"\nto = \"a\"\nresponse = [\"200 OK\", \"486 Busy Here\"]\nanswers = \"1\"\n\
    [[group]]\nsteps = [\"2\"]\nkind = \"optional\"\nwhen = \"B is there.\"\n";

fn flows(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .arg("flows")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = flows(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn it_lists_the_flows_of_the_program_and_of_the_user() {
    let folder = folder(&[("own.toml", OWN), ("README.md", "no template")]);
    let path = folder.path().to_str().unwrap();
    let plain = printed(&[]);
    assert_eq!(plain, printed(&["list"]));
    assert!(plain.contains("presence-fetch  10 steps\n"), "{plain}");
    assert!(plain.contains("    test PS-1.0-int-M-0120\n"), "{plain}");
    let with_own = printed(&["list", "--templates", path]);
    let own = with_own.strip_prefix(&plain).unwrap();
    assert_eq!(
        own,
        format!("own  2 steps, {path}/own.toml\n    Ping\n    RFC 3261 11\n")
    );

    let table: Value =
        serde_json::from_str(&printed(&["--templates", path, "--format", "json"])).unwrap();
    assert_eq!(table["schema"], "sipscope.flows/1");
    let rows = table["flows"].as_array().unwrap();
    assert_eq!(rows.len(), templates().len() + 1);
    assert_eq!(rows[0]["file"], Value::Null);
    assert_eq!(
        rows.last().unwrap(),
        &json!({
            "id": "own", "title": "Ping", "source": "RFC 3261 11", "tests": [], "steps": 2,
            "file": format!("{path}/own.toml"),
        })
    );
}

#[test]
fn it_shows_a_flow_in_words() {
    let folder = folder(&[("own.toml", OWN)]);
    let path = folder.path().to_str().unwrap();
    let expected = format!(
        "own: Ping\nSource: RFC 3261 11\nFile: {path}/own.toml\n\
         \nActors\n  A: UE\n  B: proxy\n\
         \nSteps\n  1  A -> B: OPTIONS\n       must carry Accept\n  2  B -> A: 200 OK or 486 Busy Here, answers step 1\n\
         \nWhatever is passed on keeps From, To, Call-ID and CSeq; a request has one less\nin Max-Forwards.\n\
         \nGroups\n  optional, step 2: B is there.\n"
    );
    assert_eq!(printed(&["show", "own", "--templates", path]), expected);
    for template in templates() {
        let shown = printed(&["show", &template.id]);
        for line in shown.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        for step in &template.steps {
            let numbered = format!("\n  {}  ", step.number);
            assert!(shown.contains(&numbered), "{} {}", template.id, step.number);
        }
    }
}

#[test]
fn it_shows_a_flow_to_programs() {
    let text = printed(&["show", "presence-fetch", "--format", "json"]);
    let flow: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(flow["schema"], "sipscope.flow/1");
    assert_eq!(flow["tests"], json!(["PS-1.0-int-M-0120"]));
    assert_eq!(flow["actors"][1]["label"], "SIP/IP Core (watcher)");
    assert_eq!(flow["actors"][1]["role"], "proxy");
    let step = &flow["steps"][1];
    assert_eq!(
        (&step["number"], &step["kind"], &step["from"], &step["to"]),
        (
            &json!("2"),
            &json!("request"),
            &json!("core-w"),
            &json!("core-p")
        )
    );
    assert_eq!(step["method"], "SUBSCRIBE");
    assert_eq!(step["relays"], "1");
    let demands = step["must_carry"].as_array().unwrap();
    for expected in [
        json!({"header": "Event", "must": "be_copied_from", "step": "1"}),
        json!({"header": "Max-Forwards", "must": "be_one_less_than_in", "step": "1"}),
        json!({"header": "Call-ID", "must": "be_copied_from", "step": "1"}),
    ] {
        assert!(demands.contains(&expected), "{expected}");
    }
    assert_eq!(
        flow["steps"][3]["statuses"],
        json!(["200 OK", "202 Accepted"])
    );
    assert_eq!(flow["groups"][0]["kind"], "combined");
    assert_eq!(flow["groups"][0]["steps"], json!(["2", "3"]));
}

#[test]
fn figures_have_all_steps() {
    for template in templates() {
        let figure = printed(&["draw", &template.id, "-f", "ascii"]);
        let rows = figure.lines().filter(|line| line.contains('|'));
        let numbers = rows.filter_map(|row| row.split(['|', '+']).next().map(str::trim));
        let numbers: Vec<_> = numbers.filter(|number| !number.is_empty()).collect();
        let steps = template.steps.iter().map(|step| step.number.as_str());
        assert_eq!(numbers, steps.collect::<Vec<_>>(), "{figure}");
    }
}

#[test]
fn it_says_which_flow_there_is_not() {
    let output = flows(&["show", "nope"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "sipscope: there is no flow nope; `sipscope flows` lists them\n"
    );
}

#[test]
fn it_checks_files() {
    let bad = OWN.replace("request =", "reqest =");
    let folder = folder(&[("a.toml", OWN), ("b.toml", &bad), ("c.toml", OWN)]);
    let name = |file: &str| folder.path().join(file).to_str().unwrap().to_owned();
    let (a, b, c) = (name("a.toml"), name("b.toml"), name("c.toml"));
    assert_eq!(printed(&["check", &a]), format!("{a}: own, 2 steps\n"));
    let expected = format!(
        "{a}: own, 2 steps\n\
         {b}: line 20: reqest: unknown key \"reqest\"; is \"request\" meant?\n\
         {c}: line 1: id: own is taken, {a} has it already; choose another\n"
    );
    let path = folder.path().to_str().unwrap();
    for arguments in [
        &["check", &a, &b, &c] as &[&str],
        &["check", "--templates", path],
    ] {
        let output = flows(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }
    assert_eq!(flows(&["check"]).status.code(), Some(2));
    assert_eq!(flows(&["check", &name("none.toml")]).status.code(), Some(3));
}

/// Nobody ever writes to the end of a pipe or a device.
#[cfg(unix)]
#[test]
fn what_is_no_file_among_templates_is_refused() {
    let folder = folder(&[("a.toml", OWN)]);
    let device = folder.path().join("b.toml");
    std::os::unix::fs::symlink("/dev/zero", &device).unwrap();
    let path = folder.path().to_str().unwrap();
    for arguments in [
        ["list", "--templates", path],
        ["check", "--templates", path],
    ] {
        let output = flows(&arguments);
        assert_ne!(output.status.code(), Some(0));
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!(
            "sipscope: {}: it is no file; --templates reads all files *.toml of a directory\n",
            device.display()
        );
        assert_eq!(said, expected);
    }
}

#[test]
fn an_identifier_that_is_taken_is_an_error_that_says_by_whom() {
    let taken = OWN.replace("id = \"own\"", "id = \"refer\"");
    let folder = folder(&[("mine.toml", &taken)]);
    let path = folder.path().to_str().unwrap();
    let file = format!("{path}/mine.toml");
    let fault = format!(
        "{file}: line 1: id: refer is taken, a flow of the program has it already, which no file replaces; choose another\n"
    );
    let output = flows(&["list", "--templates", path]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("sipscope: {fault}"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    // What `--templates` would not take is told of a single file too.
    for arguments in [&["check", &file], &["check", "--templates", path]] as [&[&str]; 2] {
        let output = flows(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), fault);
    }
}

const OUTBOUND: &str = "id = \"outbound\"\ntitle = \"Registration over flows\"\nsource = \"RFC 5626 4.2\"\n\
    [[actor]]\nid = \"ua\"\nlabel = \"UA\"\nrole = \"user agent\"\n\
    [[actor]]\nid = \"ep\"\nlabel = \"Edge\"\nrole = \"proxy\"\nname = \"ep1.example.com\"\n\
    [[actor]]\nid = \"reg\"\nlabel = \"Registrar\"\nrole = \"registrar\"\nname = \"reg.example.com\"\n\
    [[dialog]]\nid = \"r\"\nfrom = \"sip:bob@example.com\"\nto = \"sip:bob@example.com\"\n\
    [[step]]\nnumber = \"1\"\nfrom = \"ua\"\nto = \"ep\"\nrequest = \"REGISTER\"\ndialog = \"r\"\n\
    [[step]]\nnumber = \"2\"\nfrom = \"ep\"\nto = \"reg\"\nrequest = \"REGISTER\"\nrelays = \"1\"\n\
    carry = { Path = { has_parameter = \"ob\" } }\nexample = { Path = \"<sip:ep1.example.com;lr>\" }\n\
    [[step]]\nnumber = \"3\"\nfrom = \"reg\"\nto = \"ep\"\nresponse = \"200 OK\"\nanswers = \"2\"\n\
    [[step]]\nnumber = \"4\"\nfrom = \"ep\"\nto = \"ua\"\nresponse = \"200 OK\"\nrelays = \"3\"\n";

/// RFC 5626 5.1: the parameter stands in the URI, wherever there.
#[test]
fn a_parameter_of_a_uri_is_one() {
    for path in [
        "<sip:ep1.example.com;lr;ob>",
        "<sip:ep1.example.com;ob;lr>",
        "<sip:ep1.example.com;lr>;ob",
        "<sip:ep1.example.com;lr>;ob;x=1",
        "<sip:ep1.example.com;ob?Subject=x>",
        "\\\"a;b\\\" <sip:ep1.example.com;OB>",
    ] {
        let text = OUTBOUND.replace("<sip:ep1.example.com;lr>", path);
        let folder = folder(&[("outbound.toml", &text)]);
        let name = folder.path().to_str().unwrap();
        let file = format!("{name}/o.pcapng");
        printed(&["synthesize", "outbound", "--templates", name, "-o", &file]);
        let bytes = fs::read(&file).unwrap();
        let line = format!("\r\nPath: {}\r\n", path.replace('\\', ""));
        let mut all = bytes.windows(line.len());
        assert!(all.any(|one| one == line.as_bytes()), "{path}");
        let told = printed(&["match", "-q", &file, "--templates", name, "--summary"]);
        assert_eq!(told, "call 1: outbound pass, 4 matched\n", "{path}");
    }
}

#[test]
fn what_would_change_nothing_is_refused() {
    let folder = folder(&[]);
    let file = format!("{}/o.pcapng", folder.path().to_str().unwrap());
    let two = "rfc3665-two-proxies";
    for (arguments, named) in [
        (&["--drop", "C18"] as &[&str], "--drop C18"),
        (&["--duplicate", "C18"], "--duplicate C18"),
        (&["--reorder", "F4,C18"], "--reorder F4,C18"),
        (&["--reorder", "F3,F3"], "--reorder F3,F3"),
        (&["--reorder", "F1,F2", "--drop", "F1"], "--reorder F1,F2"),
        (&["--drop", "F1", "--drop", "F1"], "--drop F1"),
    ] {
        let output = flows(&[&["synthesize", two, "-o", &file], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("sipscope: {named} changes nothing here\n");
        assert_eq!(said, expected);
        assert!(!fs::exists(&file).unwrap(), "{arguments:?}");
    }
}

/// Calls are put together by the users that they have in common.
#[test]
fn dialogs_of_others_are_told_of() {
    let other =
        "[[dialog]]\nid = \"e\"\nfrom = \"sip:c@example.com\"\nto = \"sip:e@example.com\"\n";
    let more = "[[step]]\nnumber = \"3\"\nfrom = \"a\"\nto = \"b\"\nrequest = \"OPTIONS\"\ndialog = \"e\"\n";
    let steps = OWN.find("[[step]]").unwrap();
    let text = [&OWN[..steps], other, &OWN[steps..], more].concat();
    let shared = text.replace("sip:c@", "sip:B@").replace("sip:B@", "sip:b@");
    let folder = folder(&[("a.toml", &text), ("b.toml", &shared)]);
    let name = |file: &str| folder.path().join(file).to_str().unwrap().to_owned();
    let (a, b) = (name("a.toml"), name("b.toml"));
    assert_eq!(
        printed(&["check", &a]),
        format!(
            "{a}: own, 3 steps\n{a}: warning: dialog e has no user in common with d, in which the flow begins: in a trace they are not found together\n"
        )
    );
    assert_eq!(printed(&["check", &b]), format!("{b}: own, 3 steps\n"));
}

/// What a message must have and nothing says is told, and no message is made without it.
#[test]
fn what_no_example_says_is_told() {
    let text = OWN.replace("example = { Accept = \"text/plain\" }\n", "");
    let body = OWN.replace("Accept = true", "Body = { says = [\"x\"] }");
    for (text, missing) in [
        (
            text,
            "step 1 must carry Accept, and no `example` says which: no message can be made",
        ),
        (
            body,
            "step 1 must carry Body, and no `body` says which: no message can be made",
        ),
    ] {
        let folder = folder(&[("a.toml", &text)]);
        let path = folder.path().to_str().unwrap();
        let file = format!("{path}/a.toml");
        let expected = format!("{file}: own, 2 steps\n{file}: warning: {missing}\n");
        assert_eq!(printed(&["check", &file]), expected);
        let made = format!("{path}/a.pcapng");
        let output = flows(&["synthesize", "own", "--templates", path, "-o", &made]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("sipscope: {missing}\n"));
        assert!(!fs::exists(&made).unwrap());
    }
}
