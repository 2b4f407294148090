//! Travel in time: to an instant, to an event, one step back, to the next of a kind.

use super::Player;
use crate::mon::{Kind, Span, Time, Timer};
use crate::sim::{Event, EventId, EventKind, World};

/// How far "the next event of interest" is looked for, in events and in virtual time: a cluster at rest has none.
const SEARCH_EVENTS: usize = 50_000;
pub(super) const SEARCH_SPAN: Span = Span::from_secs(600);

impl Player {
    /// Goes to an instant, back or forth; what is known of the future stays known.
    pub fn seek(&mut self, at: Time) {
        let fits = |world: &World| world.now() <= at;
        let nearest = &self.history.latest(|frame| fits(&frame.world)).world;
        // Forwards too: what was passed once has its keyframes.
        if at < self.now() || nearest.last_event() > self.world.last_event() {
            self.travel(|world, _| fits(world));
        }
        self.advance_to(at);
        self.settle();
    }

    /// Goes to the moment right after an event that is known, and what happened with it. False: there is no such event.
    pub fn go_to_event(&mut self, id: EventId) -> bool {
        if self.trace.get(id).is_none() {
            return false;
        }
        if self.world.last_event() >= id.get() {
            self.travel(|world, _| world.last_event() < id.get());
        }
        while self.world.last_event() < id.get() && self.go_on().is_some() {}
        self.settle();
        true
    }

    /// Takes back the latest event, and what happened with it: the next [`Self::step`] takes it again. False: nothing
    /// has happened.
    pub fn step_back(&mut self) -> bool {
        let last = self.world.last_event();
        let Some(before) = self.before_step(last) else {
            return false;
        };
        self.travel(|world, _| world.last_event() <= before);
        while self.world.last_event() < before && self.go_on().is_some() {}
        self.settle();
        true
    }

    /// The latest event before the step that ended with the event `last`; taking that step again is how it is found.
    fn before_step(&mut self, last: u32) -> Option<u32> {
        if last == 0 {
            return None;
        }
        self.travel(|world, _| world.last_event() < last);
        let mut event = self.world.last_event();
        while self.world.last_event() < last {
            event = self.world.last_event();
            self.go_on()?;
        }
        Some(event)
    }

    /// Goes back to the moment after the latest event of that kind before the present one; to 0 s, when there was
    /// none.
    pub fn previous_of(&mut self, wanted: Wanted) -> bool {
        let before = self
            .before_step(self.world.last_event())
            .unwrap_or_default();
        let past = &self.trace.events()[..before as usize];
        let found = past.iter().rev().find(|event| wanted.is(event));
        match found.map(|event| event.id) {
            Some(id) => self.go_to_event(id),
            None => {
                self.restart();
                false
            }
        }
    }

    /// The latest event that changed something in an election, up to the present; a run that has been at rest for very
    /// long may have none.
    #[must_use]
    pub fn latest_of_interest(&self) -> Option<&Event> {
        let latest = self.events().iter().rev().take(SEARCH_EVENTS);
        latest.into_iter().find(|event| is_of_interest(event))
    }

    /// Back to 0 s, as if nothing had happened; what people did stays in the script.
    pub fn restart(&mut self) {
        self.travel(|world, _| world.last_event() == 0);
        self.settle();
    }

    /// Goes to the latest keyframe that `fits`; the first one always does.
    pub(super) fn travel(&mut self, fits: impl Fn(&World, usize) -> bool) {
        self.reached = self.reached.max(self.now());
        let frame = self.history.latest(|frame| fits(&frame.world, frame.done));
        self.world = frame.world.clone();
        self.score = frame.score.clone();
        self.timeline.go_to(frame.done);
        self.version += 1;
    }

    /// Goes on to the next event of that kind. Gives it; `None`: nothing of the kind within ten minutes, and time
    /// stands still.
    pub fn next_of(&mut self, wanted: Wanted) -> Option<EventId> {
        let now = self.now();
        let found = self.search_on(now + SEARCH_SPAN, wanted);
        if found.is_none() {
            self.seek(now);
        }
        found
    }

    fn search_on(&mut self, limit: Time, wanted: Wanted) -> Option<EventId> {
        for _ in 0..SEARCH_EVENTS {
            if self.next_at().is_none_or(|at| at > limit) {
                return None;
            }
            let before = self.world.last_event() as usize;
            self.go_on();
            let new = &self.events()[before..];
            if let Some(event) = new.iter().find(|event| wanted.is(event)) {
                return Some(event.id);
            }
        }
        None
    }
}

/// What is looked for in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What changes something in an election: a message or timer of an election, a change of state, a victory, an
    /// action.
    Election,
    /// What the strip marks: an action, a victory, an end, a broken property.
    Mark,
}

impl Wanted {
    fn is(self, event: &Event) -> bool {
        match self {
            Self::Election => is_of_interest(event),
            Self::Mark => is_mark(event),
        }
    }
}

/// Is it something that the strip marks?
#[must_use]
pub fn is_mark(event: &Event) -> bool {
    match event.kind {
        // That everybody boots at the beginning is no news.
        EventKind::User => event.at > Time::ZERO || event.mon.is_some(),
        EventKind::Victory | EventKind::Violation | EventKind::Abort | EventKind::Exit => true,
        _ => false,
    }
}

/// Does this event change something in an election, or is it somebody's doing?
fn is_of_interest(event: &Event) -> bool {
    match event.kind {
        EventKind::Deliver => {
            matches!(
                event.message,
                Some(Kind::Propose | Kind::Ack | Kind::Victory | Kind::Nak)
            )
        }
        EventKind::Timer => {
            event.timer == Some(Timer::Election) || event.state != event.state_before
        }
        EventKind::User
        | EventKind::State
        | EventKind::Victory
        | EventKind::Abort
        | EventKind::Exit => true,
        _ => false,
    }
}
