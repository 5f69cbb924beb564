//! Bytes that are wanted again: by positioned reads from the inputs, and from a spill file for what lies whole in none.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

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
    inputs: Arc<[PathBuf]>,
    spill: Option<Arc<Mutex<File>>>,
    open: Option<(u32, File)>,
    window: Vec<u8>,
    /// What the window holds: input (`None`: spill) and offset.
    window_at: Option<(Option<u32>, u64)>,
}

/// Read at a time: neighbouring messages are mostly wanted together. Whoever jumps wants few of them, so the window grows
/// from the least to the most while reading goes on forward.
const LEAST: usize = 4 << 10;
const MOST: usize = 256 << 10;

impl Store {
    /// Over the inputs in reading order and what was spilled from them.
    pub fn new(inputs: Vec<PathBuf>, spill: Spill) -> io::Result<Self> {
        let spill = match spill.file {
            Some(writer) => {
                let file = writer.into_inner();
                let file = file.map_err(io::IntoInnerError::into_error)?;
                Some(Arc::new(Mutex::new(file)))
            }
            None => None,
        };
        Ok(Self {
            inputs: inputs.into(),
            spill,
            open: None,
            window: Vec::new(),
            window_at: None,
        })
    }

    /// Another reader of the same, for another thread.
    pub fn reader(&self) -> Self {
        Self {
            inputs: Arc::clone(&self.inputs),
            spill: self.spill.clone(),
            open: None,
            window: Vec::new(),
            window_at: None,
        }
    }

    /// The bytes at a place; an error where they are not all there any more.
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
        self.window.get(start..start + length).ok_or_else(shrunk)
    }

    fn load(&mut self, holder: Option<u32>, offset: u64, length: usize) -> io::Result<()> {
        let goes_on = match self.window_at.take() {
            Some((known, start)) if known == holder && offset >= start => {
                offset - start <= self.window.len() as u64 * 2
            }
            _ => false,
        };
        let size = match goes_on {
            true => (self.window.len() * 2).min(MOST),
            false => LEAST,
        };
        let size = size.max(length);
        self.window.clear();
        match holder {
            None => {
                let spill = self.spill.as_ref().ok_or_else(not_kept)?;
                // What one reader left behind means nothing to the next: each seeks first.
                let mut file = spill.lock().unwrap_or_else(PoisonError::into_inner);
                fill(&mut self.window, &mut file, offset, size)?;
            }
            Some(input) => {
                if self.open.as_ref().is_none_or(|(known, _)| *known != input) {
                    let path = self.inputs.get(input as usize);
                    let path = path.ok_or(io::ErrorKind::NotFound)?;
                    self.open = Some((input, File::open(path)?));
                }
                let (_, file) = self.open.as_mut().ok_or(io::ErrorKind::NotFound)?;
                fill(&mut self.window, file, offset, size)?;
            }
        }
        self.window_at = Some((holder, offset));
        Ok(())
    }
}

fn fill(window: &mut Vec<u8>, file: &mut File, offset: u64, size: usize) -> io::Result<()> {
    file.seek(SeekFrom::Start(offset))?;
    file.take(size as u64).read_to_end(window)?;
    Ok(())
}

fn shrunk() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the input is shorter than when it was read",
    )
}

fn not_kept() -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        "the bytes of this message were not kept",
    )
}
