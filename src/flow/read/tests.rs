//! Templates right and wrong.

use super::TEMPLATE_KEYS;
use super::demand::MUST_KEYS;
use super::parts::{ACTOR_KEYS, BODY_KEYS, DIALOG_KEYS, GROUP_KEYS, KINDS};
use super::read_template;
use super::step::STEP_KEYS;
use crate::flow::template::{Must, What};
use crate::trace::Role;

const HEAD: &str = "id = \"x\"\ntitle = \"X\"\nsource = \"RFC 3261\"\n\
    [[actor]]\nid = \"a\"\nrole = \"UE\"\n[[actor]]\nid = \"p\"\nrole = \"proxy\"\n[[actor]]\nid = \"b\"\nrole = \"AS\"\n\
    [[dialog]]\nid = \"d\"\nfrom = \"sip:a@x\"\nto = \"sip:b@x\"\n";

fn step(number: u32, ends: [&str; 2], rest: &str) -> String {
    let [from, to] = ends;
    format!("[[step]]\nnumber = \"{number}\"\nfrom = \"{from}\"\nto = \"{to}\"\n{rest}\n")
}

#[test]
fn names_become_positions() {
    let text = [
        HEAD.to_owned(),
        step(1, ["a", "p"], "request = \"PUBLISH\"\ndialog = \"d\"\ncarry = { Event = \"presence\", Expires = true, Route = false }"),
        step(2, ["p", "b"], "request = \"PUBLISH\"\nrelays = \"1\"\ncontact_of = \"b\"\ncarry = { Event = { copied_from = \"1\" }, Contact = { has_parameter = \"+x\" } }"),
        step(3, ["b", "p"], "response = [\"200 OK\", \"202 Accepted\"]\nanswers = \"2\""),
        step(4, ["p", "a"], "response = \"200 OK\"\nrelays = \"3\""),
        "[[step]]\nnumber = \"5\"\nat = \"b\"\naction = \"thinks\"\n".to_owned(),
        "[[group]]\nsteps = [\"5\"]\nkind = \"optional\"\nwhen = \"It likes to.\"\n".to_owned(),
    ]
    .concat();
    let template = read_template(&text).unwrap();
    let ends: Vec<_> = template
        .steps
        .iter()
        .map(|step| (step.from, step.to))
        .collect();
    assert_eq!(ends, [(0, 1), (1, 2), (2, 1), (1, 0), (2, 2)]);
    let What::Response(last) = &template.steps[3].what else {
        panic!("{:?}", template.steps[3]);
    };
    assert_eq!((last.answers, last.relays), (0, Some(2)));
    assert!(template.is_optional(4) && !template.is_optional(3));
    assert_eq!(template.method_of(3), Some("PUBLISH"));
    let musts: Vec<_> = template.steps[0]
        .carry
        .iter()
        .map(|one| &one.must)
        .collect();
    assert_eq!(
        musts,
        [
            &Must::Be(vec!["presence".to_owned()]),
            &Must::BePresent,
            &Must::BeAbsent
        ]
    );
    assert_eq!(template.steps[1].contact_of, Some(2));
    let contact = &template.steps[1].carry[1];
    assert_eq!(contact.must, Must::HaveParameter("+x".to_owned()));
    // What is passed on keeps its identity and loses one hop.
    let demands = template.demands(1);
    let of = |header: &str| {
        &demands
            .iter()
            .find(|one| one.header == header)
            .unwrap()
            .must
    };
    assert_eq!(of("Event"), &Must::BeCopiedFrom(0));
    assert_eq!(of("Call-ID"), &Must::BeCopiedFrom(0));
    assert_eq!(of("Max-Forwards"), &Must::BeOneLessThanIn(0));
}

#[test]
fn every_key_is_documented() {
    let text = include_str!("../../../templates/README.md");
    let keys = [
        &TEMPLATE_KEYS[..],
        &ACTOR_KEYS,
        &DIALOG_KEYS,
        &BODY_KEYS,
        &STEP_KEYS,
        &GROUP_KEYS,
        &MUST_KEYS,
        &KINDS,
    ];
    let roles: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
    for key in keys.into_iter().flatten().chain(&roles) {
        let written = [
            format!("`{key}`"),
            format!("`[[{key}]]`"),
            format!("{key} = "),
        ];
        let found = written.iter().any(|one| text.contains(one.as_str()));
        assert!(found, "{key}");
    }
}

#[test]
fn mistakes_are_told_with_line_and_key() {
    let first = step(1, ["a", "p"], "request = \"PUBLISH\"\ndialog = \"d\"");
    for (text, expected) in [
        (
            "id = \"x\"\n".to_owned(),
            "line 1: the template has no title",
        ),
        (
            HEAD.to_owned(),
            "line 1: the template has no steps: write [[step]]",
        ),
        (
            HEAD.replace("id = \"x\"", "id = \"../x\""),
            "line 1: id: it is made of letters, digits, -, _ and ., the first of them a letter or digit",
        ),
        (
            HEAD.replace("role = \"AS\"\n", ""),
            "line 10: actor: the actor has no role",
        ),
        (
            format!("{HEAD}{first}") + &step(2, ["p", "a"], "response = []\nanswers = \"1\""),
            "line 27: response: nothing is one of none: name a status at least",
        ),
        (
            HEAD.replace("to = \"sip:b@x\"", "to = \"b@\""),
            "line 16: to: \"b@\" is no URI; write one such as \"sip:alice@example.com\"",
        ),
        (
            format!("{HEAD}{first}lable = \"x\""),
            "line 23: lable: unknown key \"lable\"; is \"label\" meant?",
        ),
        (
            HEAD.to_owned() + &step(1, ["a", "q"], "request = \"PUBLISH\"\ndialog = \"d\""),
            "line 20: to: unknown actor \"q\"; there are a, p, b",
        ),
        (
            format!("{HEAD}{first}body = \"b\""),
            "line 23: body: unknown body \"b\"; there is none",
        ),
        (
            HEAD.to_owned() + &step(1, ["a", "p"], "request = \"PUB LISH\"\ndialog = \"d\""),
            "line 21: request: \"PUB LISH\" is no name of a method",
        ),
        (
            HEAD.to_owned() + &step(1, ["a", "p"], "request = \"PUBLSH\"\ndialog = \"d\""),
            "line 21: request: unknown method \"PUBLSH\"; is \"PUBLISH\" meant?",
        ),
        (
            HEAD.to_owned() + &step(1, ["a", "p"], "request = \"publish\"\ndialog = \"d\""),
            "line 21: request: unknown method \"publish\"; is \"PUBLISH\" meant?",
        ),
        (
            format!("{HEAD}{first}carry = {{ Evnet = \"presence\" }}"),
            "line 23: Evnet: unknown header field \"Evnet\"; is \"Event\" meant?",
        ),
        (
            format!("{HEAD}{first}example = {{ Expire = \"60\" }}"),
            "line 23: Expire: unknown header field \"Expire\"; is \"Expires\" meant?",
        ),
        (
            format!("{HEAD}{first}remove = [\"Suported\"]"),
            "line 23: remove: unknown header field \"Suported\"; is \"Supported\" meant?",
        ),
        (
            format!("{HEAD}{first}carry = {{ Boddy = true }}"),
            "line 23: Boddy: unknown header field \"Boddy\"; is \"Body\" meant?",
        ),
        (
            format!("{HEAD}{first}uri = \"sip:c@x SIP/2.0\""),
            "line 23: uri: a word without spaces is needed",
        ),
        (
            format!("{HEAD}{first}carry = {{ Event = \"a\\r\\nRoute: b\" }}"),
            "line 23: Event: a line break or another control character cannot stand here",
        ),
        (
            format!("{HEAD}{first}")
                + &step(2, ["b", "p"], "request = \"PUBLISH\"\nrelays = \"1\""),
            "line 28: relays: step 1 is no PUBLISH that comes to b, so it cannot be passed on here",
        ),
        (
            format!("{HEAD}{first}")
                + &step(2, ["b", "p"], "response = \"200 OK\"\nanswers = \"1\""),
            "line 27: response: step 1 is no request from p to b, so b cannot answer it to p",
        ),
        (
            format!("{HEAD}{first}")
                + &step(1, ["a", "p"], "request = \"PUBLISH\"\ndialog = \"d\""),
            "line 24: number: each step needs a name of its own, not \"1\"",
        ),
        (
            format!("{HEAD}{first}") + &step(2, ["p", "a"], "response = \"OK\"\nanswers = \"1\""),
            "line 27: response: a response is a status code and a reason: \"200 OK\"",
        ),
        (
            HEAD.to_owned() + &step(1, ["a", "p"], "action = \"thinks\""),
            "line 21: action: an action has `at`, everything else has `from` and `to`",
        ),
        (
            format!("{HEAD}{first}carry = {{ Event = {{ copied_form = \"1\" }} }}"),
            "line 23: copied_form: unknown key \"copied_form\"; is \"copied_from\" meant?",
        ),
        (
            format!("{HEAD}{first}carry = {{ Event = [] }}"),
            "line 23: Event: nothing is one of none: name a text at least",
        ),
        (
            format!("{HEAD}{first}carry = {{ Body = {{ says = [] }} }}"),
            "line 23: says: nothing is one of none: name a text at least",
        ),
        (
            format!("{HEAD}{first}")
                + &step(
                    2,
                    ["p", "b"],
                    "request = \"NOTIFY\"\ndialog = \"d\"\ncarry = { Body = { tells_status_of = \"1\" } }",
                ),
            "line 29: tells_status_of: step 1 is no response",
        ),
        (
            format!("{HEAD}{first}")
                + &step(
                    2,
                    ["p", "b"],
                    "request = \"INVITE\"\ndialog = \"d\"\ncarry = { Request-URI = { referred_to_in = \"1\" } }",
                ),
            "line 29: referred_to_in: step 1 is no REFER",
        ),
        (
            format!("{HEAD}{first}carry = {{ Purpose = \"query\" }}"),
            "line 23: carry: only REGISTER and SUBSCRIBE have a Purpose",
        ),
        (
            format!("{HEAD}{}", first.replace("PUBLISH", "REGISTER"))
                + "carry = { Purpose = \"fetch\" }",
            "line 23: carry: Purpose of a REGISTER is one of registration, deregistration, query",
        ),
        (
            format!("{HEAD}{first}carry = {{ Event = 5 }}"),
            "line 23: Event: a field is asked for by true, false, a text, a list of texts or a table",
        ),
        (
            format!(
                "{HEAD}{first}[[group]]\nsteps = [\"1\"]\nkind = \"alternative\"\ninstead_of = [\"1\"]\nwhen = \"x\""
            ),
            "line 23: group: a step cannot come in place of itself",
        ),
        (
            format!("{HEAD}{first}uri = \"sip:c@x\"\ncontact_of = \"b\""),
            "line 24: contact_of: the Request-URI is said by `uri` already",
        ),
        (
            HEAD.replace("role = \"UE\"\n", "role = \"UE\"\nnetwork = \"a org\"\n"),
            "line 7: network: \"a org\" is no name of a domain or host; write one such as \"pcscf1.example.com\"",
        ),
        (
            HEAD.replace("role = \"UE\"\n", "role = \"UE\"\nname = \"a..a/org\"\n"),
            "line 7: name: \"a..a/org\" is no name of a domain or host; write one such as \"pcscf1.example.com\"",
        ),
        (
            format!("{HEAD}[[body]]\nid = \"t\"\ntype = \"text\"\ntext = \"x\""),
            "line 19: type: \"text\" is no type of a body; write one such as \"application/sdp\"",
        ),
        (
            format!("{HEAD}{first}") + &step(2, ["p", "a"], "response = \"200\"\nanswers = \"1\""),
            "line 27: response: a response is a status code and a reason: \"200 OK\"",
        ),
        (
            format!("{HEAD}[[step]]\nnumber = \"1\"\nat = \"b\"\naction = \"\""),
            "line 20: action: say in words what is done",
        ),
        (
            format!("{HEAD}{first}")
                + &step(
                    2,
                    ["p", "a"],
                    "response = \"200 OK\"\nanswers = \"1\"\nuri = \"sip:x\"",
                ),
            "line 29: uri: only a request has this",
        ),
        (
            format!("{HEAD}{first}")
                + &step(
                    2,
                    ["p", "a"],
                    "response = \"200 OK\"\nanswers = \"1\"\ndialog = \"d\"",
                ),
            "line 29: dialog: only a request has this",
        ),
        (
            format!("{HEAD}{first}")
                + &step(
                    2,
                    ["a", "p"],
                    "request = \"PUBLISH\"\ndialog = \"d\"\nanswers = \"1\"",
                ),
            "line 29: answers: only a response has this",
        ),
        (
            format!(
                "{HEAD}{first}[[group]]\nsteps = [\"1\"]\nkind = \"optional\"\ninstead_of = [\"1\"]\nwhen = \"x\""
            ),
            "line 26: instead_of: only an alternative comes in place of others; this is optional",
        ),
        (
            format!(
                "{HEAD}{first}[[group]]\nsteps = [\"1\", \"1\"]\nkind = \"optional\"\nwhen = \"x\""
            ),
            "line 24: steps: step \"1\" stands here twice",
        ),
        (
            format!("{HEAD}{first}remove = [\"Event\", \"call-id\"]"),
            "line 23: remove: no message is without call-id",
        ),
        (
            format!("{HEAD}{first}example = {{ Via = \"x\" }}"),
            "line 23: Via: Via follows from who sends what to whom: no example can say it",
        ),
        (
            format!("{HEAD}{first}example = {{ Content-Length = \"9\" }}"),
            "line 23: Content-Length: Content-Length follows from who sends what to whom: no example can say it",
        ),
        (
            format!("{HEAD}{first}example = {{ Accept = 3 }}"),
            "line 23: Accept: an example is a text, or a list of texts",
        ),
        (
            format!("{HEAD}{first}[[group]]\nsteps = [\"2\"]\nkind = \"optional\"\nwhen = \"x\""),
            "line 24: steps: there is no step \"2\" before this one",
        ),
    ] {
        let error = read_template(&text).unwrap_err().to_string();
        assert_eq!(error, expected, "{text}");
    }
}

#[test]
fn a_template_has_an_end() {
    let steps = |count| -> String {
        let one = |number| step(number, ["a", "p"], "request = \"PUBLISH\"\ndialog = \"d\"");
        (1..=count).map(one).collect()
    };
    assert_eq!(
        read_template(&(HEAD.to_owned() + &steps(2_000)))
            .unwrap()
            .steps
            .len(),
        2_000
    );
    let error = read_template(&(HEAD.to_owned() + &steps(2_001))).unwrap_err();
    // 16 lines stand before the steps, and each has 6.
    assert_eq!(
        (error.line, error.key.as_str()),
        (16 + 6 * 2_000 + 1, "step")
    );
    assert_eq!(error.what, "a template has 2000 of these at most");
}
