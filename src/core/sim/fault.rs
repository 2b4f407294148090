//! What people do to cluster and network: every action of a scenario, carried out at the present instant.

use super::trace::{Event, EventId, EventKind, Trace};
use super::world::World;
use crate::mon::paxos::PaxosStore;
use crate::mon::{Input, MonId, Time};
use crate::scenario::{Action, BadAction, HealLink, Starts};

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
        action.check(self.monitors.len())?;
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
        match action {
            Action::Boot(mons) => {
                let all = self
                    .ids()
                    .filter(|mon| self.process(*mon).starts == Starts::Up)
                    .collect();
                self.boot(if mons.is_empty() { &all } else { mons }, event, trace);
            }
            Action::Kill(mons) => self.kill(mons, event, trace),
            Action::Restart(mons) => {
                self.kill(mons, event, trace);
                self.boot(mons, event, trace);
            }
            Action::Wipe(mons) => {
                self.kill(mons, event, trace);
                mons.iter().for_each(|mon| self.wipe(*mon));
                self.boot(mons, event, trace);
            }
            Action::Pause(mons) => mons.iter().for_each(|mon| self.pause(*mon, event)),
            Action::Resume(mons) => mons.iter().for_each(|mon| self.resume(*mon)),
            Action::Cut { from, to, both } => self.cut(*from, *to, *both, event),
            Action::Partition(groups) => self.part(groups, event),
            Action::Heal(link) => self.heal(*link),
            Action::Latency { link: None, range } => self.wire.set_latency_everywhere(*range),
            Action::Latency {
                link: Some((a, b)),
                range,
            } => self.wire.set_latency(*a, *b, *range),
            Action::QuorumExit(mon) => self.command(*mon, Input::QuorumExit, event, trace),
            Action::QuorumEnter(mon) => self.command(*mon, Input::QuorumEnter, event, trace),
        }
        self.settle();
        Ok(event)
    }

    fn ids(&self) -> impl Iterator<Item = MonId> + use<> {
        (0..self.monitors.len()).map(|i| MonId(i as u8))
    }

    fn boot(&mut self, mons: &Vec<MonId>, because: EventId, trace: &mut Trace) {
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
        for mon in started {
            let draft = Event {
                cause: Some(because),
                ..self.draft(EventKind::Boot, Some(mon))
            };
            self.handle(mon, Input::Boot, draft, trace);
        }
    }

    fn kill(&mut self, mons: &[MonId], because: EventId, trace: &mut Trace) {
        for mon in mons {
            if self.process(*mon).up {
                self.end_process(*mon, because, trace);
            }
        }
    }

    /// Empties the disk of a process that doesn't run, but for the map it starts from.
    fn wipe(&mut self, mon: MonId) {
        let store = &mut self.monitors[mon.index()].store;
        store.election_epoch = 0;
        store.joined = false;
        store.paxos = PaxosStore::default();
        self.monitors[mon.index()].end();
        self.checker.disk_wiped(mon);
    }

    fn pause(&mut self, mon: MonId, because: EventId) {
        let process = &mut self.processes[mon.index()];
        if process.up && process.paused_by.is_none() {
            process.paused_by = Some(because);
            process.since = self.now;
        }
    }

    fn resume(&mut self, mon: MonId) {
        let now = self.now;
        let process = &mut self.processes[mon.index()];
        let Some(by) = process.paused_by.take() else {
            return;
        };
        process.last_pause = Some((by, now));
        process.since = now;
        let mut waiting = std::mem::take(&mut process.waiting);
        // What falls due later was set aside earlier when it was the queue's next. (A stable sort.)
        waiting.sort_by_key(|(at, _)| *at);
        for (at, due) in waiting {
            self.queue.push(at.max(now), due);
        }
    }

    fn cut(&mut self, from: MonId, to: MonId, both: bool, because: EventId) {
        let now: Time = self.now;
        if from == to {
            return;
        }
        self.wire.cut(now, from, to, because);
        if both {
            self.wire.cut(now, to, from, because);
        }
    }

    fn part(&mut self, groups: &[Vec<MonId>], because: EventId) {
        for (i, group) in groups.iter().enumerate() {
            for other in &groups[i + 1..] {
                for a in group {
                    for b in other {
                        self.cut(*a, *b, true, because);
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
            let out = !self.monitor(mon).elector.participating;
            self.processes[mon.index()].exited_by = out.then_some(event);
        }
    }
}
