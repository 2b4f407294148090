//! Keyframes: clones of the world, close together near the present, further apart but evenly before that. Any instant
//! is reached by going on from the nearest one before it.

use super::expect::Score;
use crate::sim::World;

/// A keyframe is kept every so many events, and the less often the more is on its way (it clones all of that).
const EVERY_EVENTS: u32 = 400;

/// When there are more than this, the least missed of the older ones goes.
const FRAMES_MAX: usize = 96;

/// So many of the latest stay as close together as they were kept.
const FRAMES_CLOSE: usize = 32;

/// A place to go on from.
#[derive(Clone, Debug)]
pub(super) struct Keyframe {
    pub(super) world: World,
    /// How many entries of the timeline had been carried out.
    pub(super) done: usize,
    pub(super) score: Score,
}

/// The keyframes of a run, ascending; the first is the beginning and is never dropped.
#[derive(Clone, Debug)]
pub(super) struct History {
    frames: Vec<Keyframe>,
    on: bool,
}

impl History {
    pub(super) fn new(world: &World, score: &Score) -> Self {
        Self {
            frames: vec![Keyframe {
                world: world.clone(),
                done: 0,
                score: score.clone(),
            }],
            on: true,
        }
    }

    /// A history that keeps nothing.
    pub(super) const fn off() -> Self {
        Self {
            frames: Vec::new(),
            on: false,
        }
    }

    /// Keeps this moment, if the last one kept is long enough ago.
    pub(super) fn keep(&mut self, world: &World, done: usize, score: &Score) {
        let last = self
            .frames
            .last()
            .map_or(0, |frame| frame.world.last_event());
        let apart = EVERY_EVENTS.max(world.wire().in_flight() as u32);
        if !self.on || world.last_event() < last.saturating_add(apart) {
            return;
        }
        self.frames.push(Keyframe {
            world: world.clone(),
            done,
            score: score.clone(),
        });
        if self.frames.len() > FRAMES_MAX {
            self.thin();
        }
    }

    /// Drops the older keyframe without which the longest way to go on grows least.
    fn thin(&mut self) {
        let event = |place: usize| self.frames[place].world.last_event();
        let older = 1..self.frames.len() - FRAMES_CLOSE;
        if let Some(place) = older.min_by_key(|place| event(place + 1) - event(place - 1)) {
            self.frames.remove(place);
        }
    }

    /// Drops what came after an event.
    pub(super) fn forget_after(&mut self, last_event: u32) {
        self.frames
            .retain(|frame| frame.world.last_event() <= last_event);
    }

    /// The latest keyframe that fits; the first one when none does.
    pub(super) fn latest(&self, fits: impl Fn(&Keyframe) -> bool) -> &Keyframe {
        self.frames
            .iter()
            .rev()
            .find(|frame| fits(frame))
            .unwrap_or(&self.frames[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mon::Span;
    use crate::scenario::Scenario;
    use crate::sim::Trace;

    /// However long a run is, no instant of it is far from a keyframe.
    #[test]
    fn gaps_grow_evenly() {
        let mut world = World::new(&Scenario::of(3));
        let score = Score::new(&[]);
        let mut history = History::new(&world, &score);
        let mut trace = Trace::off();
        let boot = crate::scenario::Action::Boot(Vec::new());
        assert!(world.act(&boot, 0, &mut trace).is_ok());
        while world.last_event() < 200_000 {
            let next = world.now() + Span::from_ms(500);
            world.run_until(next, &mut trace);
            history.keep(&world, 0, &score);
        }
        let ids: Vec<u32> = history
            .frames
            .iter()
            .map(|frame| frame.world.last_event())
            .collect();
        assert_eq!(ids[0], 0);
        assert!(ids.len() <= FRAMES_MAX);
        let widest = ids.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(
            widest < Some(200_000 / 20),
            "{widest:?} events between two keyframes"
        );
    }
}
