//! Fuzzes the readers with whole messages.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipscope_fuzz::entries::message(bytes));
