//! A message: its bytes, where everything stands in them, and every value that is asked for by name. Nothing is copied and
//! nothing is read before it is asked for; what is odd is told by [`Message::problems`] and stops nothing.

use std::slice;

use super::first_line::FirstLine;
use super::index::{Field, Index};
use super::name::{Name, Shape};
use super::problem::Problems;
use super::scan::List;
use super::start_line::Start;
use super::text::Text;
use super::value::{
    Address, Auth, CSeq, DialogReference, Item, Number, RAck, SubscriptionState, Value, Via,
    is_star, most,
};
use crate::base::Span;

/// A message, or a part of a multipart body, which is one without a first line.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    bytes: &'a [u8],
    index: &'a Index,
}

/// A header field of a message.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// Its name as written.
    pub name: Text<'a>,
    /// Its value as written, without white space around it.
    pub value: Text<'a>,
    /// All its lines, line ends included.
    pub lines: Text<'a>,
    /// Which name it is.
    pub known: Name,
    /// Whether it is folded over several lines.
    pub folded: bool,
}

impl<'a> Header<'a> {
    /// Its values; several where its name allows a list.
    pub fn values(&self) -> impl Iterator<Item = Text<'a>> + use<'a> {
        let mut list = List::new(self.value, self.known.shape().separator());
        std::iter::from_fn(move || list.next(&mut Problems::ignored()))
    }

    /// Its values, read as its name says.
    pub fn typed(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let known = self.known;
        self.values()
            .map(move |value| Value::read(known, value, &mut Problems::ignored()))
    }
}

/// What a stretch of a message is; together they are all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first line without its end.
    FirstLine,
    /// The name of a header field.
    Name,
    /// The colon and the white space around it.
    Separator,
    /// The value of a header field.
    Value,
    /// Line ends, the empty line, white space at line ends.
    Space,
    /// The body.
    Body,
}

impl<'a> Message<'a> {
    /// Reads a message into an index, which may have been used before.
    pub fn read(bytes: &'a [u8], index: &'a mut Index) -> Self {
        index.read(bytes);
        Self { bytes, index }
    }

    /// Reads a message of which only so much was seen, unless that is the whole of it.
    pub fn read_seen(bytes: &'a [u8], whole: bool, index: &'a mut Index) -> Self {
        match whole {
            true => index.read(bytes),
            false => index.read_cut(bytes),
        }
        Self { bytes, index }
    }

    /// A message whose index has been read from the same bytes.
    pub(crate) fn indexed(bytes: &'a [u8], index: &'a Index) -> Self {
        Self { bytes, index }
    }

    /// All its bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn index(&self) -> &'a Index {
        self.index
    }

    pub(super) fn text(&self, start: usize, end: usize) -> Text<'a> {
        Text::all(self.bytes).between(start, end)
    }

    /// Request or response; `None` if the first line is neither.
    pub fn start(&self) -> Option<Start> {
        self.index.start
    }

    /// The method of a request.
    pub fn method(&self) -> Option<Text<'a>> {
        match self.index.start? {
            Start::Request(method) => Some(Text::new(self.bytes, method)),
            Start::Response(_) => None,
        }
    }

    /// The status code of a response.
    pub fn status(&self) -> Option<u16> {
        match self.index.start? {
            Start::Request(_) => None,
            Start::Response(code) => Some(code),
        }
    }

    /// The first line without its line end.
    pub fn first_line_text(&self) -> Text<'a> {
        self.text(self.index.begin as usize, self.index.start_line as usize)
    }

    /// The first line, taken apart.
    pub fn first_line(&self) -> FirstLine<'a> {
        self.first_line_noting(&mut Problems::ignored())
    }

    pub(super) fn first_line_noting(&self, problems: &mut Problems) -> FirstLine<'a> {
        FirstLine::read(self.first_line_text(), self.index.start, problems)
    }

    /// All header fields in their order.
    pub fn headers(
        &self,
    ) -> impl DoubleEndedIterator<Item = Header<'a>> + ExactSizeIterator + use<'a> {
        let message = *self;
        (0..self.index.fields.len()).map(move |number| message.header(number))
    }

    /// The header field with this number.
    pub(super) fn header(&self, number: usize) -> Header<'a> {
        let fields = &self.index.fields;
        let field = &fields[number];
        let begin = if number == 0 {
            self.index.head
        } else {
            fields[number - 1].end
        };
        let lines = Text::new(self.bytes, Span::new(begin as usize, field.end as usize));
        Header {
            name: lines.moved(field.name),
            value: lines.moved(field.value),
            lines,
            known: field.known,
            folded: field.folded,
        }
    }

    /// The first header field that is folded over several lines.
    pub fn folded(&self) -> Option<Header<'a>> {
        let mut fields = self.index.fields.iter();
        self.headers().nth(fields.position(|field| field.folded)?)
    }

    /// The values of all fields with this name, in their order.
    pub fn values(&self, name: Name) -> Values<'a> {
        Values {
            bytes: self.bytes,
            fields: self.index.fields_from(name).iter(),
            name,
            separator: name.shape().separator(),
            list: None,
        }
    }

    /// The first value with this name.
    pub fn value(&self, name: Name) -> Option<Text<'a>> {
        if name.shape().separator().is_some() {
            return self.values(name).next();
        }
        let mut fields = self.index.fields_from(name).iter();
        let field = fields.find(|field| field.known == name)?;
        Some(Text::new(self.bytes, field.value))
    }

    /// Whether a field with this name is there, even an empty one.
    pub fn has(&self, name: Name) -> bool {
        let mut fields = self.index.fields_from(name).iter();
        fields.any(|field| field.known == name)
    }

    /// The first field whose name is spelled so, in any case; for names that are not in the table.
    pub fn other(&self, name: &str) -> Option<Text<'a>> {
        let mut fields = self.index.fields_from(Name::Other).iter();
        let own = |field: &&Field| Text::new(self.bytes, field.name).is(name);
        let field = fields.find(own)?;
        Some(Text::new(self.bytes, field.value))
    }

    /// All Via values, topmost first.
    pub fn vias(&self) -> impl Iterator<Item = Via<'a>> + use<'a> {
        self.values(Name::Via).map(read(Via::read))
    }

    /// The addresses in all fields with this name: Route, Record-Route, Path, Service-Route, Contact, identities, History-Info.
    /// The `*` of a Contact is none.
    pub fn addresses(&self, name: Name) -> impl Iterator<Item = Address<'a>> + use<'a> {
        self.address_texts(name).map(read(Address::read))
    }

    /// The same as written, with their parameters.
    pub fn address_texts(&self, name: Name) -> impl Iterator<Item = Text<'a>> + use<'a> {
        self.values(name).filter(|value| !is_star(*value))
    }

    /// The first of [`Self::addresses`]: From, To, Refer-To, P-Served-User.
    pub fn address(&self, name: Name) -> Option<Address<'a>> {
        self.address_text(name).map(read(Address::read))
    }

    /// The first of [`Self::address_texts`].
    pub fn address_text(&self, name: Name) -> Option<Text<'a>> {
        self.value(name).filter(|value| !is_star(*value))
    }

    /// Whether Contact is `*`: all bindings are meant (RFC 3261 10.2.2).
    pub fn contact_is_star(&self) -> bool {
        self.values(Name::Contact).any(is_star)
    }

    /// From.
    pub fn from(&self) -> Option<Address<'a>> {
        self.address(Name::From)
    }

    /// To.
    pub fn to(&self) -> Option<Address<'a>> {
        self.address(Name::To)
    }

    /// Call-ID.
    pub fn call_id(&self) -> Option<Text<'a>> {
        self.value(Name::CallId)
    }

    /// CSeq.
    pub fn cseq(&self) -> Option<CSeq<'a>> {
        self.value(Name::CSeq).map(read(CSeq::read))
    }

    /// RAck.
    pub fn rack(&self) -> Option<RAck<'a>> {
        self.value(Name::RAck).map(read(RAck::read))
    }

    /// The first value that begins with a number: Max-Forwards, Expires, RSeq, Session-Expires, Retry-After.
    pub fn number(&self, name: Name) -> Option<Number<'a>> {
        let value = self.value(name)?;
        match name.shape() {
            Shape::Number => Some(Number::read(value, most(name), &mut Problems::ignored())),
            Shape::Delta => Some(Number::read_delta(value, &mut Problems::ignored())),
            _ => None,
        }
    }

    /// Max-Forwards.
    pub fn max_forwards(&self) -> Option<u32> {
        self.number(Name::MaxForwards)?.value
    }

    /// Words with parameters in all fields with this name: Accept, Reason, Security-Client, Feature-Caps.
    pub fn items(&self, name: Name) -> impl Iterator<Item = Item<'a>> + use<'a> {
        self.values(name).map(read(Item::read))
    }

    /// The first of [`Self::items`]: Event, Content-Type, Session-ID, Identity.
    pub fn item(&self, name: Name) -> Option<Item<'a>> {
        self.value(name).map(read(Item::read))
    }

    /// Whether a list of tokens has this one: an option tag, a method, an event package.
    pub fn has_token(&self, name: Name, token: &str) -> bool {
        self.values(name).any(|value| value.is(token))
    }

    /// Challenges and credentials of this name.
    pub fn auths(&self, name: Name) -> impl Iterator<Item = Auth<'a>> + use<'a> {
        self.values(name).map(read(Auth::read))
    }

    /// Subscription-State.
    pub fn subscription_state(&self) -> Option<SubscriptionState<'a>> {
        self.item(Name::SubscriptionState)
            .map(SubscriptionState::of)
    }

    /// The dialog that Replaces, Join or Target-Dialog names.
    pub fn dialog_reference(&self, name: Name) -> Option<DialogReference<'a>> {
        self.item(name).map(DialogReference::of)
    }

    /// Whether an empty line ends the header section.
    pub fn has_end_of_headers(&self) -> bool {
        self.index.ended
    }

    /// Everything behind the header section.
    pub fn rest(&self) -> Text<'a> {
        self.text(self.index.body as usize, self.bytes.len())
    }

    /// All stretches in their order. Printed one after the other they are the message again.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Text<'a>)> + use<'a> {
        let head = self.index.head as usize;
        let body = self.index.body as usize;
        let last = self
            .index
            .fields
            .last()
            .map_or(head, |field| field.end as usize);
        let message = *self;
        let first = self.first_line_text();
        let before = [
            (Part::FirstLine, first),
            (Part::Space, message.text(first.end(), head)),
        ];
        let fields = self.headers().flat_map(|header| {
            [
                (Part::Name, header.name),
                (
                    Part::Separator,
                    header
                        .lines
                        .between(header.name.end(), header.value.start()),
                ),
                (Part::Value, header.value),
                (Part::Space, header.lines.from(header.value.end())),
            ]
        });
        let after = [
            (Part::Space, message.text(last, body)),
            (Part::Body, self.rest()),
        ];
        before.into_iter().chain(fields).chain(after)
    }
}

/// A reader that says nothing about problems.
fn read<'a, T>(reader: impl Fn(Text<'a>, &mut Problems) -> T) -> impl Fn(Text<'a>) -> T {
    move |text| reader(text, &mut Problems::ignored())
}

/// The values of all fields with one name.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    bytes: &'a [u8],
    fields: slice::Iter<'a, Field>,
    name: Name,
    separator: Option<u8>,
    list: Option<List<'a>>,
}

impl<'a> Iterator for Values<'a> {
    type Item = Text<'a>;

    fn next(&mut self) -> Option<Text<'a>> {
        loop {
            if let Some(list) = &mut self.list {
                let value = list.next(&mut Problems::ignored());
                if value.is_some() {
                    return value;
                }
                self.list = None;
            }
            let field = self.fields.find(|field| field.known == self.name)?;
            let value = Text::new(self.bytes, field.value);
            match self.separator {
                Some(separator) if memchr::memchr(separator, value.bytes()).is_some() => {
                    self.list = Some(List::new(value, self.separator));
                }
                Some(_) if value.is_empty() => {}
                // Mostly there is one in a field, and no space around it.
                _ => return Some(value),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &str = "INVITE sip:bob@example.com SIP/2.0\r\n\
        Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
        v: SIP/2.0/TCP [2001:db8::1];branch=z9hG4bK0\r\n\
        Max-Forwards: 70\r\n\
        Route: <sip:p2.example.com;lr>,\r\n <sip:p3.example.com;lr>\r\n\
        f: \"A, B\" <sip:alice@example.com>;tag=a\r\n\
        t: <sip:bob@example.com>\r\n\
        i: 1@192.0.2.1\r\n\
        CSeq: 1 INVITE\r\n\
        k: 100rel,timer\r\n\
        m: <sip:alice@192.0.2.1>;+g.3gpp.icsi-ref=\"urn%3Aurn-7\"\r\n\
        x: 1800;refresher=uac\r\n\
        X-Own : left alone, as it is\r\n\
        Privacy: id;critical\r\n\
        l: 4\r\n\r\nbody";

    fn texts<'a>(values: impl Iterator<Item = Text<'a>>) -> Vec<String> {
        values.map(|value| value.lossy().into_owned()).collect()
    }

    #[test]
    fn gives_every_value_of_every_line() {
        let mut index = Index::default();
        let message = Message::read(INVITE.as_bytes(), &mut index);
        assert_eq!(message.method().unwrap(), "INVITE");
        assert_eq!(
            texts(message.vias().map(|via| via.branch().unwrap())),
            ["z9hG4bK2", "z9hG4bK1", "z9hG4bK0"]
        );
        assert_eq!(
            texts(
                message
                    .addresses(Name::Route)
                    .map(|route| route.uri().host.text)
            ),
            ["p2.example.com", "p3.example.com"]
        );
        assert_eq!(message.from().unwrap().tag().unwrap(), "a");
        assert_eq!(message.from().unwrap().display().unwrap(), "\"A, B\"");
        assert!(message.to().unwrap().tag().is_none());
        assert_eq!(message.call_id().unwrap(), "1@192.0.2.1");
        assert_eq!(message.cseq().unwrap().number, Some(1));
        assert_eq!(message.max_forwards(), Some(70));
        assert!(message.has_token(Name::Supported, "100REL"));
        assert!(!message.has_token(Name::Require, "100rel"));
        let expires = message.number(Name::SessionExpires).unwrap();
        assert_eq!(expires.params.value("refresher").unwrap(), "uac");
        assert_eq!(texts(message.values(Name::Privacy)), ["id", "critical"]);
        assert_eq!(message.other("x-own").unwrap(), "left alone, as it is");
        assert_eq!(message.rest(), "body");
        assert!(message.value(Name::Date).is_none());
    }

    #[test]
    fn prints_as_it_was_read() {
        let odd = [
            "",
            "\r\n",
            "x",
            "SIP/2.0 200 OK",
            "BYE sip:a SIP/2.0\nA :b\n c\n\nx\r\n",
            ":\r\n:\r\n",
        ];
        for text in odd.into_iter().chain([INVITE]) {
            let mut index = Index::default();
            let message = Message::read(text.as_bytes(), &mut index);
            let parts: Vec<_> = message
                .parts()
                .flat_map(|(_, text)| text.bytes())
                .copied()
                .collect();
            assert_eq!(String::from_utf8_lossy(&parts), text);
        }
    }
}
