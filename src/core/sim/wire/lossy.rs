//! No sessions: every message on its own. It may be lost, come twice, or be overtaken; a cut loses what meets it.

use super::{Flight, LostAtOnce, Wire};
use crate::mon::{MonId, Time};
use crate::scenario::{Network, Session, Share};
use crate::sim::chance::{Chance, Purpose};
use crate::sim::queue::Queue;
use crate::sim::trace::Loss;

/// What lossy links need.
#[derive(Clone, Debug, Default)]
pub(super) struct Lossy {
    duplicate: Share,
    /// A stream for each link.
    chance: Vec<Chance>,
}

impl Lossy {
    pub(super) fn new(monitors: usize, network: &Network, seed: u64) -> Self {
        if network.session != Session::Lossy {
            return Self::default();
        }
        let ids = || (0..monitors).map(|i| MonId(i as u8));
        let stream = |from, to| Chance::of_link(seed, Purpose::Loss, from, to);
        let of_one = |from| ids().map(move |to| stream(from, to));
        Self {
            duplicate: network.duplicate,
            chance: ids().flat_map(of_one).collect(),
        }
    }
}

impl Wire {
    pub(super) fn send_alone(
        &mut self,
        now: Time,
        slot: u32,
        queue: &mut Queue,
    ) -> Option<LostAtOnce> {
        let flight = self.flights[slot as usize].as_ref()?;
        let link = self.index(flight.message.from, flight.to);
        let (cut_by, loss, loss_by) = {
            let link = &self.links[link];
            (link.cut_by, link.loss, link.loss_by)
        };
        if cut_by.is_some() {
            return Some((Loss::Cut, cut_by));
        }
        if self.lossy.chance[link].hits(loss) {
            return Some((Loss::Network, loss_by));
        }
        if self.lossy.chance[link].hits(self.lossy.duplicate) {
            let copy = self.place(flight.clone());
            self.fly(now, copy, queue);
        }
        self.fly(now, slot, queue);
        None
    }

    /// Takes off what is under way on a link that is cut now.
    pub(super) fn under_way(&mut self, now: Time, from: MonId, to: MonId) -> Vec<Flight> {
        let passes = |flight: &Flight| flight.due.is_some_and(|due| due > now);
        self.take_all(&|flight| flight.message.from == from && flight.to == to && passes(flight))
    }

    /// A process ends, or begins anew with its connections: nobody is there any more for what is on its way to it. What
    /// it has sent goes its way.
    pub(super) fn end_alone(&mut self, mon: MonId) -> Vec<Flight> {
        self.take_all(&|flight| flight.to == mon)
    }
}
