//! Fuzzes the readers with the values of Via fields.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipscope_fuzz::entries::via_list(bytes));
