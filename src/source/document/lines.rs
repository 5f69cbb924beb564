//! The lines of a document: numbered as they are printed, without what only belongs to the page.

/// A line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: u64,
    /// As it is printed, without its line end.
    pub(super) text: &'a str,
}

impl<'a> Line<'a> {
    /// Without the spaces around it.
    pub(super) fn trimmed(&self) -> &'a str {
        self.text.trim()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.trimmed().is_empty()
    }

    /// Spaces in front of it.
    pub(super) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// Whether it begins a cell of a table: those are flattened, each with a tab in front.
    pub(super) fn begins_cell(&self) -> bool {
        self.text.starts_with('\t')
    }
}

/// The lines of a text. Page feet (`[Page 7]`), the running heads behind them and the blank lines around both are left out, so
/// that what a page break tore apart is whole again.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut kept: Vec<Line<'_>> = Vec::new();
    let mut after_foot = false;
    let mut head_is_due = false;
    for (number, text) in (1..).zip(text.lines()) {
        let line = Line { number, text };
        if is_foot(line.trimmed()) {
            while kept.last().is_some_and(Line::is_blank) {
                kept.pop();
            }
            (after_foot, head_is_due) = (true, true);
            continue;
        }
        if after_foot && line.is_blank() {
            continue;
        }
        if head_is_due && is_head(text.trim_start_matches('\u{c}')) {
            head_is_due = false;
            continue;
        }
        // Behind the last page there is no head, and one line stands for the blank ones.
        (after_foot, head_is_due) = (false, false);
        kept.push(line);
    }
    kept
}

/// `Johnston, et al.      Best Current Practice      [Page 7]`
fn is_foot(text: &str) -> bool {
    let inside = text.strip_suffix(']');
    let number = inside.and_then(|text| text.rsplit_once("[Page "));
    number.is_some_and(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `RFC 3665           SIP Basic Call Flow Examples       December 2003`
fn is_head(text: &str) -> bool {
    let parts = text.split("  ").filter(|part| !part.trim().is_empty());
    !text.starts_with(' ') && parts.count() >= 2
}

/// With one spelling for every dash, quote and space.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\u{2010}'..='\u{2015}' => '-',
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201c}' | '\u{201d}' => '"',
            '\u{a0}' | '\t' => ' ',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_one_text() {
        let text = "a\n\n\nSmith   Informational   [Page 1]\n\u{c}\nRFC 1   A Title   May 2001\n\n\nb\n\nc";
        let kept: Vec<_> = lines(text).iter().map(|l| (l.number, l.text)).collect();
        assert_eq!(kept, [(1, "a"), (9, "b"), (10, ""), (11, "c")]);
    }

    #[test]
    fn a_foot_without_a_head_takes_nothing_else() {
        let text = "a\nSmith [Page 1]\n   b  c\nd";
        let kept: Vec<_> = lines(text).iter().map(|l| l.text).collect();
        assert_eq!(kept, ["a", "   b  c", "d"]);
    }
}
