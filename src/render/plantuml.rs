//! Ladders as source for PlantUML sequence diagrams. What is no letter, digit or harmless sign is written as `<U+...>`, so that no
//! text is taken for a part of the language, its markup or its preprocessor.

use std::fmt::Write;

use crate::base::escape;
use crate::report::ladder::{Arrow, Kind, Ladder, Panel, PanelKind, Row};

/// The ladder as source.
pub fn draw(ladder: &Ladder) -> String {
    let mut source = String::from("@startuml\nhide footbox\n");
    let mut line = |text: String| {
        source.push_str(&text);
        source.push('\n');
    };
    if !ladder.title.is_empty() {
        line(format!("title {}", said(&ladder.title)));
    }
    for (number, column) in ladder.columns.iter().enumerate() {
        if let Some(frame) = ladder.frames.iter().find(|frame| frame.first == number) {
            line(format!("box \"{}\"", said(&frame.name)));
        }
        let detail = match column.detail.as_str() {
            "" => String::new(),
            detail => format!("\\n{}", said(detail)),
        };
        line(format!(
            "participant \"{}{detail}\" as c{number}",
            said(&column.label)
        ));
        if ladder.frames.iter().any(|frame| frame.last == number) {
            line("end box".to_owned());
        }
    }
    for row in &ladder.rows {
        match row {
            Row::Arrow(arrow) => line(message(arrow)),
            Row::Panel(panel) => line(note(panel)),
        }
    }
    if !ladder.findings.is_empty() || !ladder.notes.is_empty() {
        line("legend".to_owned());
        for finding in &ladder.findings {
            line(format!("({}) {}", finding.number, said(&finding.text)));
        }
        for note in &ladder.notes {
            line(format!("Note: {}", said(note)));
        }
        line("end legend".to_owned());
    }
    source.push_str("@enduml\n");
    source
}

fn message(arrow: &Arrow) -> String {
    let line = match arrow.kind {
        Kind::Request => "->",
        Kind::Response => "-->",
        Kind::Other => "-->>",
    };
    let mut text = String::new();
    if !arrow.number.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}. ", said(&arrow.number));
    }
    text.push_str(&said(&arrow.label()));
    for mark in &arrow.marks {
        let _ = write!(text, " ({mark})");
    }
    for small in &arrow.small {
        let _ = write!(text, "\\n{}", said(small));
    }
    format!("c{} {line} c{} : {text}", arrow.from, arrow.to)
}

fn note(panel: &Panel) -> String {
    let number = match panel.number.as_str() {
        "" => String::new(),
        number => format!("{}. ", said(number)),
    };
    let text = said(&panel.text);
    match panel.kind {
        PanelKind::Gap => format!("... {text} ..."),
        _ => {
            let over = match panel.first == panel.last {
                true => format!("c{}", panel.first),
                false => format!("c{}, c{}", panel.first, panel.last),
            };
            format!("rnote over {over} : {number}{text}")
        }
    }
}

/// A text that PlantUML takes as it is. Two signs in a row are markup, so that none stand there that have a meaning then.
fn said(text: &str) -> String {
    let text = escape::text(text);
    let mut said = String::new();
    for character in text.chars() {
        let plain = character.is_alphanumeric() || " .,()+:;".contains(character);
        match plain {
            true => said.push(character),
            false => {
                let _ = write!(said, "<U+{:04X}>", u32::from(character));
            }
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::ladder::Column;
    use crate::report::ladder::testing::ladders;

    #[test]
    fn texts_are_never_part_of_the_language() {
        assert_eq!(
            said("**b** !include"),
            "<U+002A><U+002A>b<U+002A><U+002A> <U+0021>include"
        );
        assert_eq!(said("%date() \"x\""), "<U+0025>date() <U+0022>x<U+0022>");
        assert_eq!(said("a\n@enduml"), "a<U+005C>n<U+0040>enduml");
    }

    #[test]
    fn a_ladder_is_written_line_by_line() {
        let column = |label: &str, detail: &str| Column {
            label: label.to_owned(),
            detail: detail.to_owned(),
            about: String::new(),
        };
        let arrow = Arrow {
            number: "1".to_owned(),
            time: String::new(),
            from: 0,
            to: 1,
            caption: "INVITE".to_owned(),
            small: vec!["Max-Forwards: 70".to_owned()],
            kind: Kind::Request,
            strand: 0,
            sent: 1,
            seen: 2,
            marks: Vec::new(),
            about: String::new(),
        };
        let gap = Panel {
            number: String::new(),
            first: 0,
            last: 1,
            text: "2 min later".to_owned(),
            kind: PanelKind::Gap,
        };
        let ladder = Ladder {
            title: "A call".to_owned(),
            columns: vec![column("Alice", ""), column("P#1", "proxy")],
            rows: vec![Row::Arrow(arrow), Row::Panel(gap)],
            notes: vec!["A note".to_owned()],
            ..Ladder::default()
        };
        let expected = "\
@startuml
hide footbox
title A call
participant \"Alice\" as c0
participant \"P<U+0023>1\\nproxy\" as c1
c0 -> c1 : 1. INVITE (seen 2x)\\nMax<U+002D>Forwards: 70
... 2 min later ...
legend
Note: A note
end legend
@enduml
";
        assert_eq!(draw(&ladder), expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        /// What the preprocessor or the markup would take stands nowhere but where the renderer put it.
        #[test]
        fn no_text_is_part_of_the_language(ladder in ladders()) {
            let source = draw(&ladder);
            prop_assert!(!source.contains(['!', '%', '$', '*', '~', '#', '\'']), "{}", source);
            prop_assert_eq!(source.matches('@').count(), 2);
        }
    }
}
