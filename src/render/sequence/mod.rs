//! Ladders as source for programs that draw sequence diagrams themselves. What is said, and in which order, is the same for all of
//! them; how they want it is a `Language`.

pub mod mermaid;
pub mod plantuml;

use crate::report::ladder::{Arrow, Edge, Ladder, Panel, Row};

/// How one of these programs wants it. Texts come as [`Language::said`] gives them, and columns are called `c0`, `c1` and so on.
trait Language {
    /// Ends the frame around columns.
    const END_OF_FRAME: &'static str;

    /// A text of which nothing is taken for a part of the language.
    fn said(text: &str) -> String;
    /// What the diagram shows.
    fn title(title: &str) -> String;
    /// Begins a frame around the columns that follow.
    fn frame(name: &str) -> String;
    /// A column; the second line of its head may be empty.
    fn column(number: usize, label: &str, detail: &str) -> String;
    /// A message, with its small print.
    fn arrow(arrow: &Arrow, text: &str, small: &[String]) -> Vec<String>;
    /// What is said of some columns.
    fn panel(panel: &Panel, text: &str) -> String;
}

/// Title, columns and rows, a line each.
fn lines<L: Language>(ladder: &Ladder) -> Vec<String> {
    let mut lines = Vec::new();
    // What is blank is no title, and PlantUML takes none for one.
    if !ladder.title.trim().is_empty() {
        lines.push(L::title(&L::said(&ladder.title)));
    }
    for (number, column) in ladder.columns.iter().enumerate() {
        if let Some(frame) = ladder.frames.iter().find(|frame| frame.first == number) {
            lines.push(L::frame(&L::said(&frame.name)));
        }
        let (label, detail) = (L::said(&column.label), L::said(&column.detail));
        lines.push(L::column(number, &label, &detail));
        if ladder.frames.iter().any(|frame| frame.last == number) {
            lines.push(L::END_OF_FRAME.to_owned());
        }
    }
    for row in &ladder.rows {
        let number = match row.number() {
            "" => String::new(),
            number => format!("{}. ", L::said(number)),
        };
        match row {
            Row::Arrow(arrow) => {
                let marks = arrow.marks.iter().map(|mark| format!(" ({mark})"));
                let marks: String = marks.collect();
                let text = format!("{number}{}{marks}", L::said(&arrow.label()));
                let small: Vec<_> = arrow.small.iter().map(|text| L::said(text)).collect();
                lines.extend(L::arrow(arrow, &text, &small));
            }
            Row::Panel(panel) => {
                let text = format!("{number}{}", L::said(&panel.text));
                lines.push(L::panel(panel, &text));
            }
            // All of them have these from UML.
            Row::Fragment(Edge::Begin { kind, when }) => {
                lines.push(format!("{} {}", kind.word(), L::said(when)));
            }
            Row::Fragment(Edge::Or { when }) => lines.push(format!("else {}", L::said(when))),
            Row::Fragment(Edge::End) => lines.push("end".to_owned()),
        }
    }
    lines
}
