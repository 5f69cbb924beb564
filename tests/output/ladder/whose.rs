//! Between whom rows are drawn: answers where they went, media between those who agreed on them.

use super::{figure, name, printed, sipscope, text};

/// A message, as text exports write it.
pub(super) fn entry(
    second: usize,
    ends: &str,
    first_line: &str,
    fields: &str,
    body: &str,
) -> String {
    let length = body.len();
    format!(
        "2026/11/22 10:00:{second:02}.000000 {ends}\r\n{first_line}\r\n{fields}\
         Content-Length: {length}\r\n\r\n{body}\r\n"
    )
}

fn ladder(log: &[String]) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    std::fs::write(file.path(), log.concat()).unwrap();
    let told = [
        "ladder",
        "--no-findings",
        "--time",
        "none",
        name(file.path()),
        "1",
    ];
    let told = printed(&told);
    (file, told)
}

#[test]
fn an_answer_is_drawn_between_the_ends_that_it_has_itself() {
    let fields = "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx\r\nFrom: <sip:a@example.org>;tag=1\r\n\
         To: <sip:b@example.org>;tag=2\r\nCall-ID: stray\r\nCSeq: 1 OPTIONS\r\n";
    let log = [
        "192.0.2.2:5060 -> 192.0.2.1:5060",
        "192.0.2.1:5060 -> 192.0.2.1:5060",
    ];
    let log = [0, 1].map(|at| entry(at, log[at], "SIP/2.0 200 OK", fields, ""));
    let (_file, told) = ladder(&log);
    let expected = "
    192.0.2.2          192.0.2.1
   user agent         user agent
        │                  │
1       │ 200 OK (OPTIONS) │
        │╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌►│
2       │                  │──┐ 200 OK (OPTIONS)
        │                  │◄─┘
        │                  │
";
    assert_eq!(figure(&told), expected.trim_start_matches('\n'));
}

/// One leg of a call that a B2BUA passes on with the descriptions as they are.
fn leg(number: usize, ends: [&str; 2]) -> [(usize, String, String, &'static str); 3] {
    let fields = |cseq: &str, tag: &str| {
        format!(
            "Via: SIP/2.0/UDP {}:5060;branch=z9hG4bK{number}{cseq}\r\nMax-Forwards: 70\r\n\
             From: <sip:a@example.org>;tag=a{number}\r\nTo: <sip:b@example.org>{tag}\r\n\
             Call-ID: leg\r\nX-Call-ID: leg\r\nCSeq: 1 {cseq}\r\nContact: <sip:x@{}>\r\n",
            ends[0], ends[0]
        )
        .replace("Call-ID: leg\r\nX", &format!("Call-ID: leg{number}\r\nX"))
    };
    let way = |one: usize, other: usize| format!("{}:5060 -> {}:5060", ends[one], ends[other]);
    let tag = format!(";tag=b{number}");
    let with_sdp = "Content-Type: application/sdp\r\n";
    [
        (
            0,
            way(0, 1),
            fields("INVITE", "") + with_sdp,
            "INVITE sip:b@example.org SIP/2.0",
        ),
        (
            1,
            way(1, 0),
            fields("INVITE", &tag) + with_sdp,
            "SIP/2.0 200 OK",
        ),
        (
            2,
            way(0, 1),
            fields("ACK", &tag),
            "ACK sip:b@example.org SIP/2.0",
        ),
    ]
}

fn description(of: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 {of}\r\ns=-\r\nc=IN IP4 {of}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n\
         a=rtpmap:0 PCMU/8000\r\n"
    )
}

#[test]
fn media_that_two_legs_agree_on_alike_go_from_end_to_end() {
    let (a, between, b) = ("192.0.2.1", "192.0.2.9", "192.0.2.2");
    let (one, other) = (leg(1, [a, between]), leg(2, [between, b]));
    let order = [&one[0], &other[0], &other[1], &other[2], &one[1], &one[2]];
    let log: Vec<_> = order
        .iter()
        .enumerate()
        .map(|(at, (step, ends, fields, first_line))| {
            let body = match step {
                0 => description(a),
                1 => description(b),
                _ => String::new(),
            };
            entry(at, ends, first_line, fields, &body)
        })
        .collect();
    let (_file, told) = ladder(&log);
    let media: Vec<_> = told.lines().filter(|line| line.contains('═')).collect();
    assert_eq!(media.len(), 1, "{told}");
    let invite = told.lines().find(|line| line.contains('►')).unwrap();
    // From the first lifeline to the third, not to the second, where the INVITE ends.
    assert_eq!(
        media[0].find('◄'),
        invite.find('│').map(|at| at + '│'.len_utf8()),
        "{told}"
    );
    let ends = [invite, media[0]].map(|line| line.chars().position(|sign| sign == '►').unwrap());
    assert!(ends[1] > ends[0], "{told}");
}

#[test]
fn who_is_not_named_is_said_to_be_unknown_and_a_directory_to_be_one() {
    let log = [entry(
        0,
        "192.0.2.1:5060 -> 192.0.2.2:5060",
        "OPTIONS sip:b SIP/2.0",
        "Call-ID: x\r\n",
        "",
    )];
    let (file, told) = ladder(&log);
    assert!(told.starts_with("Call 1: unknown to unknown, "), "{told}");
    let folder = tempfile::tempdir().unwrap();
    let output = sipscope(&["ladder", name(file.path()), "1", "-o", name(folder.path())]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("is a directory: --all draws all calls into one"),
        "{said}"
    );
}
