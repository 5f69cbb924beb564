//! What RFC 5118 says of its messages, section by section. Its archive ends lines with LF alone and counts Content-Length so;
//! ours end and count as SIP has it, which is no part of what these messages try.

use sipscope::sip::Name;

use crate::torture::case::{Case, PLAIN, contacts, ip, media, port, string, target};

pub const CASES: &[Case] = &[
    // 4.1: IPv6 references in Request-URI, Via and Contact.
    Case {
        file: "rfc5118-4.1",
        first: "REGISTER sip:[2001:db8::20]",
        fields: 8,
        vias: &["UDP [2001:db8::7:1] z9hG4bK4.1"],
        from: ("", "sip:dora@example.com", "63k1"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "4.1@v6_host",
        cseq: (Some(71_172), "REGISTER"),
        also: |message| {
            let uri = target(message);
            assert_eq!((uri.host.address(), port(uri)), (ip("2001:db8::20"), None));
            let via = message.vias().next().unwrap();
            assert_eq!(via.host.address(), ip("2001:db8::7:1"));
            let contact = contacts(message)[0];
            assert_eq!(string(contact.display()), "\"Dora\"");
            assert_eq!(contact.uri().host.address(), ip("2001:db8::2"));
        },
        ..PLAIN
    },
    // 4.2: an IPv6 address without its brackets.
    Case {
        file: "rfc5118-4.2",
        first: "REGISTER sip:2001:db8::20",
        fields: 8,
        vias: &["UDP [2001:db8::7:1] z9hG4bK4.2"],
        from: ("", "sip:dora@example.com", "63k1"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "4.2@v6_host",
        cseq: (Some(71_172), "REGISTER"),
        problems: &[("host-brackets", "", "sip:«2001:db8::20» SIP/2.0")],
        ..PLAIN
    },
    // 4.3: what was meant as a port is a part of the address.
    Case {
        file: "rfc5118-4.3",
        first: "REGISTER sip:[2001:db8::20:5070]",
        fields: 8,
        vias: &["UDP [2001:db8::7:1] z9hG4bK4.3"],
        from: ("", "sip:dora@example.com", "63k1"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "4.3@v6_host",
        cseq: (Some(71_172), "REGISTER"),
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.host.address(), ip("2001:db8:0:0:0:0:20:5070"));
            assert_eq!(port(uri), None);
        },
        ..PLAIN
    },
    // 4.4: a port behind the bracket.
    Case {
        file: "rfc5118-4.4",
        first: "REGISTER sip:[2001:db8::20]:5070",
        fields: 8,
        vias: &["UDP [2001:db8::7:1] z9hG4bK4.4"],
        from: ("", "sip:dora@example.com", "63k1"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "4.4@v6_host",
        cseq: (Some(71_172), "REGISTER"),
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.host.address(), ip("2001:db8::20"));
            assert_eq!(port(uri), Some(5070));
        },
        ..PLAIN
    },
    // 4.5: brackets in `received`, which is to be taken with and without them.
    Case {
        file: "rfc5118-4.5-brackets",
        first: "BYE sip:[2001:db8::20]",
        fields: 7,
        vias: &["UDP [2001:db8::7:1] z9hG4bK4.5a"],
        from: ("", "sip:emil@example.com", "63k1"),
        to: ("", "sip:dora@example.com", "wq71ya"),
        call_id: "4.5a@v6_host",
        cseq: (Some(411), "BYE"),
        also: |message| {
            let via = message.vias().next().unwrap();
            assert_eq!(via.received().unwrap(), "[2001:db8::7:255]");
        },
        ..PLAIN
    },
    // 4.5: `received` as the grammar has it.
    Case {
        file: "rfc5118-4.5-bare",
        first: "OPTIONS sip:[2001:db8::20]",
        fields: 8,
        vias: &["UDP [2001:db8::7:1] z9hG4bK4.5b"],
        from: ("", "sip:emil@example.com", "63k1"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "4.5b@v6_host",
        cseq: (Some(911), "OPTIONS"),
        also: |message| {
            let via = message.vias().next().unwrap();
            assert_eq!(via.received().unwrap(), "2001:db8::7:255");
        },
        ..PLAIN
    },
    // 4.6: in SDP the address has no brackets.
    Case {
        file: "rfc5118-4.6",
        first: "INVITE sip:dora@[2001:db8::20]",
        fields: 9,
        vias: &["UDP [2001:db8::40] z9hG4bK4.6"],
        from: ("", "sip:emil@example.com", "63k1"),
        to: ("", "sip:dora@[2001:db8::20]", ""),
        call_id: "4.6@v6_host",
        cseq: (Some(6612), "INVITE"),
        said: Some(216),
        body: 216,
        also: |message| {
            let to = message.to().unwrap().uri();
            assert_eq!(to.host.address(), ip("2001:db8::20"));
            assert_eq!(
                media(message),
                [
                    ("audio".into(), Some(6000), ip("2001:db8::40")),
                    ("video".into(), Some(6024), ip("2001:db8::40")),
                ]
            );
        },
        ..PLAIN
    },
    // 4.7: addresses of both kinds in one message.
    Case {
        file: "rfc5118-4.7",
        first: "BYE sip:dora@host.example.net",
        fields: 9,
        vias: &[
            "UDP [2001:db8::7:1]:6050 z9hG4bK4.7top",
            "UDP 192.0.2.1 z9hG4bK4.7middle",
            "TCP [2001:db8::7:255] z9hG4bK4.7bottom",
        ],
        from: ("", "sip:emil@example.com", "63k1"),
        to: ("", "sip:dora@example.net", "7716--61"),
        call_id: "4.7@mixed_host",
        cseq: (Some(66_187), "BYE"),
        also: |message| {
            let addresses: Vec<_> = message.vias().map(|via| via.host.address()).collect();
            assert_eq!(
                addresses,
                [ip("2001:db8::7:1"), ip("192.0.2.1"), ip("2001:db8::7:255")]
            );
            let last = message.vias().last().unwrap();
            assert_eq!(last.received().unwrap(), "192.0.2.200");
        },
        ..PLAIN
    },
    // 4.8: another kind of address for each medium.
    Case {
        file: "rfc5118-4.8",
        first: "INVITE sip:dora@[2001:db8::20]",
        fields: 9,
        vias: &["UDP [2001:db8::7:1] z9hG4bK4.8"],
        from: ("", "sip:emil@example.com", "63k1"),
        to: ("", "sip:dora@[2001:db8::20]", ""),
        call_id: "4.8@v6_host",
        cseq: (Some(6912), "INVITE"),
        said: Some(180),
        body: 180,
        also: |message| {
            assert_eq!(
                media(message),
                [
                    ("audio".into(), Some(22334), ip("192.0.2.1")),
                    ("video".into(), Some(6024), ip("2001:db8::2")),
                ]
            );
        },
        ..PLAIN
    },
    // 4.9: IPv4 addresses mapped into IPv6.
    Case {
        file: "rfc5118-4.9",
        first: "INVITE sip:dora@example.com",
        fields: 10,
        vias: &[
            "UDP [::ffff:192.0.2.10]:18723 z9hG4bK4.9top",
            "UDP [::ffff:192.0.2.2] z9hG4bK4.9bottom",
        ],
        from: ("", "sip:emil@west.example.com", "63k1"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "4.9@v6_host",
        cseq: (Some(712), "INVITE"),
        said: Some(224),
        body: 224,
        also: |message| {
            let via = message.vias().next().unwrap();
            assert_eq!(via.host.address(), ip("::ffff:192.0.2.10"));
            let contact = contacts(message)[0].uri();
            assert_eq!(contact.host.address(), ip("::ffff:192.0.2.2"));
            assert_eq!(
                media(message),
                [
                    ("audio".into(), Some(6000), ip("::ffff:192.0.2.2")),
                    ("video".into(), Some(6024), ip("::ffff:192.0.2.2")),
                ]
            );
        },
        ..PLAIN
    },
    // 4.10: a colon too many, which the grammar of RFC 3261 has by mistake and that of RFC 5954 has not. It is to be borne.
    Case {
        file: "rfc5118-4.10-three-colons",
        first: "OPTIONS sip:dora@[2001:db8:::192.0.2.7]",
        fields: 7,
        vias: &["UDP lab7.west.example.com z9hG4bK4.10"],
        from: ("", "sip:emil@example.com", "710k3"),
        to: ("", "sip:dora@[2001:db8:::192.0.2.7]", ""),
        call_id: "4.10-three-colons@v6_host",
        cseq: (Some(731), "OPTIONS"),
        problems: &[
            ("host", "", "OPTIONS sip:dora@«[2001:db8:::192.0.2.7]» SIP"),
            ("host", "To", "To: sip:dora@«[2001:db8:::192.0.2.7]»\r\n"),
        ],
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.host.text, "[2001:db8:::192.0.2.7]");
            assert_eq!(uri.host.address(), ip("2001:db8::192.0.2.7"));
        },
        ..PLAIN
    },
    // 4.10: the right number of them.
    Case {
        file: "rfc5118-4.10-two-colons",
        first: "OPTIONS sip:dora@[2001:db8::192.0.2.7]",
        fields: 7,
        vias: &["UDP lab7.west.example.com z9hG4bK4.10"],
        from: ("", "sip:emil@example.com", "710k3"),
        to: ("", "sip:dora@[2001:db8::192.0.2.7]", ""),
        call_id: "4.10-two-colons@v6_host",
        cseq: (Some(731), "OPTIONS"),
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.host.address(), ip("2001:db8::192.0.2.7"));
            let to = message.address(Name::To).unwrap().uri();
            assert!(to.equivalent(&uri));
        },
        ..PLAIN
    },
];
