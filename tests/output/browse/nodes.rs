//! What a person knows better of a node is written to the node file, and read again from it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use sipscope::trace::{Role, read_node_file};
use sipscope::tui::Want;

use super::{Opened, Read};

const CALL: &str = "samples/call.pcap";

fn clear(opened: &mut Opened) {
    let clear = KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL);
    opened.app.key(clear);
}

#[test]
fn a_node_gets_another_name_and_another_role() {
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.keys("nje");
    assert!(
        opened.seen().contains("call the node: 10.0.0.1"),
        "{}",
        opened.seen()
    );
    clear(&mut opened);
    opened.keys("pcscf \"west\"\n");
    assert!(opened.seen().contains("write the nodes to: nodes.toml"));
    let Some(Want::SaveNodes(text, name)) = opened.keys("\n") else {
        panic!("nothing is saved");
    };
    assert_eq!(name, "nodes.toml");
    let hints = read_node_file(&text).unwrap();
    let labels: Vec<_> = hints
        .iter()
        .filter_map(|one| one.label.as_deref())
        .collect();
    assert_eq!(labels[..3], ["10.64.0.1", "pcscf \"west\"", "10.0.0.2"]);

    // The trace anew, with what is known now: the screen stays, and shows it.
    opened.app.keeps_nodes_in(name);
    opened.app.knows_nodes_by(text);
    opened.read = Read::of(&[CALL], hints);
    opened.app.opened(opened.read.world());
    assert!(
        opened.seen().contains("   2  pcscf \"west\"  proxy"),
        "{}",
        opened.seen()
    );

    opened.keys("o");
    clear(&mut opened);
    opened.keys("gateway\n");
    assert!(
        opened
            .seen()
            .contains("a role is one of: UE, user agent, P-CSCF")
    );
    opened.keys("o");
    clear(&mut opened);
    // It is known by now where to write it.
    let Some(Want::SaveNodes(text, name)) = opened.keys("p-cscf\n") else {
        panic!("nothing is saved");
    };
    assert_eq!(name, "nodes.toml");
    let hints = read_node_file(&text).unwrap();
    assert_eq!(hints[1].role, Some(Role::PCscf));
    assert_eq!(hints[1].label.as_deref(), Some("pcscf \"west\""));
    assert_eq!(hints[2].role, Some(Role::Proxy));
}

#[test]
fn only_a_node_that_is_selected_is_changed() {
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.keys("e");
    assert!(opened.seen().contains("no node is selected here"));
    opened.keys("n");
    opened.app.reads_again();
    opened.keys("o");
    assert!(opened.seen().contains("the inputs are still being read"));
    // Nothing is written by giving up, or without a name.
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.keys("ne");
    assert!(opened.press(KeyCode::Esc).is_none());
    opened.keys("e");
    clear(&mut opened);
    opened.keys("other\n");
    clear(&mut opened);
    assert!(opened.keys("\n").is_none());
}

#[test]
fn a_node_whose_evidence_is_shown_can_be_called_otherwise() {
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.keys("nj\ne");
    let seen = opened.seen();
    assert!(seen.contains("call the node: 10.0.0.1"), "{seen}");
}

/// Filters, baselines and ladders know nodes by their labels.
#[test]
fn no_two_nodes_are_called_the_same() {
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.app.keeps_nodes_in("nodes.toml");
    opened.keys("nje");
    clear(&mut opened);
    assert!(opened.keys("10.0.0.2\n").is_none());
    let seen = opened.seen();
    assert!(
        seen.ends_with("node 3 is called 10.0.0.2 already\n"),
        "{seen}"
    );
    // It is its own label.
    opened.keys("e");
    assert!(matches!(opened.keys("\n"), Some(Want::SaveNodes(..))));
}

/// What the user wrote down is more than one trace shows.
#[test]
fn what_the_node_file_says_beyond_the_trace_is_kept() {
    let said = "[[node]]\nlabel = \"pcscf\"\nrole = \"P-CSCF\"\nnetwork = \"visited\"\n\
         addresses = [\"10.0.0.1\", \"172.16.0.0/12\", \"[2001:db8::1]:5070\"]\nnames = [\"pcscf.example.org\"]\n\
         [[node]]\nlabel = \"elsewhere\"\ntrust_domain = \"home\"\naddresses = [\"192.0.2.99:5062\"]\n\
         vlans = [7, 8]\nlabels = []\ncaptures = [\"other.pcap\"]\n\
         [[node]]\nnames = [\"a.example.net\"]\n";
    let before = read_node_file(said).unwrap();
    let (mut hints, mut said) = (before.clone(), said.to_owned());
    // Once more with what was written the first time.
    for (key, typed) in [("o", "proxy\n"), ("e", "west\n")] {
        let mut opened = Opened::of(&[CALL], 80, 24);
        opened.read = Read::of(&[CALL], hints);
        opened.app.opened(opened.read.world());
        opened.app.keeps_nodes_in("nodes.toml");
        opened.app.knows_nodes_by(said.as_str());
        opened.keys("nj");
        opened.keys(key);
        clear(&mut opened);
        let Some(Want::SaveNodes(text, _)) = opened.keys(typed) else {
            panic!("nothing is saved");
        };
        hints = read_node_file(&text).unwrap();
        said = text;
    }
    let known = |label: Option<&str>| hints.iter().find(|hint| hint.label.as_deref() == label);
    let changed = known(Some("west")).unwrap();
    assert_eq!(changed.role, Some(Role::Proxy));
    assert_eq!(changed.network.as_deref(), Some("visited"));
    assert_eq!(changed.addresses, before[0].addresses);
    assert_eq!(changed.names, before[0].names);
    assert_eq!(known(Some("elsewhere")), Some(&before[1]));
    assert_eq!(known(None), Some(&before[2]));
    assert_eq!(known(Some("pcscf")), None);
}

/// The sample, read by a node file.
fn known_by(said: &str) -> Opened {
    let mut opened = Opened::of(&[CALL], 200, 24);
    opened.read = Read::of(&[CALL], read_node_file(said).unwrap());
    opened.app.opened(opened.read.world());
    opened.app.audited(opened.read.findings());
    opened.app.keeps_nodes_in("nodes.toml");
    opened.app.knows_nodes_by(said);
    opened
}

/// Gives the second node another label.
fn renamed(opened: &mut Opened, label: &str) -> Option<Want> {
    opened.keys("nje");
    clear(opened);
    opened.keys(&format!("{label}\n"))
}

/// Behind a list in brackets no node can be written down; in it, what stands there is changed.
#[test]
fn to_a_list_of_nodes_in_brackets_nothing_is_added() {
    let other = "# own\nnode = [\n  { label = \"other\", addresses = [\"192.0.2.99\"] },\n]\n";
    for (said, line) in [("node = []\n", 1), (other, 2)] {
        let mut opened = known_by(said);
        let want = renamed(&mut opened, "west");
        assert!(want.is_none(), "{want:?}");
        let told = format!(
            "\nline {line}: node: the nodes are a list in brackets, to which nothing is added: write each of them as [[node]]\n"
        );
        assert!(opened.seen().ends_with(&told), "{}", opened.seen());
    }
    let mut opened = known_by("node = [{ addresses = [\"10.0.0.1\"] }]\n");
    let Some(Want::SaveNodes(text, _)) = renamed(&mut opened, "west") else {
        panic!("nothing is saved");
    };
    let expected = "node = [{ label = \"west\", addresses = [\"10.0.0.1\"] }]\n";
    assert_eq!(text, expected);
}

#[test]
fn lines_that_are_added_end_as_the_others_do() {
    let unended = "[[node]]\r\nlabel = \"other\"\r\naddresses = [\"192.0.2.99\"]";
    for said in [unended.to_owned(), format!("{unended}\r\n")] {
        let mut opened = known_by(&said);
        let Some(Want::SaveNodes(text, _)) = renamed(&mut opened, "west") else {
            panic!("nothing is saved");
        };
        assert!(text.starts_with(&format!("{unended}\r\n\r\n")), "{text:?}");
        assert!(text.contains("label = \"west\"\r\n"), "{text:?}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text:?}");
    }
}

/// The next trace may have both.
#[test]
fn a_label_of_the_node_file_is_taken_also_where_its_node_is_not_in_the_trace() {
    let said = "[[node]]\nlabel = \"elsewhere\"\naddresses = [\"192.0.2.99\"]\n\
         [[node]]\nlabel = \"west\"\naddresses = [\"10.0.0.1\"]\n";
    let mut opened = known_by(said);
    let want = renamed(&mut opened, "Elsewhere");
    assert!(want.is_none(), "{want:?}");
    let told = "\nanother node of the node file is called elsewhere already\n";
    assert!(opened.seen().ends_with(told), "{}", opened.seen());
    // It is its own label.
    let want = renamed(&mut known_by(said), "WEST");
    assert!(matches!(want, Some(Want::SaveNodes(..))), "{want:?}");
}
