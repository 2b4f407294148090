//! Links, cuts, and the messages on their way, by what a session between two monitors promises.
//!
//! * Lossless sessions are ordered and lose nothing while both ends live. A cut holds what is on its way and what is
//!   sent during it; the heal sends all of it on, in order. When an end dies, its sessions end with it, and what was on
//!   their way is gone. One that closes its sessions in order has sent what it has sent.
//! * `messenger`: sessions as real clusters have them, with retransmission, back-off and stale sessions. It says
//!   *when* something leaves; the rest is as above.
//! * `connect`: how connections of those come about.
//! * `lossy`: no sessions; every message on its own.
//! * `meddle`: what is done by hand to one message.

mod connect;
mod lossy;
mod meddle;
mod messenger;
mod tries;

use std::collections::VecDeque;

use super::chance::{Chance, Purpose};
use super::queue::{Due, Queue};
use super::trace::{EventId, Loss};
use crate::mon::message::Message;
use crate::mon::{Kind, MonId, Span, Time};
use crate::order;
use crate::scenario::{How, Network, Session, Share};
use lossy::Lossy;
use meddle::Awaited;
use messenger::Messenger;

pub use messenger::LinkState;

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
    /// When it was sent.
    pub sent: Time,
    /// When it left, or was sent on after a heal; still to come when something else has to happen first.
    pub left: Time,
    /// How far it was when it left, in thousandths of the way: 0, unless a cut had held it.
    pub from_way: u16,
    /// When it arrives; `None` while it is held.
    pub due: Option<Time>,
    /// How much longer it takes by somebody's hand, once it isn't held any more.
    delay: Span,
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
    /// The same with its host, so that nobody can tell its peers.
    Silent,
    /// It ends in order, and closes them itself: what it has sent still arrives, what was on its way to it does not.
    Closed,
    /// It closes them, as before, and goes on.
    Dropped,
}

/// One direction of a link.
#[derive(Clone, Debug)]
pub struct Link {
    /// The action that cut it, while it is cut.
    pub cut_by: Option<EventId>,
    /// How it is cut, while it is cut.
    pub how: How,
    /// The cut before, and when it was healed: when messages could pass again.
    pub last_cut: Option<(EventId, Time)>,
    /// How long a message takes, when this link differs from the others.
    pub latency: Option<(Span, Span)>,
    /// How much of what is sent is lost on it.
    pub loss: Share,
    /// The action that said so; `None`: the document did.
    pub loss_by: Option<EventId>,
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
    session: Session,
    /// What those sessions need that are not lossless; empty where they are.
    lossy: Lossy,
    messenger: Messenger,
    awaited: Vec<Awaited>,
}

/// Why a message is lost as it is sent, and the event that explains it.
pub type LostAtOnce = (Loss, Option<EventId>);

impl Wire {
    /// Links between this many monitors, all whole and empty.
    #[must_use]
    pub fn new(monitors: usize, network: &Network, seed: u64) -> Self {
        let ids = || (0..monitors).map(|i| MonId(i as u8));
        let link = |from, to| Link {
            cut_by: None,
            how: How::Drop,
            last_cut: None,
            latency: None,
            loss: network.loss,
            loss_by: None,
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
            latency: network.latency,
            session: network.session,
            lossy: Lossy::new(monitors, network, seed),
            messenger: Messenger::new(monitors, network, seed),
            awaited: Vec::new(),
        }
    }

    /// What its sessions promise.
    #[must_use]
    pub const fn session(&self) -> Session {
        self.session
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

    /// Sends a message: it flies, or something holds it. Or it is lost at once; then it says why.
    pub fn send(
        &mut self,
        now: Time,
        sent_by: EventId,
        to: MonId,
        message: Message,
        queue: &mut Queue,
    ) -> Option<LostAtOnce> {
        let link = self.index(message.from, to);
        let ordinal = &mut self.links[link].sent[message.body.kind() as usize];
        *ordinal += 1;
        let ordinal = *ordinal;
        let slot = self.place(Flight {
            sent_by,
            to,
            ordinal,
            message,
            sent: now,
            left: now,
            from_way: 0,
            due: None,
            delay: Span::ZERO,
            token: 0,
        });
        let lost = match self.session {
            Session::Lossless => {
                if self.links[link].cut_by.is_some() {
                    self.links[link].held.push_back(slot);
                } else {
                    self.fly(now, slot, queue);
                }
                None
            }
            Session::Messenger => self.send_in_session(now, slot, queue),
            Session::Lossy => self.send_alone(now, slot, queue),
        };
        if lost.is_some() {
            self.take(slot);
        }
        if self.awaited.is_empty() {
            lost
        } else {
            self.meet(now, slot, lost, queue)
        }
    }

    fn place(&mut self, flight: Flight) -> u32 {
        let slot = self.free.pop().unwrap_or(self.flights.len() as u32);
        if slot as usize == self.flights.len() {
            self.flights.push(Some(flight));
        } else {
            self.flights[slot as usize] = Some(flight);
        }
        slot
    }

    /// Lets a message leave at this instant, now or later.
    fn fly(&mut self, at: Time, slot: u32, queue: &mut Queue) {
        let latency = self.latency;
        let Some(flight) = self.flights[slot as usize].as_mut() else {
            return;
        };
        let link = &mut self.links[flight.message.from.index() * self.monitors + flight.to.index()];
        let (shortest, longest) = link.latency.unwrap_or(latency);
        let mut due = at + link.chance.span(shortest, longest) + flight.delay;
        if self.session == Session::Lossy {
            // Time goes on, however fast the network is.
            due = due.max(at + Span(1));
        } else {
            due = due.max(link.last_due + Span(1));
            link.last_due = due;
        }
        flight.left = at;
        flight.delay = Span::ZERO;
        self.schedule(slot, due, queue);
    }

    /// A message arrives then, and at no other time.
    fn schedule(&mut self, slot: u32, due: Time, queue: &mut Queue) {
        let Some(flight) = self.flights[slot as usize].as_mut() else {
            return;
        };
        let token = self.next_token;
        flight.due = Some(due);
        flight.token = token;
        self.next_token = token.wrapping_add(1);
        queue.push(due, Due::Arrival { slot, token });
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

    /// Cuts one direction: what is on its way is held where it is. Gives what the cut loses instead, where there are no
    /// sessions that keep anything, oldest first.
    pub fn cut(
        &mut self,
        now: Time,
        (from, to): (MonId, MonId),
        how: How,
        by: EventId,
        queue: &mut Queue,
    ) -> Vec<Flight> {
        let link = self.index(from, to);
        let before = self.links[link].cut_by;
        if before.is_some() && self.links[link].how == how {
            return Vec::new();
        }
        self.links[link].cut_by = before.or(Some(by));
        self.links[link].how = how;
        match self.session {
            Session::Lossless => self.hold(now, from, to, &|_| true),
            Session::Messenger => self.cut_sessions(now, from, to, queue),
            Session::Lossy => return self.under_way(now, from, to),
        }
        Vec::new()
    }

    /// Holds what is on its way and passes, behind nothing that was sent later.
    fn hold(&mut self, now: Time, from: MonId, to: MonId, which: &dyn Fn(&Flight) -> bool) {
        let link = self.index(from, to);
        let slots = self.slots_between(from, to);
        let (mut held, mut last_due) = (VecDeque::new(), now);
        for slot in slots {
            let Some(flight) = self.flights[slot as usize].as_mut() else {
                continue;
            };
            match flight.due {
                // One that already stands before a paused receiver has arrived.
                Some(due) if due > now && which(flight) => {
                    flight.from_way = flight.progress(now);
                    flight.due = None;
                    held.push_back(slot);
                }
                Some(due) => last_due = last_due.max(due),
                None => held.push_back(slot),
            }
        }
        self.links[link].held = held;
        self.links[link].last_due = last_due;
    }

    /// Heals one direction: what was held is sent on, in order.
    pub fn heal(&mut self, now: Time, from: MonId, to: MonId, queue: &mut Queue) {
        let link = self.index(from, to);
        let Some(by) = self.links[link].cut_by.take() else {
            return;
        };
        let passes = match self.session {
            Session::Messenger => self.heal_sessions(now, from, to, queue),
            Session::Lossless | Session::Lossy => {
                self.links[link].last_due = now;
                self.send_on(now, from, to, queue);
                now
            }
        };
        self.links[link].last_cut = Some((by, passes));
    }

    /// Lets what is held leave at this instant, in order.
    fn send_on(&mut self, at: Time, from: MonId, to: MonId, queue: &mut Queue) {
        let link = self.index(from, to);
        for slot in std::mem::take(&mut self.links[link].held) {
            self.fly(at, slot, queue);
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

    /// Changes how much is lost on both directions of a link, or everywhere.
    pub fn set_loss(&mut self, ends: Option<(MonId, MonId)>, share: Share, by: EventId) {
        let change = |link: &mut Link| {
            link.loss = share;
            link.loss_by = Some(by);
        };
        match ends {
            None => self.links.iter_mut().for_each(change),
            Some((a, b)) => {
                for link in [self.index(a, b), self.index(b, a)] {
                    change(&mut self.links[link]);
                }
            }
        }
    }

    /// The sessions of a monitor end: what is gone with them is taken off the wire, oldest first. What stands before a
    /// paused receiver has arrived, and outlives its sender.
    pub fn end_sessions(&mut self, now: Time, mon: MonId, end: End) -> Vec<Flight> {
        if self.session == Session::Lossy {
            return self.end_alone(mon);
        }
        if self.session == Session::Messenger {
            self.end_messenger(now, mon, end);
        }
        for other in (0..self.monitors).map(|i| MonId(i as u8)) {
            let (out, back) = (self.index(mon, other), self.index(other, mon));
            self.links[out].held.clear();
            self.links[back].held.clear();
            // A new session has nothing to come after but what still arrives of the old one.
            self.links[back].last_due = Time::ZERO;
            if matches!(end, End::Broken | End::Silent) {
                self.links[out].last_due = Time::ZERO;
            }
        }
        let arrives = |flight: &Flight| match end {
            End::Broken | End::Silent => flight.due.is_some_and(|due| due <= now),
            End::Closed | End::Dropped => flight.due.is_some() && flight.left <= now,
        };
        self.take_all(&|flight| flight.to == mon || flight.message.from == mon && !arrives(flight))
    }

    fn take_all(&mut self, which: &dyn Fn(&Flight) -> bool) -> Vec<Flight> {
        let slots = self.slots_in_order(which).into_iter();
        slots.filter_map(|slot| self.take(slot)).collect()
    }

    /// The messages on a link, from the oldest on.
    fn slots_between(&self, from: MonId, to: MonId) -> Vec<u32> {
        self.slots_in_order(&|flight| flight.message.from == from && flight.to == to)
    }

    fn slots_in_order(&self, which: &dyn Fn(&Flight) -> bool) -> Vec<u32> {
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
