//! What the repository keeps of what the program or a test writes: samples, pages, help texts, pictures.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::{env, fs, str};

/// Holds what a file keeps to what is written now. With SIPSCOPE_WRITE_SAMPLES set the file keeps that from now on; whoever does so
/// looks at it.
#[track_caller]
pub(crate) fn hold(file: &Path, written: impl AsRef<[u8]>) {
    let written = written.as_ref();
    if env::var_os("SIPSCOPE_WRITE_SAMPLES").is_some() {
        fs::write(file, written).unwrap();
    }
    let kept = fs::read(file).unwrap_or_default();
    assert!(
        kept == written,
        "{} keeps something else than is written now{}\nWhere what is written now is right, the same test with \
         SIPSCOPE_WRITE_SAMPLES=1 keeps it; look at the difference.",
        file.display(),
        difference(&kept, written)
    );
}

/// The first line that differs, of texts.
fn difference(kept: &[u8], written: &[u8]) -> String {
    let (Ok(kept), Ok(written)) = (str::from_utf8(kept), str::from_utf8(written)) else {
        return String::new();
    };
    let same = kept.split('\n').zip(written.split('\n'));
    let same = same.take_while(|(kept, written)| kept == written).count();
    let line = |text: &str| match text.split('\n').nth(same) {
        Some(line) => format!("{line:?}"),
        None => "the end".to_owned(),
    };
    let (kept, written) = (line(kept), line(written));
    format!(
        ", from line {} on:\nkept: {kept}\n now: {written}",
        same + 1
    )
}
