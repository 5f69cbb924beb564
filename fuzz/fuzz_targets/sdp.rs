//! Fuzzes the readers with session descriptions.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipscope_fuzz::entries::sdp(bytes));
