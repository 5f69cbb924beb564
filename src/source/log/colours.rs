//! Colours, which terminals are told in the middle of the text: they are taken away before anything else is looked at, so that no
//! format has to know of them.

use std::borrow::Cow;

const ESCAPE: u8 = 0x1b;

/// The bytes without colours. Escapes that tell anything else are left: they may be bytes of a message.
pub(super) fn without(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let mut done = 0;
    for at in memchr::memchr_iter(ESCAPE, bytes) {
        if at >= done
            && let Some(length) = colour(&bytes[at..])
        {
            kept.extend_from_slice(&bytes[done..at]);
            done = at + length;
        }
    }
    if done == 0 {
        return Cow::Borrowed(bytes);
    }
    kept.extend_from_slice(&bytes[done..]);
    Cow::Owned(kept)
}

/// How long the colour is that begins here, or the command to blank the rest of a line that comes with one.
fn colour(bytes: &[u8]) -> Option<usize> {
    const LONGEST: usize = 24;
    let sequence = bytes.get(2..).filter(|_| bytes[1] == b'[')?;
    let mut parameters = sequence.iter().take(LONGEST);
    let end = parameters.position(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':'))?;
    matches!(sequence[end], b'm' | b'K').then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_gone_and_other_escapes_stay() {
        let text = b"\x1b[36;1ma\x1b[0mb\x1b[;m\x1bc\x1b[2Jd\x1b[K\x1b[3";
        assert_eq!(without(text).as_ref(), b"ab\x1bc\x1b[2Jd\x1b[3");
        assert!(matches!(without(b"a[0m\x1b"), Cow::Borrowed(_)));
    }
}
