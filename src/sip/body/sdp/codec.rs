//! What the formats of an RTP media description stand for: rtpmap, fmtp, and the payload types that mean something without
//! either (RFC 8866 6.6, 6.15; RFC 3551 6).

use super::line::{Words, cut, number};
use super::section::Section;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// The number of a format, if it is a payload type: seven bits (RFC 3550 5.1).
pub(super) fn payload_type(format: Text<'_>) -> Option<u8> {
    let number = format.number().filter(|number| *number < 128)?;
    u8::try_from(number).ok()
}

/// `a=rtpmap`: which encoding a payload type stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RtpMap<'a> {
    /// All of the value.
    pub text: Text<'a>,
    /// The payload type, if it is one.
    pub payload_type: Option<u8>,
    /// Name of the encoding, in the spelling of the writer.
    pub name: Text<'a>,
    /// Samples per second.
    pub clock_rate: Option<u32>,
    /// What stands behind the clock rate: the number of audio channels.
    pub channels: Option<u32>,
}

impl<'a> RtpMap<'a> {
    /// Reads what stands behind `a=rtpmap:`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let mut words = Words::new(text, problems);
        let format = words.expect(problems);
        let payload_type = payload_type(format);
        if payload_type.is_none() && !format.is_empty() {
            problems.note(format.span(), ProblemKind::SdpValue);
        }
        let (name, rest) = cut(words.expect(problems), b'/');
        words.end(problems);
        let (clock_rate, channels) = cut(rest.unwrap_or(name.from(name.end())), b'/');
        if problems.wanted() && clock_rate.number() == Some(0) {
            problems.note(clock_rate.span(), ProblemKind::SdpValue);
        }
        Self {
            text,
            payload_type,
            name,
            clock_rate: number(clock_rate, problems),
            channels: channels.and_then(|channels| number(channels, problems)),
        }
    }
}

/// `a=fmtp`: parameters of a format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fmtp<'a> {
    /// All of the value.
    pub text: Text<'a>,
    /// The format, as it stands in the m= line.
    pub format: Text<'a>,
    /// The parameters as written; what they look like is up to the encoding.
    pub parameters: Text<'a>,
}

impl<'a> Fmtp<'a> {
    /// Reads what stands behind `a=fmtp:`.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let mut words = Words::new(text, problems);
        let format = words.expect(problems);
        let parameters = words.rest();
        if parameters.is_empty() {
            problems.note(parameters.span(), ProblemKind::SdpValue);
        }
        Self {
            text,
            format,
            parameters,
        }
    }

    /// The parameters, taken apart as most encodings write them: `name=value` with semicolons between.
    pub fn iter(&self) -> impl Iterator<Item = (Text<'a>, Option<Text<'a>>)> + use<'a> {
        let mut rest = Some(self.parameters);
        let pieces = std::iter::from_fn(move || {
            let (piece, behind) = cut(rest?, b';');
            rest = behind;
            Some(piece.trimmed())
        });
        pieces.filter(|piece| !piece.is_empty()).map(|piece| {
            let (name, value) = cut(piece, b'=');
            (name.trimmed(), value.map(Text::trimmed))
        })
    }

    /// The value of the first parameter with this name; `None` if it is not there or has none.
    pub fn value(&self, name: &str) -> Option<Text<'a>> {
        let mut parameters = self.iter();
        parameters.find(|(other, _)| other.is(name))?.1
    }
}

/// What a format stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding<'a> {
    /// Its name; upper and lower case mean the same (RFC 8866 6.6).
    pub name: &'a [u8],
    /// Samples per second.
    pub clock_rate: Option<u32>,
    /// Audio channels; 1 if nothing is said.
    pub channels: u32,
}

impl Encoding<'_> {
    /// Whether it has this name.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Whether both are the same, whatever payload type stands for them.
    pub fn same_as(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(other.name)
            && (self.clock_rate, self.channels) == (other.clock_rate, other.channels)
    }
}

/// RFC 3551 tables 4 and 5: payload type, name, clock rate, channels.
const STATIC: [(u8, &str, u32, u32); 24] = [
    (0, "PCMU", 8000, 1),
    (3, "GSM", 8000, 1),
    (4, "G723", 8000, 1),
    (5, "DVI4", 8000, 1),
    (6, "DVI4", 16000, 1),
    (7, "LPC", 8000, 1),
    (8, "PCMA", 8000, 1),
    (9, "G722", 8000, 1),
    (10, "L16", 44100, 2),
    (11, "L16", 44100, 1),
    (12, "QCELP", 8000, 1),
    (13, "CN", 8000, 1),
    (14, "MPA", 90000, 1),
    (15, "G728", 8000, 1),
    (16, "DVI4", 11025, 1),
    (17, "DVI4", 22050, 1),
    (18, "G729", 8000, 1),
    (25, "CelB", 90000, 1),
    (26, "JPEG", 90000, 1),
    (28, "nv", 90000, 1),
    (31, "H261", 90000, 1),
    (32, "MPV", 90000, 1),
    (33, "MP2T", 90000, 1),
    (34, "H263", 90000, 1),
];

/// The encodings of one media description, by payload type. The first rtpmap and the first fmtp of each count, so that there
/// are never more than 128 of either.
#[derive(Clone, Debug, Default)]
pub struct Codecs<'a> {
    maps: Vec<(u8, RtpMap<'a>)>,
    parameters: Vec<(u8, Fmtp<'a>)>,
}

impl<'a> Codecs<'a> {
    pub(super) fn of(section: Section<'a>) -> Self {
        let mut codecs = Self::default();
        let (mut mapped, mut described) = (0u128, 0u128);
        let first = |seen: &mut u128, payload_type: u8| {
            let bit = 1u128 << payload_type;
            let first = *seen & bit == 0;
            *seen |= bit;
            first
        };
        for attribute in section.attributes_with(b"rf") {
            if attribute.is("rtpmap") {
                let map = RtpMap::read(attribute.plain(), &mut Problems::ignored());
                if let Some(payload_type) = map.payload_type
                    && first(&mut mapped, payload_type)
                {
                    codecs.maps.push((payload_type, map));
                }
            } else if attribute.is("fmtp") {
                let fmtp = Fmtp::read(attribute.plain(), &mut Problems::ignored());
                if let Some(payload_type) = payload_type(fmtp.format)
                    && first(&mut described, payload_type)
                {
                    codecs.parameters.push((payload_type, fmtp));
                }
            }
        }
        codecs
    }

    /// What this format stands for: as its rtpmap says, else as RFC 3551 says.
    pub fn encoding_of(&self, format: Text<'_>) -> Option<Encoding<'a>> {
        if let Some(map) = self.rtpmap_of(format) {
            return Some(Encoding {
                name: map.name.bytes(),
                clock_rate: map.clock_rate,
                channels: map.channels.unwrap_or(1),
            });
        }
        let payload_type = payload_type(format)?;
        let known = STATIC.iter().find(|known| known.0 == payload_type);
        known.map(|(_, name, clock_rate, channels)| Encoding {
            name: name.as_bytes(),
            clock_rate: Some(*clock_rate),
            channels: *channels,
        })
    }

    /// The rtpmap of this format.
    pub fn rtpmap_of(&self, format: Text<'_>) -> Option<RtpMap<'a>> {
        of(&self.maps, format)
    }

    /// The parameters of this format.
    pub fn fmtp_of(&self, format: Text<'_>) -> Option<Fmtp<'a>> {
        of(&self.parameters, format)
    }
}

fn of<T: Copy>(list: &[(u8, T)], format: Text<'_>) -> Option<T> {
    let payload_type = payload_type(format)?;
    let found = list.iter().find(|(other, _)| *other == payload_type);
    found.map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &str) -> (RtpMap<'_>, Vec<(u32, u32)>) {
        let mut problems = Problems::kept();
        let map = RtpMap::read(Text::all(text.as_bytes()), &mut problems);
        let spans = problems.list().iter().map(|p| (p.span.start, p.span.end));
        (map, spans.collect())
    }

    #[test]
    fn reads_rtpmaps() {
        let (one, odd) = map("97 L16/44100/2");
        assert_eq!((one.payload_type, odd), (Some(97), vec![]));
        assert_eq!(one.name, "L16");
        assert_eq!((one.clock_rate, one.channels), (Some(44100), Some(2)));
        assert_eq!(map("0 PCMU/8000").0.channels, None);
        assert_eq!(map("128 X/8000").1, [(0, 3)]);
        assert_eq!(map("0 PCMU").1, [(6, 6)]);
        assert_eq!(map("97 FOO/0").1, [(7, 8)]);
        assert_eq!(map("0 PCMU/8k/x").1, [(7, 9), (10, 11)]);
        assert_eq!(map("0 PCMU/8000 x").1, [(12, 13)]);
        assert_eq!(map("0").1, [(1, 1), (1, 1)]);
    }

    #[test]
    fn reads_fmtps() {
        let text = Text::all(b"99 mode-set=0,2;octet-align=1; robust ;;crc=");
        let fmtp = Fmtp::read(text, &mut Problems::ignored());
        assert_eq!(fmtp.format, "99");
        assert_eq!(fmtp.value("mode-set").unwrap(), "0,2");
        assert_eq!(fmtp.value("Octet-Align").unwrap(), "1");
        assert_eq!(fmtp.value("robust"), None);
        assert_eq!(fmtp.value("crc").unwrap(), "");
        assert_eq!(fmtp.iter().count(), 4);
        let mut problems = Problems::kept();
        Fmtp::read(Text::all(b"101"), &mut problems);
        assert_eq!(problems.list().len(), 1);
    }

    #[test]
    fn formats_stand_for_encodings() {
        let section = Section::new(Text::all(
            b"m=audio 1 RTP/AVP 0 8 96 97 98\r\na=rtpmap:96 AMR/8000\r\na=rtpmap:96 X/1\r\na=rtpmap:8 opus/48000/2\r\n\
              a=rtpmap:98 BAD\r\na=fmtp:96 octet-align=1\r\na=fmtp:96 octet-align=0\r\n",
        ));
        let codecs = Codecs::of(section);
        let name = |format: &'static str| {
            let encoding = codecs.encoding_of(Text::all(format.as_bytes()))?;
            let name = String::from_utf8_lossy(encoding.name).into_owned();
            Some((name, encoding.clock_rate, encoding.channels))
        };
        let own = |name: &str, rate, channels| Some((name.to_owned(), rate, channels));
        assert_eq!(name("0"), own("PCMU", Some(8000), 1));
        assert_eq!(name("8"), own("opus", Some(48000), 2));
        assert_eq!(name("96"), own("AMR", Some(8000), 1));
        assert_eq!(name("98"), own("BAD", None, 1));
        assert_eq!(name("10"), own("L16", Some(44100), 2));
        assert_eq!(name("33"), own("MP2T", Some(90000), 1));
        for none in ["1", "97", "127", "128", "t38", "", "-1"] {
            assert_eq!(name(none), None, "{none}");
        }
        let fmtp = codecs.fmtp_of(Text::all(b"96")).unwrap();
        assert_eq!(fmtp.value("octet-align").unwrap(), "1");
        let pcmu = codecs.encoding_of(Text::all(b"0")).unwrap();
        let other = Encoding {
            name: b"pcmu",
            ..pcmu
        };
        assert!(pcmu.same_as(&other) && pcmu.is("Pcmu"));
        assert!(!pcmu.same_as(&Encoding {
            channels: 2,
            ..other
        }));
    }
}
