//! JSON that stands in a page: what a browser could take for the end of the data, or what hides in a text, is written as an escape.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::base::escape::is_hidden;

/// Writes a value.
pub(super) fn write(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, InPage))?;
    Ok(())
}

struct InPage;

impl Formatter for InPage {
    /// RFC 8259 7: any character may be escaped, one beyond the basic plane as two surrogates. Markup begins with `<` (HTML
    /// 13.1.2), so that without it neither `</script` nor `<!--` can stand there.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        text: &str,
    ) -> Result<()> {
        let special = |one: char| matches!(one, '<' | '>' | '&') || is_hidden(one);
        let mut rest = text;
        while let Some(at) = rest.find(special) {
            let (plain, found) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let length = found.chars().next().map_or(0, char::len_utf8);
            let (found, behind) = found.split_at(length);
            for unit in found.encode_utf16() {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = behind;
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: &impl Serialize) -> String {
        let mut text = Vec::new();
        write(&mut text, value).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn nothing_ends_the_data_and_nothing_hides() {
        assert_eq!(
            written(&"</script><!--\u{2028}\u{202e}\u{e0001}&\u{1b}"),
            "\"\\u003c/script\\u003e\\u003c!--\\u2028\\u202e\\udb40\\udc01\\u0026\\u001b\""
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_means_the_same(text in "(\\PC|<|>|&|\u{0}|\u{2029}|\u{202e}|</script>|<!--){0,20}") {
            let data = written(&text);
            prop_assert!(!data.contains(|one| one == '<' || one == '>' || is_hidden(one)));
            prop_assert_eq!(serde_json::from_str::<String>(&data).unwrap(), text);
        }
    }
}
