//! A subscription to presence through any number of proxies is that subscription, and nothing that fails.

use sipscope::flow::{Conclusion, Template, read_template, templates};

use crate::flow_match::played::{matched, played};

/// A subscription through so many proxies that all stay on its path, and two notifications.
fn subscribed_through(proxies: usize) -> Template {
    let mut way = vec!["watcher".to_owned()];
    way.extend((1..=proxies).map(|number| format!("p{number}")));
    way.push("server".to_owned());
    let mut text = "id = \"through\"\ntitle = \"Presence through proxies\"\nsource = \"RFC 3856\"\nabout = \"Presence.\"\n".to_owned();
    for actor in &way {
        let role = match actor.as_str() {
            "watcher" => "role = \"UE\"",
            "server" => "role = \"presence server\"",
            _ => "role = \"proxy\"\nrecords_route = true",
        };
        text.push_str(&format!(
            "[[actor]]\nid = \"{actor}\"\nlabel = \"{actor}\"\n{role}\nnetwork = \"example.com\"\nname = \"{actor}.example.com\"\n"
        ));
    }
    text.push_str(
        "[[dialog]]\nid = \"watch\"\nfrom = \"sip:w@example.com\"\nto = \"sip:u@example.com\"\n",
    );
    text.push_str(
        "[[body]]\nid = \"pidf\"\ntype = \"application/pidf+xml\"\ntext = \"<presence/>\\n\"\n",
    );
    let mut step = |number: String, from: &str, to: &str, rest: String| {
        text.push_str(&format!(
            "[[step]]\nnumber = \"{number}\"\nfrom = \"{from}\"\nto = \"{to}\"\n{rest}\n"
        ));
    };
    let last = way.len() - 1;
    let subscribe = "carry = { Event = \"presence\", Expires = true, Contact = true, Accept = \"application/pidf+xml\" }\nexample = { Expires = \"3600\" }";
    let accept = "carry = { Expires = true, Contact = true }\nexample = { Expires = \"3600\" }";
    let notify = "carry = { Event = { copied_from = \"s0\" }, Subscription-State = \"active\", Content-Type = \"application/pidf+xml\", Contact = true }\nexample = { Subscription-State = \"active;expires=3000\" }\nbody = \"pidf\"";
    let back: Vec<String> = way.iter().rev().cloned().collect();
    for (letter, method, way, of_request, of_answer) in [
        ("s", "SUBSCRIBE", &way, subscribe, accept),
        ("n", "NOTIFY", &back, notify, ""),
        ("m", "NOTIFY", &back, notify, ""),
    ] {
        for hop in 0..last {
            let rest = match hop {
                0 => format!("request = \"{method}\"\ndialog = \"watch\"\n{of_request}"),
                hop => format!("request = \"{method}\"\nrelays = \"{letter}{}\"", hop - 1),
            };
            step(format!("{letter}{hop}"), &way[hop], &way[hop + 1], rest);
        }
        for hop in (0..last).rev() {
            let rest = match hop + 1 == last {
                true => format!("response = \"200 OK\"\nanswers = \"{letter}{hop}\"\n{of_answer}"),
                false => format!("response = \"200 OK\"\nrelays = \"{letter}r{}\"", hop + 1),
            };
            step(format!("{letter}r{hop}"), &way[hop + 1], &way[hop], rest);
        }
    }
    read_template(&text).unwrap()
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
