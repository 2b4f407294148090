//! Who led when: each change of the monitor that leads with its whole quorum behind it. Known of the future too, once
//! it was passed.

use crate::mon::{MonId, Time};
use crate::sim::World;

/// From an instant on, this monitor leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reign {
    /// The instant.
    pub at: Time,
    /// Who leads; `None`: nobody does.
    pub leader: Option<MonId>,
    /// The latest event of the run by then.
    event: u32,
}

/// Every change so far.
#[derive(Clone, Debug)]
pub(super) struct Reigns {
    list: Vec<Reign>,
    /// The latest event that was looked at; what is replayed up to it is known.
    seen: u32,
}

impl Default for Reigns {
    fn default() -> Self {
        let nobody = Reign {
            at: Time::ZERO,
            leader: None,
            event: 0,
        };
        Self {
            list: vec![nobody],
            seen: 0,
        }
    }
}

impl Reigns {
    pub(super) fn list(&self) -> &[Reign] {
        &self.list
    }

    /// Something happened.
    pub(super) fn look(&mut self, world: &World) {
        if world.last_event() <= self.seen {
            return;
        }
        self.seen = world.last_event();
        let leader = world.leader();
        if self.list.last().is_none_or(|last| last.leader != leader) {
            self.list.push(Reign {
                at: world.now(),
                leader,
                event: self.seen,
            });
        }
    }

    /// Forgets what came after an event.
    pub(super) fn forget_after(&mut self, last_event: u32) {
        self.list.retain(|reign| reign.event <= last_event);
        self.seen = self.seen.min(last_event);
    }
}
