//! What a ladder shows and how it is drawn: the options that captured calls and documented flows share.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sipscope::base::escape;
#[cfg(feature = "png")]
use sipscope::render::png;
use sipscope::render::sequence::{mermaid, plantuml};
use sipscope::render::{html, svg, text};
use sipscope::report::ladder::{self, Ladder, Options};
use terminal_size::{Width, terminal_size_of};

use super::super::file::{shown, whole};
use super::super::form::Form;
use super::super::printed::Colours;
use super::super::{WrongUsage, say};

#[derive(Args)]
#[command(next_help_heading = "Figure")]
pub(in super::super) struct Look {
    /// Form of the figure. Without it, as the name of the output ends, or text.
    #[arg(long, short, value_enum)]
    format: Option<Drawn>,

    /// Where to write it; without it, to standard output.
    #[arg(long, short, value_name = "PATH")]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    colours: Colours,

    /// Columns that stand first, in this order: labels, addresses or host names, with commas between them.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,

    /// Columns that are left out, with everything from them and to them.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    hide: Vec<String>,

    /// Columns that are drawn as one. May be given several times.
    #[arg(long, value_name = "A,B", value_parser = several)]
    merge: Vec<Vec<String>>,

    /// Only transactions with these methods.
    #[arg(long, value_name = "METHODS", value_delimiter = ',', value_parser = word)]
    only_methods: Vec<String>,

    /// What stands on arrows; headers adds what changes from hop to hop.
    #[arg(long, value_enum, default_value = "full")]
    labels: Labels,

    /// Header fields to print below arrows, or Request-URI. May be given several times.
    #[arg(long = "header", value_name = "NAMES", value_delimiter = ',', value_parser = word)]
    headers: Vec<String>,

    /// Draw refreshes that are all alike one by one, instead of one line that says how many they are.
    #[arg(long)]
    unfold: bool,

    /// The number in front of each row. Without it, of a call that of the message, as all commands know it; in figures of
    /// specifications (--theme spec) and of flow documents that of the step.
    #[arg(long, value_enum)]
    numbering: Option<Numbering>,

    /// Title, instead of what is known of the call or the flow.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// Columns of characters that text may take. Without it, those of the terminal, or 80.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(40..=100_000))]
    width: Option<u32>,

    /// Colours of a picture.
    #[arg(long, value_enum, default_value = "plain")]
    theme: Theme,

    /// Pages that a picture is broken into. They are upright, or landscape where the columns need the width. What is too high for
    /// one picture is written as several, with a number behind their names.
    #[arg(long, value_enum, default_value = "none")]
    paper: Paper,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Drawn {
    /// A picture that every browser shows.
    Svg,
    /// A picture in points, for whoever takes no SVG.
    #[cfg(feature = "png")]
    Png,
    /// Lines of text with box drawing characters.
    Text,
    /// Lines of text in ASCII, as RFCs draw them.
    Ascii,
    /// Source for Mermaid.
    Mermaid,
    /// Source for PlantUML.
    Plantuml,
    /// A page to look at in a browser, with the messages of the call.
    Html,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Labels {
    /// Method or status code.
    Short,
    /// With reason, body, and the method of an answer where it would not be clear.
    Full,
    /// The same, and below it what changes from hop to hop.
    Headers,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Numbering {
    /// The place in the figure, or what a document numbers it.
    Steps,
    /// The number of the message, as all commands know it.
    Messages,
    /// None.
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Theme {
    /// A colour for each dialog.
    Plain,
    /// Black on white, as specifications print.
    Spec,
    /// Light on dark.
    Dark,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Paper {
    /// One page, as large as need be.
    None,
    /// 210 by 297 mm.
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

/// Where nobody says how wide text may be.
const WIDTH: usize = 80;

impl Look {
    pub(in super::super) fn options(&self) -> Options {
        Options {
            columns: self.columns.clone(),
            hide: self.hide.clone(),
            merge: self.merge.clone(),
            only_methods: self.only_methods.clone(),
            labels: match self.labels {
                Labels::Short => ladder::Labels::Short,
                Labels::Full => ladder::Labels::Full,
                Labels::Headers => ladder::Labels::Headers,
            },
            headers: self.headers.clone(),
            unfold: self.unfold,
            numbering: self.numbering(true),
            title: self.title.clone(),
            ..Options::default()
        }
    }

    /// Which numbers are meant in a figure that has steps of its own, or has none.
    pub(in super::super) fn numbering(&self, has_steps: bool) -> ladder::Numbering {
        match self.numbering {
            Some(Numbering::Steps) => ladder::Numbering::Steps,
            Some(Numbering::Messages) => ladder::Numbering::Messages,
            Some(Numbering::None) => ladder::Numbering::None,
            None if has_steps || self.theme == Theme::Spec => ladder::Numbering::Steps,
            None => ladder::Numbering::Messages,
        }
    }

    /// The form that is meant.
    pub(super) fn format(&self) -> anyhow::Result<Drawn> {
        let format = self.format_meant()?;
        self.suits(format)?;
        Ok(format)
    }

    /// Whether the form has what is asked for.
    fn suits(&self, format: Drawn) -> anyhow::Result<()> {
        let is_text = matches!(format, Drawn::Text | Drawn::Ascii);
        let is_source = matches!(format, Drawn::Mermaid | Drawn::Plantuml);
        let is_picture = !is_text && !is_source && format != Drawn::Html;
        let wrong = match () {
            () if self.paper != Paper::None && !is_picture => {
                "--paper: only pictures have pages: -o NAME.svg draws one"
            }
            // That of specifications chooses the numbers as well, which all forms have.
            () if self.theme == Theme::Dark && !is_picture => {
                "--theme: only pictures have one that is dark: -o NAME.svg draws one"
            }
            () if self.width.is_some() && !is_text => {
                "--width: only text has columns of characters: without -f and -o it is drawn"
            }
            () => return Ok(()),
        };
        Err(WrongUsage(wrong.to_owned()).into())
    }

    /// Where it goes, unless to standard output.
    fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|path| path.as_os_str() != "-")
    }

    fn format_meant(&self) -> anyhow::Result<Drawn> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let Some(path) = self.file() else {
            return Ok(Drawn::Text);
        };
        if path.is_dir() {
            let path = shown(path);
            let wrong = format!("{path} is a directory: --all draws all calls into one");
            return Err(WrongUsage(wrong).into());
        }
        Drawn::of(None, path)
    }

    /// The form of many, whose names do not tell it.
    pub(super) fn format_of_all(&self) -> anyhow::Result<Drawn> {
        let format = self.format.unwrap_or(Drawn::Svg);
        self.suits(format)?;
        Ok(format)
    }

    /// Draws a flow and writes it where it is wanted.
    pub(in super::super) fn write(
        &self,
        out: &mut impl Write,
        ladder: &Ladder,
    ) -> anyhow::Result<()> {
        let drawn = self.drawn(ladder, self.format()?, self.output.as_deref())?;
        self.put(out, ladder, &drawn)
    }

    /// Writes a figure where it is wanted, one that is too high for one picture as several; says what was asked for and is not there.
    pub(super) fn put(
        &self,
        out: &mut impl Write,
        ladder: &Ladder,
        drawn: &[Vec<u8>],
    ) -> anyhow::Result<()> {
        let mut missed = Missed::default();
        missed.add(ladder);
        missed.say();
        let count = drawn.len();
        let Some(path) = self.file() else {
            if count > 1 {
                let wrong =
                    format!("the figure takes {count} pictures: --output says where to write them");
                return Err(WrongUsage(wrong).into());
            }
            return Ok(out.write_all(&drawn.concat())?);
        };
        let paths = write(path, drawn)?;
        if let ([first, .., last], true) = (paths.as_slice(), count > 1) {
            let [first, last] = [first, last].map(|path| escape::text(&path.to_string_lossy()));
            say(&format!(
                "sipscope: too high for one picture, so there are {count}: {first} to {last}"
            ));
        }
        Ok(())
    }

    /// A figure of the ladder alone, in one picture or several, that is to be written there.
    pub(super) fn drawn(
        &self,
        ladder: &Ladder,
        format: Drawn,
        path: Option<&Path>,
    ) -> anyhow::Result<Vec<Vec<u8>>> {
        let text = |charset| {
            let style = text::Style {
                width: self.width(),
                charset,
                in_colours: self.colours.are_wanted(self.output.is_some()),
            };
            text::draw(ladder, style)
        };
        let drawn = match format {
            Drawn::Text => text(text::Charset::Unicode),
            Drawn::Ascii => text(text::Charset::Ascii),
            Drawn::Svg => {
                let pictures = self.pictures(ladder, path);
                if let Some(large) = pictures.iter().find(|one| one.is_too_large()) {
                    say(&too_large(large, path));
                }
                let pictures = pictures.into_iter();
                return Ok(pictures.map(|one| one.source.into_bytes()).collect());
            }
            #[cfg(feature = "png")]
            Drawn::Png => {
                let pictures = self.pictures(ladder, path);
                let points = pictures.iter().map(|one| png::draw(&one.source));
                return Ok(points.collect::<Result<_, _>>()?);
            }
            Drawn::Mermaid => mermaid::draw(ladder),
            Drawn::Plantuml => plantuml::draw(ladder),
            Drawn::Html => return Ok(vec![flow_page(ladder)?]),
        };
        Ok(vec![drawn.into_bytes()])
    }

    fn pictures(&self, ladder: &Ladder, path: Option<&Path>) -> Vec<svg::Picture> {
        let style = svg::Style {
            theme: match self.theme {
                Theme::Plain => svg::Theme::Plain,
                Theme::Spec => svg::Theme::Spec,
                Theme::Dark => svg::Theme::Dark,
            },
            paper: match self.paper {
                Paper::None => svg::Paper::None,
                Paper::A4 => svg::Paper::A4,
                Paper::Letter => svg::Paper::Letter,
            },
        };
        svg::pictures(ladder, style, |count| {
            let names = path.map_or_else(Vec::new, |path| names(path, count));
            names.iter().map(|name| href(name)).collect()
        })
    }

    fn width(&self) -> usize {
        let stdout = std::io::stdout();
        let shown = self.output.is_none() && stdout.is_terminal();
        let terminal = shown.then(|| terminal_size_of(&stdout)).flatten();
        let terminal = terminal.map(|(Width(columns), _)| usize::from(columns.max(40)));
        let asked = self.width.and_then(|width| usize::try_from(width).ok());
        asked.or(terminal).unwrap_or(WIDTH)
    }
}

/// What was asked for and is in none of the figures.
#[derive(Default)]
pub(super) struct Missed {
    /// Names of columns; none before the first figure.
    unknown: Option<Vec<String>>,
    is_drawn: bool,
}

impl Missed {
    pub(super) fn add(&mut self, ladder: &Ladder) {
        let unknown = self.unknown.get_or_insert_with(|| ladder.unknown.clone());
        unknown.retain(|name| ladder.unknown.contains(name));
        let mut rows = ladder.rows.iter();
        self.is_drawn |= rows.any(|row| !matches!(row, ladder::Row::Fragment(_)));
    }

    pub(super) fn say(&self) {
        for name in self.unknown.iter().flatten() {
            say(&format!(
                "sipscope: no column is called {}: --columns, --hide and --merge take the names at the heads of the columns",
                escape::text(name)
            ));
        }
        if self.unknown.is_some() && !self.is_drawn {
            say("sipscope: nothing is drawn: --only-methods and --hide leave no message");
        }
    }
}

impl Form for Drawn {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Svg => &["svg"],
            #[cfg(feature = "png")]
            Self::Png => &["png"],
            Self::Text => &["txt"],
            Self::Ascii => &["txt"],
            Self::Mermaid => &["mmd", "mermaid"],
            Self::Plantuml => &["puml", "plantuml"],
            Self::Html => &["html", "htm"],
        }
    }
}

/// A page that shows the ladder and nothing else.
fn flow_page(ladder: &Ladder) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut page = html::Report::begin(&mut bytes)?;
    page.flow(ladder)?;
    page.end()?;
    Ok(bytes)
}

/// Writes a figure under its name, one of several pictures under numbered names; tells these.
pub(super) fn write(path: &Path, drawn: &[Vec<u8>]) -> anyhow::Result<Vec<PathBuf>> {
    let paths = names(path, drawn.len());
    for (path, bytes) in paths.iter().zip(drawn) {
        whole(path, |out| Ok(out.write_all(bytes)?))?;
    }
    Ok(paths)
}

/// `flow.svg`, or `flow-01.svg` to `flow-12.svg`.
fn names(path: &Path, count: usize) -> Vec<PathBuf> {
    if count == 1 {
        return vec![path.to_owned()];
    }
    let digits = count.to_string().len();
    let numbered = (1..=count).map(|number| {
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{number:0digits$}"));
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        path.with_file_name(name)
    });
    numbered.collect()
}

/// A method or the name of a header field: both are tokens (RFC 3261 25.1).
fn word(text: &str) -> Result<String, String> {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-.!%*_+`'~".contains(c);
    match !text.is_empty() && text.chars().all(is_of_token) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "{text:?} is no name of a header field and no method"
        )),
    }
}

/// The link to a file from one beside it (RFC 3986 4.2): of its name all that could mean something else is a code.
fn href(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let parts = name.iter().map(|byte| match plain(byte) {
        true => char::from(*byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    parts.collect()
}

fn too_large(picture: &svg::Picture, path: Option<&Path>) -> String {
    let name = path.map(|path| escape::text(&path.to_string_lossy()));
    format!(
        "sipscope: {} is {} by {} points, and programs such as rsvg-convert draw no more than {} either way: --paper breaks it into \
         several",
        name.as_deref().unwrap_or("the picture"),
        picture.width,
        picture.height,
        svg::Picture::MOST
    )
}

/// At least two names with commas between them.
fn several(names: &str) -> Result<Vec<String>, String> {
    let names: Vec<_> = names
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect();
    let first = names.first();
    match names.iter().any(|name| Some(name) != first) && !names.iter().any(String::is_empty) {
        true => Ok(names),
        false => Err("it takes two columns or more, with commas between them".to_owned()),
    }
}
