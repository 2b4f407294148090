//! The space-time strip: a lane a monitor, arrows for messages, and everything that happened, by virtual time.
//!
//! ```text
//! events -> Facts (by time) -> Scale (time <-> width) -> Strip (geometry, hits) -> Picture (strokes a pen, texts)
//! ```

mod axis;
mod draw;
pub mod facts;
pub mod family;
pub mod picture;
pub mod print;
pub mod scale;

pub use facts::{Facts, Flight, Mark, MarkKind};
pub use family::Family;
pub use picture::Picture;
pub use scale::{Folding, Scale};

use super::geometry::{length, within};
use crate::mon::{MonId, Span, Time};
use crate::play::Player;
use crate::scenario::Action;
use crate::sim::EventId;
use crate::words::Lang;
use scale::SUB;

/// The room of a strip, and how much it tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// In CSS pixels.
    pub width: f32,
    /// In CSS pixels.
    pub height: f32,
    /// How wide the page's font is against the table of [`super::measure`].
    pub text: f32,
    /// Lanes only, without arrows and words.
    pub bare: bool,
}

/// The heights of a strip's parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heights {
    /// Where the first lane begins.
    pub top: f32,
    /// From one lane to the next.
    pub pitch: f32,
    /// How high a full lane is.
    pub bar: f32,
    /// How high the lane of a peon is.
    pub thin: f32,
    /// Where the last lane ends.
    pub bottom: f32,
}

/// Above the lanes: crowns and quorums.
const HEAD: f32 = 22.0;
/// Below the lanes: brackets, and the axis.
const FOOT: f32 = 50.0;

impl Heights {
    fn of(room: Room, lanes: usize) -> Self {
        let (head, foot) = if room.bare { (2.0, 2.0) } else { (HEAD, FOOT) };
        let pitch = ((room.height - head - foot) / lanes.max(1) as f32).max(1.0);
        let roomy = pitch >= 22.0;
        Self {
            top: head,
            pitch,
            bar: if roomy { 14.0 } else { (pitch * 0.55).max(2.0) },
            thin: if roomy { 4.0 } else { (pitch * 0.2).max(1.0) },
            bottom: head + pitch * lanes as f32,
        }
    }

    /// The middle of a lane.
    #[must_use]
    pub fn lane(&self, mon: MonId) -> f32 {
        self.top + self.pitch * (f32::from(mon.0) + 0.5)
    }

    /// Where the axis stands.
    #[must_use]
    pub fn axis(&self) -> f32 {
        self.bottom + 28.0
    }
}

/// The facts of a player's run, nothing read yet.
#[must_use]
pub fn facts_of(player: &Player) -> Facts {
    let scenario = player.scenario();
    let (shortest, longest) = scenario.network.latency;
    let usual = Span(u64::midpoint(shortest.0, longest.0));
    let slowest = player.script().iter().map(|entry| match &entry.action {
        Action::Latency { range, .. } => range.1,
        _ => longest,
    });
    let folding = Folding::new(usual, slowest.max().unwrap_or(longest));
    Facts::new(scenario.monitors.len(), folding)
}

/// A strip at a place and scale.
#[derive(Clone, Copy, Debug)]
pub struct Strip<'a> {
    player: &'a Player,
    facts: &'a Facts,
    scale: Scale<'a>,
    /// What stands at its left edge, in 256ths of a pixel from 0 s.
    left: i64,
    room: Room,
    heights: Heights,
    lang: Lang,
}

/// What lies at a place of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The event it stands for: how a message ended (or its send, while it flies), what was done, or what made a
    /// monitor what it is there.
    pub event: EventId,
    /// Is it a message?
    pub message: bool,
}

/// How far from an arrow or a marker the pointer may be, in pixels.
const REACH: f32 = 6.0;

impl<'a> Strip<'a> {
    /// A strip of all that is known.
    #[must_use]
    pub fn new(
        player: &'a Player,
        facts: &'a Facts,
        scale: Scale<'a>,
        left: i64,
        room: Room,
        lang: Lang,
    ) -> Self {
        let heights = Heights::of(room, facts.monitors());
        Self {
            player,
            facts,
            scale,
            left,
            room,
            heights,
            lang,
        }
    }

    /// The heights of its parts.
    #[must_use]
    pub const fn heights(&self) -> Heights {
        self.heights
    }

    /// Where an instant stands, in pixels from the left edge.
    #[must_use]
    pub fn x(&self, at: Time) -> f32 {
        self.px(self.scale.x(at))
    }

    fn px(&self, sub: i64) -> f32 {
        (sub - self.left) as f32 / SUB as f32
    }

    /// The instant at a place; never one after what is known.
    #[must_use]
    pub fn time(&self, x: f32) -> Time {
        self.scale.time(self.left + (x * SUB as f32) as i64)
    }

    /// The place from which on the strip may look different when more is known than up to an instant: where the last
    /// fold begins, or the last outage.
    #[must_use]
    pub fn live_from(&self, known: Time) -> f32 {
        let last = self
            .facts
            .stretches()
            .iter()
            .rev()
            .find(|s| s.from <= known);
        let from = last.map_or(Time::ZERO, |stretch| stretch.to).min(known);
        let reigns = self.player.reigns().iter().rev();
        let outage = reigns.take(2).find(|reign| reign.leader.is_none());
        self.x(outage.map_or(from, |reign| reign.at.min(from)))
    }

    /// What lies at a place: a marker, a message, or a monitor's state.
    #[must_use]
    pub fn hit(&self, x: f32, y: f32) -> Option<Found> {
        let (from, to) = (self.time(x - REACH), self.time(x + REACH));
        let found = |event, message| Found { event, message };
        let mark = self.marks_in(from, to).find(|mark| {
            let at = (self.x(mark.at), self.mark_y(mark));
            far((x, y), at, at) <= REACH
        });
        if let Some(mark) = mark {
            return Some(found(mark.event, false));
        }
        let mut nearest = (REACH, None);
        if !self.room.bare {
            for flight in self.facts.flights_in(from, to) {
                for (a, b) in self.arrow(flight).lines() {
                    let far = far((x, y), a, b);
                    if far < nearest.0 {
                        nearest = (far, Some(flight.last));
                    }
                }
            }
        }
        if let Some(event) = nearest.1 {
            return Some(found(event, true));
        }
        let lane = (y - self.heights.top) / self.heights.pitch;
        if lane < 0.0 || lane >= self.facts.monitors() as f32 {
            return None;
        }
        let steps = self.facts.lane(MonId(lane as u8));
        let at = self.time(x);
        let place = steps.partition_point(|step| step.at <= at);
        Some(found(steps[place.checked_sub(1)?].event, false))
    }
}

/// How far a point is from the line between two others.
fn far(p: (f32, f32), a: (f32, f32), b: (f32, f32)) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 {
        within(((p.0 - a.0) * dx + (p.1 - a.1) * dy) / square, 0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (a.0 + dx * along - p.0, a.1 + dy * along - p.1);
    length(ex, ey)
}
