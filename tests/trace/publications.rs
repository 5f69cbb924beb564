//! Publications: chains of entity-tags (RFC 3903 4).

use sipscope::trace::{Publication, PublicationState};

use super::outcomes::outcomes;
use super::registrations::told_steps;
use super::scenario::Net;
use super::sip::{Sip, Talk};

struct Publisher {
    net: Net,
    at: i64,
}

const BODY: &str = "<presence/>";

fn publish(call_id: &str, fields: &[&str], body: &str) -> Sip {
    let request = Talk::between(call_id, "alice", "alice").request("PUBLISH", 1);
    let request = request.with("Event: presence");
    let mut request = fields
        .iter()
        .fold(request, |request, line| request.with(line));
    body.clone_into(&mut request.body);
    request
}

impl Publisher {
    fn new() -> Self {
        let net = Net::new(&["ue", "ps"]);
        Self { net, at: 0 }
    }

    /// Each is sent a second after the one before, under its own Call-ID.
    fn send(&mut self, fields: &[&str], body: &str, status: u16, answer: &[&str]) {
        let call_id = format!("{}-publish", self.at);
        self.send_as(&call_id, fields, body, status, answer);
    }

    fn send_as(
        &mut self,
        call_id: &str,
        fields: &[&str],
        body: &str,
        status: u16,
        answer: &[&str],
    ) {
        let sent = self
            .net
            .send("ue", "ps", publish(call_id, fields, body), self.at);
        let response = sent.message.response(status, "p");
        let response = answer
            .iter()
            .fold(response, |response, line| response.with(line));
        self.net.raw("ps", "ue", response, self.at + 20);
        self.at += 1000;
    }
}

/// State and steps of each.
fn told(net: &Net) -> Vec<(PublicationState, Option<usize>, Vec<String>)> {
    let told = net.told();
    let all = told.trace.publications();
    let each = all.iter().map(|one: &Publication<'_>| {
        assert_eq!(
            (one.resource, one.event.as_str()),
            (&b"sip:alice@example.com"[..], "presence")
        );
        (one.state(), one.restarts, told_steps(&one.steps))
    });
    each.collect()
}

fn steps(steps: &[&str]) -> Vec<String> {
    steps.iter().map(|step| step.to_string()).collect()
}

/// The example of RFC 3903 14, with a modification.
#[test]
fn a_state_is_published_prolonged_changed_and_removed() {
    let mut ue = Publisher::new();
    ue.send(
        &["Expires: 3600"],
        BODY,
        200,
        &["SIP-ETag: one", "Expires: 1800"],
    );
    ue.send(
        &["SIP-If-Match: one", "Expires: 1800"],
        "",
        200,
        &["SIP-ETag: two", "Expires: 1800"],
    );
    ue.send(
        &["SIP-If-Match: two", "Expires: 1800"],
        BODY,
        200,
        &["SIP-ETag: three", "Expires: 900"],
    );
    ue.send(
        &["SIP-If-Match: three", "Expires: 0"],
        "",
        200,
        &["SIP-ETag: four", "Expires: 0"],
    );
    let expected = steps(&[
        "1 create 200 3600>1800",
        "3 refresh 200 1800>1800 after 1 (entity-tag)",
        "5 modify 200 1800>900 after 3 (entity-tag)",
        "7 remove 200 0>0 after 5 (entity-tag)",
    ]);
    assert_eq!(told(&ue.net), [(PublicationState::Removed, None, expected)]);
    let told = ue.net.told();
    let call = told.trace.calls().next().unwrap();
    assert_eq!(call.call_ids().count(), 4);
    assert_eq!(call.publications().len(), 1);
}

/// RFC 3903 4.1: after a 412 the state is published anew.
#[test]
fn a_server_that_forgot_gets_a_new_publication() {
    let mut ue = Publisher::new();
    ue.send(
        &["Expires: 600"],
        BODY,
        200,
        &["SIP-ETag: one", "Expires: 600"],
    );
    ue.send(&["SIP-If-Match: one", "Expires: 600"], "", 412, &[]);
    ue.send(
        &["Expires: 600"],
        BODY,
        200,
        &["SIP-ETag: two", "Expires: 600"],
    );
    ue.send(
        &["Expires: 600"],
        BODY,
        200,
        &["SIP-ETag: three", "Expires: 600"],
    );
    let lost = steps(&[
        "1 create 200 600>600",
        "3 refresh 412 600>- after 1 (entity-tag)",
    ]);
    let again = steps(&["5 create 200 600>600"]);
    let further = steps(&["7 create 200 600>600"]);
    assert_eq!(
        told(&ue.net),
        [
            (PublicationState::Lost, None, lost),
            (PublicationState::Published, Some(0), again),
            (PublicationState::Published, None, further),
        ]
    );
}

#[test]
fn a_state_that_nobody_prolongs_runs_out() {
    let mut ue = Publisher::new();
    ue.send(
        &["Expires: 60"],
        BODY,
        200,
        &["SIP-ETag: one", "Expires: 60"],
    );
    ue.at = 61_000;
    ue.send(&["Expires: 60"], BODY, 503, &[]);
    let expected = [
        (
            PublicationState::Expired,
            None,
            steps(&["1 create 200 60>60"]),
        ),
        (
            PublicationState::Refused(503),
            None,
            steps(&["3 create 503 60>-"]),
        ),
    ];
    assert_eq!(told(&ue.net), expected);
}

#[test]
fn a_challenge_and_too_short_a_time_belong_to_the_publication() {
    let mut ue = Publisher::new();
    let digest = "Authorization: Digest realm=\"p\", nonce=\"m\", response=\"1\"";
    let challenge = "WWW-Authenticate: Digest realm=\"p\", nonce=\"m\"";
    ue.send_as("one", &["Expires: 60"], BODY, 401, &[challenge]);
    ue.send_as(
        "one",
        &["Expires: 60", digest],
        BODY,
        423,
        &["Min-Expires: 600"],
    );
    let accepted = ["SIP-ETag: one", "Expires: 600"];
    ue.send_as("one", &["Expires: 600", digest], BODY, 200, &accepted);
    let expected = steps(&[
        "1 create 401 60>-",
        "3 create 423 60>- after 1 (challenge)",
        "5 create 200 600>600 after 3 (interval too brief)",
    ]);
    assert_eq!(
        told(&ue.net),
        [(PublicationState::Published, None, expected)]
    );
}

/// The tag was given before the trace began; another resource has a state of its own under the same tag.
#[test]
fn a_chain_that_is_joined_late_and_one_that_looks_like_it() {
    let mut ue = Publisher::new();
    ue.send(
        &["SIP-If-Match: one", "Expires: 600"],
        "",
        200,
        &["SIP-ETag: two", "Expires: 600"],
    );
    ue.send(
        &["SIP-If-Match: two", "Expires: 600"],
        "",
        200,
        &["SIP-ETag: one", "Expires: 600"],
    );
    let bob = Talk::between("bob", "bob", "bob").request("PUBLISH", 1);
    let bob = bob
        .with("Event: presence")
        .with("SIP-If-Match: one")
        .with("Expires: 0");
    let sent = ue.net.send("ue", "ps", bob, 5000);
    ue.net.reply(&sent, 200, "p", 5020);
    let told = ue.net.told();
    let all = told.trace.publications();
    let expected = [
        "1 refresh 200 600>600",
        "3 refresh 200 600>600 after 1 (entity-tag)",
    ];
    assert_eq!(told_steps(&all[0].steps), expected);
    assert!(all[0].joined_late());
    assert_eq!(told_steps(&all[1].steps), ["5 remove 200 0>-"]);
    assert_eq!(all[1].state(), PublicationState::Removed);
    assert_eq!(told.trace.calls().len(), 2);
}

/// RFC 3903 4.1 and 11.2.1: a 412 to a tag in whose place another was given leaves the state that has the other.
#[test]
fn a_stale_tag_loses_nothing() {
    let mut ue = Publisher::new();
    let given = |tag: &str| format!("SIP-ETag: {tag}");
    let granted = "Expires: 600";
    ue.send(&[granted], BODY, 200, &[&given("one"), granted]);
    ue.send(
        &["SIP-If-Match: one", granted],
        "",
        200,
        &[&given("two"), granted],
    );
    ue.send(&["SIP-If-Match: one", granted], "", 412, &[]);
    ue.send(&[granted], BODY, 200, &[&given("three"), granted]);
    let told = told(&ue.net);
    let states: Vec<_> = told.iter().map(|one| (one.0, one.1)).collect();
    let published = (PublicationState::Published, None);
    assert_eq!(states, [published, published]);
}

/// What comes later than 10 s after a 412 is not put in place of what was lost.
#[test]
fn what_is_published_much_later_stands_for_itself() {
    for (at, restarts) in [(9_000, Some(0)), (12_000, None)] {
        let mut ue = Publisher::new();
        ue.send(&["SIP-If-Match: one", "Expires: 600"], "", 412, &[]);
        ue.at = at;
        ue.send(
            &["Expires: 600"],
            BODY,
            200,
            &["SIP-ETag: two", "Expires: 600"],
        );
        assert_eq!(told(&ue.net)[1].1, restarts);
    }
}

/// A PUBLISH for Alice's state at a server, and the answer a little later. `given` is the entity-tag of the answer.
struct Asked<'a> {
    server: &'a str,
    to: &'a str,
    event: &'a str,
    named: Option<&'a str>,
    given: &'a str,
}

/// Event and steps of each publication, and how many calls there are.
fn exchanges(all: &[Asked<'_>]) -> (Vec<(String, Vec<String>)>, usize) {
    let mut net = Net::new(&["ue", "ps", "other"]);
    for (at, asked) in (0..).map(|number| number * 1000).zip(all) {
        let talk = Talk::between(&format!("{at}-publish"), "alice", "alice");
        let request = talk.request("PUBLISH", 1).without("To");
        let request = request
            .retargeted(asked.to)
            .with(&format!("To: <{}>", asked.to));
        let mut request = request
            .with(&format!("Event: {}", asked.event))
            .with("Expires: 600");
        if let Some(tag) = asked.named {
            request = request.with(&format!("SIP-If-Match: {tag}"));
        }
        BODY.clone_into(&mut request.body);
        let sent = net.send("ue", asked.server, request, at);
        let answer = sent.message.response(200, "p").with("Expires: 600");
        let answer = answer.with(&format!("SIP-ETag: {}", asked.given));
        net.raw(asked.server, "ue", answer, at + 20);
    }
    let told = net.told();
    let publications = told.trace.publications();
    let each = publications
        .iter()
        .map(|one| (one.event.clone(), told_steps(&one.steps)));
    (each.collect(), told.trace.calls().len())
}

const ALICE: &str = "sip:alice@example.com";

fn first() -> Asked<'static> {
    Asked {
        server: "ps",
        to: ALICE,
        event: "presence",
        named: None,
        given: "1",
    }
}

fn second() -> Asked<'static> {
    Asked {
        named: Some("1"),
        given: "2",
        ..first()
    }
}

/// RFC 3903 4.1: Request-URI, event package and entity-tag together name a publication; another server gives its own tags.
#[test]
fn an_entity_tag_that_is_given_twice() {
    let of_event = Asked {
        event: "dialog",
        ..first()
    };
    let of_server = Asked {
        server: "other",
        ..first()
    };
    let of_resource = Asked {
        to: "sip:bob@example.com",
        ..first()
    };
    for other in [of_event, of_server, of_resource] {
        let event = other.event.to_owned();
        let (told, calls) = exchanges(&[first(), other, second()]);
        let changed = [
            "1 create 200 600>600",
            "5 modify 200 600>600 after 1 (entity-tag)",
        ];
        let alone = ["3 create 200 600>600"];
        let expected = [
            ("presence".to_owned(), steps(&changed)),
            (event, steps(&alone)),
        ];
        assert_eq!(told, expected);
        assert_eq!(calls, 2);
    }
}

/// RFC 3261 19.1.4: the same resource, however it is written; RFC 6665 8.2.1 for the package with its parameters.
#[test]
fn a_resource_is_the_same_however_it_is_written() {
    for to in ["sip:alice@EXAMPLE.com", "SIP:%61lice@example.com"] {
        let changed = Asked {
            to,
            event: "presence;x=y",
            ..second()
        };
        let (told, calls) = exchanges(&[first(), changed]);
        let expected = [
            "1 create 200 600>600",
            "3 modify 200 600>600 after 1 (entity-tag)",
        ];
        assert_eq!(told, [("presence".to_owned(), steps(&expected))], "{to}");
        assert_eq!(calls, 1);
    }
}

/// What `calls` says of a publication is where it stands, also where the answer to its end has no Expires (RFC 3903 6 makes it
/// zero then), a request failed, or it stands in place of one that was lost.
#[test]
fn the_outcome_is_where_the_publication_stands() {
    let first = ["SIP-ETag: one", "Expires: 600"];
    let named = "SIP-If-Match: one";
    let outcome = |steps: &[(&[&str], u16, &[&str])]| {
        let mut ue = Publisher::new();
        ue.send(&["Expires: 600"], BODY, 200, &first);
        for (fields, status, answer) in steps {
            ue.send(fields, "", *status, answer);
        }
        outcomes(&ue.net)
    };
    assert_eq!(outcome(&[]), ["published 600 s"]);
    let end: (&[&str], u16, &[&str]) = (&[named, "Expires: 0"], 200, &["SIP-ETag: two"]);
    assert_eq!(outcome(&[end]), ["removed"]);
    let failed: (&[&str], u16, &[&str]) = (&[named, "Expires: 600"], 503, &[]);
    assert_eq!(outcome(&[failed]), ["published 600 s, then 503"]);
    let refused: (&[&str], u16, &[&str]) = (&[named, "Expires: 0"], 503, &[]);
    assert_eq!(outcome(&[refused]), ["published 600 s, then 503"]);
    let lost: (&[&str], u16, &[&str]) = (&[named, "Expires: 600"], 412, &[]);
    assert_eq!(outcome(&[lost]), ["412"]);
    let anew: (&[&str], u16, &[&str]) =
        (&["Expires: 900"], 200, &["SIP-ETag: new", "Expires: 900"]);
    assert_eq!(outcome(&[lost, anew]), ["published 900 s"]);
    let gone: (&[&str], u16, &[&str]) = (&["SIP-If-Match: new", "Expires: 0"], 200, &[]);
    assert_eq!(outcome(&[lost, anew, gone]), ["removed"]);
}
