//! Numbers that look random and are the same for the same seed on every machine: tags, branches and Call-IDs of a flow that is
//! played several times have to differ, and the capture has to be reproducible byte for byte.

/// A generator (SplitMix64), one for each run.
pub(super) struct Random(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// That of one run.
    pub(super) fn new(seed: u64, run: u64) -> Self {
        let mut of_seed = Self(seed);
        let base = of_seed.next();
        Self(base ^ run.wrapping_mul(GOLDEN))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of this range.
    pub(super) fn between(&mut self, least: u32, most: u32) -> u32 {
        let width = u64::from(most.saturating_sub(least)) + 1;
        least + (self.next() % width) as u32
    }

    /// Letters and digits that name something.
    pub(super) fn token(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let letter = |random: &mut Self| char::from(LETTERS[(random.next() % 36) as usize]);
        (0..length).map(|_| letter(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of SplitMix64 from 1234567, as its reference implementation gives them.
    #[test]
    fn numbers_are_those_of_the_published_generator() {
        let mut random = Random(1_234_567);
        let numbers = [random.next(), random.next(), random.next()];
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn runs_differ() {
        let tokens: std::collections::BTreeSet<_> =
            (0..1000).map(|run| Random::new(1, run).token(10)).collect();
        assert_eq!(tokens.len(), 1000);
    }
}
