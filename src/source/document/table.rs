//! Steps that stand in a table of Markdown, a row each (GitHub Flavored Markdown 4.10): `| 1 | UE | P-CSCF | REGISTER |`. They become lines
//! as a list of steps has them, `1. REGISTER (UE to P-CSCF)`, in a text that prints no message: else the table is an overview of what is
//! told below it.

use std::borrow::Cow;

/// A text with such rows as lines of a list; all lines keep their numbers.
pub(super) fn as_list(text: &str) -> Cow<'_, str> {
    if !text.contains("|-") && !text.contains("| -") && !text.contains(":-")
        || text.contains("SIP/2.0")
    {
        return Cow::Borrowed(text);
    }
    let mut columns: Option<Columns> = None;
    let mut changed = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let is_head = columns.is_none() && lines.peek().is_some_and(|next| is_ruler(next));
        let Some(cells) = cells(line) else {
            columns = None;
            changed.push_str(line);
            continue;
        };
        if is_head {
            columns = Columns::of(&cells);
        } else if let Some(step) = columns.as_mut().and_then(|columns| columns.step(&cells)) {
            changed.push_str(&step);
            changed.push('\n');
            continue;
        }
        changed.push_str(line);
    }
    Cow::Owned(changed)
}

/// The cells of a row.
fn cells(line: &str) -> Option<Vec<&str>> {
    /// A row has no more.
    const MOST: usize = 32;
    let inside = line.trim().strip_prefix('|')?;
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    Some(inside.split('|').take(MOST).map(str::trim).collect())
}

/// The line below the heads of the columns.
fn is_ruler(line: &str) -> bool {
    cells(line).is_some_and(|cells| cells.iter().all(|cell| is_rule(cell)))
}

fn is_rule(cell: &str) -> bool {
    cell.contains('-') && cell.chars().all(|sign| matches!(sign, '-' | ':'))
}

/// What stands in which column.
struct Columns {
    number: Option<usize>,
    from: usize,
    to: usize,
    message: usize,
    /// Steps so far.
    count: usize,
}

impl Columns {
    fn of(heads: &[&str]) -> Option<Self> {
        let place = |names: &[&str]| {
            let is_one = |head: &&str| names.iter().any(|name| head.eq_ignore_ascii_case(name));
            heads
                .iter()
                .position(|head| is_one(&head.trim_matches('*')))
        };
        Some(Self {
            number: place(&["#", "no", "no.", "nr", "nr.", "number", "step"]),
            from: place(&["from", "sender", "source", "src"])?,
            to: place(&["to", "receiver", "destination", "dst"])?,
            message: place(&[
                "message",
                "sip message",
                "method",
                "request",
                "signal",
                "request/response",
            ])?,
            count: 0,
        })
    }

    /// The line of a list that says the same.
    fn step(&mut self, cells: &[&str]) -> Option<String> {
        let cell = |place: usize| {
            let text = cells.get(place)?.trim_matches(['*', '`']);
            (!text.is_empty()).then_some(text)
        };
        if cells.iter().all(|cell| is_rule(cell)) {
            return None;
        }
        let (from, to, message) = (cell(self.from)?, cell(self.to)?, cell(self.message)?);
        self.count += 1;
        let place = self.count.to_string();
        let number = self.number.and_then(cell).unwrap_or(&place);
        let number = number.trim_end_matches(['.', ')']);
        Some(format!("{number}. {message} ({from} to {to})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_steps_and_keep_their_lines() {
        let table = "# Flow\n\n| Step | From | To | **Message** |\n|:---|---|---|---|\n| 1 | UE | P-CSCF | `REGISTER` |\n\
                     | 2 | P-CSCF | UE | 401 Unauthorized | \n|  | | | note |\n\ntext\n";
        let expected = "# Flow\n\n| Step | From | To | **Message** |\n|:---|---|---|---|\n1. REGISTER (UE to P-CSCF)\n\
                        2. 401 Unauthorized (P-CSCF to UE)\n|  | | | note |\n\ntext\n";
        assert_eq!(as_list(table), expected);
        for other in [
            "| Actor | Address |\n|---|---|\n| A | B |\n".to_owned(),
            format!("{table}BYE sip:b SIP/2.0\n"),
            table.replace("|:---|---|---|---|\n", ""),
        ] {
            assert_eq!(as_list(&other), other);
        }
    }
}
