//! Reads a template. Names become positions; everything that refers to something is checked, and a mistake is told with its
//! line, its key and what to write instead.

mod demand;
mod parts;
mod step;
#[cfg(test)]
mod tests;

use self::parts::{read_actor, read_body, read_dialog, read_group};
use self::step::StepReader;
use super::template::Template;
use crate::base::FileError;
use crate::base::written::{Entry, Table, Toml};

const TEMPLATE_KEYS: [&str; 10] = [
    "id", "title", "source", "about", "tests", "actor", "dialog", "body", "step", "group",
];

/// Reads a template.
pub fn read_template(text: &str) -> Result<Template, FileError> {
    let file = Toml::parse(text)?;
    let root = file.root();
    let mut template = Template {
        id: String::new(),
        id_line: 0,
        title: String::new(),
        source: String::new(),
        about: String::new(),
        tests: Vec::new(),
        actors: Vec::new(),
        dialogs: Vec::new(),
        bodies: Vec::new(),
        steps: Vec::new(),
        groups: Vec::new(),
    };
    for entry in root.entries() {
        match entry.key() {
            "id" => {
                template.id = read_id(&entry)?;
                template.id_line = entry.line();
            }
            "title" => template.title = entry.text()?.to_owned(),
            "source" => template.source = entry.text()?.to_owned(),
            "about" => template.about = entry.lines()?.trim().to_owned(),
            "tests" => template.tests = entry.texts()?,
            "actor" | "dialog" | "body" | "step" | "group" => {}
            _ => return Err(entry.unknown(&TEMPLATE_KEYS)),
        }
    }
    for (key, value) in [
        ("id", &template.id),
        ("title", &template.title),
        ("source", &template.source),
    ] {
        if value.is_empty() {
            return Err(root.error(format!("the template has no {key}")));
        }
    }
    // In the order in which they refer to each other, wherever they stand in the file.
    for table in tables(&root, "actor")? {
        let actor = read_actor(&table, &template)?;
        template.actors.push(actor);
    }
    for table in tables(&root, "dialog")? {
        let dialog = read_dialog(&table, &template)?;
        template.dialogs.push(dialog);
    }
    for table in tables(&root, "body")? {
        let body = read_body(&table, &template)?;
        template.bodies.push(body);
    }
    for table in tables(&root, "step")? {
        let step = StepReader::new(&table, &template)?.read()?;
        template.steps.push(step);
    }
    if template.steps.is_empty() {
        return Err(root.error("the template has no steps: write [[step]]"));
    }
    for table in tables(&root, "group")? {
        let group = read_group(&table, &template)?;
        template.groups.push(group);
    }
    Ok(template)
}

/// The longest flow of a document that is known has 71 steps; a flow of a million is none, and would take hours to lay over a call.
const MOST: usize = 2_000;

/// All tables `[[key]]`.
fn tables<'f>(root: &Table<'f>, key: &str) -> Result<Vec<Table<'f>>, FileError> {
    let entries = root.entries();
    let Some(entry) = entries.into_iter().find(|entry| entry.key() == key) else {
        return Ok(Vec::new());
    };
    let tables = entry.tables()?;
    match tables.get(MOST) {
        Some(table) => Err(table.error(format!("a template has {MOST} of these at most"))),
        None => Ok(tables),
    }
}

/// What the command line calls the flow: a word that can be the name of a file, too.
fn read_id(entry: &Entry<'_>) -> Result<String, FileError> {
    let id = entry.text()?;
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins = id.starts_with(|first: char| first.is_ascii_alphanumeric());
    if !(id.is_empty() || begins && id.bytes().all(is_fine)) {
        return Err(entry.error(
            "it is made of letters, digits, -, _ and ., the first of them a letter or digit",
        ));
    }
    Ok(id.to_owned())
}

/// A name that nothing else of its kind has.
fn new_id<'a>(
    entry: &Entry<'_>,
    kind: &str,
    mut known: impl Iterator<Item = &'a str>,
) -> Result<String, FileError> {
    let id = entry.text()?;
    if id.is_empty() || known.any(|other| other == id) {
        return Err(entry.error(format!("each {kind} needs a name of its own, not {id:?}")));
    }
    Ok(id.to_owned())
}

/// A step that stands before.
fn earlier_step(entry: &Entry<'_>, template: &Template) -> Result<usize, FileError> {
    let number = entry.text()?;
    template
        .step(number)
        .ok_or_else(|| entry.error(format!("there is no step {number:?} before this one")))
}
