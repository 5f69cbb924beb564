//! Sets of characters, looked up: what a grammar allows is asked of every byte of a value, and comparing it with one character
//! after the other costs more than all else.

/// Some of the values that a byte may have.
pub(super) struct ByteSet([bool; 256]);

impl ByteSet {
    /// Letters and digits of ASCII, and these.
    pub(super) const fn letters_digits_and(others: &[u8]) -> Self {
        let mut set = Self([false; 256]);
        let mut byte = 0;
        while byte < set.0.len() {
            set.0[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        set.but_for(others, true)
    }

    /// Characters of ASCII that leave a mark on paper, without these.
    pub(super) const fn graphic_without(others: &[u8]) -> Self {
        let mut set = Self([false; 256]);
        let mut byte = 0;
        while byte < set.0.len() {
            set.0[byte] = (byte as u8).is_ascii_graphic();
            byte += 1;
        }
        set.but_for(others, false)
    }

    const fn but_for(mut self, others: &[u8], are_in: bool) -> Self {
        let mut at = 0;
        while at < others.len() {
            self.0[others[at] as usize] = are_in;
            at += 1;
        }
        self
    }

    /// Whether this is one of them.
    #[inline]
    pub(super) const fn has(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_what_it_was_made_of_and_nothing_else() {
        let word = ByteSet::letters_digits_and(b"-.");
        let mark = ByteSet::graphic_without(b"a\"");
        for byte in 0..=u8::MAX {
            let character = char::from(byte);
            let is_word = character.is_ascii_alphanumeric() || "-.".contains(character);
            assert_eq!(word.has(byte), is_word, "{character:?}");
            let is_mark = ('!'..='~').contains(&character) && !"a\"".contains(character);
            assert_eq!(mark.has(byte), is_mark, "{character:?}");
        }
    }
}
