//! Paxos' own data: what a monitor keeps on disk, and what it keeps in mind between two messages.
//!
//! The procedures stand beside the monitor: [`paxos`](super::monitor), `recovery`, `commit` and `lease`. What a version
//! holds matters only where the monitors themselves read it: a monmap, or where older versions were trimmed.

use std::collections::VecDeque;
use std::sync::Arc;

use super::monmap::MonMap;
use super::rank::{Rank, RankSet};
use super::time::Time;

/// What a version holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Something of the services', known by a number that no other value has.
    Plain(u32),
    /// A monmap.
    Monmap(Arc<MonMap>),
    /// Versions before this one are forgotten.
    Trim(u64),
}

/// A value accepted under a proposal number, not known to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The version it would have.
    pub version: u64,
    /// The number it was accepted under (`pending_pn`).
    pub pn: u64,
    /// The value.
    pub value: Value,
}

/// What Paxos keeps on disk (prefix `paxos`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaxosStore {
    /// The oldest version kept.
    pub first_committed: u64,
    /// The newest version committed.
    pub last_committed: u64,
    /// The last proposal number this monitor drew.
    pub last_pn: u64,
    /// The highest proposal number it promised.
    pub accepted_pn: u64,
    /// The value stored beyond the last one committed.
    pub accepted: Option<Accepted>,
    /// The monmaps among the versions, ascending.
    pub maps: Maps,
}

/// Monmaps by version, ascending; shared between monitors and messages.
pub type Maps = Vec<(u64, Arc<MonMap>)>;

/// Versions sent from one monitor to another, all up to `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The first version carried.
    pub from: u64,
    /// The last version carried.
    pub to: u64,
    /// The monmaps among them.
    pub maps: Maps,
    /// The oldest version that is kept after applying them.
    pub first_committed: u64,
}

impl Share {
    /// Adds the versions that follow these.
    pub fn extend(&mut self, more: &Self) {
        self.to = more.to;
        self.first_committed = self.first_committed.max(more.first_committed);
        self.maps.extend(more.maps.iter().cloned());
    }
}

impl PaxosStore {
    /// The versions beyond `last`, for one who has those up to it; `None`: there are none.
    #[must_use]
    pub fn share_beyond(&self, last: u64) -> Option<Share> {
        self.share_between(last, self.last_committed)
    }

    /// The versions beyond `last`, up to `to`.
    #[must_use]
    pub fn share_between(&self, last: u64, to: u64) -> Option<Share> {
        let maps = || {
            self.maps
                .iter()
                .filter(|(v, _)| *v > last && *v <= to)
                .cloned()
                .collect()
        };
        (last < to).then(|| Share {
            from: last + 1,
            to,
            maps: maps(),
            first_committed: self.first_committed,
        })
    }

    /// STORE: takes over versions that continue mine; true when that changed something.
    ///
    /// The sender's first version goes with them, as the trims do among which it was set.
    pub fn apply(&mut self, share: &Share) -> bool {
        if share.from > self.last_committed + 1 || share.to <= self.last_committed {
            return false;
        }
        let last = self.last_committed;
        self.maps.extend(
            share
                .maps
                .iter()
                .filter(|(version, _)| *version > last)
                .cloned(),
        );
        self.last_committed = share.to;
        self.first_committed = self.first_committed.max(share.first_committed).max(1);
        self.drop_obsolete();
        true
    }

    /// Commits the next version.
    pub fn commit(&mut self, value: &Value) {
        self.last_committed += 1;
        match value {
            Value::Plain(_) => {}
            Value::Monmap(map) => self.maps.push((self.last_committed, Arc::clone(map))),
            Value::Trim(first) => self.first_committed = self.first_committed.max(*first),
        }
        self.first_committed = self.first_committed.max(1);
        self.drop_obsolete();
    }

    /// The latest monmap committed.
    #[must_use]
    pub fn latest_map(&self) -> Option<&Arc<MonMap>> {
        self.maps.last().map(|(_, map)| map)
    }

    /// The value stored at the version after the last one committed.
    #[must_use]
    pub fn uncommitted(&self) -> Option<&Accepted> {
        self.accepted
            .as_ref()
            .filter(|accepted| accepted.version == self.last_committed + 1)
    }

    fn drop_obsolete(&mut self) {
        if self
            .accepted
            .as_ref()
            .is_some_and(|accepted| accepted.version <= self.last_committed)
        {
            self.accepted = None;
        }
    }
}

/// How far Paxos is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not yet (or no longer) sure what is committed.
    #[default]
    Recovering,
    /// Recovered; holds a lease, or grants them.
    Active,
    /// A value is out for acceptance.
    Updating,
    /// A value that an earlier leader left uncommitted is out for acceptance.
    UpdatingPrevious,
    /// A value that everybody accepted is being written.
    Writing,
    /// The same, for one that an earlier leader left.
    WritingPrevious,
    /// The services read what was committed.
    Refresh,
}

impl Phase {
    /// Is a commit on its way to the disk?
    #[must_use]
    pub const fn is_writing(self) -> bool {
        matches!(self, Self::Writing | Self::WritingPrevious)
    }

    /// Is a value out for acceptance?
    #[must_use]
    pub const fn is_updating(self) -> bool {
        matches!(self, Self::Updating | Self::UpdatingPrevious)
    }
}

/// What a peer said it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerVersions {
    /// Which peer.
    pub peer: Rank,
    /// Its first committed version.
    pub first: u64,
    /// Its last committed version.
    pub last: u64,
}

impl Paxos {
    /// What a process knows that just read its disk.
    #[must_use]
    pub fn of(store: &PaxosStore) -> Self {
        Self {
            accepted_pn: store.accepted_pn,
            ..Self::default()
        }
    }
}

/// What Paxos keeps in mind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paxos {
    /// How far it is.
    pub phase: Phase,
    /// The highest number promised. It begins with what the disk says; a leader's own (COLLECT-4) stays in memory.
    pub accepted_pn: u64,
    /// How many answered the running collect, the leader included.
    pub num_last: usize,
    /// What those that answered have, ascending by rank.
    pub peers: Vec<PeerVersions>,
    /// The value an earlier leader may have left, with the highest number seen.
    pub uncommitted: Option<Accepted>,
    /// The value out for acceptance or being written.
    pub new_value: Option<Value>,
    /// Who accepted it, the leader included.
    pub accepted: RankSet,
    /// When the lease granted or held ends; zero: none.
    pub lease_expire: Time,
    /// Who acked the latest lease, the leader included.
    pub acked_lease: RankSet,
    /// What this leader's services want committed, oldest first.
    pub proposals: VecDeque<Value>,
}
