//! What a person knows better of a node: asked for on the spot, and written to the node file.

use super::{App, Screen, Want};
use crate::trace::{Node, NodeChange, NodeId, Role, Trace, changed_node_file, read_node_file};
use crate::tui::page::Target;
use crate::tui::prompt::Purpose;

/// Where nodes are written if no node file was named and nothing else is typed.
const NODE_FILE: &str = "nodes.toml";

impl App {
    /// Asks something about the node that the screen, or its selected line, is about.
    pub(super) fn ask_of_node(&mut self, what: impl Fn(&Node<'_>) -> (Purpose, String)) {
        let world = self.world.as_ref();
        let node = world.and_then(|world| world.trace.node(self.node()?));
        match (node.map(|node| what(&node)), self.reading) {
            (None, _) => self.say("no node is selected here: n shows the nodes"),
            (Some(_), true) => self.say("the inputs are still being read"),
            (Some((purpose, text)), false) => self.ask(purpose, text),
        }
    }

    fn node(&self) -> Option<NodeId> {
        let Screen::Page(_, page) = self.screens.last()? else {
            return None;
        };
        match (page.target(), page.about) {
            (Some(Target::Node(id)), _) | (_, Some(Target::Node(id))) => Some(id),
            _ => None,
        }
    }

    /// The node file with a change; where it is not known where to write it, that is asked.
    pub(super) fn change_node(
        &mut self,
        node: NodeId,
        label: Option<String>,
        role: Option<Role>,
    ) -> Option<Want> {
        let world = self.world.as_ref()?;
        let known = world.trace.node(node)?;
        if known.addresses().is_empty() && known.names().is_empty() {
            self.say("it has no address and no host name by which a node file would find it");
            return None;
        }
        let new = label.as_ref().filter(|label| **label != known.label());
        let file = self.node_text.as_deref();
        let taken = new.and_then(|label| taken(&world.trace, &known, file, label));
        if let Some(taken) = taken {
            self.say(taken);
            return None;
        }
        let change = NodeChange { node, label, role };
        let text = match changed_node_file(&world.trace, &change, self.node_text.as_deref()) {
            Ok(text) => text,
            Err(error) => {
                self.say(error.to_string());
                return None;
            }
        };
        match self.node_file.clone() {
            Some(name) => Some(Want::SaveNodes(text, name)),
            None => {
                self.unsaved = Some(text);
                self.ask(Purpose::NodeFile, NODE_FILE.to_owned());
                None
            }
        }
    }
}

/// Which other node is called so, in the trace or in the node file alone.
fn taken(trace: &Trace, node: &Node<'_>, file: Option<&str>, label: &str) -> Option<String> {
    let mut others = trace.nodes().filter(|other| other.id() != node.id());
    let other = others.find(|other| other.label().eq_ignore_ascii_case(label));
    if let Some(other) = other {
        let number = other.id().number();
        return Some(format!("node {number} is called {label} already"));
    }
    let hints = read_node_file(file?).ok()?.into_iter();
    let own = node.label();
    let mut others = hints
        .filter_map(|hint| hint.label)
        .filter(|other| *other != own);
    let other = others.find(|other| other.eq_ignore_ascii_case(label))?;
    Some(format!(
        "another node of the node file is called {other} already"
    ))
}
