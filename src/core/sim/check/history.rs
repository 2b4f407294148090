//! SAFE-8 to 10: what the cluster as a whole has committed, by whom, and under which numbers.

use std::collections::VecDeque;

use super::{Look, Property, Report, Seen};
use crate::mon::effect::{Effect, Write};
use crate::mon::monmap::{Addr, AddrSet};
use crate::mon::paxos::{Accepted, Value};
use crate::mon::{MonId, Monitor, RankSet};
use crate::sim::trace::EventId;

/// How many of the latest versions and quorums are remembered. A version is committed again only by a leader that found
/// it uncommitted, and so is one of the latest.
const REMEMBERED: usize = 16;

/// What a monitor was last seen to hold.
#[derive(Clone, Debug, Default)]
struct Held {
    last_committed: u64,
    /// Since which event.
    since: Option<EventId>,
    /// What it accepted last.
    accepted: Option<Accepted>,
}

/// A version that was committed.
#[derive(Clone, Debug)]
struct Version {
    number: u64,
    value: Value,
    event: EventId,
}

/// A quorum that was declared.
#[derive(Clone, Copy, Debug)]
struct Quorum {
    map_epoch: u32,
    members: AddrSet,
    event: EventId,
}

/// The history of a run.
#[derive(Clone, Debug)]
pub(super) struct History {
    held: Vec<Held>,
    /// The highest version ever committed.
    newest: u64,
    /// The latest versions with what they hold.
    versions: VecDeque<Version>,
    /// The latest quorums.
    quorums: VecDeque<Quorum>,
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

    /// This monitor has nothing any more.
    pub(super) fn forget(&mut self, mon: MonId) {
        self.held[mon.index()] = Held::default();
    }

    pub(super) fn check(
        &mut self,
        look: &Look<'_>,
        amnesia: bool,
        owner: impl Fn(Addr) -> Option<MonId>,
        report: &mut Report<'_>,
    ) {
        let found = &mut Report(&mut Vec::new());
        self.kept(look, found);
        self.commits(look, owner, found);
        self.quorums_meet(look, found);
        if !amnesia {
            report.0.append(found.0);
        }
    }

    /// SAFE-8: nobody loses what was committed but by a copy that wipes first, and all hold the same.
    fn kept(&self, look: &Look<'_>, report: &mut Report<'_>) {
        let paxos = &look.m.store.paxos;
        let held = &self.held[look.m.id.index()];
        if paxos.last_committed == held.last_committed {
            return;
        }
        let grows = paxos.last_committed > held.last_committed;
        let copying = look.m.store.sync.in_sync;
        report.unless(grows || copying, Property::Committed, held.since);
        for version in &self.versions {
            let Value::Monmap(map) = &version.value else {
                continue;
            };
            let here = paxos
                .maps
                .iter()
                .find(|(number, _)| *number == version.number);
            let same = here.is_none_or(|(_, here)| here == map);
            report.unless(same, Property::Committed, Some(version.event));
        }
    }

    /// SAFE-8: everybody accepted what is committed, and it stays.
    fn commits(
        &mut self,
        look: &Look<'_>,
        owner: impl Fn(Addr) -> Option<MonId>,
        report: &mut Report<'_>,
    ) {
        for effect in look.effects_if(look.commit) {
            let Effect::Committed { version, value, by } = effect else {
                continue;
            };
            let others = by.iter().filter(|addr| *addr != look.m.addr);
            for peer in others.filter_map(&owner) {
                let held = &self.held[peer.index()];
                report.unless(has(held, *version, value), Property::Committed, held.since);
            }
            self.stays(*version, value, look.event.id, report);
        }
    }

    fn stays(&mut self, number: u64, value: &Value, event: EventId, report: &mut Report<'_>) {
        let known = self.versions.iter().find(|known| known.number == number);
        if let Some(known) = known {
            report.unless(
                known.value == *value,
                Property::Committed,
                Some(known.event),
            );
            return;
        }
        report.unless(number > self.newest, Property::Committed, None);
        self.newest = self.newest.max(number);
        let value = value.clone();
        push(
            &mut self.versions,
            Version {
                number,
                value,
                event,
            },
        );
    }

    /// SAFE-10
    fn quorums_meet(&mut self, look: &Look<'_>, report: &mut Report<'_>) {
        let map_epoch = look.m.monmap.epoch;
        // Who founds a cluster may have a map of its own.
        for (_, quorum) in look.victories().filter(|_| map_epoch > 0) {
            let members = addresses(look.m, quorum);
            let apart =
                |other: &&Quorum| other.map_epoch == map_epoch && !other.members.meets(members);
            if let Some(other) = self.quorums.iter().find(apart) {
                report.unless(false, Property::QuorumsMeet, Some(other.event));
            }
            push(
                &mut self.quorums,
                Quorum {
                    map_epoch,
                    members,
                    event: look.event.id,
                },
            );
        }
    }

    pub(super) fn remember(&mut self, look: &Look<'_>) {
        let paxos = &look.m.store.paxos;
        let held = &mut self.held[look.m.id.index()];
        if held.last_committed != paxos.last_committed {
            held.last_committed = paxos.last_committed;
            held.since = Some(look.event.id);
        }
        if paxos.accepted.is_some() && paxos.accepted != held.accepted {
            held.accepted.clone_from(&paxos.accepted);
            held.since = Some(look.event.id);
        }
    }
}

/// SAFE-9. A copy that wipes first brings the provider's numbers with it.
pub(super) fn numbers(look: &Look<'_>, seen: &Seen, report: &mut Report<'_>) {
    let paxos = &look.m.store.paxos;
    let (mut drawn, since) = seen.last_pn;
    if paxos.last_pn == drawn && paxos.accepted_pn == seen.accepted_pn {
        return;
    }
    let mut holds = paxos.last_pn >= drawn && paxos.accepted_pn >= seen.accepted_pn;
    // The rank may change while the input is handled.
    let ranks = [look.m.rank, seen.rank].map(|rank| rank.map(|rank| u64::from(rank.0)));
    for effect in look.effects {
        if let Effect::Persist(Write::LastPn(pn)) = effect {
            holds &= *pn > drawn && ranks.contains(&Some(pn % 100));
            drawn = *pn;
        }
    }
    let copying = look.m.store.sync.in_sync;
    report.unless(holds || copying, Property::ProposalNumbers, since);
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
