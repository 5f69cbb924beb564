//! Where everything stands in a message: first line, header fields in their order, body. One pass over the bytes; the index
//! is used again for the next message, so that in steady state nothing is allocated. Values are not looked at.

use memchr::memchr;

use super::name::Name;
use super::short;
use super::start_line::{self, Start};
use crate::base::Span;

/// One header field, with all lines it is folded over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name as written, without space around it. Empty on a line without a colon.
    pub name: Span,
    /// Its value without white space around it; folds are inside.
    pub value: Span,
    /// One past its last line end; the field begins where the line before it ends.
    pub end: u32,
    /// What name it is.
    pub known: Name,
    /// Whether its value stands on several lines.
    pub folded: bool,
    /// Whether a colon separates name and value.
    pub colon: bool,
}

/// The places of a message's parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Request or response; `None` if the first line is neither.
    pub start: Option<Start>,
    /// Where the first line begins.
    pub begin: u32,
    /// Where it ends, its line end not included.
    pub start_line: u32,
    /// Where the first header field begins.
    pub head: u32,
    /// The header fields in their order.
    pub fields: Vec<Field>,
    /// Where the body begins.
    pub body: u32,
    /// Whether an empty line ended the header section.
    pub ended: bool,
    /// Whether the field that the end of the bytes cut off was left out.
    pub(super) cut: bool,
    /// Where the first field of each name is.
    first: Firsts,
}

/// The position of the first field of each name, so that nobody has to search for what is asked for often and is mostly not
/// there. Of a position beyond [`FARTHEST`] only that much is known.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Firsts([u8; Name::ALL.len() + 1]);

/// Most messages have no more fields than that.
const MOSTLY: usize = 24;

const ABSENT: u8 = u8::MAX;
const FARTHEST: usize = 254;

impl Default for Firsts {
    fn default() -> Self {
        Self([ABSENT; Name::ALL.len() + 1])
    }
}

impl Index {
    /// The fields from the first one with this name on; none if there is none.
    #[inline]
    pub fn fields_from(&self, name: Name) -> &[Field] {
        match self.first.0[name as usize] {
            ABSENT => &[],
            first => &self.fields[usize::from(first)..],
        }
    }

    fn push(&mut self, field: Field) {
        let first = &mut self.first.0[field.known as usize];
        if *first == ABSENT {
            *first = self.fields.len().min(FARTHEST) as u8;
        }
        self.fields.push(field);
    }

    /// Finds the parts of a message. Whatever the bytes are, every one of them belongs to a part.
    pub fn read(&mut self, bytes: &[u8]) {
        let (line, head) = line(bytes, 0);
        self.read_fields(bytes, head);
        self.start = start_line::read(bytes, line, &bytes[head..]);
        self.begin = 0;
        self.start_line = line as u32;
    }

    /// Finds the parts of a message whose end was not seen. The field in which it breaks off is none: nobody knows how it went on,
    /// even behind a line end, where it may be folded.
    pub fn read_cut(&mut self, bytes: &[u8]) {
        self.read(bytes);
        if !self.ended
            && let Some(last) = self.fields.pop()
        {
            let first = &mut self.first.0[last.known as usize];
            if usize::from(*first) == self.fields.len() {
                *first = ABSENT;
            }
            self.cut = true;
        }
    }

    /// Finds the parts of a fragment of a message that begins at `begin`: it may have a first line, and need not.
    pub fn read_from(&mut self, bytes: &[u8], begin: usize) {
        let (line, head) = line(bytes, begin);
        let own = &bytes[begin..];
        let start = start_line::read(own, line - begin, &bytes[head..]);
        let Some(start) = start else {
            return self.read_fields(bytes, begin);
        };
        self.read_fields(bytes, head);
        self.begin = begin as u32;
        self.start_line = line as u32;
        self.start = Some(match start {
            Start::Request(method) => Start::Request(method.moved(begin)),
            response @ Start::Response(_) => response,
        });
    }

    /// Finds header fields and body where no first line stands before them: in a part of a multipart body that begins at `head`
    /// and ends with these bytes.
    pub fn read_fields(&mut self, bytes: &[u8], head: usize) {
        self.fields.clear();
        self.fields.reserve(MOSTLY);
        self.first = Firsts::default();
        self.ended = false;
        self.cut = false;
        self.start = None;
        self.begin = head as u32;
        self.start_line = head as u32;
        self.head = head as u32;
        let mut at = head;
        while at < bytes.len() {
            match bytes[at] {
                b'\n' => return self.end(at + 1),
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => return self.end(at + 2),
                b' ' | b'\t' => at = self.unnamed(bytes, at),
                _ => at = self.field(bytes, at),
            }
        }
        self.body = bytes.len() as u32;
    }

    fn end(&mut self, body: usize) {
        self.body = body as u32;
        self.ended = true;
    }

    /// A field that begins here, with its folded lines; gives where the next line begins.
    fn field(&mut self, bytes: &[u8], start: usize) -> usize {
        let (line_end, next) = line(bytes, start);
        let Some(colon) = short::find(b':', &bytes[start..line_end]) else {
            return self.unnamed(bytes, start);
        };
        let colon = start + colon;
        let name_end = match bytes[..colon].last() {
            Some(b' ' | b'\t') => start + bytes[start..colon].trim_ascii_end().len(),
            _ => colon,
        };
        let (end, next, folded) = folds(bytes, line_end, next);
        self.push(Field {
            name: Span::new(start, name_end),
            value: trimmed(bytes, colon + 1, end),
            end: next as u32,
            known: Name::of(&bytes[start..name_end]),
            folded,
            colon: true,
        });
        next
    }

    /// A line that is no field. Lines folded onto it belong to it.
    fn unnamed(&mut self, bytes: &[u8], start: usize) -> usize {
        let (line_end, next) = line(bytes, start);
        let (end, next, folded) = folds(bytes, line_end, next);
        self.push(Field {
            name: Span::new(start, start),
            value: trimmed(bytes, start, end),
            end: next as u32,
            known: Name::Other,
            folded,
            colon: false,
        });
        next
    }
}

/// The end of the line without its line end, and where the next one begins.
#[inline]
fn line(bytes: &[u8], start: usize) -> (usize, usize) {
    match memchr(b'\n', &bytes[start..]) {
        Some(length) => {
            let feed = start + length;
            let returned = feed > start && bytes[feed - 1] == b'\r';
            (feed - usize::from(returned), feed + 1)
        }
        None => (bytes.len(), bytes.len()),
    }
}

/// Goes on over the lines that continue one (RFC 3261 7.3.1): its end, where the next begins, whether there were any.
#[inline]
fn folds(bytes: &[u8], mut end: usize, mut next: usize) -> (usize, usize, bool) {
    let mut folded = false;
    while matches!(bytes.get(next), Some(b' ' | b'\t')) {
        (end, next) = line(bytes, next);
        folded = true;
    }
    (end, next, folded)
}

/// Without white space around it. Mostly there is one space in front.
#[inline]
fn trimmed(bytes: &[u8], start: usize, end: usize) -> Span {
    let text = &bytes[start..end];
    if let [b' ', first, .., last] = text
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return Span::new(start + 1, end);
    }
    let from = start + (text.len() - text.trim_ascii_start().len());
    Span::new(from, from + text.trim_ascii().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(message: &str) -> Index {
        let mut index = Index::default();
        index.read(message.as_bytes());
        index
    }

    fn fields(message: &str) -> Vec<(&str, &str)> {
        let index = index(message);
        let fields = index.fields.iter();
        fields
            .map(|field| (&message[field.name.range()], &message[field.value.range()]))
            .collect()
    }

    #[test]
    fn finds_fields_in_order_with_folds_and_odd_spacing() {
        let message = "BYE sip:a SIP/2.0\r\nVia : one\r\n ,two\r\n\tthree\r\nv:\r\n  four\r\nZ:\r\n\
            no colon here\r\nTo:a:b\nFrom:  c \n\nbody: 1\r\n";
        assert_eq!(
            fields(message),
            [
                ("Via", "one\r\n ,two\r\n\tthree"),
                ("v", "four"),
                ("Z", ""),
                ("", "no colon here"),
                ("To", "a:b"),
                ("From", "c"),
            ]
        );
        let index = index(message);
        assert_eq!(&message[index.body as usize..], "body: 1\r\n");
        let known: Vec<_> = index.fields.iter().map(|field| field.known).collect();
        assert_eq!(known[..3], [Name::Via, Name::Via, Name::Other]);
        assert_eq!(
            index.fields.iter().map(|f| f.folded).collect::<Vec<_>>(),
            [true, true, false, false, false, false]
        );
    }

    #[test]
    fn a_fold_without_a_field_and_an_end_without_an_empty_line() {
        let message = "BYE sip:a SIP/2.0\r\n  stray\r\n more\r\nTo: x";
        assert_eq!(fields(message), [("", "stray\r\n more"), ("To", "x")]);
        let index = index(message);
        assert!(!index.ended);
        assert_eq!(index.body as usize, message.len());
    }

    #[test]
    fn an_empty_line_of_spaces_is_a_fold_and_no_end() {
        let message = "BYE sip:a SIP/2.0\r\nTo: x\r\n \r\nFrom: y\r\n\r\nb";
        assert_eq!(fields(message), [("To", "x"), ("From", "y")]);
    }

    #[test]
    fn knows_where_each_name_begins_however_many_fields_there_are() {
        let many = "Allow: a\r\n".repeat(400);
        let message = format!("BYE sip:a SIP/2.0\r\nTo: x\r\n{many}From: y\r\nTo: z\r\n\r\n");
        let index = index(&message);
        let count = |name| {
            let fields = index.fields_from(name).iter();
            fields.filter(|field| field.known == name).count()
        };
        let names = [Name::To, Name::Allow, Name::From, Name::Via];
        assert_eq!(names.map(count), [2, 400, 1, 0]);
    }

    #[test]
    fn a_field_that_breaks_off_is_none() {
        let message = b"BYE sip:a SIP/2.0\r\nTo: x\r\nVia: one\r\nVia: two\r\nl: 0\r\n\r\nbody";
        let mut index = Index::default();
        let mut count = |end: usize| {
            index.read_cut(&message[..end]);
            let vias = index.fields_from(Name::Via).iter();
            let vias = vias.filter(|field| field.known == Name::Via).count();
            (index.fields.len(), vias)
        };
        let after = |text: &str| {
            let found = memchr::memmem::find(message, text.as_bytes()).unwrap();
            found + text.len()
        };
        assert_eq!(count(after("To: ")), (0, 0));
        assert_eq!(count(after("To: x\r")), (0, 0));
        assert_eq!(count(after("To: x\r\n")), (0, 0));
        assert_eq!(count(after("To: x\r\nV")), (1, 0));
        assert_eq!(count(after("Via: one")), (1, 0));
        assert_eq!(count(after("Via: one\r\nV")), (2, 1));
        assert_eq!(count(after("Via: two")), (2, 1));
        assert_eq!(count(after("Via: two\r\n")), (2, 1));
        assert_eq!(count(after("Via: two\r\nl")), (3, 2));
        assert_eq!(count(after("l: 0")), (3, 2));
        assert_eq!(count(after("\r\n\r\n")), (4, 2));
        assert_eq!(count(after("bo")), (4, 2));
    }

    #[test]
    fn is_used_again() {
        let mut index = Index::default();
        index.read(b"SIP/2.0 200 OK\r\nTo: x\r\n\r\n");
        index.read(b"nonsense");
        assert_eq!((index.start, index.fields.len()), (None, 0));
        assert!(!index.ended);
        assert_eq!((index.start_line, index.body), (8, 8));
        index.read(b"");
        assert_eq!(index.body, 0);
    }
}
