//! The axis of time below the lanes: ticks where time is open, a zigzag with its length where it is folded.

use super::Strip;
use super::picture::{Align, Look, Pen, Picture};
use super::scale::{Part, SUB};
use crate::frame::measure::text_width;
use crate::mon::{Span, Time};
use crate::words::fill::push_fixed;
use crate::words::{Phrase, Val};

/// The least room from one labelled tick to the next, in pixels.
const LABEL: f32 = 84.0;

/// From one label to the next, where more stretches are in sight than could be told apart.
const RULE: i64 = 120;

/// The width of a zigzag's tooth.
const TOOTH: f32 = 7.0;

/// A part of the axis, and where it begins and ends in pixels.
struct Piece {
    part: Part,
    x: f32,
    end: f32,
}

impl Strip<'_> {
    /// The axis between two places.
    pub(super) fn axis(&self, picture: &mut Picture, from: f32, to: f32) {
        let y = self.heights.axis();
        if self.is_crowded() {
            return self.rule(picture, (from, to), y);
        }
        for (part, start, end) in self.scale.parts(self.time(from), self.time(to)) {
            let piece = Piece {
                part,
                x: self.px(start),
                end: self.px(end),
            };
            if part.folded {
                self.zigzag(picture, &piece, y);
            } else {
                let (left, right) = (piece.x.max(from), piece.end.min(to));
                picture.stroke(Pen::Axis, [left, y, right, y]);
                if right - left < 2.0 {
                    continue;
                }
                self.ticks(picture, &piece, (left, right));
            }
        }
    }

    /// Are more stretches in sight than could be told apart?
    fn is_crowded(&self) -> bool {
        let (from, to) = (self.time(0.0), self.time(self.room.width));
        let before = |at| self.facts.stretches().partition_point(|s| s.from < at);
        self.scale.is_squeezed() && (before(to) - before(from)) as f32 > self.room.width / 16.0
    }

    /// An axis that says at even distances which second stands there.
    fn rule(&self, picture: &mut Picture, (from, to): (f32, f32), y: f32) {
        let right = to.min(self.x(self.scale_end()));
        picture.stroke(Pen::Axis, [from, y, right, y]);
        let step = RULE * SUB;
        let first = (self.left + (from.max(0.0) * SUB as f32) as i64) / step;
        for n in first.max(1).. {
            let x = self.px(n * step);
            if x > right {
                return;
            }
            picture.stroke(Pen::Axis, [x, y, x, y + 5.0]);
            let seconds = self.scale.time(n * step).0 / 1_000_000;
            let words = self.lang.text(Phrase::Seconds, &[("n", Val::Num(seconds))]);
            picture.text((x, y + 15.0), Align::Middle, Look::Tick, words);
        }
    }

    fn zigzag(&self, picture: &mut Picture, piece: &Piece, y: f32) {
        let width = piece.end - piece.x;
        if width < TOOTH {
            return picture.stroke(Pen::Axis, [piece.x, y, piece.end, y]);
        }
        let teeth = (width / TOOTH).max(1.0) as u16;
        let step = width / f32::from(teeth) / 2.0;
        let mut at = (piece.x, y);
        for tooth in 0..teeth * 2 {
            let up = match tooth % 4 {
                0 => y - 3.0,
                2 => y + 3.0,
                _ => y,
            };
            let next = (at.0 + step, up);
            picture.stroke(Pen::Axis, [at.0, at.1, next.0, next.1]);
            at = next;
        }
        if let Some((length, _)) = self.fold_label(piece.part, width) {
            let middle = (piece.x + piece.end) / 2.0;
            picture.text((middle, y + 15.0), Align::Middle, Look::Fold, length);
        }
    }

    fn ticks(&self, picture: &mut Picture, piece: &Piece, (from, to): (f32, f32)) {
        let y = self.heights.axis();
        let per_px = self.scale.per_pixel().0.max(1) as f32;
        let big = nice((LABEL * per_px) as u64);
        let small = big.div_ceil(5);
        let begin = self.time(from).max(piece.part.from).0;
        for n in begin.div_ceil(small).. {
            let at = Time(n * small);
            let x = self.x(at);
            if at > piece.part.to || x > to {
                break;
            }
            picture.stroke(Pen::Axis, [x, y, x, y + 3.0]);
        }
        // A stretch that is too short for such a round number has a less round one.
        let part = piece.part;
        let first = |step: u64| part.from.0.div_ceil(step) * step;
        let mut step = big;
        while step > 1 && first(step) > part.to.0 {
            step = less(step);
        }
        let (left, right) = (
            piece.x - self.spare(part.from),
            piece.end + self.spare(part.to + Span(1)),
        );
        let seen = self.time(from - LABEL).0;
        let begin = if step == big {
            first(step).max(seen.div_ceil(step) * step)
        } else {
            first(step)
        };
        for n in begin / step.. {
            let at = Time(n * step);
            let x = self.x(at);
            if at > part.to || x > to + LABEL {
                return;
            }
            let number = seconds(at, Span(step));
            let words = self
                .lang
                .text(Phrase::Seconds, &[("n", Val::Text(&number))]);
            let half = text_width(&words, 11.0, false, self.room.text) / 2.0 + 3.0;
            // The very first one has no room to its left.
            let middle = if at == Time::ZERO { x + half } else { x };
            if middle - half >= left && middle + half <= right {
                picture.stroke(Pen::Axis, [x, y, x, y + 5.0]);
                picture.text((middle, y + 15.0), Align::Middle, Look::Tick, words);
            }
            if step != big {
                return;
            }
        }
    }

    /// How far a label may reach into the fold at an instant without meeting what is written there.
    fn spare(&self, at: Time) -> f32 {
        if at > self.scale_end() || at == Time::ZERO {
            return 40.0;
        }
        let (part, start, end) = self.scale.around(at);
        let width = self.px(end) - self.px(start);
        match self.fold_label(part, width) {
            _ if !part.folded => 0.0,
            Some((_, wide)) => (width - wide) / 2.0 - 1.0,
            None => width / 2.0 - 1.0,
        }
    }

    /// What is written below a fold of this width, and how wide that is; `None`: there is no room for it.
    fn fold_label(&self, part: Part, width: f32) -> Option<(String, f32)> {
        if width < 20.0 {
            return None;
        }
        let length = self.lang.span_left(part.to.since(part.from));
        let wide = text_width(&length, 11.0, false, self.room.text) + 6.0;
        (wide < width).then_some((length, wide))
    }
}

/// The next round number of microseconds: 1, 2 or 5, and zeros.
fn nice(least: u64) -> u64 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            if step * factor >= least {
                return step * factor;
            }
        }
        step *= 10;
    }
}

/// The round number before one.
fn less(step: u64) -> u64 {
    let mut first = step;
    while first >= 10 {
        first /= 10;
    }
    if first == 5 { step * 2 / 5 } else { step / 2 }
}

/// An instant in seconds, with as many decimals as its step needs.
fn seconds(at: Time, step: Span) -> String {
    let mut out = String::new();
    let (digits, unit) = match step.0 {
        s if s % 1_000_000 == 0 => return crate::words::fill::decimal(at.0 / 1_000_000),
        s if s % 100_000 == 0 => (1, 100_000),
        s if s % 10_000 == 0 => (2, 10_000),
        s if s % 1_000 == 0 => (3, 1_000),
        _ => (6, 1),
    };
    push_fixed(&mut out, at.0 / unit, digits);
    out
}
