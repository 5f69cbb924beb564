//! What the framing of a format leaves over: another program may have written there too, or another log was put behind. Lines
//! that begin a message are looked at together with those in front of them: where a format is recognised, it reads what
//! follows; else the message is read as one in any text. Header fields of SIP that no start line stands in front of are what is
//! left of a message, and said to be; so are start lines with such fields near below, where other lines stand between.

use std::collections::VecDeque;

use super::generic::Generic;
use super::quote::Around;
use super::rereader::Rereader;
use super::words::is_field;
use super::{ANY_TEXT, Clock, Kept, Known, Line, Log, follow, json, marked, quote};

/// Lines in front of a message that may belong to it.
const MOST_KEPT: usize = 64 << 10;

pub(super) struct Rest {
    pub(super) lines: Rereader,
    /// The last lines that nobody knew.
    recent: VecDeque<Kept>,
    held: usize,
    fields: Fields,
    starts: Starts,
}

impl Rest {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            lines: Rereader::new(Box::<Generic>::default(), Log::rereading(clock)),
            recent: VecDeque::new(),
            held: 0,
            fields: Fields::default(),
            starts: Starts::default(),
        }
    }

    /// The format whose sniffer agrees to what was left over up to this line, if the line may begin a message.
    pub(super) fn recognise(
        &mut self,
        line: Line<'_>,
        is_read: impl Fn(&Known) -> bool,
    ) -> Option<&'static Known> {
        let may_begin = quote::may_begin(line.raw) && quote::has_version(line.raw)
            || follow::may_begin(line.raw);
        if self.lines.log.is_open() || !may_begin {
            return None;
        }
        let recent = self.recent.iter().map(|kept| &kept.raw[..]);
        let text: Vec<u8> = recent.chain([line.raw]).flatten().copied().collect();
        // JSON shows itself by how it begins, and something else stands in front of it here.
        let json = json::inside(&text);
        let found = marked(&text).find(|known| {
            let sniffs = |text: &[u8]| (known.sniff)(text);
            known.name != ANY_TEXT && !is_read(known) && (sniffs(&text) || json.is_some_and(sniffs))
        });
        if found.is_none() {
            // Nothing is looked at twice.
            self.forget();
        }
        found
    }

    /// The lines that nobody knew, for a format that may.
    pub(super) fn take_recent(&mut self) -> VecDeque<Kept> {
        self.held = 0;
        self.fields = Fields::default();
        self.starts = Starts::default();
        std::mem::take(&mut self.recent)
    }

    /// A format reads a message of this writer here.
    pub(super) fn pass_by(&mut self, writer: u8) {
        self.lines.format.passed_by(writer);
    }

    pub(super) fn line(&mut self, line: Line<'_>) {
        let longest = self.lines.log.longest();
        self.lines.line(line, longest);
        self.go_on();
        self.starts.pass(line, &mut self.lines.log);
    }

    /// Finishes messages.
    pub(super) fn finish(&mut self, finish: impl Fn(&mut Log)) {
        finish(&mut self.lines.log);
        while self.go_on() {
            finish(&mut self.lines.log);
        }
    }

    /// Takes what was left over, and reads again what there is to. Whether there was any of that.
    fn go_on(&mut self) -> bool {
        let again = self.lines.take_again();
        self.settle();
        for line in &again {
            self.line(line.line());
        }
        !again.is_empty()
    }

    pub(super) fn end(&mut self) {
        self.lines.end();
        while self.go_on() {
            self.lines.end();
        }
        self.fields.end(&mut self.lines.log);
        self.forget();
    }

    fn settle(&mut self) {
        for left in self.lines.log.take_left() {
            self.starts.line(&left, &mut self.lines.log);
            self.fields.line(&left, &mut self.lines.log);
            self.held += left.raw.len();
            self.recent.push_back(left);
        }
        while self.held > MOST_KEPT
            && let Some(oldest) = self.recent.pop_front()
        {
            self.held -= oldest.raw.len();
            self.lines.log.other();
        }
    }

    fn forget(&mut self) {
        self.held = 0;
        for _ in self.recent.drain(..) {
            self.lines.log.other();
        }
    }
}

/// Start lines in no message.
#[derive(Default)]
struct Starts(VecDeque<Lost>);

/// One of them, and the fields below that may be of it.
struct Lost {
    number: u64,
    /// The last line that was looked at.
    seen: u64,
    /// Whether no line since then is of anything but messages.
    is_right_above: bool,
    around: Around,
    /// Lines since the last of these.
    age: u8,
    /// Only SIP has these.
    of_sip: u8,
}

impl Starts {
    /// A line of any message: those of several may stand one among the other, and then none is whole.
    fn pass(&mut self, line: Line<'_>, log: &mut Log) {
        if self.0.is_empty() {
            return;
        }
        // Behind anything else it is of a message that begins there.
        let is_right_below = |lost: &Lost| lost.seen >= line.number || lost.is_right_above;
        self.0.retain(is_right_below);
        self.look(line.number, line.text(), log);
    }

    fn look(&mut self, number: u64, text: &[u8], log: &mut Log) {
        /// What stands further below is of something else.
        const NEAR: u8 = 8;
        self.0.retain_mut(|lost| {
            if number <= lost.seen {
                return true;
            }
            lost.seen = number;
            lost.age += 1;
            let inside = lost.around.inside(text);
            let is_of_message = |inside: &Vec<u8>| is_field(inside) || quote::has_version(inside);
            lost.is_right_above &= inside.as_ref().is_some_and(is_of_message);
            if let Some(inside) = inside.filter(|inside| is_field(inside)) {
                lost.age = 0;
                lost.of_sip += u8::from(is_of_sip(&inside));
            }
            let is_told = lost.of_sip > 1;
            if is_told {
                log.unreadable(lost.number);
            }
            !is_told && lost.age < NEAR
        });
    }

    /// A line of no message.
    fn line(&mut self, line: &Kept, log: &mut Log) {
        let text = line.line().text();
        self.look(line.number, text, log);
        if let Some((around, _)) = quote::start(text).filter(|(around, _)| !around.is_prose()) {
            // Each goes on for as long as fields follow that may be of anything; it is told as soon as two of SIP did.
            const MOST: usize = 64;
            if self.0.len() == MOST {
                self.0.pop_front();
            }
            self.0.push_back(Lost {
                number: line.number,
                seen: line.number,
                is_right_above: true,
                around,
                age: 0,
                of_sip: 0,
            });
        }
    }
}

/// Header fields one below the other, in no message.
#[derive(Default)]
struct Fields {
    first: u64,
    count: u32,
    /// Only SIP has one of them.
    of_sip: bool,
    /// What a logger writes in front of them.
    around: Option<Around>,
}

impl Fields {
    fn line(&mut self, line: &Kept, log: &mut Log) {
        let marks = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'>' | b'|' | b'"');
        let text = line.line().text();
        let text = &text[text.iter().take_while(marks).count()..];
        let field = self.field(text).or_else(|| {
            self.end(log);
            self.around = front_of_field(text);
            self.field(text)
        });
        let Some(field) = field else {
            return;
        };
        if self.count == 0 {
            self.first = line.number;
        }
        self.count = self.count.saturating_add(1);
        self.of_sip |= is_of_sip(&field);
    }

    /// The field that a line has as those before have theirs.
    fn field(&self, text: &[u8]) -> Option<Vec<u8>> {
        let around = self.around.as_ref().unwrap_or(&Around::Nothing);
        around.inside(text).filter(|field| is_field(field))
    }

    fn end(&mut self, log: &mut Log) {
        let Self {
            first,
            count,
            of_sip,
            ..
        } = std::mem::take(self);
        if of_sip && count > 1 {
            log.headless(first);
        }
    }
}

/// What stands in front of a field that only SIP has, unless that is a sentence.
fn front_of_field(text: &[u8]) -> Option<Around> {
    let names = [&b"Via: SIP/2.0/"[..], b"CSeq: "];
    let mut all = names
        .iter()
        .filter_map(|name| memchr::memmem::find(text, name));
    let at = all.find(|at| *at > 0 && text[*at - 1] == b' ' && is_of_sip(&text[*at..]))?;
    let front = &text[..at];
    let is_entry = ends_in_word(front);
    Some(Around::Front(front.to_vec())).filter(|around| !is_entry && !around.is_prose())
}

/// Whether the last that stands in front is a word of a sentence: what a program says of the field, not what its logger writes.
fn ends_in_word(front: &[u8]) -> bool {
    let front = front.trim_ascii_end();
    let start = front.iter().rposition(|byte| *byte == b' ');
    let word = &front[start.map_or(0, |at| at + 1)..];
    word.len() > 1 && word.iter().all(u8::is_ascii_lowercase)
}

/// `Via: SIP/2.0/UDP ..` and `CSeq: 1 INVITE`: RTSP has no method, HTTP another name.
pub(super) fn is_of_sip(field: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', field) else {
        return false;
    };
    let (name, value) = (field[..colon].trim_ascii(), field[colon + 1..].trim_ascii());
    let is = |one: &str| name.eq_ignore_ascii_case(one.as_bytes());
    if is("via") || is("v") {
        return value.starts_with(b"SIP/2.0/");
    }
    let digits = value
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let method = value[digits..].trim_ascii();
    // ngrep writes a dot for a carriage return.
    let method = method.strip_suffix(b".").unwrap_or(method);
    is("cseq") && digits > 0 && !method.is_empty() && method.iter().all(u8::is_ascii_uppercase)
}
