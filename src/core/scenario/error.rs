//! What is wrong with a document, where, and what could stand there instead.

use std::fmt;
use std::ops::{Deref, DerefMut};

/// A place in a document: line and column, both from 1. Line 0 is no place at all: the value came from a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Place {
    /// No place: the value was not read from a text.
    pub const NOWHERE: Self = Self { line: 0, column: 0 };
}

/// What is wrong with a document. Behind a pointer, as every reader hands it on and hardly ever has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocError(Box<Mistake>);

/// What a [`DocError`] says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1; 0 when the document is no text.
    pub line: u32,
    /// The column in characters, from 1; 0 when the document is no text.
    pub column: u32,
    /// Which field of the JSON form, as `script[3].mon`; empty for the text form.
    pub path: String,
    /// What stands there, as written; may be empty.
    pub found: String,
    /// What could stand there; may be empty.
    pub expected: String,
    /// The whole story in one sentence, without the place.
    pub message: String,
}

impl Deref for DocError {
    type Target = Mistake;

    fn deref(&self) -> &Mistake {
        &self.0
    }
}

impl DerefMut for DocError {
    fn deref_mut(&mut self) -> &mut Mistake {
        &mut self.0
    }
}

impl DocError {
    /// An error that only has its sentence.
    #[must_use]
    pub fn new(at: Place, message: impl Into<String>) -> Self {
        Self(Box::new(Mistake {
            line: at.line,
            column: at.column,
            message: message.into(),
            ..Mistake::default()
        }))
    }

    /// Something else should stand here.
    #[must_use]
    pub fn expected(at: Place, found: &str, expected: &str) -> Self {
        let what = if found.is_empty() {
            "nothing more"
        } else {
            found
        };
        let message = ["expected ", expected, ", found ", what].concat();
        Self::new(at, message).about(found.to_owned(), expected.to_owned())
    }

    /// A word that isn't one of the words known here. `kind` says what it should be: `an action`.
    #[must_use]
    pub fn unknown(at: Place, kind: &str, word: &str, known: &[&str]) -> Self {
        let mut message = ["`", &shorten(word), "` is not ", kind].concat();
        let mut expected = String::new();
        for (i, one) in known.iter().enumerate() {
            if i > 0 {
                expected.push_str(", ");
            }
            expected.push_str(one);
        }
        match nearest(word, known) {
            Some(one) => message.extend(["; did you mean `", one, "`?"]),
            // More would be no sentence any more; a program finds them in `expected`.
            None if known.is_empty() || known.len() > 14 => {}
            None => message.extend(["; here may stand: ", expected.as_str()]),
        }
        Self::new(at, message).about(shorten(word), expected)
    }

    /// Something that the format has and this version doesn't do. `what` as written (`session lossy`),
    /// `here` what this version does instead (`runs lossless sessions`).
    #[must_use]
    pub fn later(at: Place, what: &str, here: &str) -> Self {
        let message = ["`", what, "` is not built yet: this version ", here].concat();
        Self::new(at, message).about(what.to_owned(), here.to_owned())
    }

    fn about(mut self, found: String, expected: String) -> Self {
        self.found = found;
        self.expected = expected;
        self
    }

    /// The same error at another place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.line = place.line;
        self.column = place.column;
        self
    }

    /// The same error at this path.
    #[must_use]
    pub fn with_path(mut self, path: String) -> Self {
        self.path = path;
        self
    }

    /// The same error without a path, as the text form has none.
    #[must_use]
    pub fn without_path(self) -> Self {
        self.with_path(String::new())
    }
}

/// One plain sentence, with the place in front.
impl fmt::Display for DocError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place =
            |f: &mut fmt::Formatter<'_>| write!(f, "line {}, column {}", self.line, self.column);
        match (self.path.as_str(), self.line) {
            ("", 0) => {}
            ("", _) => {
                place(f)?;
                f.write_str(": ")?;
            }
            (path, 0) => write!(f, "{path}: ")?,
            (path, _) => {
                write!(f, "{path} (")?;
                place(f)?;
                f.write_str("): ")?;
            }
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for DocError {}

/// A word as errors quote it: long ones are cut.
#[must_use]
pub(crate) fn shorten(word: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = word.chars().take(LONGEST).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short
}

/// The known word that `word` was most likely meant to be.
#[must_use]
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let allowed = match word.chars().count() {
        0 | 1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let distance = |one: &&'a str| distance(word.as_bytes(), one.as_bytes());
    let best = known.iter().copied().min_by_key(distance)?;
    if distance(&best) <= allowed {
        return Some(best);
    }
    let begins = |one: &&str| {
        one.len() > 2 && word.starts_with(*one) || word.len() > 2 && one.starts_with(word)
    };
    known.iter().copied().find(begins)
}

/// How many letters have to be typed, left out, changed or swapped to make one word of the other. Case is free.
fn distance(a: &[u8], b: &[u8]) -> usize {
    const LONGEST: usize = 40;
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    let same = |i: usize, j: usize| a[i].eq_ignore_ascii_case(&b[j]);
    let mut before = [0; LONGEST + 1];
    let mut last: [usize; LONGEST + 1] = std::array::from_fn(|j| j);
    for i in 0..a.len() {
        let mut row = [0; LONGEST + 1];
        row[0] = i + 1;
        for j in 0..b.len() {
            let mut best = (last[j + 1] + 1).min(row[j] + 1);
            best = best.min(last[j] + usize::from(!same(i, j)));
            if i > 0 && j > 0 && same(i - 1, j) && same(i, j - 1) {
                best = best.min(before[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_its_neighbour() {
        let known = ["monitors", "title", "kill", "heal"];
        assert_eq!(nearest("monitor", &known), Some("monitors"));
        assert_eq!(nearest("Tilte", &known), Some("title"));
        assert_eq!(nearest("kil", &known), Some("kill"));
        assert_eq!(nearest("healing", &known), Some("heal"));
        assert_eq!(nearest("xyzzy", &known), None);
        assert_eq!(nearest("", &known), None);
        assert_eq!(nearest(&"k".repeat(500), &known), None);
    }

    #[test]
    fn the_sentence_says_the_place_that_there_is() {
        let at = Place { line: 4, column: 9 };
        let error = DocError::unknown(at, "an action", "kil", &["boot", "kill"]);
        assert_eq!(
            error.to_string(),
            "line 4, column 9: `kil` is not an action; did you mean `kill`?"
        );
        let json = error.with_path("script[3].do".to_owned());
        assert_eq!(
            json.to_string(),
            "script[3].do (line 4, column 9): `kil` is not an action; did you mean `kill`?"
        );
        let object = json.at(Place::NOWHERE);
        assert_eq!(
            object.to_string(),
            "script[3].do: `kil` is not an action; did you mean `kill`?"
        );
    }
}
