//! The layout of JSON that people look at, too: outer levels indented, inner ones on one line. Indented to the end, deeply
//! nested values would be mostly white space.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// Writes a value and a line end.
pub(super) fn write(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *out, Layout::default());
    value.serialize(&mut serializer)?;
    Ok(writeln!(out)?)
}

#[derive(Default)]
struct Layout {
    outer: PrettyFormatter<'static>,
    depth: usize,
}

/// Deeper lists and objects stand on one line.
const OUTER: usize = 4;

/// Each method with how it changes the depth, before and after.
macro_rules! laid_out {
    ($($method:ident($($first:ident)?) $before:literal $after:literal)+) => {
        $(fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $first: bool)?) -> Result<()> {
            self.depth += $before;
            let written = if self.depth <= OUTER {
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
}
