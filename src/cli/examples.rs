//! Examples that stand at the end of each help text and manual page. A test runs them, `trace.pcapng` being one of the samples.

use clap::Command;

/// Commands, with what they are an example of.
type Examples = &'static [(&'static str, &'static str)];

const EXAMPLES: &[(&[&str], Examples)] = &[
    (
        &["summary"],
        &[
            (
                "what is in it, and that nothing was lost",
                "sipscope summary trace.pcapng",
            ),
            (
                "several files as one trace, for a program",
                "sipscope summary -f json -o facts.json ring_1.pcap ring_2.pcap",
            ),
            (
                "a log that names neither year nor zone",
                "sipscope summary --year 2026 --tz +01:00 debug.log",
            ),
            (
                "SIP over TLS",
                "sipscope summary --keylog keys.log trace.pcapng",
            ),
        ],
    ),
    (
        &["messages"],
        &[
            (
                "every message, a line each",
                "sipscope messages trace.pcapng",
            ),
            (
                "those of some calls, for a program",
                "sipscope messages --from 4930100000001 -f json trace.pcapng",
            ),
            (
                "clocks that nothing in the messages compares",
                "sipscope messages --offset there.pcap=+1.5s here.pcap there.pcap",
            ),
        ],
    ),
    (
        &["nodes"],
        &[
            (
                "which elements there are, and why it thinks so",
                "sipscope nodes --evidence trace.pcapng",
            ),
            (
                "to correct that in an editor",
                "sipscope nodes -o nodes.toml trace.pcapng",
            ),
            (
                "and to use it",
                "sipscope nodes --nodes nodes.toml trace.pcapng",
            ),
        ],
    ),
    (
        &["show"],
        &[
            ("message 17", "sipscope show trace.pcapng 17"),
            (
                "byte for byte",
                "sipscope show -f raw -o message.sip trace.pcapng 17",
            ),
            ("taken apart", "sipscope show -f json trace.pcapng 17"),
        ],
    ),
    (
        &["calls"],
        &[
            ("all of them", "sipscope calls trace.pcapng"),
            (
                "those that failed",
                "sipscope calls --method INVITE --status 4xx trace.pcapng",
            ),
            (
                "what came by a node at a time",
                "sipscope calls --node 10.0.0.1 --since 2023-11-14T22:13:20Z trace.pcapng",
            ),
            (
                "legs that a header field tells to be one",
                "sipscope calls --link header=X-Session trace.pcapng",
            ),
            ("for a table", "sipscope calls -o calls.csv trace.pcapng"),
        ],
    ),
    (
        &["call"],
        &[
            ("call 1", "sipscope call trace.pcapng 1"),
            (
                "every hop, also those of refreshes that are alike",
                "sipscope call --all trace.pcapng 1",
            ),
            (
                "the only one with this Call-ID",
                "sipscope call --call-id c8aea04dd66f980e1 trace.pcapng",
            ),
        ],
    ),
    (
        &["hop"],
        &[
            (
                "what the node in front of hop 2 did",
                "sipscope hop trace.pcapng 2",
            ),
            (
                "what was done to message 3",
                "sipscope hop --message trace.pcapng 3",
            ),
        ],
    ),
    (
        &["audit"],
        &[
            ("what is wrong, and where", "sipscope audit trace.pcapng"),
            (
                "only rules about Via, and nothing that is only told",
                "sipscope audit --only via --ignore info trace.pcapng",
            ),
            (
                "only some calls",
                "sipscope audit --from 4930100000001 trace.pcapng",
            ),
            (
                "to accept what is known",
                "sipscope audit --write-baseline accepted.txt trace.pcapng",
            ),
            (
                "and in a build to fail for anything else",
                "sipscope audit --baseline accepted.txt --fail-on warning -o audit.sarif trace.pcapng",
            ),
            (
                "by the documents of its time",
                "sipscope audit --profile 3gpp-r5 trace.pcapng",
            ),
            (
                "a documented flow beside the rules",
                "sipscope audit --flow rfc3665-session trace.pcapng",
            ),
        ],
    ),
    (
        &["rules", "explain"],
        &[
            ("by its code", "sipscope rules explain MF03"),
            (
                "by its name",
                "sipscope rules explain max-forwards-not-decremented",
            ),
        ],
    ),
    (
        &["rules"],
        &[
            ("all of them", "sipscope rules"),
            ("one, with what silences it", "sipscope rules explain MF03"),
        ],
    ),
    (
        &["ladder"],
        &[
            ("call 1 in the terminal", "sipscope ladder trace.pcapng 1"),
            ("as a picture", "sipscope ladder -o call.svg trace.pcapng 1"),
            (
                "with what changes from hop to hop",
                "sipscope ladder --labels headers trace.pcapng 1",
            ),
            (
                "only some columns and methods",
                "sipscope ladder --hide 10.128.0.1 --only-methods INVITE trace.pcapng 1",
            ),
            (
                "for a page of paper",
                "sipscope ladder --theme spec --paper a4 -o call.svg trace.pcapng 1",
            ),
            (
                "every call that failed, with an index",
                "sipscope ladder --all --status 4xx -o ladders trace.pcapng",
            ),
        ],
    ),
    (
        &["document"],
        &[
            (
                "to read, and to be read again",
                "sipscope document -o flow.md trace.pcapng 1",
            ),
            (
                "for a word processor",
                "sipscope document -f word -o flow.html trace.pcapng 1",
            ),
        ],
    ),
    (
        &["report"],
        &[
            ("everything", "sipscope report -o report.html trace.pcapng"),
            (
                "some calls",
                "sipscope report --from 4930100000001 -o report.html trace.pcapng",
            ),
        ],
    ),
    (
        &["export"],
        &[
            (
                "the packets of call 1",
                "sipscope export -o call.pcapng trace.pcapng 1",
            ),
            (
                "of some calls",
                "sipscope export --from 4930100000001 -o some.pcap trace.pcapng",
            ),
            (
                "the same as text",
                "sipscope export -o some.txt trace.pcapng",
            ),
            (
                "what plays call 1: call-uac.xml and call-uas.xml",
                "sipscope export -o call.xml trace.pcapng 1",
            ),
        ],
    ),
    (
        &["anonymize"],
        &[
            (
                "to share a capture",
                "sipscope anonymize -o shared.pcapng trace.pcapng",
            ),
            (
                "several with the same names, now and later",
                "sipscope anonymize --key secret.txt -o shared here.pcap there.pcap",
            ),
            (
                "a log stays one",
                "sipscope anonymize -o shared.log debug.log",
            ),
        ],
    ),
    (
        &["flows"],
        &[
            ("all of them", "sipscope flows"),
            (
                "those of a directory, too",
                "sipscope flows --templates mine",
            ),
        ],
    ),
    (
        &["flows", "list"],
        &[
            ("for a program", "sipscope flows list -f json -o flows.json"),
            (
                "those of a directory, too",
                "sipscope flows list --templates mine",
            ),
        ],
    ),
    (
        &["flows", "show"],
        &[(
            "what each message must carry",
            "sipscope flows show ims-registration",
        )],
    ),
    (
        &["flows", "draw"],
        &[(
            "as a picture",
            "sipscope flows draw ims-registration --theme spec -o flow.svg",
        )],
    ),
    (
        &["flows", "check"],
        &[(
            "a template of your own",
            "sipscope flows check mine/own.toml",
        )],
    ),
    (
        &["flows", "match"],
        &[
            (
                "which flows a trace has in it",
                "sipscope flows match trace.pcapng",
            ),
            (
                "how far each call gets in one of them",
                "sipscope flows match --flow rfc3665-session --summary trace.pcapng",
            ),
        ],
    ),
    (
        &["flows", "synthesize"],
        &[
            (
                "a capture of it",
                "sipscope flows synthesize ims-registration -o flow.pcapng",
            ),
            (
                "a log, many times, over TCP",
                "sipscope flows synthesize refer --count 3 --transport tcp --as sipdump -o refer.data",
            ),
            (
                "wrong at one step",
                "sipscope flows synthesize ims-registration --break MF03@5 -o wrong.pcapng",
            ),
        ],
    ),
    (
        &["resolve"],
        &[
            ("with all header fields", "sipscope resolve flow.txt"),
            ("for a program", "sipscope resolve -o flow.json flow.txt"),
        ],
    ),
    (
        &["formats"],
        &[("what each keeps of a message", "sipscope formats")],
    ),
    (
        &["completions"],
        &[("for bash", "sipscope completions bash -o sipscope.bash")],
    ),
    (&["manual"], &[("into a directory", "sipscope manual man1")]),
];

/// The same command with its examples, and those of the commands within it.
pub(super) fn with_examples(command: Command) -> Command {
    EXAMPLES.iter().fold(command, |command, (path, examples)| {
        let lines = examples.iter();
        let lines = lines.map(|(what, line)| format!("  {what}:\n    {line}\n"));
        added(
            command,
            path,
            &format!("Examples:\n{}", lines.collect::<String>()),
        )
    })
}

fn added(command: Command, path: &[&'static str], text: &str) -> Command {
    match path.split_first() {
        None => command.after_long_help(text.trim_end().to_owned()),
        Some((name, rest)) => command.mut_subcommand(name, |within| added(within, rest, text)),
    }
}
