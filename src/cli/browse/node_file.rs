//! The node file of the user: read once when the interface opens, and written anew when a node is called otherwise. What is no file,
//! such as a pipe, is never written; then a name is asked.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use sipscope::base::escape;
use sipscope::trace::{NodeHint, read_node_file};
use sipscope::tui::App;
use tempfile::NamedTempFile;

use super::save::{created, not_saved};
use crate::cli::traced::{Traced, read_nodes};

/// What is known of it.
#[derive(Default)]
pub(super) struct NodeFile {
    /// As it was read or written last; none where there is none yet.
    known: Option<String>,
}

impl NodeFile {
    /// Reads it; what is to be known of it, the interface says.
    pub(super) fn open(traced: &Traced, app: &mut App) -> anyhow::Result<(Self, Vec<NodeHint>)> {
        let Some(path) = traced.node_file()? else {
            return Ok((Self::default(), Vec::new()));
        };
        let name = path.to_string_lossy();
        let shown = escape::text(&name);
        let Some((text, nodes)) = read_nodes(path)? else {
            app.keeps_nodes_in(name);
            app.say(format!(
                "{shown} is not there yet: it is written when a node is changed"
            ));
            return Ok((Self::default(), Vec::new()));
        };
        app.knows_nodes_by(text.clone());
        if !path.is_file() {
            app.say(format!(
                "{shown} is no file that could be written: changes of nodes need another name"
            ));
            return Ok((Self::default(), nodes));
        }
        app.keeps_nodes_in(name);
        Ok((Self { known: Some(text) }, nodes))
    }

    /// Writes it, and gives what it says now. What it said at first stays beside it.
    pub(super) fn save(&mut self, text: &str, name: &str) -> Result<Vec<NodeHint>, String> {
        let nodes = read_node_file(text).map_err(|error| error.to_string())?;
        let saved = match &self.known {
            Some(known) => replace(name, known, text),
            None => created(name).and_then(|mut file| file.write_all(text.as_bytes())),
        };
        saved.map_err(|error| not_saved(&escape::text(name), &error.into()))?;
        self.known = Some(text.to_owned());
        Ok(nodes)
    }
}

/// Whole or not at all: a node file cut in the middle is of no use. Where the name is a link, what it leads to is written.
fn replace(name: &str, known: &str, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(name)?;
    let permissions = fs::metadata(&file)?.permissions();
    if !file.is_file() {
        return Err(io::Error::other("it is no file any more"));
    }
    if permissions.readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    // Who may not write the file may well replace it, and is not to.
    OpenOptions::new().write(true).open(&file)?;
    let now = fs::read(&file)?;
    if now != known.as_bytes() {
        let changed = "somebody else has changed it since it was read: open the inputs again";
        return Err(io::Error::other(changed));
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(permissions)?;
    let mut before = file.clone().into_os_string();
    before.push(".before");
    match created(before) {
        Ok(mut before) => before.write_all(&now)?,
        // What the user wrote stays, whatever is changed after it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    new.persist(&file)?;
    Ok(())
}
