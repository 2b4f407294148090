//! How wide words are, before any browser has drawn them.
//!
//! The table follows a wide common font (DejaVu Sans); the page passes the factor by which its own font is narrower.

/// The width of a text in CSS pixels at a size, times `scale`.
#[must_use]
pub fn text_width(text: &str, size: f32, bold: bool, scale: f32) -> f32 {
    let em: f32 = text.chars().map(em).sum();
    em * size * scale * if bold { 1.1 } else { 1.0 }
}

/// The sample by which a page compares its font with this table.
pub const SAMPLE: &str = "candidate · epoch 9, 1 of 3 votes · decides in 5.0 s";

fn em(c: char) -> f32 {
    match c {
        'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '|' | '\'' | '·' | ' ' => 0.31,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' => 0.95,
        's' | 'c' | 'z' => 0.54,
        '0'..='9' => 0.64,
        'A'..='Z' | '→' => 0.72,
        c if (c as u32) >= 0x2E80 => 1.0,
        _ => 0.62,
    }
}
