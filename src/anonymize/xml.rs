//! XML bodies: presence, registrations, conferences, lists, rules. Elements, attributes and the words that they may have stay; text and
//! values are replaced.

use super::mask::Mask;
use super::neutral::pieces;
use super::spelled::{Spelling, respelled};
use super::uri::split;
use super::vocabulary;

/// Words that elements and attributes have for states and the like, in small letters.
const WORDS: &str = "
open closed active terminated pending full partial init rejected deactivated probation registered created refreshed shortened expired
unregistered subscribe approved noresource giveup timeout waiting connected disconnected on-hold dialing-in dialing-out alerting muted-via-focus
dialed-in dialed-out focus-owner confirmed early trying proceeding initiator recipient hungup booted failed departed sendrecv sendonly
recvonly inactive audio video text message true false yes no allow block confirm polite-block aggregate add remove replace before after
prepend namespace http-get xcap inline utf-8 1.0 preserve default allowed disallowed busy away offline online on-the-phone meal vacation
permanent-absence travel sleeping working unknown normal emergency full-state server remove contact none other success failure local remote
incoming outgoing both automatic manual sip sips tel urn principal mobile fixed
utf-16 us-ascii iso-8859-1 iso-8859-15 windows-1251 windows-1252 koi8-r gb2312 gbk gb18030 big5 shift_jis euc-kr
";

/// Attributes whose value is the path of an element of another document.
const PATHS: [&[u8]; 3] = [b"sel", b"node-selector", b"parent"];
/// Elements and attributes that count something: a number in another one may be one of somebody.
const COUNTED: [&[u8]; 24] = [
    b"version",
    b"expires",
    b"expiration",
    b"duration",
    b"duration-registered",
    b"duration-subscribed",
    b"priority",
    b"q",
    b"retry-after",
    b"cseq",
    b"count",
    b"index",
    b"port",
    b"code",
    b"cause",
    b"status",
    b"user-count",
    b"maximum-user-count",
    b"max-forwards",
    b"minimum",
    b"maximum",
    b"min",
    b"max",
    b"interval",
];
/// Whose names of XML those are that everybody has.
const SPACES: [&[u8]; 10] = [
    b"urn:ietf:params:",
    b"urn:3gpp:",
    b"urn:oma:",
    b"http://www.w3.org/",
    b"http://schemas.xmlsoap.org/",
    b"http://uri.etsi.org/",
    b"http://www.3gpp.org/",
    b"http://www.openmobilealliance.org/",
    b"http://www.ecma-international.org/",
    b"http://www.opengis.net/",
];

impl Mask {
    pub(super) fn xml(&mut self, body: &mut [u8]) {
        let mut at = 0;
        let mut element = Vec::new();
        while at < body.len() {
            let rest = &mut body[at..];
            at += match rest {
                [b'<', b'?', ..] => {
                    let length = length(rest, b"?>");
                    self.tag(&mut rest[..length]);
                    length
                }
                [b'<', b'!', b'-', b'-', ..] => {
                    let length = length(rest, b"-->");
                    self.text(&mut rest[..length]);
                    length
                }
                [b'<', b'!', b'[', ..] => {
                    let length = length(rest, b"]]>");
                    let start = length.min(b"<![CDATA[".len());
                    self.xml_text(&element, &mut rest[start..length]);
                    length
                }
                [b'<', ..] if !begins_tag(rest) => {
                    let length = memchr::memchr(b'<', &rest[1..]);
                    let length = length.map_or(rest.len(), |length| length + 1);
                    self.xml_text(&element, &mut rest[1..length]);
                    length
                }
                [b'<', ..] => {
                    let length = length(rest, b">");
                    element = local(element_name(&rest[1..length])).to_ascii_lowercase();
                    self.tag(&mut rest[..length]);
                    length
                }
                _ => {
                    let length = memchr::memchr(b'<', rest).unwrap_or(rest.len());
                    self.xml_text(&element, &mut rest[..length]);
                    length
                }
            };
        }
    }

    /// `<tuple id="a1" xmlns="urn:...">`, `<!DOCTYPE presence SYSTEM "presence.dtd">`.
    fn tag(&mut self, tag: &mut [u8]) {
        let mut at = 0;
        while at < tag.len() {
            let Some(quote) = tag[at..]
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\''))
            else {
                return self.between_values(&mut tag[at..], at == 0);
            };
            let open = at + quote;
            self.between_values(&mut tag[at..open], at == 0);
            let close = memchr::memchr(tag[open], &tag[open + 1..]);
            let close = close.map_or(tag.len(), |close| open + 1 + close);
            let name = tag[..open].trim_ascii_end();
            let name = name.strip_suffix(b"=").unwrap_or(name).trim_ascii_end();
            let start = name.iter().rposition(u8::is_ascii_whitespace);
            let name = &name[start.map_or(0, |start| start + 1)..];
            let is_space = name.starts_with(b"xmlns") || name.ends_with(b"schemaLocation");
            let local = local(name).to_ascii_lowercase();
            let is_path = PATHS.contains(&local.as_slice());
            let is_language = local == b"lang" && is_language(&tag[open + 1..close]);
            let value = &mut tag[open + 1..close];
            if is_path {
                self.path(value);
            } else if is_space {
                self.spaces(value);
            } else if !is_language {
                self.xml_text(&local, value);
            }
            at = close + 1;
        }
    }

    /// What a tag has outside of quotes: its name and those of attributes stay, and what stands in the place of a value does not.
    fn between_values(&mut self, text: &mut [u8], is_front: bool) {
        if text.starts_with(b"<!") {
            return;
        }
        let all = pieces(text, |byte| byte.is_ascii_whitespace());
        for (number, piece) in all.into_iter().enumerate() {
            if is_front && number == 0 {
                continue;
            }
            let is_named = text[piece.end..].trim_ascii_start().starts_with(b"=");
            let (name, value) = split(&mut text[piece], b"=");
            let is_of = |byte: &u8| is_of_xml_name(*byte) || *byte == b':';
            let is_named = is_named || !value.is_empty();
            if !is_named || !name.iter().all(is_of) {
                self.text(name);
            }
            self.text(value);
        }
    }

    /// Elements stay; what stands in quotes is a value, and a step may name whose document it is (RFC 4825 6.2).
    fn path(&mut self, path: &mut [u8]) {
        let quotes = path.split_mut(|byte| matches!(byte, b'"' | b'\''));
        let mut is_of_user = false;
        for (number, part) in quotes.enumerate() {
            if number % 2 == 1 {
                self.xml_text(b"", part);
                continue;
            }
            for step in part.split_mut(|byte| *byte == b'/') {
                if is_of_user || !is_step(step) {
                    self.xml_text(b"", step);
                }
                is_of_user = step == b"users";
            }
        }
    }

    /// Names of what documents are written in.
    fn spaces(&mut self, value: &mut [u8]) {
        for piece in pieces(value, |byte| byte.is_ascii_whitespace()) {
            let piece = &mut value[piece];
            if !SPACES.iter().any(|known| piece.starts_with(known)) {
                self.xml_text(b"", piece);
            }
        }
    }

    /// The text of an element, or the value of an attribute, by its name.
    fn xml_text(&mut self, name: &[u8], text: &mut [u8]) {
        let trimmed = text.trim_ascii();
        let is_counted = COUNTED.contains(&name) && is_count(trimmed);
        if is_word(trimmed) || is_counted || is_time(trimmed) {
            return;
        }
        for piece in pieces(text, |byte| byte.is_ascii_whitespace() || byte == b'"') {
            let piece = &mut text[piece];
            let inner = if piece.starts_with(b"&lt;") { 4 } else { 0 };
            respelled(&mut piece[inner..], Spelling::Xml, |plain| {
                match self.is_uri(plain) {
                    true => self.uri(plain),
                    false => self.text(plain),
                }
            });
        }
    }
}

/// Whether a tag begins here, and no text in which a bracket was not escaped: `<sip:alice@example.com>`.
fn begins_tag(rest: &[u8]) -> bool {
    if rest.starts_with(b"<!") {
        return true;
    }
    let name = element_name(&rest[1..]);
    let (prefix, own) = match memchr::memchr(b':', name) {
        Some(colon) => (&name[..colon], &name[colon + 1..]),
        None => (&b""[..], name),
    };
    let is_scheme = [&b"sip"[..], b"sips", b"tel", b"mailto", b"xmpp", b"h323"].contains(&prefix);
    let begins = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_' || !byte.is_ascii();
    !is_scheme && own.first().is_some_and(begins) && is_xml_name(prefix) && is_xml_name(own)
}

/// `list[2]`, `*`, `ns:entry`, `list[@name=`: elements and where in them, and nothing else.
fn is_step(step: &[u8]) -> bool {
    let is_of = |byte: &u8| is_of_xml_name(*byte) || b"*:[]=@() ".contains(byte);
    let (name, rest) = step.split_at(
        step.iter()
            .position(|byte| *byte == b'[')
            .unwrap_or(step.len()),
    );
    let prefix = name.split(|byte| *byte == b':').next().unwrap_or_default();
    let is_uri = name.contains(&b':') && super::uri::is_scheme(prefix);
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mut wheres = rest.split(|byte| *byte == b'[').skip(1);
    let is_where = |text: &[u8]| match text.strip_suffix(b"]") {
        _ if text.starts_with(b"@") => true,
        Some(place) => place.len() <= MOST_DIGITS && place.iter().all(u8::is_ascii_digit),
        None => false,
    };
    !is_uri
        && digits <= MOST_DIGITS
        && !name[..].iter().skip(1).any(|byte| *byte == b'@')
        && name.iter().chain(rest).all(is_of)
        && wheres.all(is_where)
}

/// A name of an element has no more of them.
const MOST_DIGITS: usize = 4;

fn is_xml_name(name: &[u8]) -> bool {
    name.iter().all(|byte| is_of_xml_name(*byte))
}

fn is_of_xml_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) || !byte.is_ascii()
}

/// As far as the end, or all where there is none.
fn length(rest: &[u8], end: &[u8]) -> usize {
    memchr::memmem::find(rest, end).map_or(rest.len(), |at| at + end.len())
}

/// What a tag begins with.
fn element_name(tag: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'?');
    let skipped = usize::from(tag.starts_with(b"/"));
    let name = &tag[skipped..];
    &name[..name.iter().position(is_end).unwrap_or(name.len())]
}

/// A name without the prefix of its space.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}

/// `en`, `en-GB`.
fn is_language(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| *byte == b'-');
    parts.all(|part| (2..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_alphabetic))
}

fn is_word(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_feature = vocabulary::has(text) && (lower.contains(&b'.') || lower.contains(&b'-'));
    let mut words = WORDS.split_whitespace();
    is_feature || words.any(|word| word.as_bytes() == lower)
}

/// A number, perhaps with a sign or a fraction.
fn is_count(text: &[u8]) -> bool {
    let number = text.strip_prefix(b"-").unwrap_or(text);
    let points = number.iter().filter(|byte| **byte == b'.').count();
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    (1..=LONGEST_COUNT).contains(&digits) && points <= 1 && digits + points == number.len()
}

const LONGEST_COUNT: usize = 10;

/// `2026-01-31T12:00:00Z` (RFC 3339).
fn is_time(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_digit() || b"-:.+TZtz".contains(byte);
    text.len() >= 19 && text.iter().all(is_of) && matches!(text[10], b'T' | b't') && text[4] == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::key::Key;

    fn replaced(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        Mask::new(Key::new(b"secret"), false, false).xml(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_counted_and_what_documents_are_written_in_stay() {
        for text in [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"17\" state=\"full\">",
            "<contact expires=\"3600\" cseq='1' priority=\"0.8\" q=\"-1\">",
            "<rpid:duration> 274 </rpid:duration>",
            "<note xml:lang=\"en-GB\">busy</note>",
            "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>",
            "<basic>open</basic>",
            "<!DOCTYPE presence>",
            "<add sel=\"*/list[2]/ns:entry\"/>",
            "<im:isComposing>",
            "<?xml version='1.0' encoding='gb2312' standalone = 'yes'?>",
            "<tuple xml:lang = \"en\" expires =\"5\" />",
            "<d sel=\"*/list[12]/entry[1]\">",
        ] {
            assert_eq!(replaced(text), text);
        }
    }

    #[test]
    fn other_numbers_and_hosts_are_replaced() {
        for (text, named) in [
            ("<identity display=\"5551234\">", "5551234"),
            ("<display-name>1001</display-name>", "1001"),
            ("<dialog id=\"1001\">", "1001"),
            (
                "<calledDirectoryNumber>5551234</calledDirectoryNumber>",
                "5551234",
            ),
            ("<cl:HNO>4711</cl:HNO><cl:PC>90210</cl:PC>", "4711"),
            ("<cl:HNO>4711</cl:HNO><cl:PC>90210</cl:PC>", "90210"),
            ("<host>sip.acme.example</host>", "acme"),
            ("<?style href=\"http://acme.example/s\"?>", "acme"),
            ("<a xmlns=\"http://acme.example/ns\">", "acme"),
            ("<note xml:lang=\"smithsonov\">", "smithsonov"),
            ("<!ENTITY me \"liddell\">", "liddell"),
            (
                "<d sel=\"resource-lists/users/tel:+491719876543/index\">",
                "491719876543",
            ),
            (
                "<d sel=\"rls-services/users/sip%3Ahanako%40kanto.example.jp/index\">",
                "hanako",
            ),
            ("<d sel=\"a/users/hanako/index/~~/b\">", "hanako"),
            ("<d parent=\"sip:jiro@kanto\">", "jiro"),
            ("<instance cid=\"liddell@berlin\">", "liddell"),
            (
                "<identity>Shiro <sip:shiro@kanto.example.jp></identity>",
                "shiro@",
            ),
            (
                "<identity>Shiro <sip:shiro@kanto.example.jp></identity>",
                "kanto",
            ),
            ("<note>a <liddell@berlin> b</note>", "liddell"),
            ("<tuple id=liddell@berlin/>", "liddell"),
            ("<tuple liddell@berlin/>", "berlin"),
            ("<a b=\"1\" liddell c=\"2\">", "liddell"),
            ("<a b=\"1\" c = liddell>", "liddell"),
            ("<?xml encoding=\"liddell\"?>", "liddell"),
            ("<d sel=\"list[liddell]\">", "liddell"),
        ] {
            let other = replaced(text);
            assert!(!other.contains(named), "{other}");
        }
    }

    #[test]
    fn an_instance_stays_what_it_is_named_by_elsewhere() {
        let urn = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
        let mut bare = urn.as_bytes().to_vec();
        Mask::new(Key::new(b"secret"), false, false).uri(&mut bare);
        let bare = String::from_utf8(bare).unwrap();
        let body = replaced(&format!("<p name=\"+sip.instance\">\"&lt;{urn}&gt;\"</p>"));
        assert!(body.contains(&format!("\"&lt;{bare}&gt;\"")), "{body}");
    }

    #[test]
    fn what_references_to_characters_spell_is_replaced_as_one() {
        let number = replaced("<c>tel:+49-157-1234567</c>");
        let [one, other] = ["&#45;", "&#x2d;"];
        let written = replaced(&format!("<c>tel:+49{one}157{other}1234567</c>"));
        let expected = number.replacen("-", one, 1).replacen("-", other, 1);
        assert_eq!(written, expected);
    }

    #[test]
    fn the_type_of_a_document_stays_well_formed() {
        let other = replaced("<!DOCTYPE presence PUBLIC \"-//IETF//DTD X 1.0//EN\" \"xpidf.dtd\">");
        assert!(
            other.starts_with("<!DOCTYPE presence PUBLIC \"-//"),
            "{other}"
        );
        assert!(
            other.ends_with("\">") && !other.contains("xpidf"),
            "{other}"
        );
    }
}
