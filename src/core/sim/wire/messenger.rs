//! Sessions as Ceph's messenger has them over TCP, as far as they decide when a message arrives; measured on real
//! clusters.
//!
//! An *open* session passes everything on, until a packet is lost or a cut swallows it. Then its direction is stuck:
//! the kernel sends the first unacknowledged packet again and again, and the first try that gets through brings all
//! that was queued, in order. Where only the way back is cut, acknowledgements are missing, and that stops a direction
//! as well.
//!
//! A *broken* session is one whose connection ended so that it was noticed: it was reset, or an end died. Each end that
//! has something to say connects again and again (`connect`); the first try that gets through opens
//! it, and what was queued is kept. Except for what is meant for a process that has gone.

use super::tries::{Tries, timeout};
use super::{End, LostAtOnce, Wire};
use crate::mon::{MonId, Span, Time};
use crate::scenario::{How, Network, Session};
use crate::sim::chance::{Chance, Purpose};
use crate::sim::queue::Queue;
use crate::sim::trace::Loss;

/// No more than so many packets in a row are lost for nothing but chance.
pub(super) const UNLUCKY_MAX: u32 = 10;

/// What both ends of a session make of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Joint {
    /// There is no connection.
    #[default]
    Broken,
    /// There is one.
    Open,
}

/// One end of a session.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// Which process of the other monitor it has a session with, counted from 1; 0: it has none.
    pub(super) knows: u32,
    /// The number that the other process gave to their connection: one that comes with a lower number is refused.
    pub(super) number: u32,
    /// How long it waited last before it connected again; zero when that went well.
    pub(super) backoff: Span,
    /// It means to connect.
    pub(super) call: Option<Call>,
    /// What it sends again and again while it waits for an answer.
    pub(super) tries: Option<Tries>,
    /// The try that gets through, when that is known.
    pub(super) resumes: Option<Time>,
    /// Only acknowledgements are missing: what it sends until then gets through.
    deaf_until: Option<Time>,
    /// The other process ended, and nothing told it.
    pub(super) unaware: bool,
    pub(super) chance: Chance,
}

/// An end's next attempt to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) at: Time,
    /// What names it in the queue.
    pub(super) token: u32,
    /// Its number, once it was made: then it is the answer that comes at that time.
    pub(super) number: Option<u32>,
    /// It has come, and one of the processes is stopped: it goes on with it.
    pub(super) hangs: bool,
}

/// A monitor's process, as the network knows it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Host {
    /// Which one it is, counted from 1.
    pub(super) process: u32,
    pub(super) up: bool,
    pub(super) paused: bool,
    /// The number of its latest connection. They begin anew with the process.
    pub(super) number: u32,
}

/// All sessions; nothing where there are none of this kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Messenger {
    pub(super) hosts: Vec<Host>,
    /// By link: the end of its sender.
    pub(super) sides: Vec<Side>,
    /// By link, from the lower end to the higher one.
    pub(super) joints: Vec<Joint>,
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
            number: 0,
            backoff: Span::ZERO,
            call: None,
            tries: None,
            resumes: None,
            deaf_until: None,
            unaware: false,
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
    pub(super) fn rest(&mut self) {
        self.call = None;
        self.tries = None;
        self.resumes = None;
        self.deaf_until = None;
        self.unaware = false;
    }

    /// It knows nothing of the other end, as when its process starts.
    fn forget(&mut self) {
        self.rest();
        self.knows = 0;
        self.number = 0;
        self.backoff = Span::ZERO;
    }
}

/// Processes and people.
impl Wire {
    /// A process listens: who waits for it can connect the next time.
    pub fn started(&mut self, mon: MonId) {
        if self.session == Session::Messenger {
            let host = &mut self.messenger.hosts[mon.index()];
            *host = Host {
                process: host.process + 1,
                up: true,
                ..Host::default()
            };
        }
    }

    /// A process is stopped, or goes on: its kernel keeps its connections, and it can't make any.
    pub fn paused(&mut self, now: Time, mon: MonId, paused: bool, queue: &mut Queue) {
        if self.session != Session::Messenger {
            return;
        }
        self.messenger.hosts[mon.index()].paused = paused;
        for peer in self.peers(mon) {
            self.catch_up(now, mon, peer);
            if !paused {
                self.go_on(now, mon, peer, queue);
            }
        }
    }

    /// A monitor's sessions end.
    pub(super) fn end_messenger(&mut self, now: Time, mon: MonId, end: End) {
        for peer in self.peers(mon) {
            self.catch_up(now, mon, peer);
            let (out, back) = (self.index(mon, peer), self.index(peer, mon));
            let told = end != End::Silent && self.links[out].cut_by.is_none();
            let was_open = self.joint(mon, peer) == Joint::Open;
            self.set_joint(mon, peer, Joint::Broken);
            let sides = &mut self.messenger.sides;
            sides[out].forget();
            sides[back].resumes = None;
            sides[back].deaf_until = None;
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
            self.call(now, from, to, queue);
            let (knows, host) = (
                self.messenger.sides[here].knows,
                self.messenger.hosts[to.index()],
            );
            // A session with a process that has gone takes with it what is queued; who has none yet keeps it.
            if knows > 0 && !host.up {
                return Some((Loss::PeerDown, None));
            }
            if knows > 0 && knows != host.process {
                return Some((Loss::StaleSession, None));
            }
            self.links[here].held.push_back(slot);
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
                tries.fail();
            }
            at = tries.first_from(at);
        }
        self.fly(at, slot, queue);
    }

    /// A link was cut, one way or another.
    pub(super) fn cut_sessions(&mut self, now: Time, from: MonId, to: MonId, queue: &mut Queue) {
        self.catch_up(now, from, to);
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
                    self.call(now, a, b, queue);
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
            let next = [self.index(from, to), self.index(to, from)]
                .map(|link| self.messenger.sides[link].call.map(|call| call.at));
            return next.into_iter().flatten().min().unwrap_or(now);
        }
        let (here, back) = (self.index(from, to), self.index(to, from));
        if self.is_cut(here) || self.is_cut(back) {
            return now;
        }
        for link in [here, back] {
            let side = &mut self.messenger.sides[link];
            let tries = side.tries.as_mut();
            side.resumes = tries.map(|tries| tries.first_from(now));
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

    pub(super) fn depart_all(&mut self, at: Time, from: MonId, to: MonId, queue: &mut Queue) {
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

    pub(super) fn begin_retransmission(
        &mut self,
        sent: Time,
        from: MonId,
        to: MonId,
        arrives: bool,
    ) {
        let link = self.index(from, to);
        let latency = self.latency_of(from, to);
        let side = &mut self.messenger.sides[link];
        let timeout = timeout(latency, &mut side.chance);
        side.tries = Some(Tries::of_packet(sent, timeout));
        side.deaf_until = arrives.then_some(sent + timeout);
    }
}

/// Looking.
impl Wire {
    pub(super) fn is_cut(&self, link: usize) -> bool {
        self.links[link].cut_by.is_some()
    }

    pub(super) fn joint(&self, a: MonId, b: MonId) -> Joint {
        self.messenger.joints[self.index(a.min(b), a.max(b))]
    }

    pub(super) fn set_joint(&mut self, a: MonId, b: MonId, joint: Joint) {
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
            Some(tries.first_from(now))
        };
        match self.joint(from, to) {
            Joint::Open if side.resumes.is_some_and(|at| at <= now) => LinkState::Passes,
            Joint::Open => {
                let at = side.resumes.or_else(|| next(&mut side));
                at.map_or(LinkState::Passes, |at| LinkState::Retries { at })
            }
            // Nothing told it: it still sends its last packet again.
            Joint::Broken if side.unaware => {
                next(&mut side).map_or(LinkState::Passes, |at| LinkState::Retries { at })
            }
            Joint::Broken => LinkState::Broken {
                at: side.call.map(|call| call.at.max(now)),
            },
        }
    }
}
