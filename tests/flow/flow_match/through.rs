//! Proxies that no flow has, any number of them: what goes through them is what it is without them.

use sipscope::flow::{Conclusion, Template, read_template, templates};

use crate::flow_match::played::{matched, played};

/// A flow between two users through proxies, while it is written.
struct Written {
    text: String,
    /// Who takes part, from the one end to the other.
    way: Vec<String>,
}

impl Written {
    /// Proxies by whether they stay on the path of the dialog.
    fn through(proxies: &[bool]) -> Self {
        let mut text =
            "id = \"through\"\ntitle = \"Through proxies\"\nsource = \"RFC 3261\"\nabout = \"More proxies.\"\n"
                .to_owned();
        let mut way = vec!["one".to_owned()];
        way.extend((1..=proxies.len()).map(|number| format!("p{number}")));
        way.push("other".to_owned());
        let roles = proxies.iter().map(|records| match records {
            true => "proxy\"\nrecords_route = true\nlabel = \"",
            false => "proxy\"\nlabel = \"",
        });
        let user = "user agent\"\nlabel = \"";
        let roles = std::iter::once(user).chain(roles).chain([user]);
        for (actor, role) in way.iter().zip(roles) {
            text.push_str(&format!(
                "[[actor]]\nid = \"{actor}\"\nrole = \"{role}{actor}\"\nnetwork = \"example.com\"\nname = \"{actor}.example.com\"\n"
            ));
        }
        text.push_str(
            "[[dialog]]\nid = \"own\"\nfrom = \"sip:w@example.com\"\nto = \"sip:u@example.com\"\n",
        );
        Self { text, way }
    }

    fn body(&mut self, media_type: &str, text: &str) {
        self.text.push_str(&format!(
            "[[body]]\nid = \"body\"\ntype = \"{media_type}\"\ntext = {text:?}\n"
        ));
    }

    /// A request that all of these pass on, and its answers on the way back.
    fn journey(&mut self, name: &str, way: &[String], request: &str, answers: &[&str]) {
        let mut step = |number: String, from: &str, to: &str, rest: String| {
            self.text.push_str(&format!(
                "[[step]]\nnumber = \"{number}\"\nfrom = \"{from}\"\nto = \"{to}\"\n{rest}\n"
            ));
        };
        let last = way.len() - 1;
        let method = request.split('\n').next().unwrap();
        for hop in 0..last {
            let rest = match hop {
                0 => format!("dialog = \"own\"\n{request}"),
                hop => format!("{method}\nrelays = \"{name}{}\"", hop - 1),
            };
            step(format!("{name}{hop}"), &way[hop], &way[hop + 1], rest);
        }
        for (at, answer) in answers.iter().enumerate() {
            let status = answer.split('\n').next().unwrap();
            for hop in (0..last).rev() {
                let rest = match hop + 1 == last {
                    true => format!("answers = \"{name}{hop}\"\n{answer}"),
                    false => format!("{status}\nrelays = \"{name}r{at}-{}\"", hop + 1),
                };
                step(format!("{name}r{at}-{hop}"), &way[hop + 1], &way[hop], rest);
            }
        }
    }

    /// The way of requests in the dialog.
    fn path(&self, proxies: &[bool]) -> Vec<String> {
        let ways = self.way.iter().enumerate();
        let on_it = ways.filter(|(at, _)| {
            let proxy = at.checked_sub(1).and_then(|at| proxies.get(at));
            *proxy.unwrap_or(&true)
        });
        on_it.map(|(_, actor)| actor.clone()).collect()
    }

    fn read(&self) -> Template {
        read_template(&self.text).unwrap()
    }
}

fn reversed(way: &[String]) -> Vec<String> {
    way.iter().rev().cloned().collect()
}

/// A subscription through so many proxies that all stay on its path, and two notifications.
fn subscribed_through(proxies: usize) -> Template {
    let mut written = Written::through(&vec![true; proxies]);
    written.body("application/pidf+xml", "<presence/>\n");
    let way = written.way.clone();
    written.journey("s", &way, "request = \"SUBSCRIBE\"\ncarry = { Event = \"presence\", Expires = true, Contact = true, Accept = \"application/pidf+xml\" }\nexample = { Expires = \"3600\" }", &["response = \"200 OK\"\ncarry = { Expires = true, Contact = true }\nexample = { Expires = \"3600\" }"]);
    for name in ["n", "m"] {
        written.journey(name, &reversed(&way), "request = \"NOTIFY\"\ncarry = { Event = { copied_from = \"s0\" }, Subscription-State = \"active\", Content-Type = \"application/pidf+xml\", Contact = true }\nexample = { Subscription-State = \"active;expires=3000\" }\nbody = \"body\"", &["response = \"200 OK\""]);
    }
    written.read()
}

/// With two proxies it has as many hops as the authorization of a watcher who waits, with three as a notification in IMS: neither
/// is what its messages say.
#[test]
fn proxies_make_no_other_flow_of_a_subscription() {
    for proxies in 0..4 {
        let found = matched(&played(&subscribed_through(proxies)), &templates());
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.id.as_str(), one.conclusion))
            .collect();
        let expected = [("presence-six-messages", Conclusion::Pass)];
        assert_eq!(told, expected, "{proxies} proxies");
    }
}

/// Who asks for the state once is told that this is all (RFC 6665 4.4.3): with another state it is a fetch that fails, and no
/// subscription that lasts.
#[test]
fn a_value_that_one_flow_asks_for_tells_it_from_others() {
    let mut events = played(&subscribed_through(2));
    for event in &mut events {
        let text = String::from_utf8(event.bytes.clone()).unwrap();
        event.bytes = text.replace("Expires: 3600", "Expires: 0").into_bytes();
    }
    // One notification.
    events.truncate(events.len() / 3 * 2);
    let found = matched(&events, &templates());
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.id.as_str(), one.conclusion, one.blamed()))
        .collect();
    assert_eq!(told, [("presence-fetch", Conclusion::Fail, vec!["7"])]);
}

/// A call through these proxies, which the callee ends.
fn called_through(proxies: &[bool]) -> Template {
    let mut written = Written::through(proxies);
    written.body(
        "application/sdp",
        "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n",
    );
    let way = written.way.clone();
    written.journey(
        "i",
        &way,
        "request = \"INVITE\"\ncarry = { Contact = true }\nbody = \"body\"",
        &[
            "response = \"180 Ringing\"",
            "response = \"200 OK\"\ncarry = { Contact = true }\nbody = \"body\"",
        ],
    );
    let path = written.path(proxies);
    written.journey(
        "a",
        &path,
        "request = \"ACK\"\nacknowledges = \"ir1-0\"",
        &[],
    );
    written.journey(
        "b",
        &reversed(&path),
        "request = \"BYE\"",
        &["response = \"200 OK\""],
    );
    written.read()
}

/// Those of the flow are the ones that have a part in all of it.
#[test]
fn proxies_that_do_not_stay_are_nobody_of_a_call() {
    for proxies in [
        &[true, false, true][..],
        &[true, false, true, false, true],
        &[false, true, true, false],
        &[true, true, true, true, true],
    ] {
        let found = matched(&played(&called_through(proxies)), &templates());
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.id.as_str(), one.conclusion))
            .collect();
        let expected = [("rfc3665-two-proxies", Conclusion::Pass)];
        assert_eq!(told, expected, "{proxies:?}");
    }
}
