//! Writes the seeds of every fuzz target into `fuzz/corpus`: the samples, and what they are made of.

use std::path::Path;
use std::{fs, io};

use sipscope_fuzz::seeds;

fn main() -> io::Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (number, (target, bytes)) in seeds::all(&fuzz.join("..")).iter().enumerate() {
        let folder = fuzz.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(number.to_string()), bytes)?;
    }
    Ok(())
}
