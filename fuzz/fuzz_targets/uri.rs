//! Fuzzes the readers with URIs.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipscope_fuzz::entries::uri(bytes));
