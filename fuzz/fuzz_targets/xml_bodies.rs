//! Fuzzes the readers with XML documents.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sipscope_fuzz::entries::xml_bodies(bytes));
