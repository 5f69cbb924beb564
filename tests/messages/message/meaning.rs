//! The same message written in all the ways that RFC 3261 7.3.1 and 25.1 allow: names long, compact and in any case, white
//! space and folds where the grammar has them, lists on one line or on several. What is read must not change, and nothing
//! about it is odd.

use proptest::collection::vec;
use proptest::prelude::*;
use sipscope::sip::{Address, Index, Message, Name, Text, Via};

/// Names and their values; `·` stands where white space may be and need not.
const FIELDS: [(Name, &[&str]); 9] = [
    (
        Name::Via,
        &[
            "SIP·/·2.0·/·UDP p2.example.com·:·5080·;·branch·=·z9hG4bK2·;·received·=·192.0.2.7·;·rport·=·9",
            "SIP·/·2.0·/·TCP [2001:db8::1]·;·branch·=·z9hG4bK1·;·rport",
            "SIP/2.0/TLS 192.0.2.1·;·x·=·\"a,b;c\"·;·branch·=·z9hG4bK0",
        ],
    ),
    (
        Name::Route,
        &[
            "<sip:p3.example.com;lr>",
            "<sip:u;x@p4.example.com:5070;lr;ob>·;·own·=·\"<,>\"",
            "\"Q, \\\"R\\\"\"·<sips:p5.example.com;lr>",
        ],
    ),
    (
        Name::Contact,
        &[
            "\"A <B>\"·<sip:alice@192.0.2.1;transport=tcp?Subject=x>·;·expires·=·60·;·q·=·0.5",
            "sip:alice@192.0.2.2·;·+sip.instance·=·\"<urn:uuid:1>\"",
        ],
    ),
    (Name::From, &["\"A, B\"·<sip:alice@example.com>·;·tag·=·a1"]),
    (Name::To, &["Bob <sip:bob@example.com>·;·x·;·tag·=·b1"]),
    (Name::Supported, &["100rel", "timer", "path", "gruu"]),
    (Name::CallId, &["1@example.com"]),
    (Name::CSeq, &["7 INVITE"]),
    (Name::MaxForwards, &["70"]),
];

/// What it says: of each value the parts.
#[derive(Debug, PartialEq, Eq)]
struct Meaning {
    vias: Vec<[String; 6]>,
    routes: Vec<[String; 3]>,
    contacts: Vec<[String; 5]>,
    parties: [[String; 3]; 2],
    supported: Vec<String>,
    rest: [String; 4],
}

fn owned<const LENGTH: usize>(texts: [&str; LENGTH]) -> [String; LENGTH] {
    texts.map(str::to_owned)
}

/// What [`FIELDS`] say.
fn meant() -> Meaning {
    Meaning {
        vias: vec![
            owned([
                "UDP",
                "p2.example.com",
                "5080",
                "z9hG4bK2",
                "192.0.2.7",
                "9",
            ]),
            owned(["TCP", "[2001:db8::1]", "", "z9hG4bK1", "", ""]),
            owned(["TLS", "192.0.2.1", "", "z9hG4bK0", "", ""]),
        ],
        routes: vec![
            owned(["", "sip:p3.example.com;lr", ""]),
            owned(["", "sip:u;x@p4.example.com:5070;lr;ob", "<,>"]),
            owned(["\"Q, \\\"R\\\"\"", "sips:p5.example.com;lr", ""]),
        ],
        contacts: vec![
            owned([
                "\"A <B>\"",
                "sip:alice@192.0.2.1;transport=tcp?Subject=x",
                "60",
                "0.5",
                "",
            ]),
            owned(["", "sip:alice@192.0.2.2", "", "", "<urn:uuid:1>"]),
        ],
        parties: [
            owned(["\"A, B\"", "sip:alice@example.com", "a1"]),
            owned(["Bob", "sip:bob@example.com", "b1"]),
        ],
        supported: owned(["100rel", "timer", "path", "gruu"]).into(),
        rest: owned(["1@example.com", "7", "INVITE", "70"]),
    }
}

fn string(text: Option<Text<'_>>) -> String {
    text.unwrap_or_default().lossy().into_owned()
}

fn read(message: &Message<'_>) -> Meaning {
    let via = |via: Via<'_>| {
        let rport = via.params.value("rport");
        let port = via.port.map(|port| port.text);
        [
            Some(via.transport),
            Some(via.host.text),
            port,
            via.branch(),
            via.received(),
            rport,
        ]
        .map(string)
    };
    let route = |route: Address<'_>| {
        [
            route.display(),
            Some(route.uri_text()),
            route.params.value("own"),
        ]
        .map(string)
    };
    let contact = |contact: Address<'_>| {
        let value = |name| contact.params.value(name);
        let params = [value("expires"), value("q"), value("+sip.instance")];
        let [expires, q, instance] = params;
        [
            contact.display(),
            Some(contact.uri_text()),
            expires,
            q,
            instance,
        ]
        .map(string)
    };
    let party =
        |party: Address<'_>| [party.display(), Some(party.uri_text()), party.tag()].map(string);
    let cseq = message.cseq().unwrap();
    Meaning {
        vias: message.vias().map(via).collect(),
        routes: message.addresses(Name::Route).map(route).collect(),
        contacts: message.addresses(Name::Contact).map(contact).collect(),
        parties: [message.from(), message.to()].map(|address| party(address.unwrap())),
        supported: message
            .values(Name::Supported)
            .map(|tag| string(Some(tag)))
            .collect(),
        rest: [
            string(message.call_id()),
            cseq.number.unwrap().to_string(),
            string(Some(cseq.method)),
            message.max_forwards().unwrap().to_string(),
        ],
    }
}

/// Decides whatever the grammar leaves open.
struct Dice<'a> {
    rolls: std::iter::Cycle<std::slice::Iter<'a, u8>>,
}

impl Dice<'_> {
    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        let roll = self.rolls.next().unwrap();
        choices[usize::from(*roll) % choices.len()]
    }

    /// White space that need not be there (RFC 3261 25.1 `SWS`).
    fn space(&mut self) -> &'static str {
        self.of(&["", "", "", " ", "\t", "  ", "\r\n ", " \r\n\t "])
    }

    fn name(&mut self, name: Name) -> String {
        let spelling = name.spelling();
        let compact = name.compact().map(String::from);
        match self.of(&[0, 1, 2, 3, 4]) {
            0 => compact.unwrap_or_else(|| spelling.to_owned()),
            1 => compact.map_or_else(|| spelling.to_lowercase(), |letter| letter.to_uppercase()),
            2 => spelling.to_uppercase(),
            3 => spelling.to_lowercase(),
            _ => spelling.to_owned(),
        }
    }

    /// One header field name with all its values, on as many lines as the dice say.
    fn field(&mut self, name: Name, values: &[&str]) -> String {
        let mut lines = String::new();
        for (number, value) in values.iter().enumerate() {
            if number > 0 && self.of(&[true, false]) {
                lines += self.space();
                lines += ",";
            } else {
                lines += if number > 0 { "\r\n" } else { "" };
                lines += &self.name(name);
                lines += self.of(&["", "", " ", "\t"]);
                lines += ":";
            }
            lines += self.space();
            for (number, piece) in value.split('·').enumerate() {
                lines += if number > 0 { self.space() } else { "" };
                lines += piece;
            }
        }
        lines + "\r\n"
    }

    fn message(&mut self) -> String {
        let mut fields = FIELDS.map(|(name, values)| self.field(name, values));
        for last in (1..fields.len()).rev() {
            let places: Vec<_> = (0..=last).collect();
            fields.swap(last, self.of(&places));
        }
        format!(
            "INVITE sip:bob@example.com SIP/2.0\r\n{}\r\n",
            fields.concat()
        )
    }
}

proptest! {
    #![proptest_config(crate::message::config(2000))]

    #[test]
    fn a_message_means_the_same_in_every_spelling(rolls in vec(any::<u8>(), 97..199)) {
        let text = Dice { rolls: rolls.iter().cycle() }.message();
        let mut index = Index::default();
        let message = Message::read(text.as_bytes(), &mut index);
        prop_assert_eq!(read(&message), meant(), "{}", text);
        prop_assert_eq!(message.problems(), [], "{}", text);
    }
}
