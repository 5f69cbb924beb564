//! Names of hosts and of whatever else: each label becomes another by what stands behind it, and those that tell nothing of anybody stay.

use super::mask::{Mask, is_of_word};

/// As it is written.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];
/// Where in it the version and the variant stand (RFC 9562 4).
const UUID_FORM: [usize; 2] = [14, 19];
/// So much of the end of a name tells the domain, however many labels it has.
const LONGEST_DOMAIN: usize = 100;

impl Mask {
    /// The length of a name of one or several labels, or of its part in front of an address.
    pub(super) fn name_at(&mut self, text: &mut [u8], at: usize) -> usize {
        if let Some(length) = self.uuid_at(text, at) {
            return length;
        }
        let is_of = |byte: u8| is_of_word(byte) || matches!(byte, b'-' | b'_' | b'.');
        let mut end = at;
        while end < text.len() && is_of(text[end]) {
            let begins = end > at && matches!(text[end - 1], b'-' | b'_');
            if begins && text[end].is_ascii_digit() && is_dotted(&text[end..]) {
                break;
            }
            end += 1;
        }
        while end > at && !is_of_word(text[end - 1]) {
            end -= 1;
        }
        self.name(&mut text[at..end]);
        end - at
    }

    fn uuid_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let length = UUID.iter().sum::<usize>() + UUID.len() - 1;
        let spelled = text.get(at..at + length)?;
        let groups = spelled.split(|byte| *byte == b'-');
        let is_uuid = groups.map(<[u8]>::len).eq(UUID)
            && spelled
                .iter()
                .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
        let goes_on = text.get(at + length).is_some_and(|byte| is_of_word(*byte));
        if !is_uuid || goes_on {
            return None;
        }
        let form = UUID_FORM.map(|place| text[at + place]);
        self.secret(&mut text[at..at + length]);
        for (place, byte) in UUID_FORM.into_iter().zip(form) {
            text[at + place] = byte;
        }
        Some(length)
    }

    /// Each label by what stands behind it, so that hosts of one domain stay in one.
    fn name(&mut self, name: &mut [u8]) {
        let lower = name.to_ascii_lowercase();
        if is_kept(&lower) {
            return;
        }
        let labels = name.split(|byte| *byte == b'.').count();
        if labels > 1 && self.is_new(&[b"host", &lower]) {
            self.replaced.hosts += 1;
        }
        let is_of_operators = lower.ends_with(b".3gppnetwork.org");
        let mut end = name.len();
        while end > 0 {
            let dot = name[..end].iter().rposition(|byte| *byte == b'.');
            let start = dot.map_or(0, |dot| dot + 1);
            let label = &lower[start..end];
            let behind = (end + 1).max(lower.len().saturating_sub(LONGEST_DOMAIN));
            let tweak = &lower[behind.min(lower.len())..];
            if is_of_operators && is_of_network(label) {
                self.network(&mut name[start..end]);
            } else if !(tweak.is_empty() && labels > 1 && KEPT_LAST.contains(&label)) {
                let role = if start == 0 { role_length(label) } else { 0 };
                let separators = |byte: &u8| matches!(byte, b'-' | b'_');
                for part in name[start + role..end].split_mut(separators) {
                    self.word(part, tweak);
                }
            }
            end = dot.unwrap_or(0);
        }
    }

    /// A label of the domain of an operator (3GPP TS 23.003 13.2): its code is a number, the rest says what it is.
    fn network(&mut self, label: &mut [u8]) {
        let code = label.get_mut(3..).filter(|code| is_code(code));
        if let Some(code) = code {
            self.word(code, b"network");
        }
    }
}

/// Names of nobody and of no machine in particular (RFC 2606, RFC 3323 4.1.1.3).
const KEPT: [&[u8]; 5] = [
    b"anonymous",
    b"anonymous.invalid",
    b"localhost",
    b"localhost.localdomain",
    b"3gppnetwork.org",
];
/// The last labels of such names.
const KEPT_LAST: [&[u8]; 3] = [b"invalid", b"localhost", b"localdomain"];
/// Labels that say what a domain of an operator is for (3GPP TS 23.003 13.2).
const KEPT_OF_OPERATORS: [&[u8]; 7] = [
    b"3gppnetwork",
    b"org",
    b"pub",
    b"ims",
    b"epc",
    b"gprs",
    b"5gc",
];

fn is_kept(lower: &[u8]) -> bool {
    KEPT.contains(&lower)
}

/// What the names of nodes begin with that tell what they are for: a node without any other sign is that.
const ROLES: [&[u8]; 4] = [b"pcscf", b"icscf", b"scscf", b"ecscf"];

/// How long that is at the beginning of a label, hyphens aside.
fn role_length(label: &[u8]) -> usize {
    let letters = label.iter().enumerate().filter(|(_, byte)| **byte != b'-');
    let (places, first): (Vec<usize>, Vec<u8>) = letters.take(5).unzip();
    let is_role = ROLES.contains(&first.as_slice());
    places.last().filter(|_| is_role).map_or(0, |last| last + 1)
}

fn is_of_network(label: &[u8]) -> bool {
    KEPT_OF_OPERATORS.contains(&label)
        || [&b"mnc"[..], b"mcc"]
            .iter()
            .any(|kind| label.strip_prefix(*kind).is_some_and(is_code))
}

fn is_code(code: &[u8]) -> bool {
    (2..=3).contains(&code.len()) && code.iter().all(u8::is_ascii_digit)
}

/// Whether four numbers with dots between them stand here.
fn is_dotted(text: &[u8]) -> bool {
    let is_of = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = text.iter().take(16).take_while(is_of).count();
    let mut parts = text[..length].split(|byte| *byte == b'.');
    parts
        .by_ref()
        .take(4)
        .filter(|part| !part.is_empty())
        .count()
        == 4
}

#[cfg(test)]
mod tests {
    use crate::anonymize::mask::testing::replaced;

    #[test]
    fn hosts_of_a_domain_stay_in_one() {
        let (one, other) = (
            replaced("scscf1.home1.net"),
            replaced("pcscf.visited.HOME1.net"),
        );
        let domain = replaced("home1.net");
        assert_eq!(one.split_once('.').unwrap().1, domain);
        assert!(other.to_lowercase().ends_with(&format!(".{domain}")));
        assert_ne!(
            replaced("scscf1.home2.net").split('.').next(),
            one.split('.').next()
        );
    }

    #[test]
    fn names_of_nobody_stay() {
        for name in ["anonymous.invalid", "localhost", "Anonymous", "127.0.0.1"] {
            assert_eq!(replaced(name), name);
        }
        let own = replaced("df7jal23ls0d.invalid");
        assert!(
            own.ends_with(".invalid") && !own.starts_with("df7"),
            "{own}"
        );
        let operator = replaced("ims.mnc015.mcc234.3gppnetwork.org");
        let shape: Vec<_> = operator.split('.').map(str::len).collect();
        assert_eq!(shape, [3, 6, 6, 11, 3]);
        assert!(operator.starts_with("ims.mnc0") && operator.ends_with(".3gppnetwork.org"));
        assert!(!operator.contains("mnc015.mcc234"), "{operator}");
    }

    #[test]
    fn a_name_that_tells_a_role_still_does() {
        for (name, beginning) in [
            ("pcscf1.home1.net", "pcscf"),
            ("s-cscf.a.net", "s-cscf."),
            ("icscf-2.a.net", "icscf-"),
        ] {
            let other = replaced(name);
            assert!(other.starts_with(beginning) && other != name, "{other}");
        }
    }

    #[test]
    fn a_uuid_stays_one_and_of_its_version() {
        let other = replaced("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        let uuid = other.rsplit(':').next().unwrap();
        assert!(
            uuid.bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
            "{uuid}"
        );
        assert_eq!(uuid.as_bytes()[14], b'1');
        assert_ne!(uuid, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    }
}
