//! Blank lines of a message as the box prints them: the one in front of a body may be a space, and another may stand beside it.

/// What was seen of a message.
#[derive(Clone, Copy, Default)]
pub(super) struct Blanks {
    /// Whether the last line was blank.
    after_blank: bool,
}

impl Blanks {
    /// The lines that follow, with one blank line where several stand beside each other.
    pub(super) fn follow(&mut self, text: &[u8]) -> Vec<u8> {
        let mut lines = Vec::with_capacity(text.len());
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let blank = line.ends_with(b"\n") && line.trim_ascii().is_empty();
            match (blank, self.after_blank) {
                (true, true) => {}
                (true, false) => lines.push(b'\n'),
                (false, _) => lines.extend_from_slice(line),
            }
            self.after_blank = blank;
        }
        lines
    }
}
