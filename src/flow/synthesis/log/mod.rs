//! The traffic of a flow as a log of some program: one file for each format, with the name that it has as an input.

mod asterisk;
mod audiocodes;
mod baresip;
mod cisco;
mod clearwater;
mod entry;
mod follow;
mod genesys;
mod hep;
mod homer;
mod homer_text;
mod ingate;
mod linphone;
mod ngrep;
mod opensips;
mod oracle;
mod pjsua;
mod ribbon;
mod sipdump;
mod sipp;
mod sipviewer;
mod sngrep;
mod sofia;
mod sofia_dump;
mod tcpdump;
mod text;
mod tshark;

pub use entry::Entry;

use std::io::{self, Write};
use std::net::SocketAddr;

use super::capture::{START, in_order};
use super::{Event, Options, synthesize};
use crate::flow::Template;

/// A way to write messages down.
pub struct Format {
    /// How it is called as an input.
    pub name: &'static str,
    /// Whether the log is that of one element, which sees only what it sends and gets.
    pub one_sided: bool,
    /// What stands at the beginning.
    head: fn(i64) -> Vec<u8>,
    write: fn(&Entry<'_>, SocketAddr) -> Vec<u8>,
    /// What stands at the end.
    tail: &'static str,
    /// Where messages between the same two ends stand together: what is around them.
    stream: Option<Stream>,
}

/// What stands around the messages between two ends.
struct Stream {
    head: fn(&Entry<'_>, usize) -> Vec<u8>,
    tail: &'static str,
}

/// What all see.
const fn whole(name: &'static str, write: fn(&Entry<'_>, SocketAddr) -> Vec<u8>) -> Format {
    Format {
        name,
        one_sided: false,
        head: |_| Vec::new(),
        write,
        tail: "",
        stream: None,
    }
}

/// What one sees.
const fn one_sided(name: &'static str, write: fn(&Entry<'_>, SocketAddr) -> Vec<u8>) -> Format {
    Format {
        one_sided: true,
        ..whole(name, write)
    }
}

const FORMATS: &[Format] = &[
    one_sided("asterisk", asterisk::write),
    one_sided("audiocodes", audiocodes::write),
    one_sided("baresip", baresip::write),
    one_sided("cisco", cisco::write),
    one_sided("clearwater", clearwater::write),
    Format {
        stream: Some(Stream {
            head: follow::head,
            tail: follow::TAIL,
        }),
        ..whole("follow", follow::write)
    },
    one_sided("genesys", genesys::write),
    whole("hep", hep::write),
    whole("homer", homer::write),
    whole("homer-text", homer_text::write),
    one_sided("ingate", ingate::write),
    one_sided("linphone", linphone::write),
    whole("ngrep", ngrep::write),
    whole("opensips", opensips::write),
    one_sided("oracle", oracle::write),
    one_sided("pjsua", pjsua::write),
    one_sided("ribbon", ribbon::write),
    whole("sipdump", sipdump::write),
    one_sided("sipp", sipp::write),
    whole("sipviewer", sipviewer::write),
    whole("sngrep", sngrep::write),
    one_sided("sofia", sofia::write),
    Format {
        head: sofia_dump::head,
        ..one_sided("sofia-dump", sofia_dump::write)
    },
    whole("tcpdump", tcpdump::write),
    whole("text", text::write),
    Format {
        head: tshark::head,
        tail: tshark::TAIL,
        ..whole("tshark", tshark::write)
    },
];

/// All of them.
pub fn formats() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter()
}

impl Format {
    /// What stands at the beginning of a log that was opened then (nanoseconds since 1970).
    pub fn head(&self, opened: i64) -> Vec<u8> {
        (self.head)(opened)
    }

    /// One message, in the log of the element with this address.
    pub fn write(&self, entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
        (self.write)(entry, own)
    }
}

/// Writes the flow as a log; one that sees one side only is that of this actor.
pub fn write_log(
    out: &mut impl Write,
    template: &Template,
    options: &Options,
    format: &Format,
    actor: usize,
) -> io::Result<()> {
    out.write_all(&format.head(START))?;
    match &format.stream {
        Some(stream) => write_streams(out, template, options, format, stream)?,
        None => write_in_order(out, template, options, format, actor)?,
    }
    out.write_all(format.tail.as_bytes())
}

fn write_in_order(
    out: &mut impl Write,
    template: &Template,
    options: &Options,
    format: &Format,
    actor: usize,
) -> io::Result<()> {
    let seen = |event: &Event| !format.one_sided || [event.from, event.to].contains(&actor);
    let make = |_, events: Vec<Event>| Ok(events.into_iter().filter(seen).collect());
    let mut number = 0;
    in_order(
        template,
        options,
        make,
        |event: &Event| event.time,
        |nanos, event| {
            number += 1;
            let own = match event.from == actor {
                true => event.source,
                false => event.destination,
            };
            out.write_all(&format.write(&entry(&event, number, nanos), own))
        },
    )
}

/// Each run by itself: together the streams would have to be held until the last one is played.
fn write_streams(
    out: &mut impl Write,
    template: &Template,
    options: &Options,
    format: &Format,
    around: &Stream,
) -> io::Result<()> {
    let (mut number, mut streams_before) = (0, 0);
    for run in 0..options.count {
        let mut streams: Vec<Vec<Event>> = Vec::new();
        for event in synthesize(template, options, run) {
            let ends = [event.source, event.destination];
            let is_of = |stream: &&mut Vec<Event>| {
                ends.contains(&stream[0].source) && ends.contains(&stream[0].destination)
            };
            match streams.iter_mut().find(is_of) {
                Some(stream) => stream.push(event),
                None => streams.push(vec![event]),
            }
        }
        for stream in &streams {
            let first = &stream[0];
            out.write_all(&(around.head)(&entry(first, number + 1, 0), streams_before))?;
            for event in stream {
                number += 1;
                out.write_all(&format.write(&entry(event, number, 0), first.source))?;
            }
            out.write_all(around.tail.as_bytes())?;
            streams_before += 1;
        }
    }
    Ok(())
}

fn entry(event: &Event, number: usize, nanos: i64) -> Entry<'_> {
    Entry {
        number,
        nanos,
        source: event.source,
        destination: event.destination,
        transport: event.transport.name(),
        bytes: &event.bytes,
    }
}

/// The actor that sees most: whose log says most of a flow.
pub fn busiest(events: &[Event], actors: usize) -> usize {
    let seen = |actor: &usize| {
        let of_it = events
            .iter()
            .filter(|event| [event.from, event.to].contains(actor));
        (of_it.count(), std::cmp::Reverse(*actor))
    };
    (0..actors).max_by_key(seen).unwrap_or_default()
}
