//! That no two texts overlap and nothing leaves the canvas, for any ladder; that it is XML whatever the texts are.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::*;
use crate::report::ladder::testing::ladders;

/// A text with the place that it takes.
#[derive(Debug)]
struct Placed {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

struct Picture {
    width: f64,
    height: f64,
    texts: Vec<Placed>,
    /// Boxes and frames, each by its class.
    boxes: Vec<Placed>,
    all: String,
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).unwrap()?;
    Some(found.value.into_owned())
}

/// Reads a picture as any XML parser would: every character of it must be one that XML 1.0 allows, and every element closed.
fn read(source: &str) -> Picture {
    let bad = |one: char| {
        (one < ' ' && !"\t\r\n".contains(one)) || matches!(one, '\u{fffe}' | '\u{ffff}')
    };
    assert!(!source.contains(bad), "{source}");
    let mut reader = Reader::from_str(source);
    let mut picture = Picture {
        width: 0.0,
        height: 0.0,
        texts: Vec::new(),
        boxes: Vec::new(),
        all: String::new(),
    };
    let mut open: Option<Placed> = None;
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                depth += 1;
                let number =
                    |name: &str| attribute(&element, name).unwrap().parse::<f64>().unwrap();
                match element.name().as_ref() {
                    "svg" => {
                        let view = attribute(&element, "viewBox").unwrap();
                        let view: Vec<f64> =
                            view.split(' ').map(|one| one.parse().unwrap()).collect();
                        (picture.width, picture.height) = (view[2], view[3]);
                    }
                    "text" => {
                        let size = number("font-size");
                        open = Some(Placed {
                            text: attribute(&element, "text-anchor").unwrap_or_default(),
                            left: number("x"),
                            right: size,
                            top: number("y") - size * 0.8,
                            bottom: number("y") + size * 0.22,
                        });
                    }
                    _ => {}
                }
            }
            Event::Empty(element) if element.name().as_ref() == "rect" => {
                let number = |name: &str| {
                    attribute(&element, name).map_or(0.0, |number| number.parse::<f64>().unwrap())
                };
                picture.boxes.push(Placed {
                    text: attribute(&element, "class").unwrap(),
                    left: number("x"),
                    right: number("x") + number("width"),
                    top: number("y"),
                    bottom: number("y") + number("height"),
                });
            }
            Event::End(element) => {
                depth -= 1;
                if element.name().as_ref() == "text" {
                    picture
                        .texts
                        .push(placed(open.take().unwrap(), &picture.all));
                    picture.all.clear();
                }
            }
            Event::Text(text) => picture.all.push_str(text.as_ref().trim_matches('\n')),
            Event::GeneralRef(entity) => picture.all.push_str(match entity.as_ref() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                other => panic!("{other}"),
            }),
            Event::Eof => break,
            _ => {}
        }
        if open.is_none() {
            picture.all.clear();
        }
    }
    assert_eq!(depth, 0);
    picture
}

fn placed(begun: Placed, text: &str) -> Placed {
    let wide = width(text, begun.right as u32) as f64;
    let left = match begun.text.as_str() {
        "middle" => begun.left - wide / 2.0,
        "end" => begun.left - wide,
        _ => begun.left,
    };
    Placed {
        text: text.to_owned(),
        left,
        right: left + wide,
        ..begun
    }
}

fn apart(one: &Placed, other: &Placed) -> bool {
    one.right <= other.left + 1.0
        || other.right <= one.left + 1.0
        || one.bottom <= other.top + 1.0
        || other.bottom <= one.top + 1.0
}

fn assert_sound(ladder: &Ladder, style: Style) {
    let super::Picture { source, .. } = draw(ladder, style);
    assert_eq!(source, draw(ladder, style).source);
    let picture = read(&source);
    for (number, one) in picture.boxes.iter().enumerate() {
        let inside = one.left >= 0.0 && one.right <= picture.width;
        assert!(inside && one.bottom <= picture.height, "{one:?}");
        if ["paper", "frame", "fragment"].contains(&one.text.as_str()) {
            continue;
        }
        // A box holds a text or keeps away from it, and no box runs into another.
        for text in &picture.texts {
            let holds = text.left >= one.left && text.right <= one.right;
            assert!(holds || apart(one, text), "{one:?} and {text:?}");
        }
        let others = picture.boxes[number + 1..].iter();
        let mut solid =
            others.filter(|other| !["paper", "frame", "fragment"].contains(&other.text.as_str()));
        assert!(solid.all(|other| apart(one, other)), "{one:?}");
    }
    let frames = picture.boxes.iter();
    let frames: Vec<_> = frames.filter(|one| one.text == "fragment").collect();
    for (number, one) in frames.iter().enumerate() {
        for other in &frames[number + 1..] {
            let within = |inner: &Placed, outer: &Placed| {
                let beside = inner.left > outer.left && inner.right < outer.right;
                beside && inner.top >= outer.top && inner.bottom <= outer.bottom
            };
            assert!(
                within(one, other) || within(other, one) || apart(one, other),
                "{one:?} {other:?}"
            );
        }
    }
    for (number, one) in picture.texts.iter().enumerate() {
        assert!(
            one.left >= 0.0 && one.right <= picture.width,
            "{one:?} of {}",
            picture.width
        );
        assert!(
            one.top >= 0.0 && one.bottom <= picture.height,
            "{one:?} of {}",
            picture.height
        );
        for other in &picture.texts[number + 1..] {
            assert!(apart(one, other), "{one:?} and {other:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_two_texts_overlap_and_nothing_leaves_the_canvas(ladder in ladders()) {
        for paper in [Paper::None, Paper::A4, Paper::Letter] {
            let style = Style { theme: Theme::Plain, paper };
            assert_sound(&ladder, style);
            // So few rows have room in one picture.
            assert_eq!(pictures(&ladder, style, |_| Vec::new()), [draw(&ladder, style)]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Headers below an arrow that are longer than a sheet go on on the next, a box ends where the sheet does.
    #[test]
    fn what_is_higher_than_a_sheet_has_room(ladder in ladders(), is_box in any::<bool>()) {
        const WORDS: usize = 4000;
        let mut ladder = ladder;
        let text = "q\u{a0}qqqqqqqqqqqqqq ".repeat(WORDS);
        let row = ladder.rows.iter_mut().find(|row| matches!(row, Row::Panel(_)) == is_box);
        match row {
            Some(Row::Arrow(arrow)) => arrow.small.push(text),
            Some(Row::Panel(panel)) => panel.text = text,
            _ => return Ok(()),
        }
        for paper in [Paper::A4, Paper::Letter] {
            let style = Style { theme: Theme::Plain, paper };
            assert_sound(&ladder, style);
            let drawn = read(&draw(&ladder, style).source);
            let found = drawn.texts.iter().map(|one| one.text.matches("q\u{a0}q").count());
            let found: usize = found.sum();
            prop_assert!(if is_box { found > 0 } else { found == WORDS }, "{}", found);
        }
    }
}

#[test]
fn nothing_at_all_is_a_picture_too() {
    for theme in [Theme::Plain, Theme::Spec, Theme::Dark] {
        let style = Style {
            theme,
            paper: Paper::None,
        };
        assert_sound(&Ladder::default(), style);
    }
}

/// At 12 units to three millimetres a figure of 840 units fills A4. It may be 987 wide; then the sheet is turned.
#[test]
fn sheets_are_turned_where_a_figure_would_be_too_small() {
    let of = |columns: usize| Ladder {
        columns: vec![
            crate::report::ladder::Column {
                label: "a column".to_owned(),
                ..Default::default()
            };
            columns
        ],
        ..Ladder::default()
    };
    let sheet = |columns: usize, paper| {
        let picture = draw(
            &of(columns),
            Style {
                theme: Theme::Plain,
                paper,
            },
        );
        let (_, width) = picture.source.split_once(" width=\"").unwrap();
        width.split('"').next().unwrap().to_owned()
    };
    assert_eq!(sheet(3, Paper::A4), "210.0mm");
    assert_eq!(sheet(9, Paper::A4), "210.0mm");
    assert_eq!(sheet(12, Paper::A4), "297.0mm");
    assert_eq!(sheet(12, Paper::Letter), "279.4mm");
}

#[test]
fn what_looks_like_markup_is_text() {
    let ladder = Ladder {
        title: "<script>alert(1)</script> & \"co\"".to_owned(),
        ..Ladder::default()
    };
    let style = Style {
        theme: Theme::Plain,
        paper: Paper::None,
    };
    let super::Picture { source, .. } = draw(&ladder, style);
    assert!(!source.contains("<script"), "{source}");
    let shown: Vec<_> = read(&source)
        .texts
        .into_iter()
        .map(|one| one.text)
        .collect();
    assert_eq!(shown, ["<script>alert(1)</script> & \"co\""]);
}

/// Two dialogs are told apart without colours, too.
#[test]
fn dialogs_differ_in_their_dashes() {
    let mut known: Vec<_> = [Kind::Request, Kind::Response]
        .into_iter()
        .flat_map(|kind| (0..style::STRANDS).map(move |strand| dashes(kind, strand)))
        .collect();
    known.sort();
    known.dedup();
    assert_eq!(known.len(), 12);
}
