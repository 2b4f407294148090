//! The cluster of a scenario at 0 s: what is on everybody's disk.

use std::sync::Arc;

use super::{Process, World};
use crate::mon::branch::BRANCHES;
use crate::mon::effect::Outcome;
use crate::mon::feature::Release;
use crate::mon::monitor::{Settings, Store};
use crate::mon::monmap::{Addr, Member, Name, NameSet, Rules, Site};
use crate::mon::paxos::PaxosStore;
use crate::mon::sync::SyncStore;
use crate::mon::{MonId, MonMap, Monitor, Options, Rank, RankSet, Span, Time, Timer};
use crate::scenario::{MonSpec, Scenario};
use crate::sim::check::Checker;
use crate::sim::missing::Losses;
use crate::sim::queue::Queue;
use crate::sim::wire::Wire;

/// The election epoch on the disks of an existing cluster, unless the scenario says otherwise.
const STORED_EPOCH: u32 = 2;

/// The cluster's id; there is one cluster in a scenario.
const FSID: u32 = 1;

impl World {
    /// The cluster of a scenario at 0 s: nobody runs, nothing is on its way.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let n = scenario.monitors.len();
        let owners = scenario.by_addr();
        let disks = Disks::of(scenario, &owners);
        let monitors: Vec<Monitor> = (0..n).map(|i| disks.monitor(MonId(i as u8))).collect();
        let version = |m: &Monitor| m.store.paxos.last_committed;
        // What a majority of the seats has was committed.
        let newest = monitors.iter().map(version).filter(|least| {
            let have = monitors.iter().filter(|m| version(m) >= *least).count();
            have > scenario.seats() / 2
        });
        let mut starting_ranks = vec![Rank(0); n];
        for (rank, mon) in scenario.by_rank().into_iter().enumerate() {
            starting_ranks[mon.index()] = Rank(rank as u8);
        }
        let mut checker = Checker::new(&owners, newest.max().unwrap_or(0));
        if scenario.network.session.may_lose() {
            checker.distrust_sessions();
        }
        Self {
            now: Time::ZERO,
            processes: scenario.monitors.iter().map(Process::of).collect(),
            wire: Wire::new(n, &scenario.network, scenario.seed),
            queue: Queue::default(),
            losses: Losses::default(),
            checker,
            checked: true,
            owners,
            starting_ranks,
            monitors,
            groups: Vec::new(),
            last_event: 0,
            next_token: 0,
            next_value: 1,
            hash: 0,
            victories: 0,
            violations: Vec::new(),
            broken: Vec::new(),
            leader: None,
            leaderless_since: Some(Time::ZERO),
            longest_outage: Span::ZERO,
            outages: Span::ZERO,
            last_deed: None,
            outcome: Outcome::default(),
            watch: None,
            watched: None,
        }
    }
}

impl Process {
    fn of(spec: &MonSpec) -> Self {
        Self {
            up: false,
            paused_by: None,
            since: Time::ZERO,
            ended_by: None,
            last_pause: None,
            exited_by: None,
            gave_up_by: None,
            starts: spec.starts,
            seat: spec.seat,
            capable: spec.capable,
            waiting: Vec::new(),
            rank: None,
            terminated_by: None,
            timers: [None; Timer::ALL.len()],
            write: None,
            taken: [0; BRANCHES.len().div_ceil(64)],
        }
    }
}

/// What a scenario puts on the disks.
struct Disks<'a> {
    scenario: &'a Scenario,
    /// The owner of each address.
    owners: &'a [MonId],
    /// The map that those hold who have joined.
    first_map: Arc<MonMap>,
    /// The map that the others were made with, unless they have their own.
    seed_map: Arc<MonMap>,
}

impl<'a> Disks<'a> {
    fn of(scenario: &'a Scenario, owners: &'a [MonId]) -> Self {
        let mut seats = scenario.by_rank();
        seats.truncate(scenario.seats());
        let map = |epoch| Arc::new(map_of(scenario, owners, &seats, epoch));
        Self {
            first_map: map(scenario.monmap_epoch),
            seed_map: map(0),
            scenario,
            owners,
        }
    }

    fn monitor(&self, id: MonId) -> Monitor {
        let spec = &self.scenario.monitors[id.index()];
        let edition = self.scenario.edition;
        let supported = spec.features.unwrap_or(edition.features());
        let required = spec.required_features.unwrap_or(supported);
        let settings = Settings {
            release: spec.release.unwrap_or(least_release(self.scenario)),
            site: site_of(self.scenario, id),
            ..Settings::of(edition)
        };
        let monitor = Monitor::new(
            id,
            addr_of(self.owners, id),
            (supported, required),
            (edition, self.scenario.options),
            self.store(spec),
        );
        monitor.with(settings)
    }

    /// A monitor that never joined has an empty store and a seed map.
    fn store(&self, spec: &MonSpec) -> Store {
        let usual = !self.scenario.is_new() && spec.seat && spec.seed_map.is_empty();
        let joined = spec.joined.unwrap_or(usual);
        let (epoch, version) = if joined { (STORED_EPOCH, 1) } else { (0, 0) };
        let monmap = if !spec.seed_map.is_empty() {
            Arc::new(map_of(self.scenario, self.owners, &spec.seed_map, 0))
        } else if joined {
            Arc::clone(&self.first_map)
        } else {
            Arc::clone(&self.seed_map)
        };
        Store {
            election_epoch: spec.epoch.unwrap_or(epoch),
            scores: None,
            joined,
            monmap,
            paxos: self.versions(spec.last_committed.unwrap_or(version)),
            sync: SyncStore::default(),
        }
    }

    /// Versions up to `last`: the first is the map, the oldest have been trimmed as a leader would have done it.
    fn versions(&self, last: u64) -> PaxosStore {
        if last == 0 {
            return PaxosStore::default();
        }
        let maps = if self.scenario.is_new() {
            Vec::new()
        } else {
            vec![(1, Arc::clone(&self.first_map))]
        };
        PaxosStore {
            first_committed: first_kept(last, &self.scenario.options),
            last_committed: last,
            maps,
            ..PaxosStore::default()
        }
    }
}

fn first_kept(last: u64, options: &Options) -> u64 {
    if last.saturating_sub(1) > options.paxos_min.saturating_add(options.paxos_trim_min) {
        (last - options.paxos_min).max(1)
    } else {
        1
    }
}

fn addr_of(owners: &[MonId], id: MonId) -> Addr {
    let place = owners.iter().position(|owner| *owner == id);
    Addr(place.unwrap_or(id.index()) as u8)
}

fn least_release(scenario: &Scenario) -> Release {
    scenario.min_release.unwrap_or(scenario.edition.release())
}

fn names_of(mons: &[MonId]) -> NameSet {
    let mut names = NameSet::EMPTY;
    for id in mons {
        names.insert(Name(id.0));
    }
    names
}

/// Where a monitor stands: the place of the first one that stands there, too.
fn site_of(scenario: &Scenario, id: MonId) -> Option<Site> {
    let mine = scenario.monitors.get(id.index())?.location.as_deref()?;
    let stands_there = |spec: &MonSpec| spec.location.as_deref() == Some(mine);
    let first = scenario.monitors.iter().position(stands_there)?;
    scenario.edition.has_rules().then_some(Site(first as u8))
}

fn map_of(scenario: &Scenario, owners: &[MonId], members: &[MonId], epoch: u32) -> MonMap {
    let member = |id: &MonId| Member {
        site: site_of(scenario, *id),
        ..Member::new(Name(id.0), addr_of(owners, *id))
    };
    let mut map = MonMap {
        epoch,
        fsid: FSID,
        members: members.iter().map(member).collect(),
        rules: Rules {
            strategy: scenario.strategy,
            disallowed: names_of(&scenario.disallowed),
            tiebreaker: scenario.tiebreaker.map(|id| Name(id.0)),
            marked_down: names_of(&scenario.marked_down),
            min_release: least_release(scenario),
            removed: RankSet::EMPTY,
        },
    };
    map.sort(scenario.edition);
    map
}
