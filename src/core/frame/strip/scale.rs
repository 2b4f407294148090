//! From virtual time to the width of the strip and back: in whole microseconds and 256ths of a pixel.
//!
//! *Squeezed*, the stretches in which something flies are opened, and what lies between them is folded to a few pixels,
//! more for longer ones. In *real time* a second is as wide as any other.

use crate::mon::{Span, Time};

/// 256ths of a pixel.
pub const SUB: i64 = 256;

/// How wide a usual flight is at zoom 1, in pixels.
const FLIGHT_PX: u64 = 36;

/// How wide a second of real time is at zoom 1, in pixels.
const SECOND_PX: u64 = 36;

/// A fold is so wide at least, and so much wider each time its length doubles (from a second on).
const FOLD_PX: u64 = 30;
const FOLD_MORE_PX: u64 = 11;

/// A stretch of time that is open, and how much lies before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins.
    pub from: Time,
    /// Where it ends.
    pub to: Time,
    /// How much open time there is before it.
    open_before: Span,
    /// How wide all folds before it are at zoom 1, in 256ths of a pixel.
    folds_before: u64,
}

/// Which stretches are open, and what a usual flight is.
#[derive(Clone, Debug, Default)]
pub struct Folding {
    usual: Span,
    longest: Span,
    stretches: Vec<Stretch>,
}

impl Folding {
    /// Flights usually take `usual`, and hardly ever longer than `longest`.
    #[must_use]
    pub fn new(usual: Span, longest: Span) -> Self {
        Self {
            usual: Span(usual.0.clamp(500, 2_000_000)),
            longest,
            stretches: Vec::new(),
        }
    }

    /// How long a flight usually takes.
    #[must_use]
    pub const fn usual(&self) -> Span {
        self.usual
    }

    /// What takes longer than this is held by something.
    #[must_use]
    pub const fn held(&self) -> Span {
        Span(self.longest.0 * 3 + 20_000)
    }

    /// The open stretches, in order.
    #[must_use]
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// Something happens from `from` to `to`, which is the present: the scale is open there. True: what was shown
    /// before the last stretch has moved.
    pub(super) fn open(&mut self, from: Time, to: Time) -> bool {
        let pad = Span(self.usual.0 / 3);
        let near = Span(self.usual.0 * 5);
        let (mut from, to) = (Time(from.0.saturating_sub(pad.0)), to + pad);
        let mut moved = false;
        while let Some(last) = self.stretches.last_mut() {
            if from.0 > last.to.0 + near.0 {
                break;
            }
            if from >= last.from {
                last.to = last.to.max(to);
                return moved;
            }
            from = from.min(last.from);
            self.stretches.pop();
            moved = true;
        }
        let before = self.stretches.last();
        let (open_before, folds_before, last_to) = before
            .map_or((Span::ZERO, 0, Time::ZERO), |s| {
                (s.open_before + s.to.since(s.from), s.folds_before, s.to)
            });
        let gap = from.since(last_to);
        self.stretches.push(Stretch {
            from,
            to,
            open_before,
            folds_before: folds_before + if gap > Span::ZERO { fold(gap) } else { 0 },
        });
        moved
    }
}

/// How wide a fold of this length is at zoom 1, in 256ths of a pixel.
fn fold(length: Span) -> u64 {
    // The logarithm of 1 + seconds to the base 2, in 256ths: its whole part, and a straight line between.
    let whole = 1_000_000 + length.0;
    let mut unit = 1_000_000_u64;
    let mut log = 0;
    while whole >= 2 * unit {
        unit *= 2;
        log += 256;
    }
    log += (whole - unit) * 256 / unit;
    FOLD_PX * 256 + FOLD_MORE_PX * log
}

/// How time is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Scale<'a> {
    stretches: &'a [Stretch],
    squeezed: bool,
    /// The width of a second of open time, in 256ths of a pixel.
    pace: u64,
    /// The width of folds against that at the natural zoom, in millionths.
    folds: u64,
    /// Up to when time is known.
    end: Time,
}

/// The natural zoom; zooms are in millionths.
pub const ZOOM_ONE: u64 = 1_000_000;
/// The furthest zoom.
pub const ZOOM_MIN: u64 = 50;
/// The closest zoom.
pub const ZOOM_MAX: u64 = 64 * ZOOM_ONE;

/// A part of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins.
    pub from: Time,
    /// Where it ends.
    pub to: Time,
    /// Is it folded?
    pub folded: bool,
}

impl<'a> Scale<'a> {
    /// The scale over all that is known up to `end`, at a zoom in millionths.
    #[must_use]
    pub fn new(folding: &'a Folding, squeezed: bool, zoom: u64, end: Time) -> Self {
        let natural = if squeezed {
            FLIGHT_PX * 256 * 1_000_000 / folding.usual.0.max(1)
        } else {
            SECOND_PX * 256
        };
        Self {
            stretches: &folding.stretches,
            squeezed,
            pace: (natural * zoom / ZOOM_ONE).max(1),
            folds: zoom.min(ZOOM_ONE),
            end,
        }
    }

    /// The zoom at which everything fits into so many pixels; never closer than the natural one.
    #[must_use]
    pub fn fitting(folding: &'a Folding, squeezed: bool, width: f32, end: Time) -> u64 {
        let all = Self::new(folding, squeezed, ZOOM_ONE, end).x(end).max(1) as u64;
        (width.max(1.0) as u64 * 256 * ZOOM_ONE / all).clamp(ZOOM_MIN, ZOOM_ONE)
    }

    /// Is it squeezed?
    #[must_use]
    pub const fn is_squeezed(&self) -> bool {
        self.squeezed
    }

    fn width(&self, open: Span) -> i64 {
        (open.0 * self.pace / 1_000_000) as i64
    }

    fn folded(&self, sub: u64) -> i64 {
        (sub * self.folds / ZOOM_ONE) as i64
    }

    fn start(&self, stretch: &Stretch) -> i64 {
        self.width(stretch.open_before) + self.folded(stretch.folds_before)
    }

    /// The part in which an instant lies, and where it begins and ends on the strip.
    pub(super) fn around(&self, at: Time) -> (Part, i64, i64) {
        if !self.squeezed {
            let to = self.end.max(at);
            let whole = Part {
                from: Time::ZERO,
                to,
                folded: false,
            };
            return (whole, 0, self.width(Span(to.0)));
        }
        let next = self.stretches.partition_point(|s| s.from <= at);
        match next.checked_sub(1).map(|place| &self.stretches[place]) {
            Some(s) if at <= s.to => self.open(s),
            _ => self.fold(next, at),
        }
    }

    /// A stretch that is open.
    fn open(&self, s: &Stretch) -> (Part, i64, i64) {
        let x = self.start(s);
        let part = Part {
            from: s.from,
            to: s.to,
            folded: false,
        };
        (part, x, x + self.width(s.to.since(s.from)))
    }

    /// The fold before the stretch at that place; the last one goes on to what is known, and to `at`.
    fn fold(&self, next: usize, at: Time) -> (Part, i64, i64) {
        let before = next
            .checked_sub(1)
            .map(|place| self.open(&self.stretches[place]));
        let (from, x) = before.map_or((Time::ZERO, 0), |(part, _, end)| (part.to, end));
        let (to, end) = match self.stretches.get(next) {
            Some(s) => (s.from, self.start(s)),
            None => {
                let to = self.end.max(at).max(from);
                (to, x + self.folded(fold(to.since(from))))
            }
        };
        let part = Part {
            from,
            to,
            folded: true,
        };
        (part, x, end)
    }

    /// Where an instant stands, in 256ths of a pixel from 0 s.
    #[must_use]
    pub fn x(&self, at: Time) -> i64 {
        let (part, x, end) = self.around(at);
        let (done, length) = (at.since(part.from), part.to.since(part.from));
        if part.folded {
            // Folds are a few hundred pixels wide at most.
            x + (done.0 * (end - x).unsigned_abs() / length.0.max(1)) as i64
        } else {
            x + self.width(done)
        }
    }

    /// The instant at a place, in 256ths of a pixel from 0 s; never one after what is known.
    #[must_use]
    pub fn time(&self, x: i64) -> Time {
        let x = x.max(0);
        let (part, start, end) = if self.squeezed {
            let next = self.stretches.partition_point(|s| self.start(s) <= x);
            let before = next
                .checked_sub(1)
                .map(|place| self.open(&self.stretches[place]));
            before
                .filter(|(_, _, end)| x <= *end)
                .unwrap_or_else(|| self.fold(next, self.end))
        } else {
            self.around(self.end)
        };
        let way = (x - start).max(0).unsigned_abs();
        let done = if part.folded {
            let length = part.to.since(part.from);
            length.0.saturating_mul(way) / (end - start).unsigned_abs().max(1)
        } else {
            way.saturating_mul(1_000_000) / self.pace
        };
        (part.from + Span(done)).min(part.to).min(self.end)
    }

    /// The parts between two instants, in order, with where each begins and ends.
    pub fn parts(&self, from: Time, to: Time) -> impl Iterator<Item = (Part, i64, i64)> + use<'a> {
        let scale = *self;
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let at = next?;
            let found = scale.around(at);
            let after = found.0.to + Span(1);
            next = (after <= to && found.0.to < scale.end).then_some(after);
            Some(found)
        })
    }

    /// How much of open time one pixel is.
    #[must_use]
    pub fn per_pixel(&self) -> Span {
        Span(256 * 1_000_000 / self.pace)
    }
}
