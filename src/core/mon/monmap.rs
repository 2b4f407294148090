//! The monitor map: who belongs to the cluster, and in which order.

use super::edition::Edition;
use super::elector::modern::Strategy;
use super::feature::Release;
use super::rank::{Rank, RankSet};
use crate::order;

/// A monitor's name, as a number into the cluster's table of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub u8);

impl Name {
    /// Names from here on stand for "noname-…": members of a seed map of which only the address is known.
    pub const PLACEHOLDERS: u8 = 32;

    /// Does it stand for a name not known yet?
    #[must_use]
    pub const fn is_placeholder(self) -> bool {
        self.0 >= Self::PLACEHOLDERS
    }
}

/// A monitor's address, as its place among all addresses of the document in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Addr(pub u8);

impl Addr {
    /// No address: a member of a seed map of which only the name is known.
    pub const BLANK: Self = Self(63);
}

/// A set of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NameSet(pub u64);

impl NameSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// Adds a name.
    pub const fn insert(&mut self, name: Name) {
        self.0 |= 1 << (name.0 & 63);
    }

    /// Takes a name out.
    pub const fn remove(&mut self, name: Name) {
        self.0 &= !(1 << (name.0 & 63));
    }

    /// Is it a member?
    #[must_use]
    pub const fn contains(self, name: Name) -> bool {
        self.0 & (1 << (name.0 & 63)) != 0
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
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
}

/// A set of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AddrSet(pub u64);

impl AddrSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// Adds an address.
    pub const fn insert(&mut self, addr: Addr) {
        self.0 |= 1 << (addr.0 & 63);
    }

    /// Has it a member in common with the other?
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The members, ascending.
    pub fn iter(self) -> impl Iterator<Item = Addr> {
        RankSet(self.0).iter().map(|bit| Addr(bit.0))
    }
}

/// Where a monitor stands (its `crush_location`, as far as stretch mode divides by it): a place in the cluster's list
/// of sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site(pub u8);

/// By which of the messenger's protocols a monitor is reached at its address. Two entries that differ in this alone are
/// of the same monitor, but a daemon must listen as the map says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocols {
    /// By both.
    #[default]
    Both,
    /// By the old one.
    V1,
    /// By the new one.
    V2,
}

/// An entry of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// The monitor's name.
    pub name: Name,
    /// Its address.
    pub addr: Addr,
    /// How it is reached there.
    pub protocols: Protocols,
    /// Its site; `None`: not said.
    pub site: Option<Site>,
}

impl Member {
    /// An entry of which nothing is known but this.
    #[must_use]
    pub const fn new(name: Name, addr: Addr) -> Self {
        Self {
            name,
            addr,
            protocols: Protocols::Both,
            site: None,
        }
    }
}

/// Sites of which no monitor is in the quorum, and those monitors. (C5)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DeadSites {
    /// One bit for each site.
    sites: u64,
    /// The monitors there.
    pub mons: NameSet,
}

impl DeadSites {
    /// How many sites.
    #[must_use]
    pub const fn len(self) -> usize {
        self.sites.count_ones() as usize
    }

    /// No site at all?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.sites == 0
    }
}

/// A monitor map. A member's place is its rank.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MonMap {
    /// The map's version; not an election epoch. 0 before the cluster exists.
    pub epoch: u32,
    /// Which cluster it belongs to.
    pub fsid: u32,
    /// The members in order of rank.
    pub members: Vec<Member>,
    /// How they elect.
    pub rules: Rules,
}

/// What a map says of elections. In a luminous map everything is as by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rules {
    /// By what rule a leader is chosen.
    pub strategy: Strategy,
    /// Who may not lead. (`disallowed_leaders`)
    pub disallowed: NameSet,
    /// The tiebreaker of a stretch cluster, which may not lead, either; `None`: no stretch cluster.
    pub tiebreaker: Option<Name>,
    /// The monitors of a site that stretch mode gave up: nor may they. (`stretch_marked_down_mons`)
    pub marked_down: NameSet,
    /// What release a monitor must be of at least. (`min_mon_release`)
    pub min_release: Release,
    /// The ranks that left with the latest change, as they were before it. (`removed_ranks`)
    pub removed: RankSet,
}

impl MonMap {
    /// Puts the members into the order of their ranks, where that follows the addresses: an unknown one comes first,
    /// ties go by name.
    pub fn sort(&mut self, edition: Edition) {
        if !edition.ranks_follow_addresses(self.epoch) {
            return;
        }
        let key = |member: &Member| (member.addr != Addr::BLANK, member.addr, member.name);
        order::few(&mut self.members, |a, b| key(a) < key(b));
    }

    /// How many monitors there are (N).
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Has it no member?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many make a majority: more than half.
    #[must_use]
    pub fn majority(&self) -> usize {
        self.members.len() / 2 + 1
    }

    /// The rank of an address; `None`: it is not in the map.
    #[must_use]
    pub fn rank_of_addr(&self, addr: Addr) -> Option<Rank> {
        self.members
            .iter()
            .position(|member| member.addr == addr)
            .map(|place| Rank(place as u8))
    }

    /// The ranks of these names.
    #[must_use]
    pub fn ranks_of(&self, names: NameSet) -> RankSet {
        let members = self.members.iter().zip(0..);
        members
            .filter(|(member, _)| names.contains(member.name))
            .map(|(_, rank)| Rank(rank))
            .collect()
    }

    /// Who may not lead: the disallowed ones and, in a stretch cluster, the tiebreaker and who is marked down. (C4)
    #[must_use]
    pub fn disallowed_leaders(&self) -> RankSet {
        let mut names = self.rules.disallowed;
        if let Some(tiebreaker) = self.rules.tiebreaker {
            names.insert(tiebreaker);
            names = names.or(self.rules.marked_down);
        }
        if names.is_empty() {
            return RankSet::EMPTY;
        }
        self.ranks_of(names)
    }

    /// The rank of a name; `None`: it is not in the map.
    #[must_use]
    pub fn rank_of_name(&self, name: Name) -> Option<Rank> {
        let place = self.members.iter().position(|member| member.name == name);
        place.map(|place| Rank(place as u8))
    }

    /// The sites of a stretch cluster that this quorum has nobody of. (C5) A monitor whose site isn't said is of none.
    #[must_use]
    pub fn dead_sites(&self, quorum: RankSet) -> DeadSites {
        let mut dead = DeadSites::default();
        let members = || self.members.iter().zip(0..);
        let bit = |site: Option<Site>| site.map_or(0, |site| 1 << (site.0 & 63));
        let alive = members()
            .filter(|(_, rank)| quorum.contains(Rank(*rank)))
            .fold(0, |all, (member, _)| all | bit(member.site));
        for (member, _) in members() {
            let site = bit(member.site);
            if site & !alive != 0 {
                dead.sites |= site;
                dead.mons.insert(member.name);
            }
        }
        dead
    }

    /// Those of these monitors that stand at another site than the tiebreaker: at one with data.
    #[must_use]
    pub fn at_data_sites(&self, mons: NameSet) -> NameSet {
        let site_of = |name| self.members.iter().find(|m| m.name == name)?.site;
        let without = self.rules.tiebreaker.and_then(site_of);
        let mut found = NameSet::EMPTY;
        for member in &self.members {
            if mons.contains(member.name) && member.site != without {
                found.insert(member.name);
            }
        }
        found
    }

    /// Is this name in the map?
    #[must_use]
    pub fn has_name(&self, name: Name) -> bool {
        self.members.iter().any(|member| member.name == name)
    }

    /// The address of a rank; `None`: there is no such rank.
    #[must_use]
    pub fn addr(&self, rank: Rank) -> Option<Addr> {
        self.members.get(rank.index()).map(|member| member.addr)
    }

    /// All ranks but this one.
    #[must_use]
    pub fn others(&self, me: Option<Rank>) -> RankSet {
        let mut all = RankSet::below(self.members.len());
        if let Some(me) = me {
            all.remove(me);
        }
        all
    }
}
