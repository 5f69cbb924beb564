//! HTML of headings, paragraphs, tables and a figure, without script: browsers print it. Word processors take a picture only where
//! it is an image, and squeeze what is higher than a page: for them the figure is images of a page each, without links. Either
//! refers to nothing outside of itself.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{CODED, SECTION, titled};
use crate::base::{base64, escape};
use crate::report::document::{FlowDocument, Printed, Step};
use crate::report::ladder::{Arrow, Row};

const HEAD: &str = "<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    base-uri 'none'; form-action 'none'\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n\
    <style>\n\
    body { font-family: Arial, Helvetica, sans-serif; max-width: 60em; margin: 1em auto; padding: 0 1em; }\n\
    svg, img { max-width: 100%; height: auto; }\n\
    table { border-collapse: collapse; width: 100%; }\n\
    caption { font-weight: bold; padding: 0.4em; }\n\
    th, td { border: 1px solid #888; padding: 0.15em 0.5em; text-align: left; vertical-align: top; }\n\
    h1, td, pre { overflow-wrap: anywhere; }\n\
    .message th, .message td, pre { font-family: \"Courier New\", monospace; font-size: 90%; }\n\
    .message th { font-weight: normal; white-space: nowrap; }\n\
    pre { white-space: pre-wrap; margin: 0; }\n\
    h3, caption { break-after: avoid; }\n\
    tr, svg, img { break-inside: avoid; }\n\
    h3 a { color: inherit; }\n\
    svg a:target path { stroke-width: 3; }\n\
    </style>\n";

/// How the figure calls the arrow of a step, and where it leads.
pub fn anchor(arrow: &Arrow) -> Option<[String; 2]> {
    arrow.message?;
    let number = &arrow.number;
    Some([format!("arrow-{number}"), format!("#step-{number}")])
}

/// The figure of a document, in SVG.
#[derive(Clone, Copy)]
pub enum Figure<'p> {
    /// Part of the page, its arrows with their [`anchor`].
    Part(&'p str),
    /// Images, each with its width and height.
    Images(&'p [(String, usize, usize)]),
}

impl Figure<'_> {
    fn element(self) -> String {
        match self {
            // What stands in front of a picture in a file of its own has no place in a page.
            Self::Part(source) => {
                let start = source.find("<svg");
                start.map_or("", |start| &source[start..]).to_owned()
            }
            Self::Images(images) => {
                let image = |(source, width, height): &(String, usize, usize)| {
                    let data = base64(source.as_bytes());
                    format!(
                        "<p><img src=\"data:image/svg+xml;base64,{data}\" width=\"{width}\" height=\"{height}\" \
                         alt=\"Message flow\"></p>\n"
                    )
                };
                images.iter().map(image).collect()
            }
        }
    }
}

/// The document.
pub fn write(document: &FlowDocument, figure: Figure<'_>) -> String {
    let mut page = format!("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n{HEAD}");
    let title = escaped(&document.title);
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n",
        escaped(&document.source)
    );
    for doubt in &document.doubts {
        let _ = writeln!(page, "<p>{}.</p>", escaped(doubt));
    }
    page.push_str(
        "<table>\n<tr><th>Element</th><th>Known as</th><th>Addresses and names</th></tr>\n",
    );
    for one in &document.elements {
        let (name, label, about) = (escaped(&one.name), escaped(&one.label), escaped(&one.about));
        let _ = writeln!(
            page,
            "<tr><td>{name}</td><td>{label}</td><td>{about}</td></tr>"
        );
    }
    let picture = figure.element();
    let _ = write!(
        page,
        "</table>\n<h2>{SECTION} Message flow</h2>\n{picture}\
         <p><b>Figure {SECTION}-1: Message flow</b></p>\n"
    );
    let arrows = match figure {
        Figure::Part(_) => arrows(document),
        Figure::Images(_) => BTreeMap::new(),
    };
    for (position, one) in document.steps.iter().enumerate() {
        let arrow = arrows.get(&one.message.number()).copied();
        step(
            &mut page,
            position + 1,
            &titled(document, position),
            one,
            arrow,
        );
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// The number of the arrow of each message, be it one that is sent again.
fn arrows(document: &FlowDocument) -> BTreeMap<usize, &str> {
    let arrows = document.figure.rows.iter().filter_map(|row| match row {
        Row::Arrow(arrow) => Some(arrow),
        Row::Panel(_) | Row::Fragment(_) => None,
    });
    let messages = arrows.flat_map(|arrow| {
        let all = arrow.message.iter().chain(&arrow.again);
        all.map(|message| (*message, arrow.number.as_str()))
    });
    messages.collect()
}

fn step(page: &mut String, number: usize, title: &str, step: &Step, arrow: Option<&str>) {
    let (title, table) = (escaped(title), format!("{SECTION}-{number}"));
    let message = Printed::of(step);
    let shown = match arrow {
        Some(arrow) => format!("<a href=\"#arrow-{}\">{number}.</a>", escaped(arrow)),
        None => format!("{number}."),
    };
    let _ = writeln!(
        page,
        "<h3 id=\"step-{number}\">{shown} {title} \u{2013} see example in table {table}</h3>"
    );
    for note in &step.notes {
        let _ = writeln!(page, "<p>{}</p>", escaped(note));
    }
    for doubt in &step.doubts {
        let _ = writeln!(page, "<p>Not as it was sent: {}.</p>", escaped(doubt));
    }
    if message.is_coded {
        let _ = writeln!(page, "<p>{}</p>", escaped(CODED));
    }
    let _ = write!(
        page,
        "<table class=\"message\">\n<caption>Table {table}: {title}</caption>\n\
         <tr><td colspan=\"2\">{}</td></tr>\n",
        escaped(&message.first_line)
    );
    for (name, value) in &message.fields {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}:</th><td>{}</td></tr>",
            escaped(name),
            escaped(value)
        );
    }
    if let Some(lines) = &message.body {
        let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
        let body = lines.join("\n");
        let _ = writeln!(page, "<tr><td colspan=\"2\"><pre>{body}</pre></td></tr>");
    }
    page.push_str("</table>\n");
}

/// Text in which nothing is markup, and nothing hides.
fn escaped(text: &str) -> String {
    let parts: Vec<_> = text.split('\t').map(escape::text).collect();
    let text = parts.join("\t").replace('&', "&amp;");
    let text = text.replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
