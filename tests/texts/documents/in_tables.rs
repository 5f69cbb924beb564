//! Steps that stand in a table of Markdown, with their messages below it.

use sipscope::source::document::Document;

use super::shown::line;

/// What is sent, from whom, to whom.
const STEPS: [(&str, &str, &str); 4] = [
    ("OPTIONS", "Ann", "Proxy"),
    ("OPTIONS", "Proxy", "Ben"),
    ("200 OK", "Ben", "Proxy"),
    ("200 OK", "Proxy", "Ann"),
];

fn message(at: usize) -> String {
    let start = match at {
        0 | 1 => "OPTIONS sip:ben@b.example SIP/2.0",
        _ => "SIP/2.0 200 OK",
    };
    let own = "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\n";
    let proxy = match at {
        1 | 2 => "Via: SIP/2.0/UDP p.example;branch=z9hG4bK2\n",
        _ => "",
    };
    format!(
        "{start}\n{proxy}{own}From: <sip:ann@a.example>;tag=1\nTo: <sip:ben@b.example>\nCall-ID: c{at}@a.example\n\
         CSeq: 1 OPTIONS\nContent-Length: 0\n\n"
    )
}

/// The rows of a table; `N`, `F`, `T` and `M` stand for number, sender, receiver and message.
fn table(heads: &str, row: &str) -> String {
    let columns = heads.matches('|').count() + 1;
    let rule = vec!["---"; columns].join("|");
    let rule = match heads.starts_with('|') {
        true => format!("|{}|", vec!["---"; columns - 2].join("|")),
        false => rule,
    };
    let rows = STEPS.iter().zip(1..).map(|((message, from, to), number)| {
        let number = number.to_string();
        let all = [('N', &*number), ('F', from), ('T', to), ('M', message)];
        let cell = |sign: char| all.iter().find(|(key, _)| *key == sign);
        let cells = row.chars().map(|sign| match cell(sign) {
            Some((_, text)) => (*text).to_owned(),
            None => sign.to_string(),
        });
        cells.collect::<String>() + "\n"
    });
    format!("{heads}\n{rule}\n{}", rows.collect::<String>())
}

/// The steps of each flow, and behind each the Call-ID of its message.
fn told(text: &str) -> Vec<Vec<String>> {
    let document = Document::read(text);
    let flows = document.flows.iter().map(|flow| {
        let steps = flow.steps.iter().map(|step| {
            let call = step.message.as_ref().and_then(|one| one.value("Call-ID"));
            format!("{} {}", line(flow, step), call.unwrap_or("-"))
        });
        steps.collect()
    });
    flows.collect()
}

const EXPECTED: [&str; 4] = [
    "1 request OPTIONS: Ann > Proxy c0@a.example",
    "2 request OPTIONS: Proxy > Ben c1@a.example",
    "3 response 200 OPTIONS: Ben > Proxy c2@a.example",
    "4 response 200 OPTIONS: Proxy > Ann c3@a.example",
];

#[test]
fn messages_below_a_table_belong_to_its_rows() {
    let tables = [
        table(
            "| Step | Description | From | To |",
            "| N | F sends M | F | T |",
        ),
        table("Step | Description | From | To", "N | M | F | T"),
        table("| Sender | Receiver | Message |", "| F | T | M |"),
        table(
            "| # | Source | Destination | Method |",
            "| N. | F | T | `M` |",
        ),
        table("# | Direction | Message", "N | F \u{2192} T | M"),
    ];
    type Caption = fn(usize, &str) -> String;
    let captions: [Caption; 7] = [
        |_, _| String::new(),
        |number, message| format!("{number}. {message}\n\n"),
        |number, _| format!("Step {number}\n\n"),
        |number, message| format!("### {number} {message}\n\n"),
        |_, message| format!("### {message}\n\n"),
        |number, message| format!("**Message {number}: {message}**\n\n"),
        |number, message| format!("({number}) {message}\n\n"),
    ];
    for table in &tables {
        for caption in captions {
            for between in ["\n", "\nThe messages are:\n\n", "\n## Messages\n\n"] {
                for (open, close) in [("", ""), ("```\n", "```\n\n")] {
                    let mut text = format!("# Reachability\n\n## Steps\n\n{table}{between}");
                    for (at, (label, ..)) in STEPS.iter().enumerate() {
                        text += &caption(at + 1, label);
                        text += &format!(
                            "{open}{}{close}",
                            message(at).trim_end().to_owned() + "\n\n"
                        );
                    }
                    assert_eq!(told(&text), [EXPECTED], "{text}");
                }
            }
        }
    }
}

/// Numbers tell the step, whatever stands in between; what the table leaves out is a step where it is printed.
#[test]
fn some_messages_are_not_printed_and_some_are_of_no_row() {
    let table = table("| Step | From | To | Message |", "| N | F | T | M |");
    let trying = message(3)
        .replace("200 OK", "100 Trying")
        .replace("c3", "c9");
    let text = format!(
        "{table}\n2. OPTIONS\n\n{}\n{trying}\n4. 200 OK\n\n{}",
        message(1),
        message(3)
    );
    let expected = [
        "1 request OPTIONS: Ann > Proxy -",
        EXPECTED[1],
        "- response 100 OPTIONS: - > - c9@a.example",
        "3 response 200 OPTIONS: Ben > Proxy -",
        EXPECTED[3],
    ];
    assert_eq!(told(&text), [expected]);
}

/// What is told below a table with both ends is what counts: the table says it again.
#[test]
fn a_table_above_a_list_of_the_same_steps_is_an_overview() {
    let table = table("| Step | From | To | Message |", "| N | F | T | M |");
    let steps = STEPS.iter().enumerate().map(|(at, (label, from, to))| {
        format!("{}. {label} ({from} to {to})\n\n{}\n", at + 1, message(at))
    });
    let list: String = steps.collect();
    for between in ["\n", "\n## Details\n\n"] {
        let text = format!("# Flow\n\n{table}{between}{list}");
        assert_eq!(told(&text), [EXPECTED], "{text}");
    }
}

/// The message of another flow is none of the table, which has no such step.
#[test]
fn a_section_with_other_messages_is_another_flow() {
    let table = table("| Step | From | To | Message |", "| N | F | T | M |");
    let messages: String = (0..4).map(message).collect();
    let other = message(0).replace("OPTIONS", "MESSAGE").replace("c0", "c7");
    let text = format!("# One\n\n{table}\n{messages}\n# Other\n\n{other}");
    let flows = told(&text);
    assert_eq!(flows[0], EXPECTED);
    assert_eq!(flows[1], ["- request MESSAGE: - > - c7@a.example"]);
    assert_eq!(flows.len(), 2);
}

/// Headings of steps are those of one flow, also without a table, where a number is all that stands in front of the message.
#[test]
fn headings_with_a_number_begin_no_flow() {
    let steps = STEPS.iter().enumerate();
    let steps =
        steps.map(|(at, (label, ..))| format!("### {} {label}\n\n{}\n", at + 1, message(at)));
    let text = format!("# Flow\n\n{}", steps.collect::<String>());
    assert_eq!(told(&text).len(), 1);
    assert_eq!(told(&text)[0].len(), STEPS.len());
}
