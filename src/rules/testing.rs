//! Short SIP texts become a trace, and a rule says what it finds in it. For the tests of the rules.

use std::io;

use super::policy::Policy;
use super::rule::Rule;
use super::run::{Tally, audit};
use super::verdict::Verdict;
use super::{DocumentContradiction, DocumentFlow, DocumentRemark, DocumentStep, Finding, RULES};
use crate::base::{
    Anomalies, Endpoint, Flow, Layer, Location, Path, RecordId, Spoiled, TimeBasis, Timestamp,
    Transport,
};
use crate::sip::{Carried, Glance};
use crate::trace::{
    Bytes, Facts, Hints, NodeHint, Origin, Sighting, Sightings, Trace, read_node_file,
};

/// What went from one to another, a second apart. Elements are numbers: 1 is 192.0.2.1, and of 0 nobody knows who it is.
#[derive(Default)]
pub(super) struct Wire {
    sent: Vec<(u8, u8, Vec<u8>)>,
    spoiled: Spoiled,
    cut: bool,
    stream: bool,
    untimed: bool,
    /// In front of which messages another input begins.
    elsewhere: Vec<usize>,
    /// Milliseconds that passed without a message, and in front of which one.
    pauses: Vec<(usize, i64)>,
    /// The titles that a document gives to the steps in front of these messages.
    titles: Vec<(usize, String)>,
    /// Where that document contradicts itself in its last step.
    contradictions: Vec<DocumentContradiction>,
    /// What a node file says.
    nodes: Vec<NodeHint>,
}

impl Wire {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A message with these lines; the body stands behind an empty one.
    pub(super) fn send(mut self, from: u8, to: u8, lines: &[&str]) -> Self {
        let (head, body) = match lines.iter().position(|line| line.is_empty()) {
            Some(at) => (&lines[..at], &lines[at + 1..]),
            None => (lines, &lines[..0]),
        };
        let end = |lines: &[&str]| {
            lines
                .iter()
                .map(|line| format!("{line}\r\n"))
                .collect::<String>()
        };
        let text = format!("{}\r\n{}", end(head), end(body));
        self.sent.push((from, to, text.into_bytes()));
        self
    }

    /// A request with these lines and those that every request has, where they are not among them.
    pub(super) fn request(self, from: u8, to: u8, method: &str, lines: &[&str]) -> Self {
        let first = format!("{method} sip:bob@example.org SIP/2.0");
        let cseq = format!("CSeq: 1 {method}");
        let via = via(from, lines);
        let usual = [
            via.as_str(),
            "Max-Forwards: 70",
            "From: <sip:alice@example.org>;tag=a",
            "To: <sip:bob@example.org>",
            "Call-ID: one",
            &cseq,
            "Contact: <sip:alice@192.0.2.1>",
            "Content-Length: 0",
        ];
        self.send(from, to, &with_usual(&first, lines, &usual))
    }

    /// A response with these lines and those that every response has.
    pub(super) fn response(self, from: u8, to: u8, status: &str, lines: &[&str]) -> Self {
        let first = format!("SIP/2.0 {status}");
        let via = via(to, lines);
        let usual = [
            via.as_str(),
            "From: <sip:alice@example.org>;tag=a",
            "To: <sip:bob@example.org>;tag=b",
            "Call-ID: one",
            "CSeq: 1 INVITE",
            "Contact: <sip:bob@192.0.2.2>",
            "Content-Length: 0",
        ];
        self.send(from, to, &with_usual(&first, lines, &usual))
    }

    /// A request that goes from one element to the next, each with its Via on top; each hop has these lines, the last ones go on.
    pub(super) fn passed(mut self, way: &[u8], method: &str, lines: &[&[&str]]) -> Self {
        for (position, ends) in way.windows(2).enumerate() {
            let vias = vias(&way[..=position], method, lines);
            let limit = format!("Max-Forwards: {}", 70 - position);
            let own = vias.iter().chain([&limit]).map(String::as_str);
            let lines: Vec<_> = own.chain(nth(lines, position)).collect();
            self = self.request(ends[0], ends[1], method, &lines);
        }
        self
    }

    /// The answer to such a request, on the way back: the first of the lines are those of whoever answers.
    pub(super) fn passed_back(
        mut self,
        way: &[u8],
        method: &str,
        status: &str,
        lines: &[&[&str]],
    ) -> Self {
        let cseq = format!("CSeq: 1 {method}");
        for (position, ends) in way.windows(2).rev().enumerate() {
            let from = way.len() - 1 - position;
            let vias = vias(&way[..from], method, lines);
            let mut own: Vec<_> = vias.iter().map(String::as_str).collect();
            own.extend(nth(lines, position));
            if !own.iter().any(|line| line.starts_with("CSeq: ")) {
                own.push(&cseq);
            }
            self = self.response(ends[1], ends[0], status, &own);
        }
        self
    }

    /// An IMS that shows who is who: the terminal 1 has registered by the P-CSCF 2 and the I-CSCF 3 at the S-CSCF 4, which
    /// told the application server 5.
    pub(super) fn ims() -> Self {
        let way = [1, 2, 3, 4];
        let usual = [
            "! REGISTER sip:example.org SIP/2.0",
            "From: <sip:alice@example.org>;tag=r",
            "To: <sip:alice@example.org>",
            "Call-ID: registration",
        ];
        let marked = [
            &usual[..],
            &[
                "Path: <sip:192.0.2.2;lr>",
                "Require: path",
                "P-Visited-Network-ID: \"example.org\"",
                "P-Charging-Vector: icid-value=r",
            ],
        ];
        let third = [
            "! REGISTER sip:192.0.2.5 SIP/2.0",
            "From: <sip:192.0.2.4>;tag=s",
            "To: <sip:alice@example.org>",
            "Call-ID: third party",
            "Contact: <sip:192.0.2.4>",
        ];
        let accepted = [
            "From: <sip:alice@example.org>;tag=r",
            "To: <sip:alice@example.org>;tag=s",
            "Call-ID: registration",
            "Contact: <sip:alice@192.0.2.1>;expires=600",
            "Path: <sip:192.0.2.2;lr>",
            "Service-Route: <sip:192.0.2.4;lr>",
            "P-Associated-URI: <sip:alice@example.org>",
        ];
        Self::new()
            .passed(&way, "REGISTER", &[&usual, &marked.concat()])
            .passed_back(&way, "REGISTER", "200 OK", &[&accepted])
            .passed(&[4, 5], "REGISTER", &[&third])
    }

    /// A request within the dialog of the first one, with this CSeq: `2 BYE`. The side with the lower number is the caller.
    pub(super) fn within(self, from: u8, to: u8, cseq: &str, lines: &[&str]) -> Self {
        let method = cseq.split(' ').nth(1).unwrap_or_default();
        let ends = ends(from < to);
        let cseq = format!("CSeq: {cseq}");
        self.request(from, to, method, &with_ends(lines, &ends, &cseq))
    }

    /// The answer to such a request.
    pub(super) fn answered(
        self,
        from: u8,
        to: u8,
        status: &str,
        cseq: &str,
        lines: &[&str],
    ) -> Self {
        let ends = ends(to < from);
        let cseq = format!("CSeq: {cseq}");
        self.response(from, to, status, &with_ends(lines, &ends, &cseq))
    }

    /// All of it is printed in a document; there the next message has this title.
    pub(super) fn step(mut self, title: &str) -> Self {
        self.titles.push((self.sent.len(), title.to_owned()));
        self
    }

    /// The document contradicts itself in its last step.
    pub(super) fn contradicted(mut self, what: &'static str, says: &str, is: &str) -> Self {
        self.contradictions.push(DocumentContradiction {
            line: 1,
            what,
            says: says.to_owned(),
            is: is.to_owned(),
        });
        self
    }

    /// What the document says, if it is one.
    fn documents(&self) -> Vec<DocumentFlow> {
        let step = |(at, title): &(usize, String)| DocumentStep {
            title: DocumentRemark {
                line: 0,
                text: title.clone(),
            },
            message: Some(*at as u64 + 1),
            ..DocumentStep::default()
        };
        let mut steps: Vec<_> = self.titles.iter().map(step).collect();
        if let Some(last) = steps.last_mut() {
            last.contradictions.clone_from(&self.contradictions);
        }
        let flow = DocumentFlow {
            steps,
            ..DocumentFlow::default()
        };
        let is_one = !self.titles.is_empty();
        is_one.then_some(flow).into_iter().collect()
    }

    /// All of it comes out of a log that lost this.
    pub(super) fn spoiled(mut self, spoiled: Spoiled) -> Self {
        self.spoiled = spoiled;
        self
    }

    /// It all goes over TCP.
    pub(super) fn on_stream(mut self) -> Self {
        self.stream = true;
        self
    }

    /// A node file says in which trust domains these elements are.
    pub(super) fn trusting(self, domains: &[(u8, &str)]) -> Self {
        let each = domains.iter();
        each.fold(self, |wire, (element, domain)| {
            wire.hint(*element, &format!("trust_domain = \"{domain}\""))
        })
    }

    /// A node file says what this element is.
    pub(super) fn playing(self, element: u8, role: &str) -> Self {
        self.hint(element, &format!("role = \"{role}\""))
    }

    fn hint(mut self, element: u8, line: &str) -> Self {
        let text = format!("[[node]]\naddresses = [\"192.0.2.{element}\"]\n{line}\n");
        self.nodes
            .extend(read_node_file(&text).expect("a node file"));
        self
    }

    /// Nothing tells when it was sent.
    pub(super) fn untimed(mut self) -> Self {
        self.untimed = true;
        self
    }

    /// What follows was seen by another input, whose clock nothing brings in line.
    pub(super) fn elsewhere(mut self) -> Self {
        self.elsewhere.push(self.sent.len());
        self
    }

    /// Nothing happens for so many seconds.
    pub(super) fn later(mut self, seconds: i64) -> Self {
        self.pauses.push((self.sent.len(), seconds * 1000));
        self
    }

    /// The next message is sent so many milliseconds after the last one, not a second.
    pub(super) fn after(mut self, milliseconds: i64) -> Self {
        self.pauses.push((self.sent.len(), milliseconds - 1000));
        self
    }

    /// The last message was not captured whole.
    pub(super) fn cut(mut self) -> Self {
        self.cut = true;
        self
    }

    /// Whether the message at this position was seen to its end.
    fn is_whole(&self, position: usize) -> bool {
        !self.cut || position + 1 < self.sent.len()
    }

    /// What was seen of the message at this position: of one that was cut behind its last header field not the line that ends them.
    fn seen(&self, position: usize) -> &[u8] {
        let bytes = &self.sent[position].2;
        match bytes.strip_suffix(b"\r\n\r\n") {
            Some(_) if !self.is_whole(position) => &bytes[..bytes.len() - 2],
            _ => bytes,
        }
    }

    pub(super) fn trace(&self) -> Trace {
        let mut sightings = Sightings::default();
        for (position, (from, to, _)) in self.sent.iter().enumerate() {
            let bytes = self.seen(position);
            let end = |number: u8| {
                let known = Endpoint::new([192, 0, 2, number].into(), 5060).into();
                Some(known).filter(|_| number != 0)
            };
            let mut path = Path::EMPTY;
            let layer = match self.titles.is_empty() {
                true => Layer::Ipv4,
                false => Layer::Document,
            };
            assert!(path.push(layer));
            let pauses = self.pauses.iter().filter(|(before, _)| *before <= position);
            let pauses: i64 = pauses.map(|(_, milliseconds)| milliseconds).sum();
            let milliseconds = (1_700_000_000 + position as i64) * 1000 + pauses;
            let time = Timestamp::from_nanos(milliseconds * 1_000_000 + 1);
            let time = Some(time).filter(|_| self.titles.is_empty() && !self.untimed);
            let carried = Carried {
                flow: Flow {
                    source: end(*from),
                    destination: end(*to),
                    transport: if self.stream {
                        Transport::Tcp
                    } else {
                        Transport::Udp
                    },
                    path,
                },
                bytes,
                glance: Glance::at(bytes).expect("a message"),
                records: &[RecordId {
                    input: self.elsewhere.iter().filter(|at| **at <= position).count() as u32,
                    number: position as u64 + 1,
                    interface: 0,
                }],
                first: time,
                digits: None,
                last: time,
                offset: None,
                identification: None,
                whole: self.is_whole(position),
                spoiled: self.spoiled,
            };
            let place = Location::Spill(position as u64);
            sightings.add(&carried, place, &mut Anomalies::default());
        }
        sightings.settle();
        let mut facts = Facts::with_room_for(self.sent.len());
        let mut reader = facts.reader();
        for position in 0..self.sent.len() {
            let bytes = self.seen(position);
            facts.add(&reader.read(bytes, self.is_whole(position)), bytes);
        }
        let origin = Origin {
            name: String::new(),
            capture_point: 0,
            time_basis: TimeBasis::Absolute,
            goes_on_with: None,
        };
        let hints = Hints {
            nodes: self.nodes.clone(),
            ..Hints::default()
        };
        let origins = vec![origin; self.elsewhere.len() + 1];
        Trace::build(sightings, facts, &origins, &hints, 1)
    }

    /// What the rule says of it.
    pub(super) fn judge(&mut self, rule: &Rule) -> (Vec<Finding>, Tally) {
        let audit = audit(
            &self.trace(),
            &self.documents(),
            None,
            &Policy::default(),
            1,
            || &*self,
        )
        .expect("bytes in memory");
        let position = RULES.iter().position(|known| known.code == rule.code);
        let tally = audit.tallies[position.expect("a registered rule")];
        let mut findings = audit.findings;
        findings.retain(|finding| finding.rule.code == rule.code);
        (findings, tally)
    }

    /// Exactly one finding, which got this.
    #[track_caller]
    pub(super) fn fails(mut self, rule: &Rule, got: &str) {
        let (findings, tally) = self.judge(rule);
        let all: Vec<_> = findings
            .iter()
            .map(|finding| finding.got.as_str())
            .collect();
        assert_eq!(all, [got], "{tally:?}");
    }

    /// Something was looked at, and nothing found.
    #[track_caller]
    pub(super) fn passes(mut self, rule: &Rule) {
        let (findings, tally) = self.judge(rule);
        assert!(findings.is_empty(), "{findings:?}");
        assert!(tally.of(Verdict::Pass) > 0, "{tally:?}");
    }

    /// Nothing was found, and of something it cannot be told.
    #[track_caller]
    pub(super) fn cannot_tell(mut self, rule: &Rule) {
        let (findings, tally) = self.judge(rule);
        assert!(findings.is_empty(), "{findings:?}");
        assert!(tally.of(Verdict::NotProvable) > 0, "{tally:?}");
    }

    /// The rule says nothing of it.
    #[track_caller]
    pub(super) fn says_nothing(mut self, rule: &Rule) {
        let (findings, tally) = self.judge(rule);
        assert!(findings.is_empty(), "{findings:?}");
        let said = tally.of(Verdict::Pass) + tally.of(Verdict::NotProvable);
        assert_eq!(said, 0, "{tally:?}");
    }
}

impl Bytes for &Wire {
    fn read(&mut self, sighting: &Sighting<'_>) -> io::Result<&[u8]> {
        Ok(self.seen(sighting.number() - 1))
    }
}

/// The Via list of a request that came by these elements. Each method and Call-ID is a transaction of its own.
fn vias(way: &[u8], method: &str, lines: &[&[&str]]) -> Vec<String> {
    let mut all = lines.iter().flat_map(|lines| lines.iter());
    let call = all.find_map(|line| line.strip_prefix("Call-ID: "));
    let call = call.unwrap_or_default().replace(' ', "");
    let one = |element| {
        format!("Via: SIP/2.0/UDP 192.0.2.{element};branch=z9hG4bK{element}.{method}{call}")
    };
    way.iter().rev().map(one).collect()
}

/// The lines of one hop.
fn nth<'l>(lines: &[&'l [&'l str]], position: usize) -> impl Iterator<Item = &'l str> + use<'l> {
    let own = lines.get(position).or(lines.last()).copied();
    own.unwrap_or_default().iter().copied()
}

/// The Via of an element. Each number in CSeq is a transaction of its own.
fn via(element: u8, lines: &[&str]) -> String {
    let cseq = lines.iter().find_map(|line| line.strip_prefix("CSeq: "));
    let number = cseq.and_then(|cseq| cseq.split(' ').next());
    let number = number.filter(|number| number.parse() != Ok(1));
    let more = number.map_or_else(String::new, |number| format!(".{number}"));
    format!("Via: SIP/2.0/UDP 192.0.2.{element};branch=z9hG4bK{element}{more}")
}

/// From and To of requests within the dialog.
fn ends(is_of_caller: bool) -> [&'static str; 2] {
    match is_of_caller {
        true => [
            "From: <sip:alice@example.org>;tag=a",
            "To: <sip:bob@example.org>;tag=b",
        ],
        false => [
            "From: <sip:bob@example.org>;tag=b",
            "To: <sip:alice@example.org>;tag=a",
        ],
    }
}

/// These lines, and From, To and CSeq where they are not among them; the body stands last.
fn with_ends<'l>(lines: &[&'l str], ends: &[&'l str; 2], cseq: &'l str) -> Vec<&'l str> {
    let name = |line: &str| line.split(':').next().map(str::to_owned);
    let own = [ends[0], ends[1], cseq].into_iter();
    let own = own.filter(|own| !lines.iter().any(|line| name(line) == name(own)));
    own.chain(lines.iter().copied()).collect()
}

/// These lines, then the usual ones of other names. A line that is a name with a minus in front takes the usual one away.
fn with_usual<'l>(first: &'l str, lines: &[&'l str], usual: &[&'l str]) -> Vec<&'l str> {
    let name = |line: &str| {
        line.split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let given: Vec<_> = lines
        .iter()
        .map(|line| name(line.strip_prefix('-').unwrap_or(line)))
        .collect();
    let head = lines.iter().position(|line| line.is_empty());
    let (head, body) = lines.split_at(head.unwrap_or(lines.len()));
    let kept = usual.iter().filter(|line| !given.contains(&name(line)));
    let head = head.iter().filter(|line| !line.starts_with('-'));
    let first = lines
        .iter()
        .find_map(|line| line.strip_prefix("! "))
        .unwrap_or(first);
    let head = head.filter(|line| !line.starts_with("! "));
    [first]
        .into_iter()
        .chain(head.copied())
        .chain(kept.copied())
        .chain(body.iter().copied())
        .collect()
}
