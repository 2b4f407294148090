//! What can be seen of the world without touching it.

use std::sync::Arc;

use super::{Arming, Process, Watched, World};
use crate::mon::monmap::Addr;
use crate::mon::{Branch, MonId, MonMap, Monitor, Rank, Span, Time, Timer};
use crate::sim::check::Property;
use crate::sim::trace::EventId;
use crate::sim::wire::{Flight, Wire};

impl World {
    /// The instant it has come to.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }

    /// When the next entry of the queue falls due; `None`: nothing will ever happen by itself.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.queue.peek().map(|(at, _)| at)
    }

    /// The monitors, by identity.
    #[must_use]
    pub fn monitors(&self) -> &[Monitor] {
        &self.monitors
    }

    /// Whose address that is; `None`: nobody's.
    #[must_use]
    pub fn owner(&self, addr: Addr) -> Option<MonId> {
        self.owners.get(addr.0 as usize).copied()
    }

    /// The monitors in the order of their addresses.
    pub fn by_addr(&self) -> impl Iterator<Item = MonId> + '_ {
        self.owners.iter().copied()
    }

    /// The newest monmap that anybody uses, down or not; who has not joined comes after those who have.
    #[must_use]
    pub fn newest_map(&self) -> Option<&Arc<MonMap>> {
        let newest = |m: &&Monitor| (m.has_ever_joined, m.monmap.epoch);
        self.monitors.iter().max_by_key(newest).map(|m| &m.monmap)
    }

    /// The starting rank of a monitor, which names it for good; those without a seat are numbered on.
    #[must_use]
    pub fn starting_rank(&self, mon: MonId) -> Rank {
        self.starting_ranks[mon.index()]
    }

    /// The rank of a monitor in the newest map; `None`: it has no seat there.
    #[must_use]
    pub fn seat_of(&self, mon: MonId) -> Option<Rank> {
        self.newest_map()?.rank_of_addr(self.monitor(mon).addr)
    }

    /// One monitor.
    #[must_use]
    pub fn monitor(&self, mon: MonId) -> &Monitor {
        &self.monitors[mon.index()]
    }

    /// One monitor's process.
    #[must_use]
    pub fn process(&self, mon: MonId) -> &Process {
        &self.processes[mon.index()]
    }

    /// Links and messages on their way.
    #[must_use]
    pub const fn wire(&self) -> &Wire {
        &self.wire
    }

    /// The groups of the partition in force: every link between them is still cut.
    #[must_use]
    pub fn partition(&self) -> &[Vec<MonId>] {
        let cut = |a: MonId, b: MonId| self.wire.link(a, b).cut_by.is_some();
        let holds = self.groups.iter().enumerate().all(|(i, group)| {
            let others = || {
                self.groups
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| *j != i)
                    .flat_map(|(_, other)| other)
            };
            group.iter().all(|a| others().all(|b| cut(*a, *b)))
        });
        if holds { &self.groups } else { &[] }
    }

    /// The monitor in state leader whose whole quorum follows it in its epoch.
    #[must_use]
    pub const fn leader(&self) -> Option<MonId> {
        self.leader
    }

    /// Since when there has been no such leader, while there is none.
    #[must_use]
    pub const fn leaderless_since(&self) -> Option<Time> {
        self.leaderless_since
    }

    /// The longest time without a leader so far, the running one included.
    #[must_use]
    pub fn longest_outage(&self) -> Span {
        self.longest_outage_by(self.now)
    }

    /// The same at an instant between the latest event and the next one: only the running one grows.
    #[must_use]
    pub fn longest_outage_by(&self, at: Time) -> Span {
        let running = self
            .leaderless_since
            .map_or(Span::ZERO, |since| at.since(since));
        self.longest_outage.max(running)
    }

    /// All time without a leader so far, the running stretch included.
    #[must_use]
    pub fn leaderless(&self) -> Span {
        let running = self
            .leaderless_since
            .map_or(Span::ZERO, |since| self.now.since(since));
        self.outages + running
    }

    /// The place of the last action in the run's list, a boot left out, and the time without a leader since then.
    #[must_use]
    pub fn last_deed(&self) -> Option<(u32, Span)> {
        self.last_deed
            .map(|(index, before)| (index, self.leaderless() - before))
    }

    /// How many victories were declared so far.
    #[must_use]
    pub const fn victories(&self) -> u32 {
        self.victories
    }

    /// The properties that were broken, and the events that broke them.
    #[must_use]
    pub fn violations(&self) -> &[(EventId, Property)] {
        &self.violations
    }

    /// Does everybody in this monitor's map hear everybody else in time, and answer? A message on its way for half an
    /// election timer does not: the answer may be as slow.
    pub(in crate::sim) fn is_calm(&self, mon: MonId) -> bool {
        let map = &self.monitor(mon).monmap;
        let ids = || {
            map.members
                .iter()
                .filter_map(|member| self.owner(member.addr))
        };
        let here = |id: MonId| {
            let process = self.process(id);
            process.up && process.paused_by.is_none() && self.monitor(id).elector.participating()
        };
        let cut = |from, to| self.wire.link(from, to).cut_by.is_some();
        ids().all(here)
            && !ids().any(|from| ids().any(|to| cut(from, to)))
            && !self.wire.flights().any(|flight| self.is_late(flight))
    }

    /// Has this message been on its way for half an election timer?
    pub(super) fn is_late(&self, flight: &Flight) -> bool {
        let timeout = self.monitor(flight.to).options.mon_election_timeout;
        self.now.since(flight.sent).0 * 2 >= timeout.0
    }

    /// Was this branch ever taken, by this monitor or by any?
    #[must_use]
    pub fn has_taken(&self, branch: Branch, mon: Option<MonId>) -> bool {
        let (word, bit) = (branch as usize / 64, branch as usize % 64);
        let took = |process: &Process| process.taken[word] >> bit & 1 == 1;
        mon.map_or_else(
            || self.processes.iter().any(took),
            |mon| self.processes.get(mon.index()).is_some_and(took),
        )
    }

    /// The rolling hash of every event so far: two runs with equal hashes are the same run.
    #[must_use]
    pub const fn hash(&self) -> u64 {
        self.hash
    }

    /// The id of the latest event; 0: none yet.
    #[must_use]
    pub const fn last_event(&self) -> u32 {
        self.last_event
    }

    /// Asks to look closely at an event when it comes; used on a clone that replays up to it.
    pub fn watch(&mut self, event: EventId) {
        self.watch = Some(event);
    }

    /// What was seen of the event asked for.
    #[must_use]
    pub fn watched(self) -> Option<Watched> {
        self.watched.map(|watched| *watched)
    }

    /// How a timer was armed, while it runs.
    pub(in crate::sim) fn arming(&self, mon: MonId, timer: Timer) -> Option<Arming> {
        self.processes[mon.index()].timers[timer as usize]
    }

    /// What explains that `mon` heard nothing of `peer` since an instant: a death, a pause or a cut, even one that has
    /// ended since; or that it left the quorum, or went back to probing itself.
    pub(in crate::sim) fn silence_of(
        &self,
        mon: MonId,
        peer: MonId,
        since: (EventId, Time),
    ) -> Option<EventId> {
        let process = self.process(peer);
        let lately = |past: Option<(EventId, Time)>| {
            past.filter(|(_, end)| *end > since.1).map(|(by, _)| by)
        };
        let dead = process
            .ended_by
            .filter(|_| !process.up || process.since > since.1);
        let paused = || process.paused_by.or(lately(process.last_pause));
        let cut = |from, to| {
            let link = self.wire.link(from, to);
            link.cut_by.or(lately(link.last_cut))
        };
        let gave_up = || process.gave_up_by.filter(|by| *by > since.0);
        dead.or_else(paused)
            .or_else(|| cut(peer, mon))
            .or_else(|| cut(mon, peer))
            .or(process.exited_by)
            .or_else(gave_up)
    }
}
