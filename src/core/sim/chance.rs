//! Chance, seeded: one generator split into streams, so that one fault does not reshuffle unrelated latencies.
//!
//! The engine is PCG-32, whose values are pinned by a test here; only the sampling below is ours, because the
//! samplers of general-purpose crates may change between releases and a shared run must replay for years.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

use crate::mon::{MonId, Span};
use crate::scenario::Share;

/// What a stream is for; a new purpose takes a new number and leaves the others' values alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// How long a message takes on a link.
    Latency = 1,
    /// Which messages of a lossy link are lost or doubled.
    Loss = 2,
    /// What happens to the session of a link that is a messenger's.
    Session = 3,
}

/// A stream of chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chance(Pcg32);

impl Chance {
    /// The stream of a link and a purpose under a seed.
    #[must_use]
    pub fn of_link(seed: u64, purpose: Purpose, from: MonId, to: MonId) -> Self {
        let label = (purpose as u64) << 32 | u64::from(from.0) << 16 | u64::from(to.0);
        Self(Pcg32::new(scatter(seed ^ scatter(label)), label))
    }

    /// A number below `n`, every one equally likely; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        if n <= 1 {
            return 0;
        }
        // Values from the incomplete last stretch would favour small numbers: draw again.
        let fair = u64::MAX - u64::MAX % n;
        loop {
            let drawn = u64::from(self.0.next_u32()) << 32 | u64::from(self.0.next_u32());
            if drawn < fair {
                return drawn % n;
            }
        }
    }

    /// Does something happen that happens in this share of all cases?
    pub fn hits(&mut self, share: Share) -> bool {
        share > Share::NONE && self.below(Share::ALL.0.into()) < share.0.into()
    }

    /// A span from `shortest` to `longest`, both included, in whole microseconds.
    pub fn span(&mut self, shortest: Span, longest: Span) -> Span {
        let width = (longest - shortest).0;
        shortest + Span(self.below(width + 1))
    }
}

/// Spreads close numbers far apart (the finaliser of splitmix64).
const fn scatter(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shared run replays to the same bit for as long as these values stand.
    #[test]
    fn the_first_values_of_a_stream_are_pinned() {
        let mut chance = Chance::of_link(42, Purpose::Latency, MonId(0), MonId(1));
        let drawn: Vec<u64> = (0..4).map(|_| chance.below(1_000_000)).collect();
        assert_eq!(drawn, PINNED);
    }

    const PINNED: [u64; 4] = [522_686, 15_929, 124_215, 53_043];

    #[test]
    fn a_span_keeps_its_bounds() {
        let mut chance = Chance::of_link(7, Purpose::Latency, MonId(2), MonId(1));
        let drawn: Vec<Span> = (0..500).map(|_| chance.span(Span(3), Span(5))).collect();
        for wanted in 3..=5 {
            assert!(drawn.contains(&Span(wanted)));
        }
        assert!(drawn.iter().all(|span| (3..=5).contains(&span.0)));
    }
}
