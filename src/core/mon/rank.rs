//! Who is who: identities, ranks, and sets of them.

use std::fmt;

/// The most monitors a cluster may have here; ranks and identities fit a set of 64 bits with room to spare.
pub const MONITORS_MAX: usize = 31;

/// A monitor's identity: its place in the scenario document. It never changes, unlike rank and address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonId(pub u8);

impl MonId {
    /// As an index into tables by identity.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A monitor's rank: its index in a monmap. Lower wins a classic election. Ceph's -1 is `None` here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(pub u8);

impl Rank {
    /// As an index into a monmap.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A set of ranks (or of anything numbered below 64), iterated in ascending order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RankSet(pub u64);

impl RankSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// The set of ranks below `n`.
    #[must_use]
    pub const fn below(n: usize) -> Self {
        if n >= 64 {
            Self(u64::MAX)
        } else {
            Self((1 << n) - 1)
        }
    }

    /// The set with one member.
    #[must_use]
    pub const fn one(rank: Rank) -> Self {
        Self(1 << (rank.0 & 63))
    }

    /// Adds a rank.
    pub const fn insert(&mut self, rank: Rank) {
        self.0 |= 1 << (rank.0 & 63);
    }

    /// Takes a rank out.
    pub const fn remove(&mut self, rank: Rank) {
        self.0 &= !(1 << (rank.0 & 63));
    }

    /// Is it a member?
    #[must_use]
    pub const fn contains(self, rank: Rank) -> bool {
        self.0 & (1 << (rank.0 & 63)) != 0
    }

    /// How many members it has.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Has it no member?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The same monitors after rank `gone` left the map: it is no member, and whoever was above it moved down by one.
    #[must_use]
    pub const fn closed_up(self, gone: Rank) -> Self {
        if gone.0 >= 64 {
            return self;
        }
        let below = (1 << gone.0) - 1;
        Self(self.0 & below | (self.0 >> 1) & !below)
    }

    /// The lowest member.
    #[must_use]
    pub fn first(self) -> Option<Rank> {
        self.iter().next()
    }

    /// The members in ascending order.
    pub fn iter(self) -> impl Iterator<Item = Rank> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let low = rest.trailing_zeros();
            rest &= rest - 1;
            // A bit's number is below 64.
            Some(Rank(low as u8))
        })
    }
}

impl FromIterator<Rank> for RankSet {
    fn from_iter<I: IntoIterator<Item = Rank>>(ranks: I) -> Self {
        let mut set = Self::EMPTY;
        for rank in ranks {
            set.insert(rank);
        }
        set
    }
}

/// Ranks separated by blanks: `0 1 4`.
impl fmt::Display for RankSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, rank) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{rank}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_that_leaves_moves_the_higher_ones_down() {
        let set: RankSet = [Rank(0), Rank(2), Rank(3), Rank(63)].into_iter().collect();
        assert_eq!(set.closed_up(Rank(2)).to_string(), "0 2 62");
        assert_eq!(set.closed_up(Rank(1)).to_string(), "0 1 2 62");
        assert_eq!(set.closed_up(Rank(63)).to_string(), "0 2 3");
        assert_eq!(set.closed_up(Rank(64)), set);
    }
}
