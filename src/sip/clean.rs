//! What was looked at and found to have nothing odd about it.

use super::remembered::Remembered;

/// What a stretch of a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    /// A first line that is one of a request or response.
    FirstLine,
    /// A header field with all its lines.
    Field,
    /// A session description.
    Sdp,
    /// A line of one, wherever it stands.
    SdpLine,
}

/// Stretches in which nothing is odd.
#[derive(Default)]
pub struct Clean {
    /// None where nothing is remembered.
    known: Option<Remembered<Stretch>>,
}

impl Clean {
    /// Remembers.
    pub fn remembered() -> Self {
        Self {
            known: Some(Remembered::default()),
        }
    }

    /// Looks at a stretch, if it is not known to be clean. `look` tells whether it is; in what it is made of it may do the same.
    #[inline]
    pub(super) fn unless_known(
        &mut self,
        what: Stretch,
        text: &[u8],
        look: impl FnOnce(&mut Self) -> bool,
    ) {
        let known = self.known.as_ref().and_then(|known| known.get(text));
        if known == Some(what) || !look(self) {
            return;
        }
        if let Some(known) = &mut self.known {
            known.keep(text, what);
        }
    }
}
