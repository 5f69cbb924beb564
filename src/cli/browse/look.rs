//! How the interface looks: what the user asks for or, where he does not, what his terminal tells of itself.

use std::env;

use clap::{Args, ValueEnum};
use sipscope::tui::{Colours, Theme};

#[derive(Args)]
pub(super) struct Look {
    /// The interface in ASCII, for terminals without box drawing characters. Without it, the locale tells.
    #[arg(long)]
    ascii: bool,

    /// Colours for a dark or a light terminal, or none. Without it, COLORFGBG and NO_COLOR tell.
    #[arg(long, value_enum, value_name = "THEME")]
    theme: Option<Palette>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Palette {
    Dark,
    Light,
    None,
}

impl Look {
    pub(super) fn theme(&self) -> Theme {
        let variable = |name: &str| env::var(name).unwrap_or_default();
        let colours = match self.theme {
            Some(Palette::Dark) => Colours::Dark,
            Some(Palette::Light) => Colours::Light,
            Some(Palette::None) => Colours::None,
            None => colours(&variable("NO_COLOR"), &variable("COLORFGBG")),
        };
        // The first that says something counts (POSIX.1-2017 8.2).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable);
        let locale = locale.into_iter().find(|value| !value.is_empty());
        Theme {
            colours,
            unicode: !self.ascii && is_utf8(&locale.unwrap_or_default()),
        }
    }
}

fn colours(no_color: &str, fgbg: &str) -> Colours {
    // White and light grey, behind the last semicolon.
    let is_light = matches!(fgbg.rsplit(';').next(), Some("7" | "15"));
    match (no_color.is_empty(), is_light) {
        (false, _) => Colours::None,
        (true, true) => Colours::Light,
        (true, false) => Colours::Dark,
    }
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    // On Windows and macOS a terminal without a locale is one of UTF-8.
    locale.contains("utf-8")
        || locale.contains("utf8")
        || (locale.is_empty() && cfg!(any(windows, target_os = "macos")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_tells_its_colours() {
        assert_eq!(colours("", ""), Colours::Dark);
        assert_eq!(colours("", "15;0"), Colours::Dark);
        assert_eq!(colours("", "0;15"), Colours::Light);
        assert_eq!(colours("", "0;default;7"), Colours::Light);
        assert_eq!(colours("1", "0;15"), Colours::None);
    }

    #[test]
    fn the_locale_tells_the_characters() {
        for locale in ["en_US.UTF-8", "C.utf8", "de_DE.utf8@euro"] {
            assert!(is_utf8(locale), "{locale}");
        }
        for locale in ["C", "POSIX", "de_DE.ISO-8859-1"] {
            assert!(!is_utf8(locale), "{locale}");
        }
    }
}
