//! Runs many calls side by side, in the order of their next messages, in constant memory.

use super::*;

/// Runs the sessions side by side, in the order of their next messages.
pub(crate) struct Generator<'a> {
    pub(crate) options: &'a Options,
    pub(crate) random: Random,
    pub(crate) trace: Trace,
    pub(crate) agenda: BinaryHeap<Reverse<(u64, usize)>>,
    pub(crate) slots: Vec<Option<Session>>,
    pub(crate) steps_planned: u64,
    pub(crate) steps_done: u64,
}

impl<'a> Generator<'a> {
    pub(crate) fn new(options: &'a Options, out: Box<dyn Write>) -> io::Result<Self> {
        let mut random = Random(options.seed);
        let agenda = (0..CONCURRENT)
            .map(|slot| {
                Reverse((
                    START + slot as u64 * random.between(20, 60) * MILLISECOND,
                    slot,
                ))
            })
            .collect();
        Ok(Self {
            options,
            trace: Trace::new(options, out, random.next())?,
            random,
            agenda,
            slots: (0..CONCURRENT).map(|_| None).collect(),
            steps_planned: 0,
            steps_done: 0,
        })
    }

    pub(crate) fn run(mut self) -> io::Result<Counts> {
        while let Some(Reverse((now, slot))) = self.agenda.pop() {
            let session = match self.slots[slot].take() {
                Some(session) => session,
                None if self.is_enough() => continue,
                None => self.start(),
            };
            self.advance(now, slot, session)?;
        }
        self.trace.out.flush()?;
        Ok(self.trace.counts)
    }

    pub(crate) fn start(&mut self) -> Session {
        self.trace.counts.calls += 1;
        let session = Session::new(self.options, self.trace.counts.calls, &mut self.random);
        self.steps_planned += session.steps.len() as u64;
        session
    }

    /// Whether what has been written, and what the sessions under way will add, is as much as
    /// was asked for.
    pub(crate) fn is_enough(&self) -> bool {
        let counts = &self.trace.counts;
        let step_size = if self.steps_done == 0 {
            (self.options.message_size + 100) as f64 / (1.0 - self.options.other)
        } else {
            counts.bytes as f64 / self.steps_done as f64
        };
        let bytes = counts.bytes + (self.steps_planned as f64 * step_size) as u64;
        counts.calls > 0
            && (self
                .options
                .calls
                .is_some_and(|limit| counts.calls >= limit)
                || self.options.bytes.is_some_and(|limit| bytes >= limit))
    }

    /// Writes the next step of a session and puts the one after it on the agenda.
    pub(crate) fn advance(
        &mut self,
        now: u64,
        slot: usize,
        mut session: Session,
    ) -> io::Result<()> {
        if let Some(step) = session.steps.next() {
            self.steps_planned -= 1;
            self.steps_done += 1;
            session.perform(now, &step, &mut self.trace)?;
        }
        let next = match session.steps.as_slice().first() {
            Some(step) => {
                let next = now + step.pause;
                self.slots[slot] = Some(session);
                next
            }
            None => {
                session.close(now, &mut self.trace)?;
                now + self.random.between(100, 900) * MILLISECOND
            }
        };
        self.agenda.push(Reverse((next, slot)));
        Ok(())
    }
}
