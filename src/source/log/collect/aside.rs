//! Messages that others are written between: they wait under the name of their session until they go on.

use super::{Log, Open};

/// Messages that are set aside at a time.
const MOST_ASIDE: usize = 64;

impl Log {
    /// Another message is written between the lines of the one that is open, which goes by this name until it is taken up again.
    pub(in crate::source::log) fn set_aside(&mut self, name: &[u8]) {
        self.give_up_aside(name);
        if let Some(open) = self.open.take() {
            self.aside.push((name.to_vec(), open));
        }
        let held = |aside: &[(Vec<u8>, Open)]| -> usize {
            aside.iter().map(|(_, open)| open.text.len()).sum()
        };
        while self.aside.len() > MOST_ASIDE || held(&self.aside) > self.most_held {
            let (_, open) = self.aside.remove(0);
            self.finish_message(&open);
        }
    }

    pub(in crate::source::log) fn has_aside(&self, name: &[u8]) -> bool {
        self.aside.iter().any(|(known, _)| known == name)
    }

    /// Goes on with a message that was set aside; the one that is open is at its end.
    pub(in crate::source::log) fn take_up(&mut self, name: &[u8]) -> bool {
        self.finish();
        let place = self.aside.iter().position(|(known, _)| known == name);
        self.open = place.map(|place| self.aside.remove(place).1);
        self.open.is_some()
    }

    /// Nothing more comes of a message that was set aside.
    pub(in crate::source::log) fn give_up_aside(&mut self, name: &[u8]) {
        if let Some(place) = self.aside.iter().position(|(known, _)| known == name) {
            let (_, open) = self.aside.remove(place);
            self.finish_message(&open);
        }
    }
}
