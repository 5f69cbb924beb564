//! What RFC 4475 says of its messages, section by section. Where it calls one valid, nothing is told; where it calls one
//! invalid, that and nothing else is.

use sipscope::sip::{Index, Name, Problems, Scheme, Value};

use crate::torture::case::{
    Case, PLAIN, contacts, ip, means, media, params, port, string, strings, target, unknown_field,
};

/// A text that stands five times.
macro_rules! five {
    ($text:literal) => {
        concat!($text, $text, $text, $text, $text)
    };
}

/// A text that stands ten times.
macro_rules! ten {
    ($text:literal) => {
        concat!(five!($text), five!($text))
    };
}

pub const CASES: &[Case] = &[
    // 3.1.1.1: folds, white space wherever it may be, unknown fields and parameters, numbers with leading zeros.
    Case {
        file: "rfc4475-wsinv",
        first: "INVITE sip:dora@gate-7.example.com;unheardof",
        fields: 14,
        vias: &[
            "UDP 192.0.2.2 390plain",
            "TCP loom.example.com z9hG4bK5fcx2",
            "UDP 192.0.2.111 z9hG4bK60112",
        ],
        from: (r#""E Bauer \\\"""#, "sip:ebauer@example.com", "41kwe9u"),
        to: ("", "sip:dora@gate-7.example.com", "7730552181k"),
        call_id: "wsinv.qhduwe@192.0.2.1",
        cseq: (Some(9), "INVITE"),
        max_forwards: Some(68),
        said: Some(143),
        body: 143,
        also: |message| {
            assert_eq!(params(target(message).params), ";unheardof");
            assert_eq!(string(Some(message.value(Name::Subject).unwrap())), "");
            assert_eq!(
                unknown_field(message, "BrandNewHeader"),
                "brand new value goes on here"
            );
            assert_eq!(
                unknown_field(message, "HeaderWithLooseSeparators"),
                ";;,,;;,;"
            );
            let route = message.address(Name::Route).unwrap().uri();
            assert_eq!(route.host.text, "services.example.com");
            assert_eq!(
                params(route.params),
                ";lr;unheardwith=value;unheard-no-value"
            );
            let contacts = contacts(message);
            assert_eq!(contacts.len(), 1);
            assert_eq!(string(contacts[0].display()), r#""Text in \"\"""#);
            assert_eq!(contacts[0].uri_text(), "sip:ebauer@example.com");
            assert_eq!(
                params(contacts[0].params),
                ";newparam=newvalue;secondparam;q=0.33"
            );
            let address = ip("192.0.2.3");
            assert_eq!(
                media(message),
                [
                    ("audio".into(), Some(49170), address),
                    ("video".into(), Some(51372), address),
                ]
            );
        },
        ..PLAIN
    },
    // 3.1.1.2: every character that may stand in a method, URI, token, word, quoted string; a NUL behind a backslash is one.
    Case {
        file: "rfc4475-intmeth",
        first: "!a-Method.of_0987654321*+`%all'~kinds \
            sip:2-odd_User.~(is!no)&that's+all=$/one?,/;;*:&so=2+much,pass$word!_(it's~.*-)@example.com",
        fields: 8,
        vias: &["TCP host1.example.com z9hG4bK~'`+_*%21!.-"],
        from: (
            "one~`- two'+_ three*%!.",
            "sip:plain@example.com",
            "%tag-1.!_*+`'~",
        ),
        to: (
            "\"bell \\\x07 null \\\0 rubout \\\x7f\"",
            "sip:2-odd_User.~(is!no)&that's+all=$/one?,/;;*@example.com",
            "",
        ),
        call_id: "intmeth.%AB-!.*_+'word@other`~)(><:\\/\"][?}{",
        cseq: (Some(71_930_264), "!a-Method.of_0987654321*+`%all'~kinds"),
        max_forwards: Some(255),
        also: |message| {
            let uri = target(message);
            assert_eq!(
                uri.user.unwrap(),
                "2-odd_User.~(is!no)&that's+all=$/one?,/;;*"
            );
            assert_eq!(uri.password.unwrap(), "&so=2+much,pass$word!_(it's~.*-)");
            assert_eq!(uri.host.text, "example.com");
            assert!(uri.params.is_empty() && uri.headers.is_none());
            assert_eq!(
                params(message.from().unwrap().params),
                ";odd~''+*_!.-%`=\"привет\";tag=%tag-1.!_*+`'~"
            );
            assert_eq!(
                unknown_field(message, "fieldName-~'`_+*%.!"),
                "\u{feff}日本語"
            );
        },
        ..PLAIN
    },
    // 3.1.1.3: escapes in user parts and parameters. They mean the character, once and not again.
    Case {
        file: "rfc4475-esc01",
        first: "INVITE sip:sips%3Adora%40example.com@example.net",
        fields: 9,
        vias: &["UDP host5.example.net z9hG4bKesc01a"],
        from: ("", "sip:My%20own%20name@example.net", "512"),
        to: ("", "sip:%64or%61@example.com", ""),
        call_id: "esc01.70pqow-6612",
        cseq: (Some(660_212), "INVITE"),
        max_forwards: Some(87),
        said: Some(143),
        body: 143,
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.scheme, Scheme::Sip);
            assert_eq!(uri.user.unwrap(), "sips%3Adora%40example.com");
            assert_eq!(uri.host.text, "example.net");
            assert!(means(message.to().unwrap().uri(), "sip:dora@example.com"));
            let contact = contacts(message)[0].uri();
            assert_eq!(params(contact.params), ";%6C%72;n%61me=v%61lue%25%34%31");
            assert!(means(
                contact,
                "sip:emil@host5.example.net;lr;name=value%2541"
            ));
            assert!(!means(contact, "sip:emil@host5.example.net;lr;name=valueA"));
            assert!(contact.is_loose_router(), "%6C%72 is lr");
        },
        ..PLAIN
    },
    // 3.1.1.4: escaped NULs end nothing; the two contacts are two.
    Case {
        file: "rfc4475-escnull",
        first: "REGISTER sip:example.com",
        fields: 9,
        vias: &["UDP host5.example.com z9hG4bKescnull"],
        from: ("", "sip:nul-%00-nul@example.com", "551207"),
        to: ("", "sip:nul-%00-nul@example.com", ""),
        call_id: "escnull.wpe7712",
        cseq: (Some(1723), "REGISTER"),
        also: |message| {
            let contacts = contacts(message);
            assert_eq!(contacts.len(), 2);
            assert_eq!(contacts[0].uri().user.unwrap(), "%00");
            assert_eq!(contacts[1].uri().user.unwrap(), "%00%00");
            assert!(!contacts[0].uri().equivalent(&contacts[1].uri()));
            assert!(!means(message.to().unwrap().uri(), "sip:nul-@example.com"));
        },
        ..PLAIN
    },
    // 3.1.1.5: percent signs that escape nothing. The method is not PUBLISH, C%6Fntact is no Contact.
    Case {
        file: "rfc4475-esc02",
        first: "PUB%4CIS%48 sip:registrar.example.com",
        fields: 10,
        vias: &["TCP host.example.com z9hG4bK35%fzkq7"],
        from: ("\"%Z%45\"", "sip:printer@example.com", "f77u1"),
        to: ("\"%Z%45\"", "sip:printer@example.com", ""),
        call_id: "esc02.qyu36",
        cseq: (Some(8110), "PUB%4CIS%48"),
        also: |message| {
            let hosts = message
                .addresses(Name::Contact)
                .map(|contact| contact.uri().host.text);
            assert_eq!(strings(hosts), ["host1.example.com", "host3.example.com"]);
            assert_eq!(
                unknown_field(message, "C%6Fntact"),
                "<sip:two@host2.example.com>"
            );
        },
        ..PLAIN
    },
    // 3.1.1.6: no white space between the display name and its bracket, which the grammar forbids by mistake.
    Case {
        file: "rfc4475-lwsdisp",
        first: "OPTIONS sip:dora@example.com",
        fields: 7,
        vias: &["UDP narrow.example.com z9hG4bKlwsdisp"],
        from: ("emil", "sip:emil@example.com", "818"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "lwsdisp.55efgh@narrow.example.com",
        cseq: (Some(41), "OPTIONS"),
        ..PLAIN
    },
    // 3.1.1.7: long values, many values, a name in every spelling.
    Case {
        file: "rfc4475-longreq",
        first: "INVITE sip:dora@example.com",
        fields: 43,
        vias: &[
            "TCP proxy33.example.com -",
            "TCP proxy32.example.com -",
            "TCP proxy31.example.com -",
            "TCP proxy30.example.com -",
            "TCP proxy29.example.com -",
            "TCP proxy28.example.com -",
            "TCP proxy27.example.com -",
            "TCP proxy26.example.com -",
            "TCP proxy25.example.com -",
            "TCP proxy24.example.com -",
            "TCP proxy23.example.com -",
            "TCP proxy22.example.com -",
            "TCP proxy21.example.com -",
            "TCP proxy20.example.com -",
            "TCP proxy19.example.com -",
            "TCP proxy18.example.com -",
            "TCP proxy17.example.com -",
            "TCP proxy16.example.com -",
            "TCP proxy15.example.com -",
            "TCP proxy14.example.com -",
            "TCP proxy13.example.com -",
            "TCP proxy12.example.com -",
            "TCP proxy11.example.com -",
            "TCP proxy10.example.com -",
            "TCP proxy9.example.com -",
            "TCP proxy8.example.com -",
            "TCP proxy7.example.com -",
            "TCP proxy6.example.com -",
            "TCP proxy5.example.com -",
            "TCP proxy4.example.com -",
            "TCP proxy3.example.com -",
            "TCP proxy2.example.com -",
            "TCP proxy1.example.com -",
            concat!(
                "TCP host.example.com so",
                ten!("long"),
                ten!("long"),
                ten!("long"),
                ten!("long"),
                ten!("long"),
                "branchvalue"
            ),
        ],
        from: (
            "",
            concat!("sip:", five!("unbelievablylongname"), "@example.net"),
            concat!(
                "71",
                ten!("604"),
                ten!("604"),
                ten!("604"),
                ten!("604"),
                ten!("604"),
                "339"
            ),
        ),
        to: (
            concat!("\"My name is of ", ten!("enormous"), " size\""),
            concat!(
                "sip:dora@example.com:6000;strangeparam1=so",
                ten!("long"),
                ten!("long"),
                "value;wideparam",
                ten!("name"),
                ten!("name"),
                five!("name"),
                "=smallvalue;so",
                ten!("long"),
                ten!("long"),
                five!("long"),
                "ParameterNameOfNoValue"
            ),
            "",
        ),
        call_id: concat!("longreq.a", ten!("truly"), ten!("truly"), "longcallid"),
        cseq: (Some(5_510_067), "INVITE"),
        said: Some(143),
        body: 143,
        also: |message| {
            let to = message.to().unwrap().uri();
            assert_eq!(
                (to.host.text.lossy().as_ref(), port(to)),
                ("example.com", Some(6000))
            );
            let long = "long".repeat(20);
            assert_eq!(
                string(to.params.value("strangeparam1")),
                format!("so{long}value")
            );
            let wide = format!("wideparam{}", "name".repeat(25));
            assert_eq!(string(to.params.value(&wide)), "smallvalue");
            let from = message.from().unwrap().params;
            let valueless = from.get(&format!("strangeValueless{}", "paramname".repeat(10)));
            assert!(valueless.unwrap().value.is_none());
            let name = format!("strangeheaderparam{}", "name".repeat(20));
            let value = format!("strangeheaderparam{}", "value".repeat(15));
            assert_eq!(string(from.value(&name)), value);
            let name = format!("Strange-{}-Name", "Long".repeat(20));
            assert_eq!(
                unknown_field(message, &name),
                format!(
                    "strange-{long}-value; strange-{long}-parameter-name = strange-{long}-parameter-value"
                )
            );
            let last = message.vias().last().unwrap();
            assert_eq!(last.received().unwrap(), "192.0.2.5");
            let user = "unbelievablylongname".repeat(5);
            assert_eq!(string(contacts(message)[0].uri().user), user);
        },
        ..PLAIN
    },
    // 3.1.1.8: octets behind the body, which happen to look like another request. They are told and no part of this one.
    Case {
        file: "rfc4475-dblreq",
        first: "REGISTER sip:example.com",
        fields: 8,
        vias: &["UDP 192.0.2.125 z9hG4bKdblouter"],
        from: ("", "sip:d.ora@example.com", "51u2b77"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "dblreq.outer-1190",
        cseq: (Some(8), "REGISTER"),
        max_forwards: Some(8),
        problems: &[(
            "body-long",
            "Content-Length",
            "\r\n\r\n«\r\nINVITE sip:gina",
        )],
        also: |message| {
            let excess = message.body().excess;
            assert!(
                excess
                    .bytes()
                    .starts_with(b"\r\nINVITE sip:gina@example.com SIP/2.0\r\n")
            );
            assert!(excess.bytes().ends_with(b"a=rtpmap:31 H261/90000\r\n"));
            assert_eq!(
                contacts(message)[0].uri_text(),
                "sip:d.ora@host.example.com"
            );
        },
        ..PLAIN
    },
    // 3.1.1.9: a semicolon in the user part begins no parameter.
    Case {
        file: "rfc4475-semiuri",
        first: "OPTIONS sip:dora;via=w%40example.net@example.com",
        fields: 8,
        vias: &["UDP 192.0.2.1 z9hG4bKsemi"],
        from: ("", "sip:emil@example.org", "60217"),
        to: ("", "sip:d_ora@example.com", ""),
        call_id: "semiuri.kk20qp",
        cseq: (Some(8), "OPTIONS"),
        max_forwards: Some(3),
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.user.unwrap(), "dora;via=w%40example.net");
            assert_eq!(uri.host.text, "example.com");
            assert!(uri.params.is_empty());
            let accepted = message.items(Name::Accept).map(|item| item.word);
            assert_eq!(
                strings(accepted),
                [
                    "application/sdp",
                    "application/pkcs7-mime",
                    "multipart/mixed",
                    "multipart/signed",
                    "message/sip",
                    "message/sipfrag",
                ]
            );
        },
        ..PLAIN
    },
    // 3.1.1.10: every transport there is, and one that is not.
    Case {
        file: "rfc4475-transports",
        first: "OPTIONS sip:dora@example.com",
        fields: 12,
        vias: &[
            "UDP a1.example.com z9hG4bKudp",
            "SCTP a2.example.com z9hG4bKsctp",
            "TLS a3.example.com z9hG4bKtls",
            "CARRIERPIGEON a4.example.com z9hG4bKpigeon",
            "TCP a5.example.com z9hG4bKtcp",
        ],
        from: ("", "sip:emil@example.com", "414"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "transports.60uwq",
        cseq: (Some(41), "OPTIONS"),
        ..PLAIN
    },
    // 3.1.1.11: a multipart body with a binary part; here it is every byte there is, once.
    Case {
        file: "rfc4475-mpart01",
        first: "MESSAGE sip:hana@example.org",
        fields: 14,
        vias: &["UDP 192.0.2.7:5070 z9hG4bK-d0-6ae2-1--d0-"],
        from: ("", "sip:ivan@example.com", "77aa01c2"),
        to: ("", "sip:hana@example.org", ""),
        call_id: "60ab12cd@bXBhcnQwMQ..",
        cseq: (Some(1), "MESSAGE"),
        said: Some(446),
        body: 446,
        also: |message| {
            let via = message.vias().next().unwrap();
            assert_eq!(via.rport(), Some(None));
            let date = Value::read(
                Name::Date,
                message.value(Name::Date).unwrap(),
                &mut Problems::ignored(),
            );
            let Value::Date(date) = date else {
                panic!("{date:?}")
            };
            // `date -u -d '2010-11-13 23:29:00' +%s`
            assert_eq!(date.seconds, Some(1_289_690_940));
            let body = message.body();
            assert!(body.is("multipart", "mixed"));
            let multipart = body.multipart(&mut Problems::ignored()).unwrap();
            let parts: Vec<_> = multipart.parts().collect();
            assert_eq!(parts.len(), 2);
            let every_byte: Vec<_> = (0..=255).collect();
            let expected = [
                ("text", "plain", b"Good day".as_slice()),
                ("application", "octet-stream", &every_byte),
            ];
            for (part, (main, sub, content)) in parts.iter().zip(expected) {
                let mut index = Index::default();
                let inner = part.read(&mut index);
                let encoding = inner.value(Name::ContentTransferEncoding);
                assert_eq!(string(encoding), "binary");
                assert!(part.body(&inner).is(main, sub));
                assert_eq!(part.body(&inner).text.bytes(), content);
            }
        },
        ..PLAIN
    },
    // 3.1.1.12: a reason of its own, in UTF-8.
    Case {
        file: "rfc4475-unreason",
        first: "200 = 10**2 + 2 * 50 ещё одно хорошее число - и всё",
        fields: 8,
        vias: &["UDP 192.0.2.198 z9hG4bKunreason"],
        from: ("", "sip:emil@example.com", "60014"),
        to: ("", "sip:dora@example.org", "7718"),
        call_id: "unreason.99yyqw",
        cseq: (Some(35), "INVITE"),
        max_forwards: None,
        said: Some(147),
        body: 147,
        ..PLAIN
    },
    // 3.1.1.13: no reason, but the space in front of it.
    Case {
        file: "rfc4475-noreason",
        first: "100 ",
        fields: 7,
        vias: &["UDP 192.0.2.105 z9hG4bKnoreason"],
        from: ("", "sip:emil@example.com", "39cc"),
        to: ("", "sip:dora@example.org", "902ff"),
        call_id: "noreason.61ptz",
        cseq: (Some(35), "INVITE"),
        max_forwards: None,
        ..PLAIN
    },
    // 3.1.2.1: separators with nothing between them. The lone semicolon stands where a Via value is expected: it has neither
    // protocol nor host, and an empty parameter.
    Case {
        file: "rfc4475-badinv01",
        first: "INVITE sip:dora@example.com",
        fields: 9,
        vias: &["UDP 192.0.2.15 -", "  -"],
        from: ("", "sip:emil@example.net", "556172"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "badinv01.zz61",
        cseq: (Some(8), "INVITE"),
        max_forwards: Some(7),
        said: Some(145),
        body: 145,
        problems: &[
            ("parameter", "Via", "192.0.2.15;«»;,;,,"),
            ("parameter", "Via", "192.0.2.15;;«»,;,,"),
            ("via-protocol", "Via", "192.0.2.15;;,«»;,,"),
            ("host", "Via", "192.0.2.15;;,«»;,,"),
            ("parameter", "Via", "192.0.2.15;;,;«»,,"),
            ("empty-element", "Via", "192.0.2.15;;,;,«»,"),
            ("empty-element", "Via", "192.0.2.15;;,;,,«»"),
            ("parameter", "Contact", "example.org>;«»;;;"),
            ("parameter", "Contact", "example.org>;;«»;;"),
            ("parameter", "Contact", "example.org>;;;«»;"),
            ("parameter", "Contact", "example.org>;;;;«»"),
        ],
        also: |message| {
            let contact = contacts(message)[0];
            assert_eq!(string(contact.display()), "\"Emil\"");
            assert_eq!(contact.uri_text(), "sip:emil@example.org");
            assert_eq!(contact.params.iter().count(), 0);
        },
    },
    // 3.1.2.2: a Content-Length beyond the end.
    Case {
        file: "rfc4475-clerr",
        first: "INVITE sip:dora@example.com",
        fields: 9,
        vias: &["UDP host5.example.com z9hG4bK-8812-clerr"],
        from: ("", "sip:emil@example.net", "8862pq"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "clerr.mmq71",
        cseq: (Some(8), "INVITE"),
        max_forwards: Some(80),
        said: Some(9999),
        body: 147,
        problems: &[("body-short", "Content-Length", "\r\n\r\n«v=0\r\n")],
        also: |message| assert_eq!(message.body().missing, 9999 - 147),
    },
    // 3.1.2.3: a negative Content-Length, which is none. CSeq may be zero.
    Case {
        file: "rfc4475-ncl",
        first: "INVITE sip:dora@example.com",
        fields: 9,
        vias: &["UDP 192.0.2.53 z9hG4bKncl"],
        from: ("", "sip:emil@example.net", "22987"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "ncl.71aaz",
        cseq: (Some(0), "INVITE"),
        max_forwards: Some(254),
        said: None,
        body: 145,
        problems: &[("number", "Content-Length", "Content-Length: «-999»\r\n")],
        ..PLAIN
    },
    // 3.1.2.4: numbers beyond their range, the last one in a parameter of Contact.
    Case {
        file: "rfc4475-scalar02",
        first: "REGISTER sip:example.com",
        fields: 9,
        vias: &["TCP host129.example.com z9hG4bKscalar02"],
        from: ("", "sip:dora@example.com", "662kx"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "scalar02.7ujq",
        cseq: (None, "REGISTER"),
        max_forwards: None,
        problems: &[
            (
                "number-too-large",
                "CSeq",
                "«73786976294838206464» REGISTER",
            ),
            ("number-too-large", "Max-Forwards", ": «300»\r\n"),
            (
                "number-too-large",
                "Expires",
                ": «500000000000000000000000000000000000000000000000000\
                    00000000000000000000000000000000000000000000000000»\r\n",
            ),
            ("number-too-large", "Contact", ";expires=«4294970896»\r\n"),
        ],
        also: |message| {
            assert_eq!(message.number(Name::Expires).unwrap().value, None);
            assert_eq!(params(contacts(message)[0].params), ";expires=4294970896");
        },
        ..PLAIN
    },
    // 3.1.2.5: the same in a response; the code of the warning has a digit too many.
    Case {
        file: "rfc4475-scalarlg",
        first: "503 Service Unavailable",
        fields: 8,
        vias: &["TCP host129.example.com z9hG4bKscalarlg"],
        from: ("", "sip:emil@example.net", "72kkq"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "scalarlg.01qpw",
        cseq: (None, "OPTIONS"),
        max_forwards: None,
        problems: &[
            (
                "number-too-large",
                "CSeq",
                "«8812394834772304023345» OPTIONS",
            ),
            (
                "number-too-large",
                "Retry-After",
                ": «661002838503028349304055512»\r\n",
            ),
            (
                "warning",
                "Warning",
                ": «2112 temples \"Out of Range\"»\r\n",
            ),
        ],
        also: |message| {
            let via = message.vias().next().unwrap();
            assert_eq!(via.received().unwrap(), "192.0.2.129");
            assert_eq!(message.number(Name::RetryAfter).unwrap().value, None);
        },
        ..PLAIN
    },
    // 3.1.2.6: a quote that is never closed; the brackets still say where the URI is.
    Case {
        file: "rfc4475-quotbal",
        first: "INVITE sip:dora@example.com",
        fields: 9,
        vias: &["UDP 192.0.2.59:5050 z9hG4bKquotbal"],
        from: ("", "sip:emil@example.net", "71116"),
        to: ("\"Ms. D. Ora", "sip:d.ora@example.com", ""),
        call_id: "quotbal.pwq",
        cseq: (Some(8), "INVITE"),
        max_forwards: Some(10),
        said: Some(145),
        body: 145,
        problems: &[(
            "quote",
            "To",
            ": «\"Ms. D. Ora <sip:d.ora@example.com>»\r\n",
        )],
        ..PLAIN
    },
    // 3.1.2.7: a Request-URI in brackets.
    Case {
        file: "rfc4475-ltgtruri",
        first: "INVITE sip:dora@example.com",
        fields: 9,
        vias: &["UDP 192.0.2.5 -"],
        from: ("", "sip:emil@example.net", "10882"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "ltgtruri.2@192.0.2.5",
        cseq: (Some(1), "INVITE"),
        max_forwards: Some(23),
        said: Some(152),
        body: 152,
        problems: &[(
            "uri-in-brackets",
            "",
            "INVITE «<sip:dora@example.com>» SIP/2.0",
        )],
        ..PLAIN
    },
    // 3.1.2.8: a space inside of the Request-URI.
    Case {
        file: "rfc4475-lwsruri",
        first: "INVITE sip:dora@example.com; lr",
        fields: 9,
        vias: &["UDP 192.0.2.1:5060 z9hG4bKlwsruri"],
        from: ("", "sip:emil@example.net", "7751002"),
        to: ("", "sip:dora@example.com", "7ab-551-k0"),
        call_id: "lwsruri.00-qlwo-17",
        cseq: (Some(2_130_706_432), "INVITE"),
        max_forwards: Some(5),
        said: Some(152),
        body: 152,
        problems: &[("uri-character", "", "example.com;« »lr SIP/2.0")],
        also: |message| {
            assert_eq!(target(message).host.text, "example.com");
            assert!(target(message).is_loose_router());
        },
    },
    // 3.1.2.9: more than one space between the parts of the first line.
    Case {
        file: "rfc4475-lwsstart",
        first: "INVITE sip:dora@example.com",
        fields: 9,
        vias: &["UDP host1.example.com z9hG4bKlwsstart"],
        from: ("", "sip:emil@example.net", "6620"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "lwsstart.18ttq@example.com",
        cseq: (Some(2_210_093), "INVITE"),
        max_forwards: Some(8),
        said: Some(143),
        body: 143,
        problems: &[(
            "start-line-space",
            "",
            "«INVITE  sip:dora@example.com  SIP/2.0»\r\n",
        )],
        ..PLAIN
    },
    // 3.1.2.10: spaces at the end of the first line.
    Case {
        file: "rfc4475-trws",
        first: "OPTIONS sip:far-end@example.com",
        fields: 8,
        vias: &["TCP host1.example.com z9hG4bKtrws"],
        from: ("", "sip:near-end@example.com", "661002"),
        to: ("", "sip:far-end@example.com", ""),
        call_id: "trws.yy7712",
        cseq: (Some(551_233), "OPTIONS"),
        problems: &[(
            "start-line-space",
            "",
            "«OPTIONS sip:far-end@example.com SIP/2.0  »\r\n",
        )],
        ..PLAIN
    },
    // 3.1.2.11: header fields in a Request-URI, where none may be (RFC 3261 19.1.1, table 1).
    Case {
        file: "rfc4475-escruri",
        first: "INVITE sip:dora@example.com?Route=%3Csip:example.org%3E",
        fields: 9,
        vias: &["UDP host-of-the-day.example.com z9hG4bKescruri"],
        from: ("", "sip:emil@example.net", "771209"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "escruri.6-kq-901-zz",
        cseq: (Some(15_520_934), "INVITE"),
        max_forwards: Some(7),
        said: Some(143),
        body: 143,
        problems: &[(
            "uri-headers",
            "",
            "example.com?«Route=%3Csip:example.org%3E» SIP/2.0",
        )],
        also: |message| {
            assert_eq!(target(message).host.text, "example.com");
            assert!(!message.has(Name::Route));
        },
    },
    // 3.1.2.12: a date in another time zone than GMT.
    Case {
        file: "rfc4475-baddate",
        first: "INVITE sip:dora@example.com",
        fields: 10,
        vias: &["UDP host.example.com z9hG4bKbaddate"],
        from: ("", "sip:emil@example.net", "6618270"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "baddate.7--q02",
        cseq: (Some(662_371), "INVITE"),
        said: Some(143),
        body: 143,
        problems: &[("date-zone", "Date", ": «Sat, 13 Nov 2010 18:29:00 EST»\r\n")],
        ..PLAIN
    },
    // 3.1.2.13: a URI with a question mark that needs brackets.
    Case {
        file: "rfc4475-regbadct",
        first: "REGISTER sip:example.com",
        fields: 8,
        vias: &["UDP 192.0.2.133:5060 z9hG4bKregbadct"],
        from: ("", "sip:dora@example.com", "551108"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "regbadct.mmk20@192.0.2.1",
        cseq: (Some(1), "REGISTER"),
        problems: &[(
            "brackets-needed",
            "Contact",
            ": «sip:dora@example.com?Route=%3Csip:sip.example.com%3E»\r\n",
        )],
        also: |message| {
            let contact = contacts(message)[0].uri();
            assert_eq!(contact.host.text, "example.com");
            assert_eq!(string(contact.headers), "Route=%3Csip:sip.example.com%3E");
        },
        ..PLAIN
    },
    // 3.1.2.14: spaces around the URI in its brackets; of each URI the first such character is told.
    Case {
        file: "rfc4475-badaspec",
        first: "OPTIONS sip:dora@example.org",
        fields: 8,
        vias: &["UDP host4.example.com:5060 z9hG4bKbadaspec"],
        from: ("\"Sturm, Emil\"", "sip:e.sturm@example.com", "661772"),
        to: ("\"Wald, Dora\"", "sip:d.wald@example.org", ""),
        call_id: "badaspec.iq0012",
        cseq: (Some(6_612_389), "OPTIONS"),
        problems: &[("uri-character", "To", "\"Wald, Dora\" <« »sip:d.wald")],
        ..PLAIN
    },
    // 3.1.2.15: commas in display names without quotes. In the archive of the RFC this message has no empty line at its end.
    Case {
        file: "rfc4475-baddn",
        first: "OPTIONS sip:d.wald@example.org",
        fields: 8,
        vias: &["UDP c.example.com:5060 z9hG4bKbaddn"],
        from: ("Sturm, Emil", "sip:e.sturm@example.com", "61"),
        to: ("Wald, Dora", "sip:d.wald@example.org", ""),
        call_id: "baddn.27182@c.example.com",
        cseq: (Some(6_612_389), "OPTIONS"),
        problems: &[
            ("display-name", "From", "Sturm«, Emil» <sip:"),
            ("display-name", "To", "Wald«, Dora» <sip:"),
            ("no-empty-line", "", "l: 0\r\n«"),
        ],
        ..PLAIN
    },
    // 3.1.2.16: a version from the future, in the first line and in Via, where it has to be 2.0 too (RFC 3261 8.1.1.7).
    Case {
        file: "rfc4475-badvers",
        first: "OPTIONS sip:d.wald@example.org",
        fields: 7,
        vias: &["UDP c.example.com z9hG4bKbadvers"],
        from: ("E. Sturm", "sip:e.sturm@example.com", "poiqw"),
        to: ("D. Wald", "sip:d.wald@example.org", ""),
        call_id: "badvers.27184@c.example.com",
        cseq: (Some(1), "OPTIONS"),
        problems: &[
            ("version", "", "example.org «SIP/7.0»\r\n"),
            ("via-protocol", "Via", "«SIP/7.0/UDP» c.example.com"),
        ],
        also: |message| {
            let via = message.vias().next().unwrap();
            assert_eq!(via.version, "7.0");
        },
        ..PLAIN
    },
    // 3.1.2.17: another method in CSeq than in the first line.
    Case {
        file: "rfc4475-mismatch01",
        first: "OPTIONS sip:dora@example.com",
        fields: 7,
        vias: &["UDP host.example.com z9hG4bKmis1"],
        from: ("", "sip:emil@example.net", "71523"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "mismatch01.yq17",
        cseq: (Some(8), "INVITE"),
        max_forwards: Some(6),
        problems: &[("method-differs", "CSeq", "CSeq: 8 «INVITE»\r\n")],
        ..PLAIN
    },
    // 3.1.2.18: the same under an unknown method.
    Case {
        file: "rfc4475-mismatch02",
        first: "OWNMETHOD sip:dora@example.com",
        fields: 9,
        vias: &["UDP host.example.net z9hG4bKmis2"],
        from: ("", "sip:emil@example.net", "71523"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "mismatch02.yq17",
        cseq: (Some(8), "INVITE"),
        max_forwards: Some(6),
        said: Some(143),
        body: 143,
        problems: &[("method-differs", "CSeq", "CSeq: 8 «INVITE»\r\n")],
        ..PLAIN
    },
    // 3.1.2.19: a status code of ten digits, which is 200 to who forgets some of its bits. Three digits make a status line;
    // the fields below are seen all the same.
    Case {
        file: "rfc4475-bigcode",
        first: "",
        fields: 7,
        vias: &["UDP 192.0.2.105 z9hG4bKbigcode"],
        from: ("", "sip:emil@example.com", "39cc"),
        to: ("", "sip:dora@example.org", "902ff"),
        call_id: "bigcode.001qpz",
        cseq: (Some(771_294), "INVITE"),
        max_forwards: None,
        problems: &[(
            "start-line",
            "",
            "«SIP/2.0 4294967496 let nobody take this for a good answer»\r\n",
        )],
        also: |message| assert_eq!(message.status(), None),
        ..PLAIN
    },
    // 3.2.1: a branch that is nothing but the cookie. The grammar has it; what it identifies is for transactions to judge.
    Case {
        file: "rfc4475-badbranch",
        first: "OPTIONS sip:dora@example.com",
        fields: 8,
        vias: &["UDP 192.0.2.1 z9hG4bK"],
        from: ("", "sip:emil@example.org", "60217"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "badbranch.71yq2",
        cseq: (Some(8), "OPTIONS"),
        max_forwards: Some(3),
        ..PLAIN
    },
    // 3.3.1: no Call-ID, From and To; Max-Forwards is not there either.
    Case {
        file: "rfc4475-insuf",
        first: "INVITE sip:dora@example.com",
        fields: 4,
        vias: &["UDP 192.0.2.95 z9hG4bKown.insuf"],
        cseq: (Some(551_023), "INVITE"),
        max_forwards: None,
        said: Some(145),
        body: 145,
        problems: &[
            ("missing", "Call-ID", "l: 145\r\n«»\r\nv=0"),
            ("missing", "From", "l: 145\r\n«»\r\nv=0"),
            ("missing", "To", "l: 145\r\n«»\r\nv=0"),
            ("missing", "Max-Forwards", "l: 145\r\n«»\r\nv=0"),
        ],
        also: |message| {
            assert!(message.from().is_none() && message.to().is_none());
            assert!(message.call_id().is_none());
        },
        ..PLAIN
    },
    // 3.3.2: a Request-URI of a scheme that nobody knows.
    Case {
        file: "rfc4475-unkscm",
        first: "OPTIONS madeUpForThisTest:somethingopaque",
        fields: 7,
        vias: &["TCP host9.example.com z9hG4bKunkscm"],
        from: ("", "sip:emil@example.net", "718"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "unkscm.mbv04",
        cseq: (Some(6_610_223), "OPTIONS"),
        max_forwards: Some(3),
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.scheme, Scheme::Other);
            assert_eq!(uri.scheme_text, "madeUpForThisTest");
            assert_eq!(uri.opaque, "somethingopaque");
        },
        ..PLAIN
    },
    // 3.3.3: a scheme that is registered and not SIP's.
    Case {
        file: "rfc4475-novelsc",
        first: "OPTIONS soap.beep://192.0.2.77:3010",
        fields: 7,
        vias: &["TCP host9.example.com z9hG4bKnovelsc"],
        from: ("", "sip:emil@example.net", "718"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "novelsc.mbv05",
        cseq: (Some(6_610_224), "OPTIONS"),
        max_forwards: Some(3),
        also: |message| {
            let uri = target(message);
            assert_eq!(uri.scheme, Scheme::Other);
            assert_eq!(uri.scheme_text, "soap.beep");
            assert_eq!(uri.opaque, "//192.0.2.77:3010");
        },
        ..PLAIN
    },
    // 3.3.4: such schemes in header fields.
    Case {
        file: "rfc4475-unksm2",
        first: "REGISTER sip:example.com",
        fields: 8,
        vias: &["UDP 192.0.2.21:5060 z9hG4bKunksm2"],
        from: ("", "http://books.example.com", "551008"),
        to: ("", "isbn:9781000000000", ""),
        call_id: "unksm2.qrr@hyphened-host.example.com",
        cseq: (Some(771_023), "REGISTER"),
        also: |message| {
            let schemes = [message.to().unwrap(), message.from().unwrap()]
                .into_iter()
                .chain(contacts(message))
                .map(|address| address.uri().scheme_text);
            assert_eq!(strings(schemes), ["isbn", "http", "name"]);
            assert_eq!(contacts(message)[0].uri().opaque, "Dora_Wald");
        },
        ..PLAIN
    },
    // 3.3.5: extensions that nobody supports are for elements to refuse.
    Case {
        file: "rfc4475-bext01",
        first: "OPTIONS sip:dora@example.com",
        fields: 9,
        vias: &["TLS cut-and-paste.example.com z9hG4bKbext01"],
        from: ("", "sip:emil@example.net", "661ky"),
        to: ("", "sip:d_ora@example.com", ""),
        call_id: "bext01.pqo12",
        cseq: (Some(8), "OPTIONS"),
        max_forwards: Some(6),
        also: |message| {
            assert_eq!(
                strings(message.values(Name::Require)),
                ["unheardOfByAnyone", "unheardOfAsWell"]
            );
            assert_eq!(
                strings(message.values(Name::ProxyRequire)),
                ["unheardOfByProxies", "unheardOfByMoreProxies"]
            );
        },
        ..PLAIN
    },
    // 3.3.6: a body of a type that nobody knows.
    Case {
        file: "rfc4475-invut",
        first: "INVITE sip:dora@example.com",
        fields: 9,
        vias: &["UDP anyhost.example.com z9hG4bKinvut"],
        from: ("", "sip:emil@example.net", "7720112"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "invut.02qpz",
        cseq: (Some(662_108), "INVITE"),
        said: Some(41),
        body: 41,
        also: |message| {
            let body = message.body();
            assert!(body.is("application", "strangeformat"));
            assert_eq!(
                body.text,
                "<sound>\r\n <tone hertz=\"440\"/>\r\n</sound>\r\n"
            );
        },
        ..PLAIN
    },
    // 3.3.7: credentials of a scheme that nobody knows; no space behind the colon of Content-Length.
    Case {
        file: "rfc4475-regaut01",
        first: "REGISTER sip:example.com",
        fields: 8,
        vias: &["TCP 192.0.2.253 z9hG4bKregaut01"],
        from: ("", "sip:d.ora@example.com", "61127ku"),
        to: ("", "sip:d.ora@example.com", ""),
        call_id: "regaut01.zpq20",
        cseq: (Some(7712), "REGISTER"),
        max_forwards: Some(8),
        also: |message| {
            let auths: Vec<_> = message.auths(Name::Authorization).collect();
            assert_eq!(auths.len(), 1);
            assert_eq!(auths[0].scheme, "UnheardOfScheme");
            assert_eq!(params(auths[0].params), ";sealed-data=inside");
        },
        ..PLAIN
    },
    // 3.3.8: fields twice that may stand once; the first of each is read.
    Case {
        file: "rfc4475-multi01",
        first: "INVITE sip:dora@example.org",
        fields: 15,
        vias: &["UDP 192.0.2.25 z9hG4bKmulti01"],
        from: ("", "sip:emil@example.com", "6612083"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "multi01.77qyw@192.0.2.1",
        cseq: (Some(5), "INVITE"),
        said: Some(145),
        body: 145,
        problems: &[
            ("repeated", "CSeq", "CSeq: «59 INVITE»\r\n"),
            ("repeated", "Call-ID", "Call-ID: «multi01.77qyw@192.0.2.2»"),
            ("repeated", "To", "To: «sip:gina@example.net»"),
            (
                "repeated",
                "From",
                "From: «sip:hana@example.net;tag=771203355»",
            ),
            ("repeated", "Max-Forwards", "Max-Forwards: «5»\r\n"),
        ],
        also: |message| {
            let hosts = contacts(message)
                .into_iter()
                .map(|contact| contact.uri().host.text);
            assert_eq!(strings(hosts), ["host25.example.net", "host36.example.net"]);
        },
        ..PLAIN
    },
    // 3.3.9: two lengths that contradict each other are as good as none: where the body ends cannot be known.
    Case {
        file: "rfc4475-mcl01",
        first: "OPTIONS sip:dora@example.com",
        fields: 9,
        vias: &["UDP host5.example.net z9hG4bKmcl01"],
        from: ("", "sip:gina@example.net", "6612099"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "mcl01.ywq70",
        cseq: (Some(26_612), "OPTIONS"),
        max_forwards: Some(60),
        said: None,
        body: 40,
        problems: &[("repeated", "Content-Length", "Content-Length: «5»\r\n")],
        ..PLAIN
    },
    // 3.3.10: a broadcast address in Via is well formed.
    Case {
        file: "rfc4475-bcast",
        first: "200 OK",
        fields: 9,
        vias: &[
            "UDP 192.0.2.198 z9hG4bKbcast1",
            "UDP 255.255.255.255 z9hG4bKbcast2",
        ],
        from: ("", "sip:emil@example.com", "60014"),
        to: ("", "sip:dora@example.org", "7718"),
        call_id: "bcast.7712qqy",
        cseq: (Some(35), "INVITE"),
        max_forwards: None,
        said: Some(147),
        body: 147,
        also: |message| {
            let last = message.vias().last().unwrap();
            assert_eq!(last.host.address(), ip("255.255.255.255"));
        },
        ..PLAIN
    },
    // 3.3.11: a request that may go no further.
    Case {
        file: "rfc4475-zeromf",
        first: "OPTIONS sip:dora@example.com",
        fields: 7,
        vias: &["UDP host1.example.com z9hG4bKzeromf"],
        from: ("", "sip:emil@example.net", "7kkq41"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "zeromf.611pq",
        cseq: (Some(55_123_409), "OPTIONS"),
        max_forwards: Some(0),
        ..PLAIN
    },
    // 3.3.12: without brackets a parameter belongs to the field.
    Case {
        file: "rfc4475-cparam01",
        first: "REGISTER sip:example.com",
        fields: 8,
        vias: &["UDP jupiter.example.com:5060 z9hG4bKcparam01"],
        from: ("", "sip:wald@example.com", "PqWertzUi"),
        to: ("", "sip:wald@example.com", ""),
        call_id: "cparam01.60601@jupiter.example.com",
        cseq: (Some(2), "REGISTER"),
        also: |message| {
            let contact = contacts(message)[0];
            assert_eq!(contact.uri_text(), "sip:+12015550123@gw1.example.net");
            assert!(contact.uri().params.is_empty());
            assert_eq!(params(contact.params), ";unheardof");
        },
        ..PLAIN
    },
    // 3.3.13: inside of brackets it belongs to the URI.
    Case {
        file: "rfc4475-cparam02",
        first: "REGISTER sip:example.com",
        fields: 8,
        vias: &["UDP jupiter.example.com:5060 z9hG4bKcparam02"],
        from: ("", "sip:wald@example.com", "551293"),
        to: ("", "sip:wald@example.com", ""),
        call_id: "cparam02.60601@jupiter.example.com",
        cseq: (Some(3), "REGISTER"),
        also: |message| {
            let contact = contacts(message)[0];
            assert!(contact.params.is_empty());
            assert_eq!(params(contact.uri().params), ";unheardof");
        },
        ..PLAIN
    },
    // 3.3.14: a header field in the URI of a Contact, where it may be.
    Case {
        file: "rfc4475-regescrt",
        first: "REGISTER sip:example.com",
        fields: 8,
        vias: &["UDP host5.example.com z9hG4bKregescrt"],
        from: ("", "sip:dora@example.com", "5"),
        to: ("", "sip:dora@example.com", ""),
        call_id: "regescrt.mmk20@192.0.2.1",
        cseq: (Some(1723), "REGISTER"),
        also: |message| {
            let contact = contacts(message)[0].uri();
            let fields: Vec<_> = contact.header_fields().collect();
            assert_eq!(fields.len(), 1);
            assert_eq!(fields[0].0, "Route");
            assert_eq!(fields[0].1, "%3Csip:sip.example.com%3E");
            assert!(!message.has(Name::Route));
        },
        ..PLAIN
    },
    // 3.3.15: a request that accepts no answer anybody could give.
    Case {
        file: "rfc4475-sdp01",
        first: "INVITE sip:dora@example.com",
        fields: 10,
        vias: &["UDP 192.0.2.15 z9hG4bKsdp01"],
        from: ("", "sip:emil@example.net", "601"),
        to: ("", "sip:d_ora@example.com", ""),
        call_id: "sdp01.77qpwo",
        cseq: (Some(8), "INVITE"),
        max_forwards: Some(5),
        said: Some(143),
        body: 143,
        also: |message| {
            let accepted: Vec<_> = message.items(Name::Accept).collect();
            assert_eq!(accepted.len(), 1);
            assert!(accepted[0].is_media_type("text", "madeUpForThisTest"));
        },
        ..PLAIN
    },
    // 3.4.1: as RFC 2543 had it: no branch, no tag, no length. RFC 3261 8.1.1 misses Max-Forwards.
    Case {
        file: "rfc4475-inv2543",
        first: "INVITE sip:Dora@example.com",
        fields: 7,
        vias: &["UDP gateway.example.com -"],
        from: ("", "sip:+12015550111@client.example.net;user=phone", ""),
        to: ("", "sip:+12015550122@ss1.example.net", ""),
        call_id: "inv2543.2828@client.example.com",
        cseq: (Some(56), "INVITE"),
        max_forwards: None,
        said: None,
        body: 143,
        problems: &[("missing", "Max-Forwards", "application/sdp\r\n«»\r\nv=0")],
        also: |message| {
            assert_eq!(params(message.to().unwrap().params), ";user=phone");
            let recorded = message.address(Name::RecordRoute).unwrap().uri();
            assert_eq!(string(recorded.params.value("maddr")), "ss1.example.com");
        },
    },
];
