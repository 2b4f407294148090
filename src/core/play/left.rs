//! The run that somebody left: they went back in time, and did something else.

use super::Player;
use crate::mon::Time;
use crate::scenario::{By, Scripted};

/// A run that somebody left. Its script is enough to have it again.
#[derive(Clone, Debug)]
pub(super) struct Left {
    script: Vec<Scripted>,
    /// The latest event that it has in common with the present run.
    common: u32,
    /// Up to when it was known.
    until: Time,
}

impl Player {
    /// Forgets the future that was known, and what people did in it; it can be had back.
    pub(super) fn fork(&mut self) {
        let last = self.world.last_event();
        let by_user = |entry: &Scripted| entry.by == By::User;
        if self.timeline.entries()[self.timeline.done()..]
            .iter()
            .any(by_user)
            || self.trace.events().len() > last as usize
        {
            self.left = Some(self.leaving(last));
        }
        self.reached = Time::ZERO;
        if self.trace.events().len() > last as usize {
            self.trace.truncate(last);
            self.forks += 1;
        }
        self.reigns.forget_after(last);
        self.history.forget_after(last);
        self.timeline.drop_later_by_users();
    }

    fn leaving(&self, common: u32) -> Left {
        Left {
            script: self.timeline.entries().to_vec(),
            common,
            until: self.known_until(),
        }
    }

    /// Is there a run that somebody left by acting in its past?
    #[must_use]
    pub const fn has_left(&self) -> bool {
        self.left.is_some()
    }

    /// Goes to the run that was left, as far as it was known; the present one is left now. False: there is none.
    pub fn back_to_left(&mut self) -> bool {
        let Some(left) = self.left.take() else {
            return false;
        };
        let leaving = self.leaving(left.common);
        self.travel(|world, _| world.last_event() <= left.common);
        self.trace.truncate(left.common);
        self.reigns.forget_after(left.common);
        self.history.forget_after(left.common);
        self.forks += 1;
        self.reached = Time::ZERO;
        self.timeline.replace(left.script);
        self.advance_to(left.until);
        self.left = Some(leaving);
        self.settle();
        true
    }
}
