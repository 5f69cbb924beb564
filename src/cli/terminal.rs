//! Messages as they are, on their way to a person: what a terminal would obey is escaped there. Files and pipes get every byte.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use sipscope::base::escape;

use super::WrongUsage;

/// A longer line is escaped in pieces.
const LONGEST: usize = 1 << 16;

/// Whether somebody looks at what is written there: `-`, or nothing, is standard output.
pub(super) fn is_seen(output: Option<&Path>) -> bool {
    output.is_none_or(|path| path.as_os_str() == "-") && io::stdout().is_terminal()
}

/// A capture on a terminal helps nobody.
pub(super) fn refuse_captures(output: &Path) -> anyhow::Result<()> {
    match is_seen(Some(output)) {
        true => Err(WrongUsage(
            "a capture is nothing for a terminal: name a file with --output".to_owned(),
        )
        .into()),
        false => Ok(()),
    }
}

/// Lines with escapes in place of what is not printable.
pub(super) struct Escaped<W: Write> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Escaped<W> {
    pub(super) fn new(out: W) -> Self {
        let line = Vec::new();
        Self { out, line }
    }

    fn end_line(&mut self) -> io::Result<()> {
        let line = escape::lines(&self.line);
        self.line.clear();
        self.out.write_all(line.as_bytes())
    }
}

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.line.len() >= LONGEST {
                self.end_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_line()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_pieces_is_escaped_as_one() {
        let mut out = Vec::new();
        let mut escaped = Escaped::new(&mut out);
        for byte in "Zo\u{eb}\x1b[31m\r\n\u{202e}\tx".as_bytes() {
            escaped.write_all(&[*byte]).unwrap();
        }
        escaped.flush().unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, "Zo\u{eb}\\u{1b}[31m\n\\u{202e}\tx");
    }
}
