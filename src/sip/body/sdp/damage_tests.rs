//! Descriptions that are damaged: what is noted, and that nothing is worse than noted.

use super::example_tests::oddities;
use super::*;
use ProblemKind::{LineEnd, Sdp as NoSdp, SdpOrder, SdpValue};

const WHOLE: &str = "v=0\r\no=- 1 2 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP4 233.252.0.1/127/3\r\nb=AS:1\r\nt=0 0\r\n\
    a=group:LS 1\r\na=sendonly\r\nm=audio 4000/2 RTP/AVP 0 96\r\nc=IN IP4 192.0.2.1\r\nb=TIAS:5\r\na=mid:1\r\n\
    a=rtpmap:96 L16/44100/2\r\na=fmtp:96 a=b; c\r\na=ptime:20\r\na=curr:qos e2e none\r\n\
    a=des:qos optional e2e send\r\na=conf:qos e2e recv\r\na=setup:active\r\nm=video 0 RTP/AVP 34\r\na=inactive\r\n";

/// Asks for everything; each text that is given stands in the body.
fn visit(body: Text<'_>) -> usize {
    let mut problems = Problems::kept();
    let sdp = Sdp::read(body, &mut problems);
    let inside = |text: Text<'_>| {
        let fine = text.start() >= body.start() && text.end() <= body.end();
        assert!(fine, "{text:?} is not in the body");
    };
    for problem in problems.list() {
        inside(body.moved(problem.span));
        assert!(problem.span.end as usize <= body.end());
    }
    [sdp.version(), sdp.name()]
        .into_iter()
        .flatten()
        .for_each(inside);
    if let Some(origin) = sdp.origin() {
        [origin.username, origin.session_id, origin.session_version]
            .into_iter()
            .for_each(inside);
        [origin.network, origin.address_type, origin.address]
            .into_iter()
            .for_each(inside);
    }
    for time in sdp.times() {
        [time.text, time.start, time.stop]
            .into_iter()
            .for_each(inside);
    }
    let mut lines = 0;
    let mut section = |section: Section<'_>| {
        section.lines().for_each(|line| inside(line.value));
        lines += section.lines().count();
        for one in section.attributes() {
            inside(one.name);
            one.value.into_iter().for_each(inside);
        }
        for one in section.connections() {
            [one.network, one.address_type, one.address]
                .into_iter()
                .for_each(inside);
        }
        section.bandwidths().for_each(|one| inside(one.kind));
        section.preconditions().for_each(|one| inside(one.kind));
        section.rtpmaps().for_each(|one| inside(one.name));
        section
            .groups()
            .flat_map(|one| one.members().collect::<Vec<_>>())
            .for_each(inside);
        for one in section.fmtps() {
            inside(one.format);
            one.iter().for_each(|(name, _)| inside(name));
        }
        section.setup();
    };
    section(sdp.session);
    for media in sdp.media() {
        section(media.section);
        [
            media.kind,
            media.port_text,
            media.protocol,
            media.formats_text,
        ]
        .into_iter()
        .for_each(inside);
        let codecs = media.codecs();
        for format in media.formats() {
            inside(format);
            codecs.encoding_of(format);
        }
        media.is_held();
    }
    lines
}

/// A description with these lines in place of the session's attributes and the media.
fn with(lines: &str) -> String {
    format!("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n{lines}")
}

#[test]
fn line_ends_of_all_kinds() {
    assert_eq!(oddities(WHOLE), []);
    let bare = WHOLE.replace("\r\n", "\n");
    assert_eq!(oddities(&bare), [(LineEnd, "\n")]);
    assert_eq!(visit(Text::all(bare.as_bytes())), 21);
    assert_eq!(oddities(&with("a=x")), [(LineEnd, "")]);
    let cut = with("a=x\r");
    assert_eq!(oddities(&cut), [(LineEnd, "")]);
    assert_eq!(oddities(&with("a=x:1\ry\r\n")), [(SdpValue, "\r")]);
    assert_eq!(oddities(&with("a=x:\0\r\n")), [(SdpValue, "\0")]);
}

#[test]
fn every_medium_has_a_connection() {
    let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";
    let media = |lines: &str| format!("{head}{lines}");
    assert_eq!(oddities(head), []);
    let own = "m=audio 1 RTP/AVP 0\r\nc=IN IP4 192.0.2.2\r\n";
    let refused = "m=video 0 RTP/AVP 31\r\n";
    assert_eq!(oddities(&media(&[own, refused].concat())), []);
    let none = "m=audio 1 RTP/AVP 0\r\n";
    assert_eq!(oddities(&media(&[none, own].concat())), [(SdpOrder, "")]);
    assert_eq!(oddities(&with(none)), []);
}

#[test]
fn repetitions_and_clock_rates() {
    let odd = with("r=7d 1h x\r\nm=audio 1 RTP/AVP 97\r\na=rtpmap:97 FOO/0\r\n");
    assert_eq!(oddities(&odd), [(SdpValue, "x"), (SdpValue, "0")]);
    assert_eq!(oddities(&with("r=7d 1h 0 25h\r\n")), []);
}

#[test]
fn lines_that_are_none() {
    assert_eq!(oddities(&with("\r\n")), [(NoSdp, "")]);
    assert_eq!(oddities(&with("a=x\r\n\r\n\r\na=y\r\n")), [(NoSdp, ""); 2]);
    assert_eq!(oddities(&with("hello\r\n")), [(NoSdp, "hello")]);
    assert_eq!(oddities(&with("q=1\r\n")), [(NoSdp, "q=1")]);
    assert_eq!(oddities(&with(" a=x\r\n")), [(NoSdp, " a=x")]);
    let text = with("q=1\r\n");
    let sdp = Sdp::read(Text::all(text.as_bytes()), &mut Problems::ignored());
    assert_eq!(sdp.session.values(b'q').next().unwrap(), "1");
}

#[test]
fn lines_at_the_wrong_place() {
    assert_eq!(oddities(""), [(SdpOrder, "")]);
    let text = with("a=x\r\nb=AS:1\r\n");
    assert_eq!(oddities(&text), [(SdpOrder, "b=AS:1")]);
    let text = with("m=audio 1 RTP/AVP 0\r\na=x\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n");
    let odd = [(SdpOrder, "c=IN IP4 192.0.2.2"), (SdpOrder, "t=0 0")];
    assert_eq!(oddities(&text), odd);
    let text = with("m=audio 1 RTP/AVP 0\r\nc=IN IP4 192.0.2.2\r\nc=IN IP4 192.0.2.3\r\n");
    assert_eq!(oddities(&text), []);
    let sdp = Sdp::read(Text::all(text.as_bytes()), &mut Problems::ignored());
    let media = sdp.media().next().unwrap();
    assert_eq!(media.connection().unwrap().address, "192.0.2.2");
    assert_eq!(media.section.connections().count(), 2);
    let text = with("a=x\r\n").replace("s=-\r\n", "");
    assert_eq!(oddities(&text), [(SdpOrder, "")]);
    let text = with("s=again\r\n");
    assert_eq!(oddities(&text), [(SdpOrder, "s=again")]);
}

#[test]
fn values_that_are_odd() {
    let odd = |lines: &str, at: &str| assert_eq!(oddities(&with(lines)), [(SdpValue, at)]);
    odd("m=audio 70000 RTP/AVP 0\r\n", "70000");
    odd("m=audio $ RTP/AVP 0\r\n", "$");
    odd("m=audio 4000/x RTP/AVP 0\r\n", "x");
    odd("m=audio 4000 RTP/AVP 0 128\r\n", "128");
    odd("m=audio 4000 RTP/AVP 0 \r\n", " ");
    odd("m=audio 4000  RTP/AVP 0\r\n", "  ");
    odd("m=video 0 RTP/AVP\r\n", "");
    odd("a=\r\n", "");
    odd("a=SendRecv\r\n", "SendRecv");
    odd("a=sendrecv \r\n", "sendrecv ");
    odd("a=sendrecv\r\na=inactive\r\n", "inactive");
    odd("m=audio 1 RTP/AVP 96\r\na=rtpmap:96 AMR\r\n", "");
    odd("m=audio 1 RTP/AVP 96\r\na=rtpmap:200 AMR/8000\r\n", "200");
    odd("a=curr:qos here none\r\n", "here");
    let text = with("").replace("v=0", "v=1");
    assert_eq!(oddities(&text), [(SdpValue, "1")]);
    let text = with("").replace("s=-", "s=");
    assert_eq!(oddities(&text), [(SdpValue, "")]);
    let text = with("").replace("s=-", "s= ");
    assert_eq!(oddities(&text), []);
    let text = with("m=\r\n");
    assert_eq!(oddities(&text), [(SdpValue, "")]);
}

#[test]
fn cut_anywhere() {
    for end in 0..=WHOLE.len() {
        visit(Text::all(&WHOLE.as_bytes()[..end]));
        visit(Text::all(WHOLE.as_bytes()).from(end));
    }
}

#[test]
fn with_any_byte_changed() {
    let mut bytes = WHOLE.as_bytes().to_vec();
    for at in 0..bytes.len() {
        let own = bytes[at];
        for other in [0, b'\r', b'\n', b' ', b'/', b':', b'm', b'9', 0xff] {
            bytes[at] = other;
            visit(Text::all(&bytes));
        }
        bytes[at] = own;
    }
}

/// As often as it fits into this many bytes.
fn filled(head: &str, piece: &str, most: usize) -> String {
    let count = (most - head.len()) / piece.len();
    format!("{head}{}", piece.repeat(count))
}

#[test]
fn the_largest_bodies() {
    const MOST: usize = 4 << 20;
    for (head, piece, lines) in [("", "a=\n", MOST / 3), ("a=", "x", 1)] {
        let text = filled(head, piece, MOST);
        assert_eq!(visit(Text::all(text.as_bytes())), lines);
    }
}

/// Whatever is done once for each piece and takes as long as there are pieces would not end on these.
#[test]
fn nothing_takes_more_than_linear_time() {
    const MOST: usize = 1 << 20;
    for (head, piece) in [
        ("", "m=\n"),
        ("", "\n"),
        ("", "m=audio 1 RTP/AVP 0\na=rtpmap:0 X/1\n"),
        ("a=fmtp:0 ", ";"),
        ("a=group:LS", " 1"),
        ("c=IN IP4 ", "/1"),
        ("m=audio 1 RTP/AVP", " 96"),
        ("m=audio 1 RTP/AVP", "\t"),
        ("", "\r"),
    ] {
        let text = filled(head, piece, MOST);
        visit(Text::all(text.as_bytes()));
    }
    let half = filled("", "a=x\n", MOST / 2) + &filled("", "m=\n", MOST / 2);
    visit(Text::all(half.as_bytes()));
    let half =
        filled("m=audio 1 RTP/AVP", " 0", MOST / 2) + &filled("\n", "a=rtpmap:0 X/1\n", MOST / 2);
    visit(Text::all(half.as_bytes()));
}
