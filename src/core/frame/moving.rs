//! What moves every frame: messages on their way and timers running out, in buffers that are used again.
//!
//! Numbers only; no text is made here, and nothing is allocated once the buffers have grown.

use super::geometry::{length, within};
use super::glyph::shows_epoch;
use super::label::Detail;
use super::layout::Layout;
use super::scene::{FlightScene, Scene};
use crate::mon::{Kind, Time};
use crate::words::Tone;

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Where it is.
    pub x: f32,
    /// Where it is.
    pub y: f32,
    /// Where its trail begins: at its sender.
    pub tail: (f32, f32),
    /// The middle of its epoch, written beside it; `None`: not written.
    pub epoch: Option<(f32, f32, u32)>,
    /// What it is.
    pub kind: Kind,
    /// Names it: the id of its send.
    pub id: u32,
    /// It stands where a cut or a pause holds it.
    pub held: bool,
}

/// A timer running out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sweep {
    /// The middle of the disc.
    pub x: f32,
    /// The middle of the disc.
    pub y: f32,
    /// What is left of it, from 0 to 1; drawn clockwise from the top.
    pub part: f32,
    /// Its colour: that of the monitor's state.
    pub tone: Tone,
}

/// How much of a trail is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trails {
    /// As it is.
    #[default]
    Full,
    /// Thin and pale: more than twenty messages.
    Pale,
    /// Not at all: more than 150.
    None,
}

/// All that moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moving {
    /// The messages, in the order of the scene.
    pub marks: Vec<Mark>,
    /// The timers.
    pub sweeps: Vec<Sweep>,
    /// The radius of the timers' arcs.
    pub arc: f32,
    /// How trails are drawn.
    pub trails: Trails,
    /// The size of the shapes.
    pub scale: f32,
    /// For each message of the scene, how many behind it wait on the same link; used again.
    behind: Vec<u16>,
}

/// How far those that wait at a sender stand apart, in px at full size.
const QUEUE_STEP: f32 = 14.0;

/// How far along its way such a queue reaches at most: short of the sign in the middle of a cut link.
const QUEUE_MAX: f32 = 0.4;

impl Moving {
    /// Where everything is at `now`, which is not before the instant of the scene nor after the next event.
    ///
    /// With `still` (somebody prefers less motion) messages stand in the middle of their way.
    pub fn update(&mut self, scene: &Scene, layout: &Layout, now: Time, still: bool) {
        let many = scene.flights.len();
        self.trails = match many {
            ..=20 => Trails::Full,
            21..=150 => Trails::Pale,
            _ => Trails::None,
        };
        self.scale = match layout.disc {
            r if many > 600 || r < 10.0 => 0.5,
            r if r < 18.0 => 0.7,
            r if r < 26.0 => 0.85,
            _ => 1.0,
        };
        self.arc = layout.arc();
        let epochs = many <= 20 && layout.detail <= Detail::Short;
        self.marks.clear();
        self.count_behind(&scene.flights);
        for (flight, behind) in scene.flights.iter().zip(&self.behind) {
            let queued = f32::from(*behind) * QUEUE_STEP * self.scale;
            let part = |way: f32| {
                let made = way_made(flight, now, still);
                made + (queued / way).min(QUEUE_MAX)
            };
            self.marks.extend(mark(flight, layout, part, epochs));
        }
        self.sweeps.clear();
        for mon in &scene.monitors {
            let (Some(timer), Some(spot)) = (mon.timer, layout.spot(mon.id)) else {
                continue;
            };
            let left = timer.at.since(now).0 as f32 / timer.length.0.max(1) as f32;
            self.sweeps.push(Sweep {
                x: spot.x,
                y: spot.y,
                part: within(left, 0.0, 1.0),
                tone: Tone::of(mon.state),
            });
        }
    }

    /// What a cut holds at its sender stands in a queue, the oldest in front.
    fn count_behind(&mut self, flights: &[FlightScene]) {
        self.behind.clear();
        let waits = |flight: &FlightScene| flight.due.is_none() && flight.held_at == 0;
        let behind = flights.iter().enumerate().map(|(i, flight)| {
            let same = |later: &&FlightScene| {
                waits(later) && (later.from, later.to) == (flight.from, flight.to)
            };
            if waits(flight) {
                flights[i + 1..].iter().filter(same).count() as u16
            } else {
                0
            }
        });
        self.behind.extend(behind);
    }

    /// The message nearest to a point, if its shape is within `reach` px of it.
    #[must_use]
    pub fn hit(&self, x: f32, y: f32, reach: f32) -> Option<&Mark> {
        let far = |m: &Mark| (m.x - x) * (m.x - x) + (m.y - y) * (m.y - y);
        let near = self.marks.iter().min_by(|a, b| far(a).total_cmp(&far(b)))?;
        (far(near) <= reach * reach).then_some(near)
    }
}

/// The part of its way a message has made.
fn way_made(flight: &FlightScene, now: Time, still: bool) -> f32 {
    let held = f32::from(flight.held_at) / 1000.0;
    let Some(due) = flight.due else { return held };
    if still {
        return 0.5;
    }
    // A message sent on after a heal starts where it was held.
    let done = now.since(flight.sent).0 as f32 / due.since(flight.sent).0.max(1) as f32;
    held + (1.0 - held) * within(done, 0.0, 1.0)
}

fn mark(
    flight: &FlightScene,
    layout: &Layout,
    part: impl Fn(f32) -> f32,
    epochs: bool,
) -> Option<Mark> {
    let lane = layout.lane();
    let ahead = if layout.disc < 18.0 { 9.0 } else { 14.0 };
    let (a, b) = layout.way(flight.from, flight.to, lane, ahead)?;
    let (tail, _) = layout.way(flight.from, flight.to, lane, 4.0)?;
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let part = part(length(dx, dy).max(1.0));
    let (x, y) = (a.0 + dx * part, a.1 + dy * part);
    let epoch = flight
        .epoch
        .filter(|_| epochs && shows_epoch(flight.kind) && (0.03..0.93).contains(&part));
    let far = length(dx, dy).max(1.0);
    let (mut nx, mut ny) = (-dy / far * 15.0, dx / far * 15.0);
    // Further to the right; inside the ring where the words outside it are near.
    let (mx, my) = (x - layout.middle.0, y - layout.middle.1);
    if layout.detail != Detail::Full && nx * mx + ny * my > 0.0 {
        (nx, ny) = (-nx, -ny);
    }
    Some(Mark {
        x,
        y,
        tail,
        epoch: epoch.map(|e| (x + nx, y + ny, e)),
        kind: flight.kind,
        id: flight.id,
        held: flight.due.is_none(),
    })
}
