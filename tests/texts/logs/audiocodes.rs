//! AudioCodes: the peer, milliseconds, no year; messages in parts, without the blank line in front of a body.

use crate::logs::traffic::{
    Read, Sent, analyze_text, check_with, of_one_side, one_sided, read_text,
};
use sipscope::source::TextOptions;

/// Longer messages go on in the next entry.
const PART: usize = 700;

/// The message as the box prints it: some versions have a space where the blank line was, some nothing.
fn printed(sent: &Sent, has_space: bool) -> String {
    let text = sent.text();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let between = if has_space || body.is_empty() {
        "\n \n"
    } else {
        "\n"
    };
    let text = format!("{head}{between}{body}");
    text.replace("\r\n", "\n")
}

fn write(sent: &Sent, own: bool, has_space: bool, number: &mut u32, text: &mut String) {
    let (_, month, day, hour, minute, second, nanos) = sent.clock();
    let printed = printed(sent, has_space);
    let said = match own {
        true => format!("Outgoing SIP Message to {} from", sent.destination),
        false => format!("Incoming SIP Message from {} to", sent.source),
    };
    let transport = sent.transport;
    let mut front = format!(
        "(N 4711) ---- {said} SIPInterface #0 (WAN) {transport} TO(#12) SocketID(3) ---- \n"
    );
    for part in printed.as_bytes().chunks(PART) {
        let part = front + std::str::from_utf8(part).unwrap();
        *text += &format!(
            "Nov 14 22:13:20 192.0.2.9 [S={number}] [SID=a1b2c3:17:5] {} [Time:{day:02}-{month:02}@{hour:02}:\
             {minute:02}:{second:02}.{:03}]\n",
            part.replace('\n', "#012"),
            nanos / 1_000_000,
        );
        *number += 1;
        front = String::new();
    }
    // What the box does next ends the message.
    *text += &format!(
        "Nov 14 22:13:20 192.0.2.9 [S={number}] [SID=a1b2c3:17:5] ( sip_stack)( 12) Done\n"
    );
    *number += 1;
}

#[test]
fn everything_but_the_own_address_comes_back() {
    const OWN: &str = "audiocodes.log";
    let (traffic, own) = of_one_side();
    let (mut text, mut number) = (String::new(), 98);
    let mut expected: Vec<Read> = Vec::new();
    for (position, sent) in traffic.iter().enumerate() {
        let has_space = position % 2 == 0;
        write(sent, sent.is_from(own), has_space, &mut number, &mut text);
        let mut spoiled = vec!["line ends", "white space"];
        if printed(sent, has_space).len() > PART {
            spoiled.push("put together");
        }
        expected.push(Read {
            nanos: Some(sent.cut_to(1_000_000)),
            spoiled,
            ..one_sided(sent, own, OWN, true)
        });
    }
    assert!(expected.iter().any(|read| read.spoiled.len() == 3));
    let options = TextOptions {
        year: Some(2023),
        ..TextOptions::default()
    };
    check_with(OWN, "audiocodes", text.as_bytes(), options, &expected);
}

/// A part that was cut has no time of its own: that of syslog is left. Lines of other machines may stand between.
#[test]
fn entries_without_their_time_have_that_of_syslog() {
    let (traffic, own) = of_one_side();
    let (mut text, mut number) = (String::new(), 98);
    for sent in &traffic {
        write(sent, sent.is_from(own), true, &mut number, &mut text);
    }
    let expected = analyze_text(text.as_bytes(), TextOptions::default());
    let cut = text
        .lines()
        .map(|line| line.split(" [Time:").next().unwrap());
    let other = "Nov 14 22:13:20 192.0.2.7 kernel: eth0 is up";
    let entries: String = cut
        .clone()
        .map(|line| format!("{line}\n{other}\n"))
        .collect();
    let lines = entries.replace("#012", "\n");
    let inside: Vec<_> = lines.lines().collect();
    let inside = inside
        .chunks(3)
        .map(|lines| format!("{}\n{other}\n", lines.join("\n")));
    for text in [&entries, &lines, &inside.collect::<String>()] {
        let intake = analyze_text(text.as_bytes(), TextOptions::default());
        // What stands behind a foreign line may be of any text.
        assert!(intake.inputs[0].format.starts_with("audiocodes"));
        assert_eq!(intake.sightings.len(), expected.sightings.len());
        for (found, expected) in intake.sightings.iter().zip(expected.sightings.iter()) {
            assert_eq!(found.subject(), expected.subject());
            // Real line ends part a line that goes on in the next entry.
            if text == &entries {
                assert_eq!((found.whole(), found.length()), (true, expected.length()));
            }
            // 22:13:20 on 14 November of a year that is not known.
            let time = found.time().unwrap().nanos();
            assert_eq!(time % 86_400_000_000_000, 80_000_000_000_000);
            assert_eq!(found.digits(), Some(0));
        }
    }
}

/// Syslog parts an entry after so many bytes, wherever that is: in a line end, or in the time.
#[test]
fn an_entry_may_be_parted_anywhere() {
    let (traffic, own) = of_one_side();
    let sent = traffic.iter().find(|sent| printed(sent, true).len() < PART);
    let (mut text, mut number) = (String::new(), 98);
    let sent = sent.unwrap();
    write(sent, sent.is_from(own), true, &mut number, &mut text);
    let entry = text.lines().next().unwrap();
    let read = |text: &str| {
        let mut all = read_text(text.as_bytes(), TextOptions::default());
        assert_eq!(all.len(), 1);
        let read = all.remove(0);
        (read.nanos, read.message, read.whole)
    };
    let expected = read(entry);
    let start = entry.find("#012Call-ID").unwrap();
    for at in start..entry.len() {
        let (first, rest) = entry.split_at(at);
        let parted =
            format!("{first}\nNov 14 22:13:20 192.0.2.9 [S=99] [SID=a1b2c3:17:5] {rest}\n");
        assert_eq!(read(&parted), expected, "parted in front of {rest}");
    }
}

/// New entries name a part of the program in brackets, and so may what goes on.
#[test]
fn an_entry_may_go_on_with_a_bracket() {
    let part = |number: u32, session: u32, text: &str| {
        format!("Nov 14 22:13:20 192.0.2.9 [S={number}] [SID=a1b2c3:17:{session}] {text}\n")
    };
    let head = "(N 5) ---- Incoming SIP Message from 192.0.2.1:5060 to SIPInterface #0 (WAN) UDP TO(#1) ---- ";
    let fields = "OPTIONS sip:b@example.org SIP/2.0#012Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1#012Call-ID: 1#012CSeq: 1 \
                  OPTIONS#012User-Agent: phone ";
    let rest = "(v1) x#012Content-Length: 0#012#012 [Time:14-11@22:13:20.008]";
    for space in ["", " "] {
        let text = part(1, 5, &format!("{head}{fields}"))
            + &part(2, 5, &format!("{space}{rest}"))
            + &part(3, 6, "(x)(1) y [Time:14-11@22:13:20.009]")
            + &part(4, 6, "(N 6) z");
        let read = read_text(text.as_bytes(), TextOptions::default());
        assert_eq!(read.len(), 1);
        assert!(read[0].whole, "{read:?}");
        assert!(
            read[0].message.contains("(v1) x\r\nContent-Length: 0\r\n"),
            "{read:?}"
        );
    }
}

/// What another machine wrote behind an entry is none of the message, which may have lost the end of its headers.
#[test]
fn lines_behind_an_entry_are_none_of_it() {
    let (traffic, own) = of_one_side();
    let (mut text, mut number) = (String::new(), 98);
    for sent in &traffic {
        write(sent, sent.is_from(own), false, &mut number, &mut text);
    }
    let expected = read_text(text.as_bytes(), TextOptions::default());
    let messages: String = text
        .lines()
        .filter(|line| !line.ends_with("Done"))
        .fold(String::new(), |all, line| all + line + "\nhello world\n");
    let found = analyze_text(messages.as_bytes(), TextOptions::default());
    assert_eq!(found.sightings.len(), expected.len());
    // Each of them is counted.
    let lines = messages
        .lines()
        .filter(|line| *line == "hello world")
        .count();
    assert!(found.records() >= (expected.len() + lines) as u64);
    assert_eq!(
        read_text(messages.as_bytes(), TextOptions::default()),
        expected
    );
}

/// A NOTIFY tells of a response; that is not one of its own.
#[test]
fn a_response_in_a_body_is_no_message() {
    let notify = "NOTIFY sip:a@example.org SIP/2.0#012Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1#012Call-ID: 1#012CSeq: 1 \
                  NOTIFY#012Event: refer#012Content-Type: message/sipfrag#012Content-Length: 16#012";
    for between in ["", "#012", " #012"] {
        let text = format!(
            "Nov 14 22:13:20 192.0.2.9 [S=7] [SID=a:1:2] ( lgr_flow)( 3) ---- Incoming SIP Message from 192.0.2.2:5060 to \
             SIPInterface #0 (WAN) UDP TO(#1) ---- #012{notify}{between}SIP/2.0 200 OK#012 [Time:14-11@22:13:20.008]\n"
        );
        let read = read_text(text.as_bytes(), TextOptions::default());
        assert_eq!(read.len(), 1, "{between:?}");
        assert!(
            read[0].whole && read[0].message.ends_with("\r\n\r\nSIP/2.0 200 OK\r\n"),
            "{read:?}"
        );
    }
}

/// Blank lines count in the length of the body that they are of.
#[test]
fn blank_lines_of_a_body_are_its_own() {
    for body in ["a#012#012#012b#012", "a#012#012#012", "a#012 #012#012b#012"] {
        let length = body.replace("#012", "\r\n").len();
        let text = format!(
            "Nov 14 22:13:20 192.0.2.9 [S=7] [SID=a:1:2] ( lgr_flow)( 3) ---- Incoming SIP Message from 192.0.2.2:5060 to \
             SIPInterface #0 (WAN) UDP TO(#1) ---- #012MESSAGE sip:a@example.org SIP/2.0#012Call-ID: 1#012CSeq: 1 \
             MESSAGE#012Content-Type: text/plain#012Content-Length: {length}#012 #012{body} [Time:14-11@22:13:20.008]\n"
        );
        let read = read_text(text.as_bytes(), TextOptions::default());
        assert_eq!(read.len(), 1, "{body}");
        let end = format!("\r\n\r\n{}", body.replace("#012", "\r\n"));
        assert!(read[0].whole && read[0].message.ends_with(&end), "{read:?}");
    }
}

/// The entries of a message: their numbers come when they are in order.
fn entries_of(sent: &Sent, own: bool, session: u32) -> Vec<String> {
    let (mut text, mut number) = (String::new(), 0);
    write(sent, own, true, &mut number, &mut text);
    let named = text.replace("a1b2c3:17:5]", &format!("a1b2c3:17:{session}]"));
    let lines = named.lines().filter(|line| !line.ends_with("Done"));
    lines.map(|line| line.to_owned() + "\n").collect()
}

/// Entries with their numbers, which are those of the box.
fn numbered(entries: &[String], first: usize) -> String {
    let with_number = |(number, entry): (usize, &String)| {
        let (before, behind) = entry.split_once("[S=").unwrap();
        let (_, behind) = behind.split_once(']').unwrap();
        format!("{before}[S={number}]{behind}")
    };
    (first..).zip(entries).map(with_number).collect()
}

/// Two messages of two sessions, each in several entries.
fn of_two_sessions() -> [Vec<String>; 2] {
    let (traffic, own) = of_one_side();
    let mut long = traffic
        .iter()
        .filter(|sent| printed(sent, true).len() > PART);
    [1, 2].map(|session| {
        let sent = long.next().unwrap();
        let entries = entries_of(sent, sent.is_from(own), session);
        assert!(entries.len() > 1);
        entries
    })
}

fn in_order_of_time(text: &str) -> Vec<Read> {
    let mut read = read_text(text.as_bytes(), TextOptions::default());
    read.sort_by_key(|read| read.nanos);
    read
}

#[test]
fn sessions_that_write_between_each_other_are_told_apart() {
    let [one, other] = of_two_sessions();
    let expected = in_order_of_time(&numbered(&[one.clone(), other.clone()].concat(), 7));
    assert_eq!(expected.len(), 2);
    assert!(expected.iter().all(|read| read.whole));
    let by_turns = one.iter().zip(&other).flat_map(|(one, other)| [one, other]);
    let inside = one[..1].iter().chain(&other).chain(&one[1..]);
    for order in [
        by_turns.cloned().collect::<Vec<_>>(),
        inside.cloned().collect(),
    ] {
        assert_eq!(in_order_of_time(&numbered(&order, 7)), expected);
    }
    // What the other session does besides is none of it.
    let done =
        "Nov 14 22:13:20 192.0.2.9 [S=0] [SID=a1b2c3:17:2] ( sip_stack)( 12) Done\n".to_owned();
    let between = [&one[..1], &[done], &one[1..]].concat();
    let found = in_order_of_time(&numbered(&between, 7));
    assert!(found.len() == 1 && expected.contains(&found[0]));
}

/// Syslog loses entries: what follows a gap is none of a message in front of it.
#[test]
fn a_message_does_not_go_on_behind_a_lost_entry() {
    let [one, other] = of_two_sessions();
    let front = numbered(&[&one[..1], &other[..1]].concat(), 7);
    // The tenth is not there.
    let text = front + &numbered(&[&one[1..], &other[1..]].concat(), 10);
    let found = in_order_of_time(&text);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|read| !read.whole));
}
