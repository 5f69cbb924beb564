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

/// How the terminal is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Colours, beside bold and reverse.
    pub colours: bool,
    /// Lines of ladders as box drawing characters; otherwise ASCII alone.
    pub unicode: bool,
}

impl Theme {
    pub(super) fn style(self, tone: Tone) -> Style {
        let plain = Style::new();
        let coloured = |colour: Color| match self.colours {
            true => plain.fg(colour),
            false => plain,
        };
        match tone {
            Tone::Plain => plain,
            Tone::Dim => plain.add_modifier(Modifier::DIM),
            Tone::Title => plain.add_modifier(Modifier::BOLD),
            // Blue, orange and the like are told apart by everybody; red and green side by side are not.
            Tone::Request => coloured(Color::Cyan),
            Tone::Response => coloured(Color::Blue),
            Tone::Error => coloured(Color::Magenta).add_modifier(Modifier::BOLD),
            Tone::Warning => coloured(Color::Yellow),
            Tone::Good => coloured(Color::Green),
            Tone::Marked => coloured(Color::Magenta)
                .add_modifier(Modifier::UNDERLINED)
                .add_modifier(Modifier::BOLD),
        }
    }

    /// The line that is selected.
    pub(super) fn selected(self, style: Style) -> Style {
        style.add_modifier(Modifier::REVERSED)
    }
}
