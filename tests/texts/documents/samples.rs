//! The samples, one for each layout. What is expected was read from them by hand.

use super::shown::{contradictions, flow, line, lines, sample, step, text};
use sipscope::source::document::Document;

#[test]
fn numbered_steps_have_ends_and_kinds() {
    let document = sample("numbered-steps.txt");
    assert_eq!(document.flows.len(), 1);
    let flow = flow(&document, "7.1.1");
    assert_eq!(flow.title, "Instant message to a user of another network");
    let expected = [
        "1 request MESSAGE: UE > P-CSCF",
        "2 request MESSAGE: P-CSCF > S-CSCF#1",
        "3 internal : S-CSCF#1 > -",
        "4 request MESSAGE: S-CSCF#1 > S-CSCF#2",
        "5 request MESSAGE: S-CSCF#2 > AS",
        "6 response 202 MESSAGE: AS > S-CSCF#2",
        "7 response 202 MESSAGE: S-CSCF#2 > S-CSCF#1",
        "8 response 202 MESSAGE: S-CSCF#1 > P-CSCF",
        "9 response 202 MESSAGE: P-CSCF > UE",
    ];
    assert_eq!(lines(flow), expected);
    let names: Vec<_> = flow
        .actors
        .iter()
        .map(|actor| {
            (
                actor.name.as_str(),
                actor.aliases.join(", "),
                actor.hosts.join(", "),
            )
        })
        .collect();
    let own = |name, aliases: &str, hosts: &str| (name, aliases.to_owned(), hosts.to_owned());
    let expected = [
        own("UE", "messaging client in the UE", "[2001:db8::1]"),
        own("P-CSCF", "P-CSCF#1", "pc.east.example"),
        own("S-CSCF#1", "S-CSCF", "sc.east.example"),
        own("S-CSCF#2", "S-CSCF", "sc.west.example"),
        own("AS", "Application Server", "as.west.example"),
    ];
    assert_eq!(names, expected);
    let announced: Vec<_> = document
        .announced
        .iter()
        .map(|h| h.number.as_str())
        .collect();
    assert_eq!(announced, ["7.1.2", "7.1.3"]);
}

#[test]
fn what_is_left_out_is_filled_in_by_occurrence() {
    let document = sample("numbered-steps.txt");
    let flow = flow(&document, "7.1.1");
    let message = |number: &str| step(flow, number).message.as_ref().unwrap();
    let values = |number: &str, name: &str| -> Vec<(String, Option<usize>)> {
        let named = message(number)
            .headers
            .iter()
            .filter(|header| header.is(name));
        named
            .map(|header| {
                let from = header
                    .inherited
                    .as_ref()
                    .map(|inherited| inherited.step + 1);
                (header.value.clone(), from)
            })
            .collect()
    };
    let own = |text: &str, from| (text.to_owned(), from);
    let alice = own("<sip:alice@east.example>", Some(1));
    assert_eq!(
        values("2", "P-Asserted-Identity"),
        [alice, own("<tel:+1-555-0100>", None)]
    );
    // Steps are counted with the internal one: step 4 repeats step 2.
    let identities = [
        own("<sip:alice@east.example>", Some(2)),
        own("<tel:+1-555-0100>", Some(2)),
    ];
    assert_eq!(values("4", "P-Asserted-Identity"), identities);
    let from = &message("9").headers[1];
    assert_eq!(from.printed, "");
    assert_eq!(from.value, "<sip:alice@east.example>;tag=1928");
    assert_eq!(from.lines, [219]);
    assert_eq!(
        from.inherited.as_ref().unwrap().lines,
        [31],
        "where it is printed"
    );
    // A value that is printed holds from there on; the answer has its own tag.
    assert_eq!(
        values("5", "To"),
        [own("<sip:bob@west.example;user=phone>", None)]
    );
    assert_eq!(
        values("9", "To"),
        [own("<sip:bob@west.example>;tag=77", Some(8))]
    );
    // Content-Length is a placeholder from step 2 on, and 0 in the answers.
    assert_eq!(values("2", "Content-Length"), [own("(\u{2026})", None)]);
    assert_eq!(values("5", "Content-Length"), [own("(\u{2026})", Some(4))]);
    assert_eq!(values("9", "Content-Length"), [own("0", Some(8))]);
    let via = "SIP/2.0/UDP pc.east.example;branch=z9hG4bKpc1, SIP/2.0/UDP [2001:db8::1];branch=z9hG4bKue1";
    assert_eq!(values("2", "Via"), [own(via, None)]);
    let body = |number: &str| {
        message(number)
            .body
            .as_ref()
            .map(|body| (body.text.as_str(), body.inherited))
    };
    assert_eq!(body("1"), Some(("Watson, come here.", None)));
    assert_eq!(body("5"), Some(("Watson, come here.", Some(3))));
    assert_eq!(body("6"), None);
    assert_eq!(
        message("4").start_line,
        "MESSAGE sip:bob@west.example SIP/2.0 "
    );
}

#[test]
fn what_the_text_says_against_itself_is_kept() {
    let document = sample("numbered-steps.txt");
    let expected = [
        "125 caption: I-CSCF to AS, S-CSCF to AS",
        "171 sender: I-CSCF, S-CSCF",
    ];
    assert_eq!(contradictions(flow(&document, "7.1.1")), expected);
    let document = sample("hop-titles.txt");
    let expected = [
        "40 sender: Chat Server B, Chat Client B",
        "42 title: SIP core B to Chat Client B, SIP core B to Chat Server B",
    ];
    assert_eq!(contradictions(flow(&document, "E.X")), expected);
    let document = sample("rfc-layout.txt");
    let expected = ["150 caption: Bob to Proxy 1, Alice to Proxy 1"];
    assert_eq!(contradictions(flow(&document, "2.1")), expected);
}

#[test]
fn steps_are_understood_from_sentences() {
    let document = sample("told-steps.txt");
    let expected = [
        "1 request INVITE: caller > Messaging Core",
        "2 request INVITE: Messaging Core > VM",
        "3 response 200 INVITE: VM > Messaging Core",
        "4 response 200 INVITE: Messaging Core > caller",
        "5 internal : VM > -",
    ];
    let first = flow(&document, "2.1");
    assert_eq!(lines(first), expected);
    assert_eq!(contradictions(first), ["18 number: 1, 5"]);
    let expected = [
        "1 request SUBSCRIBE: subscriber > Messaging Core of the subscriber",
        "2 request SUBSCRIBE: Messaging Core of the subscriber > Messaging Core of the mailbox",
        "3 request SUBSCRIBE: Messaging Core of the mailbox > VM",
        "4 response 489 SUBSCRIBE: VM > Messaging Core of the mailbox",
        "5 response 489 SUBSCRIBE: Messaging Core of the mailbox > Messaging Core of the subscriber",
        "6 response 489 SUBSCRIBE: Messaging Core of the subscriber > subscriber",
    ];
    assert_eq!(lines(flow(&document, "2.2")), expected);
}

#[test]
fn titles_name_both_ends_in_any_spelling() {
    let document = sample("hop-titles.txt");
    let flow = flow(&document, "E.X");
    assert_eq!(flow.title, "Page Mode Message with Registration");
    let expected = [
        "1 request REGISTER: Chat Client B > SIP core B",
        "2 response 200 REGISTER: SIP core B > Chat Client B",
        "3 request MESSAGE: Chat Server B > SIP core B",
        "4 request MESSAGE: SIP core B > Chat Client B",
        "5 response 200 MESSAGE: Chat Client B > SIP core B",
        "6 response 200 MESSAGE: SIP core B > Chat Server B",
        "7 other : Chat Server B > Chat XDMS",
        "8 internal : Chat Server B > -",
    ];
    assert_eq!(lines(flow), expected);
}

#[test]
fn a_ladder_and_its_tables_are_one_flow() {
    let document = sample("ladder-and-tables.txt");
    let flow = flow(&document, "Figure 4.3");
    assert_eq!(flow.title, "A SIP Message Flow in a Sensor System");
    let expected = [
        "- other : Sensor > Service Server",
        "F1 request OPTIONS: Client Server > Service Server",
        "F2 response 200 OPTIONS: Service Server > Client Server",
    ];
    assert_eq!(lines(flow), expected);
    let names: Vec<_> = flow
        .actors
        .iter()
        .map(|actor| actor.name.as_str())
        .collect();
    assert_eq!(names, ["Client Server", "Service Server", "Sensor"]);
    assert_eq!(flow.actors[0].aliases, ["C-SIP server"]);
    assert_eq!(flow.actors[1].aliases, ["S-SIP server"]);
    let asked = step(flow, "F1").message.as_ref().unwrap();
    let headers: Vec<_> = asked
        .headers
        .iter()
        .map(|header| header.name.as_str())
        .collect();
    let expected = [
        "Via",
        "To",
        "From",
        "Call-ID",
        "CSeq",
        "Content-Type",
        "Content-Length",
    ];
    assert_eq!(headers, expected);
    let body = asked.body.as_ref().unwrap();
    assert!(body.is_placeholder && asked.known_body().is_none());
    assert_eq!(
        body.text,
        "[Question in format \u{201c}application/xml\u{201d} ]\n\u{2026}\u{2026}"
    );
    let answered = step(flow, "F2").message.as_ref().unwrap();
    let via = "SIP/2.0/TCP client.example;branch=z9hG4bKq1;received=192.0.2.7";
    assert_eq!(answered.headers[0].value, via);
    assert_eq!(answered.headers.len(), 5);
}

#[test]
fn figures_that_are_not_there_are_told_by_the_text() {
    let document = sample("ladder-and-tables.txt");
    let expected = [
        "1 other : C-Agent > C-SIP server",
        "2-1 internal : C-Agent > -",
        "2-2 internal : C-Agent > -",
        "3 request OPTIONS: C-SIP server > S-SIP server",
    ];
    let first = flow(&document, "Figure 4.1");
    assert_eq!(lines(first), expected);
    let said = [
        "14 number: 4, 2-1",
        "14 number: 5, 2-2",
        "16 method: OPTIONZ, OPTIONS",
    ];
    assert_eq!(contradictions(first), said);
    let expected = [
        "3 request OPTIONS: C-SIP server > S-SIP server",
        "4 other : S-SIP server > S-Agent",
        "5-1 other : S-Agent > Sensor",
        "5-2 other : Sensor > S-Agent",
        "6 request NOTIFY: S-SIP server > C-SIP server",
    ];
    assert_eq!(lines(flow(&document, "Figure 4.2")), expected);
}

/// The first figure names whom the message is meant for, the second goes on with who gets it.
#[test]
fn a_step_that_two_figures_share_ends_where_the_second_goes_on() {
    let named = text("ladder-and-tables.txt").replace(
        "message to the S-SIP server, as seen in step (3)",
        "message to the destination S-Agent, as seen in step (3)",
    );
    let document = Document::read(&named);
    for figure in ["Figure 4.1", "Figure 4.2"] {
        let flow = flow(&document, figure);
        let shared = line(flow, step(flow, "3"));
        assert_eq!(shared, "3 request OPTIONS: C-SIP server > S-SIP server");
    }
    let first = &flow(&document, "Figure 4.1").actors;
    let names: Vec<_> = first.iter().map(|actor| actor.name.as_str()).collect();
    assert_eq!(names, ["C-Agent", "C-SIP server", "S-SIP server"]);
}

#[test]
fn pages_of_an_rfc_are_read_over() {
    let document = sample("rfc-layout.txt");
    let titles: Vec<_> = document
        .flows
        .iter()
        .map(|f| (f.id.as_str(), f.title.as_str()))
        .collect();
    let expected = [
        ("2.1", "Session through a Proxy"),
        ("2.2", "A Flow with Numbers in Parentheses"),
    ];
    assert_eq!(titles, expected);
    let first = flow(&document, "2.1");
    let expected = [
        "F1 request INVITE: Alice > Proxy 1",
        "F2 response 100 INVITE: Proxy 1 > Alice",
        "F3 request INVITE: Proxy 1 > Bob",
        "F4 response 486 INVITE: Bob > Proxy 1",
        "F5 request ACK: Proxy 1 > Bob",
        "F6 response 486 INVITE: Proxy 1 > Alice",
        "F7 request ACK: Alice > Proxy 1",
    ];
    assert_eq!(lines(first), expected);
    let invite = step(first, "F1").message.as_ref().unwrap();
    assert_eq!(invite.headers.len(), 10, "on both sides of the page break");
    let authorization = "Digest username=\"alice\", realm=\"atlanta.example\", nonce=\"84a4cc6f\", \
        uri=\"sip:bob@biloxi.example\", response=\"42ce3cef\"";
    assert_eq!(invite.value("Proxy-Authorization"), Some(authorization));
    let body = &invite.body.as_ref().unwrap().text;
    assert_eq!(
        (body.lines().count(), body.lines().last()),
        (6, Some("m=audio 49172 RTP/AVP 0"))
    );
    let registered: Vec<_> = lines(flow(&document, "2.2"));
    let expected = [
        "1 request REGISTER: User > Registrar",
        "2 response 200 REGISTER: Registrar > User",
    ];
    assert_eq!(registered, expected);
}

#[test]
fn arrows_have_labels_of_several_rows_and_messages_without_tags_follow_them() {
    let document = sample("rfc-registration.txt");
    let flow = flow(&document, "Figure 2");
    assert_eq!(flow.title, "Example Call Flow");
    let expected = [
        "1 request SUBSCRIBE: Directory > Registrar",
        "2 response 200 SUBSCRIBE: Registrar > Directory",
        "3 request NOTIFY: Registrar > Directory",
        "4 response 200 NOTIFY: Directory > Registrar",
        "5 request REGISTER: User > Registrar",
        "6 response 200 REGISTER: Registrar > User",
    ];
    assert_eq!(lines(flow), expected);
    assert_eq!(flow.steps[0].title, "SUBSCRIBE Event: reg");
    let with_message = flow.steps.iter().filter(|step| step.message.is_some());
    let with_message: Vec<_> = with_message
        .filter_map(|step| step.number.as_deref())
        .collect();
    assert_eq!(with_message, ["1", "2", "3", "5"]);
    let notify = step(flow, "3").message.as_ref().unwrap();
    assert_eq!(notify.headers.len(), 11, "on both sides of the page break");
    let body = &notify.known_body().unwrap().text;
    assert_eq!(body.lines().last(), Some("  </reginfo>"));
}

#[test]
fn dots_in_place_of_a_value_are_the_value_before() {
    let document = sample("rfc-service.txt");
    let flow = flow(&document, "2.1");
    let expected = [
        "F1 request INVITE: Alice > Proxy",
        "F2 request INVITE: Proxy > Bob",
        "F3 response 100 INVITE: Proxy > Alice",
        "F4 response 200 INVITE: Bob > Proxy",
        "F5 response 200 INVITE: Proxy > Alice",
        "F6 request ACK: Alice > Bob",
        "- other : Alice > Bob",
        "F7 request INVITE: Bob > Alice",
        "F8 response 200 INVITE: Alice > Bob",
    ];
    assert_eq!(lines(flow), expected);
    assert_eq!(flow.steps[7].title, "INVITE (hold)");
    let second = step(flow, "F2").message.as_ref().unwrap();
    let shown = |name: &str| {
        let mut all = second.headers.iter();
        let header = all.find(|header| header.is(name)).unwrap();
        (header.printed.as_str(), header.value.as_str())
    };
    assert_eq!(
        shown("From"),
        ("(...)", "Alice <sips:alice@atlanta.example>;tag=1234567")
    );
    assert_eq!(shown("To"), ("...", "Bob <sips:bob@biloxi.example>"));
    assert_eq!(shown("Call-ID"), ("(\u{2026})", "12345600@atlanta.example"));
    assert_eq!(shown("CSeq"), ("...", "1 INVITE"));
    // The body is another one, of which nothing is known.
    assert_eq!(shown("Content-Length"), ("...", "..."));
    assert_eq!(
        second.value("Via"),
        Some("SIP/2.0/TLS ss1.example:5061;branch=z9hG4bK837499.1")
    );
    let offer = step(flow, "F1").message.as_ref().unwrap();
    let body = &offer.known_body().unwrap().text;
    assert_eq!(body.lines().count(), 3, "without the comment below it");
}

/// A request that is drawn from end to end, over a proxy that is left out, has that proxy in its Route.
#[test]
fn a_lifeline_is_one_actor_whatever_its_messages_name() {
    let message = |start: &str, host: &str, more: &str| {
        format!(
            "   {start}\n   Via: SIP/2.0/UDP {host};branch=z9hG4bK{host}\n{more}   Call-ID: 1\n\
             \x20  CSeq: 1 {}\n   Content-Length: 0\n\n",
            start.split(' ').next().unwrap()
        )
    };
    let text = [
        "2.1.  Session\n\n   Alice           Proxy            Bob\n",
        "     |   INVITE F1    |   INVITE F2  |\n     |--------------->|------------->|\n",
        "     |            ACK F3             |\n     |------------------------------>|\n",
        "     |            BYE F4             |\n     |<------------------------------|\n\n",
        "   F1 INVITE Alice -> Proxy\n\n",
        &message("INVITE sip:bob@b.example SIP/2.0", "a.example", ""),
        "   F2 INVITE Proxy -> Bob\n\n",
        &message("INVITE sip:bob@b.example SIP/2.0", "p.example", ""),
        "   F3 ACK Alice -> Bob\n\n",
        &message(
            "ACK sip:bob@b.example SIP/2.0",
            "a.example",
            "   Route: <sip:p.example;lr>\n",
        ),
        "   F4 BYE Bob -> Alice\n\n",
        &message("BYE sip:alice@a.example SIP/2.0", "b.example", ""),
    ];
    let document = read(&text.concat());
    let flow = flow(&document, "2.1");
    let actors = flow.actors.iter();
    let actors: Vec<_> = actors
        .map(|actor| (&*actor.name, actor.hosts.join(" ")))
        .collect();
    let expected = ["Alice", "Proxy", "Bob"].into_iter().zip(["a", "p", "b"]);
    let expected: Vec<_> = expected
        .map(|(name, host)| (name, format!("{host}.example")))
        .collect();
    assert_eq!(actors, expected);
}

#[test]
fn texts_without_flows_are_no_documents() {
    let texts = [
        "",
        "1. Buy milk\n2. Send a request\n",
        "|a|b|\n|---|---|\n|1|2|\n",
        "F1\nF2\n",
    ];
    for text in texts {
        let document = super::samples::read(text);
        assert!(document.flows.is_empty(), "{text}");
    }
}

fn read(text: &str) -> sipscope::source::document::Document {
    sipscope::source::document::Document::read(text)
}
