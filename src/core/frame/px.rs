//! Coordinates of what rests: tenths of a CSS pixel, printed without `std::fmt`'s floats.

use std::fmt;

/// A length or coordinate in tenths of a CSS pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Px(pub i32);

impl Px {
    /// The nearest tenth.
    #[must_use]
    pub fn of(px: f32) -> Self {
        // A picture is far smaller than what an i32 of tenths holds; the cast saturates.
        Self((px * 10.0 + if px < 0.0 { -0.5 } else { 0.5 }) as i32)
    }

    /// As a float, for a canvas.
    #[must_use]
    pub fn f32(self) -> f32 {
        self.0 as f32 / 10.0
    }

    /// Appends it: `12`, `-0.5`.
    pub fn push_to(self, out: &mut String) {
        if self.0 < 0 {
            out.push('-');
        }
        let n = u64::from(self.0.unsigned_abs());
        if n % 10 == 0 {
            crate::words::fill::push_decimal(out, n / 10);
        } else {
            crate::words::fill::push_fixed(out, n, 1);
        }
    }

    /// As the value of an attribute.
    #[must_use]
    pub fn text(self) -> String {
        let mut out = String::new();
        self.push_to(&mut out);
        out
    }
}

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// A point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// To the right.
    pub x: Px,
    /// Downwards.
    pub y: Px,
}

impl Point {
    /// The nearest tenths.
    #[must_use]
    pub fn of((x, y): (f32, f32)) -> Self {
        Self {
            x: Px::of(x),
            y: Px::of(y),
        }
    }
}

/// The value of a `d` attribute, made step by step.
#[derive(Clone, Debug, Default)]
pub struct Path(String);

impl Path {
    /// Appends a command or a word of one.
    #[must_use]
    pub fn cmd(mut self, letter: char) -> Self {
        self.0.push(letter);
        self
    }

    /// Appends a number.
    #[must_use]
    pub fn num(mut self, px: Px) -> Self {
        if px.0 >= 0 && self.0.ends_with(|c: char| c.is_ascii_digit()) {
            self.0.push(' ');
        }
        px.push_to(&mut self.0);
        self
    }

    /// Appends the two numbers of a point.
    #[must_use]
    pub fn at(self, point: Point) -> Self {
        self.num(point.x).num(point.y)
    }

    /// The path as text.
    #[must_use]
    pub fn done(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_print_without_a_needless_point() {
        let say = |px: f32| Px::of(px).text();
        assert_eq!(say(12.0), "12");
        assert_eq!(say(12.34), "12.3");
        assert_eq!(say(-0.06), "-0.1");
        assert_eq!(say(-7.0), "-7");
        assert_eq!(say(0.04), "0");
    }

    #[test]
    fn numbers_of_a_path_stay_apart() {
        let d = Path::default()
            .cmd('M')
            .at(Point::of((1.0, -2.5)))
            .cmd('L')
            .at(Point::of((3.0, 4.0)))
            .done();
        assert_eq!(d, "M1-2.5L3 4");
    }
}
