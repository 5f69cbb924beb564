//! Text logs: one file for each format. A log is read line by line; the format tells which lines stand around messages and what
//! they say, and everything else (putting a message together, undoing what the logger did, accounting) is done here once.
//!
//! A format is a type that is given every line and says what it is ([`Format`]), and a line in [`FORMATS`].

mod announced;
mod asterisk;
mod audiocodes;
mod baresip;
mod cisco;
mod clearwater;
mod clock;
mod collect;
mod colours;
mod contested;
mod cut;
#[cfg(test)]
mod damage;
mod escapes;
mod follow;
mod framed;
mod front;
mod generic;
mod genesys;
mod homer;
mod homer_text;
mod ingate;
mod json;
mod linphone;
mod margin;
mod moment;
mod ngrep;
mod oneline;
mod opensips;
mod oracle;
mod parts;
mod pjsua;
mod quote;
mod reader;
mod recognise;
mod rereader;
mod rest;
mod restore;
mod ribbon;
mod said;
mod sipdump;
mod sipp;
mod sipviewer;
mod sngrep;
mod sofia;
mod sofia_dump;
mod spacing;
mod stamp;
mod tcpdump;
mod tshark;
mod tshark_text;
mod unfold;
mod uptime;
mod whole;
mod words;
mod writers;
mod zones;

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::base::Transport;
use crate::sip::begins_message;
use crate::source::about::About;
use clock::Clock;
use collect::Log;
use moment::Moment;
pub(super) use reader::LogReader;

pub use clock::TextOptions;
pub use reader::Clocks;
pub(super) use recognise::{read_on, recognise};
pub use stamp::length as stamp_length;

/// A line of a log.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// Its number, from 1.
    number: u64,
    /// Offset of its first byte in the (decompressed) input; none where something was taken out of it.
    offset: Option<u64>,
    /// With its line end.
    raw: &'a [u8],
    /// Whether it is the rest of a line that was too long to be taken at once.
    continues: bool,
    /// How often it was read before, and read wrong.
    again: u8,
    /// With its colours, where it has some.
    coloured: Option<&'a [u8]>,
    noted: Noted,
    /// What stood in front of it and was taken away: a stamp in it is of whoever passed the line on.
    front: &'a [u8],
    /// Which of several threads or programs wrote it; 0 where nobody knows.
    writer: u8,
}

/// What is noted on a message for one of its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Noted {
    #[default]
    Nothing,
    /// Its entry was written in parts, and they are put together.
    Together,
    /// Its entry was written in parts, and not all of them are there.
    Lacking,
    /// Its entry was cut in it, and the next stood right behind.
    Cut,
    /// It may be of the body of the message in front.
    Doubtful,
}

impl<'a> Line<'a> {
    /// One that is looked at for the first time, and has no place in the file.
    fn new(number: u64, raw: &'a [u8]) -> Self {
        Self {
            number,
            offset: None,
            raw,
            continues: false,
            again: 0,
            coloured: None,
            noted: Noted::Nothing,
            front: b"",
            writer: 0,
        }
    }

    /// Without its line end.
    fn text(&self) -> &'a [u8] {
        let text = self.raw.strip_suffix(b"\n").unwrap_or(self.raw);
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    fn kept(&self) -> Kept {
        Kept {
            number: self.number,
            offset: self.offset,
            raw: self.raw.to_vec(),
            again: self.again,
            coloured: self.coloured.map(<[u8]>::to_vec),
            noted: self.noted,
            front: self.front.to_vec(),
            writer: self.writer,
        }
    }
}

/// A line that is looked at again.
#[derive(Clone)]
struct Kept {
    number: u64,
    offset: Option<u64>,
    raw: Vec<u8>,
    again: u8,
    coloured: Option<Vec<u8>>,
    noted: Noted,
    front: Vec<u8>,
    writer: u8,
}

impl Kept {
    fn line(&self) -> Line<'_> {
        Line {
            number: self.number,
            offset: self.offset,
            raw: &self.raw,
            continues: false,
            again: self.again,
            coloured: self.coloured.as_deref(),
            noted: self.noted,
            front: &self.front,
            writer: self.writer,
        }
    }

    /// As two lines, the first of which has no end.
    fn split(mut self, at: usize) -> (Self, Self) {
        let behind = self.raw.split_off(at);
        self.coloured = None;
        let behind = Self {
            raw: behind,
            offset: self.offset.map(|offset| offset + at as u64),
            ..self.clone()
        };
        (self, behind)
    }
}

/// A log format, which can be put back to where it was.
trait Format: Copied + Send {
    /// Takes the next line.
    fn line(&mut self, line: Line<'_>, log: &mut Log);

    /// Whether it does not matter to it where a line ends: one that is too long may come in pieces.
    fn takes_pieces(&self) -> bool {
        false
    }

    /// Where an entry may begin in a line of a message which was cut there. None: it is no line of an entry, or the first of one as it is.
    fn entry_inside(&self, _text: &[u8]) -> Option<usize> {
        None
    }

    /// The entries of a line that has several with a message in each, as all but the last were cut.
    fn entries_in(&self, _line: Line<'_>) -> Option<Vec<Kept>> {
        None
    }

    /// A line that was left over, as it goes on to others.
    fn handed_on(&mut self, left: Kept) -> Kept {
        left
    }

    /// Another format reads a message that this writer wrote: what he said in front of it is said of that.
    fn passed_by(&mut self, _writer: u8) {}

    /// There are no more lines. A message that is being collected is finished behind this.
    fn end(&mut self, _log: &mut Log) {}
}

/// What a copy can be made of without knowing what it is.
trait Copied {
    fn copied(&self) -> Box<dyn Format>;
}

impl<F: Format + Clone + 'static> Copied for F {
    fn copied(&self) -> Box<dyn Format> {
        Box::new(self.clone())
    }
}

/// A format that is known: its name, whether the beginning of a file is of it, and what reads it.
struct Known {
    name: &'static str,
    about: &'static [About],
    /// No log of the format is without one of them, which is told sooner than by its sniffer.
    marks: &'static [&'static [u8]],
    sniff: fn(&[u8]) -> bool,
    make: fn() -> Box<dyn Format>,
}

impl Known {
    /// Whether a text is of this format: it has a mark of it, and the sniffer agrees.
    fn claims(&self, text: &[u8]) -> bool {
        let mut marks = self.marks.iter();
        marks.any(|mark| memchr::memmem::find(text, mark).is_some()) && (self.sniff)(text)
    }

    /// The lines of a text of this format that show first that it is of it.
    fn evidence(&self, text: &[u8]) -> std::ops::Range<usize> {
        let line_ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        let mut ends: Vec<usize> = line_ends.collect();
        let end = ends.partition_point(|end| !self.claims(&text[..*end]));
        let end = ends.get(end).copied().unwrap_or(text.len());
        ends.retain(|start| *start < end);
        let start = ends.partition_point(|start| self.claims(&text[*start..end]));
        let start = start.checked_sub(1).map_or(0, |last| ends[last]);
        start..end
    }
}

/// All formats, the most telling first: where several claim the same lines, it reads them.
const FORMATS: &[Known] = &[
    Known {
        name: "sipdump",
        about: sipdump::ABOUT,
        marks: sipdump::MARKS,
        sniff: sipdump::sniff,
        make: || Box::<sipdump::Sipdump>::default(),
    },
    Known {
        name: "sipp",
        about: sipp::ABOUT,
        marks: sipp::MARKS,
        sniff: sipp::sniff,
        make: || Box::<sipp::Sipp>::default(),
    },
    Known {
        name: "tshark",
        about: tshark::ABOUT,
        marks: tshark::MARKS,
        sniff: tshark::sniff,
        make: || Box::<tshark::Tshark>::default(),
    },
    Known {
        name: "tshark-text",
        about: tshark_text::ABOUT,
        marks: tshark_text::MARKS,
        sniff: tshark_text::sniff,
        make: || Box::<tshark_text::TsharkText>::default(),
    },
    Known {
        name: "homer",
        about: homer::ABOUT,
        marks: homer::MARKS,
        sniff: homer::sniff,
        make: || Box::<homer::Homer>::default(),
    },
    Known {
        name: "follow",
        about: follow::ABOUT,
        marks: follow::MARKS,
        sniff: follow::sniff,
        make: || Box::<follow::Follow>::default(),
    },
    Known {
        name: "opensips",
        about: opensips::ABOUT,
        marks: opensips::MARKS,
        sniff: opensips::sniff,
        make: || Box::<opensips::OpenSips>::default(),
    },
    framed::known::<oracle::Oracle>("oracle"),
    Known {
        name: "cisco",
        about: cisco::ABOUT,
        marks: cisco::MARKS,
        sniff: cisco::sniff,
        make: || Box::<cisco::Cisco>::default(),
    },
    Known {
        name: "audiocodes",
        about: audiocodes::ABOUT,
        marks: audiocodes::MARKS,
        sniff: audiocodes::sniff,
        make: || Box::<audiocodes::AudioCodes>::default(),
    },
    Known {
        name: "ribbon",
        about: ribbon::ABOUT,
        marks: ribbon::MARKS,
        sniff: ribbon::sniff,
        make: || Box::<ribbon::Ribbon>::default(),
    },
    framed::known::<genesys::Genesys>("genesys"),
    Known {
        name: "ingate",
        about: ingate::ABOUT,
        marks: ingate::MARKS,
        sniff: ingate::sniff,
        make: || Box::<ingate::Ingate>::default(),
    },
    Known {
        name: "sipviewer",
        about: sipviewer::ABOUT,
        marks: sipviewer::MARKS,
        sniff: sipviewer::sniff,
        make: || Box::<sipviewer::SipViewer>::default(),
    },
    framed::known::<homer_text::HomerText>("homer-text"),
    framed::known::<ngrep::Ngrep>("ngrep"),
    framed::known::<tcpdump::Tcpdump>("tcpdump"),
    framed::known::<sngrep::Sngrep>("sngrep"),
    framed::known::<baresip::Baresip>("baresip"),
    framed::known::<linphone::Linphone>("linphone"),
    framed::known::<sofia_dump::SofiaDump>("sofia-dump"),
    framed::known::<sofia::Sofia>("sofia"),
    framed::known::<clearwater::Clearwater>("clearwater"),
    framed::known::<pjsua::Pjsua>("pjsua"),
    framed::known::<asterisk::Asterisk>("asterisk"),
    Known {
        name: ANY_TEXT,
        about: generic::ABOUT,
        marks: generic::MARKS,
        sniff: generic::sniff,
        make: || Box::<generic::Generic>::default(),
    },
];

/// The last format: it reads whatever has messages in it, also what the others leave over.
pub(super) const ANY_TEXT: &str = "text";

/// The names of all formats.
pub(super) fn log_formats() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

/// All formats with what is known of them.
pub(super) fn about() -> impl Iterator<Item = (&'static str, &'static [About])> {
    FORMATS.iter().map(|format| (format.name, format.about))
}

/// The formats that a text has a mark of.
fn marked(text: &[u8]) -> impl Iterator<Item = &'static Known> {
    static FINDERS: LazyLock<Vec<Vec<Finder<'static>>>> = LazyLock::new(|| {
        let finders = |known: &Known| known.marks.iter().map(Finder::new).collect();
        FORMATS.iter().map(finders).collect()
    });
    let finders = FINDERS.iter();
    let marked = FORMATS.iter().zip(finders).filter(|(_, finders)| {
        let mut finders = finders.iter();
        finders.any(|finder| finder.find(text).is_some())
    });
    marked.map(|(known, _)| known)
}

/// What some editors put in front of UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether a line announces a message, and one begins in it or right below.
fn announces(prefix: &[u8], announced: impl Fn(&[u8]) -> bool) -> bool {
    const NEAR: u32 = 3;
    let mut near = 0;
    lines(prefix).any(|line| {
        let announced = announced(line);
        let begins = match announced {
            true => memchr::memmem::find(line, b"SIP/2.0").is_some(),
            false => near > 0 && begins_message(line),
        };
        near = if announced {
            NEAR
        } else {
            near.saturating_sub(1)
        };
        begins
    })
}

/// The lines of the beginning of a file; the last may be cut.
fn lines(prefix: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = prefix.split(|byte| *byte == b'\n');
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}
