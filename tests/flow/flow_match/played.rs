//! Plays a flow, does something to its messages, and matches what is left.

use std::net::{IpAddr, SocketAddr};

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Event, Options, synthesize};
use sipscope::flow::{Conclusion, Deviation, Fate, Found, Template, find};
use sipscope::trace::Hints;
use sipscope::{Job, analyze, correlate};

/// What was found of one flow.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) id: String,
    pub(crate) conclusion: Conclusion,
    /// Number and fate of each step.
    pub(crate) steps: Vec<(String, Fate)>,
    pub(crate) extra: usize,
    /// The flow with a better score that it is told before.
    pub(crate) passed_over: Option<String>,
    /// Flows that explain what was seen as well.
    pub(crate) as_well: Vec<String>,
}

impl Verdict {
    fn of(found: &Found, known: &[Template]) -> Self {
        let template = &known[found.template];
        let number = |step: usize| template.steps[step].number.clone();
        let steps = found.given.steps.iter();
        Self {
            id: template.id.clone(),
            conclusion: found.conclusion,
            steps: steps
                .map(|result| (number(result.step), result.fate.clone()))
                .collect(),
            extra: found.given.extra.len(),
            passed_over: found.passed_over.map(|(other, _)| known[other].id.clone()),
            as_well: found
                .fits_as_well
                .iter()
                .map(|other| known[*other].id.clone())
                .collect(),
        }
    }

    pub(crate) fn fate(&self, number: &str) -> &Fate {
        let mut steps = self.steps.iter();
        &steps.find(|(other, _)| other == number).unwrap().1
    }

    /// The steps that something is held against.
    pub(crate) fn blamed(&self) -> Vec<&str> {
        let is_blamed = |fate: &Fate| {
            matches!(
                fate,
                Fate::Deviates(_)
                    | Fate::OutOfOrder(_)
                    | Fate::Missing
                    | Fate::NotReached
                    | Fate::NotCaptured
            )
        };
        let steps = self.steps.iter().filter(|(_, fate)| is_blamed(fate));
        steps.map(|(number, _)| number.as_str()).collect()
    }

    /// Step and header field of each difference.
    pub(crate) fn differences(&self) -> Vec<(&str, &Deviation)> {
        let mut found = Vec::new();
        for (number, fate) in &self.steps {
            if let Fate::Deviates(all) = fate {
                found.extend(all.iter().map(|one| (number.as_str(), one)));
            }
        }
        found
    }

    /// Step and header field of each difference, by name.
    pub(crate) fn told(&self) -> Vec<(&str, &str)> {
        let all = self.differences().into_iter();
        all.map(|(number, one)| (number, one.what.as_str()))
            .collect()
    }
}

/// The messages of a flow over UDP.
pub(crate) fn played(template: &Template) -> Vec<Event> {
    let options = Options {
        transport: Transport::Udp,
        seed: 7,
        ..Options::default()
    };
    synthesize(template, &options, 0)
}

/// The flow with this identifier.
pub(crate) fn flow(id: &str) -> Template {
    sipscope::flow::template(id).unwrap()
}

/// Which of the messages a step is.
pub(crate) fn place(template: &Template, events: &[Event], number: &str) -> usize {
    let step = template.step(number).unwrap();
    events.iter().position(|event| event.step == step).unwrap()
}

/// Puts other text in place of some that must be there.
pub(crate) fn edit(event: &mut Event, from: &str, to: &str) {
    let text = std::str::from_utf8(&event.bytes).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    event.bytes = text.replace(from, to).into_bytes();
}

/// The first line with this header field.
pub(crate) fn field(event: &Event, name: &str) -> String {
    let text = std::str::from_utf8(&event.bytes).unwrap();
    let mut lines = text.split("\r\n");
    let line = lines.find(|line| line.starts_with(&format!("{name}: ")));
    line.unwrap().to_owned()
}

/// The number in CSeq.
pub(crate) fn cseq(event: &Event) -> u32 {
    let line = field(event, "CSeq");
    line.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The same message of a later transaction: the next numbers in CSeq, branches of its own, so many seconds later.
pub(crate) fn later(event: &Event, by: u32, seconds: i64) -> Event {
    let mut event = event.clone();
    let number = cseq(&event);
    edit(
        &mut event,
        &format!("CSeq: {number} "),
        &format!("CSeq: {} ", number + by),
    );
    edit(
        &mut event,
        "branch=z9hG4bK",
        &format!("branch=z9hG4bKn{by}"),
    );
    event.time += seconds * SECOND;
    event
}

/// In nanoseconds.
pub(crate) const SECOND: i64 = 1_000_000_000;

/// The messages with a proxy more between two who take part, which passes on what they say to each other.
pub(crate) fn with_a_proxy(events: &[Event], ends: [usize; 2]) -> Vec<Event> {
    let between: SocketAddr = "203.0.113.9:5060".parse().unwrap();
    // The Via of each request that it got, and the own one that it put on top of it.
    let mut own: Vec<(String, String)> = Vec::new();
    let mut all = Vec::new();
    for event in events {
        let text = std::str::from_utf8(&event.bytes).unwrap();
        let is_between = [[event.from, event.to], [event.to, event.from]].contains(&ends);
        let top = branch(&field(event, "Via"));
        if is_between && event.is_request {
            let via = format!(
                "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKx{}\r\n",
                own.len()
            );
            own.push((top.clone(), via));
        }
        let mut lines = String::new();
        let mut passed = false;
        for line in text.split_inclusive("\r\n") {
            let known = own
                .iter()
                .find(|(below, _)| line.starts_with("Via: ") && branch(line) == *below);
            if let Some((_, via)) = known {
                lines.push_str(via);
                passed = true;
            }
            match line.strip_prefix("Max-Forwards: ") {
                Some(number) if passed => {
                    let number: u32 = number.trim_end().parse().unwrap();
                    lines.push_str(&format!("Max-Forwards: {}\r\n", number - 1));
                }
                _ => lines.push_str(line),
            }
        }
        let mut behind = Event {
            bytes: lines.into_bytes(),
            ..event.clone()
        };
        if !is_between {
            all.push(behind);
            continue;
        }
        let mut before = event.clone();
        // Toward the receiver of the request its Via is there, away from it is not.
        if !event.is_request {
            std::mem::swap(&mut before.bytes, &mut behind.bytes);
        }
        before.destination = between;
        behind.source = between;
        behind.time += 100_000;
        all.extend([before, behind]);
    }
    all
}

pub(crate) fn branch(line: &str) -> String {
    let (_, branch) = line.split_once("branch=").unwrap();
    let end = branch.find([';', '\r']).unwrap_or(branch.len());
    branch[..end].to_owned()
}

/// The flows in these messages.
pub(crate) fn matched(events: &[Event], known: &[Template]) -> Vec<Verdict> {
    matched_cut(events, known, usize::MAX)
}

/// The same in a capture that keeps no more bytes of any packet.
pub(crate) fn matched_cut(events: &[Event], known: &[Template], most: usize) -> Vec<Verdict> {
    matched_kept(events, known, |_| most)
}

/// The same in a capture that keeps so many bytes of each packet.
pub(crate) fn matched_kept(
    events: &[Event],
    known: &[Template],
    most: impl Fn(usize) -> usize,
) -> Vec<Verdict> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), capture(events, most)).unwrap();
    matched_in(file.path(), known)
}

/// The flows in a file.
pub(crate) fn matched_in(path: &std::path::Path, known: &[Template]) -> Vec<Verdict> {
    let job = Job {
        inputs: vec![path.into()],
        threads: 1,
        keep_bytes: true,
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    let found = find(&trace, known, &mut intake.store, job.threads).unwrap();
    found.iter().map(|one| Verdict::of(one, known)).collect()
}

/// A pcap of datagrams without a link layer (LINKTYPE_RAW, 101).
fn capture(events: &[Event], most: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 0x0004_0000, 101] {
        file.extend(word.to_le_bytes());
    }
    for (number, event) in events.iter().enumerate() {
        let packet = packet(event);
        let nanos = 1_700_000_000_000_000_000 + event.time;
        let kept = packet.len().min(most(number));
        let (kept, length) = (kept as u32, packet.len() as u32);
        let time = [
            (nanos / 1_000_000_000) as u32,
            (nanos % 1_000_000_000) as u32,
        ];
        for word in [time[0], time[1], kept, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(&packet[..kept as usize]);
    }
    file
}

/// IP and UDP, without checksums: zero where none was made (RFC 768), and what a capturing host leaves to its card.
fn packet(event: &Event) -> Vec<u8> {
    let length = event.bytes.len() as u16 + 8;
    let mut udp = Vec::new();
    let ends: [&SocketAddr; 2] = [&event.source, &event.destination];
    for word in [ends[0].port(), ends[1].port(), length, 0] {
        udp.extend(word.to_be_bytes());
    }
    udp.extend(&event.bytes);
    let mut packet = match event.source.ip() {
        IpAddr::V4(_) => {
            let mut head = vec![0x45, 0];
            head.extend((length + 20).to_be_bytes());
            head.extend([0, 0, 0x40, 0, 64, 17, 0, 0]);
            head
        }
        IpAddr::V6(_) => {
            let mut head = vec![0x60, 0, 0, 0];
            head.extend(length.to_be_bytes());
            head.extend([17, 64]);
            head
        }
    };
    for end in ends {
        match end.ip() {
            IpAddr::V4(address) => packet.extend(address.octets()),
            IpAddr::V6(address) => packet.extend(address.octets()),
        }
    }
    packet.extend(udp);
    packet
}
