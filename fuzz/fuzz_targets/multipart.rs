//! Fuzzes the readers with multipart bodies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipscope_fuzz::entries::multipart(bytes));
