//! More columns than have room where a ladder is drawn: the first stand alone, and all others are drawn as one. No message is lost.

use super::{Column, Ladder, Row};

impl Ladder {
    /// The ladder with one column for all behind the first `alone`. `room` says where they have none, and `remedy` where each is
    /// drawn, which a note tells.
    pub fn crowded(&self, alone: usize, room: &str, remedy: &str) -> Self {
        let mut ladder = self.clone();
        let columns = ladder.columns.len();
        let others = ladder.columns.split_off(alone);
        let name = format!("{} others", others.len());
        ladder.notes.insert(
            0,
            format!(
                "{columns} columns have no room {room}: {} of them are drawn as one, \"{name}\". Each is drawn {remedy}; \
                 --columns says which stand first.",
                others.len()
            ),
        );
        ladder.columns.push(Column {
            label: name,
            ..Column::default()
        });
        // The networks of the others are as many as they.
        ladder.frames.retain(|frame| frame.first < alone);
        for frame in &mut ladder.frames {
            frame.last = frame.last.min(alone.saturating_sub(1));
        }
        for row in &mut ladder.rows {
            let (one, other) = match row {
                Row::Arrow(arrow) => (&mut arrow.from, &mut arrow.to),
                Row::Panel(panel) => (&mut panel.first, &mut panel.last),
                Row::Fragment(_) => continue,
            };
            *one = (*one).min(alone);
            *other = (*other).min(alone);
        }
        ladder
    }
}
