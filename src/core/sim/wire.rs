//! Links, cuts, and the messages on their way: sessions that are ordered and lose nothing while both ends live.
//!
//! A cut holds what is on its way and what is sent during it; the heal sends all of it on, in order. When an end dies,
//! its sessions end with it, and what was on their way is gone. One that closes its sessions in order has sent what it
//! has sent.

use std::collections::VecDeque;

use super::chance::{Chance, Purpose};
use super::queue::{Due, Queue};
use super::trace::EventId;
use crate::mon::message::Message;
use crate::mon::{Kind, MonId, Span, Time};
use crate::order;

/// The whole way, in the unit in which progress is counted.
pub const WAY: u16 = 1_000;

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The event of its send.
    pub sent_by: EventId,
    /// The receiver.
    pub to: MonId,
    /// Which message of its kind it is on this link, counted from 1: with kind and ends, its address in documents.
    pub ordinal: u32,
    /// The message.
    pub message: Message,
    /// When it left, or was sent on after a heal.
    pub left: Time,
    /// How far it was when it left, in thousandths of the way: 0, unless a cut had held it.
    pub from_way: u16,
    /// When it arrives; `None` while it is held.
    pub due: Option<Time>,
    token: u32,
}

impl Flight {
    /// How far it is at `now`, in thousandths of the way.
    #[must_use]
    pub fn progress(&self, now: Time) -> u16 {
        let Some(due) = self.due else {
            return self.from_way;
        };
        let (gone, whole) = (now.since(self.left).0, due.since(self.left).0);
        if gone >= whole {
            return WAY;
        }
        let rest = u64::from(WAY - self.from_way);
        // The fraction is below 1, so the sum stays within the way.
        self.from_way + (rest * gone / whole) as u16
    }
}

/// How a monitor's sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its process dies: everything on its way from or to it is gone.
    Broken,
    /// It closes them itself: what it has sent still arrives, what was on its way to it does not.
    Closed,
}

/// One direction of a link.
#[derive(Clone, Debug)]
pub struct Link {
    /// The action that cut it, while it is cut.
    pub cut_by: Option<EventId>,
    /// The cut before, and when it was healed.
    pub last_cut: Option<(EventId, Time)>,
    /// How long a message takes, when this link differs from the others.
    pub latency: Option<(Span, Span)>,
    /// What the cut holds, in order: places in the table of flights.
    held: VecDeque<u32>,
    /// When the last message sent arrives: the next one comes after it.
    last_due: Time,
    chance: Chance,
    /// How many messages of each kind were sent on it.
    sent: [u32; Kind::COUNT],
}

/// All links, and all messages on their way.
#[derive(Clone, Debug)]
pub struct Wire {
    monitors: usize,
    links: Vec<Link>,
    flights: Vec<Option<Flight>>,
    free: Vec<u32>,
    next_token: u32,
    /// How long a message takes where a link says nothing else.
    pub latency: (Span, Span),
}

impl Wire {
    /// Links between this many monitors, all whole and empty.
    #[must_use]
    pub fn new(monitors: usize, latency: (Span, Span), seed: u64) -> Self {
        let ids = || (0..monitors).map(|i| MonId(i as u8));
        let link = |from, to| Link {
            cut_by: None,
            last_cut: None,
            latency: None,
            held: VecDeque::new(),
            last_due: Time::ZERO,
            chance: Chance::of_link(seed, Purpose::Latency, from, to),
            sent: [0; Kind::COUNT],
        };
        let links = ids()
            .flat_map(|from| ids().map(move |to| link(from, to)))
            .collect();
        Self {
            monitors,
            links,
            flights: Vec::new(),
            free: Vec::new(),
            next_token: 0,
            latency,
        }
    }

    fn index(&self, from: MonId, to: MonId) -> usize {
        from.index() * self.monitors + to.index()
    }

    /// The link from one monitor to another.
    #[must_use]
    pub fn link(&self, from: MonId, to: MonId) -> &Link {
        &self.links[self.index(from, to)]
    }

    /// The directions that are cut, ascending.
    pub fn cuts(&self) -> impl Iterator<Item = (MonId, MonId)> + '_ {
        let place = |i: usize| MonId(i as u8);
        self.links
            .iter()
            .enumerate()
            .filter(|(_, link)| link.cut_by.is_some())
            .map(move |(i, _)| (place(i / self.monitors), place(i % self.monitors)))
    }

    /// How many messages are on their way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.flights.len() - self.free.len()
    }

    /// The messages on their way, in no order that means anything.
    pub fn flights(&self) -> impl Iterator<Item = &Flight> {
        self.flights.iter().flatten()
    }

    /// The message on its way that has this address: the `ordinal`th of its kind on the link. `None`: it isn't on its
    /// way (yet, or any more).
    #[must_use]
    pub fn find(&self, kind: Kind, from: MonId, to: MonId, ordinal: u32) -> Option<&Flight> {
        self.flights().find(|flight| {
            let ends = (flight.message.from, flight.to) == (from, to);
            ends && flight.ordinal == ordinal && flight.message.body.kind() == kind
        })
    }

    /// Sends a message: it flies, or a cut holds it.
    pub fn send(
        &mut self,
        now: Time,
        sent_by: EventId,
        to: MonId,
        message: Message,
        queue: &mut Queue,
    ) {
        let link = self.index(message.from, to);
        let ordinal = &mut self.links[link].sent[message.body.kind() as usize];
        *ordinal += 1;
        let flight = Flight {
            sent_by,
            to,
            ordinal: *ordinal,
            message,
            left: now,
            from_way: 0,
            due: None,
            token: 0,
        };
        let slot = self.free.pop().unwrap_or(self.flights.len() as u32);
        if slot as usize == self.flights.len() {
            self.flights.push(Some(flight));
        } else {
            self.flights[slot as usize] = Some(flight);
        }
        if self.links[link].cut_by.is_some() {
            self.links[link].held.push_back(slot);
        } else {
            self.fly(now, slot, queue);
        }
    }

    fn fly(&mut self, now: Time, slot: u32, queue: &mut Queue) {
        let latency = self.latency;
        let Some(flight) = self.flights[slot as usize].as_mut() else {
            return;
        };
        let link = &mut self.links[flight.message.from.index() * self.monitors + flight.to.index()];
        let (shortest, longest) = link.latency.unwrap_or(latency);
        let due = (now + link.chance.span(shortest, longest)).max(link.last_due + Span(1));
        link.last_due = due;
        flight.left = now;
        flight.due = Some(due);
        flight.token = self.next_token;
        self.next_token = self.next_token.wrapping_add(1);
        queue.push(
            due,
            Due::Arrival {
                slot,
                token: flight.token,
            },
        );
    }

    /// To whom an arrival goes; `None`: the message was lost or held since it was queued.
    #[must_use]
    pub fn receiver(&self, slot: u32, token: u32) -> Option<MonId> {
        let flight = self.flights.get(slot as usize)?.as_ref()?;
        (flight.due.is_some() && flight.token == token).then_some(flight.to)
    }

    /// Takes an arrived message off the wire.
    pub fn take(&mut self, slot: u32) -> Option<Flight> {
        let flight = self.flights.get_mut(slot as usize)?.take();
        if flight.is_some() {
            self.free.push(slot);
        }
        flight
    }

    /// Cuts one direction: what is on its way is held where it is.
    pub fn cut(&mut self, now: Time, from: MonId, to: MonId, by: EventId) {
        let link = self.index(from, to);
        if self.links[link].cut_by.is_some() {
            return;
        }
        self.links[link].cut_by = Some(by);
        for slot in self.slots_in_order(|flight| flight.message.from == from && flight.to == to) {
            if let Some(flight) = self.flights[slot as usize].as_mut() {
                // One that already stands before a paused receiver has arrived.
                if flight.due.is_some_and(|due| due > now) {
                    flight.from_way = flight.progress(now);
                    flight.due = None;
                    self.links[link].held.push_back(slot);
                }
            }
        }
    }

    /// Heals one direction: what was held is sent on, in order.
    pub fn heal(&mut self, now: Time, from: MonId, to: MonId, queue: &mut Queue) {
        let link = self.index(from, to);
        let Some(by) = self.links[link].cut_by.take() else {
            return;
        };
        self.links[link].last_cut = Some((by, now));
        self.links[link].last_due = now;
        for slot in std::mem::take(&mut self.links[link].held) {
            self.fly(now, slot, queue);
        }
    }

    /// How long a message takes from one monitor to another.
    #[must_use]
    pub fn latency_of(&self, from: MonId, to: MonId) -> (Span, Span) {
        self.link(from, to).latency.unwrap_or(self.latency)
    }

    /// Changes how long messages take everywhere.
    pub fn set_latency_everywhere(&mut self, range: (Span, Span)) {
        self.latency = range;
        for link in &mut self.links {
            link.latency = None;
        }
    }

    /// Changes how long messages take on both directions of a link.
    pub fn set_latency(&mut self, a: MonId, b: MonId, range: (Span, Span)) {
        for link in [self.index(a, b), self.index(b, a)] {
            self.links[link].latency = Some(range);
        }
    }

    /// The sessions of a monitor end: what is gone with them is taken off the wire, oldest first. What stands before a
    /// paused receiver has arrived, and outlives its sender.
    pub fn end_sessions(&mut self, now: Time, mon: MonId, end: End) -> Vec<Flight> {
        for other in (0..self.monitors).map(|i| MonId(i as u8)) {
            let (out, back) = (self.index(mon, other), self.index(other, mon));
            self.links[out].held.clear();
            self.links[back].held.clear();
            // A new session has nothing to come after but what still arrives of the old one.
            self.links[back].last_due = Time::ZERO;
            if end == End::Broken {
                self.links[out].last_due = Time::ZERO;
            }
        }
        let arrives = |flight: &Flight| match end {
            End::Broken => flight.due.is_some_and(|due| due <= now),
            End::Closed => flight.due.is_some(),
        };
        let slots = self.slots_in_order(|flight| {
            flight.to == mon || flight.message.from == mon && !arrives(flight)
        });
        slots
            .into_iter()
            .filter_map(|slot| self.take(slot))
            .collect()
    }

    fn slots_in_order(&self, which: impl Fn(&Flight) -> bool) -> Vec<u32> {
        let mut slots: Vec<(EventId, u32)> = self
            .flights
            .iter()
            .enumerate()
            .filter_map(|(slot, flight)| flight.as_ref().map(|flight| (slot as u32, flight)))
            .filter(|(_, flight)| which(flight))
            .map(|(slot, flight)| (flight.sent_by, slot))
            .collect();
        order::by_key(&mut slots, |(sent_by, _)| u64::from(sent_by.get()));
        slots.into_iter().map(|(_, slot)| slot).collect()
    }
}
