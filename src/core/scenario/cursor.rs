//! A place in a text that moves on, character by character, and knows its line and column.

use super::error::Place;

/// Reads a text from front to back.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a str,
    place: Place,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            place: Place { line: 1, column: 1 },
        }
    }

    /// Where the next character stands.
    pub(crate) const fn place(&self) -> Place {
        self.place
    }

    /// What has not been read yet.
    pub(crate) const fn rest(&self) -> &'a str {
        self.rest
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            self.place.line += 1;
            self.place.column = 1;
        } else {
            self.place.column += 1;
        }
        Some(c)
    }

    /// Takes the next character if it is this one.
    pub(crate) fn take(&mut self, wanted: char) -> bool {
        let is = self.peek() == Some(wanted);
        if is {
            self.next();
        }
        is
    }

    /// Takes what comes next if it is this text (without a line break).
    pub(crate) fn take_str(&mut self, wanted: &str) -> bool {
        let is = self.rest.starts_with(wanted);
        if is {
            for _ in wanted.chars() {
                self.next();
            }
        }
        is
    }

    /// Takes characters as long as they pass.
    pub(crate) fn take_while(&mut self, passes: impl Fn(char) -> bool) -> &'a str {
        let before = self.rest;
        while self.peek().is_some_and(&passes) {
            self.next();
        }
        &before[..before.len() - self.rest.len()]
    }

    pub(crate) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }
}

/// What stands before and after the first place where these words stand. (The library's search is for longer texts
/// than ours, and heavier.)
pub(crate) fn part_at<'a>(text: &'a str, words: &str) -> Option<(&'a str, &'a str)> {
    let mut places = text.as_bytes().windows(words.len());
    let at = places.position(|place| place == words.as_bytes())?;
    text.get(..at).zip(text.get(at + words.len()..))
}
