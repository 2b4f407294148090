//! One line of the text form: its words, and typed access to them.

use super::super::cursor::{Cursor, part_at};
use super::super::error::{DocError, Place};
use super::super::value::{Data, Number, Value};
use super::super::words::MESSAGE_ACTIONS;
use super::{millis, parse_time};

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word.
    Bare,
    /// A text in quotes.
    Quoted,
    /// A sign: `->`, `-`, `|`, `*`, `>=`, `<=`, `==`.
    Sign,
}

/// A word of a line.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) at: Place,
    pub(super) kind: Kind,
    pub(super) text: String,
}

/// The words of a line, read from left to right.
pub(super) struct Line {
    tokens: Vec<Token>,
    next: usize,
    end: Place,
}

const A_MONITOR: &str = "a monitor (its starting rank or its name)";

const SIGNS: &[&str] = &["->", ">=", "<=", "==", "|", "*"];

impl Line {
    /// Splits the line at which the cursor stands; leaves the cursor at its end.
    pub(super) fn split(cursor: &mut Cursor<'_>) -> Result<Self, DocError> {
        let mut tokens = Vec::new();
        loop {
            cursor.take_while(|c| c != '\n' && c.is_whitespace());
            let at = cursor.place();
            let (kind, text) = match cursor.peek() {
                None | Some('\n') => break,
                Some('#') if counts(&tokens, cursor.rest()) => {
                    cursor.take('#');
                    let (kind, digits) = bare(cursor);
                    (kind, ["#", digits.as_str()].concat())
                }
                Some('#') => {
                    cursor.take_while(|c| c != '\n');
                    break;
                }
                Some('"') => (Kind::Quoted, quoted(cursor)?),
                Some(_) => match SIGNS.iter().find(|sign| cursor.take_str(sign)) {
                    Some(sign) => (Kind::Sign, (*sign).to_owned()),
                    None => bare(cursor),
                },
            };
            tokens.push(Token { at, kind, text });
        }
        Ok(Self {
            tokens,
            next: 0,
            end: cursor.place(),
        })
    }

    /// Where the next word stands, or the line ends.
    pub(super) fn place(&self) -> Place {
        self.peek().map_or(self.end, |token| token.at)
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// Is the word after the next one a sign?
    pub(super) fn sign_follows(&self) -> bool {
        self.tokens
            .get(self.next + 1)
            .is_some_and(|token| token.kind == Kind::Sign)
    }

    pub(super) fn at_end(&self) -> bool {
        self.peek().is_none()
    }

    /// The next word, which has to be there.
    pub(super) fn word(&mut self, expected: &str) -> Result<Token, DocError> {
        let token = self
            .peek()
            .cloned()
            .ok_or_else(|| self.expected(expected))?;
        self.next += 1;
        Ok(token)
    }

    /// Takes the next word if it is this one, and not in quotes.
    pub(super) fn take(&mut self, wanted: &str) -> bool {
        let is = self.is_next(wanted);
        self.next += usize::from(is);
        is
    }

    fn is_next(&self, wanted: &str) -> bool {
        self.peek()
            .is_some_and(|token| token.kind != Kind::Quoted && token.text == wanted)
    }

    /// The next word has to be this one.
    pub(super) fn need(&mut self, wanted: &str) -> Result<(), DocError> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{wanted}`")))
        }
    }

    /// Nothing may follow.
    pub(super) fn finish(&self) -> Result<(), DocError> {
        if self.at_end() {
            Ok(())
        } else {
            Err(self.expected("the end of the line"))
        }
    }

    /// What stands here is not what could.
    pub(super) fn expected(&self, what: &str) -> DocError {
        match self.peek() {
            Some(token) => token.expected(what),
            None => DocError::expected(self.end, "the end of the line", what),
        }
    }

    /// A time, as a value in milliseconds.
    pub(super) fn time(&mut self, what: &str) -> Result<Value, DocError> {
        let expected = format!("{what} such as `12s`, `1.5s`, `20ms` or `40us`");
        let token = self.word(&expected)?;
        match parse_time(&token.text) {
            Some(micros) if token.kind == Kind::Bare => Ok(token.value(millis(micros))),
            _ => Err(token.expected(&expected)),
        }
    }

    /// A stretch of time from one to another (`20ms..60ms`), or a single one: values in milliseconds.
    pub(super) fn range(&mut self, what: &str) -> Result<(Value, Option<Value>), DocError> {
        let expected = format!("{what} such as `20ms..60ms`");
        let token = self.word(&expected)?;
        let (from, to) = match part_at(&token.text, "..") {
            Some((from, to)) => (from, Some(to)),
            None => (token.text.as_str(), None),
        };
        let part = |text: &str, skipped: usize| {
            let mut at = token.at;
            at.column += skipped as u32;
            let micros = parse_time(text).filter(|_| token.kind == Kind::Bare);
            match micros {
                Some(micros) => Ok(Value::new(at, millis(micros))),
                None => Err(token.expected(&expected).at(at)),
            }
        };
        let to = to
            .map(|to| part(to, from.chars().count() + 2))
            .transpose()?;
        Ok((part(from, 0)?, to))
    }

    /// A number, a truth, or a text.
    pub(super) fn scalar(&mut self, expected: &str) -> Result<Value, DocError> {
        Ok(self.word(expected)?.scalar())
    }

    /// A monitor: a bare number is its starting rank, anything else its name.
    pub(super) fn mon(&mut self) -> Result<Value, DocError> {
        self.mon_or(A_MONITOR)
    }

    /// The same, where something else may stand too.
    pub(super) fn mon_or(&mut self, expected: &str) -> Result<Value, DocError> {
        let token = self.word(expected)?;
        match token.kind {
            Kind::Sign => Err(token.expected(expected)),
            Kind::Bare if Number::parse(&token.text).is_some() => Ok(token.scalar()),
            _ => Ok(token.text_value()),
        }
    }

    /// One monitor after the other, up to a sign or one of these words. There may be none.
    pub(super) fn mons(&mut self, stops: &[&[&str]]) -> Result<Value, DocError> {
        let at = self.place();
        let mut all = Vec::new();
        while let Some(token) = self.peek() {
            let word = token.text.as_str();
            if token.kind == Kind::Sign
                || token.kind == Kind::Bare && stops.iter().any(|stop| stop.contains(&word))
            {
                break;
            }
            all.push(self.mon()?);
        }
        Ok(Value::new(at, Data::List(all)))
    }

    /// The same, but there has to be one.
    pub(super) fn some_mons(&mut self, stops: &[&[&str]]) -> Result<Value, DocError> {
        let all = self.mons(stops)?;
        match &all.data {
            Data::List(list) if list.is_empty() => Err(self.expected(A_MONITOR)),
            _ => Ok(all),
        }
    }
}

impl Token {
    pub(super) fn expected(&self, what: &str) -> DocError {
        let found = super::super::error::shorten(&self.text);
        DocError::expected(self.at, &format!("`{found}`"), what)
    }

    pub(super) const fn value(&self, data: Data) -> Value {
        Value::new(self.at, data)
    }

    pub(super) fn text_value(&self) -> Value {
        self.value(Data::Text(self.text.clone()))
    }

    /// A number, a truth, or a text, as it is written.
    pub(super) fn scalar(&self) -> Value {
        let data = match (self.kind, self.text.as_str()) {
            (Kind::Bare, "true") => Data::Bool(true),
            (Kind::Bare, "false") => Data::Bool(false),
            (Kind::Bare, text) => match Number::parse(text) {
                Some(number) => Data::Number(number),
                None => Data::Text(text.to_owned()),
            },
            (_, text) => Data::Text(text.to_owned()),
        };
        self.value(data)
    }
}

/// Does `#` begin the number of a message here, and no comment? `drop propose 2 -> 4 #3`
fn counts(tokens: &[Token], rest: &str) -> bool {
    let [.., verb, _, _, arrow, _] = tokens else {
        return false;
    };
    MESSAGE_ACTIONS.contains(&verb.text.as_str())
        && arrow.text == "->"
        && rest[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// A bare word: up to a blank, a quote, a comment or a sign.
fn bare(cursor: &mut Cursor<'_>) -> (Kind, String) {
    let mut text = String::new();
    while let Some(c) = cursor.peek() {
        let sign = SIGNS.iter().any(|sign| cursor.rest().starts_with(sign));
        if c.is_whitespace() || matches!(c, '"' | '#') || sign {
            break;
        }
        text.push(c);
        cursor.next();
    }
    let kind = if text == "-" { Kind::Sign } else { Kind::Bare };
    (kind, text)
}

/// A text in quotes, with `\"`, `\\`, `\n` and `\t` inside.
pub(super) fn quoted(cursor: &mut Cursor<'_>) -> Result<String, DocError> {
    let start = cursor.place();
    let mut text = String::new();
    cursor.next();
    loop {
        text.push_str(cursor.take_while(|c| !matches!(c, '"' | '\\' | '\n')));
        let at = cursor.place();
        match cursor.next() {
            Some('"') => return Ok(text),
            Some('\\') => match cursor.next() {
                Some(c @ ('"' | '\\')) => text.push(c),
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                _ => {
                    let message = "`\\` in quotes stands only before `\"`, `\\`, `n` or `t`";
                    return Err(DocError::new(at, message));
                }
            },
            _ => {
                return Err(DocError::new(
                    start,
                    "this text in quotes doesn't end on its line",
                ));
            }
        }
    }
}
