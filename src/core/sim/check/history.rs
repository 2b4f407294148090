//! What the cluster as a whole has committed, and by whom: the part of the checker that compares monitors.

use std::collections::VecDeque;

use super::victories;
use crate::mon::effect::Effect;
use crate::mon::monmap::AddrSet;
use crate::mon::paxos::{Accepted, Value};
use crate::mon::{MonId, Monitor, RankSet};

/// How many of the latest versions and quorums are remembered. A version is committed again only by a leader that found
/// it uncommitted, and so is one of the latest.
const REMEMBERED: usize = 16;

/// What a monitor was last seen to hold.
#[derive(Clone, Debug, Default)]
struct Held {
    last_committed: u64,
    /// What it accepted last.
    accepted: Option<Accepted>,
}

/// The history of a run.
#[derive(Clone, Debug)]
pub(super) struct History {
    held: Vec<Held>,
    /// The highest version ever committed.
    newest: u64,
    /// The latest versions with what they hold.
    versions: VecDeque<(u64, Value)>,
    /// The latest quorums, with the epoch of their monmap.
    quorums: VecDeque<(u32, AddrSet)>,
}

impl History {
    /// For this many monitors, of which a majority has versions up to `newest`.
    pub(super) fn new(monitors: usize, newest: u64) -> Self {
        Self {
            held: vec![Held::default(); monitors],
            newest,
            versions: VecDeque::new(),
            quorums: VecDeque::new(),
        }
    }

    /// SAFE-8: everybody accepted what is committed, it stays, and nobody loses it but by a copy that wipes first.
    pub(super) fn commits_hold(
        &mut self,
        m: &Monitor,
        effects: &[Effect],
        owner: impl Fn(crate::mon::monmap::Addr) -> Option<MonId>,
    ) -> bool {
        let copying = m.store.sync.in_sync;
        let held = &self.held[m.id.index()];
        let mut holds = copying || m.store.paxos.last_committed >= held.last_committed;
        for effect in effects {
            let Effect::Committed { version, value, by } = effect else {
                continue;
            };
            let others = by.iter().filter(|addr| *addr != m.addr).filter_map(&owner);
            holds &= others
                .map(|peer| &self.held[peer.index()])
                .all(|peer| has(peer, *version, value));
            holds &= self.stays(*version, value);
        }
        holds
    }

    fn stays(&mut self, version: u64, value: &Value) -> bool {
        if let Some((_, known)) = self.versions.iter().find(|(known, _)| *known == version) {
            return known == value;
        }
        if version <= self.newest {
            return false;
        }
        self.newest = version;
        push(&mut self.versions, (version, value.clone()));
        true
    }

    /// SAFE-10: two quorums of the same monmap have a member in common.
    pub(super) fn quorums_meet(&mut self, m: &Monitor, effects: &[Effect]) -> bool {
        let mut holds = true;
        for (_, quorum) in victories(effects).filter(|_| m.monmap.epoch > 0) {
            let (epoch, members) = (m.monmap.epoch, addresses(m, quorum));
            holds &= self
                .quorums
                .iter()
                .all(|(other, quorum)| *other != epoch || quorum.meets(members));
            push(&mut self.quorums, (epoch, members));
        }
        holds
    }

    pub(super) fn remember(&mut self, m: &Monitor) {
        let (held, paxos) = (&mut self.held[m.id.index()], &m.store.paxos);
        held.last_committed = paxos.last_committed;
        if paxos.accepted.is_some() && paxos.accepted != held.accepted {
            held.accepted.clone_from(&paxos.accepted);
        }
    }
}

fn has(peer: &Held, version: u64, value: &Value) -> bool {
    let accepted = peer.accepted.as_ref();
    peer.last_committed >= version
        || accepted.is_some_and(|kept| kept.version == version && kept.value == *value)
}

fn addresses(m: &Monitor, quorum: RankSet) -> AddrSet {
    let mut all = AddrSet::EMPTY;
    for addr in quorum.iter().filter_map(|rank| m.monmap.addr(rank)) {
        all.insert(addr);
    }
    all
}

fn push<T>(latest: &mut VecDeque<T>, one: T) {
    if latest.len() == REMEMBERED {
        latest.pop_front();
    }
    latest.push_back(one);
}
