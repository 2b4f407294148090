//! The little geometry that a ring needs, without a library of trigonometry on the wire.

/// The nearest number between `least` and `most`. (The standard `clamp` brings the printing of floats with it.)
#[must_use]
pub fn within(value: f32, least: f32, most: f32) -> f32 {
    value.min(most).max(least)
}

/// The way that a hand points which has made this part of a turn, clockwise from the top: x to the right, y down.
#[must_use]
pub fn hand(turn: f32) -> (f32, f32) {
    (sine(turn), -sine(turn + 0.25))
}

/// The sine of a part of a turn, to a hundred-thousandth.
#[must_use]
pub fn sine(turn: f32) -> f32 {
    let part = turn - turn.floor();
    // The first quarter and the last one hold all there is to know.
    let part = if part > 0.75 {
        part - 1.0
    } else if part > 0.25 {
        0.5 - part
    } else {
        part
    };
    let a = part * std::f32::consts::TAU;
    let a2 = a * a;
    a * (1.0 - a2 / 6.0 * (1.0 - a2 / 20.0 * (1.0 - a2 / 42.0 * (1.0 - a2 / 72.0))))
}

/// The distance of a point from the origin.
#[must_use]
pub fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sine_is_near_enough() {
        for i in -100..300_i16 {
            let turn = f32::from(i) / 100.0;
            let exact = (turn * std::f32::consts::TAU).sin();
            assert!(
                (sine(turn) - exact).abs() < 1e-4,
                "{turn}: {} {exact}",
                sine(turn)
            );
        }
    }

    #[test]
    fn a_hand_begins_at_the_top_and_goes_clockwise() {
        let near =
            |(x, y): (f32, f32), (a, b): (f32, f32)| (x - a).abs() < 1e-4 && (y - b).abs() < 1e-4;
        assert!(near(hand(0.0), (0.0, -1.0)));
        assert!(near(hand(0.25), (1.0, 0.0)));
        assert!(near(hand(0.5), (0.0, 1.0)));
    }
}
