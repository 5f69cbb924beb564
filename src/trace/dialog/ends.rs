//! Which nodes are the ends of a dialog.

use super::{Party, Turns};
use crate::sip::{self, Name};
use crate::trace::Node;
use crate::trace::hops::Part;
use crate::trace::view::Message;

impl<'a> Turns<'a> {
    /// The node at the end of one side, if it is known that the user agent itself is there and nobody behind it: the Contact
    /// with which it made the dialog names it. `read` gives what stands in a message, as far as that is known.
    pub fn end_of<'m>(
        &self,
        party: Party,
        read: impl Fn(Message<'a>) -> Option<sip::Message<'m>>,
    ) -> Option<Node<'a>> {
        let made = self.transactions.iter().find(|one| one.makes)?;
        let (told, node) = match party == made.from {
            true => (read(made.first.request()?)?, made.first.source_node()?),
            false => {
                let callee = self.dialog.callee_tag();
                let answers = made.last.messages().filter(|message| {
                    let answers = [Part::Provisional, Part::Final, Part::Late, Part::Second];
                    answers.contains(&message.part()) && message.to_tag() == Some(callee)
                });
                let mut read = answers.filter_map(read);
                (
                    read.find(|answer| answer.has(Name::Contact))?,
                    made.last.destination_node()?,
                )
            }
        };
        let contact = told.address(Name::Contact)?;
        node.is_named_by(&contact.uri()).then_some(node)
    }
}
