//! The points that messages come from and go to, by the numbers of their endpoints: what an address is that several networks use depends on
//! the realm.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::points::{NOBODY, PointId};

/// Where messages come from and go to, as points.
pub(super) struct Ends {
    /// By number of the endpoint, where its address is used once.
    unique: Vec<PointId>,
    reused: HashMap<(u32, u32), PointId, RandomState>,
}

impl Ends {
    pub(super) fn new(endpoints: usize) -> Self {
        Self {
            unique: vec![NOBODY; endpoints],
            reused: HashMap::default(),
        }
    }

    /// The point of an endpoint in a realm, if messages went from it or to it.
    pub(super) fn get(&self, endpoint: u32, realm: u32) -> Option<PointId> {
        let unique = self.unique.get(endpoint as usize).copied();
        let unique = unique.filter(|point| *point != NOBODY);
        unique.or_else(|| self.reused.get(&(endpoint, realm)).copied())
    }

    /// All that messages went from or to, with the realm where the address is used in several.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, Option<u32>, PointId)> {
        let unique = (0..).zip(&self.unique);
        let unique = unique.filter(|(_, point)| **point != NOBODY);
        let unique = unique.map(|(endpoint, point)| (endpoint, None, *point));
        let reused = self.reused.iter();
        let reused = reused.map(|((endpoint, realm), point)| (*endpoint, Some(*realm), *point));
        unique.chain(reused)
    }

    pub(super) fn set(&mut self, endpoint: u32, realm: u32, reused: bool, point: PointId) {
        if reused {
            self.reused.insert((endpoint, realm), point);
        } else {
            self.unique[endpoint as usize] = point;
        }
    }
}
