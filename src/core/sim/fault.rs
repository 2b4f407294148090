//! What people do to cluster and network: every action of a scenario, carried out at the present instant.

use std::sync::Arc;

use super::queue::Due;
use super::trace::{Event, EventId, EventKind, Loss, Trace};
use super::wire::End;
use super::world::World;
use crate::mon::message::Request;
use crate::mon::monitor::Store;
use crate::mon::paxos::PaxosStore;
use crate::mon::sync::SyncStore;
use crate::mon::{Input, MonId, MonMap, State};
use crate::order;
use crate::scenario::{Action, BadAction, HealLink, How, Session, Starts};

impl World {
    /// Does this now; gives the event that records it. What makes no sense at this moment (killing the dead, resuming
    /// what runs, a command to a process that doesn't) is recorded and changes nothing.
    ///
    /// `index` is the action's place in the run's list of actions.
    ///
    /// # Errors
    /// When it can't be meant, whatever the moment; then nothing was changed.
    pub fn act(
        &mut self,
        action: &Action,
        index: u32,
        trace: &mut Trace,
    ) -> Result<EventId, BadAction> {
        action.check(self.monitors.len(), self.wire.session())?;
        let (mon, peer) = action.about();
        let event = self.record(
            Event {
                peer,
                index,
                ..self.draft(EventKind::User, mon)
            },
            trace,
        );
        if !matches!(action, Action::Boot(_)) {
            self.note_deed(index);
        }
        self.checker.disturbed(event);
        match action {
            Action::Boot(mons) => {
                let all: Vec<MonId> = self
                    .ids()
                    .filter(|mon| self.process(*mon).seat)
                    .filter(|mon| self.process(*mon).starts == Starts::Up)
                    .collect();
                self.boot(if mons.is_empty() { &all } else { mons }, event, trace);
            }
            Action::Kill(mons) => self.kill(mons, End::Broken, event, trace),
            Action::KillHost(mons) => self.kill(mons, End::Silent, event, trace),
            Action::Terminate(mons) => {
                mons.iter()
                    .for_each(|mon| self.terminate(*mon, event, trace));
            }
            Action::Restart(mons) => {
                self.kill(mons, End::Broken, event, trace);
                self.boot(mons, event, trace);
            }
            Action::Wipe(mons) => {
                self.kill(mons, End::Broken, event, trace);
                mons.iter().for_each(|mon| self.wipe(*mon));
                self.boot(mons, event, trace);
            }
            Action::Pause(mons) => mons.iter().for_each(|mon| self.pause(*mon, event)),
            Action::Resume(mons) => mons.iter().for_each(|mon| self.resume(*mon, trace)),
            Action::Cut {
                from,
                to,
                both,
                how,
            } => self.cut((*from, *to, *both), *how, event, trace),
            Action::Partition { groups, how } => self.part(groups, *how, event, trace),
            Action::Heal(link) => self.heal(*link),
            Action::Latency { link: None, range } => self.wire.set_latency_everywhere(*range),
            Action::Latency {
                link: Some((a, b)),
                range,
            } => self.wire.set_latency(*a, *b, *range),
            Action::Loss { link, share } => self.wire.set_loss(*link, *share, event),
            Action::Message { message, deed } => {
                self.checker.distrust_sessions();
                let what = (*message, *deed);
                let lost = self.wire.meddle(self.now, what, event, &mut self.queue);
                if let Some(flight) = lost {
                    self.lose_flight(&flight, Loss::ByHand, event, trace);
                }
            }
            Action::Commit { count, mon } => {
                let first = self.next_value;
                self.next_value = first.wrapping_add(*count);
                let count = *count;
                self.ask(*mon, Request::Commit { first, count }, event, trace);
            }
            Action::Add(mon) => {
                let added = self.monitor(*mon);
                let (name, addr, site) = (added.name, added.addr, added.settings.site);
                self.ask(None, Request::Add { name, addr, site }, event, trace);
            }
            Action::Remove(mon) => {
                let name = self.monitor(*mon).name;
                self.ask(None, Request::Remove { name }, event, trace);
            }
            Action::SetStrategy(strategy) => {
                self.ask(None, Request::SetStrategy(*strategy), event, trace);
            }
            Action::Disallow(mon) => self.ask_to_disallow(*mon, false, event, trace),
            Action::Allow(mon) => self.ask_to_disallow(*mon, true, event, trace),
            Action::QuorumExit(mon) => self.command(*mon, Input::QuorumExit, event, trace),
            Action::QuorumEnter(mon) => self.command(*mon, Input::QuorumEnter, event, trace),
        }
        self.settle();
        Ok(event)
    }

    fn ids(&self) -> impl Iterator<Item = MonId> + use<> {
        (0..self.monitors.len()).map(|i| MonId(i as u8))
    }

    pub(super) fn boot(&mut self, mons: &[MonId], because: EventId, trace: &mut Trace) {
        // All of them listen before the first one speaks.
        let mut started = Vec::with_capacity(mons.len());
        for mon in mons {
            let process = &mut self.processes[mon.index()];
            if !process.up {
                process.up = true;
                process.since = self.now;
                started.push(*mon);
            }
        }
        for mon in &started {
            self.wire.started(*mon);
        }
        for mon in started {
            let draft = Event {
                cause: Some(because),
                ..self.draft(EventKind::Boot, Some(mon))
            };
            self.handle(mon, Input::Boot, draft, trace);
        }
    }

    fn kill(&mut self, mons: &[MonId], end: End, because: EventId, trace: &mut Trace) {
        for mon in mons {
            if self.process(*mon).up {
                self.end_process(*mon, end, because, trace);
            }
        }
    }

    /// Empties the disk of a process that doesn't run: it is made anew, with the map it knew as its seed.
    fn wipe(&mut self, mon: MonId) {
        let m = &mut self.monitors[mon.index()];
        let mut seed = MonMap::clone(m.store.latest_map());
        seed.epoch = 0;
        m.store = Store {
            election_epoch: 0,
            scores: None,
            joined: false,
            monmap: Arc::new(seed),
            paxos: PaxosStore::default(),
            sync: SyncStore::default(),
        };
        m.end();
        self.checker.disk_wiped(mon);
    }

    /// SIGTERM; a stopped process sees it when it goes on.
    fn terminate(&mut self, mon: MonId, because: EventId, trace: &mut Trace) {
        let process = &mut self.processes[mon.index()];
        if process.paused_by.is_some() {
            process.terminated_by.get_or_insert(because);
        } else {
            self.command(mon, Input::Terminate, because, trace);
        }
    }

    /// A client asks a monitor; by itself it finds the leader, or else the first one that answers.
    fn ask(&mut self, mon: Option<MonId>, request: Request, because: EventId, trace: &mut Trace) {
        let leading = self
            .monitors
            .iter()
            .filter(|m| m.state == State::Leader)
            .max_by_key(|m| m.elector.epoch());
        let answers = |mon: &MonId| {
            let process = self.process(*mon);
            process.up && process.paused_by.is_none()
        };
        let mon = mon
            .or(self.leader())
            .or(leading.map(|m| m.id).filter(answers))
            .or_else(|| self.by_addr().find(answers));
        if let Some(mon) = mon {
            self.command(mon, Input::Request(request), because, trace);
        }
    }

    fn ask_to_disallow(&mut self, mon: MonId, allow: bool, because: EventId, trace: &mut Trace) {
        let name = self.monitor(mon).name;
        self.ask(None, Request::Disallow { name, allow }, because, trace);
    }

    fn pause(&mut self, mon: MonId, because: EventId) {
        let process = &mut self.processes[mon.index()];
        if process.up && process.paused_by.is_none() {
            process.paused_by = Some(because);
            process.since = self.now;
            self.wire.paused(self.now, mon, true, &mut self.queue);
        }
    }

    fn resume(&mut self, mon: MonId, trace: &mut Trace) {
        let now = self.now;
        let process = &mut self.processes[mon.index()];
        let Some(by) = process.paused_by.take() else {
            return;
        };
        process.last_pause = Some((by, now));
        process.since = now;
        self.wire.paused(now, mon, false, &mut self.queue);
        let mut waiting = std::mem::take(&mut process.waiting);
        // What falls due later was set aside earlier when it was the queue's next; equal times keep their order. Real
        // timers wake before anybody reads what lies in the sockets, and fire though it would have cancelled them.
        let timers_first = self.wire.session() == Session::Messenger;
        let last = |due: &Due| u64::from(timers_first && matches!(due, Due::Arrival { .. }));
        order::by_key(&mut waiting, |(at, due)| last(due) << 63 | at.0);
        let terminated_by = process.terminated_by.take();
        for (at, due) in waiting {
            self.queue.push(at.max(now), due);
        }
        if let Some(because) = terminated_by {
            self.command(mon, Input::Terminate, because, trace);
        }
    }

    fn cut(
        &mut self,
        (from, to, both): (MonId, MonId, bool),
        how: How,
        because: EventId,
        trace: &mut Trace,
    ) {
        if from == to {
            return;
        }
        let back = both.then_some((to, from));
        for (from, to) in [(from, to)].into_iter().chain(back) {
            let lost = self
                .wire
                .cut(self.now, (from, to), how, because, &mut self.queue);
            for flight in lost {
                self.lose_flight(&flight, Loss::Cut, because, trace);
            }
        }
    }

    fn part(&mut self, groups: &[Vec<MonId>], how: How, because: EventId, trace: &mut Trace) {
        for (i, group) in groups.iter().enumerate() {
            for other in &groups[i + 1..] {
                for a in group {
                    for b in other {
                        self.cut((*a, *b, true), how, because, trace);
                    }
                }
            }
        }
        self.groups = groups.to_vec();
    }

    fn heal(&mut self, link: Option<HealLink>) {
        let now = self.now;
        if let Some(HealLink { from, to, both }) = link {
            self.wire.heal(now, from, to, &mut self.queue);
            if both {
                self.wire.heal(now, to, from, &mut self.queue);
            }
            return;
        }
        let cuts: Vec<_> = self.wire.cuts().collect();
        for (from, to) in cuts {
            self.wire.heal(now, from, to, &mut self.queue);
        }
        self.groups.clear();
    }

    fn command(&mut self, mon: MonId, input: Input<'_>, because: EventId, trace: &mut Trace) {
        let process = self.process(mon);
        if process.up && process.paused_by.is_none() {
            let draft = Event {
                cause: Some(because),
                ..self.draft(EventKind::Command, Some(mon))
            };
            let event = self.handle(mon, input, draft, trace);
            let out = !self.monitor(mon).elector.participating();
            self.processes[mon.index()].exited_by = out.then_some(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mon::monmap::Protocols;
    use crate::mon::{Branch, Time};
    use crate::scenario::{Edition, Scenario};

    /// A daemon that listens otherwise than its map says starts anew, and then belongs as before. (BOOT-5b)
    #[test]
    fn a_process_starts_again_in_its_own_place() {
        let mut scenario = Scenario::of(3);
        scenario.edition = Edition::Modern;
        let mut world = World::new(&scenario);
        let mut trace = Trace::default();
        world.monitors[2].settings.protocols = Protocols::V1;
        let booted = world.act(&Action::Boot(Vec::new()), 0, &mut trace);
        assert!(booted.is_ok());
        world.run_until(Time::from_ms(10_000), &mut trace);
        assert!(world.has_taken(Branch::Boot5b, Some(MonId(2))));
        let boots = trace
            .events()
            .iter()
            .filter(|event| event.kind == EventKind::Boot && event.mon == Some(MonId(2)));
        assert_eq!(boots.count(), 2);
        assert_eq!(world.leader(), Some(MonId(0)));
        assert_eq!(world.monitor(MonId(0)).quorum.len(), 3);
        assert_eq!(world.violations(), []);
    }
}
