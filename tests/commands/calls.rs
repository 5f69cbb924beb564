//! The commands over calls, on the sample of two calls over three links, the first over UDP and the second over TCP: UE, two
//! proxies, UE. `samples` were made by `benches/generate`; what is expected was read from the messages.
#![allow(clippy::unwrap_used, reason = "a test")]

use crate::support;

use crate::program::{printed, sipscope};
use serde_json::{Value, json};
use support::captures::{Record, written};
use support::exchange::{alice, bob};
use support::frames::udp_frame;
use support::sip::{request, response};
use tempfile::NamedTempFile;

const SAMPLE: &str = "samples/call.pcap";

#[track_caller]
fn parsed(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(arguments)).unwrap()
}

#[test]
fn calls_are_listed_with_what_became_of_them() {
    let listed = parsed(&["calls", "--format", "json", SAMPLE]);
    assert_eq!(listed["schema"], "sipscope.calls/1");
    let calls = listed["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 2);
    let first = &calls[0];
    assert_eq!(first["number"], 1);
    assert_eq!(first["time"], "2023-11-14T22:13:20.000001Z");
    assert_eq!(first["kind"], "call");
    assert_eq!(first["from"], "sip:+4930100000001@ims.example.org");
    assert_eq!(first["to"], "sip:+4930200000001@ims.example.org");
    assert_eq!(first["messages"], 21);
    // INVITE, ACK and BYE over three links each.
    assert_eq!(first["hops"], 9);
    assert_eq!(first["dialogs"], 1);
    // The 200 reached the caller at 23.863864, its BYE left at 38.829210.
    assert_eq!(first["outcome"], "answered, 15 s");
    assert_eq!(first["call_ids"][0], "c8aea04dd66f980e1");
}

#[test]
fn calls_for_people_and_for_tables() {
    let text = printed(&["calls", SAMPLE]);
    assert_eq!(text.lines().count(), 2);
    assert!(text.lines().all(|line| line.contains("answered")), "{text}");
    let csv = printed(&["calls", "--format", "csv", SAMPLE]);
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(
        lines.len(),
        4,
        "a heading, two calls, nothing behind the last line end"
    );
    assert_eq!(lines[0].split(',').count(), 11);
    assert!(lines[1].ends_with("\"c8aea04dd66f980e1\""), "{}", lines[1]);
}

/// RFC 3261 22.2: a challenge is how a registration begins that goes well.
#[test]
fn a_challenge_that_was_answered_is_no_failure() {
    let found = |status: &str, input: &str| {
        let arguments = ["calls", "-q", "--status", status, input];
        let output = sipscope(&arguments);
        (output.status.code(), !output.stdout.is_empty())
    };
    let registered = "samples/flows/ims-registration.pcapng";
    assert_eq!(found("4xx", registered), (Some(1), false));
    assert_eq!(found("401", registered), (Some(0), true));
    assert_eq!(found("2xx", registered), (Some(0), true));
    // Without the answer to it, it is what came of the call.
    let folder = tempfile::tempdir().unwrap();
    let refused = folder.path().join("refused.pcapng");
    let refused = refused.to_str().unwrap();
    let made = ["flows", "synthesize", "ims-registration", "-o", refused];
    let second = ["12", "13", "16", "20", "21", "22"];
    let dropped = second.into_iter().flat_map(|step| ["--drop", step]);
    let made: Vec<_> = made.into_iter().chain(dropped).collect();
    assert!(sipscope(&made).status.success());
    assert_eq!(found("4xx", refused), (Some(0), true));
}

#[test]
fn filters_leave_out_what_is_not_meant() {
    let numbers = |filter: &[&str]| -> Vec<u64> {
        let output = sipscope(&[&["calls", "--format", "json", SAMPLE], filter].concat());
        let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let calls = listed["calls"].as_array().unwrap();
        let numbers: Vec<_> = calls
            .iter()
            .map(|call| call["number"].as_u64().unwrap())
            .collect();
        assert_eq!(output.status.code(), Some(i32::from(numbers.is_empty())));
        numbers
    };
    assert_eq!(numbers(&["--call-id", "2cb4ebe2"]), [2]);
    assert_eq!(numbers(&["--from", "4930100000001@IMS"]), [1]);
    assert_eq!(numbers(&["--to", "0000002"]), [2]);
    assert_eq!(numbers(&["--method", "bye"]), [1, 2]);
    assert_eq!(numbers(&["--method", "REFER"]), [0u64; 0]);
    assert_eq!(numbers(&["--status", "2xx"]), [1, 2]);
    assert_eq!(numbers(&["--status", "486"]), [0u64; 0]);
    assert_eq!(numbers(&["--node", "10.64.0.1"]), [1]);
    assert_eq!(numbers(&["--node", "10.64.0.1:5060"]), [1]);
    assert_eq!(numbers(&["--node", "10.0.0.1"]), [1, 2]);
    assert_eq!(numbers(&["--since", "2023-11-14T22:13:20.01Z"]), [2]);
    assert_eq!(numbers(&["--until", "2023-11-14T22:13:20.01Z"]), [1]);
    assert_eq!(
        numbers(&["--grep", "2620212340abcdef", "--call-id", "c8aea"]),
        [1]
    );
    assert_eq!(numbers(&["--grep", "in no message"]), [0u64; 0]);
}

/// Who calls whom is what the list says, whoever ends the call.
#[test]
fn filters_by_user_mean_who_calls_whom() {
    let ask = |method: &str, cseq| request(method, "sip:bob@example.com", "users", cseq, &[], "");
    let turned = ask("BYE", 2);
    let turned = turned.replace("From: <sip:alice@example.com>;tag=alice", "X");
    let turned = turned.replace(
        "To: <sip:bob@example.com>;tag=bob",
        "To: <sip:alice@example.com>;tag=alice",
    );
    let turned = turned.replace("X\r\n", "From: <sip:bob@example.com>;tag=bob\r\n");
    let answer = response(200, "OK", "INVITE", "users", 1, &[], "");
    let file = written(&[
        Record::new(1, 0, udp_frame(alice(), bob(), ask("INVITE", 1))),
        Record::new(2, 0, udp_frame(bob(), alice(), answer)),
        Record::new(3, 0, udp_frame(bob(), alice(), turned)),
    ]);
    let path = file.path().to_str().unwrap();
    let count = |filter: [&str; 2]| {
        let output = sipscope(&["calls", path, filter[0], filter[1]]);
        String::from_utf8(output.stdout).unwrap().lines().count()
    };
    assert_eq!(count(["--from", "Alice"]), 1);
    assert_eq!(count(["--to", "bob"]), 1);
    assert_eq!(count(["--from", "bob"]), 0);
    assert_eq!(count(["--to", "alice"]), 0);
}

/// The number is the last argument, wherever options stand.
#[test]
fn options_may_stand_anywhere() {
    let orders = |command: &str, options: &[&str], number: &str| {
        let expected = printed(&[&[command][..], options, &[SAMPLE, number]].concat());
        assert!(!expected.is_empty());
        let between = [&[command, SAMPLE][..], options, &[number]].concat();
        let behind = [&[command, SAMPLE, number][..], options].concat();
        for arguments in [between, behind] {
            assert_eq!(printed(&arguments), expected, "{arguments:?}");
        }
        let twice = [&[command, SAMPLE][..], options, &[SAMPLE, number]].concat();
        printed(&twice);
    };
    orders("call", &["--all"], "2");
    orders("call", &["--format", "json"], "2");
    orders("hop", &["--message"], "17");
    orders("hop", &["--format", "json", "--threads", "1"], "2");
    orders("show", &["--format", "raw"], "3");
    orders("ladder", &["--format", "text"], "2");
    orders("document", &["--format", "markdown"], "2");
    for command in ["hop", "show"] {
        for arguments in [
            &[command, SAMPLE][..],
            &[command, SAMPLE, "--quiet"],
            &[command, "2"],
            &[command, SAMPLE, "x"],
        ] {
            let output = sipscope(arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains("number is needed behind the files"), "{said}");
        }
        let help = printed(&[command, "--help"]);
        let usage = format!("sipscope {command} [OPTIONS] <FILE>... <N>\n");
        assert!(
            help.contains(&usage) && help.contains("N is the number of"),
            "{help}"
        );
    }
}

#[test]
fn a_call_is_shown_with_its_journeys() {
    let call = parsed(&["call", "--format", "json", SAMPLE, "1"]);
    assert_eq!(call["schema"], "sipscope.call/1");
    let hops = call["journeys"].as_array().unwrap();
    let brief: Vec<_> = hops
        .iter()
        .map(|hop| {
            let method = hop["method"].as_str().unwrap();
            (
                method,
                hop["depth"].as_u64().unwrap(),
                hop["link"].as_str().unwrap(),
            )
        })
        .collect();
    let journey = |method| [(method, 0, "none"), (method, 1, "via"), (method, 2, "via")];
    assert_eq!(
        brief,
        [journey("INVITE"), journey("ACK"), journey("BYE")].concat()
    );
    let parts = |hop: &Value| -> Vec<(u64, String)> {
        let messages = hop["messages"].as_array().unwrap();
        let part = |message: &Value| message["part"].as_str().unwrap().to_owned();
        let messages = messages.iter();
        messages
            .map(|message| (message["number"].as_u64().unwrap(), part(message)))
            .collect()
    };
    let expected = [
        (1, "request"),
        (2, "provisional"),
        (15, "provisional"),
        (21, "final"),
    ];
    assert_eq!(
        parts(&hops[0]),
        expected.map(|(number, part)| (number, part.to_owned()))
    );
    assert_eq!(hops[1]["continues"], 1);
    let dialog = &call["dialogs_of_call"][0];
    assert_eq!(dialog["caller_tag"], "ac8aea04dd66f980e");
    assert_eq!(dialog["callee_tag"], "bc8aea04dd66f980e");
    assert_eq!(
        (&dialog["made_by"], &dialog["confirmed"]),
        (&1.into(), &true.into())
    );
}

#[test]
fn a_dialog_is_shown_with_what_each_side_knows() {
    let call = parsed(&["call", "--format", "json", SAMPLE, "1"]);
    let dialog = &call["dialogs_of_call"][0];
    let routes = |side: &str| -> Vec<&str> {
        let routes = dialog[side]["route_set"]["routes"].as_array().unwrap();
        let uris = routes.iter().map(|route| route["uri"].as_str().unwrap());
        uris.collect()
    };
    let (p1, p2) = ("sip:10.0.0.1:5060;lr", "sip:10.0.0.2:5060;lr");
    assert_eq!(
        (routes("caller"), routes("callee")),
        (vec![p1, p2], vec![p2, p1])
    );
    assert_eq!(dialog["confirmed_by"], 21);
    assert_eq!(dialog["ended"]["message"], 37);
    let exchange = &dialog["session"]["exchanges"][0];
    assert_eq!(
        (
            &exchange["offer"]["message"],
            &exchange["answer"]["message"]
        ),
        (&1.into(), &21.into())
    );
    let codecs = &exchange["answer"]["media"][0]["codecs"];
    assert_eq!(
        *codecs,
        serde_json::json!(["AMR-WB", "PCMA", "telephone-event"])
    );
}

#[test]
fn a_hop_is_shown_as_what_the_node_changed() {
    let shown = parsed(&["hop", "--format", "json", SAMPLE, "2"]);
    assert_eq!(shown["schema"], "sipscope.hop/1");
    let relays = shown["relays"].as_array().unwrap();
    // The request went from hop 1 to hop 2, 180 and 200 the other way; 100 was the node's own.
    let kinds = relays.iter().map(|relay| {
        let numbers = [&relay["before"], &relay["after"]];
        let numbers = numbers.map(|number| number.as_u64().unwrap());
        (relay["kind"].as_str().unwrap(), numbers)
    });
    let expected = [("request", [1, 3]), ("180", [14, 15]), ("200", [20, 21])];
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    let relay = &relays[0];
    assert_eq!(
        (&relay["upper_hop"], &relay["lower_hop"]),
        (&1.into(), &2.into())
    );
    assert_eq!(relay["node"]["received_at"], "10.0.0.1:5060");
    assert_eq!(relay["node"]["role"], "proxy");
    let changes = relay["changes"].as_array().unwrap();
    let told = |change: &Value| {
        let keys = ["what", "edit", "class", "side"];
        let words = keys.map(|key| change[key].as_str().unwrap());
        words.join(", ")
    };
    let expected = [
        "Via, added, expected, downstream side of the node",
        "Max-Forwards, changed, expected, node",
        "Route, removed, expected, upstream side of the node",
        "Record-Route, added, expected, downstream side of the node",
    ];
    assert_eq!(changes.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(
        (&changes[1]["before"], &changes[1]["after"]),
        (&"70".into(), &"69".into())
    );
    assert_eq!(changes[2]["cites"], "RFC 3261 16.4");
}

/// The first hop of a journey came from nowhere: what the next node did is shown.
#[test]
fn the_first_hop_is_shown_as_what_became_of_it() {
    let of = |number| parsed(&["hop", "--format", "json", SAMPLE, number]);
    assert_eq!(of("1"), of("2"));
    assert_ne!(of("2"), of("3"));
}

#[test]
fn a_message_is_shown_where_it_was_passed_on() {
    let shown = parsed(&["hop", "--message", "--format", "json", SAMPLE, "14"]);
    let relays = shown["relays"].as_array().unwrap();
    let numbers = relays
        .iter()
        .map(|relay| (relay["before"].as_u64(), relay["after"].as_u64()));
    // The 180 came from the last node as 13.
    assert_eq!(
        numbers.collect::<Vec<_>>(),
        [(Some(13), Some(14)), (Some(14), Some(15))]
    );
    // A 100 is hop by hop.
    let output = sipscope(&["hop", "--message", SAMPLE, "2"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_hop_for_people_fits_into_eighty_columns() {
    let text = printed(&["hop", SAMPLE, "2"]);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let max_forwards = "\n- Max-Forwards: 70\n+ Max-Forwards: 69\n    \
        expected, by the node: counts one down (RFC 3261 16.6 step 3)\n";
    assert!(text.contains(max_forwards), "{text}");
    let ends = "\n--- message 1  10.64.0.1:5060 -> 10.0.0.1:5060\n\
        +++ message 3  10.0.0.1:5060 -> 10.0.0.2:5060\n";
    assert!(text.contains(ends), "{text}");
}

/// RFC 3261 8.1.1.5 asks for a number below 2^31; one that cannot be read is no number, and above all not 0.
#[test]
fn a_cseq_that_cannot_be_read_is_none() {
    let extra = ["CSeq: 99999999999 OPTIONS"];
    let options = request("OPTIONS", "sip:bob@example.com", "odd", 1, &extra, "");
    let file = written(&[Record::new(1, 0, udp_frame(alice(), bob(), options))]);
    let path = file.path().to_str().unwrap();
    assert!(printed(&["call", path, "1"]).contains("hop 1: OPTIONS -  "));
    let call = parsed(&["call", "--format", "json", path, "1"]);
    assert_eq!(call["journeys"][0]["cseq"], Value::Null);
}

/// A watcher who refreshes a subscription each minute.
fn watched(refreshes: u32) -> NamedTempFile {
    let mut records = Vec::new();
    for number in 1..=refreshes + 1 {
        let to = if number > 1 { ";tag=bob" } else { "" };
        let to = format!("To: <sip:bob@example.com>{to}");
        let extra = ["Event: presence", "Expires: 90", &to];
        let uri = "sip:bob@example.com";
        let asked = request("SUBSCRIBE", uri, "watch", number, &extra, "");
        let granted = response(200, "OK", "SUBSCRIBE", "watch", number, &[], "");
        let at = number * 60;
        records.push(Record::new(at.into(), 0, udp_frame(alice(), bob(), asked)));
        records.push(Record::new(
            at.into(),
            1,
            udp_frame(bob(), alice(), granted),
        ));
    }
    written(&records)
}

#[test]
fn refreshes_are_one_line_unless_all_are_wanted() {
    let file = watched(1000);
    let path = file.path().to_str().unwrap();
    let text = printed(&["call", path, "1"]);
    let line = "\n  hops 2 to 1001: subscription refresh 1000 times, every ~60 s, each \
        SUBSCRIBE\n      200\n  (--all shows every hop)\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("  hop 1: SUBSCRIBE 1 "), "{text}");
    assert!(!text.contains("hop 2:"), "{text}");
    let all = printed(&["call", "--all", path, "1"]);
    let hops = all.lines().filter(|line| line.starts_with("  hop "));
    assert_eq!(hops.count(), 1001);
    let steps = |text: &str| {
        text.lines()
            .filter(|line| line.contains(" refresh      200"))
            .count()
    };
    assert_eq!((steps(&text), steps(&all)), (3, 1000));
    assert!(text.contains("and 997 more like it"), "{text}");
    let call = parsed(&["call", "--format", "json", path, "1"]);
    assert_eq!(call["journeys"].as_array().unwrap().len(), 1001);
    let fold = &call["folds"][0];
    assert_eq!(fold["times"], 1000);
    assert_eq!(fold["each"], json!(["SUBSCRIBE 200"]));
    assert_eq!(fold["shortest_nanoseconds"], 60_000_000_000_u64);
    assert_eq!(fold["hops"].as_array().unwrap().len(), 1000);
}

/// Two proxies pass one request to each other.
#[test]
fn shapes_of_journeys_are_told() {
    let uri = "sip:bob@example.com";
    let first = request("OPTIONS", uri, "round", 1, &[], "");
    let passed = |message: &str, branch: &str, left: u32| {
        let via = format!("\r\nVia: SIP/2.0/UDP p{branch};branch=z9hG4bK-{branch}\r\nVia:");
        let left = [format!("wards: {left}"), format!("wards: {}", left - 1)];
        let message = message.replacen("\r\nVia:", &via, 1);
        message.replacen(&left[0], &left[1], 1)
    };
    let second = passed(&first, "1", 70);
    let third = passed(&second, "2", 69);
    let frames = [
        udp_frame(alice(), bob(), first),
        udp_frame(bob(), alice(), second),
        udp_frame(alice(), bob(), third),
    ];
    let records = (1..).zip(frames);
    let records: Vec<_> = records
        .map(|(second, frame)| Record::new(second, 0, frame))
        .collect();
    let file = written(&records);
    let path = file.path().to_str().unwrap();
    let shapes = &parsed(&["call", "--format", "json", path, "1"])["shapes"];
    let found = &shapes.as_array().unwrap()[0];
    assert_eq!(
        (&found["kind"], &found["hops"], &found["messages"]),
        (&json!("loop"), &json!([1, 3]), &json!([1, 3]))
    );
    assert_eq!(found["cites"], "RFC 3261 16.3 step 4, RFC 5393 4");
    let text = printed(&["call", path, "1"]);
    assert!(
        text.contains("\nshapes of journeys:\n  loop at node "),
        "{text}"
    );
    assert!(text.contains(" (hops 1, 3): "), "{text}");
}

#[test]
fn numbers_that_are_not_there_are_said() {
    for (command, what) in [("call", "call"), ("hop", "hop"), ("show", "message")] {
        let output = sipscope(&[command, SAMPLE, "99"]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(&format!("there is no {what} 99")), "{said}");
    }
    let output = sipscope(&["hop", "--message", SAMPLE, "99"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no message 99"), "{said}");
    assert_eq!(sipscope(&["call", SAMPLE]).status.code(), Some(2));
}

#[test]
fn a_clock_is_set_for_the_file_that_is_named() {
    for file in [SAMPLE, "call.pcap"] {
        let offset = format!("{file}=-20ms");
        let listed = parsed(&["calls", "--format", "json", "--offset", &offset, SAMPLE]);
        assert_eq!(listed["calls"][0]["time"], "2023-11-14T22:13:19.980001Z");
        assert_eq!(listed["clocks"][0]["source"], "given");
    }
    let status = |offset| {
        sipscope(&["calls", "--offset", offset, SAMPLE])
            .status
            .code()
    };
    assert_eq!(status("call.pcap"), Some(2), "no time");
    assert_eq!(status("call.pcap=soon"), Some(2), "no time either");
    assert_eq!(status("other.pcap=1s"), Some(2), "no input");
}

#[test]
fn every_command_counts_and_numbers_alike() {
    let listed = parsed(&["calls", "--format", "json", SAMPLE]);
    let calls = listed["calls"].as_array().unwrap();
    let of_calls: u64 = calls
        .iter()
        .map(|call| call["messages"].as_u64().unwrap())
        .sum();
    let lines = printed(&["messages", "--format", "json", SAMPLE]);
    let messages: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let summary = parsed(&["summary", "--format", "json", SAMPLE]);
    assert_eq!(of_calls, messages.len() as u64);
    assert_eq!(summary["sightings"], messages.len());
    let call = parsed(&["call", "--format", "json", SAMPLE, "2"]);
    let hops = call["journeys"].as_array().unwrap();
    let own = hops.iter().map(|hop| hop["hop"].as_u64().unwrap());
    // The first call has hops 1 to 9.
    assert_eq!(own.collect::<Vec<_>>(), (10..=18).collect::<Vec<_>>());
    for hop in hops {
        let number = hop["number"].as_u64().unwrap();
        let message = &messages[number as usize - 1];
        assert_eq!(message["number"], number);
        assert_eq!(
            (&message["from"], &message["to"]),
            (&hop["from"], &hop["to"])
        );
        assert_eq!(message["method"], hop["method"]);
    }
}

/// RFC 3261 16.6: a proxy passes on what came in before. Nothing was seen by both captures, so nothing sets their clocks.
#[test]
fn clocks_that_cannot_both_be_right_are_told() {
    let uri = "sip:bob@example.com";
    let came = request("OPTIONS", uri, "clocks", 1, &[], "");
    let own = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKown\r\nVia:";
    let went = came.replacen("Via:", own, 1);
    let proxy = "192.0.2.9:5060".parse().unwrap();
    let carol = "192.0.2.10:5060".parse().unwrap();
    let first = written(&[Record::new(100, 0, udp_frame(alice(), proxy, came))]);
    let second = Record::new(98, 500_000_000, udp_frame(proxy, carol, went));
    let second = written(&[second]);
    let [first, second] = [&first, &second].map(|file| file.path().to_str().unwrap());
    let note = format!(
        "clocks of {first} and {second} contradict each other: message 2 is 1.500000 s before message 1, \
         which it passes on; --offset {second}=+1.500000s or more would mend that\n"
    );
    for command in [&["calls", first, second][..], &["call", first, second, "1"]] {
        let text = printed(command);
        assert_eq!(text.matches(&note).count(), 1, "{text}");
    }
    for command in [&["calls", first, second][..], &["call", first, second, "1"]] {
        let json = printed(&[command, &["--format", "json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let expected = serde_json::json!([{
            "input": first,
            "other": second,
            "cause": 1,
            "effect": 2,
            "by_nanoseconds": 1_500_000_000,
            "offset_nanoseconds": 1_500_000_000,
        }]);
        assert_eq!(json["clock_contradictions"], expected);
    }
    // What was given is not enough.
    let offset = format!("{second}=+1s");
    let text = printed(&["calls", "--offset", &offset, first, second]);
    assert!(text.contains("is 0.500000 s before message 1"), "{text}");
    assert!(text.contains("=+1.500000s or more"), "{text}");
    let offset = format!("{second}=+1.6s");
    let text = printed(&["calls", "--offset", &offset, first, second]);
    assert!(!text.contains("contradict"), "{text}");
}

/// RFC 3261 16.6: each message of the second capture passes on one of the first, or is passed on there. Its clock is 90 s behind,
/// and yet its INVITE comes before its BYE.
#[test]
fn what_one_clock_has_in_order_stays_in_order() {
    let proxy = "192.0.2.9:5060".parse().unwrap();
    let own = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKown\r\nVia:";
    let passed_on = |message: &str| message.replacen("Via:", own, 1);
    let uri = "sip:bob@example.com";
    let invite = request("INVITE", uri, "apart", 1, &[], "");
    let accepted = response(200, "OK", "INVITE", "apart", 1, &[], "");
    let bye = request("BYE", uri, "apart", 2, &[], "");
    let over = response(200, "OK", "BYE", "apart", 2, &[], "");
    let (mut near, mut far) = (Vec::new(), Vec::new());
    for (second, asked, answered) in [(100, invite, accepted), (110, bye, over)] {
        far.push(Record::new(
            second - 90,
            1_000_000,
            udp_frame(proxy, bob(), passed_on(&asked)),
        ));
        far.push(Record::new(
            second - 90,
            2_000_000,
            udp_frame(bob(), proxy, passed_on(&answered)),
        ));
        near.push(Record::new(second, 0, udp_frame(alice(), proxy, asked)));
        near.push(Record::new(
            second,
            3_000_000,
            udp_frame(proxy, alice(), answered),
        ));
    }
    let [near, far] = [written(&near), written(&far)];
    let [near, far] = [&near, &far].map(|file| file.path().to_str().unwrap());
    for inputs in [[near, far], [far, near]] {
        let lines = printed(&["messages", "-q", "-f", "json", inputs[0], inputs[1]]);
        let order: Vec<(String, bool)> = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .map(|row| {
                let what = format!(
                    "{} {}",
                    row["cseq"],
                    row["method"].as_str().unwrap_or("200")
                );
                (what, row["input"] == far)
            })
            .collect();
        let expected = [
            ("1 INVITE", false),
            ("1 INVITE", true),
            ("1 200", true),
            ("1 200", false),
            ("2 BYE", false),
            ("2 BYE", true),
            ("2 200", true),
            ("2 200", false),
        ];
        assert_eq!(
            order,
            expected.map(|(what, is_far)| (what.to_owned(), is_far))
        );
    }
}

#[test]
fn one_is_told_in_the_singular() {
    let options = request("OPTIONS", "sip:bob@example.com", "one", 1, &[], "");
    let file = written(&[Record::new(1, 0, udp_frame(alice(), bob(), options))]);
    let path = file.path().to_str().unwrap();
    let text = printed(&["call", path, "1"]);
    assert!(text.contains(", 1 message, 1 hop\n"), "{text}");
    let text = printed(&["calls", path]);
    assert!(text.contains(" 2 nodes     1 message   "), "{text}");
}

/// What is listed, and compared with --since and --until, is the common clock; the time of the input stands beside it.
#[test]
fn all_times_are_those_of_the_common_clock() {
    let bob = "192.0.2.9:5060".parse().unwrap();
    let ask = |id: &str| request("OPTIONS", "sip:bob@example.com", id, 1, &[], "");
    let frame = |id: &str| udp_frame(alice(), bob, ask(id));
    let early = written(&[Record::new(10_000, 0, frame("one"))]);
    // Its clock is an hour behind: this was half an hour later.
    let late = written(&[Record::new(10_000 - 1_800, 0, frame("two"))]);
    let [early, late] = [&early, &late].map(|file| file.path().to_str().unwrap());
    let offset = format!("{late}=+3600s");
    let both = ["--offset", &offset, early, late];
    let listed = printed(&[&["messages"][..], &both].concat());
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    assert_eq!(
        lines[0],
        format!("clock of {late}: +3600.000000 s, as given")
    );
    assert!(lines[1].contains("1970-01-01T02:46:40.000000Z") && lines[1].contains("Call-ID one"));
    assert!(lines[2].contains("1970-01-01T03:16:40.000000Z") && lines[2].contains("Call-ID two"));
    let json = printed(&[&["messages", "--format", "json"][..], &both].concat());
    let last: serde_json::Value = serde_json::from_str(json.lines().nth(1).unwrap()).unwrap();
    assert_eq!(last["time"], "1970-01-01T03:16:40.000000Z");
    assert_eq!(last["last_time"], "1970-01-01T03:16:40.000000Z");
    assert_eq!(last["input_time"], "1970-01-01T02:16:40.000000Z");
    let since = printed(&[&["calls", "--since", "1970-01-01T03:00:00Z"][..], &both].concat());
    assert_eq!(since.matches("OPTIONS").count(), 1, "{since}");
    assert!(since.contains("1970-01-01T03:16:40.000000Z"), "{since}");
    let until = printed(&[&["calls", "--until", "1970-01-01T03:00:00Z"][..], &both].concat());
    assert!(until.contains("1970-01-01T02:46:40.000000Z"), "{until}");
    assert!(!until.contains("1970-01-01T03:16:40.000000Z"), "{until}");
}

/// RFC 3261 8.2.6: a response follows its request; 13.2.2.4: an ACK the answer. A tap for each direction has a clock of its own.
#[test]
fn clocks_that_one_hop_contradicts_are_told() {
    let ask = |method: &str| {
        let text = request(method, "sip:bob@example.com", "ways", 1, &[], "");
        // The ACK to a refusal has the branch of its INVITE.
        udp_frame(alice(), bob(), text.replace("ways-1-ACK", "ways-1-INVITE"))
    };
    let invite = Record::new(100, 0, ask("INVITE"));
    let ack = Record::new(100, 500_000_000, ask("ACK"));
    let sent = written(&[invite, ack]);
    let answer = response(486, "Busy Here", "INVITE", "ways", 1, &[], "");
    for (seconds, note) in [
        (
            98,
            "message 2 is 2.000000 s before message 1, which it answers",
        ),
        (
            101,
            "message 2 is 0.500000 s before message 3, which it acknowledges",
        ),
    ] {
        let came = udp_frame(bob(), alice(), answer.clone());
        let came = written(&[Record::new(seconds, 0, came)]);
        let [sent, came] = [&sent, &came].map(|file| file.path().to_str().unwrap());
        let text = printed(&["calls", sent, came]);
        assert!(text.contains(note), "{text}");
    }
}

/// A back-to-back user agent got one request and sent the other, 3 s before that by the clock of another capture.
#[test]
fn clocks_that_legs_of_a_call_contradict_are_told() {
    let uri = "sip:bob@example.com";
    let leg = |id: &str, body: &str| {
        let vector = "P-Charging-Vector: icid-value=7;icid-generated-at=192.0.2.1";
        request("INVITE", uri, id, 1, &[vector], body)
    };
    let b2bua = "192.0.2.9:5060".parse().unwrap();
    let carol = "192.0.2.10:5060".parse().unwrap();
    let first = udp_frame(alice(), b2bua, leg("near", ""));
    let second = udp_frame(b2bua, carol, leg("far", ""));
    let first = written(&[Record::new(100, 0, first)]);
    let second = written(&[Record::new(97, 0, second)]);
    let [first, second] = [&first, &second].map(|file| file.path().to_str().unwrap());
    let note = format!(
        "clocks of {first} and {second} contradict each other: message 2 is 3.000000 s before message 1, \
         which it passes on; --offset {second}=+3.000000s or more would mend that\n"
    );
    for command in [&["calls", first, second][..], &["call", second, first, "1"]] {
        let text = printed(command);
        assert_eq!(text.matches(&note).count(), 1, "{text}");
    }
    let listed = parsed(&["calls", "--format", "json", second, first]);
    assert_eq!(listed["calls"][0]["call_ids"], json!(["near", "far"]));
}

/// The ACK to a 2xx is a request of its own; which INVITE it is for, CSeq and tags say (RFC 3261 13.2.2.4).
#[test]
fn call_says_which_invite_an_ack_belongs_to() {
    let call = parsed(&["call", "--format", "json", SAMPLE, "1"]);
    let hops = call["journeys"].as_array().unwrap();
    let named = |method: &str| -> Vec<(u64, Value)> {
        let all = hops.iter().filter(|hop| hop["method"] == method);
        all.map(|hop| (hop["hop"].as_u64().unwrap(), hop["acknowledges"].clone()))
            .collect()
    };
    // Each link has an INVITE and its ACK.
    let expected = [(4, json!(1)), (5, json!(2)), (6, json!(3))];
    assert_eq!(named("ACK"), expected);
    assert!(named("INVITE").iter().all(|(_, of)| of.is_null()));
    let text = printed(&["call", SAMPLE, "1"]);
    assert!(text.contains("  acknowledges hop 2\n"), "{text}");
}

#[test]
fn who_calls_whom_is_never_an_empty_column() {
    let file = NamedTempFile::new().unwrap();
    let lines = "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
                 Call-ID: none\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    std::fs::write(file.path(), lines).unwrap();
    let text = printed(&["calls", file.path().to_str().unwrap()]);
    assert!(text.contains("  OPTIONS  -  -  "), "{text}");
}

/// What of an input is missing is missing in all that is told of it, whatever was asked for.
#[test]
fn every_command_says_that_an_input_is_cut() {
    let file = NamedTempFile::new().unwrap();
    let whole = std::fs::read(SAMPLE).unwrap();
    std::fs::write(file.path(), &whole[..whole.len() - 10]).unwrap();
    let path = file.path().to_str().unwrap();
    let commands: [&[&str]; 10] = [
        &["summary", path],
        &["messages", path],
        &["nodes", path],
        &["calls", path],
        &["call", path, "1"],
        &["hop", path, "2"],
        &["show", path, "1"],
        &["ladder", path, "1"],
        &["document", path, "1"],
        &["audit", path],
    ];
    for command in commands {
        let told = String::from_utf8(sipscope(command).stderr).unwrap();
        let expected = format!("sipscope: not all was read: 1 input-cut, first in {path} record ");
        assert!(told.contains(&expected), "{command:?}: {told}");
        assert_eq!(told.lines().count(), 1, "{command:?}: {told}");
        let whole: Vec<_> = command
            .iter()
            .map(|word| word.replace(path, SAMPLE))
            .collect();
        let whole: Vec<_> = whole.iter().map(String::as_str).collect();
        let told = String::from_utf8(sipscope(&whole).stderr).unwrap();
        assert_eq!(told, "", "{command:?}");
    }
    let output = sipscope(&["audit", "--format", "json", path]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let odd = report["accounting"]["anomalies"].as_array().unwrap();
    assert!(odd.iter().any(|one| one["kind"] == "input-cut"), "{odd:?}");
}
