//! Paxos' own data: what a monitor keeps on disk, and what it keeps in mind between two messages.
//!
//! The procedures stand in [`monitor::paxos`](super::monitor); values in flight come with the rest of Paxos.

use super::rank::{Rank, RankSet};
use super::time::Time;

/// What Paxos keeps on disk (prefix `paxos`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaxosStore {
    /// The oldest version kept.
    pub first_committed: u64,
    /// The newest version committed.
    pub last_committed: u64,
    /// The last proposal number this monitor drew.
    pub last_pn: u64,
    /// The highest proposal number it promised.
    pub accepted_pn: u64,
}

/// How far Paxos is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not yet (or no longer) sure what is committed.
    #[default]
    Recovering,
    /// Recovered; holds a lease, or grants them.
    Active,
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

/// What Paxos keeps in mind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paxos {
    /// How far it is.
    pub phase: Phase,
    /// A leader's own promise in this round. Its key on disk is not written (COLLECT-4), so it is kept here.
    pub accepted_pn: u64,
    /// How many answered the running collect, the leader included.
    pub num_last: usize,
    /// What those that answered have, ascending by rank.
    pub peers: Vec<PeerVersions>,
    /// When the lease granted or held ends; zero: none.
    pub lease_expire: Time,
    /// Who acked the latest lease, the leader included.
    pub acked_lease: RankSet,
}
