//! Sessions as Ceph's messenger has them over TCP, as far as they decide when a message arrives; measured on real
//! clusters.
//!
//! An *open* session passes everything on, until a packet is lost or a cut swallows it. Then its direction is stuck:
//! the kernel sends the first unacknowledged packet again and again, and the first try that gets through brings all
//! that was queued, in order. Where only the way back is cut, acknowledgements are missing, and that stops a direction
//! as well.
//!
//! A *broken* session is one whose connection ended so that it was noticed: it was reset, or an end died. Each end that
//! has something to say connects again and again; the first try that gets through opens it, and what was queued is
//! kept. Except that whatever is meant for a process that has gone is dropped, and that a process which takes the place
//! of another is refused a few times by those who remember the other one.
//!
//! Nothing here takes an entry of the queue: when a way is free again, it is known when the next try comes.

use super::tries::{Tries, timeout};
use super::{End, LostAtOnce, Wire};
use crate::mon::{MonId, Span, Time};
use crate::scenario::{How, Network, Session};
use crate::sim::chance::{Chance, Purpose};
use crate::sim::queue::Queue;
use crate::sim::trace::Loss;

/// How often two processes write to each other before a connection is made.
const HANDSHAKE_TURNS: u32 = 4;

/// The kernel's first wait for the answer to a request to connect.
const CONNECT_TIMEOUT: Span = Span::from_secs(1);

/// No more than so many packets in a row are lost for nothing but chance.
const UNLUCKY_MAX: u32 = 10;

/// How often a process is refused that takes the place of another: of 140 sessions of real clusters, how many (of 64)
/// were made at the first try, the second, and so on.
const REFUSALS: [u64; 7] = [9, 35, 10, 5, 3, 1, 1];

/// What both ends of a session make of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Joint {
    /// There is no connection.
    #[default]
    Broken,
    /// There will be one then, unless something comes between.
    Opening(Time),
    /// There is one.
    Open,
}

/// One end of a session.
#[derive(Clone, Debug)]
struct Side {
    /// Which process of the other monitor it has a session with, counted from 1; 0: it has none.
    knows: u32,
    /// What it does while it waits for an answer.
    tries: Option<Tries>,
    /// The try that gets through, when that is known.
    resumes: Option<Time>,
    /// Only acknowledgements are missing: what it sends until then gets through.
    deaf_until: Option<Time>,
    /// The other process ended, and nothing told it.
    unaware: bool,
    /// How often it is still refused as the follower of another process.
    refusals: Option<u8>,
    chance: Chance,
}

/// A monitor's process, as the network knows it.
#[derive(Clone, Copy, Debug, Default)]
struct Host {
    /// Which one it is, counted from 1.
    process: u32,
    up: bool,
    paused: bool,
}

/// All sessions; nothing where there are none of this kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Messenger {
    hosts: Vec<Host>,
    /// By link: the end of its sender.
    sides: Vec<Side>,
    /// By link, from the lower end to the higher one.
    joints: Vec<Joint>,
}

/// What a link does at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It passes messages on.
    Passes,
    /// Messages wait for a packet that is sent again and again.
    Retries {
        /// The next try.
        at: Time,
    },
    /// There is no connection.
    Broken {
        /// When its sender tries to connect; `None`: it has nothing to say.
        at: Option<Time>,
    },
}

impl Messenger {
    pub(super) fn new(monitors: usize, network: &Network, seed: u64) -> Self {
        if network.session != Session::Messenger {
            return Self::default();
        }
        let ids = || (0..monitors).map(|i| MonId(i as u8));
        let side = |from, to| Side {
            knows: 0,
            tries: None,
            resumes: None,
            deaf_until: None,
            unaware: false,
            refusals: None,
            chance: Chance::of_link(seed, Purpose::Session, from, to),
        };
        let of_one = |from| ids().map(move |to| side(from, to));
        Self {
            hosts: vec![Host::default(); monitors],
            sides: ids().flat_map(of_one).collect(),
            joints: vec![Joint::Broken; monitors * monitors],
        }
    }
}

impl Side {
    /// Nothing is missing any more.
    fn rest(&mut self) {
        self.tries = None;
        self.resumes = None;
        self.deaf_until = None;
        self.unaware = false;
        self.refusals = None;
    }
}

/// Processes and people.
impl Wire {
    /// A process listens: who waited for it can connect.
    pub fn started(&mut self, now: Time, mon: MonId, queue: &mut Queue) {
        if self.session == Session::Messenger {
            let host = &mut self.messenger.hosts[mon.index()];
            host.process += 1;
            host.up = true;
            host.paused = false;
            self.plan_all(now, mon, queue);
        }
    }

    /// A process is stopped, or goes on: its kernel keeps its connections, and it can't make any.
    pub fn paused(&mut self, now: Time, mon: MonId, paused: bool, queue: &mut Queue) {
        if self.session != Session::Messenger {
            return;
        }
        self.messenger.hosts[mon.index()].paused = paused;
        if !paused {
            return self.plan_all(now, mon, queue);
        }
        for peer in self.peers(mon) {
            self.catch_up(now, mon, peer);
            self.call_off(now, mon, peer);
        }
    }

    /// Something was sent to a process that isn't there: its sender goes on trying.
    pub fn sent_in_vain(&mut self, now: Time, from: MonId, to: MonId) {
        if self.session == Session::Messenger {
            self.catch_up(now, from, to);
            self.begin_tries(now, from, to);
        }
    }

    /// A monitor's sessions end.
    pub(super) fn end_messenger(&mut self, now: Time, mon: MonId, end: End) {
        for peer in self.peers(mon) {
            self.catch_up(now, mon, peer);
            self.call_off(now, mon, peer);
            let (out, back) = (self.index(mon, peer), self.index(peer, mon));
            let told = end != End::Silent && self.links[out].cut_by.is_none();
            let was_open = self.joint(mon, peer) == Joint::Open;
            self.set_joint(mon, peer, Joint::Broken);
            let sides = &mut self.messenger.sides;
            sides[out].rest();
            sides[out].knows = 0;
            sides[back].resumes = None;
            sides[back].deaf_until = None;
            sides[back].refusals = None;
            match (was_open, told) {
                (true, true) => sides[back].rest(),
                (true, false) => sides[back].unaware = true,
                (false, _) => {}
            }
            if end == End::Dropped {
                sides[back].rest();
                sides[back].knows = 0;
            }
        }
        if end != End::Dropped {
            self.messenger.hosts[mon.index()].up = false;
        }
    }

    fn peers(&self, mon: MonId) -> impl Iterator<Item = MonId> + use<> {
        let all = (0..self.monitors).map(|i| MonId(i as u8));
        all.filter(move |peer| *peer != mon)
    }

    fn plan_all(&mut self, now: Time, mon: MonId, queue: &mut Queue) {
        for peer in self.peers(mon) {
            self.catch_up(now, mon, peer);
            self.plan(now, mon, peer, queue);
        }
    }
}

/// Messages and cuts.
impl Wire {
    pub(super) fn send_in_session(
        &mut self,
        now: Time,
        slot: u32,
        queue: &mut Queue,
    ) -> Option<LostAtOnce> {
        let flight = self.flights[slot as usize].as_ref()?;
        let (from, to) = (flight.message.from, flight.to);
        self.catch_up(now, from, to);
        let (here, back) = (self.index(from, to), self.index(to, from));
        if self.joint(from, to) != Joint::Open {
            self.begin_tries(now, from, to);
            self.plan(now, from, to, queue);
            let knows = self.messenger.sides[here].knows;
            if knows > 0 && knows != self.messenger.hosts[to.index()].process {
                return Some((Loss::StaleSession, None));
            }
            match self.joint(from, to) {
                Joint::Opening(at) => self.depart(at, slot, queue),
                Joint::Broken | Joint::Open => self.links[here].held.push_back(slot),
            }
            return None;
        }
        let (cut, deaf) = (self.is_cut(here), self.is_cut(back));
        if self.messenger.sides[here].tries.is_none() && (cut || deaf) {
            self.begin_retransmission(now, from, to, !cut);
        }
        let side = &self.messenger.sides[here];
        let passes = match (&side.tries, side.resumes) {
            (None, _) => Some(now),
            (Some(_), Some(at)) => Some(at),
            (Some(_), None) => side
                .deaf_until
                .filter(|until| now < *until && !cut)
                .map(|_| now),
        };
        match passes {
            Some(at) => self.depart(at, slot, queue),
            None => self.links[here].held.push_back(slot),
        }
        None
    }

    /// Lets a message leave at this instant, or as much later as packets of it are lost by chance.
    fn depart(&mut self, at: Time, slot: u32, queue: &mut Queue) {
        let Some(flight) = &self.flights[slot as usize] else {
            return;
        };
        let (from, to) = (flight.message.from, flight.to);
        let link = self.index(from, to);
        let loss = self.links[link].loss;
        let latency = self.latency_of(from, to);
        let chance = &mut self.messenger.sides[link].chance;
        let mut at = at;
        if chance.hits(loss) {
            let mut tries = Tries::of_packet(at, timeout(latency, chance));
            for _ in 0..UNLUCKY_MAX {
                if !chance.hits(loss) {
                    break;
                }
                tries.fail(chance);
            }
            at = tries.first_from(at, chance);
        }
        self.fly(at, slot, queue);
    }

    /// A link was cut, one way or another.
    pub(super) fn cut_sessions(&mut self, now: Time, from: MonId, to: MonId) {
        self.catch_up(now, from, to);
        self.call_off(now, from, to);
        if self.joint(from, to) != Joint::Open {
            return;
        }
        let link = self.index(from, to);
        if self.links[link].how == How::Reset {
            self.set_joint(from, to, Joint::Broken);
            for (a, b) in [(from, to), (to, from)] {
                self.hold(now, a, b, &|_| true);
                let link = self.index(a, b);
                self.messenger.sides[link].rest();
                if !self.links[link].held.is_empty() {
                    self.begin_tries(now, a, b);
                }
            }
            return;
        }
        for (a, b, swallowed) in [(from, to, true), (to, from, false)] {
            let link = self.index(a, b);
            let first = self.first_under_way(now, a, b);
            self.hold(now, a, b, &|flight| swallowed || flight.left > now);
            self.messenger.sides[link].resumes = None;
            if let Some(first) = first
                && self.messenger.sides[link].tries.is_none()
            {
                self.begin_retransmission(first, a, b, !swallowed);
            }
        }
    }

    /// A link was healed; gives when it passes messages on again.
    pub(super) fn heal_sessions(
        &mut self,
        now: Time,
        from: MonId,
        to: MonId,
        queue: &mut Queue,
    ) -> Time {
        self.catch_up(now, from, to);
        if self.joint(from, to) != Joint::Open {
            self.plan(now, from, to, queue);
            return match self.joint(from, to) {
                Joint::Opening(at) => at,
                Joint::Broken | Joint::Open => now,
            };
        }
        let (here, back) = (self.index(from, to), self.index(to, from));
        if self.is_cut(here) || self.is_cut(back) {
            return now;
        }
        for link in [here, back] {
            let side = &mut self.messenger.sides[link];
            let tries = side.tries.as_mut();
            side.resumes = tries.map(|tries| tries.first_from(now, &mut side.chance));
        }
        for (link, other) in [(here, back), (back, here)] {
            let answered = self.messenger.sides[other].resumes;
            let side = &mut self.messenger.sides[link];
            // What comes from there acknowledges what has arrived there.
            if side.deaf_until.is_some()
                && let (Some(own), Some(answered)) = (side.resumes, answered)
            {
                side.resumes = Some(own.min(answered));
            }
        }
        let mut passes = now;
        for (a, b) in [(from, to), (to, from)] {
            let link = self.index(a, b);
            if let Some(at) = self.messenger.sides[link].resumes {
                passes = passes.max(at);
                self.depart_all(at, a, b, queue);
            }
        }
        passes
    }

    fn depart_all(&mut self, at: Time, from: MonId, to: MonId, queue: &mut Queue) {
        let link = self.index(from, to);
        for slot in std::mem::take(&mut self.links[link].held) {
            self.depart(at, slot, queue);
        }
    }

    /// When the first of what is under way left.
    fn first_under_way(&self, now: Time, from: MonId, to: MonId) -> Option<Time> {
        let under_way = self.flights().filter(|flight| {
            let ends = (flight.message.from, flight.to) == (from, to);
            ends && flight.due.is_some_and(|due| due > now) && flight.left <= now
        });
        under_way.map(|flight| flight.left).min()
    }

    fn begin_retransmission(&mut self, sent: Time, from: MonId, to: MonId, arrives: bool) {
        let link = self.index(from, to);
        let latency = self.latency_of(from, to);
        let side = &mut self.messenger.sides[link];
        let timeout = timeout(latency, &mut side.chance);
        side.tries = Some(Tries::of_packet(sent, timeout));
        side.deaf_until = arrives.then_some(sent + timeout);
    }
}

/// Connections.
impl Wire {
    /// What was to come by now has come.
    fn catch_up(&mut self, now: Time, a: MonId, b: MonId) {
        let links = [self.index(a, b), self.index(b, a)];
        match self.joint(a, b) {
            Joint::Opening(at) if at <= now => {
                self.set_joint(a, b, Joint::Open);
                for (link, other) in [(links[0], b), (links[1], a)] {
                    let side = &mut self.messenger.sides[link];
                    side.rest();
                    side.knows = self.messenger.hosts[other.index()].process;
                }
            }
            Joint::Open => {
                for link in links {
                    let side = &mut self.messenger.sides[link];
                    if side.resumes.is_some_and(|at| at <= now) {
                        side.rest();
                    }
                }
            }
            _ => {}
        }
    }

    /// The connection that was to be made isn't.
    fn call_off(&mut self, now: Time, a: MonId, b: MonId) {
        if matches!(self.joint(a, b), Joint::Opening(_)) {
            self.set_joint(a, b, Joint::Broken);
            for (from, to) in [(a, b), (b, a)] {
                self.hold(now, from, to, &|flight| flight.left > now);
            }
        }
    }

    /// An end has something to say and no connection: it tries to make one, if it doesn't already. Two who have never
    /// met may do so at the same moment, and one of them has to give way.
    fn begin_tries(&mut self, now: Time, from: MonId, to: MonId) {
        let (here, back) = (self.index(from, to), self.index(to, from));
        if self.messenger.sides[here].tries.is_some() {
            return;
        }
        if self.messenger.sides[here].unaware {
            return self.begin_retransmission(now, from, to, false);
        }
        let strangers = [here, back].map(|link| self.messenger.sides[link].knows == 0) == [true; 2];
        let meets = strangers && matches!(self.joint(from, to), Joint::Opening(_));
        self.messenger.sides[here].tries = Some(Tries::of_connection(now));
        if meets && self.messenger.sides[here].chance.below(2) == 0 {
            for link in [here, back] {
                self.messenger.sides[link].refusals = Some(1);
            }
            self.call_off(now, from, to);
        }
    }

    /// Finds out when a broken session opens, if anything keeps trying; what is held leaves then.
    fn plan(&mut self, now: Time, a: MonId, b: MonId, queue: &mut Queue) {
        let joint = self.joint(a, b);
        let free = [a, b].iter().all(|mon| {
            let host = self.messenger.hosts[mon.index()];
            host.up && !host.paused
        });
        let cut = [self.index(a, b), self.index(b, a)].map(|link| self.is_cut(link));
        if joint == Joint::Open || !free || cut != [false; 2] {
            return;
        }
        let found = [self.opens_by(now, a, b), self.opens_by(now, b, a)];
        let Some(at) = found.into_iter().flatten().min() else {
            return;
        };
        if matches!(joint, Joint::Opening(before) if before <= at) {
            return;
        }
        self.call_off(now, a, b);
        self.set_joint(a, b, Joint::Opening(at));
        for (from, to) in [(a, b), (b, a)] {
            self.depart_all(at, from, to, queue);
        }
    }

    /// When the tries of one end make the connection.
    fn opens_by(&mut self, now: Time, from: MonId, to: MonId) -> Option<Time> {
        let link = self.index(from, to);
        self.messenger.sides[link].tries.as_ref()?;
        let remembered = self.messenger.sides[self.index(to, from)].knows;
        let follows = remembered > 0 && remembered != self.messenger.hosts[from.index()].process;
        let side = &mut self.messenger.sides[link];
        let tries = side.tries.as_mut()?;
        let mut at = tries.first_from(now, &mut side.chance);
        let refusals = match side.refusals {
            Some(refusals) => refusals,
            None if follows => refusals(&mut side.chance),
            None => 0,
        };
        side.refusals = Some(refusals);
        let (mut tries, mut chance) = (tries.clone(), side.chance.clone());
        let mut refused = Span::ZERO;
        for _ in 0..refusals {
            // The wait begins when the refusal has come.
            refused = refused + self.handshake(from, to);
            at = tries.fail(&mut chance) + refused;
        }
        Some(at + self.handshake(from, to))
    }

    /// How long it takes to make a connection.
    fn handshake(&mut self, from: MonId, to: MonId) -> Span {
        let links = [self.index(from, to), self.index(to, from)];
        let latencies = [self.latency_of(from, to), self.latency_of(to, from)];
        let losses = links.map(|link| self.links[link].loss);
        let chance = &mut self.messenger.sides[links[0]].chance;
        let mut whole = Span::ZERO;
        for turn in 0..HANDSHAKE_TURNS {
            let mut wait = if turn == 0 {
                CONNECT_TIMEOUT
            } else {
                timeout(latencies[0], chance)
            };
            for _ in 0..UNLUCKY_MAX {
                if losses.iter().filter(|loss| chance.hits(**loss)).count() == 0 {
                    break;
                }
                whole = whole + wait;
                wait = Span(wait.0 * 2);
            }
            for (shortest, longest) in latencies {
                whole = whole + chance.span(shortest, longest);
            }
        }
        whole
    }

    fn is_cut(&self, link: usize) -> bool {
        self.links[link].cut_by.is_some()
    }

    fn joint(&self, a: MonId, b: MonId) -> Joint {
        self.messenger.joints[self.index(a.min(b), a.max(b))]
    }

    fn set_joint(&mut self, a: MonId, b: MonId, joint: Joint) {
        let place = self.index(a.min(b), a.max(b));
        self.messenger.joints[place] = joint;
    }

    /// What the link from one monitor to another does at this instant.
    #[must_use]
    pub fn state_of(&self, now: Time, from: MonId, to: MonId) -> LinkState {
        if self.session != Session::Messenger {
            return LinkState::Passes;
        }
        let link = self.index(from, to);
        let mut side = self.messenger.sides[link].clone();
        let next = |side: &mut Side| {
            let tries = side.tries.as_mut()?;
            Some(tries.first_from(now, &mut side.chance))
        };
        match self.joint(from, to) {
            Joint::Open if side.resumes.is_some_and(|at| at <= now) => LinkState::Passes,
            Joint::Open => {
                let at = side.resumes.or_else(|| next(&mut side));
                at.map_or(LinkState::Passes, |at| LinkState::Retries { at })
            }
            Joint::Opening(at) if at <= now => LinkState::Passes,
            Joint::Opening(at) => LinkState::Broken { at: Some(at) },
            Joint::Broken => LinkState::Broken {
                at: next(&mut side),
            },
        }
    }
}

/// How often a process is refused that takes the place of another.
fn refusals(chance: &mut Chance) -> u8 {
    let mut left = chance.below(REFUSALS.iter().sum());
    for (count, share) in (0..).zip(REFUSALS) {
        if left < share {
            return count;
        }
        left -= share;
    }
    0
}
