//! A text as it is read, unpacked and in UTF-8, for whoever wants its bytes and not its messages.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use super::compression::Compression;
use super::letters::Letters;
use super::open::{PREFIX, prefix};

/// Opens a text that can be read twice.
pub fn read_text(path: &Path) -> io::Result<BufReader<Box<dyn Read + Send>>> {
    let mut file = File::open(path)?;
    let (magic, _) = prefix(&mut file, 16)?;
    let compression = Compression::sniff(&magic);
    let mut reader = compression.unpack(Box::new(Cursor::new(magic).chain(file)))?;
    let (begin, failure) = prefix(&mut reader, PREFIX)?;
    let letters = Letters::sniff(&begin);
    if let Some(failure) = failure {
        return Err(failure);
    }
    let whole = Box::new(Cursor::new(begin).chain(reader));
    Ok(BufReader::new(letters.read(whole)))
}
