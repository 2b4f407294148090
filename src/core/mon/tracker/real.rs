//! Real numbers, where Ceph keeps doubles.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Sub};

use crate::mon::decision::Value;
use crate::mon::time::Span;

/// A real number that Ceph keeps as a double: a score, a sum or a difference of scores, or a length of time.
///
/// Kept as the double's bits, so that equal means equal to the last bit and whatever holds one can be compared and
/// hashed. Never a negative zero. Nothing outside this module calculates with floats.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Real(u64);

impl Real {
    /// 0
    pub const ZERO: Self = Self(0);
    /// 1: the score of a link that never failed.
    pub const ONE: Self = Self(1.0_f64.to_bits());
    /// -1: the score of a monitor that must not lead.
    pub const DISALLOWED: Self = Self((-1.0_f64).to_bits());

    /// This double.
    #[must_use]
    pub const fn of(double: f64) -> Self {
        // Makes 0 of a negative zero and leaves everything else as it is.
        Self((double + 0.0).to_bits())
    }

    /// As a double.
    #[must_use]
    pub const fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// A length of time in seconds.
    #[must_use]
    pub const fn seconds(span: Span) -> Self {
        Self::of(span.0 as f64 / 1e6)
    }

    /// So many parts of so many: `parts(5, 10_000)` is Ceph's 0.0005, to the bit.
    #[must_use]
    pub const fn parts(some: u64, all: u64) -> Self {
        Self::of(some as f64 / all as f64)
    }

    /// In billionths, rounded: what steps carry and pages show.
    #[must_use]
    pub const fn billionths(self) -> i64 {
        let scaled = self.get() * 1e9;
        // A cast cuts off; half a unit outwards first makes it round.
        (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i64
    }
}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.get().partial_cmp(&other.get())
    }
}

impl Add for Real {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::of(self.get() + other.get())
    }
}

impl Sub for Real {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::of(self.get() - other.get())
    }
}

/// In billionths: printing a double costs a page more than it is worth.
impl fmt::Debug for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}e-9", self.billionths())
    }
}

impl Value for Real {
    fn value(self) -> i64 {
        self.billionths()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billionths_round_to_the_nearest() {
        assert_eq!(Real::parts(5, 10_000).billionths(), 500_000);
        assert_eq!(Real::of(0.3).billionths(), 300_000_000);
        assert_eq!(Real::DISALLOWED.billionths(), -1_000_000_000);
        assert_eq!(Real::seconds(Span(1_350_000)), Real::of(1.35));
    }

    #[test]
    fn a_negative_zero_is_zero() {
        assert_eq!(Real::of(-0.0), Real::ZERO);
        assert!(Real::ONE - Real::ONE <= Real::ZERO);
    }
}
