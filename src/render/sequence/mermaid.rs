//! Ladders as source for Mermaid sequence diagrams. What is no letter, digit or harmless sign is written as an entity, so that no
//! text is taken for a part of the language.

use std::fmt::Write;

use super::{Language, lines};
use crate::base::escape;
use crate::report::ladder::{Arrow, Kind, Ladder, Panel, PanelKind};

/// The ladder as source.
pub fn draw(ladder: &Ladder) -> String {
    let mut lines = lines::<Mermaid>(ladder);
    let last = ladder.columns.len().saturating_sub(1);
    let findings = ladder.findings.iter();
    for finding in findings.filter(|_| !ladder.columns.is_empty()) {
        let text = Mermaid::said(&finding.text);
        lines.push(format!(
            "Note over c0,c{last}: ({}) {text}",
            finding.numbers()
        ));
    }
    // A comment reaches to the end of its line.
    let notes = ladder.notes.iter();
    lines.extend(notes.map(|note| format!("%% {}", Mermaid::said(note))));
    let mut source = String::from("sequenceDiagram\n");
    for line in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(source, "    {line}");
    }
    source
}

struct Mermaid;

impl Language for Mermaid {
    const END_OF_FRAME: &'static str = "end";

    /// A text that Mermaid takes as it is: everything else is an entity, of which the semicolon is part.
    fn said(text: &str) -> String {
        let text = escape::text(text);
        // Mermaid takes the word alone for the end of a block.
        let text = match text.trim().eq_ignore_ascii_case("end") {
            true => format!("({})", text.trim()),
            false => text,
        };
        let mut said = String::new();
        for character in text.chars() {
            let plain = character.is_alphanumeric() || " .,()/@+-_=".contains(character);
            match plain {
                true => said.push(character),
                false => {
                    let _ = write!(said, "#{};", u32::from(character));
                }
            }
        }
        said
    }

    fn title(title: &str) -> String {
        format!("title: {title}")
    }

    /// Colours come first in a box, so that a name cannot be one.
    fn frame(name: &str) -> String {
        format!("box transparent {name}")
    }

    fn column(number: usize, label: &str, detail: &str) -> String {
        let gap = if detail.is_empty() { "" } else { "<br/>" };
        format!("participant c{number} as {label}{gap}{detail}")
    }

    fn arrow(arrow: &Arrow, text: &str, small: &[String]) -> Vec<String> {
        let line = match arrow.kind {
            Kind::Request => "->>",
            Kind::Response => "-->>",
            Kind::Other => "--)",
        };
        let mut lines = vec![format!("c{}{line}c{}: {text}", arrow.from, arrow.to)];
        if !small.is_empty() {
            let (first, last) = arrow.span();
            lines.push(format!(
                "Note over c{first},c{last}: {}",
                small.join("<br/>")
            ));
        }
        lines
    }

    fn panel(panel: &Panel, text: &str) -> String {
        let dots = match panel.kind {
            PanelKind::Gap => "... ",
            _ => "",
        };
        format!("Note over c{},c{}: {dots}{text}", panel.first, panel.last)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::Ink;
    use crate::report::ladder::testing::ladders;
    use crate::report::ladder::{Column, Finding, Frame, Row};

    #[test]
    fn texts_are_never_part_of_the_language() {
        assert_eq!(
            Mermaid::said("a;b#c:%%d\n<br>"),
            "a#59;b#35;c#58;#37;#37;d#92;n#60;br#62;"
        );
        assert_eq!(Mermaid::said("end"), "(end)");
        assert_eq!(
            Mermaid::said("Zo\u{eb} 200 OK (SDP)"),
            "Zo\u{eb} 200 OK (SDP)"
        );
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
            message: Some(1),
            time: String::new(),
            from: 0,
            to: 1,
            caption: "INVITE".to_owned(),
            small: vec!["Max-Forwards: 70".to_owned()],
            kind: Kind::Request,
            strand: 0,
            again: vec![3],
            seen: 1,
            marks: vec![1],
            about: String::new(),
        };
        let answer = Arrow {
            number: "2".to_owned(),
            from: 1,
            to: 0,
            caption: "200 OK".to_owned(),
            small: Vec::new(),
            kind: Kind::Response,
            again: Vec::new(),
            marks: Vec::new(),
            ..arrow.clone()
        };
        let action = Panel {
            number: String::new(),
            first: 1,
            last: 1,
            text: "Thinks".to_owned(),
            kind: PanelKind::Action,
            folded: Vec::new(),
        };
        let ladder = Ladder {
            title: "A call".to_owned(),
            columns: vec![column("Alice", ""), column("P#1", "proxy")],
            frames: vec![Frame {
                name: "home".to_owned(),
                first: 0,
                last: 1,
            }],
            rows: vec![Row::Arrow(arrow), Row::Panel(action), Row::Arrow(answer)],
            findings: vec![Finding {
                first: 1,
                last: 1,
                ink: Ink::Bad,
                text: "error X".to_owned(),
            }],
            notes: vec!["A note".to_owned()],
            ..Ladder::default()
        };
        let expected = "\
sequenceDiagram
    title: A call
    box transparent home
    participant c0 as Alice
    participant c1 as P#35;1<br/>proxy
    end
    c0->>c1: 1. INVITE (2x) (1)
    Note over c0,c1: Max-Forwards#58; 70
    Note over c1,c1: Thinks
    c1-->>c0: 2. 200 OK
    Note over c0,c1: (1) error X
    %% A note
";
        assert_eq!(draw(&ladder), expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        /// A semicolon ends a statement, and a number sign begins an entity: both only stand in entities.
        #[test]
        fn no_text_ends_a_statement(ladder in ladders()) {
            let source = draw(&ladder);
            let mut pieces = source.split('#');
            prop_assert!(!pieces.next().unwrap().contains(';'));
            for piece in pieces {
                let (number, rest) = piece.split_once(';').unwrap();
                prop_assert!(number.parse::<u32>().is_ok() && !rest.contains(';'), "{}", source);
            }
        }
    }
}
