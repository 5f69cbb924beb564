//! The two handshake messages that matter, ClientHello and ServerHello: they name the connection in the key log and say
//! how it is protected. They may lie in one record, share it or be spread over several (RFC 8446 5.1).

use super::key_log::Random;

/// A hello that is longer is not put together: the memory it takes stays bounded.
const LONGEST_HELLO: usize = 64 * 1024;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const ENCRYPT_THEN_MAC: u16 = 22;
const SUPPORTED_VERSIONS: u16 = 43;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hello {
    Client(Random),
    Server(ServerHello),
}

/// What the server chose. A HelloRetryRequest has the same form and chooses the same (RFC 8446 4.1.4), so it needs no
/// telling apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerHello {
    pub(super) version: u16,
    pub(super) random: Random,
    pub(super) suite: u16,
    pub(super) compressed: bool,
    /// RFC 7366: of importance to CBC only.
    pub(super) encrypt_then_mac: bool,
}

/// The handshake messages of one direction.
#[derive(Default)]
pub(super) struct Messages {
    /// The beginning of a message whose end is still to come.
    held: Vec<u8>,
    /// Bytes to come of a message that does not matter.
    skip: usize,
}

impl Messages {
    /// Reads the content of the next handshake record.
    pub(super) fn read(&mut self, content: &[u8]) -> Vec<Hello> {
        let skipped = self.skip.min(content.len());
        self.skip -= skipped;
        self.held.extend_from_slice(&content[skipped..]);
        let mut hellos = Vec::new();
        let mut at = 0;
        while let Some([kind, high, middle, low]) = self.held[at..].first_chunk() {
            let length = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
            let start = at + 4;
            if let Some(body) = self.held.get(start..start + length) {
                hellos.extend(hello(*kind, body));
                at = start + length;
            } else if matches!(*kind, CLIENT_HELLO | SERVER_HELLO) && length <= LONGEST_HELLO {
                break;
            } else {
                self.skip = start + length - self.held.len();
                at = self.held.len();
            }
        }
        self.held.drain(..at);
        if self.held.is_empty() {
            // Many connections stay open for long after their handshake.
            self.held = Vec::new();
        }
        hellos
    }
}

fn hello(kind: u8, body: &[u8]) -> Option<Hello> {
    match kind {
        CLIENT_HELLO => Some(Hello::Client(*body.get(2..)?.first_chunk()?)),
        SERVER_HELLO => server_hello(body).map(Hello::Server),
        _ => None,
    }
}

/// RFC 5246 7.4.1.3, RFC 8446 4.1.3.
fn server_hello(mut body: &[u8]) -> Option<ServerHello> {
    let mut version = number(&mut body)?;
    let random = *body.split_off(..32)?.first_chunk()?;
    let session_id = usize::from(*body.split_off_first()?);
    body.split_off(..session_id)?;
    let suite = number(&mut body)?;
    let compressed = *body.split_off_first()? != 0;
    let mut encrypt_then_mac = false;
    // A hello without extensions ends before their length.
    let mut extensions = body.get(2..).unwrap_or_default();
    while let Some((kind, mut value)) = extension(&mut extensions) {
        match kind {
            ENCRYPT_THEN_MAC => encrypt_then_mac = true,
            SUPPORTED_VERSIONS => version = number(&mut value)?,
            _ => {}
        }
    }
    Some(ServerHello {
        version,
        random,
        suite,
        compressed,
        encrypt_then_mac,
    })
}

fn extension<'a>(bytes: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let kind = number(bytes)?;
    let length = number(bytes)?;
    Some((kind, bytes.split_off(..usize::from(length))?))
}

fn number(bytes: &mut &[u8]) -> Option<u16> {
    let digits = bytes.split_off(..2)?.first_chunk()?;
    Some(u16::from_be_bytes(*digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind], &length[1..], body].concat()
    }

    fn client() -> Vec<u8> {
        message(CLIENT_HELLO, &[&[3, 3][..], &[7; 32], &[0, 0, 2]].concat())
    }

    fn server(extensions: &[u8]) -> Vec<u8> {
        let length = u16::try_from(extensions.len()).unwrap().to_be_bytes();
        let choice = [2, 0xaa, 0xaa, 0xc0, 0x30, 0];
        let body = [&[3, 3][..], &[8; 32], &choice, &length, extensions].concat();
        message(SERVER_HELLO, &body)
    }

    fn chosen(version: u16, encrypt_then_mac: bool) -> Hello {
        Hello::Server(ServerHello {
            version,
            random: [8; 32],
            suite: 0xc030,
            compressed: false,
            encrypt_then_mac,
        })
    }

    #[test]
    fn hellos_are_read_wherever_records_cut_them() {
        let certificate = message(11, &[2; 3000]);
        let all = [
            client(),
            certificate,
            server(&[0, 22, 0, 0]),
            message(14, &[]),
        ]
        .concat();
        for size in [1, 3, 100, 4000] {
            let mut messages = Messages::default();
            let found: Vec<_> = all
                .chunks(size)
                .flat_map(|content| messages.read(content))
                .collect();
            assert_eq!(found, [Hello::Client([7; 32]), chosen(0x0303, true)]);
            assert!(messages.held.is_empty() && messages.skip == 0);
        }
    }

    #[test]
    fn the_version_is_the_one_of_the_extension() {
        let hello = server(&[0, 51, 0, 1, 9, 0, 43, 0, 2, 3, 4]);
        assert_eq!(Messages::default().read(&hello), [chosen(0x0304, false)]);
        let bare = &server(&[])[4..44];
        assert_eq!(hello_of(bare), Some(chosen(0x0303, false)));
        for length in 0..bare.len() {
            assert_eq!(hello_of(&bare[..length]), None);
        }
    }

    fn hello_of(body: &[u8]) -> Option<Hello> {
        hello(SERVER_HELLO, body)
    }

    #[test]
    fn a_hello_of_any_length_takes_bounded_memory() {
        let mut messages = Messages::default();
        for kind in [CLIENT_HELLO, 11] {
            messages.read(&[kind, 0xff, 0xff, 0xff]);
            for _ in 0..(1 << 24) / 16384 {
                assert!(messages.read(&[0; 16384]).is_empty());
                assert!(messages.held.len() <= LONGEST_HELLO + 16384);
            }
            messages = Messages::default();
        }
    }
}
