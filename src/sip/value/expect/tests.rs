//! Values of header fields, each with what is odd about it marked, and beside it what only looks so.

use crate::base::Span;
use crate::sip::check::check_values;
use crate::sip::name::Name;
use crate::sip::problem::ProblemKind::{self, *};
use crate::sip::problem::Problems;
use crate::sip::text::Text;

/// Asserts that what stands between `«` and `»` is told to be of these kinds, and nothing else is told.
fn assert_told(name: Name, marked: &str, kinds: &[ProblemKind]) {
    let mut value = String::new();
    let (mut start, mut spans) = (0, Vec::new());
    for character in marked.chars() {
        match character {
            '«' => start = value.len(),
            '»' => spans.push(Span::new(start, value.len())),
            other => value.push(other),
        }
    }
    let mut problems = Problems::kept();
    check_values(name, Text::all(value.as_bytes()), &mut problems);
    let told = problems.sorted();
    let told: Vec<_> = told.iter().map(|told| (told.span, told.kind)).collect();
    let expected: Vec<_> = spans.into_iter().zip(kinds.iter().copied()).collect();
    assert_eq!(expected.len(), kinds.len(), "marks in {marked}");
    assert_eq!(told, expected, "{}: {marked}", name.spelling());
}

fn assert_silent(name: Name, values: &[&str]) {
    for value in values {
        assert_told(name, value, &[]);
    }
}

#[test]
fn numbers() {
    assert_silent(Name::RSeq, &["1", "4294967295"]);
    assert_told(Name::RSeq, "«0»", &[Number]);
    assert_told(Name::RSeq, "«4294967296»", &[NumberTooLarge]);
    assert_silent(Name::RAck, &["4294967295 2147483647 INVITE"]);
    assert_silent(
        Name::SessionExpires,
        &["90;refresher=UAC", "90 ; refresher = uas"],
    );
    assert_told(Name::SessionExpires, "90;refresher=«me»", &[Keyword]);
    assert_silent(Name::RetryAfter, &["1;duration=3600", "120 (in a meeting)"]);
    assert_told(Name::RetryAfter, "1;duration=«x»", &[Number]);
    assert_told(Name::Timestamp, "«.5»", &[Number]);
}

#[test]
fn values_of_parameters() {
    assert_told(Name::To, "<sip:b@x.example>;tag=«a b»", &[ParameterValue]);
    assert_told(
        Name::To,
        "<sip:b@x.example>;tag=«\"a\"b»",
        &[ParameterValue],
    );
    assert_told(Name::To, "<sip:b@x.example>;tag=«a,b»", &[ParameterValue]);
    assert_told(
        Name::ContentDisposition,
        "session;handling=«a b»",
        &[ParameterValue],
    );
    assert_told(Name::Event, "presence;id=«a\"b\"»", &[ParameterValue]);
    assert_told(
        Name::Via,
        "SIP/2.0/UDP a.example;branch=«z9hG4bK a»",
        &[ParameterValue],
    );
    assert_silent(
        Name::Via,
        &["SIP/2.0/TLS a.example;received=2001:db8::1;rport=1;branch=z9hG4bKx;keep;oc=0"],
    );
    assert_silent(
        Name::Contact,
        &[
            "<sip:a@b.example;gr=urn:uuid:f8:1d>;+sip.instance=\"<urn:uuid:0>\";audio;methods=\"INVITE,ACK\"",
            "\"J \\\"R\\\"\" <sip:a@b.example>;x=\"q\\\"r\"",
        ],
    );
    assert_silent(
        Name::AcceptContact,
        &["*;mobility=\"fixed\";+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp\";require;explicit"],
    );
    assert_silent(
        Name::PAccessNetworkInfo,
        &[
            "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=2340300010000001;network-provided, IEEE-802.11;i-wlan-node-id=00AABB",
        ],
    );
    assert_silent(
        Name::SessionId,
        &["ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000"],
    );
}

#[test]
fn charging() {
    assert_silent(
        Name::PChargingFunctionAddresses,
        &[
            "ccf=192.1.1.1; ccf=192.1.1.2;ecf=192.1.1.3; ecf=192.1.1.4",
            "ccf=\"aaa://a.example.com;transport=TCP\";ecf=[2001:db8::1]",
        ],
    );
    assert_silent(
        Name::PChargingVector,
        &[
            "icid-value=1234bc9876e;icid-generated-at=[2001:db8::1];orig-ioi=home1.net;transit-ioi=\"a.1,b.2\"",
            "icid-value=\"AyretyU0dm+6O2IrT5tAFrbHLso=023551024\"",
        ],
    );
    assert_told(
        Name::PChargingVector,
        "orig-ioi=home1.net«»",
        &[ParameterMissing],
    );
    assert_told(
        Name::PChargingVector,
        "icid-value=«a:b@c»;icid-generated-at=«2001:db8::1»",
        &[ParameterValue, HostBrackets],
    );
}

#[test]
fn contacts() {
    assert_told(Name::Contact, "*«;expires=0»", &[Star]);
    assert_told(Name::Contact, "«*»,<sip:a@b.example>", &[Star]);
    assert_silent(
        Name::Contact,
        &[
            "*",
            "* <sip:a@b.example>",
            "<sip:a@b.example>;q=0.5;expires=3600;reg-id=2147483647",
            "<mailto:a@b>",
        ],
    );
    assert_told(Name::Contact, "<sip:a@b.example>;q=«2»", &[Quality]);
    assert_told(
        Name::Contact,
        "<sip:a@b.example>;expires=«\"3600\"»",
        &[Number],
    );
    assert_told(Name::Contact, "<sip:a@b.example>;reg-id=«0»", &[Number]);
}

#[test]
fn routes_have_brackets() {
    for name in [
        Name::Route,
        Name::RecordRoute,
        Name::Path,
        Name::ServiceRoute,
        Name::PAssociatedUri,
    ] {
        assert_told(name, "«sip:p1.example.com»;lr", &[BracketsAlways]);
        assert_silent(
            name,
            &["<sip:p1.example.com;lr>,\"P\" <sip:p2.example.com;lr>;x"],
        );
    }
    for name in [Name::PCalledPartyId, Name::PServedUser] {
        assert_told(name, "«sip:a@b.example»", &[BracketsAlways]);
        assert_silent(name, &["<sip:a@b.example>"]);
    }
    assert_told(
        Name::Geolocation,
        "«cid:target@a.example»",
        &[BracketsAlways],
    );
    assert_silent(
        Name::Geolocation,
        &["<cid:target@a.example>, <https://ls.example/a,b>"],
    );
    assert_told(
        Name::AlertInfo,
        "«urn:alert:source:internal»",
        &[BracketsAlways],
    );
    assert_silent(Name::Contact, &["sip:a@b.example;q=1"]);
}

#[test]
fn history() {
    assert_silent(
        Name::HistoryInfo,
        &[
            "<sip:A@c.example?Reason=SIP%3Bcause%3D302>;index=1, <sip:B@c.example>;index=1.10.2;mp=1",
        ],
    );
    assert_told(
        Name::HistoryInfo,
        "<sip:A@c.example>«»",
        &[ParameterMissing],
    );
    assert_told(
        Name::HistoryInfo,
        "<sip:A@c.example>;index=«a»",
        &[EntryIndex],
    );
    assert_told(
        Name::HistoryInfo,
        "<sip:A@c.example>;index=«1..2»",
        &[EntryIndex],
    );
}

#[test]
fn identities() {
    assert_silent(
        Name::PAssertedIdentity,
        &[
            "\"C\" <sip:c@d.example>, tel:+14085264000",
            "sips:c@d.example",
        ],
    );
    assert_told(Name::PAssertedIdentity, "<«mailto»:a@b>", &[SchemeNotHere]);
    assert_told(Name::PAssertedIdentity, "<sip:«»@d.example>", &[User]);
    assert_silent(
        Name::PServedUser,
        &["<sip:u@d.example>; sescase=orig; regstate=reg"],
    );
    assert_told(
        Name::PServedUser,
        "<sip:u@d.example>; sescase=«foo»",
        &[Keyword],
    );
    assert_silent(
        Name::Identity,
        &[
            "eyJh.eyJi.abc-_;info=<https://b.example/b.cer>;alg=ES256;ppt=\"shaken\"",
            "sv5CTo05KqpSmtHt3dcEiO/1CWTSZtnG3iV+1nmurLXV==;info=<https://b.example/b.cer>",
            "\"ZYNBbHC00VMZr2kZt6VmCvPonWJMGvQTBDqghoWeLxJfzB2a1pxAr3VgrB0SsSAa=\"",
        ],
    );
    assert_told(Name::Identity, "abc«»", &[ParameterMissing]);
    assert_told(Name::Identity, "«a*c»;info=<https://b.example>", &[Base64]);
}

#[test]
fn dialogs() {
    assert_silent(
        Name::Replaces,
        &["12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only"],
    );
    assert_told(
        Name::Replaces,
        "4@b.example;to-tag=1«»",
        &[ParameterMissing],
    );
    assert_told(Name::Join, "4@b.example;from-tag=1«»", &[ParameterMissing]);
    assert_silent(
        Name::TargetDialog,
        &["f@h.example;local-tag=k-;remote-tag=6"],
    );
    assert_told(
        Name::TargetDialog,
        "f@h.example;local-tag=k-«»",
        &[ParameterMissing],
    );
    assert_silent(Name::CallId, &["a@b", "a"]);
    assert_told(Name::CallId, "a«;b,c@d@e»", &[CallId]);
    assert_told(Name::InReplyTo, "a@b«@c», d", &[CallId]);
}

#[test]
fn words() {
    assert_silent(Name::Event, &["presence.winfo;id=1", "reg"]);
    for odd in ["«pres/ence»", "«a@b»", "«\"presence\"»", "«presence.»"] {
        assert_told(Name::Event, odd, &[Token]);
    }
    assert_silent(
        Name::Accept,
        &["application/sdp;level=1, */*;q=0.5", "text / *", ""],
    );
    assert_told(Name::Accept, "«application»", &[MediaType]);
    assert_told(Name::Accept, "«a/b/c»;q=«9»", &[MediaType, Quality]);
    assert_silent(Name::AcceptLanguage, &["da, en-gb;q=0.8, *;q=0.1"]);
    assert_told(Name::AcceptLanguage, "da;q=«9»", &[Quality]);
    assert_silent(
        Name::Reason,
        &["SIP ;cause=200 ;text=\"x\", Q.850;cause=16"],
    );
    assert_told(Name::Reason, "SIP;cause=«abc»", &[Number]);
    assert_told(Name::Reason, "«\"SIP\"»", &[Token]);
    assert_silent(Name::SubscriptionState, &["active;expires=4294967295"]);
    assert_told(Name::SubscriptionState, "active;expires=«abc»", &[Number]);
    assert_told(
        Name::SubscriptionState,
        "active;expires=«99999999999»",
        &[NumberTooLarge],
    );
    assert_told(
        Name::SubscriptionState,
        "terminated;retry-after=«x»",
        &[Number],
    );
    assert_silent(
        Name::SecurityClient,
        &["ipsec-3gpp; alg=hmac-sha-1-96; q=0.1"],
    );
    assert_told(Name::SecurityClient, "ipsec-3gpp; q=«7»", &[Quality]);
}

#[test]
fn challenges() {
    let nonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let aka = format!(
        "Digest realm=\"a\", nonce=\"{nonce}\", qop=\"auth,auth-int\", algorithm=AKAv1-MD5"
    );
    assert_silent(
        Name::WwwAuthenticate,
        &[
            &aka,
            "Digest realm=\"\", nonce=\"\", stale=FALSE",
            "Bearer realm=x",
        ],
    );
    let told =
        |value: &str, kinds: &[ProblemKind]| assert_told(Name::WwwAuthenticate, value, kinds);
    told("Digest nonce=\"a\"«»", &[ParameterMissing]);
    told("Digest realm=«a», nonce=«b»", &[Quoted, Quoted]);
    told(
        "Digest realm=\"a\", nonce=\"b\", algorithm=«\"MD5\"»",
        &[Unquoted],
    );
    told(
        "Digest realm=\"a\", nonce=\"«AAAA»\", algorithm=AKAv1-MD5",
        &[AkaNonce],
    );
    told(
        "Digest realm=\"a\", nonce=\"«!!!!»\", algorithm=AKAv1-MD5",
        &[Base64],
    );
    told("Digest realm=\"a\", nonce=\"!!!!\", algorithm=MD5", &[]);
}

#[test]
fn credentials() {
    assert_silent(
        Name::Authorization,
        &[
            "Digest username=\"a@b\",realm=\"b\",nonce=\"\",uri=\"sip:x\",response=\"\"",
            "Digest username*=UTF-8''a,realm=\"b\",nonce=\"c\",uri=\"sip:x\",response=\"d\",qop=auth,nc=0000000f",
            "Digest username=\"a\",realm=\"b\",nonce=\"c\",uri=\"sip:x\",response=\"d\",auts=\"AAAA\",algorithm=AKAv1-MD5",
            "Bearer abc.def-_~+/==",
        ],
    );
    let told = |rest: &str, kinds: &[ProblemKind]| {
        let all = "Digest username=\"a\",realm=\"b\",nonce=\"c\",uri=\"sip:x\",response=\"d\"";
        assert_told(Name::Authorization, &[all, rest].concat(), kinds);
    };
    told(",nc=«1»", &[NonceCount]);
    told(",nc=«0000000g»", &[NonceCount]);
    told(",auts=\"«!!»\"", &[Base64]);
    told(",cnonce=«x»,qop=«\"auth\"»", &[Quoted, Unquoted]);
    assert_told(
        Name::Authorization,
        "Digest username=«\"a\" realm=\"b\"»,nonce=\"c\",uri=\"sip:x\",response=\"d\"«»",
        &[ParameterValue, ParameterMissing],
    );
    assert_silent(
        Name::AuthenticationInfo,
        &["nextnonce=\"a\", qop=auth, nc=00000001"],
    );
    assert_told(Name::AuthenticationInfo, "nextnonce=«a»", &[Quoted]);
}
