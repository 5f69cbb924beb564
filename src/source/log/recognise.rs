//! Of which format a log is, by its beginning: whichever shows itself first, whatever stands around all lines, and whoever wrote between them.

use std::borrow::Cow;

use super::front::Front;
use super::spacing::Spacing;
use super::writers::Writers;
use super::{
    ANY_TEXT, BYTE_ORDER_MARK, FORMATS, Known, LogReader, TextOptions, colours, generic, json,
    marked, unfold,
};

/// Reads the format with this name, or the one that the beginning of the file shows.
pub(in crate::source) fn recognise(
    prefix: &[u8],
    options: &TextOptions,
) -> Option<(LogReader, &'static str)> {
    let prefix = prefix.strip_prefix(BYTE_ORDER_MARK).unwrap_or(prefix);
    let prefix = colours::without(prefix);
    let spacing = Spacing::of(&prefix);
    let prefix = spacing.undone(prefix);
    let mut writers = Writers::of(&prefix);
    let apart = writers.as_mut().map(|writers| writers.apart(&prefix));
    // Where the lines of several stand by turns, those of each may show more.
    let texts = [Some(&prefix[..]), apart.as_deref()].into_iter().flatten();
    let texts: Vec<_> = texts
        .map(|text| (text, bare_of(text, Front::all(text))))
        .collect();
    let by = |find: Find, (text, fronts): &(_, Vec<Bare<'_>>)| {
        let (front, known) = find(fronts, options)?;
        Some((*text, front.clone(), known))
    };
    let behind_stamp = |text| (text, bare_of(text, Front::behind_stamp(text)));
    let (text, front, format) = texts
        .iter()
        .find_map(|all| by(sniffed, all))
        .or_else(|| {
            let mut texts = texts.iter();
            texts.find_map(|(text, _)| by(sniffed, &behind_stamp(*text)))
        })
        .or_else(|| texts.iter().find_map(|all| by(unsniffed, all)))?;
    let new = || LogReader::new(format, front.clone(), options);
    let mut reader = new();
    reader.look_ahead(new(), text);
    reader.set_spacing(spacing);
    reader.set_writers(writers);
    Some((reader, format.name))
}

/// What may stand around all lines of a text, and the text without it.
type Bare<'a> = (Front, Cow<'a, [u8]>);

/// What finds the format of a text behind one of its fronts.
type Find = for<'f> fn(&'f [Bare<'_>], &TextOptions) -> Option<(&'f Front, &'static Known)>;

fn bare_of(text: &[u8], fronts: impl IntoIterator<Item = Front>) -> Vec<Bare<'_>> {
    let bare = |front: Front| {
        let bare = unfold::all_of(front.taken_from(text));
        (front, bare)
    };
    fronts.into_iter().map(bare).collect()
}

/// The format that was asked for.
fn asked<'a>(options: &'a TextOptions) -> impl Fn(&&Known) -> bool + Copy + 'a {
    |known| match &options.format {
        Some(name) => known.name == name,
        None => known.name != ANY_TEXT,
    }
}

/// The format that shows itself first, behind any of the fronts.
fn sniffed<'f>(
    fronts: &'f [Bare<'_>],
    options: &TextOptions,
) -> Option<(&'f Front, &'static Known)> {
    let best = |within: fn(&[u8]) -> Option<&[u8]>| {
        let all = fronts.iter();
        let found =
            all.filter_map(|(front, bare)| Some((front, shown(within(bare)?, asked(options))?)));
        let place = |known: &Known| FORMATS.iter().position(|other| other.name == known.name);
        let first = found.min_by_key(|(_, (end, known))| (*end, place(known)));
        first.map(|(front, (_, known))| (front, known))
    };
    // JSON may stand behind any number of other lines.
    best(|bare| Some(bare)).or_else(|| best(json::inside))
}

/// No sniffer asked for: any text, if a message is in it. Asked for and not agreeing: the person knows better.
fn unsniffed<'f>(
    fronts: &'f [Bare<'_>],
    options: &TextOptions,
) -> Option<(&'f Front, &'static Known)> {
    let mut all = fronts.iter();
    match &options.format {
        Some(_) => Some((&all.next()?.0, FORMATS.iter().find(asked(options))?)),
        None => {
            let any = FORMATS.iter().find(|known| known.name == ANY_TEXT)?;
            let found = all.find(|(_, bare)| (any.sniff)(bare))?;
            Some((&found.0, any))
        }
    }
}

/// Reads a text in whose beginning nothing is: what shows itself further on.
pub(in crate::source) fn read_on(
    prefix: &[u8],
    options: &TextOptions,
) -> Option<(LogReader, &'static str)> {
    let front = Front::all(&colours::without(prefix)).into_iter().next()?;
    let any = FORMATS.iter().find(|known| known.name == ANY_TEXT)?;
    Some((LogReader::new(any, front, options), any.name))
}

/// The format that a text shows to be of, and behind how many lines. What the body of a message quotes shows nothing.
fn shown(text: &[u8], asked: impl Fn(&&Known) -> bool) -> Option<(usize, &'static Known)> {
    /// A text that quotes more is none of a log.
    const MOST_QUOTED: usize = 64;
    let mut from = 0;
    for _ in 0..MOST_QUOTED {
        let (lines, known) = first_shown(&text[from..], &asked)?;
        let Some(end) = generic::end_of_quoting(&text[from..], &lines) else {
            let before = memchr::memchr_iter(b'\n', &text[..from + lines.end]).count();
            return Some((before, known));
        };
        from += end;
    }
    None
}

/// The format that shows itself first, as its messages may quote logs of others, and the lines that show it; or a more telling one
/// whose lines that one would take for its own.
fn first_shown(
    text: &[u8],
    asked: impl Fn(&&Known) -> bool,
) -> Option<(std::ops::Range<usize>, &'static Known)> {
    let known = marked(text).filter(asked);
    let known = known.filter(|known| (known.sniff)(text));
    let claims: Vec<_> = known.map(|known| (known, known.evidence(text))).collect();
    let (first, lines) = claims.iter().min_by_key(|(_, lines)| lines.end)?;
    let lines = lines.clone();
    let mut claims = claims.iter();
    let (known, _) = claims.find(|(_, lines)| first.claims(&text[lines.clone()]))?;
    Some((lines, known))
}
