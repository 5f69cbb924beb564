//! Ladders as source for PlantUML sequence diagrams. What is no letter, digit or harmless sign is written as `<U+...>`, so that no
//! text is taken for a part of the language, its markup or its preprocessor.

use std::fmt::Write;

use super::{Language, lines};
use crate::base::escape;
use crate::report::ladder::{Arrow, Kind, Ladder, Panel, PanelKind};

/// The ladder as source.
pub fn draw(ladder: &Ladder) -> String {
    let mut all = vec!["@startuml".to_owned(), "hide footbox".to_owned()];
    all.extend(lines::<PlantUml>(ladder));
    if !ladder.findings.is_empty() || !ladder.notes.is_empty() {
        all.push("legend".to_owned());
        for finding in &ladder.findings {
            let text = PlantUml::said(&finding.text);
            all.push(format!("({}) {text}", finding.numbers()));
        }
        let notes = ladder.notes.iter();
        all.extend(notes.map(|note| format!("Note: {}", PlantUml::said(note))));
        all.push("end legend".to_owned());
    }
    all.push("@enduml\n".to_owned());
    all.join("\n")
}

struct PlantUml;

impl Language for PlantUml {
    const END_OF_FRAME: &'static str = "end box";

    /// A text that PlantUML takes as it is. Two signs in a row are markup, so that none stand there that have a meaning then; and a
    /// colon in front of a title is none of it.
    fn said(text: &str) -> String {
        let text = escape::text(text);
        let mut said = String::new();
        for character in text.chars() {
            let begins = said.trim_start().is_empty();
            let plain = character.is_alphanumeric() || " .,()+;".contains(character);
            let plain = plain || character == ':' && !begins;
            match plain {
                true => said.push(character),
                false => {
                    let _ = write!(said, "<U+{:04X}>", u32::from(character));
                }
            }
        }
        said
    }

    fn title(title: &str) -> String {
        format!("title {title}")
    }

    fn frame(name: &str) -> String {
        format!("box \"{name}\"")
    }

    fn column(number: usize, label: &str, detail: &str) -> String {
        let head = match (label, detail) {
            // A name of nothing at all is none.
            ("", "") => " ".to_owned(),
            (_, "") => label.to_owned(),
            _ => format!("{label}\\n{detail}"),
        };
        format!("participant \"{head}\" as c{number}")
    }

    fn arrow(arrow: &Arrow, text: &str, small: &[String]) -> Vec<String> {
        let line = match arrow.kind {
            Kind::Request => "->",
            Kind::Response => "-->",
            Kind::Other => "-->>",
        };
        let small: String = small.iter().map(|text| format!("\\n{text}")).collect();
        let (from, to) = (arrow.from, arrow.to);
        vec![format!("c{from} {line} c{to} : {text}{small}")]
    }

    fn panel(panel: &Panel, text: &str) -> String {
        let over = match panel.first == panel.last {
            true => format!("c{}", panel.first),
            false => format!("c{}, c{}", panel.first, panel.last),
        };
        match panel.kind {
            PanelKind::Gap => format!("... {text} ..."),
            _ => format!("rnote over {over} : {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::ladder::testing::ladders;
    use crate::report::ladder::{Column, Row};

    #[test]
    fn texts_are_never_part_of_the_language() {
        assert_eq!(
            PlantUml::said("**b** !include"),
            "<U+002A><U+002A>b<U+002A><U+002A> <U+0021>include"
        );
        assert_eq!(
            PlantUml::said("%date() \"x\""),
            "<U+0025>date() <U+0022>x<U+0022>"
        );
        assert_eq!(PlantUml::said(" : a: b"), " <U+003A> a: b");
        assert_eq!(PlantUml::said("a\n@enduml"), "a<U+005C>n<U+0040>enduml");
    }

    #[test]
    fn a_column_without_a_name_has_a_blank_one() {
        let blank = "participant \" \" as c3";
        assert_eq!(PlantUml::column(3, "", ""), blank);
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
            again: Vec::new(),
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
            folded: Vec::new(),
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
