//! What documents say of the messages that they print: titles, captions, prose.

pub(super) mod title_of_other_message;
