//! The secrets of a key log: without them nothing of a TLS connection can be read, whatever was captured.
//!
//! The format is the one that browsers, OpenSSL and most servers write (draft-ietf-tls-keylogfile): one secret a line,
//! each filed under the random of the ClientHello it belongs to.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// More than this is not kept: the memory it takes stays bounded whatever the file holds.
const MOST_SECRETS: usize = 1_000_000;

/// The random of a ClientHello: names a connection in a key log.
pub(crate) type Random = [u8; 32];
type Secret = Box<[u8]>;

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Label {
    /// The master secret of TLS 1.2 and before (RFC 5246 8.1).
    Master,
    /// Traffic secrets of TLS 1.3 (RFC 8446 7.1).
    ClientHandshake,
    ServerHandshake,
    ClientApplication,
    ServerApplication,
}

/// The secrets of the key logs that were given, for any number of connections.
#[derive(Default)]
pub(in crate::transport) struct Secrets {
    known: HashMap<(Random, Label), Secret>,
}

impl Secrets {
    /// Adds the secrets of an NSS key log. Lines that say nothing usable are passed over.
    pub(in crate::transport) fn add_key_log(&mut self, text: &[u8]) {
        for (name, secret) in text.split(|byte| *byte == b'\n').filter_map(secret) {
            if self.known.len() < MOST_SECRETS || self.known.contains_key(&name) {
                self.known.insert(name, secret);
            }
        }
    }

    /// Whether there is no secret.
    #[must_use]
    pub(in crate::transport) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// How many secrets there are; a TLS 1.3 connection has up to four.
    #[must_use]
    pub(in crate::transport) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn get(&self, random: &Random, label: Label) -> Option<&[u8]> {
        self.known.get(&(*random, label)).map(AsRef::as_ref)
    }
}

/// Says how many, so that no log ever shows one.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secrets({})", self.len())
    }
}

/// The lines of a key log that are about these connections: who gets their packets needs no other keys.
pub(crate) fn lines_about(log: &[u8], randoms: &BTreeSet<Random>) -> Vec<u8> {
    let is_about = |line: &&[u8]| {
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let random = words.nth(1).and_then(hex);
        let random = random.and_then(|random| Random::try_from(random).ok());
        random.is_some_and(|random| randoms.contains(&random))
    };
    let lines = log.split_inclusive(|byte| *byte == b'\n');
    lines.filter(is_about).flatten().copied().collect()
}

fn secret(line: &[u8]) -> Option<((Random, Label), Secret)> {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let label = label(words.next()?)?;
    let random = hex(words.next()?)?.try_into().ok()?;
    let secret = hex(words.next()?)?;
    let usable = match label {
        Label::Master => secret.len() == 48,
        // As long as the hash of the cipher suite, SHA-256 or SHA-384.
        _ => matches!(secret.len(), 32 | 48),
    };
    (usable && words.next().is_none()).then(|| ((random, label), secret.into()))
}

fn label(word: &[u8]) -> Option<Label> {
    match word {
        b"CLIENT_RANDOM" => Some(Label::Master),
        b"CLIENT_HANDSHAKE_TRAFFIC_SECRET" => Some(Label::ClientHandshake),
        b"SERVER_HANDSHAKE_TRAFFIC_SECRET" => Some(Label::ServerHandshake),
        b"CLIENT_TRAFFIC_SECRET_0" => Some(Label::ClientApplication),
        b"SERVER_TRAFFIC_SECRET_0" => Some(Label::ServerApplication),
        _ => None,
    }
}

fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let (pairs, rest) = text.as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    rest.is_empty().then(|| bytes.collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(label: &str, random: u8, secret: usize) -> String {
        let random = format!("{random:02x}").repeat(32);
        format!("{label} {random} {}", "aB".repeat(secret))
    }

    #[test]
    fn secrets_are_found_under_random_and_label() {
        let mut secrets = Secrets::default();
        assert!(secrets.is_empty());
        let master = line("CLIENT_RANDOM", 1, 48);
        let traffic = line("SERVER_TRAFFIC_SECRET_0", 2, 32);
        secrets.add_key_log(format!("# log\r\n{master}\r\n\n{traffic}").as_bytes());
        assert_eq!(secrets.len(), 2);
        assert_eq!(secrets.get(&[1; 32], Label::Master), Some(&[0xab; 48][..]));
        let application = secrets.get(&[2; 32], Label::ServerApplication);
        assert_eq!(application, Some(&[0xab; 32][..]));
        assert_eq!(secrets.get(&[2; 32], Label::Master), None);
    }

    #[test]
    fn bad_lines_are_passed_over() {
        let mut secrets = Secrets::default();
        let good = line("CLIENT_RANDOM", 3, 48);
        let bad = [
            String::new(),
            "CLIENT_RANDOM".into(),
            good.replace("CLIENT", "OTHER"),
            good.replace('B', "x"),
            good.replace('B', "+"),
            good[..good.len() - 1].into(),
            good[..good.len() - 2].into(),
            good.replace("0303", "03"),
            format!("{good} 00"),
            line("CLIENT_TRAFFIC_SECRET_0", 3, 20),
        ];
        secrets.add_key_log(bad.join("\n").as_bytes());
        secrets.add_key_log(b"\xff\xfe\n\0\r\r\n   \n");
        assert!(secrets.is_empty());
        assert_eq!(format!("{secrets:?}"), "Secrets(0)");
    }
}
