//! In which order the lines of a description stand (RFC 8866 5 and 9).

/// Follows the lines of one section.
#[derive(Debug)]
pub(super) struct Order {
    /// The letters in their order.
    letters: &'static [u8],
    /// Those of which there may be several.
    several: &'static [u8],
    /// Where in the order the last line stood that was at its place.
    at: Option<usize>,
}

impl Order {
    /// Of the lines that are about the whole session.
    pub(super) fn of_session() -> Self {
        Self {
            letters: b"vosiuepcbtrzka",
            several: b"epbtra",
            at: None,
        }
    }

    /// Of the lines of one media description.
    pub(super) fn of_media() -> Self {
        Self {
            letters: b"micbka",
            several: b"cba",
            at: None,
        }
    }

    /// Whether a line with this letter may stand here.
    pub(super) fn allows(&mut self, letter: u8) -> bool {
        let Some(place) = self.letters.iter().position(|other| *other == letter) else {
            return false;
        };
        let allowed = match self.at {
            Some(at) if at > place => letter == b't' && self.repeats_time(at),
            Some(at) if at == place => self.several.contains(&letter),
            _ => true,
        };
        if allowed {
            self.at = Some(place);
        }
        allowed
    }

    /// Repeat times and time zones belong to the time in front of them; another time may follow.
    fn repeats_time(&self, at: usize) -> bool {
        matches!(self.letters[at], b'r' | b'z')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters that are not at their place.
    fn odd(mut order: Order, letters: &str) -> String {
        let odd = letters.bytes().filter(|letter| !order.allows(*letter));
        odd.map(char::from).collect()
    }

    #[test]
    fn follows_rfc_8866() {
        assert_eq!(odd(Order::of_session(), "vosiueeppcbbttrrtrztkaa"), "");
        assert_eq!(odd(Order::of_media(), "miccbbkaa"), "");
        assert_eq!(odd(Order::of_session(), "vosta"), "");
        assert_eq!(odd(Order::of_session(), "ovst"), "v");
        assert_eq!(odd(Order::of_session(), "vostcat"), "ct");
        assert_eq!(odd(Order::of_session(), "vvoosscctt"), "vosc");
        assert_eq!(odd(Order::of_media(), "macba"), "cb");
        assert_eq!(odd(Order::of_media(), "mtvxa"), "tvx");
    }
}
