//! The axis of time below the lanes: ticks where time is open, a zigzag with its length where it is folded.

use super::Strip;
use super::picture::{Align, Look, Pen, Picture};
use super::scale::Part;
use crate::frame::measure::text_width;
use crate::mon::{Span, Time};
use crate::words::fill::push_fixed;
use crate::words::{Phrase, Val};

/// The least room from one labelled tick to the next, in pixels.
const LABEL: f32 = 84.0;

/// The width of a zigzag's tooth.
const TOOTH: f32 = 7.0;

/// A part of the axis in pixels, with how far a label may reach over its ends.
struct Piece {
    part: Part,
    x: f32,
    end: f32,
}

impl Strip<'_> {
    /// The axis between two places.
    pub(super) fn axis(&self, picture: &mut Picture, from: f32, to: f32) {
        let y = self.heights.axis();
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
                self.ticks(picture, &piece, (left, right));
            }
        }
    }

    fn zigzag(&self, picture: &mut Picture, piece: &Piece, y: f32) {
        let width = piece.end - piece.x;
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
        let length = self.lang.span_left(piece.part.to.since(piece.part.from));
        if text_width(&length, 11.0, false, self.room.text) + 6.0 < width {
            let middle = (piece.x + piece.end) / 2.0;
            picture.text((middle, y + 15.0), Align::Middle, Look::Fold, length);
        }
    }

    fn ticks(&self, picture: &mut Picture, piece: &Piece, (from, to): (f32, f32)) {
        let y = self.heights.axis();
        let per_px = self.scale.per_pixel().0.max(1) as f32;
        let big = nice((LABEL * per_px) as u64);
        let small = if big.is_multiple_of(4) {
            big / 4
        } else {
            big / 5
        }
        .max(1);
        let first = self.time(from).max(piece.part.from).0.div_ceil(small);
        // Folds beside it are at least so wide that their own label leaves room.
        let spare = 4.0;
        let mut labelled = f32::MIN;
        for n in first.. {
            let at = Time(n * small);
            let x = self.x(at);
            if at > piece.part.to || x > to {
                return;
            }
            let half = 26.0;
            // Where a stretch is too short for a round number, its first tick is named.
            let alone = piece.end - piece.x < LABEL && n == piece.part.from.0.div_ceil(small);
            let inside = x - half > piece.x - spare - half * f32::from(alone)
                && x + half < piece.end + spare + half * f32::from(alone);
            let major = (at.0.is_multiple_of(big) && inside || alone && piece.end - piece.x > 30.0)
                && x - labelled > LABEL * 0.6;
            if major {
                labelled = x;
                let words = self.lang.text(
                    Phrase::Seconds,
                    &[(
                        "n",
                        Val::Text(&seconds(at, Span(if alone { small } else { big }))),
                    )],
                );
                picture.text((x, y + 15.0), Align::Middle, Look::Tick, words);
            }
            picture.stroke(Pen::Axis, [x, y, x, y + if major { 5.0 } else { 3.0 }]);
        }
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
