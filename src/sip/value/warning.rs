//! Warning: three digits, who warns, and a text (RFC 3261 20.43).

use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::scan::{Scan, is_token, quoted_length};
use crate::sip::text::Text;
use crate::sip::uri::host_port;

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
        let agent_is_odd = problems.wanted() && !is_agent(agent);
        if code.is_none() || agent.is_empty() || !quoted || agent_is_odd {
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

/// A host, perhaps with a port, or a pseudonym (RFC 3261 25.1 `warn-agent`).
fn is_agent(agent: Text<'_>) -> bool {
    let mut problems = Problems::kept();
    host_port(agent, &mut problems);
    problems.list().is_empty() || agent.bytes().iter().all(|byte| is_token(*byte))
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
        assert_eq!(kinds("301 [2001:db8::1]:5060 \"a\""), []);
        assert_eq!(kinds("399 a_proxy \"a\""), []);
        for odd in [
            "",
            "301",
            "1812 overture \"In Progress\"",
            "301 a b",
            "301 a \"b",
            "301 a@b \"c\"",
        ] {
            assert_eq!(kinds(odd), [ProblemKind::Warning], "{odd}");
        }
    }
}
