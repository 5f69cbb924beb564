//! From command line arguments to inputs: directories become the files in them.

use std::fs;
use std::path::{Path, PathBuf};

use super::SourceError;

/// An input that was named, directly or through its directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Where it is; `-` is standard input.
    pub path: PathBuf,
    /// Whether only its directory was named: then a file of another kind is passed over, not an error.
    pub from_directory: bool,
}

impl Named {
    /// Whether it can be opened again and read from its start: not so standard input and pipes.
    pub fn rereadable(&self) -> bool {
        self.path.is_file()
    }
}

/// Replaces directories by their files, deeper ones included, in the order of their names. Hidden files and links to
/// directories are left out. The same file named twice is read once.
pub fn expand(arguments: &[PathBuf]) -> (Vec<Named>, Vec<SourceError>) {
    let mut inputs: Vec<Named> = Vec::new();
    let mut errors = Vec::new();
    for path in arguments {
        if path.is_dir() {
            walk(path, &mut inputs, &mut errors);
        } else {
            inputs.push(Named {
                path: path.clone(),
                from_directory: false,
            });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    inputs.retain(|input| {
        let same = fs::canonicalize(&input.path).unwrap_or_else(|_| input.path.clone());
        seen.insert(same)
    });
    (inputs, errors)
}

fn walk(directory: &Path, inputs: &mut Vec<Named>, errors: &mut Vec<SourceError>) {
    let mut failed = |error: std::io::Error| {
        errors.push(SourceError {
            path: directory.to_owned(),
            problem: format!("cannot be listed: {error}"),
            foreign: false,
        });
    };
    let mut entries = Vec::new();
    match fs::read_dir(directory) {
        Ok(listing) => {
            for entry in listing {
                match entry {
                    Ok(entry) => entries.push(entry),
                    Err(error) => failed(error),
                }
            }
        }
        Err(error) => failed(error),
    }
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if hidden {
        } else if kind.is_dir() {
            walk(&path, inputs, errors);
        } else if path.is_file() {
            inputs.push(Named {
                path,
                from_directory: true,
            });
        }
    }
}

/// Reads a small file whole, such as a key log.
pub fn read_small(path: &Path) -> Result<Vec<u8>, SourceError> {
    const LARGEST: u64 = 256 << 20;
    let failed = |problem: String| SourceError {
        path: path.to_owned(),
        problem,
        foreign: false,
    };
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    if size > LARGEST {
        return Err(failed(format!(
            "has {size} bytes; at most {LARGEST} are read"
        )));
    }
    fs::read(path).map_err(|error| failed(format!("cannot be read: {error}")))
}
