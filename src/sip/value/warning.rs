//! Warning: three digits, who warns, and a text (RFC 3261 20.43).

use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{Scan, quoted_length};
use crate::sip::text::Text;

/// One warning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warning<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// Its code.
    pub code: Option<u16>,
    /// The host or the pseudonym that warns.
    pub agent: Text<'a>,
    /// What it says, without quotes.
    pub message: Text<'a>,
}

impl<'a> Warning<'a> {
    /// Reads one value.
    pub fn read(text: Text<'a>, problems: &mut Problems) -> Self {
        let text = text.trimmed();
        let mut scan = Scan::new(text);
        let digits = scan.run(|byte| !byte.is_ascii_whitespace());
        scan.space();
        let agent = scan.run(|byte| !byte.is_ascii_whitespace());
        scan.space();
        let message = scan.rest();
        let code = digits.number().filter(|_| digits.len() == 3);
        let quoted = quoted_length(message.bytes()) == Some(message.len());
        if code.is_none() || agent.is_empty() || !quoted {
            problems.note(text.span(), ProblemKind::Warning);
        }
        Self {
            text,
            code: code.map(|code| code as u16),
            agent,
            message: message.unquoted(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<ProblemKind> {
        let mut problems = Problems::kept();
        Warning::read(Text::all(text.as_bytes()), &mut problems);
        problems.list().iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn reads_code_agent_and_text() {
        let text = br#"301 isi.edu:5060 "Incompatible network address type 'E.164'""#;
        let warning = Warning::read(Text::all(text), &mut Problems::ignored());
        assert_eq!(
            (warning.code, warning.agent.lossy()),
            (Some(301), "isi.edu:5060".into())
        );
        assert_eq!(warning.message, "Incompatible network address type 'E.164'");
        assert_eq!(kinds(std::str::from_utf8(text).unwrap()), []);
        for odd in [
            "",
            "301",
            "1812 overture \"In Progress\"",
            "301 a b",
            "301 a \"b",
        ] {
            assert_eq!(kinds(odd), [ProblemKind::Warning], "{odd}");
        }
    }
}
