//! Where the requests within the dialogs of a scene have to go, as the trace says (RFC 3261 12.2.1.1). That is found out for all of a
//! call when it is first asked for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::Scene;
use crate::sip::{self, Index};
use crate::trace::{CallId, DialogState, Hop, HopId, Node, Party};

/// What is known of where the dialogs of each call go.
#[derive(Default)]
pub(super) struct Paths<'t>(RefCell<HashMap<CallId, OfCall<'t>, RandomState>>);

/// For the first hop of each request within a dialog.
type OfCall<'t> = Rc<HashMap<HopId, Path<'t>, RandomState>>;

/// The dialog that a request is sent within.
#[derive(Clone)]
pub(in crate::flow::matching) struct Path<'t> {
    /// Its route sets and targets, among all else that its messages say.
    pub(in crate::flow::matching) state: Rc<DialogState<'t>>,
    /// The side that sends it.
    pub(in crate::flow::matching) from: Party,
    /// The user agent at the end of that side.
    pub(in crate::flow::matching) end: Node<'t>,
}

impl<'t> Scene<'t, '_> {
    /// The dialog that a request is sent within which begins with a hop, if the user agent itself sends it.
    pub(in crate::flow::matching) fn path(&self, hop: Hop<'t>) -> Option<Path<'t>> {
        let call = hop.call();
        let known = self.paths.0.borrow().get(&call.id()).cloned();
        let paths = known.unwrap_or_else(|| {
            let found = Rc::new(self.paths_of(hop));
            self.paths.0.borrow_mut().insert(call.id(), found.clone());
            found
        });
        paths.get(&hop.id()).cloned()
    }

    fn paths_of(&self, hop: Hop<'t>) -> HashMap<HopId, Path<'t>, RandomState> {
        let nothing = Index::default();
        let mut paths = HashMap::default();
        for turns in hop.call().turns() {
            let within = || turns.transactions().iter().filter(|one| !one.makes);
            let ends = [Party::Caller, Party::Callee]
                .map(|party| turns.end_of(party, |message| self.sip(message.id())));
            if within().next().is_none() || ends.iter().all(Option::is_none) {
                continue;
            }
            let state = Rc::new(turns.state_of(|message| {
                let sip = self.sip(message.id());
                sip.unwrap_or(sip::Message::indexed(&[], &nothing))
            }));
            for one in within() {
                let end = match one.from {
                    Party::Caller => ends[0],
                    Party::Callee => ends[1],
                };
                let source = one.first.source_node().map(|node| node.id());
                if let Some(end) = end.filter(|end| Some(end.id()) == source) {
                    let path = Path {
                        state: state.clone(),
                        from: one.from,
                        end,
                    };
                    paths.insert(one.first.id(), path);
                }
            }
        }
        paths
    }
}
