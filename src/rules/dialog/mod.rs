//! Dialogs and transactions: Call-ID, tags, CSeq (RFC 3261 8.1.1, 8.2.6, 12).

pub(super) mod answer_differs;
pub(super) mod changed_by_proxy;
pub(super) mod cseq_not_rising;
pub(super) mod session_id_changed;
pub(super) mod tag_missing_in_answer;
pub(super) mod tag_missing_in_from;
