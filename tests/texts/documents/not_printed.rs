//! Hops that a document tells of without their messages, and lists and answers of which it prints next to nothing: what stands there
//! is filled in only from where it must come from, and what is not printed proves nothing.

use sipscope::source::document::{Document, Flow, Message};

use super::left_out::found;

const UE: &str = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
const NEAR: &str = "SIP/2.0/UDP pcscf1.a.example;branch=z9hG4bK2";
const HOME: &str = "SIP/2.0/UDP scscf1.a.example;branch=z9hG4bK3";
const FAR: &str = "SIP/2.0/UDP scscf2.b.example;branch=z9hG4bK5";

const ENDS: [(&str, &str); 5] = [
    ("UE", "P-CSCF"),
    ("P-CSCF", "S-CSCF#1"),
    ("S-CSCF#1", "I-CSCF"),
    ("I-CSCF", "S-CSCF#2"),
    ("S-CSCF#2", "AS"),
];

fn subscribe(via: &str, hops: u32) -> String {
    format!(
        "SUBSCRIBE sip:ben@b.example SIP/2.0\n{via}Max-Forwards: {hops}\nFrom: <sip:ann@a.example>;tag=a1\n\
         To: <sip:ben@b.example>\nCall-ID: c1@a.example\nCSeq: 61 SUBSCRIBE\nEvent: presence\nExpires: 7200\n\
         Contact: <sip:ann@192.0.2.1>\nContent-Length: 0\n"
    )
}

/// Requests over five hops; the fourth is told only, and below the first Via of each there are dots. Then come these answers.
fn document(dots: &str, answers: &[(&str, &str, &str)]) -> String {
    let top = |via: &str| format!("Via: {via}\nVia: {dots}\n");
    let messages = [
        subscribe(&format!("Via: {UE}\n"), 70),
        subscribe(&top(NEAR), 69),
        subscribe(&top(HOME), 68),
        "The I-CSCF forwards the SUBSCRIBE request to the S-CSCF#2.\n".to_owned(),
        subscribe(&top(FAR), 66),
    ];
    let mut text = "6.1.1 Subscription to presence\n\n".to_owned();
    for (number, ((from, to), message)) in (1..).zip(ENDS.iter().zip(messages)) {
        text += &format!("{number}. SUBSCRIBE request ({from} to {to})\n\n{message}\n");
    }
    for (number, (from, to, rest)) in (6..).zip(answers) {
        text +=
            &format!("{number}. 200 OK response ({from} to {to})\n\nSIP/2.0 200 OK\n{rest}\n\n");
    }
    text
}

fn flow(text: &str) -> Flow {
    let mut document = Document::read(text);
    assert_eq!(document.flows.len(), 1, "{text}");
    document.flows.remove(0)
}

fn all<'a>(message: &'a Message, name: &str) -> Vec<&'a str> {
    let named = message.headers.iter().filter(|header| header.is(name));
    named.map(|header| header.value.as_str()).collect()
}

const NOTHING: [String; 0] = [];

#[test]
fn dots_below_a_via_stand_for_all_that_the_request_came_with() {
    for dots in ["...", "(...)", "\u{2026}", "SIP/2.0/UDP ..."] {
        let text = document(dots, &[]);
        let flow = flow(&text);
        let vias = |step: usize| all(flow.steps[step].message.as_ref().unwrap(), "Via");
        if !dots.starts_with("SIP") {
            assert_eq!(vias(1), [NEAR, UE], "{dots}");
            assert_eq!(vias(2), [HOME, NEAR, UE], "{dots}");
            // Nobody printed what it came with.
            assert_eq!(vias(4), [FAR, dots]);
        }
        let names: Vec<_> = flow.actors.iter().map(|actor| &*actor.name).collect();
        assert_eq!(
            names,
            ["UE", "P-CSCF", "S-CSCF#1", "I-CSCF", "S-CSCF#2", "AS"]
        );
        assert_eq!(found("told.txt", &text), NOTHING, "{dots}");
    }
}

/// What a header field without a value repeats is all of the field, in however many lines the other message prints it.
#[test]
fn an_only_empty_via_stands_for_all_that_are_not_printed() {
    let full = "From:\nTo: <sip:ben@b.example>;tag=b1\nCall-ID:\nCSeq:\nContact: <sip:as.b.example>\nExpires: 600\nContent-Length: 0";
    let text = |near: &str, answer: &str| {
        let rest = format!("{answer}\n{full}");
        let answers = [
            ("S-CSCF#1", "P-CSCF", rest.as_str()),
            (
                "P-CSCF",
                "UE",
                "Via:\nFrom:\nTo:\nCall-ID:\nCSeq:\nContact:\nExpires:",
            ),
        ];
        let text = document("...", &answers);
        text.replace(&format!("Via: {NEAR}\nVia: ..."), near)
    };
    let near = format!("Via: {NEAR}\nVia:");
    let vias = |text: &str| {
        let flow = flow(text);
        [1, 5, 6].map(|step| all(flow.steps[step].message.as_ref().unwrap(), "Via").join(" + "))
    };
    let [one, both] = [UE.to_owned(), format!("{NEAR} + {UE}")];
    for answer in ["Via:".to_owned(), near.clone()] {
        let text = text(&near, &answer);
        assert_eq!(vias(&text), [&both, &both, &one].map(String::as_str));
        assert_eq!(found("empty.txt", &text), NOTHING);
    }
    // Who passed it on put one above.
    let alone = text("Via:", "Via:");
    let unknown = format!("... + {UE}");
    assert_eq!(vias(&alone), [&unknown, &unknown, &one].map(String::as_str));
    assert_eq!(found("alone.txt", &alone), NOTHING);
    // Nobody knows which of them two in place of three are, nor what follows several values in one.
    let three = text(&near, "Via:").replace(
        &format!("Via: {NEAR}\nVia:"),
        &format!("Via: {NEAR}\nVia: {HOME}\nVia: {UE}"),
    );
    for answer in [
        "Via:\nVia:".to_owned(),
        format!("Via: {NEAR}, {HOME}\nVia:"),
    ] {
        let text = three.replacen(
            "SIP/2.0 200 OK\nVia:",
            &format!("SIP/2.0 200 OK\n{answer}"),
            1,
        );
        let [_, answer, _] = vias(&text);
        assert!(answer.ends_with("..."), "{answer}");
        let found = found("doubtful.txt", &text);
        assert!(
            found.iter().all(|found| !found.starts_with("VIA")),
            "{found:?}"
        );
    }
    // One that is forgotten.
    let forgotten = text(&near, &format!("Via: {NEAR}"));
    let found = found("forgotten.txt", &forgotten);
    assert!(
        found.iter().any(|found| found.starts_with("VIA04")),
        "{found:?}"
    );
}

/// An ellipsis is nobody's host.
#[test]
fn dots_in_place_of_all_vias_name_no_host() {
    for dots in ["...", "(...)", "\u{2026}"] {
        let text = document(dots, &[]).replace(&format!("Via: {NEAR}\n"), "");
        let text = text.replace(&format!("Via: {FAR}\n"), "");
        let flow = flow(&text);
        let hosts = flow.actors.iter().map(|actor| actor.hosts.join(" "));
        let hosts: Vec<_> = hosts.collect();
        assert_eq!(hosts, ["192.0.2.1", "", "scscf1.a.example", "", "", ""]);
        let vias = all(flow.steps[1].message.as_ref().unwrap(), "Via");
        assert_eq!(vias, [dots, UE], "who passed it on put one above");
        assert_eq!(found("hosts.txt", &text), NOTHING, "{dots}");
    }
}

/// RFC 3261 8.2.6.2: an answer has Via, From, Call-ID and CSeq of its request, and a To with a tag of its own.
#[test]
fn an_answer_of_dots_has_what_it_must_have_of_its_request() {
    for dots in ["...", "(...)"] {
        let text = document(
            dots,
            &[("AS", "S-CSCF#2", dots), ("S-CSCF#1", "P-CSCF", dots)],
        );
        let flow = flow(&text);
        let answer = flow.steps[6].message.as_ref().unwrap();
        let fields = answer.headers.iter();
        let fields: Vec<_> = fields
            .map(|header| format!("{}: {}", header.name, header.value))
            .collect();
        assert_eq!(
            fields,
            [
                format!("Via: {NEAR}"),
                format!("Via: {UE}"),
                "From: <sip:ann@a.example>;tag=a1".to_owned(),
                "Call-ID: c1@a.example".to_owned(),
                "CSeq: 61 SUBSCRIBE".to_owned(),
            ]
        );
        assert_eq!(found("answer.txt", &text), NOTHING);
    }
}

/// An answer in a dialog has the To of its request, and one that is passed on has all of the one that came.
#[test]
fn an_answer_of_dots_has_the_to_of_a_request_with_a_tag() {
    let answers = [
        (
            "AS",
            "S-CSCF#2",
            "To: <sip:ben@b.example>;tag=b1\nContact: <sip:as.b.example>\nExpires: 600\n...",
        ),
        ("S-CSCF#2", "I-CSCF", "..."),
    ];
    let text = document("...", &answers);
    let first = flow(&text);
    let passed_on = first.steps[6].message.as_ref().unwrap();
    assert_eq!(all(passed_on, "To"), ["<sip:ben@b.example>;tag=b1"]);
    assert_eq!(all(passed_on, "Contact"), ["<sip:as.b.example>"]);
    assert_eq!(found("passed.txt", &text), NOTHING);
    let inside = text.replace(
        "To: <sip:ben@b.example>\n",
        "To: <sip:ben@b.example>;tag=b1\n",
    );
    let inside = flow(&inside.replace(
        "To: <sip:ben@b.example>;tag=b1\nContact: <sip:as.b.example>\nExpires: 600\n...",
        "...",
    ));
    let answer = inside.steps[5].message.as_ref().unwrap();
    assert_eq!(all(answer, "To"), ["<sip:ben@b.example>;tag=b1"]);
    assert_eq!(all(answer, "Contact"), NOTHING);
}

/// Where to reach him only he says who answers.
#[test]
fn an_empty_contact_of_an_answer_is_not_that_of_the_request() {
    let rest = "Via:\nFrom:\nTo: <sip:ben@b.example>;tag=b1\nCall-ID:\nCSeq:\nContact:\nExpires: 600\nContent-Length:";
    let text = document("...", &[("AS", "S-CSCF#2", rest)]);
    let flow = flow(&text);
    let answer = flow.steps[5].message.as_ref().unwrap();
    assert_eq!(all(answer, "Contact"), [""]);
    assert_eq!(all(answer, "CSeq"), ["61 SUBSCRIBE"]);
    assert_eq!(found("contact.txt", &text), NOTHING);
}

/// One number and title for several hops: each is a step, and the example is of the hop that its Via names.
#[test]
fn steps_that_are_told_together_are_steps_each() {
    let answers = [("AS", "S-CSCF#2", "..."), ("S-CSCF#2", "I-CSCF", "...")];
    let text = document("...", &answers);
    let via = |via: &str| format!("SIP/2.0 200 OK\nVia: {via}\n...\n\n");
    for dash in ["-", "\u{2013}", " - "] {
        let back = |title: &str, rest: &str| {
            format!(
                "{text}8{dash}10. 200 OK response ({title})\n\nAll pass it on.\n\n{rest}11. BYE request (UE to AS)\n"
            )
        };
        let title = "I-CSCF to S-CSCF#1 to P-CSCF to UE";
        let cases = [
            (String::new(), None),
            (via(&format!("{NEAR}\nVia: {UE}")), Some(8)),
            (via(UE), Some(9)),
        ];
        for (rest, of) in cases {
            let flow = flow(&back(title, &rest));
            let steps = flow.steps[7..].iter();
            let steps = steps.map(|step| {
                let name = |end: Option<usize>| flow.actors[end.unwrap()].name.as_str();
                let number = step.number.as_deref().unwrap();
                format!(
                    "{number} {}: {} > {}",
                    step.title,
                    name(step.from),
                    name(step.to)
                )
            });
            let steps: Vec<_> = steps.collect();
            assert_eq!(
                steps,
                [
                    "8 200 OK response: I-CSCF > S-CSCF#1",
                    "9 200 OK response: S-CSCF#1 > P-CSCF",
                    "10 200 OK response: P-CSCF > UE",
                    "11 BYE request: UE > AS",
                ]
            );
            let shown = (7..10).find(|at| flow.steps[*at].message.is_some());
            assert_eq!(shown, of, "{rest}");
            let wrong = flow.steps.iter().flat_map(|step| &step.contradictions);
            assert_eq!(wrong.count(), 0);
        }
    }
}

/// The number, kind and ends of each step, and whether a message is printed for it.
fn told(flow: &Flow) -> Vec<String> {
    let name = |end: Option<usize>| end.map_or("?", |end| flow.actors[end].name.as_str());
    let steps = flow.steps.iter().map(|step| {
        let number = step.number.as_deref().unwrap();
        let what = match step.status {
            Some(status) => status.to_string(),
            None => step.method.clone().unwrap(),
        };
        let shown = if step.message.is_some() { " shown" } else { "" };
        format!(
            "{number} {what}: {} > {}{shown}",
            name(step.from),
            name(step.to)
        )
    });
    steps.collect()
}

/// Responses go back the way of their request; where the title has fewer or more steps than that, nobody says where they go.
#[test]
fn steps_that_are_told_together_without_hops_are_steps_each() {
    let requests = "1. INVITE request (UE to P-CSCF)\n2. INVITE request (P-CSCF to S-CSCF)\n3. INVITE request (S-CSCF to AS)\n";
    let flow_of = |rest: &str| {
        let flow = flow(&format!("6.1 A call\n\n{requests}{rest}"));
        let wrong = flow.steps.iter().flat_map(|step| &step.contradictions);
        assert_eq!(wrong.count(), 0, "{rest}");
        flow
    };
    let behind = |rest: &str| told(&flow_of(rest)).split_off(3);
    let back = |first: usize, status: u16| {
        let ends = [("AS", "S-CSCF"), ("S-CSCF", "P-CSCF"), ("P-CSCF", "UE")];
        let steps = (first..).zip(ends);
        let steps = steps.map(|(number, (from, to))| format!("{number} {status}: {from} > {to}"));
        steps.collect::<Vec<_>>()
    };
    let last = "ACK request (UE to P-CSCF)\n";
    for title in ["200 OK responses", "200 (OK) response (AS to UE)"] {
        for range in ["4-6.", "4\u{2013}6.", "4 - 6.", "4-6.\n"] {
            let steps = behind(&format!("{range} {title}\n7. {last}"));
            assert_eq!(steps[..3], back(4, 200), "{range} {title}");
            assert_eq!(steps[3], "7 ACK: UE > P-CSCF");
        }
    }
    let twice = behind(&format!("4-6. 180 Ringing\n7-9. 200 OK\n10. {last}"));
    assert_eq!(
        [&twice[..3], &twice[3..6]].concat(),
        [back(4, 180), back(7, 200)].concat()
    );
    let some = behind(&format!("4. 200 OK (AS to S-CSCF)\n5-6. 200 OK\n7. {last}"));
    assert_eq!(some[..3], back(4, 200));
    // The example is of the hop that its Via names.
    let via = format!("Via: {NEAR}\nVia: {UE}\n");
    let shown = behind(&format!(
        "4-6. 200 OK\n\nSIP/2.0 200 OK\n{via}...\n\n7. {last}"
    ));
    assert_eq!(shown[1], format!("{} shown", back(4, 200)[1]));
    assert_eq!([&shown[0], &shown[2]], [&back(4, 200)[0], &back(4, 200)[2]]);
    // Each hop has a 100 of its own, and the others do not fit what went before.
    for (title, count) in [
        ("100 Trying", 3),
        ("200 OK", 2),
        ("200 OK", 4),
        ("200 OK (P-CSCF to UE)", 3),
    ] {
        let steps = behind(&format!("4-{}. {title}\n{}. {last}", 3 + count, 4 + count));
        assert_eq!(steps.len(), count + 1);
        assert!(
            steps[..count].iter().all(|step| step.ends_with("? > ?")),
            "{steps:?}"
        );
    }
    // Parts of steps, and numbers of something else.
    for other in [
        "3-1. This.\n4-5. That.\n",
        "7-9. Sections of another text.\n",
        "4-444. 200 OK\n",
    ] {
        assert_eq!(behind(&format!("{other}4. {last}")).len(), 1, "{other}");
    }
}

/// `S-CSCF to S-CSCF` and `S-CSCF#1 to S-CSCF#2` are the same two, and others are not.
#[test]
fn a_caption_may_tell_apart_whom_the_title_does_not() {
    let wrong = |title: &str, caption: &str| {
        let text = format!(
            "6.1.1 Notification\n\n1. SUBSCRIBE request ({title})\n\nTable 6.1.1-1: SUBSCRIBE request ({caption})\n\n{}\n\
             2. SUBSCRIBE request (S-CSCF#2 to AS)\n",
            subscribe(&format!("Via: {UE}\n"), 70)
        );
        let flow = flow(&text);
        flow.steps
            .iter()
            .map(|step| step.contradictions.len())
            .sum::<usize>()
    };
    for (title, caption, count) in [
        ("S-CSCF to S-CSCF", "S-CSCF#1 to S-CSCF#2", 0),
        ("S-CSCF#1 to S-CSCF", "S-CSCF to S-CSCF#2", 0),
        ("S-CSCF#1 to S-CSCF#2", "S-CSCF to S-CSCF", 0),
        ("S-CSCF#1 to S-CSCF#2", "S-CSCF#2 to S-CSCF#1", 1),
        ("S-CSCF to S-CSCF", "S-CSCF#1 to I-CSCF", 1),
    ] {
        assert_eq!(wrong(title, caption), count, "{title} {caption}");
    }
}

/// RFC 3261 12.1.1: an answer copies all Record-Route values, and who passes it on leaves them.
#[test]
fn what_is_left_out_for_record_route_stands_for_all_of_the_request() {
    for left_out in ["...", ""] {
        assert_recorded(left_out);
    }
}

fn assert_recorded(left_out: &str) {
    let lists = [
        "",
        "Record-Route: <sip:pcscf1.a.example;lr>\n",
        "Record-Route: <sip:scscf1.a.example;lr>\nRecord-Route: <sip:pcscf1.a.example;lr>\n",
    ];
    let ends = [("UE", "P-CSCF"), ("P-CSCF", "S-CSCF"), ("S-CSCF", "AS")];
    let vias = [UE, NEAR, HOME].map(|via| format!("Via: {via}\n"));
    let mut text = "6.1 Subscription\n\n".to_owned();
    for (at, (from, to)) in ends.iter().enumerate() {
        let above: String = vias[..=at].iter().rev().map(String::as_str).collect();
        let request = subscribe(&above, 70 - at as u32);
        let request = request.replace("Event:", &format!("{}Event:", lists[at]));
        text += &format!(
            "{}. SUBSCRIBE request ({from} to {to})\n\n{request}\n",
            at + 1
        );
    }
    for (at, (from, to)) in ends.iter().enumerate().rev() {
        text += &format!(
            "{}. 200 OK response ({to} to {from})\n\nSIP/2.0 200 OK\nVia: ...\nRecord-Route: {left_out}\nFrom: ...\n\
             To: <sip:ben@b.example>;tag=b1\nCall-ID: ...\nCSeq: ...\nExpires: 7200\nContact: <sip:ben@as.b.example>\n\
             Content-Length: 0\n\n",
            6 - at
        );
    }
    for answer in &flow(&text).steps[3..] {
        let found = all(answer.message.as_ref().unwrap(), "Record-Route");
        let expected = ["<sip:scscf1.a.example;lr>", "<sip:pcscf1.a.example;lr>"];
        assert_eq!(found, expected, "{left_out}");
    }
    let told = found("recorded.txt", &text);
    assert!(
        !told
            .iter()
            .any(|code| code.contains("RTE") || code.contains("DLG")),
        "{told:?}"
    );
}
