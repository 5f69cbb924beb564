//! Relays written by hand from RFC 3261 16 and what IMS nodes do, each with what is to be thought of it.

use super::*;
use crate::sip::Index;

/// Lines of a message.
fn message(lines: &[&str], body: &str) -> String {
    format!("{}\r\n\r\n{body}", lines.join("\r\n"))
}

fn told(before: &str, after: &str, between: Between) -> Vec<String> {
    let (mut one, mut other) = (Index::default(), Index::default());
    let before = Message::read(before.as_bytes(), &mut one);
    let after = Message::read(after.as_bytes(), &mut other);
    let all = judged_changes(&before, &after, between);
    let tell = |judged: Judged<'_>| {
        let (what, edit) = (&judged.change.what, judged.change.edit.name());
        let (class, side) = (judged.class.name(), judged.side);
        let excused = if judged.excuse.is_some() {
            ", excused"
        } else {
            ""
        };
        format!("{what} {edit}: {class}, {side:?}{excused}")
    };
    all.into_iter().map(tell).collect()
}

const PROXY: Between = Between {
    link: Link::Via,
    role: Some(Role::Proxy),
};

const INVITE: [&str; 9] = [
    "INVITE sip:bob@example.com SIP/2.0",
    "Via: SIP/2.0/UDP uac.example.com;rport;branch=z9hG4bK1",
    "Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>",
    "Record-Route: <sip:p0.example.com;lr>",
    "Max-Forwards: 70",
    "From: <sip:alice@example.com>;tag=a",
    "To: <sip:bob@example.com>",
    "Call-ID: c",
    "CSeq: 1 INVITE",
];

/// The name of a line, and what stands in its place.
type Replaced<'a> = (&'a str, &'a [&'a str]);

/// INVITE with some of its lines replaced by others, which may be several or none.
fn invite(replaced: &[(&str, &[&str])]) -> String {
    invite_with(replaced, "v=0\r\n")
}

fn invite_with(replaced: &[(&str, &[&str])], body: &str) -> String {
    let lines = INVITE.iter().flat_map(|line| {
        let name = line.split([':', ' ']).next().unwrap();
        match replaced.iter().find(|(replaced, _)| *replaced == name) {
            Some((_, lines)) => lines.to_vec(),
            None => vec![*line],
        }
    });
    message(&lines.collect::<Vec<_>>(), body)
}

const COUNTED: (&str, &[&str]) = ("Max-Forwards", &["Max-Forwards: 69"]);

#[track_caller]
fn assert_told(after: &[(&str, &[&str])], between: Between, expected: &[&str]) {
    let told = told(&invite(&[]), &invite(after), between);
    assert_eq!(told, expected);
}

#[test]
fn what_a_proxy_does_in_the_course_of_its_work() {
    let after: [(&str, &[&str]); 5] = [
        ("INVITE", &["INVITE sip:bob@192.0.2.4 SIP/2.0"]),
        (
            "Via",
            &[
                "Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2",
                "Via: SIP/2.0/UDP uac.example.com;rport=5060;branch=z9hG4bK1;received=192.0.2.1",
            ],
        ),
        ("Route", &["Route: <sip:p2.example.com;lr>"]),
        (
            "Record-Route",
            &["Record-Route: <sip:p1.example.com;lr>, <sip:p0.example.com;lr>"],
        ),
        COUNTED,
    ];
    let expected = [
        "first line changed: expected, Node",
        "Via changed: expected, Upstream",
        "Via added: expected, Downstream",
        "Route removed: expected, Upstream",
        "Record-Route added: expected, Downstream",
        "Max-Forwards changed: expected, Node",
    ];
    assert_told(&after, PROXY, &expected);
}

/// Two functions in one node, or two interfaces.
#[test]
fn two_values_at_once() {
    let after: [(&str, &[&str]); 4] = [
        (
            "Via",
            &[
                "Via: SIP/2.0/UDP s.example.com;branch=z9hG4bK3",
                "Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2",
                "Via: SIP/2.0/UDP uac.example.com;rport;branch=z9hG4bK1",
            ],
        ),
        ("Route", &[]),
        (
            "Record-Route",
            &[
                "Record-Route: <sip:out.example.com;lr>, <sip:in.example.com;lr>, <sip:p0.example.com;lr>",
            ],
        ),
        ("Max-Forwards", &["Max-Forwards: 68"]),
    ];
    let expected = [
        "Via added: expected, Downstream",
        "Via added: worth a look, Downstream",
        "Record-Route added: expected, Downstream",
        "Record-Route added: expected, Node",
        "Max-Forwards changed: worth a look, Node",
        "Route removed: expected, Upstream",
        "Route removed: worth a look, Upstream",
    ];
    assert_told(&after, PROXY, &expected);
}

#[test]
fn what_a_proxy_must_not_do() {
    let cases: [(Replaced<'_>, &[&str]); 12] = [
        (
            ("Via", &["Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2"]),
            &["Via changed: suspicious, Node"],
        ),
        (("Via", &[]), &["Via removed: suspicious, Node"]),
        (
            ("Route", &["Route: <sip:p1.example.com;lr>"]),
            &["Route removed: suspicious, Node"],
        ),
        (
            (
                "Route",
                &["Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>"],
            ),
            &["Route moved: suspicious, Node"],
        ),
        (
            ("Record-Route", &[]),
            &["Record-Route removed: suspicious, Node"],
        ),
        (
            (
                "Record-Route",
                &["Record-Route: <sip:other.example.com;lr>"],
            ),
            &["Record-Route changed: suspicious, Node"],
        ),
        (
            ("From", &["From: <sip:alice@example.com>;tag=x"]),
            &["From changed: suspicious, Node"],
        ),
        (
            ("To", &["To: <sip:bob@example.com>;tag=b"]),
            &["To changed: suspicious, Node"],
        ),
        (
            ("Call-ID", &["Call-ID: d"]),
            &["Call-ID changed: suspicious, Node"],
        ),
        (
            ("CSeq", &["CSeq: 2 INVITE"]),
            &["CSeq changed: suspicious, Node"],
        ),
        (
            ("INVITE", &["OPTIONS sip:bob@example.com SIP/2.0"]),
            &["first line changed: suspicious, Node"],
        ),
        (
            ("CSeq", &["CSeq: 1 INVITE", "X-Odd: 1"]),
            &["X-Odd added: worth a look, Node"],
        ),
    ];
    for (case, expected) in cases {
        let told = told(&invite(&[]), &invite(&[case, COUNTED]), PROXY);
        let others = told
            .into_iter()
            .filter(|line| line != "Max-Forwards changed: expected, Node");
        assert_eq!(others.collect::<Vec<_>>(), expected, "{case:?}");
    }
}

#[test]
fn max_forwards_only_ever_becomes_one_less() {
    let cases: [(&[&str], &[&str]); 5] = [
        (
            &["Max-Forwards: 70"],
            &["Max-Forwards kept: suspicious, Node"],
        ),
        (
            &["Max-Forwards: 71"],
            &["Max-Forwards changed: suspicious, Node"],
        ),
        (
            &["Max-Forwards: 69"],
            &["Max-Forwards changed: expected, Node"],
        ),
        (
            &["Max-Forwards: 67"],
            &["Max-Forwards changed: worth a look, Node"],
        ),
        (&[], &["Max-Forwards removed: suspicious, Node"]),
    ];
    for (lines, expected) in cases {
        assert_told(&[("Max-Forwards", lines)], PROXY, expected);
    }
    let none = invite(&[("Max-Forwards", &[])]);
    let told = told(&none, &invite(&[]), PROXY);
    assert_eq!(told, ["Max-Forwards added: expected, Node"]);
}

#[test]
fn a_body_is_not_the_proxys() {
    let changed = told(&invite(&[]), &invite_with(&[COUNTED], "v=1\r\n"), PROXY);
    assert_eq!(changed[1..], ["body changed: suspicious, Node"]);
}

#[test]
fn every_line_of_the_table_names_its_clause() {
    for rule in table::all() {
        let cites = rule.cites;
        assert!(
            cites.starts_with("RFC ") || cites.starts_with("3GPP TS "),
            "{cites}"
        );
        assert!(!rule.why.ends_with('.') && !rule.why.is_empty());
    }
}

#[test]
fn white_space_outside_of_quotes_is_no_matter() {
    let came = invite(&[("From", &["From: \"A B\" <sip:alice@example.com>;tag=a"])]);
    let judged = |line: &str| {
        let went = invite(&[("From", &[line]), COUNTED]);
        told(&came, &went, PROXY)[1..].to_vec()
    };
    assert_eq!(
        judged("From: \"A B\"<sip:alice@example.com> ; tag=a"),
        ["From changed: worth a look, Node"]
    );
    assert_eq!(
        judged("From: \"AB\" <sip:alice@example.com>;tag=a"),
        ["From changed: suspicious, Node"]
    );
}

/// The same change by nodes that may, and by one that may not.
#[test]
fn more_than_a_proxy_is_excused() {
    let bare: [(&str, &[&str]); 2] = [
        (
            "Via",
            &["Via: SIP/2.0/UDP pcscf.example.com;branch=z9hG4bK9"],
        ),
        COUNTED,
    ];
    for role in [Role::PCscf, Role::Ibcf, Role::B2bua, Role::Sbc, Role::As] {
        let between = Between {
            link: Link::Inferred,
            role: Some(role),
        };
        let expected = [
            "Via changed: worth a look, Node, excused",
            "Max-Forwards changed: expected, Node",
        ];
        assert_told(&bare, between, &expected);
    }
    for role in [Some(Role::SCscf), None] {
        let between = Between {
            link: Link::Inferred,
            role,
        };
        let expected = [
            "Via changed: suspicious, Node",
            "Max-Forwards changed: expected, Node",
        ];
        assert_told(&bare, between, &expected);
    }
}

/// Address translation passes on without being a proxy: nothing has to be counted down.
#[test]
fn what_is_no_proxy_does_not_count() {
    let between = Between {
        link: Link::Unchanged,
        role: None,
    };
    assert_told(&[], between, &["Max-Forwards kept: expected, Unseen"]);
}

/// CANCEL is made anew by each node (RFC 3261 16.10).
#[test]
fn cancel_goes_hop_by_hop() {
    let cancel = |via: &str, max_forwards: &str| {
        let (via, max_forwards) = (
            format!("Via: {via}"),
            format!("Max-Forwards: {max_forwards}"),
        );
        let lines: [(&str, &[&str]); 5] = [
            ("INVITE", &["CANCEL sip:bob@example.com SIP/2.0"]),
            ("Via", &[&via]),
            ("Route", &[]),
            ("Max-Forwards", &[&max_forwards]),
            ("CSeq", &["CSeq: 1 CANCEL"]),
        ];
        invite_with(&lines, "")
    };
    let came = cancel("SIP/2.0/UDP uac.example.com;branch=z9hG4bK1", "70");
    let went = cancel("SIP/2.0/UDP p1.example.com;branch=z9hG4bK2", "70");
    let expected = [
        "Via changed: expected, Node",
        "Max-Forwards kept: expected, Node",
    ];
    assert_eq!(told(&came, &went, PROXY), expected);
}

/// RFC 3261 25.1: there may be white space around the slashes.
#[test]
fn a_via_with_white_space_gets_its_source() {
    let came = invite(&[(
        "Via",
        &["Via: SIP / 2.0 / UDP uac.example.com;rport;branch=z9hG4bK1"],
    )]);
    let went = invite(&[
        (
            "Via",
            &[
                "Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2",
                "Via: SIP/2.0/UDP uac.example.com;rport=5060;branch=z9hG4bK1;received=192.0.2.1",
            ],
        ),
        COUNTED,
    ]);
    let told = told(&came, &went, PROXY);
    assert!(
        told.contains(&"Via changed: expected, Upstream".to_owned()),
        "{told:?}"
    );
}

#[test]
fn a_response_on_its_way_back() {
    let came = message(
        &[
            "SIP/2.0 200 OK",
            "Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2;received=192.0.2.2",
            "Via: SIP/2.0/UDP uac.example.com;branch=z9hG4bK1",
            "Record-Route: <sip:p1.example.com;lr>",
            "From: <sip:alice@example.com>;tag=a",
            "To: <sip:bob@example.com>;tag=b",
            "Call-ID: c",
            "CSeq: 1 INVITE",
        ],
        "",
    );
    let own = "Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2;received=192.0.2.2\r\n";
    let went = came.replace(own, "");
    assert_eq!(
        told(&came, &went, PROXY),
        ["Via removed: expected, Downstream"]
    );
    // RFC 3261 16.7 step 8.
    let rewritten = went.replace("<sip:p1.example.com;lr>", "<sip:p1-in.example.com;lr>");
    let expected = [
        "Via removed: expected, Downstream",
        "Record-Route changed: worth a look, Upstream",
    ];
    assert_eq!(told(&came, &rewritten, PROXY), expected);
    let other_tag = went.replace("tag=b", "tag=x");
    let expected = [
        "Via removed: expected, Downstream",
        "To changed: suspicious, Node",
    ];
    assert_eq!(told(&came, &other_tag, PROXY), expected);
    let without = came.replace("Via: SIP/2.0/UDP uac.example.com;branch=z9hG4bK1\r\n", "");
    // The one that is left over is the node's own.
    assert_eq!(
        told(&came, &without, PROXY),
        ["Via removed: suspicious, Node"]
    );
}

/// What a P-CSCF does to the first request of a terminal (3GPP TS 24.229 5.2.6.3).
#[test]
fn identities_and_charging_where_trust_begins() {
    let came = invite(&[(
        "CSeq",
        &[
            "CSeq: 1 INVITE",
            "P-Preferred-Identity: <sip:alice@example.com>",
            "Security-Verify: ipsec-3gpp;alg=hmac-sha-1-96",
            "Require: sec-agree",
            "Proxy-Require: sec-agree",
        ],
    )]);
    let went = invite(&[
        (
            "CSeq",
            &[
                "CSeq: 1 INVITE",
                "P-Asserted-Identity: <sip:alice@example.com>",
                "P-Charging-Vector: icid-value=1",
            ],
        ),
        COUNTED,
    ]);
    let expected = [
        "Max-Forwards changed: expected, Node",
        "P-Asserted-Identity added: expected, Node",
        "P-Charging-Vector added: expected, Node",
        "P-Preferred-Identity removed: expected, Upstream",
        "Security-Verify removed: expected, Upstream",
        "Require removed: expected, Upstream",
        "Proxy-Require removed: expected, Upstream",
    ];
    assert_eq!(told(&came, &went, PROXY), expected);
}

#[test]
fn a_charging_vector_keeps_its_icid() {
    let with = |vector: &str| {
        let line = format!("P-Charging-Vector: {vector}");
        invite(&[("CSeq", &["CSeq: 1 INVITE", &line]), COUNTED])
    };
    let came = with("icid-value=1");
    let judged = |went: &str| told(&came, &with(went), PROXY)[0].clone();
    assert_eq!(
        judged("icid-value=1;orig-ioi=home.example"),
        "P-Charging-Vector changed: expected, Node"
    );
    assert_eq!(
        judged("icid-value=2"),
        "P-Charging-Vector changed: suspicious, Node"
    );
}

/// RFC 3261 16.6 step 4, 16.7 step 8: a node that showed the side below no Record-Route puts its own back, and that of others.
#[test]
fn a_record_route_that_comes_back_is_its_own_or_that_of_another() {
    let came = message(
        &[
            "SIP/2.0 200 OK",
            "Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2",
            "Via: SIP/2.0/UDP uac.example.com;branch=z9hG4bK1",
            "From: <sip:alice@example.com>;tag=a",
            "To: <sip:bob@example.com>;tag=b",
            "Call-ID: c",
            "CSeq: 1 INVITE",
        ],
        "",
    );
    let own = "Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK2\r\n";
    let restored =
        "Record-Route: <sip:P1.example.com;lr>\r\nRecord-Route: <sip:p0.example.com;lr>\r\nFrom:";
    let went = came.replace(own, "").replace("From:", restored);
    let expected = [
        "Via removed: expected, Downstream",
        "Record-Route added: worth a look, Upstream",
        "Record-Route added: suspicious, Node",
    ];
    assert_eq!(told(&came, &went, PROXY), expected);
}
