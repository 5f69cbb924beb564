//! Preconditions: what has to be true before a session goes on, such as reserved resources (RFC 3312 4).

use super::attribute::Attribute;
use super::line::Words;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// Which of the three attributes it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreconditionLine {
    /// `a=curr`: what is reached.
    Current,
    /// `a=des`: what is wanted.
    Desired,
    /// `a=conf`: of what the reader is to give word.
    Confirm,
}

impl PreconditionLine {
    /// What this attribute is, if it is a precondition.
    pub(super) fn of(attribute: &Attribute<'_>) -> Option<Self> {
        let known = [
            ("curr", Self::Current),
            ("des", Self::Desired),
            ("conf", Self::Confirm),
        ];
        let found = known.iter().find(|(name, _)| attribute.is(name));
        found.map(|(_, line)| *line)
    }
}

/// Defines an enum whose variants are words of the grammar.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($variant:ident $word:literal)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $variant,)+
        }

        impl $name {
            /// The one with this name; another word is noted, an empty one is noted as missing.
            fn read(word: Text<'_>, problems: &mut Problems) -> Option<Self> {
                let known = [$(($word, Self::$variant)),+];
                let found = known.iter().find(|(name, _)| word.is(name));
                if found.is_none() && !word.is_empty() {
                    problems.note(word.span(), ProblemKind::SdpValue);
                }
                found.map(|(_, value)| *value)
            }
        }
    };
}

words! {
    /// How much it is wanted.
    PreconditionStrength { Mandatory "mandatory" Optional "optional" None "none" Failure "failure" Unknown "unknown" }
}

words! {
    /// On which part of the way.
    PreconditionStatus { EndToEnd "e2e" Local "local" Remote "remote" }
}

words! {
    /// In which direction, as the writer sees it.
    PreconditionFlow { None "none" Send "send" Recv "recv" SendRecv "sendrecv" }
}

/// One precondition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precondition<'a> {
    /// All of the value.
    pub text: Text<'a>,
    /// Reached, wanted, or to be confirmed.
    pub line: PreconditionLine,
    /// `qos`, or another that was defined later.
    pub kind: Text<'a>,
    /// How much it is wanted; only on `a=des`.
    pub strength: Option<PreconditionStrength>,
    /// On which part of the way.
    pub status: Option<PreconditionStatus>,
    /// In which direction.
    pub flow: Option<PreconditionFlow>,
}

impl<'a> Precondition<'a> {
    /// Reads what stands behind the colon.
    pub fn read(line: PreconditionLine, text: Text<'a>, problems: &mut Problems) -> Self {
        let mut words = Words::new(text, problems);
        let kind = words.expect(problems);
        let strength = match line {
            PreconditionLine::Desired => {
                PreconditionStrength::read(words.expect(problems), problems)
            }
            _ => None,
        };
        let status = PreconditionStatus::read(words.expect(problems), problems);
        let flow = PreconditionFlow::read(words.expect(problems), problems);
        words.end(problems);
        Self {
            text,
            line,
            kind,
            strength,
            status,
            flow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PreconditionLine::{Confirm, Current, Desired};

    fn read(line: PreconditionLine, text: &str) -> (Precondition<'_>, Vec<(u32, u32)>) {
        let mut problems = Problems::kept();
        let read = Precondition::read(line, Text::all(text.as_bytes()), &mut problems);
        let spans = problems.list().iter().map(|p| (p.span.start, p.span.end));
        (read, spans.collect())
    }

    /// The examples of RFC 3312 5 to 7.
    #[test]
    fn reads_the_three_attributes() {
        let (current, odd) = read(Current, "qos e2e none");
        assert_eq!((odd, current.strength), (vec![], None));
        assert_eq!(current.kind, "qos");
        assert_eq!(current.status, Some(PreconditionStatus::EndToEnd));
        assert_eq!(current.flow, Some(PreconditionFlow::None));
        let (desired, odd) = read(Desired, "qos mandatory local sendrecv");
        assert_eq!(odd, []);
        assert_eq!(desired.strength, Some(PreconditionStrength::Mandatory));
        assert_eq!(desired.status, Some(PreconditionStatus::Local));
        assert_eq!(desired.flow, Some(PreconditionFlow::SendRecv));
        let (confirm, odd) = read(Confirm, "qos remote recv");
        assert_eq!((odd, confirm.flow), (vec![], Some(PreconditionFlow::Recv)));
    }

    #[test]
    fn notes_odd_words_and_goes_on() {
        let (desired, odd) = read(Desired, "qos must local sendrecv");
        assert_eq!((desired.strength, odd), (None, vec![(4, 8)]));
        assert_eq!(desired.status, Some(PreconditionStatus::Local));
        assert_eq!(read(Current, "qos local").1, [(9, 9)]);
        assert_eq!(read(Current, "qos local none more").1, [(15, 19)]);
        assert_eq!(
            read(Current, "qos mandatory local none").1,
            [(4, 13), (14, 19), (20, 24)]
        );
        assert_eq!(read(Confirm, "").1, [(0, 0); 3]);
    }
}
