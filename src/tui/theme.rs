//! What things look like: by what they are, never by a colour alone, so that a screen without colours says the same.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    /// Beside the point.
    Dim,
    /// Heads of screens and columns.
    Title,
    /// Requests, and names of header fields.
    Request,
    /// Answers.
    Response,
    /// Something is wrong, or suspicious.
    Error,
    /// Something may be wrong.
    Warning,
    /// Something is worth knowing, or as it should be.
    Good,
    /// The part that a finding points to.
    Marked,
}

/// Which colours there are, beside bold and reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Those that are seen on black.
    Dark,
    /// Those that are seen on white.
    Light,
    /// None.
    None,
}

/// How the terminal is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Its colours.
    pub colours: Colours,
    /// All characters; otherwise ASCII alone.
    pub unicode: bool,
}

impl Theme {
    pub(super) fn style(self, tone: Tone) -> Style {
        let plain = Style::new();
        let coloured = |dark: Color, light: Color| match self.colours {
            Colours::Dark => plain.fg(dark),
            Colours::Light => plain.fg(light),
            Colours::None => plain,
        };
        match tone {
            Tone::Plain => plain,
            Tone::Dim => plain.add_modifier(Modifier::DIM),
            Tone::Title => plain.add_modifier(Modifier::BOLD),
            // Blue, orange and the like are told apart by everybody; red and green side by side are not.
            Tone::Request => coloured(Color::Cyan, Color::Blue),
            Tone::Response => coloured(Color::LightBlue, Color::DarkGray),
            Tone::Error => {
                coloured(Color::LightMagenta, Color::Magenta).add_modifier(Modifier::BOLD)
            }
            Tone::Warning => coloured(Color::Yellow, Color::Indexed(94)),
            Tone::Good => coloured(Color::Green, Color::Indexed(22)),
            Tone::Marked => coloured(Color::LightMagenta, Color::Magenta)
                .add_modifier(Modifier::UNDERLINED)
                .add_modifier(Modifier::BOLD),
        }
    }

    /// The line that is selected.
    pub(super) fn selected(self, style: Style) -> Style {
        style.add_modifier(Modifier::REVERSED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TONES: [Tone; 9] = [
        Tone::Plain,
        Tone::Dim,
        Tone::Title,
        Tone::Request,
        Tone::Response,
        Tone::Error,
        Tone::Warning,
        Tone::Good,
        Tone::Marked,
    ];

    #[test]
    fn without_colours_there_is_none() {
        let theme = |colours| Theme {
            colours,
            unicode: true,
        };
        for tone in TONES {
            assert_eq!(theme(Colours::None).style(tone).fg, None, "{tone:?}");
        }
        // Yellow and cyan are not seen on white.
        let pale = [Color::Yellow, Color::Cyan, Color::White, Color::Green];
        for tone in TONES {
            let colour = theme(Colours::Light).style(tone).fg;
            assert!(colour.is_none_or(|one| !pale.contains(&one)), "{tone:?}");
        }
    }
}
