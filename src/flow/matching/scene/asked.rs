//! What the requests of a journey ask for, and of what was sent again with credentials: one of them that asks for something else is no
//! other flow, since the others say which it is.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Scene;
use crate::flow::matching::purpose::{has_purpose, purpose};
use crate::flow::template::CHALLENGES;

/// What is asked for in each series of journeys, the next of which repeats what the one before was challenged for.
#[derive(Default)]
pub(super) struct Asked {
    /// The series of each hop that continues none.
    series: HashMap<usize, usize, RandomState>,
    purposes: Vec<Vec<&'static str>>,
}

impl Scene<'_, '_> {
    /// Finds what is asked for.
    pub(super) fn find_asked(&mut self) {
        let mut asked = Asked::default();
        let key = |root: &usize| {
            let hop = self.hops[*root].hop;
            (self.hops[*root].call_id, hop.method_name(), hop.cseq())
        };
        let roots = (0..self.hops.len()).filter(|hop| self.hops[*hop].parent.is_none());
        let mut roots: Vec<usize> = roots
            .filter(|root| has_purpose(self.hops[*root].hop.method_name()))
            .collect();
        roots.sort_by_cached_key(key);
        let mut before = None;
        for attempt in roots.chunk_by(|one, other| key(one) == key(other)) {
            let (call_id, method, _) = key(&attempt[0]);
            if before != Some((call_id, method)) {
                asked.purposes.push(Vec::new());
            }
            let series = asked.purposes.len() - 1;
            for hop in self.tree(attempt) {
                let request = self.hops[hop].request;
                let purpose = request.and_then(|request| purpose(&self.sip(request.id())?));
                asked.purposes[series].extend(purpose);
            }
            asked
                .series
                .extend(attempt.iter().map(|root| (*root, series)));
            let mut statuses = attempt.iter().map(|root| self.hops[*root].hop.status());
            let is_challenged =
                statuses.any(|status| status.is_some_and(|status| CHALLENGES.contains(&status)));
            before = is_challenged.then_some((call_id, method));
        }
        for purposes in &mut asked.purposes {
            purposes.sort_unstable();
            purposes.dedup();
        }
        self.asked = asked;
    }

    /// Whether some request of a hop's series asks for one of these.
    pub(in crate::flow::matching) fn is_asked_for(&self, hop: usize, purposes: &[String]) -> bool {
        let series = self.asked.series.get(&self.hops[hop].root);
        let mut asked = series
            .into_iter()
            .flat_map(|series| &self.asked.purposes[*series]);
        asked.any(|asked| purposes.iter().any(|purpose| purpose == asked))
    }
}
