//! Numbers in documents: decimals kept exactly, as an integer part and millionths. No floats anywhere.

use std::fmt;

/// A decimal number with at most six decimals, kept exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Is it below zero? Never for zero itself.
    negative: bool,
    /// The part before the point.
    whole: u64,
    /// The part behind it, in millionths; below a million.
    millionths: u32,
}

const MILLION: u32 = 1_000_000;

impl Number {
    /// A whole number.
    #[must_use]
    pub const fn whole(whole: u64) -> Self {
        Self::of(whole, 0)
    }

    /// A number of thousandths.
    #[must_use]
    pub const fn thousandths(n: u64) -> Self {
        Self::of(n / 1_000, (n % 1_000) as u32 * 1_000)
    }

    /// A number of millionths.
    #[must_use]
    pub const fn millionths(n: u64) -> Self {
        Self::of(n / 1_000_000, (n % 1_000_000) as u32)
    }

    const fn of(whole: u64, millionths: u32) -> Self {
        Self {
            negative: false,
            whole,
            millionths,
        }
    }

    /// The nearest number to a float (a program's number arrives as one); `None` when it doesn't fit.
    #[must_use]
    pub fn from_f64(float: f64) -> Option<Self> {
        let size = float.abs();
        // Below 2^64.
        if size.is_nan() || size >= 18_446_744_073_709_551_616.0 {
            return None;
        }
        // Truncation is meant, and the size was checked.
        let whole = size as u64;
        let millionths = ((size - whole as f64) * f64::from(MILLION) + 0.5) as u32;
        let (whole, millionths) = if millionths >= MILLION {
            (whole.checked_add(1)?, 0)
        } else {
            (whole, millionths)
        };
        Some(Self {
            negative: float < 0.0 && (whole, millionths) != (0, 0),
            whole,
            millionths,
        })
    }

    /// Reads JSON's notation of a number; `None` when it isn't one, or doesn't fit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match digits.find(['e', 'E']) {
            Some(at) => (&digits[..at], parse_exponent(&digits[at + 1..])?),
            None => (digits, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        // The number is these digits times ten to the power of `power`; it is kept in millionths.
        let digits = || whole.bytes().chain(fraction.bytes());
        let mut power = 6 + exponent - fraction.len() as i32;
        let mut size: u128 = 0;
        let mut skipped = digits().rev().take_while(|b| *b == b'0').count();
        let mut left = whole.len() + fraction.len();
        // Zeros at the end only move the point, so that 1.0000000 still fits.
        while power < 0 && skipped > 0 {
            (power, skipped, left) = (power + 1, skipped - 1, left - 1);
        }
        for digit in digits().take(left) {
            size = size
                .checked_mul(10)?
                .checked_add(u128::from(digit - b'0'))?;
        }
        if size == 0 {
            return Some(Self::of(0, 0));
        }
        if power < 0 {
            return None;
        }
        for _ in 0..power {
            size = size.checked_mul(10)?;
        }
        Some(Self {
            negative,
            whole: u64::try_from(size / u128::from(MILLION)).ok()?,
            millionths: (size % u128::from(MILLION)) as u32,
        })
    }

    /// This number times a million, thousand or one (`unit`), when that is a whole number that fits.
    #[must_use]
    pub fn scaled(self, unit: u32) -> Option<u64> {
        let per = MILLION / unit.clamp(1, MILLION);
        if self.negative || !self.millionths.is_multiple_of(per) {
            return None;
        }
        self.whole
            .checked_mul(u64::from(unit))?
            .checked_add(u64::from(self.millionths / per))
    }

    /// The number itself, when it is a whole one and not below zero.
    #[must_use]
    pub fn as_whole(self) -> Option<u64> {
        self.scaled(1)
    }

    /// Is it zero?
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.whole == 0 && self.millionths == 0
    }
}

fn parse_exponent(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => (-1, &text[1..]),
        [b'+', ..] => (1, &text[1..]),
        _ => (1, text),
    };
    if digits.is_empty() || digits.len() > 3 {
        return None;
    }
    let mut exponent = 0;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        exponent = exponent * 10 + i32::from(byte - b'0');
    }
    Some(sign * exponent)
}

/// With the decimals it needs: `12000.5`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        write!(f, "{}", self.whole)?;
        if self.millionths > 0 {
            let digits = format!("{:06}", self.millionths);
            f.write_str(".")?;
            f.write_str(digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Number::parse(text).map_or_else(|| "-".to_owned(), |n| n.to_string())
    }

    #[test]
    fn decimals_are_exact() {
        for (text, same) in [
            ("0", "0"),
            ("-0", "0"),
            ("12000.5", "12000.5"),
            ("0.000001", "0.000001"),
            ("-3.25", "-3.25"),
            ("1.0000000000", "1"),
            ("5e3", "5000"),
            ("1500e-3", "1.5"),
            ("2.5E+2", "250"),
            ("18446744073709551615", "18446744073709551615"),
            ("4540138314316775423", "4540138314316775423"),
            // Doesn't fit, or isn't a number.
            ("18446744073709551616", "-"),
            ("0.0000001", "-"),
            ("1e400", "-"),
            ("1e99999", "-"),
            ("", "-"),
            ("-", "-"),
            ("1.", "-"),
            (".5", "-"),
            ("1e", "-"),
            ("12s", "-"),
            ("+1", "-"),
            ("0e999", "0"),
        ] {
            assert_eq!(read(text), same, "{text}");
        }
        assert_eq!(read(&"9".repeat(100)), "-");
        assert_eq!(read(&format!("0.{}", "0".repeat(1000))), "0");
    }

    #[test]
    fn units_are_whole() {
        let n = Number::parse("12000.5").expect("a number");
        assert_eq!(n.scaled(1_000), Some(12_000_500));
        assert_eq!(n.as_whole(), None);
        assert_eq!(Number::parse("0.0005").and_then(|n| n.scaled(1_000)), None);
        assert_eq!(Number::parse("-1").and_then(Number::as_whole), None);
    }

    #[test]
    fn floats_become_the_nearest_decimal() {
        for (float, text) in [
            (12000.5, "12000.5"),
            (0.1, "0.1"),
            (-2.0, "-2"),
            (0.999_999_9, "1"),
        ] {
            assert_eq!(
                Number::from_f64(float).map(|n| n.to_string()).as_deref(),
                Some(text)
            );
        }
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::INFINITY), None);
        assert_eq!(Number::from_f64(-1e300), None);
    }
}
