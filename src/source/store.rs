//! Bytes that are wanted again: by positioned reads from the inputs, and from a spill file for what lies whole in none.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::base::Location;

/// Takes in bytes that lie whole in no input. The file has no name and is gone with the process.
#[derive(Default)]
pub struct Spill {
    /// Not wanted: places are given, bytes are not kept.
    forgetful: bool,
    file: Option<BufWriter<File>>,
    length: u64,
}

impl Spill {
    /// Nothing is written before the first byte comes, and nothing at all unless `keep`.
    pub fn new(keep: bool) -> Self {
        Self {
            forgetful: !keep,
            ..Self::default()
        }
    }

    /// Keeps bytes; gives the place to find them again.
    pub fn keep(&mut self, bytes: &[u8]) -> io::Result<Location> {
        let location = Location::Spill(self.length);
        self.length += bytes.len() as u64;
        if !self.forgetful {
            let file = match &mut self.file {
                Some(file) => file,
                None => self.file.insert(BufWriter::new(tempfile::tempfile()?)),
            };
            file.write_all(bytes)?;
        }
        Ok(location)
    }
}

/// Reads messages again after the inputs were streamed.
pub struct Store {
    inputs: Vec<PathBuf>,
    spill: Option<File>,
    open: Option<(u32, File)>,
    window: Vec<u8>,
    /// What the window holds: input (`None`: spill) and offset.
    window_at: Option<(Option<u32>, u64)>,
}

/// Read at a time: neighbouring messages are mostly wanted together, but those of many calls may stand between them.
const WINDOW: usize = 16 << 10;

impl Store {
    /// Over the inputs in reading order and what was spilled from them.
    pub fn new(inputs: Vec<PathBuf>, spill: Spill) -> io::Result<Self> {
        let spill = match spill.file {
            Some(writer) => Some(
                writer
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)?,
            ),
            None => None,
        };
        Ok(Self {
            inputs,
            spill,
            open: None,
            window: Vec::new(),
            window_at: None,
        })
    }

    /// The bytes at a place; fewer than asked for only if the input has shrunk since.
    pub fn read(&mut self, input: u32, location: Location, length: usize) -> io::Result<&[u8]> {
        let (holder, offset) = match location {
            Location::Input(offset) => (Some(input), offset),
            Location::Spill(offset) => (None, offset),
        };
        let held = match self.window_at {
            Some((known, start)) if known == holder && offset >= start => {
                let skip = offset - start;
                skip + length as u64 <= self.window.len() as u64
            }
            _ => false,
        };
        if !held {
            self.load(holder, offset, length)?;
        }
        let start = self
            .window_at
            .map_or(0, |(_, start)| (offset - start) as usize);
        let end = (start + length).min(self.window.len());
        Ok(&self.window[start..end])
    }

    fn load(&mut self, holder: Option<u32>, offset: u64, length: usize) -> io::Result<()> {
        self.window_at = None;
        self.window.clear();
        let file = match holder {
            None => self.spill.as_mut().ok_or_else(not_kept)?,
            Some(input) => {
                if self.open.as_ref().is_none_or(|(known, _)| *known != input) {
                    let path = self
                        .inputs
                        .get(input as usize)
                        .ok_or(io::ErrorKind::NotFound)?;
                    self.open = Some((input, File::open(path)?));
                }
                let (_, file) = self.open.as_mut().ok_or(io::ErrorKind::NotFound)?;
                file
            }
        };
        file.seek(SeekFrom::Start(offset))?;
        let wanted = length.max(WINDOW) as u64;
        file.take(wanted).read_to_end(&mut self.window)?;
        self.window_at = Some((holder, offset));
        Ok(())
    }
}

fn not_kept() -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        "the bytes of this message were not kept",
    )
}
