//! Ladders of any shape with texts of any kind, for the tests of whoever draws them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Arrow, Column, Edge, Finding, Fragment, Frame, Kind, Ladder, Panel, PanelKind, Row};
use crate::base::Ink;

fn texts() -> impl Strategy<Value = String> {
    let hostile = select(vec![
        "",
        "INVITE",
        "200 OK (SDP)",
        "<script>alert(1)</script>",
        "]]>&amp;&#0;",
        "a\u{0}\u{1b}[31m\r\nb",
        "\u{fffe}\u{ffff}\u{202e}",
        "\u{6f22}\u{5b57}\u{306e}\u{540d}\u{524d}",
        "\" onload=\"x",
        "-->",
        "a very long caption that has to be broken into lines and even then does not have enough room for itself",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    ]);
    prop_oneof![hostile.prop_map(str::to_owned), "\\PC{0,40}", "[ -~]{0,20}"]
}

fn row(columns: usize) -> impl Strategy<Value = Row> {
    let ends = (0..columns, 0..columns);
    let kind = select(vec![Kind::Request, Kind::Response, Kind::Other]);
    let arrow = (
        texts(),
        ends.clone(),
        texts(),
        vec(texts(), 0..3),
        kind,
        0usize..9,
        vec(1usize..100, 0..3),
    );
    let arrow = arrow.prop_map(
        |(number, (from, to), caption, small, kind, strand, marks)| {
            Row::Arrow(Arrow {
                time: number.clone(),
                message: marks.first().copied(),
                about: caption.clone(),
                again: marks.clone(),
                seen: marks.len(),
                number,
                from,
                to,
                caption,
                small,
                kind,
                strand,
                marks,
            })
        },
    );
    let kinds = select(vec![
        PanelKind::Action,
        PanelKind::Gap,
        PanelKind::Media,
        PanelKind::Hold,
        PanelKind::Fold,
    ]);
    let panel = (texts(), ends, texts(), kinds).prop_map(|(number, (one, other), text, kind)| {
        Row::Panel(Panel {
            number,
            first: one.min(other),
            last: one.max(other),
            text,
            kind,
            folded: Vec::new(),
        })
    });
    prop_oneof![3 => arrow, 1 => panel]
}

pub(crate) fn ladders() -> impl Strategy<Value = Ladder> {
    let columns = vec((texts(), texts(), texts()), 1..7);
    let ladder = columns.prop_flat_map(|columns| {
        let count = columns.len();
        let others = (texts(), vec(texts(), 0..3), vec(texts(), 0..3), 0..count);
        let rows = (vec(row(count), 0..14), vec(0usize..14, 4), texts());
        let rows = rows.prop_map(|(rows, cuts, when)| in_frames(rows, cuts, &when));
        (Just(columns), rows, others)
    });
    ladder.prop_map(|(columns, rows, (title, notes, strands, split))| Ladder {
        source: title.clone(),
        frames: frames(columns.len(), split, &title),
        findings: notes
            .iter()
            .map(|text| Finding {
                first: 7,
                last: 7 + text.len(),
                ink: Ink::Doubtful,
                text: text.clone(),
            })
            .collect(),
        columns: columns
            .into_iter()
            .map(|(label, detail, about)| Column {
                label,
                detail,
                about,
            })
            .collect(),
        title,
        rows,
        strands,
        notes,
        unknown: Vec::new(),
    })
}

/// One frame in front of `split` and one behind it.
fn frames(columns: usize, split: usize, name: &str) -> Vec<Frame> {
    let frame = |first, last| Frame {
        name: name.to_owned(),
        first,
        last,
    };
    match split {
        0 => Vec::new(),
        _ => vec![frame(0, split - 1), frame(split, columns - 1)],
    }
}

/// Rows with a frame around some of them that has two parts, and a frame in the first part.
fn in_frames(mut rows: Vec<Row>, mut cuts: Vec<usize>, when: &str) -> Vec<Row> {
    cuts.sort_unstable();
    if cuts[3] > rows.len() {
        return rows;
    }
    let begin = |kind| Edge::Begin {
        kind,
        when: when.to_owned(),
    };
    let or = Edge::Or {
        when: when.to_owned(),
    };
    let edges = [
        (cuts[3], Edge::End),
        (cuts[2], or),
        (cuts[2], Edge::End),
        (cuts[1], begin(Fragment::Optional)),
        (cuts[0], begin(Fragment::Alternatives)),
    ];
    for (at, edge) in edges {
        rows.insert(at, Row::Fragment(edge));
    }
    rows
}
