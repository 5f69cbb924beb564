//! Writes what is shown to a file; the end of its name says the form. What comes of it is said in the interface.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use sipscope::base::escape;
use sipscope::render::sequence::{mermaid, plantuml};
use sipscope::render::{svg, text};
use sipscope::report::ladder::Ladder;

/// Text that is saved is as wide as it needs to be, up to this.
const WIDTH: usize = 160;

/// A ladder.
pub(super) fn ladder(ladder: &Ladder, name: &str) -> String {
    let extension = Path::new(name).extension().and_then(OsStr::to_str);
    let style = text::Style {
        width: WIDTH,
        charset: text::Charset::Unicode,
    };
    let drawn = match extension {
        Some("svg") => svg::draw(
            ladder,
            svg::Style {
                theme: svg::Theme::Plain,
                paper: svg::Paper::None,
            },
        ),
        Some("txt") => text::draw(ladder, style),
        Some("mmd") => mermaid::draw(ladder),
        Some("puml") => plantuml::draw(ladder),
        _ => return "the name has to end in .svg, .txt, .mmd or .puml".to_owned(),
    };
    self::text(&drawn, name)
}

/// A text. What is there already is not written over.
pub(super) fn text(text: &str, name: &str) -> String {
    let shown = escape::text(name);
    match write(text, name) {
        Ok(()) => format!("saved as {shown}"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            format!("not saved: {shown} is there already")
        }
        Err(error) => format!("not saved as {shown}: {error}"),
    }
}

fn write(text: &str, name: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(name)?;
    file.write_all(text.as_bytes())
}
