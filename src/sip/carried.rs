//! A message on its way from where it was found to where it is kept.

use std::num::NonZeroU16;

use super::Glance;
use crate::base::{Flow, RecordId, Spoiled, Timestamp};

/// A SIP message as it was carried.
#[derive(Debug)]
pub struct Carried<'a> {
    /// Between whom, over what.
    pub flow: Flow,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What one look told.
    pub glance: Glance,
    /// The records it came in, ascending.
    pub records: &'a [RecordId],
    /// Time of its first byte.
    pub first: Option<Timestamp>,
    /// Digits behind the second of that, where they are fewer than a capture has.
    pub digits: Option<u8>,
    /// Time of its last byte.
    pub last: Option<Timestamp>,
    /// Where the bytes lie in the input file, if they lie there whole.
    pub offset: Option<u64>,
    /// The identification of the innermost IP packet; none in streams, which may cut and repeat what they carry, and where
    /// it is not told.
    pub identification: Option<NonZeroU16>,
    /// Whether all of it was seen.
    pub whole: bool,
    /// What is not known of its original bytes.
    pub spoiled: Spoiled,
}
