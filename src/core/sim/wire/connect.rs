//! How connections come about between messengers, by the rules that make it take long after a restart.
//!
//! Every attempt has a number, and a process counts its own from 1: one more for each attempt that reaches the other
//! end, for each that comes to nothing, and for each that it accepts. Each end remembers the number of the connection
//! that it had. So a process that takes the place of another is refused as a straggler of the old one, by everybody
//! who remembers a higher number than it has come to; until it has tried often enough.
//!
//! Two who call each other at the same time and have never met settle it by their addresses: the lower one's call is
//! taken, and the higher one has to wait for it.
//!
//! What an end waits before it calls again doubles each time, and begins anew only when its own call was taken.

use super::Wire;
use super::messenger::{Call, Joint, UNLUCKY_MAX};
use super::tries::{LONGEST_WAIT, next_wait, own_latency, timeout};
use crate::mon::{MonId, Span, Time};
use crate::scenario::How;
use crate::sim::queue::{Due, Queue};

/// How often two processes write to each other before a connection is made.
const HANDSHAKE_TURNS: u32 = 4;

/// The kernel's first wait for the answer to a request to connect.
const CONNECT_TIMEOUT: Span = Span::from_secs(1);

/// What becomes of an attempt to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The network loses it.
    Lost,
    /// Nobody listens there, a network resets it, or the other end remembers a later one.
    Refused,
    /// The other end calls, too, and goes first.
    Wait,
    /// They have a connection.
    Taken,
}

impl Wire {
    /// An end has something to say and no connection: it calls, if it doesn't already.
    pub(super) fn call(&mut self, now: Time, from: MonId, to: MonId, queue: &mut Queue) {
        let link = self.index(from, to);
        let side = &self.messenger.sides[link];
        if side.call.is_some() {
            return;
        }
        if side.unaware && side.tries.is_none() {
            self.begin_retransmission(now, from, to, false);
        }
        let side = &mut self.messenger.sides[link];
        let at = match &mut side.tries {
            Some(tries) if side.unaware => tries.first_from(now),
            _ => now,
        };
        self.call_at(at, from, to, None, queue);
    }

    /// An attempt is to be made then, or to be answered, when it has its number.
    fn call_at(
        &mut self,
        at: Time,
        from: MonId,
        to: MonId,
        number: Option<u32>,
        queue: &mut Queue,
    ) {
        let token = self.next_token;
        self.next_token = token.wrapping_add(1);
        let link = self.index(from, to);
        self.messenger.sides[link].call = Some(Call {
            at,
            token,
            number,
            hangs: false,
        });
        queue.push(at, Due::Call { from, to, token });
    }

    /// Is this attempt still to be made?
    #[must_use]
    pub fn is_called(&self, from: MonId, to: MonId, token: u32) -> bool {
        let call = self.messenger.sides[self.index(from, to)].call;
        call.is_some_and(|call| call.token == token && !call.hangs)
    }

    /// An end attempts to connect, or has the answer to its attempt.
    pub fn connect(&mut self, now: Time, from: MonId, to: MonId, queue: &mut Queue) {
        self.catch_up(now, from, to);
        let link = self.index(from, to);
        let Some(call) = &mut self.messenger.sides[link].call else {
            return;
        };
        let hosts = [from, to].map(|mon| self.messenger.hosts[mon.index()]);
        if hosts.iter().any(|host| host.up && host.paused) {
            call.hangs = true;
            return;
        }
        let number = call.number;
        match self.answer(from, to, number) {
            _ if self.joint(from, to) == Joint::Open => self.messenger.sides[link].call = None,
            Answer::Taken => match number {
                Some(number) => self.open(now, from, to, number, queue),
                None => {
                    let caller = &mut self.messenger.hosts[from.index()];
                    caller.number += 1;
                    let number = Some(caller.number);
                    // Whoever was not told that the other process ended learns it now.
                    let side = &mut self.messenger.sides[link];
                    side.unaware = false;
                    side.tries = None;
                    let answered = now + self.handshake(from, to);
                    self.call_at(answered, from, to, number, queue);
                }
            },
            Answer::Lost => self.call_later(now, from, to, queue),
            Answer::Wait => {
                self.messenger.sides[link].backoff = LONGEST_WAIT;
                self.call_at(now + LONGEST_WAIT, from, to, None, queue);
            }
            Answer::Refused => {
                self.messenger.hosts[from.index()].number += 1;
                self.call_later(now, from, to, queue);
            }
        }
    }

    /// What comes of an attempt: of its first packet, when it has no number yet.
    fn answer(&self, from: MonId, to: MonId, number: Option<u32>) -> Answer {
        let (link, back) = (self.index(from, to), self.index(to, from));
        let cuts = [link, back].map(|link| self.is_cut(link).then_some(self.links[link].how));
        if cuts.contains(&Some(How::Drop)) {
            return Answer::Lost;
        }
        let [caller, host] = [from, to].map(|mon| self.messenger.hosts[mon.index()]);
        if cuts.contains(&Some(How::Reset)) || !host.up {
            return Answer::Refused;
        }
        let (side, other) = (&self.messenger.sides[link], &self.messenger.sides[back]);
        let resumed = (side.knows, other.knows) == (host.process, caller.process);
        match number {
            Some(number) if !resumed && other.knows > 0 && number < other.number => Answer::Refused,
            Some(_) if other.knows == 0 && other.call.is_some() && to < from => Answer::Wait,
            _ => Answer::Taken,
        }
    }

    fn call_later(&mut self, now: Time, from: MonId, to: MonId, queue: &mut Queue) {
        let link = self.index(from, to);
        let side = &mut self.messenger.sides[link];
        let at = match &mut side.tries {
            Some(tries) if side.unaware => tries.fail(),
            _ => {
                side.backoff = next_wait(side.backoff);
                now + side.backoff
            }
        };
        self.call_at(at, from, to, None, queue);
    }

    /// An attempt was taken: there is a connection, and what waited for it leaves.
    fn open(&mut self, now: Time, from: MonId, to: MonId, number: u32, queue: &mut Queue) {
        let taker = &mut self.messenger.hosts[to.index()];
        taker.number += 1;
        let (accepted, process) = (taker.number, taker.process);
        let caller = self.messenger.hosts[from.index()].process;
        for (a, b, process, number) in [(from, to, process, accepted), (to, from, caller, number)] {
            let link = self.index(a, b);
            let side = &mut self.messenger.sides[link];
            side.rest();
            side.knows = process;
            side.number = number;
            if a == from {
                side.backoff = Span::ZERO;
            }
        }
        self.set_joint(from, to, Joint::Open);
        for (a, b) in [(from, to), (to, from)] {
            self.depart_all(now, a, b, queue);
        }
    }

    /// A stopped process goes on, and with it what it was called for, or called.
    pub(super) fn go_on(&mut self, now: Time, a: MonId, b: MonId, queue: &mut Queue) {
        for (from, to) in [(a, b), (b, a)] {
            let call = self.messenger.sides[self.index(from, to)].call;
            if let Some(call) = call.filter(|call| call.hangs) {
                self.call_at(now, from, to, call.number, queue);
            }
        }
    }

    /// What was to come by now has come.
    pub(super) fn catch_up(&mut self, now: Time, a: MonId, b: MonId) {
        if self.joint(a, b) == Joint::Broken {
            return;
        }
        for link in [self.index(a, b), self.index(b, a)] {
            let side = &mut self.messenger.sides[link];
            if side.resumes.is_some_and(|at| at <= now) {
                side.rest();
            }
        }
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
            for latency in latencies {
                let (shortest, longest) = own_latency(latency);
                whole = whole + chance.span(shortest, longest);
            }
        }
        whole
    }
}
