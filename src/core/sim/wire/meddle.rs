//! What is done by hand to one message: it is lost, comes later, comes twice, or comes now.

use super::{Flight, LostAtOnce, Wire};
use crate::mon::{Span, Time};
use crate::scenario::{Address, Deed, Session};
use crate::sim::queue::Queue;
use crate::sim::trace::{EventId, Loss};

/// What is to be done to a message as soon as it is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaited {
    message: Address,
    deed: Deed,
    by: EventId,
}

impl Wire {
    /// Does something to the message of that address; gives it when it is lost by that. One that is still to be sent is
    /// waited for; one that isn't on its way any more is left alone.
    pub fn meddle(
        &mut self,
        now: Time,
        (message, deed): (Address, Deed),
        by: EventId,
        queue: &mut Queue,
    ) -> Option<Flight> {
        let link = self.index(message.from, message.to);
        if message.ordinal > self.links[link].sent[message.kind as usize] {
            self.awaited.push(Awaited { message, deed, by });
            return None;
        }
        // One that stands before a paused receiver has arrived.
        let under_way = |flight: &Flight| flight.due.is_none_or(|due| due > now);
        let slots = self.slots_in_order(&|flight| is_at(flight, message) && under_way(flight));
        self.carry_out(now, *slots.first()?, deed, queue)
    }

    /// A message was sent: does what was waiting for it. Says why it is lost, by this or before.
    pub(super) fn meet(
        &mut self,
        now: Time,
        slot: u32,
        lost: Option<LostAtOnce>,
        queue: &mut Queue,
    ) -> Option<LostAtOnce> {
        let mut waiting = Vec::new();
        let sent = |wire: &Self, one: &Address| {
            let link = wire.index(one.from, one.to);
            wire.links[link].sent[one.kind as usize] >= one.ordinal
        };
        let all = std::mem::take(&mut self.awaited);
        for one in all {
            if sent(self, &one.message) {
                waiting.push(one);
            } else {
                self.awaited.push(one);
            }
        }
        if lost.is_some() {
            return lost;
        }
        for one in waiting {
            if self.carry_out(now, slot, one.deed, queue).is_some() {
                return Some((Loss::ByHand, Some(one.by)));
            }
        }
        None
    }

    fn carry_out(&mut self, now: Time, slot: u32, deed: Deed, queue: &mut Queue) -> Option<Flight> {
        let flight = self.flights[slot as usize].as_ref()?;
        let due = flight.due;
        match (deed, due) {
            (Deed::Drop, _) => {
                self.release(slot);
                return self.take(slot);
            }
            (Deed::Delay(span), None) => {
                let flight = self.flights[slot as usize].as_mut()?;
                flight.delay = flight.delay + span;
            }
            (Deed::Delay(span), Some(due)) => self.put_off(slot, due + span, queue),
            (Deed::Duplicate, None) => {
                let copy = self.place(flight.clone());
                let held = self.held_with(slot)?;
                let place = held.iter().position(|one| *one == slot)?;
                held.insert(place + 1, copy);
            }
            (Deed::Duplicate, Some(due)) => {
                let copy = self.place(flight.clone());
                if self.session == Session::Lossy {
                    self.fly(now, copy, queue);
                } else {
                    self.schedule(copy, due, queue);
                }
            }
            (Deed::Deliver, _) => self.bring(now, slot, queue),
        }
        None
    }

    /// Where a message stands that is held.
    fn held_with(&mut self, slot: u32) -> Option<&mut std::collections::VecDeque<u32>> {
        let flight = self.flights[slot as usize].as_ref()?;
        let link = self.index(flight.message.from, flight.to);
        Some(&mut self.links[link].held)
    }

    fn release(&mut self, slot: u32) {
        if let Some(held) = self.held_with(slot) {
            held.retain(|one| *one != slot);
        }
    }

    /// The messages on the same link, from the oldest on.
    fn companions(&self, slot: u32) -> Vec<u32> {
        let Some(flight) = &self.flights[slot as usize] else {
            return Vec::new();
        };
        let (from, to) = (flight.message.from, flight.to);
        self.slots_between(from, to)
    }

    /// It arrives at this later time; where there is an order, what follows comes after it.
    fn put_off(&mut self, slot: u32, due: Time, queue: &mut Queue) {
        self.schedule(slot, due, queue);
        if self.session == Session::Lossy {
            return;
        }
        let mut last = due;
        let later = self.companions(slot);
        for other in later.into_iter().skip_while(|one| *one != slot).skip(1) {
            let its = self.flights[other as usize]
                .as_ref()
                .and_then(|flight| flight.due);
            if let Some(its) = its {
                last += Span(1);
                if its < last {
                    self.schedule(other, last, queue);
                } else {
                    last = its;
                }
            }
        }
        if let Some(flight) = &self.flights[slot as usize] {
            let link = self.index(flight.message.from, flight.to);
            self.links[link].last_due = self.links[link].last_due.max(last);
        }
    }

    /// It arrives now, through a cut too; where there is an order, so does what comes before it.
    fn bring(&mut self, now: Time, slot: u32, queue: &mut Queue) {
        let before = if self.session == Session::Lossy {
            Vec::new()
        } else {
            let all = self.companions(slot).into_iter();
            all.take_while(|one| *one != slot).collect()
        };
        for one in before.into_iter().chain([slot]) {
            let Some(flight) = self.flights[one as usize].as_mut() else {
                continue;
            };
            if flight.due.is_none_or(|due| due > now) {
                flight.left = flight.left.min(now);
                self.release(one);
                self.schedule(one, now, queue);
            }
        }
    }
}

fn is_at(flight: &Flight, address: Address) -> bool {
    (flight.message.from, flight.to) == (address.from, address.to)
        && flight.ordinal == address.ordinal
        && flight.message.body.kind() == address.kind
}
