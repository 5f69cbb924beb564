//! AudioCodes: the peer, milliseconds, no year; messages in parts, without the blank line in front of a body.

use crate::traffic::{Read, Sent, analyze_text, check_with, of_one_side, one_sided, read_text};
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

/// Syslog parts an entry after so many bytes, wherever that is.
#[test]
fn the_time_may_be_parted() {
    let (traffic, own) = of_one_side();
    let sent = &traffic[1];
    let (mut text, mut number) = (String::new(), 98);
    write(sent, sent.is_from(own), true, &mut number, &mut text);
    let entry = text.lines().next().unwrap();
    let read = |text: &str| {
        let mut all = read_text(text.as_bytes(), TextOptions::default());
        assert_eq!(all.len(), 1);
        let read = all.remove(0);
        (read.nanos, read.message, read.whole)
    };
    let expected = read(entry);
    let time = entry.rfind(" [Time:").unwrap();
    for at in time..entry.len() {
        let (first, rest) = entry.split_at(at);
        let parted =
            format!("{first}\nNov 14 22:13:20 192.0.2.9 [S=99] [SID=a1b2c3:17:5] {rest}\n");
        assert_eq!(read(&parted), expected, "parted in front of {rest}");
    }
}
