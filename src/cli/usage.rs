//! What is said of arguments that cannot be read: in the parser's words, in the form of all that the program says.

use clap::error::ErrorKind;
use sipscope::base::escape;

use super::{NAME, WrongUsage, command};

/// How the parser says that a number is none.
const NO_NUMBERS: [&str; 2] = [
    "invalid digit found in string",
    "cannot parse integer from empty string",
];

/// What is wrong with the arguments, and where it stands what may be given. Help and the version, which the parser takes for
/// errors as well, are printed, and the program ends.
pub(super) fn told(error: clap::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
        _ => {
            let said = said(&error.render().to_string());
            let asked = asked(std::env::args().skip(1));
            WrongUsage(format!("{said}; see `{asked} --help`")).into()
        }
    }
}

/// The paragraphs of an error as one line, without how the command is used.
fn said(rendered: &str) -> String {
    let paragraphs = rendered.split("\n\n").filter_map(|paragraph| {
        let paragraph = paragraph.trim();
        let is_general =
            paragraph.starts_with("Usage:") || paragraph.starts_with("For more information");
        (!is_general).then(|| one_line(paragraph))
    });
    paragraphs.collect::<Vec<_>>().join("; ")
}

fn one_line(paragraph: &str) -> String {
    let paragraph = ["error: ", "tip: "].iter().fold(paragraph, |text, what| {
        text.strip_prefix(what).unwrap_or(text)
    });
    let (first, listed) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
    let listed: Vec<_> = listed.lines().map(str::trim).collect();
    let line = format!("{first} {}", listed.join(", "));
    let line = NO_NUMBERS.iter().fold(line, |line, found| {
        line.replace(found, "a whole number is wanted")
    });
    escape::text(line.trim_end())
}

/// The command that was meant.
fn asked(words: impl Iterator<Item = String>) -> String {
    let all = command();
    let mut asked = NAME.to_owned();
    let mut within = &all;
    for word in words {
        let Some(inner) = within.find_subcommand(&word) else {
            break;
        };
        asked = format!("{asked} {word}");
        within = inner;
    }
    asked
}
