//! What the lines of a session description mean (RFC 8866, and for attributes the RFC that is named with them).

use crate::base::escape;
use crate::sip::body::{Codecs, Encoding, Line, Media, Origin, Sdp, Section};
use crate::sip::{Problems, Text};

use super::BodyLine;

/// A session description, each line with what it means.
pub(super) fn add(sdp: &Sdp<'_>, lines: &mut Vec<BodyLine>) {
    let no_formats = Codecs::default();
    section(sdp.session, &no_formats, lines);
    for media in sdp.media() {
        section(media.section, &media.codecs(), lines);
        if let Some(line) = lines
            .iter_mut()
            .find(|line| line.span.end == media.text.end())
        {
            line.meaning = meaning_of_media(&media);
        }
    }
}

fn section(section: Section<'_>, codecs: &Codecs<'_>, lines: &mut Vec<BodyLine>) {
    for line in section.lines() {
        lines.push(BodyLine {
            span: line.text.start()..line.text.end(),
            meaning: meaning(&line, codecs),
            ..BodyLine::default()
        });
    }
}

fn meaning(line: &Line<'_>, codecs: &Codecs<'_>) -> String {
    let value = line.value;
    match line.letter {
        Some(b'v') => "version of SDP".to_owned(),
        Some(b'o') => origin(&Origin::read(value, &mut Problems::ignored())),
        Some(b's') if value.is("-") => "the session has no name".to_owned(),
        Some(b's') => "name of the session".to_owned(),
        Some(b'i') => "what it is about".to_owned(),
        Some(b'u') => "where more is said about it".to_owned(),
        Some(b'e') => "whom to write to".to_owned(),
        Some(b'p') => "whom to call".to_owned(),
        Some(b'c') => match words(value).nth(2) {
            Some(address) => format!("media are sent to {address}"),
            None => String::new(),
        },
        Some(b'b') => bandwidth(value),
        Some(b't') if value.is("0 0") => "not bounded in time".to_owned(),
        Some(b't') => "begins and ends, in seconds since 1900".to_owned(),
        Some(b'r') => "how it is repeated".to_owned(),
        Some(b'z') => "changes of the time zone".to_owned(),
        Some(b'k') => "a key, in the open".to_owned(),
        Some(b'a') => attribute(value, codecs),
        _ => String::new(),
    }
}

fn origin(origin: &Origin<'_>) -> String {
    let shown = |text: Text<'_>| escape::bytes(text.bytes());
    let who = match origin.username.is("-") {
        true => String::new(),
        false => format!("{}, ", shown(origin.username)),
    };
    format!(
        "made by {who}session {}, version {}, at {}",
        shown(origin.session_id),
        shown(origin.session_version),
        shown(origin.address)
    )
}

fn bandwidth(value: Text<'_>) -> String {
    let text = escape::bytes(value.bytes());
    let (kind, number) = text.split_once(':').unwrap_or((&text, ""));
    match kind {
        "AS" => format!("at most {number} kbit/s with the heads of packets"),
        "CT" => format!("at most {number} kbit/s for all media"),
        "TIAS" => format!("at most {number} bit/s without the heads of packets (RFC 3890)"),
        "RS" => format!("{number} bit/s of RTCP for those who send (RFC 3556)"),
        "RR" => format!("{number} bit/s of RTCP for those who receive (RFC 3556)"),
        _ => String::new(),
    }
}

/// `audio to port 49170 by RTP/AVP: AMR-WB/16000, telephone-event/8000`
fn meaning_of_media(media: &Media<'_>) -> String {
    let kind = escape::bytes(media.kind.bytes());
    if media.port == Some(0) {
        return format!("{kind} is not wanted: port 0");
    }
    let codecs = media.codecs();
    let formats = media.formats().take(MOST_FORMATS);
    let formats = formats.map(|format| match codecs.encoding_of(format) {
        Some(encoding) if media.is_rtp() => named(&encoding),
        _ => escape::bytes(format.bytes()),
    });
    let formats: Vec<_> = formats.collect();
    let port = escape::bytes(media.port_text.bytes());
    let protocol = escape::bytes(media.protocol.bytes());
    let formats = formats.join(", ");
    format!("{kind} to port {port} by {protocol}: {formats}")
}

/// More formats than this are on the line itself.
const MOST_FORMATS: usize = 32;

fn named(encoding: &Encoding<'_>) -> String {
    let name = escape::bytes(encoding.name);
    let rate = encoding
        .clock_rate
        .map_or_else(String::new, |rate| format!("/{rate}"));
    let channels = match encoding.channels {
        1 => String::new(),
        several => format!("/{several}"),
    };
    format!("{name}{rate}{channels}")
}

fn attribute(text: Text<'_>, codecs: &Codecs<'_>) -> String {
    let shown = escape::bytes(text.bytes());
    let (name, value) = shown.split_once(':').unwrap_or((&shown, ""));
    // The format that an attribute is about, by its encoding.
    let format = || {
        let end = value.find(' ').unwrap_or(value.len());
        let start = text.start() + name.len() + 1;
        let format = text.between(start.min(text.end()), (start + end).min(text.end()));
        match codecs.encoding_of(format) {
            Some(encoding) => named(&encoding),
            None => format!("format {}", &value[..end]),
        }
    };
    match name.to_ascii_lowercase().as_str() {
        "sendrecv" => "sends and receives".to_owned(),
        "sendonly" => "sends only".to_owned(),
        "recvonly" => "receives only".to_owned(),
        "inactive" => "neither sends nor receives".to_owned(),
        "rtpmap" => format!("payload type {}", value.replacen(' ', " is ", 1)),
        "fmtp" => format!("parameters of {}", format()),
        "rtcp-fb" => format!("feedback on {} (RFC 4585)", format()),
        "ptime" => format!("{value} ms in a packet"),
        "maxptime" => format!("at most {value} ms in a packet"),
        "rtcp" => "where RTCP is sent to (RFC 3605)".to_owned(),
        "rtcp-mux" => "RTCP on the port of RTP (RFC 5761)".to_owned(),
        "curr" => "what is reserved now (RFC 3312)".to_owned(),
        "des" => "what has to be reserved (RFC 3312)".to_owned(),
        "conf" => "tell when this is reserved (RFC 3312)".to_owned(),
        "mid" => "name of this media (RFC 5888)".to_owned(),
        "group" => "media that belong together (RFC 5888)".to_owned(),
        "setup" => "who opens the connection (RFC 4145)".to_owned(),
        "connection" => "a new connection or the old one (RFC 4145)".to_owned(),
        "crypto" => "suite and key of SRTP (RFC 4568)".to_owned(),
        "fingerprint" => "hash of the certificate (RFC 8122)".to_owned(),
        "candidate" => "an address to try (RFC 8839)".to_owned(),
        "ice-ufrag" | "ice-pwd" | "ice-options" | "ice-lite" => "for ICE (RFC 8839)".to_owned(),
        "ssrc" => "a source of RTP (RFC 5576)".to_owned(),
        "extmap" => "an extension of RTP heads (RFC 8285)".to_owned(),
        "path" => "where MSRP is sent to (RFC 4975)".to_owned(),
        "accept-types" => "media types that it takes (RFC 4975)".to_owned(),
        "label" => "label of this media (RFC 4574)".to_owned(),
        "content" => "what this media is for (RFC 4796)".to_owned(),
        _ => String::new(),
    }
}

fn words(text: Text<'_>) -> impl Iterator<Item = String> {
    let words = text.bytes().split(|byte| *byte == b' ');
    words.filter(|word| !word.is_empty()).map(escape::bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The offer of RFC 3264 10.1, with attributes that IMS adds.
    #[test]
    fn each_line_says_what_it_means() {
        let body = "v=0\r\n\
            o=alice 2890844526 2890844527 IN IP4 host.example\r\n\
            s=\r\n\
            c=IN IP4 192.0.2.1\r\n\
            b=AS:41\r\n\
            t=0 0\r\n\
            m=audio 49170 RTP/AVP 0 97\r\n\
            a=rtpmap:97 AMR-WB/16000\r\n\
            a=fmtp:97 mode-set=0\r\n\
            a=curr:qos local none\r\n\
            a=recvonly\r\n\
            a=x-own\r\n\
            m=video 0 RTP/AVP 31\r\n";
        let sdp = Sdp::read(Text::all(body.as_bytes()), &mut Problems::ignored());
        let mut lines = Vec::new();
        add(&sdp, &mut lines);
        let meanings: Vec<_> = lines.iter().map(|line| line.meaning.as_str()).collect();
        assert_eq!(
            meanings,
            [
                "version of SDP",
                "made by alice, session 2890844526, version 2890844527, at host.example",
                "name of the session",
                "media are sent to 192.0.2.1",
                "at most 41 kbit/s with the heads of packets",
                "not bounded in time",
                "audio to port 49170 by RTP/AVP: PCMU/8000, AMR-WB/16000",
                "payload type 97 is AMR-WB/16000",
                "parameters of AMR-WB/16000",
                "what is reserved now (RFC 3312)",
                "receives only",
                "",
                "video is not wanted: port 0",
            ]
        );
        let shown: Vec<_> = lines.iter().map(|line| &body[line.span.clone()]).collect();
        assert_eq!(shown, body.lines().collect::<Vec<_>>());
    }
}
