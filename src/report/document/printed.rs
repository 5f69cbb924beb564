//! The message of a step as documents print it. Its text is printed as it is, unless some of it does not show, or would be taken
//! for what stands in the place of something that is left out: then all of it is in codes ([`crate::base::coded`]).

use super::{Body, Field, Step};
use crate::base::coded::{coded, coded_first, needs_codes};
use crate::sip::is_placeholder;

/// A message as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Whether it is in codes.
    pub is_coded: bool,
    /// Whether its end is not known.
    pub is_cut: bool,
    /// The first line.
    pub first_line: String,
    /// Names and values, an empty one where it is left out.
    pub fields: Vec<(String, String)>,
    /// The lines of the body, or what stands there instead.
    pub body: Option<Vec<String>>,
}

impl Printed {
    /// The message of a step.
    pub fn of(step: &Step) -> Self {
        let first_line = (step.first_line.as_str(), false);
        let fields: Vec<_> = step.fields.iter().map(shown).collect();
        let body: Option<Vec<_>> = match &step.body {
            Body::None | Body::Lines(_, true) | Body::Binary(_) => None,
            Body::Lines(lines, false) => {
                let misleads = |line: &str| lines.len() == 1 && is_remark(line);
                let lines = lines.iter().map(String::as_str);
                Some(lines.map(|line| (line, misleads(line))).collect())
            }
        };
        let values = fields.iter().flatten().copied();
        let texts = values.chain(body.iter().flatten().copied());
        let needs = |(text, misleads): (&str, bool)| misleads || needs_codes(text);
        let is_coded = texts.chain([first_line]).any(needs);
        let printed = |(text, misleads): (&str, bool)| match (is_coded, misleads) {
            (false, _) => text.to_owned(),
            (true, false) => coded(text),
            (true, true) => coded_first(text),
        };
        let fields = fields.into_iter();
        let lines = body.map(|lines| lines.into_iter().map(printed).collect());
        Self {
            is_coded,
            is_cut: step.is_cut,
            first_line: printed(first_line),
            fields: fields
                .map(|[name, value]| (printed(name), printed(value)))
                .collect(),
            body: match step.body {
                Body::Binary(length) => Some(vec![format!("[{length} bytes that are no text]")]),
                _ => lines,
            },
        }
    }
}

/// Name and value of a field, and whether they look like what they are not. The dots of a length leave nothing out.
fn shown(field: &Field) -> [(&str, bool); 2] {
    let value = match field.elided {
        true => "",
        false => &field.value,
    };
    let is_length = field.name.eq_ignore_ascii_case("Content-Length");
    [
        (&field.name, false),
        (value, is_placeholder(value) && !is_length),
    ]
}

/// Whether a line looks like what stands for a body.
fn is_remark(line: &str) -> bool {
    let text = line.trim();
    is_placeholder(text) || text.starts_with('[') && text.ends_with(']')
}
