//! The characters that text ladders are drawn with.

use unicode_width::UnicodeWidthChar;

use super::line::width;
use crate::base::escape;

/// Which characters may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// Box drawing characters.
    Unicode,
    /// ASCII alone, also in texts: what is not is written as an escape.
    Ascii,
}

/// What stands for each part of a figure.
pub(super) struct Signs {
    charset: Charset,
    pub(super) bar: char,
    /// A lifeline while time goes by or rows are folded.
    pub(super) pause: char,
    pub(super) frame: char,
    pub(super) request: [char; 2],
    pub(super) response: [char; 2],
    pub(super) other: [char; 2],
    pub(super) media: char,
    pub(super) left: &'static str,
    pub(super) right: &'static str,
    /// Out of a column and back into it.
    pub(super) turn_out: &'static str,
    pub(super) turn_back: &'static str,
    /// Corners of a box: upper left, upper right, lower left, lower right; then its lines.
    pub(super) corners: [char; 4],
    /// Where a frame around rows is divided.
    pub(super) sides: [char; 2],
    pub(super) across: char,
    pub(super) upright: char,
    ellipsis: &'static str,
}

impl Signs {
    pub(super) fn of(charset: Charset) -> Self {
        match charset {
            Charset::Unicode => Self {
                charset,
                bar: '\u{2502}',
                pause: '\u{250a}',
                frame: '\u{2500}',
                request: ['\u{2500}'; 2],
                response: ['\u{254c}'; 2],
                other: ['\u{2500}', ' '],
                media: '\u{2550}',
                left: "\u{25c4}",
                right: "\u{25ba}",
                turn_out: "\u{2500}\u{2500}\u{2510}",
                turn_back: "\u{25c4}\u{2500}\u{2518}",
                corners: ['\u{250c}', '\u{2510}', '\u{2514}', '\u{2518}'],
                sides: ['\u{251c}', '\u{2524}'],
                across: '\u{2500}',
                upright: '\u{2502}',
                ellipsis: "\u{2026}",
            },
            Charset::Ascii => Self {
                charset,
                bar: '|',
                pause: ':',
                frame: '-',
                request: ['-'; 2],
                response: ['-'; 2],
                other: ['-', ' '],
                media: '=',
                left: "<",
                right: ">",
                turn_out: "--+",
                turn_back: "<-+",
                corners: ['+'; 4],
                sides: ['+'; 2],
                across: '-',
                upright: '|',
                ellipsis: "..",
            },
        }
    }

    /// A text that can be written into a line.
    pub(super) fn clean(&self, text: &str) -> String {
        let text = escape::text(text);
        match self.charset {
            Charset::Unicode => text,
            Charset::Ascii => {
                let all = text.chars().map(|character| match character.is_ascii() {
                    true => character.to_string(),
                    false => format!("\\u{{{:x}}}", u32::from(character)),
                });
                all.collect()
            }
        }
    }

    /// As much of a text as has room, with a sign that there is more.
    pub(super) fn short(&self, text: &str, room: usize) -> String {
        if width(text) <= room {
            return text.to_owned();
        }
        let kept = room.saturating_sub(width(self.ellipsis));
        let mut used = 0;
        let fits = |character: &char| {
            used += character.width().unwrap_or_default();
            used <= kept
        };
        let mut short: String = text.chars().take_while(fits).collect();
        short.truncate(short.trim_end().len());
        short.push_str(self.ellipsis);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cleaned_and_shortened() {
        let (unicode, ascii) = (Signs::of(Charset::Unicode), Signs::of(Charset::Ascii));
        assert_eq!(unicode.clean("Zo\u{eb}\u{1b}[m"), "Zo\u{eb}\\u{1b}[m");
        assert_eq!(ascii.clean("Zo\u{eb}"), "Zo\\u{eb}");
        assert_eq!(unicode.short("407 Proxy", 6), "407 P\u{2026}");
        assert_eq!(unicode.short("407 Proxy", 5), "407\u{2026}");
        assert_eq!(ascii.short("407 Proxy", 6), "407..");
        assert_eq!(ascii.short("407 Proxy", 9), "407 Proxy");
    }
}
