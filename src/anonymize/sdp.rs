//! Session descriptions (RFC 8866): who and where are replaced, media and codecs stay.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::mask::Mask;
use super::neutral::{Numbers, may_hold_address, pieces};
use super::uri::split;
use super::vocabulary;

/// Attributes that say how media are coded and sent.
const OF_MEDIA: [&[u8]; 46] = [
    b"rtpmap",
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
    b"pcap",
    b"quality",
    b"orient",
    b"type",
    b"mid",
    b"rid",
    b"simulcast",
    b"content",
];
const SECRETS: [&[u8]; 5] = [
    b"ice-ufrag",
    b"ice-pwd",
    b"key-mgmt",
    b"fingerprint",
    b"zrtp-hash",
];

/// What these attributes have for codecs, their settings, and states, in small letters.
const MEDIA_WORDS: &str = "
pcmu pcma g711 g721 g722 g723 g726-16 g726-24 g726-32 g726-40 aal2-g726-16 aal2-g726-24 aal2-g726-32 aal2-g726-40 g728 g729 g729a g729ab g729b
g729d g729e g7221 g7222 g7231 gsm gsm-efr gsm-hr gsm-hr-08 ilbc isac speex opus silk amr amr-wb amr-wb+ evs evrc evrc0 evrc1 evrcb evrcwb
evrcnw qcelp smv lpc l8 l16 l24 dvi4 vdvi mpa mpa-robust mp4a-latm mpeg4-generic ac3 eac3 vorbis clearmode cn red t140 t140c t38
telephone-event tone x-nse nse h261 h263 h263-1998 h263-2000 h264 h264-svc h265 h266 vp8 vp9 av1 av1x mp4v-es jv jpeg raw rtx ulpfec parityfec
flexfec flexfec-03 ulpfecuc rtp-midi multiopus lyra bv16 bv32 siren g719 x-h264uc x-rtvc1 x-ulpfecuc x-data x-msrta pcmu-wb pcma-wb cbr
mode-set mode-change-period mode-change-capability mode-change-neighbor max-red octet-align crc robust-sorting interleaving channels
br br-send br-recv bw bw-send bw-recv cmr ch-aw-recv ch-send ch-recv evs-mode-switch hf-only dtx dtx-recv nb wb swb fb nb-wb nb-swb nb-fb
wb-swb wb-fb swb-fb annexa annexb bitrate mode vad usedtx useinbandfec stereo sprop-stereo cbr maxaveragebitrate maxplaybackrate sprop-maxcapturerate
minptime maxptime ptime apt rtx-time rc-fec profile-level-id packetization-mode level-asymmetry-allowed max-mbps max-fs max-cpb max-dpb max-br
max-smbps max-fps max-lps max-lsr max-tr max-tc profile-id tier-flag level-id tx-mode profile-space interop-constraints profile level sqcif
qcif cif cif4 cif16 custom cpcf par bpp hrd profile-level-id streamtype sizelength indexlength indexdeltalength object cpresent sbr
sbr-enabled events tc-low cpt max-rcmd-nalu-size sar-understood sar-supported max-don-diff sprop-interleaving-depth redundant-pic-cap
nack pli fir ccm tmmbr tstr vbcm sli rpsi goog-remb transport-cc trr-int app ecn ack qos e2e sec success unknown
existing new actpass holdconn x y sar send recv sendrecv xyr lip-sync lip anat flow ddp crop
trickle trickle-ice renomination ice2 rtp+ecn
t38faxversion localtcf transferredtcf t38udpredundancy t38udpfec t38udpnoec t38udp
c-only s-only c-s both portrait landscape seascape broadcast meeting moderated test h332 recvonly sendonly
aes_cm_128_hmac_sha1_80 aes_cm_128_hmac_sha1_32 f8_128_hmac_sha1_80 aes_192_cm_hmac_sha1_80 aes_192_cm_hmac_sha1_32 aes_256_cm_hmac_sha1_80
aes_256_cm_hmac_sha1_32 aead_aes_128_gcm aead_aes_256_gcm aead_aes_128_gcm_8 aead_aes_256_gcm_8 seed_ctr_128_hmac_sha1_80
unencrypted_srtp unencrypted_srtcp unauthenticated_srtp kdr fec_order fec_srtp srtp_fec fec_key wsh mki
rtp avp avpf savp savpf bundle ls fid srf fec fec-fr sim v a t crypto setup rtcp-fb rtcp-mux fmtp rtpmap requested applied confirmed
loopback-source loopback-mirror on off
pt max-width max-height max-fps max-pps depend slides speaker sl main alt
";
static OF_MEDIA_WORDS: LazyLock<HashSet<&'static [u8], RandomState>> =
    LazyLock::new(|| MEDIA_WORDS.split_whitespace().map(str::as_bytes).collect());

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
        let (named, value) = split(value, b":");
        let name = named.trim_ascii().to_owned();
        let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
        let is_of = |names: &[&[u8]]| names.iter().any(|known| is(known));
        let is_fax = name
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"t38"));
        let is_token =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`{|}~".contains(byte);
        let is_attribute = name.iter().all(is_token);
        match value.get_mut(1..) {
            None if is_attribute => {}
            None => self.text(named),
            Some(value) if !is_attribute => {
                self.text(named);
                self.text(value);
            }
            Some(value) if is(b"rtcp") || is(b"remote-candidates") => {
                self.neutral(value, Numbers::All);
            }
            // Its first word is made of the address (RFC 8839 5.1).
            Some(value) if is(b"candidate") => {
                let (foundation, rest) = split(value, b" ");
                self.text(foundation);
                self.neutral(rest, Numbers::All);
            }
            Some(value) if is(b"path") => self.neutral(value, Numbers::None),
            Some(value) if is(b"fmtp") => self.format(value),
            Some(value) if is(b"acap") => {
                let (number, attribute) = split(value, b" ");
                self.neutral(number, Numbers::All);
                self.attribute(attribute);
            }
            Some(value) if is_fax || is_of(&OF_MEDIA) => self.media(value),
            Some(value) if is(b"crypto") => self.crypto(value),
            Some(value) if is(b"ssrc") => self.source(value),
            Some(value) if is(b"ssrc-group") => self.neutral(value, Numbers::All),
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
        const INLINE: &[u8] = b"inline:";
        let mut rest = value;
        while let Some(at) = memchr::memmem::find(rest, INLINE) {
            let (words, key) = rest.split_at_mut(at);
            self.media(words);
            let (key, others) = split(&mut key[INLINE.len()..], b"| ;");
            self.secret(key);
            rest = others;
        }
        self.media(rest);
    }

    /// `96 mode-set=0,2;octet-align=1`: numbers are those of media only where it is known what they count.
    fn format(&mut self, value: &mut [u8]) {
        let (number, params) = split(value, b" ");
        self.media(number);
        for param in params.split_mut(|byte| *byte == b';') {
            let (name, value) = split(param, b"=");
            match value.get_mut(1..) {
                Some(value) if is_of_secret(name.trim_ascii()) => self.secret(value),
                Some(value) if is_profile(name.trim_ascii(), value) => {}
                Some(value) if is_spoken(name.trim_ascii()) => self.media(value),
                Some(value) => {
                    self.text(name);
                    self.text(value);
                }
                // 0-15,70 or 97/97
                None if is_events(name.trim_ascii()) => {}
                None if name.iter().any(u8::is_ascii_digit) => self.text(name),
                None => self.media(name),
            }
        }
    }

    /// Words and numbers of media; everything else is replaced.
    fn media(&mut self, value: &mut [u8]) {
        let is_end = |byte: u8| byte.is_ascii_whitespace() || b",;=\"<>()[]{}/|^*".contains(&byte);
        for piece in pieces(value, is_end) {
            let piece = &mut value[piece];
            let is_part = |part: &[u8]| is_spoken(part) || is_number(part);
            let is_joined = || piece.split(|byte| *byte == b':').all(is_part);
            if is_part(piece) || is_joined() && !may_hold_address(piece) {
                continue;
            }
            match self.is_uri(piece) && !piece.starts_with(b"urn:ietf:params:") {
                true => self.uri(piece),
                false if piece.starts_with(b"urn:ietf:params:rtp-hdrext:") => {}
                false => self.text(piece),
            }
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

/// A word of media or of a protocol.
fn is_spoken(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    word.is_empty() || OF_MEDIA_WORDS.contains(lower.as_slice()) || vocabulary::has(word)
}

/// `97`, `0.6`, `-10`, `176-144`: measures.
fn is_number(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let signs = text.iter().filter(|byte| !byte.is_ascii_digit()).count();
    text.iter().all(is_of) && signs <= 1
}

/// `profile-level-id=42801F` (RFC 6184 8.1).
fn is_profile(name: &[u8], value: &[u8]) -> bool {
    const LENGTH: usize = 6;
    let value = value.trim_ascii();
    name.eq_ignore_ascii_case(b"profile-level-id")
        && value.len() == LENGTH
        && value.iter().all(u8::is_ascii_hexdigit)
}

/// `0-15,66,70`: events of telephones are few (RFC 4733 7), as are formats.
fn is_events(text: &[u8]) -> bool {
    let mut numbers = text.split(|byte| matches!(byte, b',' | b'-' | b'/'));
    numbers.all(|number| {
        let number = std::str::from_utf8(number).ok();
        number.is_some_and(|number| number.parse::<u8>().is_ok())
    })
}

/// What a codec was set up with, in base64 or hexadecimal digits.
fn is_of_secret(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 7] = [
        b"sprop-parameter-sets",
        b"sprop-vps",
        b"sprop-sps",
        b"sprop-pps",
        b"config",
        b"configuration",
        b"sprop-sei",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::key::Key;

    fn replaced(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        Mask::new(Key::new(b"secret"), false, false).sdp(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn how_media_are_sent_stays() {
        for line in [
            "a=rtpmap:97 AMR-WB/16000/1",
            "a=rtpmap:101 telephone-event/8000",
            "a=fmtp:97 mode-change-capability=2;max-red=0; octet-align=1",
            "a=fmtp:101 0-15,66",
            "a=fmtp:98 profile-level-id=42801F;packetization-mode=1",
            "a=curr:qos local sendrecv",
            "a=des:qos mandatory remote sendrecv",
            "a=rtcp-fb:* nack pli",
            "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "a=setup:actpass",
            "a=ptime:20",
            "a=max-size:1048576",
            "a=T38FaxRateManagement:transferredTCF",
            "a=imageattr:97 send [x=800,y=640,sar=1.1,q=0.6] recv [x=330,y=250]",
            "a=group:BUNDLE 0 1",
            "a=sendrecv",
            "k=clear:",
            "a=content:main",
            "a=rid:1 send pt=96",
            "a=ssrc-group:FID 11 12",
            "m=audio 49170 RTP/AVP 0",
        ] {
            assert_eq!(replaced(line), line);
        }
    }

    #[test]
    fn whoever_is_named_between_media_is_replaced() {
        for (line, named) in [
            (
                "a=fmtp:96 host=acme.example;ip=203.0.113.78;u=bob@b.example",
                "acme",
            ),
            (
                "a=fmtp:96 host=acme.example;ip=203.0.113.78;u=bob@b.example",
                "203.0.113.78",
            ),
            (
                "a=fmtp:96 host=acme.example;ip=203.0.113.78;u=bob@b.example",
                "bob",
            ),
            ("a=fmtp:96 u=5551234", "5551234"),
            ("a=rtcp:4001 IN IP6 2001:4700:1:2:3:4:5:6", "4700"),
            (
                "a=candidate:1 1 UDP 2 2001:4700:1:2:3:4:5:6 5 typ host",
                "4700",
            ),
            (
                "a=candidate:1209855454 1 UDP 2 192.0.2.1 5 typ host",
                "1209855454",
            ),
            ("a=smithsonov@bank.example", "smithsonov"),
            ("a=smithsonov@bank.example:x", "smithsonov"),
            ("a=fmtp:101 555-1234", "1234"),
            ("a=rtpmap:96 acmetove/8000", "acmetove"),
            ("a=curr:qos smithsonov", "smithsonov"),
            ("a=rtcp-fb:* acmetove 203.0.113.78", "203.0.113.78"),
            ("a=extmap:1 http://acme.example/x", "acme"),
            ("a=ptime:smithsonov", "smithsonov"),
            (
                "a=acap:1 crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdG",
                "WVNfX19z",
            ),
            (
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19z|2^20|1:4 FEC_KEY=inline:icepass acme.example",
                "acme",
            ),
            (
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19z|2^20|1:4 FEC_KEY=inline:icepass acme.example",
                "icepass",
            ),
        ] {
            let other = replaced(line);
            assert!(!other.contains(named), "{other}");
            assert_eq!(other.len(), line.len());
        }
    }

    #[test]
    fn a_path_of_messages_stays_one() {
        let other = replaced("a=path:msrp://acme.example:7394/2s93i93idj;tcp");
        assert!(
            other.starts_with("a=path:msrp://") && other.ends_with(";tcp"),
            "{other}"
        );
        assert!(
            !other.contains("acme") && other.contains(":7394/"),
            "{other}"
        );
    }
}
