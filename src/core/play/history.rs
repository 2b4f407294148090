//! Keyframes: clones of the world, close together near the present and thinned with age. Any instant is reached by
//! going on from the nearest one before it.

use super::expect::Score;
use crate::sim::World;

/// A keyframe is kept at least every so many events.
const EVERY_EVENTS: u32 = 400;

/// When there are more than this, every second one of the older half goes.
const FRAMES_MAX: usize = 96;

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
        if !self.on || world.last_event() < last + EVERY_EVENTS {
            return;
        }
        self.frames.push(Keyframe {
            world: world.clone(),
            done,
            score: score.clone(),
        });
        if self.frames.len() > FRAMES_MAX {
            let older = self.frames.len() / 2;
            let mut place = 0;
            self.frames.retain(|_| {
                place += 1;
                place > older || place % 2 == 1
            });
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
