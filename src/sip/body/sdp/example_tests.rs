//! Whole descriptions, as offers and answers have them.

use super::*;
use crate::base::Span;

/// Reads a description of these lines; each ends in CR LF.
fn body(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

fn read(body: &str) -> Sdp<'_> {
    Sdp::read(Text::all(body.as_bytes()), &mut Problems::ignored())
}

/// Each oddity as the text it points at.
pub(super) fn oddities(body: &str) -> Vec<(ProblemKind, &str)> {
    let mut problems = Problems::kept();
    Sdp::read(Text::all(body.as_bytes()), &mut problems);
    let list = problems.sorted();
    let text = |problem: &crate::sip::Problem| (problem.kind, &body[problem.span.range()]);
    list.iter().map(text).collect()
}

fn strings<'a>(texts: impl Iterator<Item = Text<'a>>) -> Vec<String> {
    texts.map(|text| text.lossy().into_owned()).collect()
}

/// The session lines that most of these begin with.
const HEAD: [&str; 5] = [
    "v=0",
    "o=- 2890844526 2890844527 IN IP4 192.0.2.10",
    "s=-",
    "c=IN IP4 192.0.2.10",
    "t=0 0",
];

#[test]
fn an_offer_of_audio_and_video() {
    let media = [
        "a=group:BUNDLE a1 v1",
        "m=audio 49170 RTP/AVP 0 8 97",
        "i=voice",
        "b=AS:64",
        "b=RS:0",
        "a=mid:a1",
        "a=rtpmap:97 iLBC/8000",
        "a=fmtp:97 mode=30",
        "a=ptime:20",
        "a=maxptime:60.5",
        "m=video 51372/2 RTP/SAVPF 31 96",
        "c=IN IP6 2001:db8::5",
        "a=mid:v1",
        "a=rtpmap:96 H264/90000",
        "a=setup:actpass",
        "a=fingerprint:sha-256 12:AB",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",
        "a=candidate:1 1 UDP 2130706431 192.0.2.10 8998 typ host",
        "a=sendonly",
    ];
    let text = body(&[&HEAD[..], &media].concat());
    assert_eq!(oddities(&text), []);
    let sdp = read(&text);
    assert_eq!(sdp.version().unwrap(), "0");
    assert_eq!(sdp.name().unwrap(), "-");
    let origin = sdp.origin().unwrap();
    assert_eq!(origin.session_version.number(), Some(2_890_844_527));
    assert_eq!(sdp.times().next().unwrap().stop, "0");
    assert_eq!(sdp.direction(), None);
    let group = sdp.session.groups().next().unwrap();
    assert_eq!(strings(group.members()), ["a1", "v1"]);

    let media: Vec<_> = sdp.media().collect();
    assert_eq!(media.len(), 2);
    let (audio, video) = (media[0], media[1]);
    assert_eq!((audio.kind, audio.port), (Text::all(b"audio"), Some(49170)));
    assert_eq!(audio.protocol, "RTP/AVP");
    assert_eq!(strings(audio.formats()), ["0", "8", "97"]);
    assert_eq!(audio.section.information().unwrap(), "voice");
    assert_eq!(audio.section.bandwidth("as").unwrap().value, Some(64));
    assert_eq!(audio.section.bandwidths().count(), 2);
    assert_eq!(audio.mid().unwrap(), "a1");
    assert_eq!(audio.packet_time().unwrap(), "20");
    assert_eq!(audio.max_packet_time().unwrap(), "60.5");
    assert_eq!(audio.connection().unwrap().address, "192.0.2.10");
    assert_eq!(audio.direction(), Direction::SendRecv);
    let codecs = audio.codecs();
    let names = audio.formats().map(|format| {
        let encoding = codecs.encoding_of(format).unwrap();
        String::from_utf8_lossy(encoding.name).into_owned()
    });
    assert_eq!(names.collect::<Vec<_>>(), ["PCMU", "PCMA", "iLBC"]);

    assert_eq!((video.port, video.port_count), (Some(51372), Some(2)));
    assert!(video.is_rtp() && !audio.is_held());
    let connection = video.connection().unwrap();
    assert_eq!(connection.ip, Some("2001:db8::5".parse().unwrap()));
    assert_eq!(video.section.setup(), Some(Setup::ActPass));
    assert!(video.section.has("crypto") && !audio.section.has("crypto"));
    assert_eq!(video.section.value("fingerprint").unwrap(), "sha-256 12:AB");
    assert_eq!(video.direction(), Direction::SendOnly);
    assert_eq!(video.section.attributes().count(), 7);
}

#[test]
fn an_ims_offer_with_preconditions() {
    let media = [
        "m=audio 50010 RTP/AVP 104 102 96",
        "b=AS:41",
        "a=rtpmap:104 AMR-WB/16000/1",
        "a=fmtp:104 mode-change-capability=2;max-red=0",
        "a=rtpmap:102 AMR/8000/1",
        "a=fmtp:102 octet-align=1; mode-set=0,2,4,7",
        "a=rtpmap:96 telephone-event/16000",
        "a=fmtp:96 0-15",
        "a=curr:qos local none",
        "a=curr:qos remote none",
        "a=des:qos mandatory local sendrecv",
        "a=des:qos optional remote sendrecv",
        "a=conf:qos remote sendrecv",
        "a=inactive",
    ];
    let text = body(&[&HEAD[..], &media].concat());
    assert_eq!(oddities(&text), []);
    let audio = read(&text).media().next().unwrap();
    let codecs = audio.codecs();
    let of = |format: &'static str| Text::all(format.as_bytes());
    let wideband = codecs.encoding_of(of("104")).unwrap();
    assert!(wideband.is("amr-wb"));
    assert_eq!((wideband.clock_rate, wideband.channels), (Some(16000), 1));
    let narrow = codecs.fmtp_of(of("102")).unwrap();
    assert_eq!(narrow.value("mode-set").unwrap(), "0,2,4,7");
    assert_eq!(codecs.fmtp_of(of("96")).unwrap().parameters, "0-15");
    let conditions: Vec<_> = audio.section.preconditions().collect();
    let lines = conditions.iter().map(|condition| condition.line);
    use PreconditionLine::{Confirm, Current, Desired};
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [Current, Current, Desired, Desired, Confirm]
    );
    assert_eq!(
        conditions[2].strength,
        Some(PreconditionStrength::Mandatory)
    );
    assert_eq!(conditions[3].status, Some(PreconditionStatus::Remote));
    assert_eq!(conditions[0].flow, Some(PreconditionFlow::None));
    assert!(audio.is_held());
}

#[test]
fn an_answer_that_refuses_one_stream_and_takes_messages() {
    let media = [
        "a=recvonly",
        "m=video 0 RTP/AVP 31",
        "m=message 7654 TCP/MSRP *",
        "a=accept-types:text/plain message/cpim",
        "a=path:msrp://192.0.2.10:7654/jshA7weztas;tcp",
        "a=sendrecv",
        "m=image 6012 udptl t38",
    ];
    let text = body(&[&HEAD[..], &media].concat());
    assert_eq!(oddities(&text), []);
    let media: Vec<_> = read(&text).media().collect();
    assert!(media[0].has_port_zero() && media[0].direction() == Direction::RecvOnly);
    assert!(!media[1].has_port_zero() && !media[1].is_rtp());
    assert_eq!(media[1].direction(), Direction::SendRecv);
    let path = media[1].section.attribute("path").unwrap();
    assert_eq!(
        path.value.unwrap(),
        "msrp://192.0.2.10:7654/jshA7weztas;tcp"
    );
    assert_eq!(strings(media[2].formats()), ["t38"]);
    assert_eq!(media[2].codecs().encoding_of(Text::all(b"t38")), None);
}

#[test]
fn hold_is_an_address_or_a_direction() {
    let held = |connection: &str, direction: &str| {
        let text = body(&[
            "v=0",
            connection,
            "t=0 0",
            "m=audio 4000 RTP/AVP 0",
            direction,
        ]);
        read(&text).media().next().unwrap().is_held()
    };
    assert!(held("c=IN IP4 0.0.0.0", "a=sendrecv"));
    assert!(held("c=IN IP6 ::", "a=sendrecv"));
    assert!(held("c=IN IP4 192.0.2.1", "a=sendonly"));
    assert!(held("c=IN IP4 192.0.2.1", "a=inactive"));
    assert!(!held("c=IN IP4 192.0.2.1", "a=recvonly"));
    assert!(!held("c=IN IP4 192.0.2.1", "a=ptime:20"));
}

#[test]
fn places_are_those_of_the_message() {
    let message = b"xxxx\r\n\r\nv=1\r\nm=audio 4000 RTP/AVP 0\r\nyyyy";
    let text = Text::new(message, Span::new(8, 37));
    let mut problems = Problems::kept();
    let sdp = Sdp::read(text, &mut problems);
    assert_eq!(sdp.media().next().unwrap().port_text.start(), 21);
    let list = problems.sorted();
    let places = list.iter().map(|problem| (problem.kind, problem.span));
    assert_eq!(
        places.collect::<Vec<_>>(),
        [
            (ProblemKind::SdpValue, Span::new(10, 11)),
            (ProblemKind::SdpOrder, Span::new(13, 13)),
            (ProblemKind::SdpOrder, Span::new(37, 37))
        ]
    );
}
