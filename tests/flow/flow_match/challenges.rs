//! Credentials that somebody asks for: whoever a request passes may (RFC 3261 22), and who sends them begins once more.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate, Template, read_template, templates};

use crate::flow_match::details::only;
use crate::flow_match::dialogs::told;
use crate::flow_match::lost::{take, without};
use crate::flow_match::played::{Verdict, cseq, edit, field, flow, later, matched, place, played};

/// The call through two proxies, but somebody further on asks for credentials: the INVITE goes so many hops, and an answer comes back.
fn challenged(hops: usize, status: &str, challenge: &str) -> Template {
    let way = ["alice", "proxy1", "proxy2", "bob"];
    let text = include_str!("../../../templates/rfc3665-two-proxies.toml");
    let text = text.replace(
        "Proxy-Authorization = { after = \"F2\" }",
        "Proxy-Authorization = true",
    );
    let (before, rest) = text.split_once("[[step]]\nnumber = \"F2\"").unwrap();
    let (_, after) = rest.split_once("[[step]]\nnumber = \"F4\"").unwrap();
    let mut steps = String::new();
    let mut step = |number: String, ends: [&str; 2], rest: String| {
        let [from, to] = ends;
        steps.push_str(&format!(
            "[[step]]\nnumber = \"{number}\"\nfrom = \"{from}\"\nto = \"{to}\"\n{rest}\n\n"
        ));
    };
    let asked = |hop: usize| match hop {
        0 => "F1".to_owned(),
        hop => format!("F1-{hop}"),
    };
    for hop in 1..hops {
        let above = asked(hop - 1);
        let rest = format!("request = \"INVITE\"\nrelays = \"{above}\"");
        step(asked(hop), [way[hop], way[hop + 1]], rest);
    }
    for hop in (0..hops).rev() {
        let of = match hop + 1 == hops {
            true => format!(
                "answers = \"{}\"\nexample = {{ {challenge} = \"Digest realm=\\\"b\\\", nonce=\\\"1\\\"\" }}",
                asked(hop)
            ),
            false => format!("relays = \"F2-{}\"", hop + 1),
        };
        let rest = format!("response = \"{status}\"\n{of}");
        step(format!("F2-{hop}"), [way[hop + 1], way[hop]], rest);
        let rest = format!("request = \"ACK\"\ndialog = \"call\"\nacknowledges = \"F2-{hop}\"");
        step(format!("F3-{hop}"), [way[hop], way[hop + 1]], rest);
    }
    let (after, optional) = after
        .split_once("[[group]]\nsteps = [\"F1\", \"F2\", \"F3\"]")
        .unwrap();
    let (_, groups) = optional.split_once("[[group]]").unwrap();
    let whole = format!("{before}{steps}[[step]]\nnumber = \"F4\"{after}[[group]]{groups}");
    read_template(&whole).unwrap()
}

/// The document has the first proxy ask; that the second one or the callee asks makes nothing of the call wrong.
#[test]
fn whoever_a_request_passes_may_ask_for_credentials() {
    let template = flow("rfc3665-two-proxies");
    for (hops, status, challenge) in [
        (2, "407 Proxy Authentication Required", "Proxy-Authenticate"),
        (3, "401 Unauthorized", "WWW-Authenticate"),
    ] {
        let events = played(&challenged(hops, status, challenge));
        let found = only(&template, &events);
        assert_eq!(found.differences(), [], "{status}");
        assert_eq!(found.conclusion, Conclusion::Pass, "{status}");
        for number in ["F1", "F2", "F3"] {
            assert_eq!(found.fate(number), &Fate::LeftOut, "{status}: {number}");
        }
        // The INVITE that was refused is beside the flow, hop by hop.
        assert_eq!(found.extra, hops, "{status}");
        let found = matched(&events, &templates());
        let told = told(&found);
        assert_eq!(told.len(), 1, "{status}: {told:?}");
        assert_eq!(told[0].0, template.id, "{status}");
    }
}

/// Who was asked sends credentials (RFC 3665 2.1, 3.2); with AKA it has sent its name before, which its proxy passes on, and both say
/// over what they will protect the rest (3GPP TS 24.229 5.1.1.2.2, 5.2.2; RFC 3329 2.3).
#[test]
fn who_was_asked_sends_credentials() {
    for (id, number, name) in [
        ("rfc3665-registration", "F3", "Authorization"),
        ("rfc3665-two-proxies", "F4", "Proxy-Authorization"),
        ("ims-registration", "1", "Authorization"),
        ("ims-registration", "2", "Authorization"),
        ("ims-registration", "10", "Security-Server"),
        ("ims-registration", "12", "Security-Verify"),
    ] {
        let found = without(id, number, name);
        assert_eq!(found.blamed(), [number], "{id} {name}");
        let said = found.differences();
        let said: Vec<_> = said
            .iter()
            .map(|(_, one)| [&*one.what, &*one.expected, &*one.got])
            .collect();
        assert_eq!(said, [[name, "one", "none"]], "{id} {number}");
    }
}

/// Who was not asked, or was refused for good, need not.
#[test]
fn who_was_not_asked_sends_none() {
    let template = flow("rfc3665-registration");
    let mut events = played(&template);
    edit(
        &mut events[1],
        "SIP/2.0 401 Unauthorized",
        "SIP/2.0 403 Forbidden",
    );
    take(&mut events[2], "Authorization");
    let found = matched(&events, std::slice::from_ref(&template));
    let said = found.iter().flat_map(Verdict::differences);
    let said: Vec<_> = said.map(|(number, one)| (number, &*one.what)).collect();
    assert!(!said.contains(&("F3", "Authorization")), "{said:?}");
}

/// Credentials that are no good are told, though others were later.
#[test]
fn what_was_refused_with_credentials_is_a_flow() {
    let template = flow("rfc3665-registration");
    let clean = played(&template);
    let mut events = clean.clone();
    edit(&mut events[3], "SIP/2.0 200 OK", "SIP/2.0 401 Unauthorized");
    events.extend(clean.iter().map(|event| later(event, 2, 20)));
    let found = matched(&events, &templates());
    let [passed, failed] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(passed.conclusion, Conclusion::Pass);
    assert_eq!(passed.fate("F2"), &Fate::Matched);
    assert_eq!(failed.blamed(), ["F4"]);
}

/// One after the other asks for credentials (RFC 3261 22.3): all that was asked is of the request that was accepted.
#[test]
fn whoever_asks_after_another_asks_for_the_same_request() {
    let template = flow("rfc3665-registration");
    let clean = played(&template);
    for (realm, expected) in [("other", 1), ("atlanta", 2)] {
        // Somebody asks before, for credentials of that realm: twice in the one case, before another one in the other.
        let mut events: Vec<_> = clean[..2].to_vec();
        edit(
            &mut events[1],
            "realm=\"atlanta",
            &format!("realm=\"{realm}"),
        );
        let again = clean[2..].iter().map(|event| later(event, 1, 20));
        let asked = clean[..2].iter().map(|event| later(event, 1, 10));
        events.extend(asked.chain(again));
        let found = matched(&events, std::slice::from_ref(&template));
        assert_eq!(found.len(), expected, "{realm}: {found:?}");
    }
}

/// An answer that nobody got who asked is of the dialog of the flow, and no flow of its own; but for the branch it is that to the
/// request between the same two.
#[test]
fn an_answer_without_its_request_is_no_flow() {
    let template = flow("message-waiting");
    let mut events = played(&template);
    edit(&mut events[1], "branch=z9hG4bK", "branch=z9hG4bKother");
    let found = only(&template, &events);
    assert_eq!(found.blamed(), ["2"]);
    let differences = found.differences();
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!((differences[0].1.what.as_str(), found.extra), ("Via", 0));
    let number = cseq(&events[1]);
    let another = format!("CSeq: 9{number} ");
    edit(&mut events[1], &format!("CSeq: {number} "), &another);
    let found = only(&template, &events);
    assert_eq!(found.blamed(), ["2"]);
    assert_eq!((found.fate("2"), found.extra), (&Fate::Missing, 1));
}

/// Who was asked for credentials subscribes once more, and is told of changes as long as that lasts: that is one flow.
#[test]
fn what_lasts_is_no_part_of_what_was_refused() {
    let template = flow("message-waiting");
    let clean = played(&template);
    let mut refused: Vec<Event> = clean[..2].to_vec();
    edit(
        &mut refused[1],
        "SIP/2.0 200 OK",
        "SIP/2.0 401 Unauthorized",
    );
    let to = field(&refused[1], "To");
    edit(&mut refused[1], &to, &format!("{to}-refused"));
    let accepted = clean[..2].iter().map(|event| later(event, 1, 1));
    let mut events: Vec<Event> = refused.into_iter().chain(accepted).collect();
    events.extend(clean[2..].iter().cloned().map(|mut event| {
        event.time += 1_000_000_000;
        event
    }));
    for again in 1..3 {
        let notified = clean[4..].iter();
        events.extend(notified.map(|event| later(event, again, 60 * i64::from(again))));
    }
    let found = matched(&events, &templates());
    let told: Vec<_> = told(&found).into_iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(told, [("message-waiting", Conclusion::Pass)]);
}

/// RFC 3261 8.1.3.5, 22.2: it is the same request that is sent again.
#[test]
fn what_is_sent_again_is_the_same_request() {
    for (id, number, what, from, to) in [
        (
            "rfc3665-registration",
            "F3",
            "Request-URI",
            "REGISTER sip:ss2",
            "REGISTER sip:ss3",
        ),
        (
            "rfc3665-registration",
            "F3",
            "To",
            "To: <sip:bob",
            "To: <sip:rob",
        ),
        (
            "rfc3665-two-proxies",
            "F4",
            "Request-URI",
            "INVITE sip:bob@",
            "INVITE sip:rob@",
        ),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        let at = place(&template, &events, number);
        let key = |event: &Event| (field(event, "CSeq"), field(event, "Via"));
        let own = key(&events[at]);
        for event in &mut events {
            if key(event) == own && String::from_utf8_lossy(&event.bytes).contains(from) {
                edit(event, from, to);
            }
        }
        let found = only(&template, &events);
        assert_eq!(found.conclusion, Conclusion::Fail, "{id}: {found:?}");
        assert_eq!(found.told(), [(number, what)], "{id}");
    }
}
