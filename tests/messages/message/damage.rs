//! Samples, and the values and bodies that they are made of, with damage in each of their places: whatever a line or a byte is
//! turned into, it is read to its end.

use std::panic::catch_unwind;
use std::path::Path;

use crate::message::{entries, samples, seeds};

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Longer samples are damaged in some of their places only.
const SHORT: usize = 1024;

/// Damages every seed of every entry in each of its places, or in as many of a long one as a short one has.
fn at_every_place(damage: impl Fn(&[u8], usize) -> Vec<u8>) {
    let seeds = seeds::all(project());
    for (name, entry) in entries::ALL {
        let mut own = seeds.iter().filter(|(of, _)| *of == name).peekable();
        assert!(own.peek().is_some(), "no seed for {name}");
        for (_, seed) in own {
            for at in (0..seed.len()).step_by(seed.len().div_ceil(SHORT).max(1)) {
                expect_read(name, entry, at, &damage(seed, at));
            }
        }
    }
}

/// Does something to the lines of every sample, at each line.
fn at_every_line(damage: impl Fn(&mut Vec<&[u8]>, usize)) {
    for (name, sample) in samples::all(project()) {
        let lines: Vec<_> = sample.split_inclusive(|byte| *byte == b'\n').collect();
        for at in 0..lines.len() {
            let mut lines = lines.clone();
            damage(&mut lines, at);
            expect_read(&name, entries::message, at, &lines.concat());
        }
    }
}

fn expect_read(name: &str, entry: entries::Entry, at: usize, damaged: &[u8]) {
    let read = catch_unwind(|| entry(damaged));
    assert!(
        read.is_ok(),
        "{name}, damaged at {at}: {}",
        damaged.escape_ascii()
    );
}

#[test]
fn samples_are_read_as_they_are() {
    at_every_line(|_, _| {});
}

#[test]
fn cut() {
    at_every_place(|sample, at| sample[..at].to_vec());
}

fn one_byte_is_another(bit: u8) {
    at_every_place(|sample, at| {
        let mut damaged = sample.to_vec();
        damaged[at] ^= bit;
        damaged
    });
}

#[test]
fn one_letter_has_another_case() {
    one_byte_is_another(0x20);
}

#[test]
fn one_byte_is_no_ascii() {
    one_byte_is_another(0x80);
}

#[test]
fn one_byte_separates() {
    let separators = b"\n\r\0 \",;:<>=%@?[";
    at_every_place(|sample, at| {
        let mut damaged = sample.to_vec();
        damaged[at] = separators[at % separators.len()];
        damaged
    });
}

#[test]
fn a_line_is_lost() {
    at_every_line(|lines, at| {
        lines.remove(at);
    });
}

#[test]
fn a_line_stands_twice() {
    at_every_line(|lines, at| lines.insert(at, lines[at]));
}

#[test]
fn two_lines_change_places() {
    at_every_line(|lines, at| {
        let other = (at * 7 + 3) % lines.len();
        lines.swap(at, other);
    });
}
