//! Files that commands write: whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

use super::{escape, kept};

/// Writes a file whole or not at all. What goes wrong is told with its name.
pub(super) fn whole<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    kept::refuse(path)?;
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir() {
        bail!("{}: this is a directory: name a file in it", shown(path));
    }
    // What is no file, as a pipe, cannot be put in place of another.
    if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        let file = fs::File::create(path).with_context(|| shown(path))?;
        let mut file = BufWriter::new(Named::new(&shown(path), file));
        let written = write(&mut file)?;
        file.flush()?;
        return Ok(written);
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // What must not be written must not be put aside for another file, either.
    let known = match fs::metadata(&target) {
        Ok(known) if known.permissions().readonly() => {
            let error = io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only");
            return Err(error).with_context(|| shown(path));
        }
        known => known.ok(),
    };
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let folder = shown(folder);
        bail!(
            "{}: there is no directory {folder}: make it first",
            shown(path)
        );
    }
    let cannot = || at(path, "no file can be made there: name another place");
    let new = new_in(folder).map_err(unnamed).with_context(cannot)?;
    let mut file = BufWriter::new(Named::new(&shown(path), new.as_file()));
    let written = write(&mut file)?;
    file.flush()?;
    drop(file);
    if let Some(known) = known {
        let set = new.as_file().set_permissions(known.permissions());
        set.with_context(|| shown(path))?;
    }
    let put = new.persist(&target).map_err(|error| error.error);
    put.with_context(|| shown(path))?;
    Ok(written)
}

/// Writes to a file, or to standard output where that is named.
pub(super) fn put<T>(
    path: &Path,
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    match path.as_os_str() == "-" {
        true => write(out),
        false => whole(path, write),
    }
}

/// An output whose errors say which it is.
pub(super) struct Named<W> {
    name: String,
    out: W,
}

impl<W> Named<W> {
    pub(super) fn new(name: &str, out: W) -> Self {
        let name = name.to_owned();
        Self { name, out }
    }

    fn named<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| match error.kind() {
            // It is tried again.
            io::ErrorKind::Interrupted => error,
            kind => io::Error::new(kind, format!("{}: cannot be written: {error}", self.name)),
        })
    }
}

impl<W: Write> Write for Named<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.out.write(bytes);
        self.named(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.named(done)
    }
}

/// Which file cannot be had, and what to do.
pub(super) fn at(path: &Path, advice: &str) -> String {
    format!("{}: {advice}", shown(path))
}

/// What went wrong with a temporary file, without its name, which tells nobody anything.
pub(super) fn unnamed(error: io::Error) -> io::Error {
    error.kind().into()
}

/// A file that others may read as any that the user makes; by itself a temporary one is private.
fn new_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The name of a file as a terminal may have it.
pub(super) fn shown(path: &Path) -> String {
    escape::text(&path.to_string_lossy())
}
