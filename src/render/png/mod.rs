//! Pictures in points, for whoever takes no SVG: that is drawn with a font of the program's own, so that it is the same on every
//! machine. Beside this file stand the font (DejaVu Sans) and its licence.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

const FONT: &[u8] = include_bytes!("DejaVuSans.ttf");
const FAMILY: &str = "DejaVu Sans";

/// Points for each unit of the picture, where it is not too large for that.
const SHARP: f32 = 2.0;
/// Points of one picture, each of four bytes.
const MOST_POINTS: f32 = 64.0 * 1024.0 * 1024.0;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum Undrawable {
    /// It would have more points than can be held.
    #[error(
        "the figure is too large for one PNG, with {width} by {height} points: --paper breaks it into several"
    )]
    TooLarge {
        /// Points in a row.
        width: u32,
        /// Rows of points.
        height: u32,
    },
    /// The SVG is none.
    #[error("the figure cannot be drawn: {0}")]
    Picture(String),
}

/// Draws a picture in SVG that refers to nothing outside of itself.
pub fn draw(picture: &str) -> Result<Vec<u8>, Undrawable> {
    let mut options = Options {
        font_family: FAMILY.to_owned(),
        ..Options::default()
    };
    options.fontdb_mut().load_font_data(FONT.to_vec());
    let wrong = |error: &dyn std::fmt::Display| Undrawable::Picture(error.to_string());
    let tree = Tree::from_str(picture, &options).map_err(|error| wrong(&error))?;
    let size = tree.size();
    let points = size.width() * size.height();
    let scale = (MOST_POINTS / points).sqrt().min(SHARP);
    let (width, height) = (size.width() * scale, size.height() * scale);
    let too_large = || Undrawable::TooLarge {
        width: size.width() as u32,
        height: size.height() as u32,
    };
    if scale < 1.0 {
        return Err(too_large());
    }
    let points = Pixmap::new(width.ceil() as u32, height.ceil() as u32);
    let mut points = points.ok_or_else(too_large)?;
    let scaled = Transform::from_scale(scale, scale);
    resvg::render(&tree, scaled, &mut points.as_mut());
    points.encode_png().map_err(|error| wrong(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, inside: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">{inside}</svg>"
        )
    }

    /// Points that are not white.
    fn inked(png: &[u8]) -> usize {
        let points = Pixmap::decode_png(png).unwrap();
        let all = points.pixels().iter();
        all.filter(|point| point.alpha() > 0).count()
    }

    #[test]
    fn texts_are_drawn_with_the_font_of_the_program() {
        let text = "<text x=\"2\" y=\"15\" font-size=\"12\" font-family=\"Arial,'DejaVu Sans',sans-serif\">INVITE</text>";
        let png = draw(&picture(100, 20, text)).unwrap();
        let points = Pixmap::decode_png(&png).unwrap();
        assert_eq!((points.width(), points.height()), (200, 40));
        assert!(inked(&png) > 100);
        assert_eq!(inked(&draw(&picture(100, 20, "")).unwrap()), 0);
    }

    #[test]
    fn large_pictures_are_less_sharp_and_then_refused() {
        let png = draw(&picture(4000, 10_000, "")).unwrap();
        let points = Pixmap::decode_png(&png).unwrap();
        assert!(points.width() > 4000 && points.width() < 8000);
        let refused = draw(&picture(10_000, 10_000, ""));
        assert!(matches!(refused, Err(Undrawable::TooLarge { .. })));
        assert!(matches!(draw("no picture"), Err(Undrawable::Picture(_))));
    }
}
