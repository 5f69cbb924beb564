//! The traffic that every format writes down, and how to compare what was read with it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sipscope::base::Limits;
use sipscope::flow::synthesis::log;
use sipscope::source::TextOptions;
use sipscope::{Intake, Job, analyze};

use crate::support::kept;

/// A message as it went over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Nanoseconds since 1970.
    pub(crate) nanos: i64,
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
    pub(crate) transport: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// The formats that flows are written in, but for these, with the reason why: a new one is held to everything.
pub(crate) fn formats_but(exceptions: &[(&str, &str)]) -> Vec<&'static str> {
    let mut names: Vec<_> = log::formats().map(|format| format.name).collect();
    for (exception, _) in exceptions {
        assert!(names.contains(exception), "{exception} is no format");
    }
    let excepted = |name: &str| exceptions.iter().any(|(other, _)| *other == name);
    names.retain(|name| !excepted(name));
    names
}

/// A message as a log gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) nanos: Option<i64>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) transport: &'static str,
    /// As text, for whoever looks at a difference.
    pub(crate) message: String,
    pub(crate) whole: bool,
    pub(crate) spoiled: Vec<&'static str>,
}

/// What nobody knows.
pub(crate) const UNKNOWN: &str = "unknown";
/// The second of the three elements of the sample: what it sees goes in and out.
const PROXY: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

/// Everything that the sample has.
pub(crate) fn all() -> Vec<Sent> {
    messages(&mut analyzed(
        &sample_path("call.pcap"),
        TextOptions::default(),
    ))
}

/// What one of its elements sends and receives, and its address.
pub(crate) fn of_one_side() -> (Vec<Sent>, SocketAddr) {
    let own = |address: &SocketAddr| address.ip() == PROXY;
    let mut seen = all();
    seen.retain(|sent| own(&sent.source) || own(&sent.destination));
    assert!(seen.len() > 10, "{} messages", seen.len());
    let address = seen.iter().map(|sent| sent.source).find(own).unwrap();
    (seen, address)
}

impl Sent {
    /// Whether it went out of this element.
    pub(crate) fn is_from(&self, own: SocketAddr) -> bool {
        self.source.ip() == own.ip()
    }

    /// How it stands in the log of the side with this address.
    pub(crate) fn written(&self, format: &str, own: SocketAddr) -> Vec<u8> {
        self.numbered(format, 1, own)
    }

    /// The same in a log that numbers what is in it.
    pub(crate) fn numbered(&self, format: &str, number: usize, own: SocketAddr) -> Vec<u8> {
        let mut formats = log::formats();
        let format = formats.find(|known| known.name == format).unwrap();
        let entry = log::Entry {
            number,
            nanos: self.nanos,
            source: self.source,
            destination: self.destination,
            transport: self.transport,
            bytes: &self.bytes,
        };
        format.write(&entry, own)
    }

    /// What a log gives back that knows all of it.
    pub(crate) fn exact(&self) -> Read {
        Read {
            nanos: Some(self.nanos),
            from: self.source.to_string(),
            to: self.destination.to_string(),
            transport: self.transport,
            message: self.text(),
            whole: true,
            spoiled: Vec::new(),
        }
    }

    /// The message as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// Year, month, day, hour, minute, second, nanosecond in UTC.
    pub(crate) fn clock(&self) -> (i16, i8, i8, i8, i8, i8, i32) {
        let time = jiff::Timestamp::from_nanosecond(self.nanos.into()).unwrap();
        let time = time.to_zoned(jiff::tz::TimeZone::UTC);
        (
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.subsec_nanosecond(),
        )
    }

    /// The time, cut to units of so many nanoseconds.
    pub(crate) fn cut_to(&self, unit: i64) -> i64 {
        self.nanos - self.nanos.rem_euclid(unit)
    }
}

/// What a log gives back that knows of its own side only which one it is, and perhaps the other.
pub(crate) fn one_sided(sent: &Sent, own: SocketAddr, log: &str, knows_peer: bool) -> Read {
    let end = |address: SocketAddr| match (address.ip() == own.ip(), knows_peer) {
        (true, _) => log.to_owned(),
        (false, true) => address.to_string(),
        (false, false) => UNKNOWN.to_owned(),
    };
    Read {
        from: end(sent.source),
        to: end(sent.destination),
        ..sent.exact()
    }
}

/// Holds a sample to the text that a format makes of the traffic, and what is read of it to what is expected.
#[track_caller]
pub(crate) fn check(name: &str, format: &str, text: &[u8], expected: &[Read]) {
    check_with(name, format, text, TextOptions::default(), expected);
}

/// The same with what a person says of the text.
#[track_caller]
pub(crate) fn check_with(
    name: &str,
    format: &str,
    text: &[u8],
    options: TextOptions,
    expected: &[Read],
) {
    let path = sample_path("logs").join(name);
    kept::hold(&path, text);
    let mut intake = analyzed(&path, options);
    assert_eq!(intake.inputs[0].format, format);
    compare(&read(&mut intake), expected);
}

/// The same with a text that stands in no sample.
#[track_caller]
pub(crate) fn check_text(text: &[u8], expected: &[Read]) {
    compare(&read_text(text, TextOptions::default()), expected);
}

#[track_caller]
fn compare(read: &[Read], expected: &[Read]) {
    for (number, (read, expected)) in read.iter().zip(expected).enumerate() {
        assert_eq!(read, expected, "message {}", number + 1);
    }
    assert_eq!(read.len(), expected.len());
}

/// What is read of a text that stands in no sample.
pub(crate) fn read_text(text: &[u8], options: TextOptions) -> Vec<Read> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("own.log");
    fs::write(&path, text).unwrap();
    read(&mut analyzed(&path, options))
}

/// How many messages, Call-IDs and undecodable records a log of others has.
pub(crate) fn counted(path: &Path) -> (usize, usize, u64) {
    let intake = analyzed(path, TextOptions::default());
    let undecodable = intake.total().undecodable_total();
    (
        intake.sightings.len(),
        intake.sightings.call_ids(),
        undecodable,
    )
}

/// What becomes of a text that may be no input.
pub(crate) fn analyze_text(text: &[u8], texts: TextOptions) -> Intake {
    analyze_with(
        text,
        Job {
            texts,
            ..Job::default()
        },
    )
}

/// The same where so many bytes are taken at once, and no line may be longer.
pub(crate) fn analyze_at_most(text: &[u8], bytes: usize) -> Intake {
    let mut job = Job::default();
    (job.limits.record_bytes, job.limits.batch_bytes) = (bytes, bytes);
    analyze_with(text, job)
}

fn analyze_with(text: &[u8], job: Job) -> Intake {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("own.log");
    fs::write(&path, text).unwrap();
    analyze(&Job {
        inputs: vec![path],
        threads: 1,
        ..job
    })
    .unwrap()
}

fn sample_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(name)
}

fn analyzed(path: &Path, texts: TextOptions) -> Intake {
    let intake = analyze(&Job {
        inputs: vec![path.to_owned()],
        threads: 1,
        texts,
        limits: Limits {
            // Messages lie across the borders of what is read at a time.
            batch_bytes: 4096,
            ..Limits::default()
        },
        ..Job::default()
    })
    .unwrap();
    let problems: Vec<_> = intake.unreadable.iter().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(intake.total().total(), intake.records(), "adds up");
    intake
}

fn messages(intake: &mut Intake) -> Vec<Sent> {
    let read = intake.sightings.iter().map(|sighting| {
        let end = |end: Option<sipscope::trace::End<'_>>| {
            let end = end.unwrap().endpoint().unwrap();
            SocketAddr::new(end.address, end.port)
        };
        let place = (sighting.input(), sighting.location(), sighting.length());
        let bytes = intake.store.read(place.0, place.1, place.2).unwrap();
        Sent {
            nanos: sighting.time().unwrap().nanos(),
            source: end(sighting.source()),
            destination: end(sighting.destination()),
            transport: sighting.transport().name(),
            bytes: bytes.to_vec(),
        }
    });
    read.collect()
}

/// What is read of it.
pub(crate) fn read(intake: &mut Intake) -> Vec<Read> {
    let read = intake.sightings.iter().map(|sighting| {
        let end = |end: Option<sipscope::trace::End<'_>>| {
            end.map_or_else(|| UNKNOWN.to_owned(), |end| end.to_string())
        };
        let place = (sighting.input(), sighting.location(), sighting.length());
        let bytes = intake.store.read(place.0, place.1, place.2).unwrap();
        Read {
            nanos: sighting.time().map(sipscope::base::Timestamp::nanos),
            from: end(sighting.source()),
            to: end(sighting.destination()),
            transport: sighting.transport().name(),
            message: String::from_utf8_lossy(bytes).into_owned(),
            whole: sighting.whole(),
            spoiled: sighting.spoiled().names().collect(),
        }
    });
    read.collect()
}
