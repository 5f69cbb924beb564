//! Challenges and credentials: a scheme and parameters with commas between them (RFC 3261 22, RFC 7616), and the two numbers
//! that an AKA challenge carries in its nonce (RFC 3310 3.2).

use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{Scan, is_token};
use crate::sip::text::Text;

/// A challenge (WWW-Authenticate, Proxy-Authenticate) or credentials (Authorization, Proxy-Authorization).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Auth<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// `Digest` or another scheme; empty in Authentication-Info, which has none.
    pub scheme: Text<'a>,
    /// `realm`, `nonce`, `response` and others.
    pub params: Params<'a>,
    /// What stands in place of parameters: the one word of `Basic`, `Bearer` and their like.
    pub word: Option<Text<'a>>,
}

impl<'a> Auth<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let mut scan = Scan::new(text);
        let scheme = scan.run(is_token);
        scan.space();
        if scheme.is_empty() || scan.peek() == Some(b'=') {
            problems.note(scheme.span(), ProblemKind::AuthScheme);
            return Self::read_info(text, problems);
        }
        let rest = scan.rest();
        let word = Some(rest).filter(|rest| !rest.is_empty() && !has_parameter(rest.bytes()));
        let params = match word {
            Some(_) => Params::default(),
            None => Params::with_commas(rest),
        };
        params.check(problems);
        Self {
            text,
            scheme,
            params,
            word,
        }
    }

    /// Reads parameters without a scheme.
    pub fn read_info(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let params = Params::with_commas(text);
        params.check(problems);
        Self {
            text,
            params,
            ..Self::default()
        }
    }

    /// The challenge of AKA, if the algorithm is one of AKA's and the nonce holds it.
    pub fn aka(&self) -> Option<Aka> {
        self.is_aka().then_some(())?;
        Aka::from_nonce(self.params.value("nonce")?.bytes())
    }

    /// Whether the algorithm is one of AKA's.
    pub(super) fn is_aka(&self) -> bool {
        let algorithm = self.params.value("algorithm").unwrap_or_default();
        let start = algorithm.bytes().get(..4);
        start.is_some_and(|start| start.eq_ignore_ascii_case(b"AKAv"))
    }
}

/// Whether `name=` comes first, so that this is a list of parameters and no bare word; base64 ends in `=` but has no name.
fn has_parameter(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_start();
    let name = bytes.iter().take_while(|byte| is_token(**byte)).count();
    let rest = bytes[name..].trim_ascii_start();
    match rest {
        [b'=', rest @ ..] => rest.iter().any(|byte| *byte != b'='),
        [b',' | b';', ..] => true,
        _ => false,
    }
}

/// What an AKA nonce carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aka {
    /// The random challenge.
    pub rand: [u8; 16],
    /// The network's proof: sequence number hidden by the anonymity key, management field, code.
    pub autn: [u8; 16],
}

impl Aka {
    /// RAND and AUTN are the first 32 bytes of the nonce, in base64; what follows is the server's own.
    pub fn from_nonce(nonce: &[u8]) -> Option<Self> {
        let bytes = base64(nonce)?;
        Some(Self {
            rand: bytes.get(..16)?.try_into().ok()?,
            autn: bytes.get(16..32)?.try_into().ok()?,
        })
    }

    /// The management field (3GPP TS 33.102 6.3.2).
    pub fn amf(&self) -> [u8; 2] {
        [self.autn[6], self.autn[7]]
    }
}

/// RFC 4648 4; missing padding is forgiven, anything else is not.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = &text[..text.len() - padding];
    if padding > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.chunks(4) {
        let mut bits = 0u32;
        for digit in group {
            bits = bits << 6 | u32::from(base64_digit(*digit)?);
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn base64_digit(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Auth<'_>, Vec<ProblemKind>) {
        let mut problems = Problems::kept();
        let auth = Auth::read(Text::all(text.as_bytes()), &mut problems);
        let kinds = problems.list().iter().map(|problem| problem.kind);
        (auth, kinds.collect())
    }

    #[test]
    fn reads_digest() {
        let (auth, kinds) = read(
            "Digest username=\"bob, jr\", realm=\"atlanta.example.com\"\r\n ,nonce=\"ea9c\", opaque=\"\", \
             uri=\"sips:ss2.example.com\", qop=auth, nc=00000001,response=\"dfe5\"",
        );
        assert_eq!(kinds, []);
        assert_eq!(auth.scheme, "Digest");
        assert_eq!(auth.params.value("username").unwrap(), "bob, jr");
        assert_eq!(auth.params.value("nc").unwrap(), "00000001");
        assert_eq!(auth.params.value("opaque").unwrap(), "");
        assert_eq!(auth.params.iter().count(), 8);
    }

    #[test]
    fn reads_bare_words_and_values_without_scheme() {
        let (auth, kinds) = read("Basic QWxhZGRpbg==");
        assert_eq!(
            (auth.word.unwrap().lossy(), kinds),
            ("QWxhZGRpbg==".into(), vec![])
        );
        assert!(auth.params.is_empty());
        let (auth, kinds) = read("nextnonce=\"x\"");
        assert_eq!(kinds, [ProblemKind::AuthScheme]);
        assert_eq!(auth.params.value("nextnonce").unwrap(), "x");
        assert_eq!(read("Digest realm=\"x").1, [ProblemKind::Quote]);
    }

    /// RFC 4648 10 has these pairs.
    #[test]
    fn reads_base64() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(base64(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(base64(b"+/+/").unwrap(), [0xfb, 0xff, 0xbf]);
        for odd in ["Z", "Zg===", "Z*==", "Zg==Zg=="] {
            assert_eq!(base64(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn takes_rand_and_autn_out_of_the_nonce() {
        // 00 01 .. 1f, then one byte of the server's own.
        let nonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";
        let text = format!("Digest realm=\"x\",nonce=\"{nonce}\",algorithm=AKAv1-MD5");
        let aka = read(&text).0.aka().unwrap();
        assert_eq!(aka.rand[..3], [0, 1, 2]);
        assert_eq!((aka.autn[0], aka.autn[15], aka.amf()), (16, 31, [22, 23]));
        assert_eq!(read(&text.replace("AKAv1-MD5", "MD5")).0.aka(), None);
        assert_eq!(read(&text.replace(nonce, "AAEC")).0.aka(), None);
    }
}
