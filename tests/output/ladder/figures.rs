//! Whole figures.

use sipscope::render::text::{self, Charset, Style};
use sipscope::report::ladder::{
    Arrow, Column, Edge, Finding, Fragment, Frame, Kind, Ladder, Panel, PanelKind, Row,
};

use super::scenario::{Net, file};
use super::sip::Talk;
use super::{capture, figure, name, printed};

fn column(label: &str, detail: &str) -> Column {
    Column {
        label: label.to_owned(),
        detail: detail.to_owned(),
        about: label.to_owned(),
    }
}

pub(super) fn arrow(number: &str, from: usize, to: usize, caption: &str, kind: Kind) -> Arrow {
    Arrow {
        number: number.to_owned(),
        message: None,
        time: String::new(),
        from,
        to,
        caption: caption.to_owned(),
        small: Vec::new(),
        kind,
        strand: 0,
        again: Vec::new(),
        seen: 1,
        marks: Vec::new(),
        about: caption.to_owned(),
    }
}

pub(super) fn panel(first: usize, last: usize, text: &str, kind: PanelKind) -> Row {
    Row::Panel(Panel {
        number: String::new(),
        first,
        last,
        text: text.to_owned(),
        kind,
        folded: Vec::new(),
    })
}

/// Everything that can stand in a ladder.
fn everything() -> Ladder {
    let invite = Arrow {
        small: vec!["Max-Forwards: 70".to_owned()],
        marks: vec![1],
        ..arrow("1", 0, 1, "INVITE", Kind::Request)
    };
    let again = Arrow {
        again: vec![7, 8],
        seen: 2,
        ..arrow("3", 1, 2, "INVITE", Kind::Request)
    };
    let action = Panel {
        number: "2".to_owned(),
        first: 1,
        last: 1,
        text: "Looks it up".to_owned(),
        kind: PanelKind::Action,
        folded: Vec::new(),
    };
    Ladder {
        title: "All".to_owned(),
        columns: vec![
            column("Alice", "UE"),
            column("Proxy", ""),
            column("Bob", "UE"),
        ],
        frames: vec![Frame {
            name: "home".to_owned(),
            first: 0,
            last: 1,
        }],
        rows: vec![
            Row::Arrow(invite),
            Row::Panel(action),
            Row::Arrow(again),
            Row::Arrow(arrow("4", 2, 0, "200 OK", Kind::Response)),
            Row::Arrow(arrow("5", 1, 1, "log", Kind::Other)),
            panel(0, 2, "audio PCMU", PanelKind::Media),
            panel(0, 2, "audio PCMU on hold by the caller", PanelKind::Hold),
            panel(0, 2, "2 min later", PanelKind::Gap),
        ],
        findings: vec![Finding {
            first: 1,
            last: 1,
            ink: sipscope::base::Ink::Bad,
            text: "error X01 wrong: got a; expected b".to_owned(),
        }],
        notes: vec!["A note.".to_owned()],
        ..Ladder::default()
    }
}

#[test]
fn everything_in_ascii() {
    let style = Style {
        width: 80,
        charset: Charset::Ascii,
        in_colours: false,
    };
    let expected = "\
All

   |----- home -----|
   Alice        Proxy                   Bob
    UE                                  UE
     |            |                      |
1    | INVITE [1] |                      |
     |----------->|                      |
     | Max-Forwards: 70                  |
     |     +-------------+               |
2    |     | Looks it up |               |
     |     +-------------+               |
3    |            | INVITE (3x, seen 2x) |
     |            |--------------------->|
4    |            | 200 OK               |
     |<----------------------------------|
5    |            |--+ log               |
     |            |<-+                   |
     |            audio PCMU             |
     |<=================================>|
   +---------------------------------------+
   |   audio PCMU on hold by the caller    |
   +---------------------------------------+
     :            2 min later            :
     |            |                      |

[1] error X01 wrong: got a; expected b

A note.
";
    let drawn = text::draw(&everything(), style);
    assert_eq!(drawn, expected, "{drawn}");
}

/// One branch rings and is refused, then the other answers; the caller acknowledges to it directly.
#[test]
fn a_call_that_forks() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let talk = Talk::new("serial");
    let above = net.send("uac", "p", talk.request("INVITE", 1), 0);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    net.respond(&[above.clone(), one.clone()], 180, "b1", 100);
    net.reply(&one, 486, "b1", 3000);
    net.ack(&one, "b1", 3010);
    let other = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 3020);
    net.respond(&[above, other], 200, "b2", 4000);
    net.send("uac", "u2", talk.with("b2").request("ACK", 1), 4100);
    let file = capture(&net);
    let drawn = printed(&[
        "ladder",
        "-f",
        "ascii",
        "--labels",
        "short",
        "--time",
        "none",
        "--no-findings",
        name(file.path()),
    ]);
    let expected = "
    uac.example.com  p.example.com   192.0.2.3   192.0.2.4
      user agent         proxy      user agent  user agent
           |               |             |           |
 1         |    INVITE     |             |           |
           |-------------->|             |           |
 2         |               |   INVITE    |           |
           |               |------------>|           |
 3         |               |     180     |           |
           |               |<------------|           |
 4         |      180      |             |           |
           |<--------------|             |           |
 5         |               |     486     |           |
           |               |<------------|           |
 6         |               |     ACK     |           |
           |               |------------>|           |
 7         |               |         INVITE          |
           |               |------------------------>|
 8         |               |           200           |
           |               |<------------------------|
 9         |      200      |             |           |
           |<--------------|             |           |
10         |               |   ACK       |           |
           |---------------------------------------->|
           |               |             |           |
";
    assert_eq!(format!("\n{}", figure(&drawn)), expected, "{drawn}");
}

/// RFC 3261 12.1: each To tag of an answer makes a dialog of its own, on the hop in front of the node that forks, too.
#[test]
fn answers_of_branches_are_drawn_as_their_dialogs_on_all_hops() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let above = net.send("uac", "p", Talk::new("parallel").request("INVITE", 1), 0);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    let other = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 20);
    net.respond(&[above.clone(), one], 180, "b1", 100);
    net.respond(&[above, other], 183, "b2", 200);
    let file = capture(&net);
    let drawn = printed(&["ladder", "-f", "svg", "--no-findings", name(file.path())]);
    let strands = |status: &str| -> Vec<String> {
        let rows = drawn
            .split("<title>")
            .filter(|row| row.starts_with(&format!("SIP/2.0 {status} ")));
        let classes = rows.map(|row| row.split_once("class=\"s").unwrap().1);
        classes
            .map(|class| class.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(strands("180"), ["0", "0"], "{drawn}");
    assert_eq!(strands("183"), ["1", "1"], "{drawn}");
}

/// A branch that is refused at once makes no dialog (RFC 3261 12.1), and is drawn as none, whatever the others make.
#[test]
fn branches_without_a_dialog_are_drawn_as_none_of_the_others() {
    let mut net = Net::new(&["uac", "p", "u1", "u2", "u3"]);
    let above = net.send("uac", "p", Talk::new("parallel").request("INVITE", 1), 0);
    let branches = ["u1", "u2", "u3"].map(|to| net.pass_as(&above, to, &format!("sip:{to}"), 10));
    net.respond(&[above.clone(), branches[0].clone()], 180, "b1", 100);
    net.respond(&[above, branches[1].clone()], 183, "b2", 200);
    net.reply(&branches[2], 486, "b3", 300);
    net.ack(&branches[2], "b3", 310);
    net.cancel(&branches[1], 400);
    let back = Talk::new("parallel").back("b1").request("INFO", 9);
    net.send("u1", "uac", back, 500);
    let file = capture(&net);
    let drawn = printed(&["ladder", "-f", "svg", "--no-findings", name(file.path())]);
    let strand = |first_line: &str| -> usize {
        let (_, row) = drawn.split_once(&format!("<title>{first_line}")).unwrap();
        let (_, class) = row.split_once("class=\"s").unwrap();
        class.split('"').next().unwrap().parse().unwrap()
    };
    let legend: Vec<_> = drawn
        .lines()
        .filter(|line| line.starts_with("Call-ID parallel, "))
        .collect();
    assert_eq!(
        [
            legend[strand("INVITE sip:u3")],
            legend[strand("SIP/2.0 486")],
            legend[strand("ACK sip:u3")]
        ],
        ["Call-ID parallel, no dialog"; 3],
        "{drawn}"
    );
    assert_eq!(
        legend[strand("SIP/2.0 183")],
        "Call-ID parallel, tags a and b2"
    );
    for (first_line, tag) in [("CANCEL sip:u2", "b2"), ("INFO sip:alice", "b1")] {
        let expected = format!("Call-ID parallel, tags a and {tag}");
        assert_eq!(legend[strand(first_line)], expected, "{first_line}");
    }
    assert_eq!(
        legend[strand("INVITE sip:u2")],
        "Call-ID parallel, tags a and b2"
    );
}

/// A proxy asks two; the file holds link by link what was sent on it, and no times: who is told stands behind who told.
#[test]
fn the_hops_of_a_journey_stay_together_where_there_are_no_times() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let talk = Talk::new("links");
    let above = net.send("uac", "p", talk.request("INVITE", 1), 0);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 0);
    let other = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 0);
    net.respond(&[above.clone(), one.clone()], 180, "b1", 0);
    net.respond(&[above.clone(), other], 183, "b2", 0);
    net.respond(&[above, one], 200, "b1", 0);
    let links = [("uac", "p"), ("p", "u1"), ("p", "u2")];
    let mut packets: Vec<_> = links
        .iter()
        .flat_map(|(one, other)| net.between(one, other))
        .collect();
    for packet in &mut packets {
        packet.at = 0;
    }
    let equal = file(&packets);
    let missing = super::scenario::file_without_times(&packets);
    for bytes in [equal, missing] {
        let capture = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(capture.path(), bytes).unwrap();
        let drawn = printed(&[
            "ladder",
            "-f",
            "plantuml",
            "--labels",
            "short",
            "--numbering",
            "steps",
            "--no-findings",
            name(capture.path()),
        ]);
        let rows = drawn.lines().filter_map(|line| line.split_once(" : "));
        let rows: Vec<_> = rows.map(|(_, caption)| caption).collect();
        let expected = [
            "1. INVITE",
            "2. INVITE",
            "3. 180",
            "4. 180",
            "5. INVITE",
            "6. 183",
            "7. 183",
            "8. 200",
            "9. 200",
        ];
        assert_eq!(rows, expected, "{drawn}");
    }
}

/// The captions alone: the fewest messages between two ends, sent more than once, on a wire that was seen twice.
#[test]
fn what_is_sent_again_is_drawn_once() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("again").request("INVITE", 1), 0);
    net.again(&invite, 500);
    net.again(&invite, 1500);
    net.reply(&invite, 486, "b", 1600);
    net.reply(&invite, 486, "b", 2100);
    net.ack(&invite, "b", 2200);
    let file = capture(&net);
    let path = name(file.path());
    let drawn = printed(&["ladder", "-f", "ascii", "--no-findings", path]);
    let expected = "
          uac.example.com         192.0.2.2
            user agent           user agent
                 |                    |
1  0.000         |    INVITE (3x)     |
                 |------------------->|
4  1.600         | 486 Busy Here (2x) |
                 |<-------------------|
6  2.200         |        ACK         |
                 |------------------->|
                 |                    |
";
    assert_eq!(format!("\n{}", figure(&drawn)), expected, "{drawn}");
}

/// RFC 3665 3.2: the steps of its figure, in its numbers, between its parties.
#[test]
fn the_flow_of_two_proxies_has_all_steps_of_its_document() {
    let drawn = printed(&[
        "flows",
        "draw",
        "rfc3665-two-proxies",
        "-f",
        "ascii",
        "--labels",
        "short",
    ]);
    let lines: Vec<_> = drawn.lines().map(|line| line.replace('|', " ")).collect();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let expected = [
        "F1 INVITE",
        "F2 407",
        "F3 ACK",
        "F4 INVITE",
        "F5 INVITE",
        "F6 100",
        "F7 INVITE",
        "F8 100",
        "F9 180",
        "F10 180",
        "F11 180",
        "F12 200",
        "F13 200",
        "F14 200",
        "F15 ACK",
        "F16 ACK",
        "F17 ACK",
        "F18 BYE",
        "F19 BYE",
        "F20 BYE",
        "F21 200",
        "F22 200",
        "F23 200",
    ];
    let mut rest = lines.iter();
    for step in ["Alice Proxy 1 Proxy 2 Bob"].iter().chain(&expected) {
        assert!(rest.any(|line| line == step), "{step}: {drawn}");
    }
    let note = "Each of steps F6 and F8 may be left out: A proxy may answer at once with 100";
    assert!(drawn.contains(note), "{drawn}");
}

fn begin(kind: Fragment, when: &str) -> Row {
    Row::Fragment(Edge::Begin {
        kind,
        when: when.to_owned(),
    })
}

/// UML 2.5.1 17.6: the operator stands in the upper left corner, the operands are told apart by a dashed line, each begins with
/// its guard.
#[test]
fn alternatives_and_what_may_be_left_out_stand_in_frames() {
    let or = Row::Fragment(Edge::Or {
        when: "the caller hangs up".to_owned(),
    });
    let end = || Row::Fragment(Edge::End);
    let ladder = Ladder {
        title: "Frames".to_owned(),
        columns: vec![column("Alice", ""), column("Bob", "")],
        rows: vec![
            Row::Arrow(arrow("1", 0, 1, "INVITE", Kind::Request)),
            begin(Fragment::Alternatives, "otherwise"),
            Row::Arrow(arrow("2", 1, 0, "BYE", Kind::Request)),
            begin(Fragment::Optional, "it is asked"),
            Row::Arrow(arrow("3", 0, 1, "401", Kind::Response)),
            end(),
            or,
            Row::Arrow(arrow("4", 0, 1, "BYE", Kind::Request)),
            end(),
        ],
        ..Ladder::default()
    };
    let style = Style {
        width: 40,
        charset: Charset::Ascii,
        in_colours: false,
    };
    let expected = "\
Frames

       Alice     Bob
         |        |
1        | INVITE |
         |------->|
   +- alt -----------------------------+
   | [otherwise]  |                    |
2  |     |  BYE   |                    |
   |     |<-------|                    |
   | +- opt -------------------------+ |
   | | [it is asked]                 | |
3  | |   |  401   |                  | |
   | |   |------->|                  | |
   | +-------------------------------+ |
   +-----------------------------------+
   | [the caller hangs up]             |
4  |     |  BYE   |                    |
   |     |------->|                    |
   +-----------------------------------+
         |        |
";
    let drawn = text::draw(&ladder, style);
    assert_eq!(drawn, expected, "{drawn}");
    use sipscope::render::sequence::{mermaid, plantuml};
    let framed = |source: &str| -> Vec<String> {
        let lines = source.lines().map(str::trim);
        let words = ["alt ", "opt ", "else ", "end"];
        let framed = lines.filter(|line| words.iter().any(|word| line.starts_with(word)));
        framed.map(str::to_owned).collect()
    };
    let expected = [
        "alt otherwise",
        "opt it is asked",
        "end",
        "else the caller hangs up",
        "end",
    ];
    assert_eq!(framed(&mermaid::draw(&ladder)), expected);
    assert_eq!(framed(&plantuml::draw(&ladder)), expected);
}

/// RFC 3665 3.1, and what the template says of it: the callee need not ring, and either side may hang up.
#[test]
fn a_documented_flow_tells_its_frames() {
    use sipscope::report::ladder::{Options, of_template};
    let templates = sipscope::flow::templates();
    let mut templates = templates.iter();
    let session = templates.find(|one| one.id == "rfc3665-session").unwrap();
    let shape = |options: &Options| -> Vec<String> {
        let ladder = of_template(session, options);
        let rows = ladder.rows.iter().map(|row| match row {
            Row::Fragment(Edge::Begin { kind, when }) => format!("{} [{when}]", kind.word()),
            Row::Fragment(Edge::Or { when }) => format!("else [{when}]"),
            Row::Fragment(Edge::End) => "end".to_owned(),
            row => row.number().to_owned(),
        });
        rows.collect()
    };
    let rings = "opt [A terminal that answers at once need not ring]";
    let hangs_up = "else [The caller hangs up; the document shows the other case only]";
    let expected = [
        "F1",
        rings,
        "F2",
        "end",
        "F3",
        "F4",
        "RTP",
        "alt [otherwise]",
        "F5",
        "F6",
        hangs_up,
        "C5",
        "C6",
        "end",
    ];
    assert_eq!(shape(&Options::default()), expected);
    let invites = Options {
        only_methods: vec!["INVITE".to_owned()],
        ..Options::default()
    };
    assert_eq!(shape(&invites), ["F1", rings, "F2", "end", "F3"]);
}

/// A subscription that is refreshed each ten minutes (RFC 6665 4.1.2.2).
fn subscribed(refreshes: u32) -> tempfile::NamedTempFile {
    capture(&subscription(refreshes))
}

fn subscription(refreshes: u32) -> Net {
    let mut net = Net::new(&["watcher", "notifier"]);
    for number in 1..=refreshes + 1 {
        let talk = Talk::new("watch");
        let talk = if number > 1 { talk.with("n") } else { talk };
        let subscribe = talk.request("SUBSCRIBE", number);
        let subscribe = subscribe.with("Event: presence").with("Expires: 900");
        let at = i64::from(number - 1) * 600_000;
        let sent = net.send("watcher", "notifier", subscribe, at);
        net.reply(&sent, 200, "n", at + 10);
    }
    net
}

#[test]
fn refreshes_are_one_row_that_says_how_many_or_drawn_one_by_one() {
    let file = subscribed(4);
    let path = name(file.path());
    let folded = printed(&["ladder", "--no-findings", path]);
    assert!(
        folded.contains("4 subscription refreshes: SUBSCRIBE 200; every 10 min"),
        "{folded}"
    );
    let all = printed(&["ladder", "--no-findings", "--unfold", path]);
    assert!(!all.contains("refreshes"), "{all}");
    assert_eq!(all.matches(" SUBSCRIBE ").count(), 5, "{all}");
    assert_eq!(all.matches(" 200 ").count(), 5, "{all}");
    assert!(all.contains("2400.010"), "{all}");
}

/// What comes after refreshes that are folded comes after the last of them.
#[test]
fn time_goes_on_from_the_last_refresh() {
    let mut net = subscription(4);
    let late = Talk::new("watch").with("n").request("MESSAGE", 6);
    let sent = net.send("watcher", "notifier", late, 4 * 600_000 + 10 + 1000);
    net.reply(&sent, 200, "n", 4 * 600_000 + 10 + 1003);
    let file = capture(&net);
    let path = name(file.path());
    let shown = printed(&["ladder", "--no-findings", "--time", "previous", path]);
    let message = shown.lines().find(|line| line.contains("MESSAGE")).unwrap();
    assert!(message.contains("1.000"), "{shown}");
    assert!(
        shown.contains("refreshes") && !shown.contains("30 min"),
        "{shown}"
    );
}

/// Two proxies that do not count down (RFC 3261 16.6 step 3), each in every other refresh.
#[test]
fn what_is_wrong_in_the_same_way_each_time_is_one_line_of_the_legend() {
    let mut net = Net::new(&["watcher", "p", "q", "notifier"]);
    for number in 1..=20u32 {
        let talk = Talk::new("watch");
        let talk = if number > 1 { talk.with("n") } else { talk };
        let mut subscribe = talk.request("SUBSCRIBE", number);
        let first_is_wrong = number % 2 == 1;
        subscribe.max_forwards = Some(if first_is_wrong { 70 } else { 71 });
        let at = i64::from(number - 1) * 600_000;
        let subscribe = subscribe.with("Event: presence").with("Expires: 900");
        let mut hops = vec![net.send("watcher", "p", subscribe, at)];
        for (next, is_wrong) in [("q", first_is_wrong), ("notifier", !first_is_wrong)] {
            let last = hops.last().unwrap().clone();
            let mut passed = net.passed(&last);
            if is_wrong {
                passed.max_forwards = last.message.max_forwards;
            }
            hops.push(net.send(&last.to, next, passed, at + 10));
        }
        net.respond(&hops, 200, "n", at + 1000);
    }
    let capture = capture(&net);
    let wide = [
        "ladder",
        "-f",
        "ascii",
        "--width",
        "200",
        name(capture.path()),
    ];
    let drawn = printed(&[&wide[..], &["--unfold"]].concat());
    let legend = drawn.lines().filter(|line| line.contains(" MF03 "));
    let legend = legend.map(|line| line[1..].split_once("] error MF03 ").unwrap());
    let legend: Vec<_> = legend.collect();
    // A refresh is six messages; the first proxy sends the second of them, the other the third.
    let told = [
        "max-forwards-not-decremented, messages 2, 14, 26, 38, 50, 62, 74, 86 and 2 more: got 70; expected 69,",
        "max-forwards-not-decremented, messages 9, 21, 33, 45, 57, 69, 81, 93 and 2 more: got 70; expected 69,",
    ];
    assert_eq!(legend.len(), told.len(), "{drawn}");
    for ((numbers, said), told) in legend.into_iter().zip(told) {
        assert!(said.starts_with(told), "{said}");
        let (first, last) = numbers.split_once('-').unwrap();
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        assert_eq!(last - first, 9);
        for mark in first..=last {
            let marked = drawn.matches(&format!(" SUBSCRIBE [{mark}] ")).count();
            assert_eq!(marked, 1, "{mark}: {drawn}");
        }
        // The first is no refresh.
        let folded = printed(&wide);
        let refreshes = if first == 1 { first + 1 } else { first };
        let in_fold = folded.contains(&format!("{refreshes}-{last}"));
        assert!(in_fold, "{refreshes}-{last}: {folded}");
    }
}

/// One caller and 400 whom a proxy asks for him.
#[test]
fn hundreds_of_columns_are_a_few_and_one_that_stands_for_the_others() {
    let last = 401;
    let mut rows = vec![Row::Arrow(arrow("1", 0, 1, "INVITE", Kind::Request))];
    rows.extend(
        (2..=last).map(|to| Row::Arrow(arrow(&to.to_string(), 1, to, "INVITE", Kind::Request))),
    );
    rows.push(Row::Arrow(arrow(
        "402",
        last - 1,
        last,
        "REFER",
        Kind::Request,
    )));
    let ladder = Ladder {
        columns: (0..=last)
            .map(|one| column(&format!("n{one}"), ""))
            .collect(),
        rows,
        ..Ladder::default()
    };
    let drawn = |width| {
        let charset = Charset::Ascii;
        text::draw(
            &ladder,
            Style {
                width,
                charset,
                in_colours: false,
            },
        )
    };
    let few = drawn(80);
    assert!(few.lines().all(|line| line.len() <= 80), "{few}");
    // Nothing is left out but where it goes.
    assert_eq!(few.matches("INVITE").count(), 401, "{few}");
    assert!(few.contains("REFER"), "{few}");
    // Three digits, two spaces and a cell in front; 17 times four, and four for an arrow to oneself.
    let heads: Vec<_> = few.lines().take(18).collect();
    let heads: Vec<_> = heads
        .iter()
        .map(|line| line.split("|").last().unwrap().trim())
        .collect();
    assert_eq!(
        [heads[0], heads[1], heads[16], heads[17]],
        ["n0", "n1", "n16", "385 others"]
    );
    let said: String = few.split("\n\n").last().unwrap().replace('\n', " ");
    let expected =
        "402 columns have no room in 80 characters: 385 of them are drawn as one, \"385 others\".";
    assert!(said.contains(expected), "{said}");
    let (_, needed) = said.split_once("--width is ").unwrap();
    let needed = needed.split(' ').next().unwrap().parse().unwrap();
    let all = drawn(needed);
    assert!(!all.contains("others") && all.contains("n401"), "{all}");
    assert!(drawn(needed - 1).contains("others"));
}

/// Whatever flow it is: no step is missing in any form, and text keeps to its width.
#[test]
fn every_documented_flow_is_drawn_with_all_its_steps() {
    use sipscope::render::sequence::{mermaid, plantuml};
    use sipscope::render::svg;
    use sipscope::report::ladder::{Options, of_template};
    let templates = sipscope::flow::templates();
    assert!(templates.len() > 20);
    for template in templates {
        let ladder = of_template(&template, &Options::default());
        let rows = ladder.rows.iter();
        let rows = rows.filter(|row| !matches!(row, Row::Fragment(_)));
        let rows: Vec<_> = rows.collect();
        assert_eq!(rows.len(), template.steps.len(), "{}", template.id);
        let style = Style {
            width: 80,
            charset: Charset::Unicode,
            in_colours: false,
        };
        let text = text::draw(&ladder, style);
        let width = text.lines().map(|line| line.chars().count()).max();
        assert!(width <= Some(80), "{text}");
        let picture = svg::Style {
            theme: svg::Theme::Spec,
            paper: svg::Paper::None,
        };
        let others = [
            svg::draw(&ladder, picture).source,
            mermaid::draw(&ladder),
            plantuml::draw(&ladder),
        ];
        for (step, row) in template.steps.iter().zip(rows) {
            assert_eq!(row.number(), step.number);
            let begins = |line: &&str| line.trim_start().starts_with(&format!("{} ", step.number));
            assert!(
                text.lines().any(|line| begins(&line)),
                "{}: {text}",
                step.number
            );
            let of_picture = format!(">\n{}\n</text>", step.number);
            assert!(others[0].contains(&of_picture), "{}", step.number);
            let escaped = step.number.replace('-', "<U+002D>");
            for (source, number) in others[1..].iter().zip([&step.number, &escaped]) {
                assert!(source.contains(&format!(": {number}. ")), "{source}");
            }
        }
    }
}

/// Five columns in 24 characters, where hardly anything can be written between two of them.
#[test]
fn where_columns_are_near_heads_are_staggered_and_texts_go_beyond() {
    let check = Panel {
        number: "4".to_owned(),
        first: 1,
        last: 1,
        text: "Checks".to_owned(),
        kind: PanelKind::Action,
        folded: Vec::new(),
    };
    let ladder = Ladder {
        columns: vec![
            column("UE", ""),
            column("P-CSCF", "proxy"),
            column("S-CSCF", ""),
            column("I-CSCF", ""),
            column("AS", "server"),
        ],
        rows: vec![
            Row::Arrow(arrow("1", 0, 1, "INVITE", Kind::Request)),
            Row::Arrow(arrow("2", 4, 3, "200 OK", Kind::Response)),
            Row::Arrow(arrow("3", 4, 4, "REFER", Kind::Request)),
            Row::Panel(check),
        ],
        ..Ladder::default()
    };
    let style = Style {
        width: 24,
        charset: Charset::Ascii,
        in_colours: false,
    };
    let expected = "
    UE
    |   P-CSCF (proxy)
    |   |   S-CSCF
    |   |   |   I-CSCF
    |   | AS (server)
    |   |   |   |   |
1   INVITE  |   |   |
    |-->|   |   |   |
2   |   |   |   200 OK
    |   |   |   |<--|
3   |   |   |   | REFER
    |   |   |   |   |--+
    |   |   |   |   |<-+
   +--------+   |   |
4  | Checks |   |   |
   +--------+   |   |
    |   |   |   |   |
";
    let drawn = text::draw(&ladder, style);
    assert_eq!(format!("\n{drawn}"), expected, "{drawn}");
}

/// A request that goes through all of so many nodes, and its answer.
fn chain(columns: usize, label: &str, caption: &str) -> Ladder {
    let last = columns - 1;
    let there = (0..last).map(|from| (from, from + 1, Kind::Request));
    let back = (0..last).rev().map(|to| (to + 1, to, Kind::Response));
    let rows = there.chain(back).enumerate().map(|(at, (from, to, kind))| {
        Row::Arrow(Arrow {
            time: format!("{at}.000"),
            marks: if at == 0 { vec![1] } else { Vec::new() },
            ..arrow(&(at + 1).to_string(), from, to, caption, kind)
        })
    });
    Ladder {
        columns: (0..columns)
            .map(|one| column(&format!("{label}{one}"), "proxy"))
            .collect(),
        rows: rows.collect(),
        ..Ladder::default()
    }
}

#[test]
fn sixteen_columns_have_room_in_eighty_characters() {
    for columns in 2..=16 {
        let ladder = chain(columns, "cscf.example.com-", "INVITE (SDP)");
        for charset in [Charset::Unicode, Charset::Ascii] {
            let style = Style {
                width: 80,
                charset,
                in_colours: false,
            };
            let drawn = text::draw(&ladder, style);
            let width = drawn.lines().map(|line| line.chars().count()).max();
            assert!(width <= Some(80), "{drawn}");
            assert!(!drawn.contains("others"), "{drawn}");
            // What is left of a name or a caption still says something.
            let shorts = drawn.lines().filter_map(|line| line.split_once(" = "));
            let shorts: Vec<_> = shorts.map(|(short, _)| short.chars().count()).collect();
            assert!(shorts.iter().all(|short| *short >= 7), "{drawn}");
            if columns > 10 {
                assert_eq!(shorts, [0; 0], "{drawn}");
                for column in &ladder.columns {
                    assert!(
                        drawn.contains(&format!("{} (proxy)", column.label)),
                        "{drawn}"
                    );
                }
            }
        }
    }
}

/// Where not even that has room, the last columns are one, however few they are.
#[test]
fn what_has_no_room_at_all_is_said() {
    let ladder = chain(12, "n", "INVITE");
    let style = Style {
        width: 44,
        charset: Charset::Ascii,
        in_colours: false,
    };
    let drawn = text::draw(&ladder, style);
    assert!(drawn.lines().all(|line| line.len() <= 44), "{drawn}");
    let said = drawn.split("\n\n").last().unwrap().replace('\n', " ");
    // `22` and `21.000` with two spaces behind each, a cell, eleven times four, and four for an arrow to oneself.
    assert!(said.contains("where --width is 61 or more"), "{said}");
}

/// The size of the smallest letters in points, and the figure.
fn smallest(ladder: &Ladder, paper: sipscope::render::svg::Paper) -> (f64, String) {
    use sipscope::render::svg;
    let style = svg::Style {
        theme: svg::Theme::Plain,
        paper,
    };
    let drawn = svg::draw(ladder, style).source;
    let number = |begin: &str, at: usize| -> f64 {
        let (_, behind) = drawn.split_once(begin).unwrap();
        let (value, _) = behind.split_once('"').unwrap();
        let value = value.split(' ').nth(at).unwrap();
        value.trim_end_matches("mm").parse().unwrap()
    };
    let points = number(" width=\"", 0) / 25.4 * 72.0;
    let units = number(" viewBox=\"", 2);
    let sizes = drawn.split(" font-size=\"").skip(1);
    let sizes = sizes.map(|text| text.split('"').next().unwrap().parse::<f64>().unwrap());
    let size = sizes.min_by(f64::total_cmp).unwrap();
    (size * points / units, drawn)
}

#[test]
fn letters_on_paper_are_of_six_points_at_least() {
    use sipscope::render::svg::Paper;
    for paper in [Paper::A4, Paper::Letter] {
        for columns in [2, 6, 9, 12, 14, 24, 60] {
            let ladder = chain(
                columns,
                "cscf.home.example.com-",
                "183 Session Progress (SDP)",
            );
            let (points, drawn) = smallest(&ladder, paper);
            assert!(points >= 6.0, "{columns}: {points}");
            // More have no room side by side, at three quarters of an inch each.
            assert_eq!(drawn.contains("others"), columns > 16, "{columns}");
        }
    }
}

/// Between the margins of a page there are 169 by 240 mm, of a document for word processors.
#[test]
fn figures_among_texts_are_images_of_a_page_each() {
    use sipscope::render::svg::Paper;
    for columns in [2, 5, 8] {
        let ladder = chain(columns, "cscf.example.com-", "183 Session Progress (SDP)");
        let (points, drawn) = smallest(&ladder, Paper::Page);
        assert!(points >= 6.0, "{columns}: {points}");
        assert!(drawn.contains(" width=\"169.0mm\""), "{columns}");
    }
    let flow = "samples/flows/ims-session-preconditions.pcapng";
    let page = printed(&["document", "-f", "word", flow, "1"]);
    let images: Vec<_> = page.split("<img ").skip(1).collect();
    // Of 65 messages on seven lifelines about thirty have room on a page.
    assert!((2..=4).contains(&images.len()), "{}", images.len());
    for image in images {
        // 169 and 240 mm in points of 1/96 inch.
        assert!(image.contains("width=\"638\" height=\"907\""), "{image}");
    }
}

/// Each name is that of one element, and each link leads to one; also where two figures stand in one page.
#[test]
fn marks_and_what_they_stand_for_lead_to_each_other() {
    let sample = "samples/documents/numbered-steps.txt";
    let one = printed(&["ladder", sample, "1", "-f", "svg"]);
    let other = printed(&["ladder", sample, "1", "-f", "svg", "--title", "Another"]);
    let both = format!("{one}{other}");
    let values = |name: &str| -> Vec<String> {
        let begin = format!(" {name}=\"");
        let all = both.split(&begin).skip(1);
        all.map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let mut ids = values("id");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    let links = values("href");
    // Three findings, and from each there and back, in both figures.
    assert_eq!(links.len(), 12, "{one}");
    for link in &links {
        let to = link.strip_prefix('#').unwrap();
        assert!(ids.iter().any(|id| id == to), "{link}");
    }
    let figure = one
        .split_once("-mark-1\"")
        .unwrap()
        .0
        .rsplit_once('"')
        .unwrap()
        .1;
    let figure = figure.trim_start_matches('#');
    for (id, to) in [("mark-1", "finding-1"), ("finding-1", "mark-1")] {
        let link = format!("<a href=\"#{figure}-{to}\" id=\"{figure}-{id}\">");
        assert!(one.contains(&link), "{link} in {one}");
    }
    assert!(one.contains(" role=\"group\""), "{one}");
    let bare = printed(&["ladder", sample, "1", "-f", "svg", "--no-findings"]);
    assert!(
        bare.contains(" role=\"img\"") && !bare.contains("href"),
        "{bare}"
    );
}

#[test]
fn tooltips_hold_the_whole_message() {
    let mut net = Net::new(&["uac", "uas"]);
    let mut message = Talk::new("told").request("MESSAGE", 1);
    message = message.with("Subject: a\u{1b}[1m\tb");
    message.body = "</title><script>x</script>\r\n\r\nsecond part\u{202e}\r\n".to_owned();
    net.send("uac", "uas", message, 0);
    let mut long = Talk::new("told").request("MESSAGE", 2);
    long.body = "y".repeat(60_000);
    net.send("uac", "uas", long, 100);
    let file = capture(&net);
    let drawn = printed(&["ladder", name(file.path()), "-f", "svg"]);
    let titles: Vec<_> = drawn.split("<title>").skip(1).collect();
    let titles = titles
        .iter()
        .map(|rest| rest.split_once("</title>").unwrap().0);
    let titles: Vec<_> = titles
        .filter(|title| title.starts_with("MESSAGE "))
        .collect();
    assert_eq!(titles.len(), 2);
    assert!(
        titles[0].starts_with("MESSAGE sip:bob@example.com SIP/2.0\nVia: "),
        "{}",
        titles[0]
    );
    assert!(
        titles[0].contains("\nSubject: a\\u{1b}[1m\\tb\n"),
        "{}",
        titles[0]
    );
    let body = "\n\n&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;\n\nsecond part\\u{202e}";
    assert!(titles[0].ends_with(body), "{}", titles[0]);
    assert!(titles[1].ends_with(" characters more"), "{}", titles[1]);
    assert!(titles[1].len() < 5000);
}

/// The document has nine steps, of which the third is no message, and a Cx query behind the seventh.
#[test]
fn a_flow_document_is_drawn_with_all_its_steps_and_their_numbers() {
    let sample = std::fs::read_to_string("samples/documents/numbered-steps.txt").unwrap();
    let query = "\n8.\nCx: Query of the location (S-CSCF#1 to HSS)\n\nS-CSCF#1 asks the HSS where Bob is.\n";
    let at = sample.find("\n8.\n").unwrap();
    let (before, behind) = sample.split_at(at);
    let behind = behind
        .replace("\n9.\t", "\n10.\t")
        .replace("\n8.\t", "\n9.\t");
    let document = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(document.path(), format!("{before}{query}{behind}")).unwrap();
    let drawn = |more: &[&str]| {
        let path = name(document.path());
        printed(
            &[
                &["ladder", "-q", "--no-findings", "--width=120"],
                more,
                &[path],
            ]
            .concat(),
        )
    };
    let rows = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit() || c == ' '));
        let words = lines.map(|line| line.replace(['│', '|'], " "));
        let words = words.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        words
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
            .collect()
    };
    assert_eq!(
        rows(&drawn(&[])),
        [
            "1 MESSAGE (plain)",
            "2 MESSAGE (plain)",
            "3 Evaluation of filter criteria",
            "4 MESSAGE (plain)",
            "5 MESSAGE (plain)",
            "6 202 Accepted",
            "7 202 Accepted",
            "8 Cx: Query of the location",
            "9 202 Accepted",
            "10 202 Accepted",
        ]
    );
    let without = drawn(&["--numbering", "messages", "--only-methods", "MESSAGE"]);
    assert_eq!(rows(&without).len(), 8, "{without}");
    assert!(
        without.contains("Evaluation of filter criteria"),
        "{without}"
    );
    let heads = drawn(&[]);
    assert!(
        heads.contains("HSS") && !heads.contains("S-CSCF#1"),
        "{heads}"
    );
}
