//! Blank lines of a message as the box prints them: the one in front of a body may be a space, and another may stand beside it.
//! Those of the body are its own.

/// How far a message has come.
#[derive(Clone, Copy, Default)]
pub(super) struct Blanks {
    part: Part,
    /// Whether the last line is not at its end.
    inside: bool,
}

#[derive(Clone, Copy, Default)]
enum Part {
    #[default]
    Ahead,
    Head,
    Between,
    Body,
}

impl Blanks {
    /// The lines that follow, with one blank line in front of the body.
    pub(super) fn follow(&mut self, text: &[u8]) -> Vec<u8> {
        let mut lines = Vec::with_capacity(text.len());
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let is_whole = line.ends_with(b"\n");
            let is_blank = is_whole && !self.inside && line.trim_ascii().is_empty();
            let (part, line) = match (self.part, is_blank) {
                (Part::Ahead, true) => (Part::Ahead, line),
                (Part::Ahead | Part::Head, false) => (Part::Head, line),
                (Part::Head, true) => (Part::Between, &b"\n"[..]),
                (Part::Between, true) => (Part::Between, &b""[..]),
                (Part::Between | Part::Body, _) => (Part::Body, line),
            };
            *self = Self {
                part,
                inside: !is_whole,
            };
            lines.extend_from_slice(line);
        }
        lines
    }
}
