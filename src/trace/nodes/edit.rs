//! A node file with one thing changed: what the user wrote beside that, comments and order and all, stays as it is.

use std::ops::Range;

use super::file::tables;
use super::role::Role;
use super::write::{NodeChange, changed, quoted, write_found};
use crate::base::FileError;
use crate::base::written::{Table, Toml};
use crate::trace::Trace;

/// The node file by which the trace was made, with a change; where there was none, one of all nodes.
pub fn changed_node_file(
    trace: &Trace,
    change: &NodeChange,
    file: Option<&str>,
) -> Result<String, FileError> {
    let Some(text) = file else {
        return Ok(changed(trace, change));
    };
    let Some(node) = trace.node(change.node) else {
        return Ok(text.to_owned());
    };
    let file = Toml::parse(text)?;
    let tables = tables(&file)?;
    let said = node.hint_number();
    if let Some(table) = said.and_then(|number| tables.get(number as usize)) {
        return Ok(edited(text, table, change));
    }
    // There is no other key.
    if let Some(list) = file.root().entries().first()
        && tables.iter().all(|table| is_in_brackets(text, table))
    {
        let what = "the nodes are a list in brackets, to which nothing is added: write each of them as [[node]]";
        return Err(list.error(what));
    }
    let mut added = String::from("\n");
    write_found(&mut added, trace, &node, Some(change));
    let end = line_end(text);
    let begun = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        end
    };
    Ok(format!("{text}{begun}{}", added.replace('\n', end)))
}

/// Whether a node is one of `node = [{ ... }]`, not a `[[node]]`.
fn is_in_brackets(text: &str, table: &Table<'_>) -> bool {
    text[table.span().start..].starts_with('{')
}

/// How the last line of a text ends that does.
fn line_end(text: &str) -> &'static str {
    let ended = text.rfind('\n').map_or("", |last| &text[..=last]);
    if ended.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    }
}

fn edited(text: &str, table: &Table<'_>, change: &NodeChange) -> String {
    let label = change.label.as_deref();
    let values = [("label", label), ("role", change.role.map(Role::name))];
    let values = values
        .iter()
        .filter_map(|(key, value)| Some((key, (*value)?)));
    let mut edits: Vec<_> = values
        .map(|(key, value)| edit(text, table, key, &quoted(value)))
        .collect();
    // From the end, so that places stay what they are.
    edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    let mut edited = text.to_owned();
    for (place, new) in edits {
        edited.replace_range(place, &new);
    }
    edited
}

/// What is written where, so that the table has this value.
fn edit(text: &str, table: &Table<'_>, key: &str, value: &str) -> (Range<usize>, String) {
    if let Some(entry) = table.entries().iter().find(|entry| entry.key() == key) {
        return (entry.span(), value.to_owned());
    }
    let start = table.span().start;
    if is_in_brackets(text, table) {
        let at = start + 1;
        return (at..at, format!(" {key} = {value},"));
    }
    // Behind the line of [[node]].
    let line = text[start..].find('\n');
    let at = line.map_or(text.len(), |line| start + line + 1);
    let end = line_end(&text[..at]);
    (at..at, format!("{key} = {value}{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::NodeId;

    /// What becomes of the first node of a file.
    fn changed(text: &str, label: Option<&str>, role: Option<Role>) -> String {
        let change = NodeChange {
            node: NodeId::numbered(1).unwrap(),
            label: label.map(str::to_owned),
            role,
        };
        let file = Toml::parse(text).unwrap();
        edited(text, &tables(&file).unwrap()[0], &change)
    }

    #[test]
    fn a_value_is_replaced_where_it_stands() {
        let text = "# a\n[[node]] # b\nrole = 'UE' # c\n\"label\" = \"\"\"x\"\"\" # d\naddresses = [\"192.0.2.1\"]\n";
        let expected = "# a\n[[node]] # b\nrole = \"AS\" # c\n\"label\" = \"y \\\"z\\\"\" # d\n\
                        addresses = [\"192.0.2.1\"]\n";
        assert_eq!(changed(text, Some("y \"z\""), Some(Role::As)), expected);
    }

    #[test]
    fn what_was_not_said_is_said_first() {
        for (text, expected) in [
            (
                "[[node]]\naddresses = [\"192.0.2.1\"]",
                "[[node]]\nrole = \"AS\"\naddresses = [\"192.0.2.1\"]",
            ),
            (
                "[[node]] # x\r\nlabel = \"a\"\r\naddresses = [\"192.0.2.1\"]\r\n",
                "[[node]] # x\r\nrole = \"AS\"\r\nlabel = \"a\"\r\naddresses = [\"192.0.2.1\"]\r\n",
            ),
            (
                "node = [\n  { addresses = [\"192.0.2.1\"] }, # x\n]\n",
                "node = [\n  { role = \"AS\", addresses = [\"192.0.2.1\"] }, # x\n]\n",
            ),
        ] {
            assert_eq!(changed(text, None, Some(Role::As)), expected);
        }
    }

    #[test]
    fn both_can_be_said_at_once() {
        let text = "[[node]]\naddresses = [\"192.0.2.1\"]\n[[node]]\naddresses = [\"192.0.2.2\"]\n";
        let changed = changed(text, Some("a"), Some(Role::As));
        let hints = crate::trace::read_node_file(&changed).unwrap();
        assert_eq!(
            (hints[0].label.as_deref(), hints[0].role),
            (Some("a"), Some(Role::As))
        );
        assert_eq!((hints[1].label.as_deref(), hints[1].role), (None, None));
    }
}
