//! What the strip knows of a run: read once for each event, looked up by time.

use super::scale::{Folding, Stretch};
use crate::mon::{Kind, MonId, State, Time};
use crate::play::is_mark;
use crate::sim::{Event, EventId, EventKind};

/// How many flights share one "latest end": what was sent long before a stretch of time and lands in it is found
/// without looking at everything that lies between.
const BLOCK: usize = 256;

/// From an instant on, a monitor is in this state and epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The instant.
    pub at: Time,
    /// The event that made it so.
    pub event: EventId,
    /// The state.
    pub state: State,
    /// The election epoch.
    pub epoch: u32,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet, as far as is known.
    Flying,
    /// It was handled.
    Landed,
    /// It was lost.
    Lost,
}

/// A message, from its send to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// When it left.
    pub sent: Time,
    /// When it ended; meaningless while it is flying.
    pub end: Time,
    /// The event of its send.
    pub send: EventId,
    /// The event of its end; that of its send while it is flying.
    pub last: EventId,
    /// Its kind.
    pub kind: Kind,
    /// Its sender.
    pub from: MonId,
    /// Its receiver.
    pub to: MonId,
    /// What became of it.
    pub fate: Fate,
}

/// What a marker stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A person or the script did something.
    Deed,
    /// A victory was declared.
    Victory,
    /// A property that must hold was broken.
    Violation,
    /// A process ended by itself.
    End,
}

/// An instant worth finding again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// The event.
    pub event: EventId,
    /// What it stands for.
    pub kind: MarkKind,
    /// Whom it is about.
    pub mon: Option<MonId>,
}

/// What is known of a run, by time.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    read: usize,
    end: Time,
    lanes: Vec<Vec<Step>>,
    flights: Vec<Flight>,
    latest_end: Vec<Time>,
    /// What landed more than once: each time after the first.
    copies: Vec<Flight>,
    marks: Vec<Mark>,
    folding: Folding,
    /// Counts the times that a part of the squeezed scale which was shown already came out differently.
    moved: u32,
}

impl Facts {
    /// Nothing is known yet of a cluster of so many monitors; `folding` says what a usual flight is.
    #[must_use]
    pub fn new(monitors: usize, folding: Folding) -> Self {
        Self {
            lanes: vec![Vec::new(); monitors],
            folding,
            ..Self::default()
        }
    }

    /// How many events it has read.
    #[must_use]
    pub const fn upto(&self) -> usize {
        self.read
    }

    /// The instant of the latest event.
    #[must_use]
    pub const fn end(&self) -> Time {
        self.end
    }

    /// How long flights usually take, and the stretches in which something flies.
    #[must_use]
    pub const fn folding(&self) -> &Folding {
        &self.folding
    }

    /// Changes when a part of the squeezed scale that was there already has moved.
    #[must_use]
    pub const fn moved(&self) -> u32 {
        self.moved
    }

    /// The marks, in order of time.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// How many monitors there are.
    #[must_use]
    pub fn monitors(&self) -> usize {
        self.lanes.len()
    }

    /// What a monitor was from when on, in order of time.
    #[must_use]
    pub fn lane(&self, mon: MonId) -> &[Step] {
        self.lanes.get(mon.index()).map_or(&[], Vec::as_slice)
    }

    /// All messages, in the order in which they were sent.
    #[must_use]
    pub fn flights(&self) -> &[Flight] {
        &self.flights
    }

    /// The messages on their way at some instant from `from` to `to`, in the order in which they were sent.
    pub fn flights_in(&self, from: Time, to: Time) -> impl Iterator<Item = &Flight> {
        let count = self.flights.partition_point(|flight| flight.sent <= to);
        let blocks = self.flights[..count].chunks(BLOCK).zip(&self.latest_end);
        blocks
            .filter(move |(_, latest)| **latest >= from)
            .flat_map(|(block, _)| block)
            .chain(self.copies.iter().filter(move |copy| copy.sent <= to))
            .filter(move |flight| flight.fate == Fate::Flying || flight.end >= from)
    }

    /// How many messages were sent from an instant to another one.
    #[must_use]
    pub fn sent_in(&self, from: Time, to: Time) -> usize {
        let before = |at| self.flights.partition_point(|flight| flight.sent < at);
        before(to) - before(from)
    }

    /// The message of that send.
    #[must_use]
    pub fn flight(&self, send: EventId) -> Option<&Flight> {
        self.place(send).map(|place| &self.flights[place])
    }

    fn place(&self, send: EventId) -> Option<usize> {
        self.flights
            .binary_search_by_key(&send, |flight| flight.send)
            .ok()
    }

    /// Was it, or is it, on its way for longer than a message flies: held by a cut, or by a pause?
    #[must_use]
    pub fn is_held(&self, flight: &Flight) -> bool {
        let end = match flight.fate {
            Fate::Flying => self.end,
            _ => flight.end,
        };
        end.since(flight.sent) > self.folding.held()
    }

    /// Reads what is new since the last time. When events that were read are no more, begin with new facts.
    pub fn read(&mut self, events: &[Event]) {
        for event in events.iter().skip(self.read) {
            self.end = event.at;
            self.take(event);
        }
        self.read = self.read.max(events.len());
    }

    fn take(&mut self, event: &Event) {
        match event.kind {
            EventKind::State | EventKind::Epoch => self.step(event),
            EventKind::Send => self.send(event),
            EventKind::Deliver => self.land(event, Fate::Landed),
            EventKind::Drop => self.land(event, Fate::Lost),
            EventKind::User => {
                self.open(event.at, event.at);
                self.mark(event, MarkKind::Deed);
            }
            EventKind::Victory => self.mark(event, MarkKind::Victory),
            EventKind::Violation => self.mark(event, MarkKind::Violation),
            EventKind::Abort | EventKind::Exit => self.mark(event, MarkKind::End),
            EventKind::Timer if event.state != event.state_before => self.open(event.at, event.at),
            _ => {}
        }
    }

    fn mark(&mut self, event: &Event, kind: MarkKind) {
        if !is_mark(event) {
            return;
        }
        self.marks.push(Mark {
            at: event.at,
            event: event.id,
            kind,
            mon: event.mon,
        });
    }

    fn step(&mut self, event: &Event) {
        let Some(lane) = event.mon.and_then(|mon| self.lanes.get_mut(mon.index())) else {
            return;
        };
        let step = Step {
            at: event.at,
            event: event.id,
            state: event.state,
            epoch: event.epoch,
        };
        match lane.last_mut() {
            Some(last) if last.state == step.state && last.epoch == step.epoch => {}
            // Of several changes at an instant only the last one lasts.
            Some(last) if last.at == step.at => *last = step,
            _ => lane.push(step),
        }
    }

    fn send(&mut self, event: &Event) {
        let (Some(from), Some(to), Some(kind)) = (event.mon, event.peer, event.message) else {
            return;
        };
        if self.flights.len().is_multiple_of(BLOCK) {
            self.latest_end.push(Time::ZERO);
        }
        self.flights.push(Flight {
            sent: event.at,
            end: Time(u64::MAX),
            send: event.id,
            last: event.id,
            kind,
            from,
            to,
            fate: Fate::Flying,
        });
        // It may never land: until it does, it counts as on its way.
        if let Some(latest) = self.latest_end.last_mut() {
            *latest = Time(u64::MAX);
        }
        if opens(kind) {
            self.open(event.at, event.at);
        }
    }

    fn land(&mut self, event: &Event, fate: Fate) {
        let Some(place) = event.cause.and_then(|send| self.place(send)) else {
            return;
        };
        let flight = &mut self.flights[place];
        if flight.fate != Fate::Flying {
            let (end, last) = (event.at, event.id);
            let copy = Flight {
                end,
                last,
                fate,
                ..*flight
            };
            return self.copies.push(copy);
        }
        (flight.end, flight.last, flight.fate) = (event.at, event.id, fate);
        let (sent, kind) = (flight.sent, flight.kind);
        let block = place / BLOCK;
        let ends = self.flights[block * BLOCK..].iter().take(BLOCK);
        if let Some(latest) = ends.map(|flight| flight.end).max() {
            self.latest_end[block] = latest;
        }
        if opens(kind) {
            let held = event.at.since(sent) > self.folding.held();
            self.open(if held { event.at } else { sent }, event.at);
        }
    }

    fn open(&mut self, from: Time, to: Time) {
        if self.folding.open(from, to) {
            self.moved += 1;
        }
    }

    /// The stretches of the squeezed scale.
    #[must_use]
    pub fn stretches(&self) -> &[Stretch] {
        self.folding.stretches()
    }
}

/// Does a flight of this kind open the squeezed scale? Leases and pings come and go all the time.
#[must_use]
pub const fn opens(kind: Kind) -> bool {
    !matches!(kind, Kind::Lease | Kind::LeaseAck | Kind::Ping)
}
