//! The features that monitors may support and require, by name, and the releases.
//!
//! Ceph has some sixty bits; those that an election can fail by are the releases'. What the messenger's handshake
//! offers (`server-…`) is compared first (PROPOSE-2), what the monmap requires afterwards (PROPOSE-3). Modern monitors
//! compare releases, too (B3-3), and ping each other only when everybody in the quorum can (`elector-pinging`).

use std::fmt;

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
    mon("mimic", 4),
    mon("nautilus", 8),
    mon("octopus", 16),
    mon("pacific", 32),
    mon("elector-pinging", PINGING),
];

/// The monitor feature without which nobody is pinged.
pub const PINGING: u64 = 64;

impl Features {
    /// None at all.
    pub const NONE: Self = Self { con: 0, mon: 0 };

    /// All that a monitor of luminous has.
    pub const LUMINOUS: Self = Self { con: 7, mon: 3 };

    /// All there are.
    pub const ALL: Self = Self { con: 7, mon: 127 };

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

/// A release of Ceph, by its number: 12 is luminous, 0 one that isn't said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(pub u8);

/// The names of the releases from luminous on.
pub const RELEASES: &[&str] = &[
    "luminous", "mimic", "nautilus", "octopus", "pacific", "quincy", "reef", "squid", "tentacle",
];

impl Release {
    /// The first one that is known here: the edition of that name.
    pub const LUMINOUS: Self = Self(12);

    /// That of the real clusters to which the simulated one is compared: the first with strategies, pings and scores.
    pub const PACIFIC: Self = Self(16);

    /// How many releases behind its own a monitor can still start from.
    const UPGRADES_ACROSS: u8 = 2;

    /// The release of that name, or number.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        let first = Self::LUMINOUS.0;
        let place = RELEASES.iter().position(|name| *name == word);
        let number = || word.parse().ok().and_then(|n: u8| n.checked_sub(first));
        let place = place.or_else(|| number().map(usize::from))?;
        (place < RELEASES.len()).then(|| Self(first + place as u8))
    }

    /// Its name; empty for one that isn't known here.
    #[must_use]
    pub fn name(self) -> &'static str {
        let place = self.0.wrapping_sub(Self::LUMINOUS.0);
        RELEASES.get(usize::from(place)).copied().unwrap_or("")
    }

    /// Can a monitor of this release start in a cluster whose monmap asks for at least `oldest`?
    #[must_use]
    pub const fn upgrades_from(self, oldest: Self) -> bool {
        oldest.0 == 0 || oldest.0 + Self::UPGRADES_ACROSS >= self.0
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_names_and_numbers() {
        for (place, name) in RELEASES.iter().enumerate() {
            let release = Release(12 + place as u8);
            assert_eq!(release.name(), *name);
            assert_eq!(Release::find(name), Some(release));
            assert_eq!(Release::find(&release.0.to_string()), Some(release));
        }
        for word in ["", "jewel", "11", "21", "-1", "pacifi"] {
            assert_eq!(Release::find(word), None, "{word}");
        }
        assert!(Release::PACIFIC.upgrades_from(Release(14)));
        assert!(!Release::PACIFIC.upgrades_from(Release(13)));
        assert!(Release::PACIFIC.upgrades_from(Release::default()));
    }

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
