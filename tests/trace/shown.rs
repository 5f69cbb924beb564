//! Registrations, publications and links as the command `call` shows them.

use std::process::{Command, Output};

use serde_json::Value;

use super::scenario::{Net, file};
use super::sip::{Sip, Talk};

/// What `sipscope` says to these arguments, in which FILE stands for a capture of the network.
fn sipscope(net: &Net, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.pcap");
    std::fs::write(&path, file(&net.packets)).unwrap();
    let path = path.to_str().unwrap();
    let arguments = arguments.iter().map(|argument| match *argument {
        "FILE" => path,
        other => other,
    });
    let program = env!("CARGO_BIN_EXE_sipscope");
    Command::new(program).args(arguments).output().unwrap()
}

#[track_caller]
fn stdout(net: &Net, arguments: &[&str]) -> String {
    let output = sipscope(net, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(net: &Net, arguments: &[&str]) -> Value {
    let format = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&stdout(net, &format)).unwrap()
}

/// What stands behind a title that begins so.
fn section<'a>(text: &'a str, title: &str) -> &'a str {
    let at = text.find(title).unwrap();
    let rest = &text[at..];
    rest.split("\n\n").next().unwrap().trim_end()
}

fn with(request: Sip, fields: &[&str]) -> Sip {
    fields
        .iter()
        .fold(request, |request, line| request.with(line))
}

/// Sent to the next node, answered 50 ms later with these fields.
fn exchange(net: &mut Net, ends: [&str; 2], request: Sip, status: u16, fields: &[&str], at: i64) {
    let sent = net.send(ends[0], ends[1], request, at);
    let answer = with(sent.message.response(status, "r"), fields);
    net.raw(ends[1], ends[0], answer, at + 50);
}

/// A challenge, its answer, the registration at an application server, ten refreshes.
fn registration() -> Net {
    let mut net = Net::new(&["ue", "scscf", "as"]);
    let register = |cseq: u32, fields: &[&str]| {
        let request = Talk::between("one", "alice", "alice").request("REGISTER", cseq);
        with(request, fields)
    };
    let contact = "Contact: <sip:a@192.0.2.1>;+sip.instance=\"<urn:uuid:1>\"";
    let challenge = "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", algorithm=MD5";
    let ends = ["ue", "scscf"];
    exchange(
        &mut net,
        ends,
        register(1, &[contact, "Expires: 900"]),
        401,
        &[challenge],
        0,
    );
    let digest = "Authorization: Digest realm=\"x\", nonce=\"n\", response=\"1\"";
    let path = "Path: <sip:p.example.com;lr>";
    let fields = [contact, "Expires: 900", digest, path];
    let granted = format!("{contact};expires=600");
    let more = [&granted[..], "Service-Route: <sip:s.example.com;lr>"];
    exchange(&mut net, ends, register(2, &fields), 200, &more, 1000);
    let third = Talk::between("third", "scscf", "alice").request("REGISTER", 1);
    let third = with(third, &["Contact: <sip:scscf.example.com>", "Expires: 300"]);
    exchange(&mut net, ["scscf", "as"], third, 200, &[], 1100);
    for number in 0..10 {
        let request = register(3 + number, &[contact, path]);
        exchange(
            &mut net,
            ends,
            request,
            200,
            &[&granted],
            60_000 * (i64::from(number) + 1),
        );
    }
    net
}

#[test]
fn a_registration_with_its_challenge_and_its_bindings() {
    let net = registration();
    let text = stdout(&net, &["call", "FILE", "1"]);
    let expected = "\
registration of sip:alice@example.com:
       1  create       401, asks 900 s
          wants Digest MD5 x
       3  create       200, asks 900 s, granted 600 s
          answers the challenge to message 1 with Authorization
       7  refresh      200, granted 600 s
          and 8 more like it
      25  refresh      200, granted 600 s
  service route:
    <sip:s.example.com;lr>
  bindings:
    sip:a@192.0.2.1
      made by message 3, good until 2023-11-14T22:33:20.050000Z
      instance   <urn:uuid:1>
      path       <sip:p.example.com;lr>";
    assert_eq!(section(&text, "registration of"), expected);
    let expected = "\
registration of sip:alice@example.com
  by sip:scscf@example.com:
       5  create       200, asks 300 s
          caused by message 3
  bindings:
    sip:scscf.example.com
      made by message 5, expired at 2023-11-14T22:18:21.150000Z";
    let third = text.rfind("registration of").unwrap();
    assert_eq!(section(&text[third..], "registration of"), expected);
    let link = "third belongs to one:\n  third-party registration, message 3 caused message 5 by place and time\n";
    assert!(text.contains(link), "{text}");
    assert!(
        text[text.find("\nregistration").unwrap()..]
            .lines()
            .all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn a_registration_for_programs() {
    let call = json(&registration(), &["call", "FILE", "1"]);
    let [own, third] = &call["registrations"].as_array().unwrap()[..] else {
        panic!("two registrations");
    };
    assert_eq!(own["address"], "sip:alice@example.com");
    assert_eq!(own["third_party"], Value::Null);
    assert_eq!(third["third_party"], "sip:scscf@example.com");
    assert_eq!(third["steps"][0]["caused_by"], 3);
    assert_eq!(
        own["steps"].as_array().unwrap().len(),
        12,
        "nothing is folded"
    );
    let answered = &own["steps"][1];
    assert_eq!(
        (&answered["follows"], &answered["why"]),
        (&1.into(), &"challenge".into())
    );
    assert_eq!(answered["answers_with"], "Authorization");
    assert_eq!(
        answered["request"]["contacts"][0]["instance"],
        "<urn:uuid:1>"
    );
    assert_eq!(answered["answer"]["contacts"][0]["expires"], 600);
    assert_eq!(
        answered["answer"]["service_route"][0],
        "<sip:s.example.com;lr>"
    );
    assert_eq!(own["steps"][0]["answer"]["auths"][0]["nonce"], "n");
    let binding = &own["bindings"][0];
    assert_eq!(binding["uri"], "sip:a@192.0.2.1");
    assert_eq!(
        (&binding["made_by"], &binding["told_by"]),
        (&3.into(), &25.into())
    );
    assert_eq!(binding["end"], Value::Null);
    let link = &call["links"][0];
    assert_eq!(link["reason"], "third-party registration");
    assert_eq!((&link["cause"], &link["caused"]), (&3.into(), &5.into()));
    assert_eq!(link["strong"], false);
}

#[test]
fn a_publication_with_its_tags() {
    let mut net = Net::new(&["ue", "ps"]);
    let publish = |call_id: &str, fields: &[&str]| {
        let request = Talk::between(call_id, "alice", "alice").request("PUBLISH", 1);
        let mut request = with(request.with("Event: presence"), fields);
        request.body = "<presence/>".to_owned();
        request
    };
    let ends = ["ue", "ps"];
    let first = ["SIP-ETag: one\u{1b}[31m", "Expires: 600"];
    exchange(
        &mut net,
        ends,
        publish("p1", &["Expires: 900"]),
        200,
        &first,
        0,
    );
    let named = ["SIP-If-Match: one\u{1b}[31m", "Expires: 900"];
    exchange(&mut net, ends, publish("p2", &named), 412, &[], 1000);
    let second = ["SIP-ETag: two", "Expires: 600"];
    exchange(
        &mut net,
        ends,
        publish("p3", &["Expires: 900"]),
        200,
        &second,
        2000,
    );
    let text = stdout(&net, &["call", "FILE", "1"]);
    let expected = "\
publication of presence by sip:alice@example.com:
  unknown to the server
       1  create       200, asks 900 s, granted 600 s
          is given tag one\\u{1b}[31m
       3  modify       412, asks 900 s
          after message 1, tag one\\u{1b}[31m";
    assert_eq!(section(&text, "publication of"), expected);
    let restarted = &text[text.rfind("publication of").unwrap()..];
    let expected = "\
publication of presence by sip:alice@example.com:
  published, until 2023-11-14T22:23:22.050000Z
  in place of the one that began with message 1
       5  create       200, asks 900 s, granted 600 s
          caused by message 3
          is given tag two";
    assert_eq!(restarted.trim_end(), expected);
    let link = "p3 belongs to p2:\n  publication after 412, message 3 caused message 5 by place and time\n";
    assert!(text.contains(link), "{text}");
    let call = json(&net, &["call", "FILE", "1"]);
    let publication = &call["publications"][0];
    assert_eq!(publication["event"], "presence");
    assert_eq!(publication["state"], "unknown to the server");
    assert_eq!(publication["steps"][1]["if_match"], "one\u{1b}[31m");
    assert_eq!(publication["steps"][1]["follows"], 1);
    assert_eq!(publication["steps"][0]["entity_tag"], "one\u{1b}[31m");
}

#[test]
fn rules_of_the_operator_are_said_on_the_links() {
    let mut net = Net::new(&["uac", "uas"]);
    for (number, call_id) in ["x@a", "x_b2b-1@b", "other"].into_iter().enumerate() {
        let invite = Talk::new(call_id).request("INVITE", 1);
        let invite = invite.with(["X-Leg: 1", "X-Leg: 2", "X-Leg: 2"][number]);
        net.send("uac", "uas", invite, number as i64 * 1000);
    }
    let calls = |rules: &[&str]| {
        let listed = json(&net, &[&["calls", "FILE"], rules].concat());
        listed["calls"].as_array().unwrap().len()
    };
    assert_eq!(calls(&[]), 3);
    assert_eq!(calls(&["--link", "call-id-prefix"]), 2);
    assert_eq!(calls(&["--link", "header=x-leg"]), 2);
    let both = ["--link", "call-id-prefix", "--link", "header=x-leg"];
    assert_eq!(calls(&both), 1);
    let text = stdout(&net, &[&["call", "FILE", "1"], &both[..]].concat());
    let links = [
        "x_b2b-1@b belongs to x@a:\n  operator rule call-id-prefix\n",
        "other belongs to x_b2b-1@b:\n  operator rule header=x-leg\n",
    ];
    assert!(links.iter().all(|link| text.contains(link)), "{text}");
    let call = json(&net, &[&["call", "FILE", "1"], &both[..]].concat());
    assert_eq!(call["links"][0]["reason"], "operator rule call-id-prefix");
}

#[test]
fn a_wrong_rule_is_wrong_usage() {
    let net = Net::new(&[]);
    let wrong = [
        (
            "x-leg",
            "header=NAME, call-id-prefix or call-id-prefix=N is wanted",
        ),
        ("header=", "needs the name of a header field"),
        ("call-id-prefix=0", "a number of bytes from 1 to 64"),
    ];
    for (rule, expected) in wrong {
        let output = sipscope(&net, &["calls", "--link", rule, "FILE"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}

/// Legs with one Call-ID are told by the messages with which they begin.
#[test]
fn legs_with_one_call_id_are_told_by_their_first_messages() {
    let net = super::equal_call_ids::kept_by_a_b2bua();
    let text = stdout(&net, &["call", "FILE", "1"]);
    let link = "what message 2 begins belongs to message 1:\n  same Call-ID\n";
    assert!(text.contains(link), "{text}");
}

/// Of a subscription that was there before the trace the NOTIFY goes to the one who subscribed.
#[test]
fn a_subscription_that_is_joined_late_is_of_its_subscriber() {
    let mut net = Net::new(&["uac", "uas"]);
    let notify = Talk::new("late").back("b").request("NOTIFY", 7);
    let fields = ["Event: presence", "Subscription-State: active"];
    let notify = with(notify, &fields);
    exchange(&mut net, ["uas", "uac"], notify, 200, &[], 0);
    let rows = json(&net, &["calls", "FILE"]);
    let row = &rows["calls"][0];
    assert_eq!(row["from"], "sip:alice@example.com", "{rows}");
    assert_eq!(row["to"], "sip:bob@example.com", "{rows}");
}
