//! What is said of arguments that cannot be read: in the parser's words, in the form of all that the program says.

use clap::error::ErrorKind;
use sipscope::base::escape;

use super::{NAME, WrongUsage, command};

/// How the parser says that a number is none.
const NO_NUMBERS: [&str; 2] = [
    "invalid digit found in string",
    "cannot parse integer from empty string",
];

/// How paragraphs begin that tell nothing of the error; an option that there is not is hardly ever meant as the name of a file.
const GENERAL: [&str; 3] = ["Usage:", "For more information", "tip: to pass "];

/// A command with more words behind it has them in its help.
const FEW: usize = 8;

/// What is wrong with the arguments, and where it stands what may be given. Help and the version, which the parser takes for
/// errors as well, are printed, and the program ends.
pub(super) fn told(error: clap::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
        _ => {
            let said = said(&error.render().to_string());
            let (asked, words) = asked(std::env::args().skip(1));
            let there_are = match error.kind() {
                ErrorKind::InvalidSubcommand if words.len() <= FEW => {
                    format!(
                        "; there is `{asked} {}`",
                        words.join(&format!("`, `{asked} "))
                    )
                }
                _ => String::new(),
            };
            WrongUsage(format!("{said}{there_are}; see `{asked} --help`")).into()
        }
    }
}

/// The paragraphs of an error as one line, without how the command is used.
fn said(rendered: &str) -> String {
    let paragraphs = rendered.split("\n\n").filter_map(|paragraph| {
        let paragraph = paragraph.trim();
        let is_general = GENERAL.iter().any(|general| paragraph.starts_with(general));
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

/// The command that was meant, and the words that may stand behind it.
fn asked(words: impl Iterator<Item = String>) -> (String, Vec<String>) {
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
    let inner = within.get_subcommands().map(|inner| inner.get_name());
    let inner = inner.filter(|name| *name != "help").map(str::to_owned);
    (asked, inner.collect())
}
