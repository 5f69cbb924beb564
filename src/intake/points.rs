//! The places where traffic was captured: streams and fragments go on from file to file of one, and are never mixed with those of another.

use std::cmp::Reverse;

use crate::base::Timestamp;
use crate::transport::Assembly;

use super::Job;

/// A place where traffic was captured: one file, or the files of a rotated set one after the other.
pub(super) struct CapturePoint {
    pub(super) number: u32,
    pub(super) assembly: Assembly,
    pub(super) ends: Option<Timestamp>,
    name: String,
}

/// All of them that may go on: a file continues a capture point only if it begins after that one's last file ended.
#[derive(Default)]
pub(super) struct CapturePoints(Vec<CapturePoint>);

impl CapturePoint {
    fn new(number: u32, name: String, job: &Job) -> Self {
        Self {
            number,
            assembly: Assembly::new(&job.limits),
            ends: None,
            name,
        }
    }
}

impl CapturePoints {
    /// The one that a file with this name goes on with, or else a new one with this number.
    pub(super) fn take_for(
        &mut self,
        name: String,
        begins: Option<Timestamp>,
        number: u32,
        job: &Job,
    ) -> CapturePoint {
        let alike = |other: &str| {
            let same = name.chars().zip(other.chars());
            same.take_while(|(a, b)| a == b).count()
        };
        let candidates = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, point)| point.ends.is_some() && point.ends <= begins);
        let best = candidates
            .max_by_key(|(index, point)| (alike(&point.name), point.ends, Reverse(*index)));
        match best.map(|(index, _)| index) {
            Some(index) => {
                let mut point = self.0.remove(index);
                point.name = name;
                point
            }
            None => CapturePoint::new(number, name, job),
        }
    }

    /// The one with this number.
    pub(super) fn take(&mut self, number: u32, job: &Job) -> CapturePoint {
        let place = self.0.iter().position(|point| point.number == number);
        match place {
            Some(place) => self.0.remove(place),
            None => CapturePoint::new(number, String::new(), job),
        }
    }

    pub(super) fn put_back(&mut self, point: CapturePoint) {
        self.0.push(point);
    }

    /// Takes out those that nothing can continue that begins at this time.
    pub(super) fn take_over(&mut self, begins: Option<Timestamp>, job: &Job) -> Vec<CapturePoint> {
        let over = |point: &mut CapturePoint| match (begins, point.ends) {
            (Some(begins), Some(ends)) => {
                begins.nanos().saturating_sub(ends.nanos()) > job.limits.stream_age
            }
            _ => point.ends.is_none(),
        };
        self.0.extract_if(.., over).collect()
    }

    pub(super) fn take_all(self) -> Vec<CapturePoint> {
        self.0
    }
}
