//! How every command writes JSON. People look at it, too: outer levels are indented, inner ones stand on one line (indented to
//! the end, deeply nested values would be mostly white space), and what a terminal obeys or hides is written as an escape.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use sipscope::base::escape::is_hidden;

/// Writes a value and a line end.
pub(super) fn write(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    write_indented(out, value, OUTER)
}

/// Writes a value as one line.
pub(super) fn write_line(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    write_indented(out, value, 0)
}

fn write_indented(
    out: &mut impl Write,
    value: &impl Serialize,
    levels: usize,
) -> anyhow::Result<()> {
    let layout = Layout {
        outer: PrettyFormatter::default(),
        depth: 0,
        levels,
    };
    value.serialize(&mut Serializer::with_formatter(&mut *out, layout))?;
    Ok(writeln!(out)?)
}

struct Layout {
    outer: PrettyFormatter<'static>,
    depth: usize,
    /// How many levels are indented.
    levels: usize,
}

/// Deeper lists and objects stand on one line.
const OUTER: usize = 4;

/// Each method with how it changes the depth, before and after.
macro_rules! laid_out {
    ($($method:ident($($first:ident)?) $before:literal $after:literal)+) => {
        $(fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $first: bool)?) -> Result<()> {
            self.depth += $before;
            let written = if self.depth <= self.levels {
                self.outer.$method(writer $(, $first)?)
            } else {
                CompactFormatter.$method(writer $(, $first)?)
            };
            self.depth -= $after;
            written
        })+
    };
}

impl Formatter for Layout {
    laid_out! {
        begin_array() 1 0
        end_array() 0 1
        begin_array_value(first) 0 0
        end_array_value() 0 0
        begin_object() 1 0
        end_object() 0 1
        begin_object_key(first) 0 0
        begin_object_value() 0 0
        end_object_value() 0 0
    }

    /// RFC 8259 7: any character may be escaped, one beyond the basic plane as two surrogates.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (plain, hidden) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let length = hidden.chars().next().map_or(0, char::len_utf8);
            let (hidden, behind) = hidden.split_at(length);
            for unit in hidden.encode_utf16() {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = behind;
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_levels_stand_on_one_line() {
        let value = serde_json::json!({ "a": [[{ "b": [1, { "c": [] }], "d": 2 }], []] });
        let mut text = Vec::new();
        write(&mut text, &value).unwrap();
        let expected = "{\n  \"a\": [\n    [\n      {\n        \"b\": [1,{\"c\":[]}],\n        \
            \"d\": 2\n      }\n    ],\n    []\n  ]\n}\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn a_line_is_one_line() {
        let mut text = Vec::new();
        write_line(&mut text, &serde_json::json!({ "a": [1, {}] })).unwrap();
        assert_eq!(text, b"{\"a\":[1,{}]}\n");
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_means_the_same() {
        let value = serde_json::json!({
            "Zo\u{eb}\u{85}": "\u{1b}[31m\u{9b}31m\u{7f} \u{202e}x\u{2066}\u{200f}\u{e0001}\u{1f600}",
        });
        let mut text = Vec::new();
        write_line(&mut text, &value).unwrap();
        let text = String::from_utf8(text).unwrap();
        let expected = "{\"Zo\u{eb}\\u0085\":\"\\u001b[31m\\u009b31m\\u007f \
            \\u202ex\\u2066\\u200f\\udb40\\udc01\u{1f600}\"}\n";
        assert_eq!(text, expected);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
