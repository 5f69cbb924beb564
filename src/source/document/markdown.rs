//! What Markdown marks of a document: headings with `#`, and fences around what is quoted (CommonMark 4.2, 4.5). Where a heading is
//! that of a step, the step is what counts: `### 2. 401 Unauthorized (SBC -> PBX)`.

use super::lines::{Line, plain};
use super::{drawn, hop, words};

const MOST_MARKS: usize = 6;

/// Marks headings, and takes the marks away from those of steps.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    let mut is_quoted = false;
    for line in lines {
        if is_fence(line.text) {
            is_quoted = !is_quoted;
        } else if !is_quoted && let Some((depth, title)) = heading(line.text) {
            match is_step(title) {
                true => (line.text, line.heads_step) = (title, true),
                false => line.depth = depth,
            }
        }
    }
}

/// Whether what is quoted begins or ends here.
pub(super) fn is_fence(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("```") || text.starts_with("~~~")
}

/// How deep a heading is, and its text: `## Call flow`.
pub(super) fn heading(text: &str) -> Option<(usize, &str)> {
    let title = text.trim_start_matches('#');
    let depth = text.len() - title.len();
    let title = title
        .strip_prefix(' ')?
        .trim()
        .trim_end_matches('#')
        .trim_end();
    // `# | From | To`: the heads of a table.
    let is_one = !title.is_empty() && !title.starts_with('|');
    ((1..=MOST_MARKS).contains(&depth) && is_one).then_some((depth, title))
}

/// Whether a heading has a number and names a message, or both ends.
fn is_step(title: &str) -> bool {
    let text = plain(title);
    let is_number = |word: &&str| {
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        word.eq_ignore_ascii_case("step") || has_digit && words::status(word).is_none()
    };
    let mut behind = text.split_whitespace().skip_while(is_number).peekable();
    let has_number = behind.peek() != text.split_whitespace().next().as_ref();
    let label: Vec<_> = behind.collect();
    let (label, name) = drawn::label_and_name(&label.join(" "));
    let is_label = !label.is_empty() && matches!(&*name, "" | "request" | "response" | "message");
    has_number && (is_label || hop::of_title(&text).is_some())
}

#[cfg(test)]
mod tests {
    use crate::source::document::lines::lines;

    #[test]
    fn headings_are_those_of_sections_or_steps() {
        let text = "# SIP trunk #\n## 2. REGISTER flow\n### 1. INVITE (A \u{2192} B)\n#### Step 2: 200 OK\n\
            ### F3 ACK\n#tag\n####### seven\n```\n# a comment\n```\n### INVITE";
        let lines = lines(text);
        let depths: Vec<_> = lines.iter().map(|line| line.depth).collect();
        assert_eq!(depths, [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
        let shown: Vec<_> = lines[2..5].iter().map(|line| line.text).collect();
        assert_eq!(
            shown,
            ["1. INVITE (A \u{2192} B)", "Step 2: 200 OK", "F3 ACK"]
        );
    }
}
