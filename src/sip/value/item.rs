//! A word with parameters: Event, Subscription-State, Content-Type, Accept, Reason, Replaces, Security-Client,
//! P-Access-Network-Info and many more. What the parameters mean is known by those who ask for them by name.

use super::address::params_behind;
use crate::sip::params::Params;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{Scan, is_token};
use crate::sip::text::Text;

/// A word, quoted string or media type, and the parameters behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Item<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// The word, quotes included.
    pub word: Text<'a>,
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> Item<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let item = Self::read_signed(text, problems);
        if problems.wanted() {
            check_word(item.word, problems);
        }
        item
    }

    /// Reads a signature, which is no word, with its parameters.
    pub(super) fn read_signed(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let mut scan = Scan::new(text);
        let word = scan.until(b';', problems).trimmed();
        Self {
            text,
            word,
            params: params_behind(scan.rest(), problems),
        }
    }

    /// Type and subtype, where the word is a media type.
    pub fn media_type(&self) -> Option<(Text<'a>, Text<'a>)> {
        let slash = memchr::memchr(b'/', self.word.bytes())?;
        let slash = self.word.start() + slash;
        let main = self.word.between(self.word.start(), slash).trimmed();
        Some((main, self.word.from(slash + 1).trimmed()))
    }

    /// Whether the word is this media type.
    pub fn is_media_type(&self, main: &str, sub: &str) -> bool {
        self.media_type()
            .is_some_and(|(own_main, own_sub)| own_main.is(main) && own_sub.is(sub))
    }
}

/// A token, media type, quoted string or Call-ID stands here: no white space inside, and something at all.
fn check_word(word: Text<'_>, problems: &mut Problems) {
    let bytes = word.bytes();
    if matches!(bytes, [b'"', _, .., b'"'] | [b'"', b'"']) {
        return;
    }
    let is_word = |byte: u8| is_token(byte) || b"/@()<>:\\[]?{}\"".contains(&byte);
    // White space around the slash of a media type is allowed (RFC 3261 25.1 SLASH).
    let odd = bytes.iter().position(|byte| !is_word(*byte)).filter(|at| {
        let (before, after) = (bytes[..*at].last(), bytes[*at..].trim_ascii_start().first());
        !(bytes[*at].is_ascii_whitespace() && (before == Some(&b'/') || after == Some(&b'/')))
    });
    if bytes.is_empty() {
        problems.note(word.span(), ProblemKind::NoValue);
    } else if let Some(odd) = odd {
        problems.note(word.from(word.start() + odd).span(), ProblemKind::Token);
    }
}

/// The state of a subscription as a notification tells it (RFC 6665 4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionState<'a> {
    /// `active`, `pending`, `terminated` or an extension.
    pub state: Text<'a>,
    /// Why it is so.
    pub reason: Option<Text<'a>>,
    /// Seconds it has left.
    pub expires: Option<u32>,
    /// Seconds to wait before the next attempt.
    pub retry_after: Option<u32>,
}

impl<'a> SubscriptionState<'a> {
    pub(in crate::sip) fn of(item: Item<'a>) -> Self {
        let seconds = |name| {
            let number = item.params.value(name)?.number()?;
            u32::try_from(number).ok()
        };
        Self {
            state: item.word,
            reason: item.params.value("reason"),
            expires: seconds("expires"),
            retry_after: seconds("retry-after"),
        }
    }
}

/// Which dialog is meant: Replaces (RFC 3891), Join (RFC 3911), Target-Dialog (RFC 4538).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DialogReference<'a> {
    /// Its Call-ID.
    pub call_id: Text<'a>,
    /// The tag of the side that is asked: `to-tag`, or `local-tag` of Target-Dialog.
    pub local_tag: Option<Text<'a>>,
    /// The tag of the other side: `from-tag`, or `remote-tag` of Target-Dialog.
    pub remote_tag: Option<Text<'a>>,
    /// Whether only an early dialog is meant.
    pub early_only: bool,
}

impl<'a> DialogReference<'a> {
    pub(in crate::sip) fn of(item: Item<'a>) -> Self {
        let either = |one, two| item.params.value(one).or_else(|| item.params.value(two));
        Self {
            call_id: item.word,
            local_tag: either("to-tag", "local-tag"),
            remote_tag: either("from-tag", "remote-tag"),
            early_only: item.params.has("early-only"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Item<'_>, Vec<ProblemKind>) {
        let mut problems = Problems::kept();
        let item = Item::read(Text::all(text.as_bytes()), &mut problems);
        let kinds = problems.list().iter().map(|problem| problem.kind);
        (item, kinds.collect())
    }

    #[test]
    fn reads_words_of_every_kind() {
        for (text, word) in [
            ("presence.winfo;id=5", "presence.winfo"),
            (
                "multipart / related ;boundary=\"a;b\"",
                "multipart / related",
            ),
            (
                "98732@sip.example.com;from-tag=r33;to-tag=23",
                "98732@sip.example.com",
            ),
            (
                "\"Visited network number 1\"",
                "\"Visited network number 1\"",
            ),
            (
                "3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=\"x\"",
                "3GPP-E-UTRAN-FDD",
            ),
            ("*;+g.3gpp.trf=\"<sip:trf.example>\"", "*"),
            ("*/*;q=0.5", "*/*"),
        ] {
            let (item, kinds) = read(text);
            assert_eq!((item.word.lossy(), kinds), (word.into(), vec![]), "{text}");
        }
        assert!(
            read("Application / SDP")
                .0
                .is_media_type("application", "sdp")
        );
        assert!(read("presence").0.media_type().is_none());
    }

    #[test]
    fn notes_what_is_odd() {
        assert_eq!(read("").1, [ProblemKind::NoValue]);
        assert_eq!(read(";x=1").1, [ProblemKind::NoValue]);
        assert_eq!(read("two words").1, [ProblemKind::Token]);
        assert_eq!(read("a, b").1, [ProblemKind::Token]);
    }

    #[test]
    fn reads_states_and_dialogs() {
        let (item, _) = read("terminated;reason=\"probation\" ; retry-after=60;expires=x");
        let state = SubscriptionState::of(item);
        assert_eq!(
            (state.state.lossy(), state.reason.unwrap().lossy()),
            ("terminated".into(), "probation".into())
        );
        assert_eq!((state.retry_after, state.expires), (Some(60), None));
        let (item, _) = read("a@b;to-tag=1;from-tag=2;early-only");
        let dialog = DialogReference::of(item);
        assert_eq!(
            (
                dialog.local_tag.unwrap().lossy(),
                dialog.remote_tag.unwrap().lossy()
            ),
            ("1".into(), "2".into())
        );
        assert!(dialog.early_only);
        let (item, _) = read("a@b;local-tag=1;remote-tag=2");
        assert_eq!(DialogReference::of(item).local_tag.unwrap(), "1");
    }
}
