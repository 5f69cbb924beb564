//! A trace as lines that a test can write by hand.
//!
//! ```text
//! 1 INVITE uac>p1: request 100 200
//! 2 INVITE p1>uas via 1: request again 100 200*2
//! ```
//!
//! A hop has its number, its method, who sent it to whom, the hop that it continues with how that is known (or `for`, the INVITE
//! that is cancelled), and what its messages are: `request`, `again` (sent again), statuses, `ack`, with `-again`, `-late`
//! and `-stray` behind a status, and `*2` behind what was seen twice.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;

use sipscope::trace::{Clock, Dialog, DialogState, End, Hints, Hop, Message, Part, Subject, Trace};
use sipscope::{Job, analyze, correlate};

use super::scenario::{Net, Packet, file, file_without_times};

/// A trace with the names of its nodes.
pub struct Told<'a> {
    pub trace: Trace,
    net: &'a Net,
    /// The input that each file became.
    inputs: Vec<u32>,
    /// Of each message.
    bytes: Vec<Vec<u8>>,
}

impl Net {
    /// The trace of all packets in one file.
    pub fn told(&self) -> Told<'_> {
        self.told_of(std::slice::from_ref(&self.packets))
    }

    /// The trace of these files.
    pub fn told_of(&self, files: &[Vec<Packet>]) -> Told<'_> {
        self.told_with(files, 1, &Hints::default())
    }

    pub fn told_with(&self, files: &[Vec<Packet>], threads: usize, hints: &Hints) -> Told<'_> {
        let told = self.told_of_bytes(&named(files), threads, hints);
        let all = files.iter().flatten();
        let messages = all.filter(|packet| !packet.payload.is_empty());
        let found = told.trace.sightings().len();
        assert_eq!(found, messages.count(), "all packets are SIP");
        told
    }

    /// A trace that was made in another way, of so many inputs.
    pub fn told_as(&self, trace: Trace, inputs: u32) -> Told<'_> {
        Told {
            trace,
            net: self,
            inputs: (0..inputs).collect(),
            bytes: Vec::new(),
        }
    }

    /// The trace of these files named in the opposite order.
    pub fn told_backwards(&self, files: &[Vec<Packet>]) -> Told<'_> {
        let mut named = named(files);
        named.reverse();
        self.told_of_bytes(&named, 1, &Hints::default())
    }

    /// The trace of all packets in a file that has no times.
    pub fn told_without_times(&self) -> Told<'_> {
        let named = ("0.pcapng".to_owned(), file_without_times(&self.packets));
        self.told_of_bytes(&[named], 1, &Hints::default())
    }

    /// The trace of files with these names.
    pub fn told_of_bytes(
        &self,
        files: &[(String, Vec<u8>)],
        threads: usize,
        hints: &Hints,
    ) -> Told<'_> {
        let folder = tempfile::tempdir().unwrap();
        let mut job = Job {
            threads,
            ..Job::default()
        };
        for (name, bytes) in files {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            job.inputs.push(path);
        }
        let mut intake = analyze(&job).unwrap();
        let trace = correlate(&mut intake, &job, hints).unwrap();
        let input = |path: &PathBuf| {
            let mut all = intake.inputs.iter();
            all.position(|input| input.path == *path).unwrap() as u32
        };
        let inputs = job.inputs.iter().map(input).collect();
        let sightings = trace.messages().map(|message| message.sighting());
        let bytes = sightings.map(|one| {
            let read = intake.store.read(one.input(), one.location(), one.length());
            read.unwrap().to_vec()
        });
        let bytes = bytes.collect();
        Told {
            trace,
            net: self,
            inputs,
            bytes,
        }
    }
}

impl Told<'_> {
    /// The bytes of a message.
    pub fn bytes(&self, message: &Message<'_>) -> Result<Vec<u8>, Infallible> {
        let position = message.id().number() - 1;
        Ok(self.bytes.get(position).cloned().unwrap_or_default())
    }

    /// All messages in their order.
    pub fn messages(&self) -> Vec<String> {
        let all = self.trace.messages();
        all.map(|message| {
            let sighting = message.sighting();
            let (from, to) = (sighting.source(), sighting.destination());
            let word = match message.subject() {
                Subject::Request(method) => text(self.trace.sightings().method_name(method)),
                Subject::Response(status) => status.to_string(),
            };
            let ends = format!("{}>{}", self.name(from), self.name(to));
            format!("{word} {ends}{}", seen(message))
        })
        .collect()
    }

    /// The clock of a file. Inputs are numbered in the order in which they begin.
    pub fn clock(&self, file: usize) -> &Clock {
        self.trace.clock(self.inputs[file]).unwrap()
    }

    pub fn hops(&self) -> Vec<String> {
        self.trace.hops().map(|hop| self.hop(hop)).collect()
    }

    fn hop(&self, hop: Hop<'_>) -> String {
        let (number, method) = (hop.id().number(), text(hop.method_name()));
        let (from, to) = (self.name(hop.source()), self.name(hop.destination()));
        let mut line = format!("{number} {method} {from}>{to}");
        if let Some((parent, link)) = hop.parent() {
            line += &format!(" {} {}", link.name(), parent.id().number());
        }
        if let Some(about) = hop.about() {
            line += &format!(" for {}", about.id().number());
        }
        line.push(':');
        for message in hop.messages() {
            line += &format!(" {}{}", part(message), seen(message));
        }
        line
    }

    /// Call-ID and tags, what made it, and its hops.
    pub fn dialogs(&self) -> Vec<String> {
        self.trace.dialogs().map(told_dialog).collect()
    }

    /// What its messages say of each dialog, Call-ID by Call-ID.
    pub fn states(&self) -> Vec<DialogState<'_>> {
        let read = |message: &Message<'_>| self.bytes(message);
        let all = self.trace.calls();
        all.flat_map(|call| call.dialog_states(read).unwrap())
            .collect()
    }

    /// Their Call-IDs, and why they belong together.
    pub fn calls(&self) -> Vec<String> {
        let all = self.trace.calls();
        all.map(|call| {
            let ids: Vec<_> = call.call_ids().map(text).collect();
            let reasons: Vec<_> = call.edges().map(|edge| edge.kind.name()).collect();
            match reasons[..] {
                [] => ids.join(" "),
                _ => format!("{} ({})", ids.join(" "), reasons.join(", ")),
            }
        })
        .collect()
    }

    /// Everything but absolute times and files, in which runs over the same packets must agree.
    pub fn everything(&self) -> String {
        let of_dialogs = self.states().into_iter().map(|state| {
            let knows = (&state.routes, &state.targets, &state.cseq);
            let lasts = (state.forked, &state.life, &state.timer);
            format!("{knows:?} {lasts:?} {:?}", state.session)
        });
        let of_dialogs = of_dialogs.collect();
        let parts = [
            self.messages(),
            self.hops(),
            self.dialogs(),
            of_dialogs,
            self.calls(),
            self.shapes(),
        ];
        parts.map(|lines| lines.join("\n")).join("\n\n")
    }

    pub fn name(&self, end: Option<End<'_>>) -> String {
        match end {
            None => "unknown".to_owned(),
            Some(End::Named(name)) => name.to_owned(),
            Some(End::Address(end)) => self.net.name(SocketAddr::new(end.address, end.port)),
        }
    }
}

fn named(files: &[Vec<Packet>]) -> Vec<(String, Vec<u8>)> {
    let all = files.iter().enumerate();
    all.map(|(number, packets)| (format!("{number}.pcap"), file(packets)))
        .collect()
}

fn told_dialog(dialog: Dialog<'_>) -> String {
    let (caller, callee) = (text(dialog.caller_tag()), text(dialog.callee_tag()));
    let start = match dialog.made_by() {
        Some(hop) => format!("made by {}", hop.id().number()),
        None => "joined late".to_owned(),
    };
    assert_eq!(dialog.joined_late(), dialog.made_by().is_none());
    let early = if dialog.confirmed() { "" } else { " early" };
    let hops: Vec<_> = dialog
        .hops()
        .map(|hop| hop.id().number().to_string())
        .collect();
    let call_id = text(dialog.call_id());
    format!(
        "{call_id} {caller}/{callee}{early} {start}: {}",
        hops.join(" ")
    )
}

fn part(message: Message<'_>) -> String {
    let status = match message.subject() {
        Subject::Request(_) => None,
        Subject::Response(status) => Some(status),
    };
    match (message.part(), status) {
        (Part::Request, None) => "request".to_owned(),
        (Part::Retransmission, None) => "again".to_owned(),
        (Part::Ack, None) => "ack".to_owned(),
        (Part::Provisional, Some(status @ 100..200)) => status.to_string(),
        (Part::Final, Some(status @ 200..)) => status.to_string(),
        (Part::Repeated, Some(status)) => format!("{status}-again"),
        (Part::Late, Some(status)) => format!("{status}-late"),
        (Part::Second, Some(status)) => format!("{status}-second"),
        (Part::Stray, Some(status)) => format!("{status}-stray"),
        (part, status) => panic!("{status:?} as {part:?}"),
    }
}

fn seen(message: Message<'_>) -> String {
    match message.sightings().len() {
        1 => String::new(),
        more => format!("*{more}"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
