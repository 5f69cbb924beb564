//! What stands around every line of a text, as when somebody quoted or indented the whole of it, or loggers passed it on, one after
//! the other. It is taken away before a format looks at the lines, so that none has to know of it.

mod container;
mod fields;
mod identifier;
mod marks;
mod object;
pub(super) mod prefix;
mod table;

use std::borrow::Cow;

use super::json::Objects;
use super::{Line, quote};
use fields::Field;
use object::Path;
use prefix::Prefix;
use table::Table;

/// What stands around all lines, from the outermost in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Front(Vec<Layer>);

/// The same around all lines.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Layer {
    /// Blanks and marks of a quotation.
    Marks(Vec<u8>),
    /// What a logger writes, the same but for its times and numbers.
    Logger(Prefix),
    /// The same, left for the format: it shows only where a line begins.
    Left(Prefix),
    /// What a runtime of containers writes.
    Container,
    /// An identifier, which may be another on every line.
    Identifier,
    /// The numbers of the lines, and this behind them: `cat -n`, `nl -ba`, `grep -n`.
    Number(u8),
    /// An object of JSON, whose member this is.
    Object(Path),
    /// The same where the objects are in a list, which may be one line.
    List(Path),
    /// Names and values, one of which it is.
    Field(Field),
    /// Records of a table, which may have several lines.
    Table(Table),
}

/// A line without what stands around it, which may be several lines of a log.
pub(super) struct Bare<'a> {
    /// What was taken away and may have a stamp.
    pub(super) front: Cow<'a, [u8]>,
    pub(super) text: Cow<'a, [u8]>,
    /// The rest of the line is in the next.
    pub(super) goes_on: bool,
    /// It breaks off, and its rest is not there.
    pub(super) is_cut: bool,
}

/// So many lines show it.
const LOOKED_AT: usize = 1000;
/// So many loggers pass a line on.
const DEEPEST: usize = 3;

impl Front {
    /// What may be one in this beginning of a text, the most likely first.
    pub(super) fn all(prefix: &[u8]) -> Vec<Self> {
        layers(prefix, DEEPEST).into_iter().map(Self).collect()
    }

    /// What a logger may write in front of all lines of a text that shows only by its stamps.
    pub(super) fn behind_stamp(prefix: &[u8]) -> Option<Self> {
        let prefix = Prefix::behind_stamp(whole_lines(prefix))?;
        Some(Self(vec![Layer::Logger(prefix)]))
    }

    /// A line without it; one that does not have it is left as it is.
    pub(super) fn stripped<'a>(&self, raw: &'a [u8]) -> Bare<'a> {
        let mut bare = Bare {
            front: Cow::default(),
            text: Cow::Borrowed(raw),
            goes_on: false,
            is_cut: false,
        };
        for layer in &self.0 {
            bare = bare.without(layer);
        }
        bare
    }

    /// What takes the objects out of lines that are of a list of them.
    pub(super) fn objects(&self) -> Option<Objects> {
        matches!(self.0.first(), Some(Layer::List(_))).then(object::list)
    }

    /// Whether a record goes on behind a line, by whether it did in front of it.
    pub(super) fn goes_on(&self, line: &[u8], went_on: bool) -> bool {
        matches!(self.0.first(), Some(Layer::Table(_))) && table::goes_on(line, went_on)
    }

    /// Whether a line breaks off in it, as the last one of a text may: then nothing of the text stands there.
    pub(super) fn breaks_off_in(&self, raw: &[u8]) -> bool {
        if raw.is_empty() || raw.ends_with(b"\n") {
            return false;
        }
        match self.0.first() {
            Some(Layer::Object(path)) => path.is_cut_in(raw),
            Some(Layer::Logger(prefix)) => prefix.is_cut_in(raw),
            Some(Layer::Container) => container::is_cut_in(raw),
            _ => false,
        }
    }

    /// Where another line begins in one that was cut.
    pub(super) fn inside(&self, raw: &[u8]) -> Option<usize> {
        match self.0.first()? {
            Layer::Object(path) => path.inside(raw),
            Layer::Logger(prefix) | Layer::Left(prefix) => {
                let behind = prefix.behind(raw)?;
                Some(raw.len() - behind.len() + prefix.inside(behind)?)
            }
            Layer::Container => container::inside(raw),
            _ => None,
        }
    }

    /// Whether what a message quotes looks like it only with escapes.
    pub(super) fn is_unmistakable(&self) -> bool {
        matches!(self.0.first(), Some(Layer::Object(_)))
    }

    /// What there is of a line that was cut.
    pub(super) fn stripped_cut<'a>(&self, raw: &'a [u8]) -> Bare<'a> {
        let begun = match self.0.first() {
            Some(Layer::Object(path)) => path.begun(raw),
            _ => None,
        };
        let mut bare = begun.unwrap_or_else(|| self.stripped(raw));
        bare.is_cut = true;
        if !bare.text.ends_with(b"\n") {
            bare.text.to_mut().push(b'\n');
        }
        bare
    }

    /// A text without it.
    pub(super) fn taken_from<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if matches!(self.0[..], [] | [Layer::Left(_)]) {
            return Cow::Borrowed(text);
        }
        let stripped: Vec<_> = match self.0.first() {
            Some(Layer::Table(_)) => {
                let records = table::records(text);
                records.map(|record| self.stripped(record).text).collect()
            }
            Some(Layer::List(_)) => {
                let mut objects = object::list();
                let lines = text.split_inclusive(|byte| *byte == b'\n');
                let found = lines.flat_map(|raw| objects.line(Line::new(0, raw)));
                let texts = found.map(|object| self.stripped(&object.bytes).text.into_owned());
                texts.map(Cow::Owned).collect()
            }
            _ => {
                let lines = text.split_inclusive(|byte| *byte == b'\n');
                lines.map(|line| self.stripped(line).text).collect()
            }
        };
        Cow::Owned(stripped.concat())
    }
}

impl Bare<'_> {
    fn without(self, layer: &Layer) -> Self {
        let taken = match &self.text {
            Cow::Borrowed(text) => layer.taken(text),
            Cow::Owned(text) => layer.taken(text).map(Bare::into_owned),
        };
        let Some(taken) = taken else {
            return self;
        };
        let front = match self.front.is_empty() {
            true => taken.front,
            false => Cow::Owned([&self.front[..], b"; ", &taken.front].concat()),
        };
        Self {
            front,
            text: taken.text,
            goes_on: self.goes_on || taken.goes_on,
            is_cut: self.is_cut || taken.is_cut,
        }
    }

    fn into_owned<'b>(self) -> Bare<'b> {
        Bare {
            front: Cow::Owned(self.front.into_owned()),
            text: Cow::Owned(self.text.into_owned()),
            goes_on: self.goes_on,
            is_cut: self.is_cut,
        }
    }
}

impl Layer {
    /// What may be the outermost around all lines of a text, and nothing, the most likely first.
    fn all(prefix: &[u8]) -> Vec<Option<Self>> {
        let whole = || whole_lines(prefix);
        if let Some(path) = Path::of(whole()) {
            return vec![Some(Self::Object(path)), None];
        }
        if let Some(path) = Path::of_list(prefix) {
            return vec![Some(Self::List(path)), None];
        }
        if is_most(whole(), |line| container::taken(line).is_some()) {
            return vec![Some(Self::Container), None];
        }
        if is_most(whole(), |line| identifier::behind(line).is_some()) {
            return vec![Some(Self::Identifier), None];
        }
        if let Some(table) = Table::of(prefix) {
            return vec![Some(Self::Table(table)), None];
        }
        if let Some(field) = Field::of(whole()) {
            return vec![Some(Self::Field(field)), None];
        }
        if let Some(sign) = marks::numbered(whole()) {
            return vec![Some(Self::Number(sign))];
        }
        if let Some(marks) = marks::common(whole()) {
            return vec![Some(Self::Marks(marks))];
        }
        let Some(prefix) = Prefix::of(whole()) else {
            return vec![None];
        };
        let mut starts = whole().filter(|line| quote::may_begin(line) && quote::has_version(line));
        let has_starts = starts.clone().next().is_some();
        if !starts.all(|line| prefix.behind(line).is_some()) {
            // Entries of several lines have it in front of the first only.
            return vec![None];
        }
        let left = has_starts.then(|| Self::Left(prefix.clone()));
        let is_stamped = prefix.is_stamped();
        let logger = Some(Self::Logger(prefix));
        match is_stamped {
            // The stamp in it may be the only one, and tell one entry from another.
            true => vec![left, logger],
            false => vec![logger, None],
        }
    }

    /// A line without it; none if it does not have it.
    fn taken<'a>(&self, raw: &'a [u8]) -> Option<Bare<'a>> {
        let behind = match self {
            Self::Object(path) | Self::List(path) => return path.taken(raw),
            Self::Field(field) => return field.taken(raw),
            Self::Table(table) => return table.taken(raw),
            Self::Container => return container::taken(raw),
            Self::Left(_) => return None,
            Self::Identifier => identifier::behind(raw)?,
            Self::Logger(prefix) => prefix.behind(raw)?,
            Self::Marks(marks) => marks::behind(raw, marks)?,
            Self::Number(sign) => marks::number_of(raw, *sign)?.1,
        };
        Some(Bare {
            front: Cow::Borrowed(&raw[..raw.len() - behind.len()]),
            text: Cow::Borrowed(behind),
            goes_on: false,
            is_cut: false,
        })
    }
}

/// The lines that show what stands around all. The last of a text may be cut.
fn whole_lines(prefix: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let lines = prefix.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| line.ends_with(b"\n")).take(LOOKED_AT)
}

/// What may stand around all lines of a text, one in the other.
fn layers(prefix: &[u8], deepest: usize) -> Vec<Vec<Layer>> {
    let outer = match deepest {
        0 => vec![None],
        _ => Layer::all(prefix),
    };
    let inside = |layer: Option<Layer>| match layer {
        None => vec![Vec::new()],
        Some(left @ Layer::Left(_)) => vec![vec![left]],
        Some(layer) => {
            let front = Front(vec![layer.clone()]);
            let inner = layers(&front.taken_from(prefix), deepest - 1);
            let both = inner
                .into_iter()
                .map(|inner| [vec![layer.clone()], inner].concat());
            both.collect()
        }
    };
    outer.into_iter().flat_map(inside).collect()
}

/// Whether most lines are like this.
fn is_most<'a>(lines: impl Iterator<Item = &'a [u8]>, is_like: impl Fn(&'a [u8]) -> bool) -> bool {
    let written = lines.filter(|line| !line.trim_ascii().is_empty());
    let (mut all, mut alike) = (0, 0);
    for line in written {
        all += 1;
        alike += usize::from(is_like(line));
    }
    alike > 0 && alike * 4 >= all * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        let fronts = Front::all(text.as_bytes());
        let taken = |front: &Front| {
            String::from_utf8(front.taken_from(text.as_bytes()).into_owned()).unwrap()
        };
        fronts.iter().map(taken).min_by_key(String::len).unwrap()
    }

    #[test]
    fn what_all_lines_have_is_taken_away_and_no_more() {
        let text = "one\r\n\r\n two: x\nthree\n";
        for front in [
            "    ",
            "\t",
            "> ",
            "> > ",
            "Nov 21 09:08:07 host prog[7]: ",
            "2026-11-22T10:00:02.476Z stdout F ",
            "2026-11-22T10:00:02.476Z ",
            "gw-1  | 2026-11-22T10:00:02.476Z ",
        ] {
            let quoted = text
                .split_inclusive('\n')
                .map(|line| format!("{front}{line}"));
            let quoted: String = quoted.collect();
            assert_eq!(stripped(&quoted), text, "{front}");
            let trimmed = quoted.replace(
                &format!("{front}\r\n"),
                &format!("{}\r\n", front.trim_end()),
            );
            assert_eq!(stripped(&trimmed), text, "{front}");
        }
    }

    #[test]
    fn a_line_that_breaks_off_in_it_says_nothing() {
        let front = |text: &str| {
            let all = Front::all(text.repeat(2).as_bytes());
            all.into_iter().find(|front| !front.0.is_empty()).unwrap()
        };
        let container = front("2026-11-22T10:00:02.476Z stdout F a\n");
        let logger = front("Nov 21 09:08:07 gw prog[7]: a\n");
        let object = front("{\"log\":\"a\\n\",\"stream\":\"stdout\"}\n");
        assert!(container.breaks_off_in(b"2026-11-22T10:00:03.1"));
        assert!(container.breaks_off_in(b"2026-11-22T10:00:03.123Z stdout F"));
        assert!(!container.breaks_off_in(b"2026-11-22T10:00:03.123Z stdout F v=0"));
        assert!(!container.breaks_off_in(b"2026-11-22T10:00:03.1\n"));
        assert!(!container.breaks_off_in(b"m=audio"));
        assert!(logger.breaks_off_in(b"Nov 21 09:0"));
        assert!(logger.breaks_off_in(b"Nov 21 09:08:09 gw prog["));
        assert!(!logger.breaks_off_in(b"Nov 21 09:08:09 gw prog[12]: v=0"));
        assert!(!logger.breaks_off_in(b"v=0"));
        assert!(object.breaks_off_in(b"{\"lo"));
        assert!(object.breaks_off_in(b"{\"log\": \"t=0 0\\n\", \"stream\": \""));
        assert!(!object.breaks_off_in(b"{\"log\":\"t=0 0\\n\"}"));
        assert!(!Front::default().breaks_off_in(b"{\"lo"));
    }

    #[test]
    fn what_some_lines_have_is_theirs() {
        for text in [
            "a\n> b\n> c\n",
            "Nov 21 09:08:07 host a: x\nb\nc\nd\n",
            "09:08:07 a\n09:08:07 b\n",
            "",
            "\n\n",
        ] {
            assert_eq!(stripped(text), text);
        }
    }
}
