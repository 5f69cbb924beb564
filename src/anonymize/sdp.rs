//! Session descriptions (RFC 8866): who and where are replaced, media and codecs stay.

use super::mask::Mask;
use super::neutral::Numbers;
use super::uri::split;
use super::vocabulary;

/// Attributes that say how media are coded and sent, and nothing of anybody.
const OF_MEDIA: [&[u8]; 45] = [
    b"rtpmap",
    b"fmtp",
    b"ptime",
    b"maxptime",
    b"sendrecv",
    b"sendonly",
    b"recvonly",
    b"inactive",
    b"curr",
    b"des",
    b"conf",
    b"rtcp-fb",
    b"rtcp-mux",
    b"rtcp-mux-only",
    b"rtcp-rsize",
    b"framerate",
    b"framesize",
    b"imageattr",
    b"setup",
    b"connection",
    b"group",
    b"silencesupp",
    b"extmap",
    b"extmap-allow-mixed",
    b"ice-lite",
    b"ice-options",
    b"maxprate",
    b"3ge2ae",
    b"msrp-cema",
    b"accept-types",
    b"accept-wrapped-types",
    b"max-size",
    b"floorctrl",
    b"direction",
    b"sqn",
    b"cdsc",
    b"pcfg",
    b"acfg",
    b"tcap",
    b"acap",
    b"pcap",
    b"quality",
    b"orient",
    b"type",
    b"mid",
];
const SECRETS: [&[u8]; 5] = [
    b"ice-ufrag",
    b"ice-pwd",
    b"key-mgmt",
    b"fingerprint",
    b"zrtp-hash",
];

impl Mask {
    pub(super) fn sdp(&mut self, body: &mut [u8]) {
        for line in body.split_mut(|byte| *byte == b'\n') {
            self.sdp_line(line);
        }
    }

    fn sdp_line(&mut self, line: &mut [u8]) {
        let (kind, value) = split(line, b"=");
        let trimmed = kind.trim_ascii();
        if trimmed.len() != 1 || value.is_empty() {
            self.text(kind);
            return self.text(value);
        }
        let kind = trimmed[0];
        let value = &mut value[1..];
        match kind {
            b'v' | b'b' | b't' | b'r' | b'z' | b'm' => self.neutral(value, Numbers::All),
            b'o' => self.origin(value),
            b'c' => self.connection(value),
            b'u' => self.uri(value),
            b'k' => {
                let (method, key) = split(value, b":");
                self.neutral(method, Numbers::Counts);
                self.secret(key);
            }
            b'a' => self.attribute(value),
            _ => self.text(value),
        }
    }

    /// `alice 2890844526 2890844527 IN IP4 host`: the second number counts versions of the session, and goes on doing so.
    fn origin(&mut self, value: &mut [u8]) {
        for (number, word) in value.split_mut(u8::is_ascii_whitespace).enumerate() {
            match number {
                2..=4 => self.neutral(word, Numbers::All),
                _ => self.text(word),
            }
        }
    }

    /// `IN IP4 224.2.1.1/127/3`.
    fn connection(&mut self, value: &mut [u8]) {
        for (number, word) in value.split_mut(u8::is_ascii_whitespace).enumerate() {
            match number {
                0..=1 => self.neutral(word, Numbers::Counts),
                _ => {
                    let (host, counts) = split(word, b"/");
                    self.text(host);
                    self.neutral(counts, Numbers::Counts);
                }
            }
        }
    }

    fn attribute(&mut self, value: &mut [u8]) {
        let (name, value) = split(value, b":");
        let name = name.trim_ascii();
        let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
        let is_of = |names: &[&[u8]]| names.iter().any(|known| is(known));
        if is_of(&OF_MEDIA)
            || name
                .get(..3)
                .is_some_and(|start| start.eq_ignore_ascii_case(b"t38"))
        {
            return;
        }
        match value.get_mut(1..) {
            None => {}
            Some(value) if is(b"rtcp") || is(b"candidate") || is(b"remote-candidates") => {
                self.neutral(value, Numbers::All);
            }
            Some(value) if is(b"crypto") => self.crypto(value),
            Some(value) if is(b"ssrc") || is(b"ssrc-group") => self.source(value),
            Some(value) if is_of(&SECRETS) => {
                // sha-256 AB:CD
                let space = value.iter().rposition(|byte| *byte == b' ');
                let (words, secret) = value.split_at_mut(space.map_or(0, |space| space + 1));
                self.neutral(words, Numbers::Counts);
                self.secret(secret);
            }
            Some(value) => self.text(value),
        }
    }

    /// `1 AES_CM_128_HMAC_SHA1_80 inline:key|2^20|1:4` (RFC 4568).
    fn crypto(&mut self, value: &mut [u8]) {
        let mut rest = value;
        while let Some(at) = memchr::memmem::find(rest, b"inline:") {
            let (key, others) = split(&mut rest[at + b"inline:".len()..], b"| ;");
            self.secret(key);
            rest = others;
        }
    }

    /// `12345 cname:user@host`, of which the number is one of the stream.
    fn source(&mut self, value: &mut [u8]) {
        let (number, attribute) = split(value, b" ");
        self.neutral(number, Numbers::All);
        let (name, value) = split(attribute, b":");
        if !vocabulary::has(name.trim_ascii()) {
            self.text(name);
        }
        self.text(value);
    }
}
