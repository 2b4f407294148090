//! The cluster and its network at an instant of virtual time, and the one way it goes on: one entry of the queue at a
//! time.

mod look;
mod start;

use super::check::{Broken, Checker, Property};
use super::missing::{self, Class, Losses, Lost};
use super::queue::{Due, Queue};
use super::trace::{Event, EventId, EventKind, Loss, PATH_MAX, Trace};
use super::wire::{End, Flight, Wire};
use crate::mon::branch::BRANCHES;
use crate::mon::decision::Step;
use crate::mon::effect::{Effect, Outcome};
use crate::mon::message::{Body, Message};
use crate::mon::monmap::Addr;
use crate::mon::{Branch, Input, Kind, MonId, Monitor, Rank, RankSet, Span, State, Time, Timer};
use crate::scenario::{Session, Starts};

/// A process, as far as the world knows it.
#[derive(Clone, Debug)]
pub struct Process {
    /// Does it run (paused or not)?
    pub up: bool,
    /// The action that paused it, while it is paused.
    pub paused_by: Option<EventId>,
    /// Since when it is as it is.
    pub since: Time,
    /// What ended it last, if something did; it runs again since `since` when it is up.
    pub ended_by: Option<EventId>,
    /// The pause before, and when it ended.
    pub last_pause: Option<(EventId, Time)>,
    /// The command by which it left the quorum, while it takes no part.
    pub exited_by: Option<EventId>,
    /// The timer that sent it back to probing last.
    pub gave_up_by: Option<EventId>,
    /// Does it take part in a `boot` of everybody?
    pub starts: Starts,
    /// Has it a seat in the first map? (One without takes no part in a `boot` of everybody.)
    pub seat: bool,
    /// May it send election messages?
    pub capable: bool,
    /// What fell or falls due while it is paused, as the queue came to it.
    pub(super) waiting: Vec<(Time, Due)>,
    /// The rank that its messages carry.
    rank: Option<Rank>,
    /// The SIGTERM that a stopped process has not seen yet.
    pub(super) terminated_by: Option<EventId>,
    timers: [Option<Arming>; Timer::ALL.len()],
    /// The commit that is queued for the disk.
    write: Option<Arming>,
    taken: [u64; BRANCHES.len().div_ceil(64)],
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Arming {
    token: u32,
    /// The event whose handling armed it.
    pub(super) by: EventId,
    /// When.
    pub(super) at: Time,
}

/// Everything that is true at an instant. A clone of it is a place to come back to.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) now: Time,
    pub(super) monitors: Vec<Monitor>,
    /// The owner of each address.
    owners: Vec<MonId>,
    /// Everybody's starting rank, numbered on for those without a seat.
    starting_ranks: Vec<Rank>,
    pub(super) processes: Vec<Process>,
    pub(super) wire: Wire,
    pub(super) queue: Queue,
    pub(super) losses: Losses,
    pub(super) checker: Checker,
    /// Are the properties checked as it runs?
    checked: bool,
    /// The groups of the latest partition; whether it still holds, the cuts say.
    pub(super) groups: Vec<Vec<MonId>>,
    last_event: u32,
    next_token: u32,
    /// The number of the next value that somebody wants committed.
    pub(super) next_value: u32,
    hash: u64,
    victories: u32,
    violations: Vec<(EventId, Property)>,
    /// Room for what the checker finds, reused.
    broken: Vec<Broken>,
    leader: Option<MonId>,
    leaderless_since: Option<Time>,
    longest_outage: Span,
    /// All time without a leader, the running stretch left out.
    outages: Span,
    /// The place of the last action in the run's list, and the time without a leader before it.
    last_deed: Option<(u32, Span)>,
    outcome: Outcome,
    /// The event somebody wants to look at, and what was seen of it.
    watch: Option<EventId>,
    watched: Option<Box<Watched>>,
}

/// A monitor before and after it handled an input, with the steps it took.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The monitor before.
    pub before: Monitor,
    /// The monitor after.
    pub after: Monitor,
    /// The steps, with their values.
    pub steps: Vec<Step>,
}

impl World {
    /// Somebody does something now.
    pub(super) fn note_deed(&mut self, index: u32) {
        self.last_deed = Some((index, self.leaderless()));
    }

    /// Switches the checking of properties on or off; it is on from the start, and costs little.
    pub const fn set_checked(&mut self, checked: bool) {
        self.checked = checked;
    }

    // -- going on

    /// Takes the next entry from the queue and handles it; gives its event. `None`: it was nothing that happens to a
    /// monitor, or the queue is empty.
    pub fn step(&mut self, trace: &mut Trace) -> Option<EventId> {
        let (at, due) = self.queue.pop()?;
        self.now = at;
        let event = match due {
            Due::Arrival { slot, .. } => self
                .wire
                .take(slot)
                .map(|flight| self.deliver(&flight, trace)),
            Due::Timer { mon, timer, .. } => Some(self.fire(mon, timer, trace)),
            Due::Write { mon, .. } => Some(self.write(mon, trace)),
            Due::Call { from, to, .. } => {
                self.wire.connect(at, from, to, &mut self.queue);
                None
            }
        };
        self.settle();
        event
    }

    /// Handles everything that falls due up to `until`, which is then the present. However much that is: who plays what
    /// strangers wrote takes single steps, and counts them.
    pub fn run_until(&mut self, until: Time, trace: &mut Trace) {
        while self.next_at().is_some_and(|at| at <= until) {
            self.step(trace);
        }
        self.wait_until(until);
    }

    /// Time goes on, and nothing is handled. What falls due until then is late.
    pub fn wait_until(&mut self, until: Time) {
        self.now = self.now.max(until);
    }

    /// Clears the head of the queue of what was overtaken, and sets aside what waits for a paused process.
    pub(super) fn settle(&mut self) {
        while let Some((at, due)) = self.queue.peek() {
            let live = match due {
                Due::Call { from, to, token } => {
                    if self.wire.is_called(from, to, token) {
                        return;
                    }
                    None
                }
                Due::Arrival { slot, token } => self.wire.receiver(slot, token),
                Due::Timer { mon, timer, token } => {
                    let armed = self.processes[mon.index()].timers[timer as usize];
                    armed
                        .is_some_and(|arming| arming.token == token)
                        .then_some(mon)
                }
                Due::Write { mon, token } => {
                    let queued = self.processes[mon.index()].write;
                    // Something that could not wait may have completed it (MON-WAITWRITE).
                    let writing = self.monitors[mon.index()].paxos.phase.is_writing();
                    queued
                        .is_some_and(|write| writing && write.token == token)
                        .then_some(mon)
                }
            };
            match live {
                Some(mon) if self.processes[mon.index()].paused_by.is_some() => {
                    self.processes[mon.index()].waiting.push((at, due));
                }
                Some(_) => return,
                None => {}
            }
            self.queue.pop();
        }
    }

    fn deliver(&mut self, flight: &Flight, trace: &mut Trace) -> EventId {
        let message = &flight.message;
        let draft = Event {
            cause: Some(flight.sent_by),
            peer: Some(message.from),
            message: Some(message.body.kind()),
            message_epoch: message.body.epoch().unwrap_or(0),
            // One that left the quorum throws election messages away: because of the command.
            missing: self.processes[flight.to.index()]
                .exited_by
                .filter(|_| matches!(message.body, Body::Election(_))),
            ..self.draft(EventKind::Deliver, Some(flight.to))
        };
        let event = self.handle(flight.to, Input::Message(message), draft, trace);
        if self.outcome.path.choices().any(swallows) {
            self.note_loss(event, flight);
        }
        if matches!(message.body, Body::Election(_))
            && (self.is_late(flight) || self.outcome.path.choices().any(refuses))
        {
            self.checker.disturbed(event);
        }
        event
    }

    fn fire(&mut self, mon: MonId, timer: Timer, trace: &mut Trace) -> EventId {
        let armed = self.processes[mon.index()].timers[timer as usize].take();
        let draft = Event {
            cause: armed.map(|arming| arming.by),
            missing: armed.and_then(|arming| missing::explain(self, mon, timer, arming)),
            timer: Some(timer),
            ..self.draft(EventKind::Timer, Some(mon))
        };
        let event = self.handle(mon, Input::Timer(timer), draft, trace);
        let gives_up = !matches!(timer, Timer::Probe | Timer::Ping);
        if gives_up && self.monitors[mon.index()].state == State::Probing {
            self.processes[mon.index()].gave_up_by = Some(event);
        }
        event
    }

    /// The commit that was queued for the disk is written.
    fn write(&mut self, mon: MonId, trace: &mut Trace) -> EventId {
        let queued = self.processes[mon.index()].write.take();
        let draft = Event {
            cause: queued.map(|write| write.by),
            ..self.draft(EventKind::Write, Some(mon))
        };
        self.handle(mon, Input::Written, draft, trace)
    }

    /// Lets a monitor handle an input, records it, and carries out what it asks for.
    pub(super) fn handle(
        &mut self,
        mon: MonId,
        input: Input<'_>,
        draft: Event,
        trace: &mut Trace,
    ) -> EventId {
        let i = mon.index();
        let mut outcome = std::mem::take(&mut self.outcome);
        let before = self
            .watch
            .is_some_and(|event| event.get() == self.last_event + 1)
            .then(|| self.monitors[i].clone());
        self.monitors[i].handle(self.now, input, &mut outcome);
        let m = &self.monitors[i];
        if let Some(before) = before {
            let steps = outcome.path.steps().to_vec();
            self.watched = Some(Box::new(Watched {
                before,
                after: m.clone(),
                steps,
            }));
        }
        let path = short_path(outcome.path.choices());
        for step in outcome.path.steps() {
            self.processes[i].taken[step.branch as usize / 64] |= 1 << (step.branch as usize % 64);
        }
        let active = m.paxos.phase == crate::mon::paxos::Phase::Active;
        let after = Event {
            state: m.state,
            epoch: m.elector.epoch(),
            active,
            path,
            ..draft
        };
        let event = self.record(after, trace);
        let after = Event { id: event, ..after };
        let mut broken = std::mem::take(&mut self.broken);
        if self.checked {
            let m = &self.monitors[i];
            self.checker.observe(m, &after, &outcome, &mut broken);
        }
        self.record_changes(event, &after, trace);
        for effect in outcome.effects.drain(..) {
            self.carry_out(mon, effect, event, trace);
        }
        for found in broken.drain(..) {
            self.record_violation(mon, found, event, trace);
        }
        self.broken = broken;
        self.outcome = outcome;
        if after.state != after.state_before || after.epoch != after.epoch_before {
            self.find_leader();
        }
        event
    }

    fn record_violation(&mut self, mon: MonId, found: Broken, cause: EventId, trace: &mut Trace) {
        let property = found.property;
        if property == Property::OneVictory && !self.is_calm(mon) {
            return;
        }
        let draft = Event {
            cause: Some(cause),
            missing: found.against,
            index: property as u32,
            ..self.draft(EventKind::Violation, Some(mon))
        };
        let violation = self.record(draft, trace);
        self.violations.push((violation, property));
    }

    fn record_changes(&mut self, cause: EventId, after: &Event, trace: &mut Trace) {
        let change = |kind| Event {
            cause: Some(cause),
            missing: None,
            peer: None,
            message: None,
            message_epoch: 0,
            timer: None,
            path: [None; PATH_MAX],
            kind,
            ..*after
        };
        if after.epoch != after.epoch_before {
            self.record(change(EventKind::Epoch), trace);
        }
        if after.state != after.state_before {
            self.record(change(EventKind::State), trace);
        }
    }

    fn carry_out(&mut self, mon: MonId, effect: Effect, cause: EventId, trace: &mut Trace) {
        let i = mon.index();
        match effect {
            Effect::Send { to, body } => self.send(mon, to, body, cause, trace),
            Effect::Arm(timer, length) => {
                let token = self.new_token();
                self.processes[i].timers[timer as usize] = Some(Arming {
                    token,
                    by: cause,
                    at: self.now,
                });
                self.queue
                    .push(self.now + length, Due::Timer { mon, timer, token });
            }
            Effect::Cancel(timer) => self.processes[i].timers[timer as usize] = None,
            // The store is the monitor's own and was written; it takes no time.
            Effect::Persist(_) => {}
            Effect::QueueWrite => {
                let token = self.new_token();
                self.processes[i].write = Some(Arming {
                    token,
                    by: cause,
                    at: self.now,
                });
                self.queue.push(self.now, Due::Write { mon, token });
            }
            // It is for the checker to see.
            Effect::Committed { .. } => {}
            Effect::SpeakAs(rank) => self.processes[i].rank = rank,
            Effect::DropSessions => {
                self.drop_sessions(mon, End::Dropped, Loss::SessionDropped, cause, trace);
            }
            Effect::Victory { epoch, quorum } => {
                self.victories += 1;
                let draft = self.draft(EventKind::Victory, Some(mon));
                self.record(
                    Event {
                        cause: Some(cause),
                        epoch,
                        quorum,
                        ..draft
                    },
                    trace,
                );
            }
            Effect::Exit => {
                let draft = Event {
                    cause: Some(cause),
                    ..self.draft(EventKind::Exit, Some(mon))
                };
                let ended = self.record(draft, trace);
                self.end_process(mon, End::Closed, ended, trace);
            }
            Effect::StartAgain => {
                let draft = Event {
                    cause: Some(cause),
                    ..self.draft(EventKind::Exit, Some(mon))
                };
                let ended = self.record(draft, trace);
                self.end_process(mon, End::Closed, ended, trace);
                self.boot(&[mon], ended, trace);
            }
            Effect::Abort(branch) => {
                let path = short_path(std::iter::once(branch));
                let draft = Event {
                    cause: Some(cause),
                    path,
                    ..self.draft(EventKind::Abort, Some(mon))
                };
                let ended = self.record(draft, trace);
                self.end_process(mon, End::Broken, ended, trace);
            }
        }
    }

    fn new_token(&mut self) -> u32 {
        self.next_token = self.next_token.wrapping_add(1);
        self.next_token
    }

    fn send(&mut self, mon: MonId, to: Addr, body: Body, cause: EventId, trace: &mut Trace) {
        // An address that is nobody's is nobody to send to.
        let Some(receiver) = self.owner(to) else {
            return;
        };
        let m = &self.monitors[mon.index()];
        let message = Message {
            from: mon,
            // The monitor may have another rank by now, when it bootstrapped after this.
            source: self.processes[mon.index()].rank,
            addr: m.addr,
            con_features: m.supported.con,
            from_monitor: true,
            capable: self.processes[mon.index()].capable,
            body,
        };
        let draft = Event {
            cause: Some(cause),
            peer: Some(receiver),
            message: Some(message.body.kind()),
            message_epoch: message.body.epoch().unwrap_or(0),
            ..self.draft(EventKind::Send, Some(mon))
        };
        let sent = self.record(draft, trace);
        let process = &self.processes[receiver.index()];
        let (up, ended_by) = (process.up, process.ended_by);
        let lost = if up || self.wire.session() == Session::Messenger {
            self.wire
                .send(self.now, sent, receiver, message, &mut self.queue)
        } else {
            Some((Loss::PeerDown, None))
        };
        if let Some((loss, because)) = lost {
            let ended = matches!(loss, Loss::PeerDown | Loss::StaleSession);
            let because = because.or(ended_by.filter(|_| ended));
            self.lose(&draft, sent, loss, because, trace);
        }
    }

    /// Records that a message is lost; `sent` is the event of its send, `send` its record.
    fn lose(
        &mut self,
        send: &Event,
        sent: EventId,
        loss: Loss,
        because: Option<EventId>,
        trace: &mut Trace,
    ) {
        let draft = Event {
            kind: EventKind::Drop,
            at: self.now,
            cause: Some(sent),
            missing: because,
            loss: Some(loss),
            ..*send
        };
        let event = self.record(draft, trace);
        self.checker.disturbed(event);
        if let (Some(from), Some(to), Some(kind)) = (send.mon, send.peer, send.message)
            && kind != Kind::Ping
        {
            self.losses.note(Lost {
                event,
                from,
                to,
                class: Class::of(kind),
            });
        }
    }

    fn note_loss(&mut self, event: EventId, flight: &Flight) {
        let class = Class::of(flight.message.body.kind());
        self.losses.note(Lost {
            event,
            from: flight.message.from,
            to: flight.to,
            class,
        });
    }

    /// All sessions of a monitor end, and what was on its way with them.
    pub(super) fn drop_sessions(
        &mut self,
        mon: MonId,
        end: End,
        loss: Loss,
        because: EventId,
        trace: &mut Trace,
    ) {
        for flight in self.wire.end_sessions(self.now, mon, end) {
            self.lose_flight(&flight, loss, because, trace);
        }
    }

    /// Records that a message is lost that was on its way.
    pub(super) fn lose_flight(
        &mut self,
        flight: &Flight,
        loss: Loss,
        because: EventId,
        trace: &mut Trace,
    ) {
        let message = &flight.message;
        let send = Event {
            peer: Some(flight.to),
            message: Some(message.body.kind()),
            message_epoch: message.body.epoch().unwrap_or(0),
            ..self.draft(EventKind::Drop, Some(message.from))
        };
        self.lose(&send, flight.sent_by, loss, Some(because), trace);
    }

    /// A process ends: memory and sessions are gone, the disk stays.
    pub(super) fn end_process(
        &mut self,
        mon: MonId,
        end: End,
        because: EventId,
        trace: &mut Trace,
    ) {
        let i = mon.index();
        let before = self.draft(EventKind::State, Some(mon));
        let process = &mut self.processes[i];
        process.up = false;
        process.paused_by = None;
        process.exited_by = None;
        process.since = self.now;
        process.ended_by = Some(because);
        process.waiting.clear();
        process.rank = None;
        process.terminated_by = None;
        process.write = None;
        process.timers = [None; Timer::ALL.len()];
        self.monitors[i].end();
        self.checker.process_ended(mon);
        let after = Event {
            cause: Some(because),
            state: State::Down,
            epoch: 0,
            active: false,
            ..before
        };
        self.record(after, trace);
        self.drop_sessions(mon, end, Loss::EndDied, because, trace);
        self.find_leader();
    }

    // -- recording

    /// An event about a monitor as it is now, not recorded yet.
    pub(super) fn draft(&self, kind: EventKind, mon: Option<MonId>) -> Event {
        let m = mon.map(|mon| &self.monitors[mon.index()]);
        let (state, epoch) = m.map_or((State::Down, 0), |m| (m.state, m.elector.epoch()));
        Event {
            id: EventId(std::num::NonZeroU32::MIN),
            cause: None,
            missing: None,
            at: self.now,
            kind,
            mon,
            peer: None,
            message: None::<Kind>,
            message_epoch: 0,
            timer: None,
            loss: None,
            state_before: state,
            state,
            epoch_before: epoch,
            epoch,
            active: false,
            quorum: RankSet::EMPTY,
            path: [None; PATH_MAX],
            index: 0,
        }
    }

    /// Gives the event its number, folds it into the hash and hands it to the trace.
    pub(super) fn record(&mut self, draft: Event, trace: &mut Trace) -> EventId {
        self.last_event += 1;
        let id = EventId(
            std::num::NonZeroU32::new(self.last_event).unwrap_or(std::num::NonZeroU32::MAX),
        );
        let event = Event { id, ..draft };
        self.hash = event.fold(self.hash);
        trace.record(event);
        id
    }

    /// Who leads with a whole quorum behind it, and since when nobody does.
    pub(super) fn find_leader(&mut self) {
        self.leader = self.monitors.iter().find(|m| self.leads(m)).map(|m| m.id);
        match (self.leader, self.leaderless_since) {
            (Some(_), Some(since)) => {
                let outage = self.now.since(since);
                self.longest_outage = self.longest_outage.max(outage);
                self.outages = self.outages + outage;
                self.leaderless_since = None;
            }
            (None, None) => self.leaderless_since = Some(self.now),
            _ => {}
        }
    }

    fn leads(&self, leader: &Monitor) -> bool {
        leader.state == State::Leader
            && leader
                .quorum
                .iter()
                .filter(|rank| Some(*rank) != leader.rank)
                .all(|rank| {
                    let peon = leader
                        .monmap
                        .addr(rank)
                        .and_then(|addr| self.owner(addr))
                        .map(|peon| self.monitor(peon));
                    peon.is_some_and(|peon| {
                        peon.state == State::Peon
                            && peon.leader == leader.rank
                            && peon.elector.epoch() == leader.elector.epoch()
                    })
                })
    }
}

/// Does this branch throw a message away that its sender waits to have answered? As good as a loss on the way.
const fn swallows(branch: Branch) -> bool {
    matches!(branch, Branch::Gate2 | Branch::Gate3 | Branch::Dispatch1)
}

/// Does this branch keep an election message from the elector, or its vote from counting?
const fn refuses(branch: Branch) -> bool {
    use Branch as B;
    let unread = matches!(
        branch,
        B::Gate2 | B::Gate3 | B::Dispatch1 | B::Dispatch2 | B::Dispatch3 | B::Dispatch5
    );
    let other_map = matches!(branch, B::Dispatch6 | B::Dispatch7 | B::B2Strategy);
    let unfit = matches!(
        branch,
        B::Propose2 | B::Propose3 | B::Hack4 | B::Hack5 | B::B3Con | B::B3Mon | B::B5Con | B::B5Mon
    );
    unread || other_map || unfit
}

/// A path as an event records it: what is taken again and again (requests that waited for a quorum) is said once.
fn short_path(choices: impl Iterator<Item = Branch>) -> [Option<Branch>; PATH_MAX] {
    let mut path = [None; PATH_MAX];
    let mut length = 0;
    for branch in choices {
        if !path[..length].contains(&Some(branch)) {
            debug_assert!(length < PATH_MAX, "a path that a record can't hold");
            if length < PATH_MAX {
                path[length] = Some(branch);
                length += 1;
            }
        }
    }
    path
}
