//! What the log of one element tells: the flow, or that it may be one of several; never that another one passed or failed.

use sipscope::base::Transport;
use sipscope::flow::synthesis::log::{formats, write_log};
use sipscope::flow::synthesis::{Options, synthesize};
use sipscope::flow::{Conclusion, Template, templates};

use crate::flow_match::played::{Verdict, flow, matched, matched_in, played};

/// What a terminal, or who does no more than one, sees of a longer flow is all of a shorter one, from its beginning: nothing that it
/// saw shows that there was more.
const WHOLE: [(&str, &str, &str); 5] = [
    ("forking", "Alice", "rfc3665-session"),
    ("ims-registration", "UE", "rfc3665-registration"),
    ("ims-reregistration", "UE", "rfc3665-registration"),
    ("ims-deregistration", "UE", "rfc3665-cancellation"),
    ("poc-registration", "PoC Server A", "rfc3665-registration"),
];

#[test]
fn another_flow_neither_passes_nor_fails() {
    let known = templates();
    let (mut wrong, mut told) = (Vec::new(), 0);
    for (turn, template) in known.iter().enumerate() {
        let options = Options {
            transport: Transport::Udp,
            seed: 7,
            ..Options::default()
        };
        let events = synthesize(template, &options, 0);
        for (actor, one) in template.actors.iter().enumerate() {
            let own = events
                .iter()
                .filter(|event| [event.from, event.to].contains(&actor));
            let seen = own.count();
            // Each element in some formats, each format with some elements.
            let logs = formats().filter(|format| format.one_sided);
            for format in logs.skip((turn + actor) % 4).step_by(4) {
                let file = tempfile::NamedTempFile::new().unwrap();
                write_log(&mut file.as_file(), template, &options, format, actor).unwrap();
                let found = matched_in(file.path(), &known);
                told += found.len();
                let name = format!("{} {} {}", template.id, one.label, format.name);
                let is_enough =
                    seen > 2 && template.steps.iter().filter(|one| one.is_sip()).count() > 2;
                if found.is_empty() && is_enough {
                    wrong.push(format!("{name}: none"));
                }
                for found in found {
                    let is_right = match found.id == template.id {
                        true => found.conclusion != Conclusion::Fail,
                        false => found.conclusion == Conclusion::Inconclusive,
                    };
                    let is_whole = WHOLE.contains(&(&template.id, &one.label, &found.id))
                        && found.conclusion == Conclusion::Pass;
                    if !is_right && !is_whole {
                        wrong.push(format!("{name}: {} {:?}", found.id, found.conclusion));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told > 200, "{told}");
}

/// What is found of a flow in the messages of one who takes part.
fn seen_by(template: &Template, label: &str) -> Verdict {
    let mut actors = template.actors.iter();
    let actor = actors.position(|actor| actor.label == label).unwrap();
    let mut events = played(template);
    events.retain(|event| [event.from, event.to].contains(&actor));
    let mut found = matched(&events, &templates());
    assert_eq!(found.len(), 1, "{label}: {found:?}");
    found.remove(0)
}

/// Via entries show that others sent it before: the NOTIFY need not be that of the shorter flow.
#[test]
fn what_others_sent_before_is_of_no_flow_alone() {
    let template = flow("ims-presence-notify");
    for label in ["P-CSCF", "UE"] {
        let found = seen_by(&template, label);
        assert_eq!(
            (found.id.as_str(), found.conclusion),
            ("presence-expiry", Conclusion::Inconclusive),
            "{label}"
        );
        assert_eq!(found.as_well, ["ims-presence-notify"], "{label}");
    }
    let whole = matched(&played(&flow("presence-expiry")), &templates());
    assert_eq!(whole[0].conclusion, Conclusion::Pass);
    assert_eq!(whole[0].as_well, [""; 0]);
}

/// Each that explains as well is named, and why one is told before another with a better score.
#[test]
fn the_command_names_what_fits_as_well() {
    let template = flow("ims-presence-notify");
    let actor = template.actors.iter().position(|one| one.label == "P-CSCF");
    let format = formats().find(|format| format.name == "sofia").unwrap();
    let options = Options {
        transport: Transport::Udp,
        seed: 7,
        ..Options::default()
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    write_log(
        &mut file.as_file(),
        &template,
        &options,
        format,
        actor.unwrap(),
    )
    .unwrap();
    let run = |more: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(["flows", "match", "-q"])
            .arg(file.path())
            .args(more)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run(&[]);
    let said = "\n  what was seen may as well be of ims-presence-notify\n";
    assert!(text.contains(said), "{text}");
    let rows: serde_json::Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let row = &rows["flows"][0];
    assert_eq!(row["verdict"], "inconclusive");
    assert_eq!(
        row["fits_as_well"],
        serde_json::json!(["ims-presence-notify"])
    );
}

/// The log of a proxy has less than half of the flow, but all that this one has a part in.
#[test]
fn what_one_proxy_saw_is_told() {
    for (id, label) in [
        ("ims-session-release", "P-CSCF#1"),
        ("ims-session-release", "S-CSCF#2"),
        ("ims-presence-subscribe", "I-CSCF#2"),
        ("forking", "Bob, mobile"),
    ] {
        let found = seen_by(&flow(id), label);
        assert_eq!(
            (found.id.as_str(), found.conclusion),
            (id, Conclusion::Inconclusive),
            "{label}"
        );
    }
}
