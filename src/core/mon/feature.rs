//! The features that monitors may support and require, by name.
//!
//! Ceph has some sixty bits; those that an election can fail by are the releases'. What the messenger's handshake
//! offers (`server-…`) is compared first (PROPOSE-2), what the monmap requires afterwards (PROPOSE-3).

use super::message::Features;

/// A feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name in documents.
    pub name: &'static str,
    /// Its bit.
    pub bit: Features,
}

const fn con(name: &'static str, con: u64) -> Named {
    Named {
        name,
        bit: Features { con, mon: 0 },
    }
}

const fn mon(name: &'static str, mon: u64) -> Named {
    Named {
        name,
        bit: Features { con: 0, mon },
    }
}

/// Every feature, in the order in which documents list them.
pub const FEATURES: &[Named] = &[
    con("server-jewel", 1),
    con("server-kraken", 2),
    con("server-luminous", 4),
    mon("kraken", 1),
    mon("luminous", 2),
];

impl Features {
    /// None at all.
    pub const NONE: Self = Self { con: 0, mon: 0 };

    /// All there are.
    pub const ALL: Self = Self { con: 7, mon: 3 };

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            con: self.con & other.con,
            mon: self.mon & other.mon,
        }
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            con: self.con | other.con,
            mon: self.mon | other.mon,
        }
    }

    /// The names of those that have one.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        FEATURES
            .iter()
            .filter(move |feature| self.and(feature.bit) == feature.bit)
            .map(|feature| feature.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_features_have_names_and_their_bits_differ() {
        let mut all = Features::NONE;
        for feature in FEATURES {
            assert_eq!(all.and(feature.bit), Features::NONE, "{}", feature.name);
            all = all.or(feature.bit);
        }
        assert_eq!(all, Features::ALL);
        assert_eq!(Features::ALL.names().count(), FEATURES.len());
    }
}
