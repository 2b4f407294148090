//! The text form of a scenario, line by line, to the [`Value`] of its JSON form. What words mean is checked by the
//! reader of that form; here is only what may stand where.

mod action;
mod expect;
mod line;

pub(super) use action::spoken;

use super::cursor::Cursor;
use super::error::{DocError, Place};
use super::value::{Data, Field, Number, Value};
use super::words::MON_FIELDS;
use line::{Kind, Line, quoted};

/// The words that begin a line.
pub(super) const STATEMENTS: &[&str] = &[
    "title",
    "monitors",
    "mon",
    "ranks",
    "monmap_epoch",
    "fsid",
    "edition",
    "strategy",
    "disallowed",
    "tiebreaker",
    "marked_down",
    "min_mon_release",
    "cluster",
    "as_now",
    "seed",
    "latency",
    "loss",
    "duplicate",
    "session",
    "option",
    "at",
    "every",
    "note",
    "expect",
    "ask",
    "loop",
    "imported",
    "monscope",
    "engine",
];

/// What the lines of a text add up to.
#[derive(Default)]
struct Document {
    /// Fields of the document itself.
    fields: Vec<Field>,
    network: Vec<Field>,
    options: Vec<Field>,
    /// Lists, by the name of their field.
    lists: Vec<Field>,
}

/// Reads a scenario in the text form into the value of its JSON form.
///
/// # Errors
/// For a line that isn't one of the form's.
pub(super) fn parse(text: &str) -> Result<Value, DocError> {
    let mut cursor = Cursor::new(text);
    let mut document = Document::default();
    loop {
        cursor.skip_blanks();
        if cursor.peek().is_none() {
            return Ok(document.value());
        }
        let at = cursor.place();
        let is_title = title(&mut cursor, &mut document.fields, at)?;
        let mut line = Line::split(&mut cursor)?;
        if !is_title && !line.at_end() {
            document.statement(&mut line)?;
        }
        line.finish()?;
    }
}

/// A title is the rest of its line as it is, or a text in quotes. Is it one?
fn title(cursor: &mut Cursor<'_>, fields: &mut Vec<Field>, start: Place) -> Result<bool, DocError> {
    let Some(rest) = cursor.rest().strip_prefix("title") else {
        return Ok(false);
    };
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return Ok(false);
    }
    cursor.take_str("title");
    cursor.take_while(|c| c != '\n' && c.is_whitespace());
    let at = cursor.place();
    let text = if cursor.peek() == Some('"') {
        quoted(cursor)?
    } else {
        cursor
            .take_while(|c| c != '\n' && c != '#')
            .trim_end()
            .to_owned()
    };
    put_at(fields, "title", start, Value::new(at, Data::Text(text)));
    Ok(true)
}

impl Document {
    fn statement(&mut self, line: &mut Line) -> Result<(), DocError> {
        let word = line.word("a word that begins a line")?;
        let (at, name) = (word.at, word.text.as_str());
        if word.kind != Kind::Bare {
            return Err(word.expected("a word that begins a line, such as `monitors`"));
        }
        match name {
            "at" => self.at(line, at),
            "expect" => {
                let value = expect::expect(line)?;
                self.push("expect", value);
                Ok(())
            }
            "note" | "ask" | "loop" | "every" => self.told(name, line, at),
            "monitors" => self.monitors(line, at),
            "mon" => self.mon(line, at),
            "latency" => action::latency(line, &mut self.network),
            "loss" | "duplicate" | "session" => {
                let value = line.scalar("a value")?;
                put_at(&mut self.network, name, at, value);
                Ok(())
            }
            "option" => {
                let option = line.word("the name of an option, such as mon_lease")?;
                let value = line.scalar("its value, such as 5s")?;
                put_at(&mut self.options, &option.text, option.at, value);
                Ok(())
            }
            "imported" => self.imported(line, at),
            "disallowed" | "marked_down" => {
                let mons = line.some_mons(&[])?;
                let field = if name == "disallowed" {
                    "disallowed_leaders"
                } else {
                    name
                };
                put_at(&mut self.fields, field, at, mons);
                Ok(())
            }
            "tiebreaker" => {
                let mon = line.mon()?;
                put_at(&mut self.fields, name, at, mon);
                Ok(())
            }
            "strategy" | "edition" | "cluster" | "fsid" | "ranks" | "min_mon_release" => {
                let value = line.word("a word")?.text_value();
                put_at(&mut self.fields, name, at, value);
                Ok(())
            }
            "seed" | "monmap_epoch" | "monscope" | "engine" | "as_now" => {
                let value = line.scalar("a value")?;
                put_at(&mut self.fields, name, at, value);
                Ok(())
            }
            _ => Err(DocError::unknown(
                at,
                "a word that begins a line",
                name,
                STATEMENTS,
            )),
        }
    }

    /// `at 12s kill 0`
    fn at(&mut self, line: &mut Line, at: Place) -> Result<(), DocError> {
        let time = line.time("a time")?;
        let mut fields = Vec::new();
        put(&mut fields, "at_ms", time);
        action::action(line, &mut fields)?;
        if line.take("by") {
            let by = line.word("`author` or `user`")?;
            put(&mut fields, "by", by.text_value());
        }
        self.push("script", object(at, fields));
        Ok(())
    }

    /// Lines that speak of times, other than actions and expectations.
    fn told(&mut self, name: &str, line: &mut Line, at: Place) -> Result<(), DocError> {
        let mut fields = Vec::new();
        let list = match name {
            "note" => {
                let time = line.time("a time")?;
                put(&mut fields, "at_ms", time);
                put(
                    &mut fields,
                    "text",
                    quoted_text(line, "the note, in quotes")?,
                );
                "notes"
            }
            "ask" => {
                let time = line.time("a time")?;
                put(&mut fields, "at_ms", time);
                put(
                    &mut fields,
                    "question",
                    quoted_text(line, "the question, in quotes")?,
                );
                let answers = answers(line)?;
                put(&mut fields, "answers", answers);
                "ask"
            }
            "loop" => {
                let (from, to) = line.range("a stretch of time")?;
                let to = to.ok_or_else(|| {
                    DocError::expected(from.at, "one time", "two, such as `12s..30s`")
                })?;
                put(&mut fields, "from_ms", from);
                put(&mut fields, "to_ms", to);
                "loop"
            }
            _ => {
                every(line, &mut fields)?;
                "every"
            }
        };
        self.push(list, object(at, fields));
        Ok(())
    }

    /// `monitors 5`, or `monitors a b c`
    fn monitors(&mut self, line: &mut Line, at: Place) -> Result<(), DocError> {
        let mut names = Vec::new();
        while names.is_empty() || !line.at_end() {
            names.push(line.mon_or("how many monitors, or their names")?);
        }
        let is_count =
            names.len() == 1 && matches!(names[0].data, Data::Number(_) | Data::Digits(_));
        let value = if is_count {
            names.remove(0)
        } else {
            Value::new(names[0].at, Data::List(names))
        };
        put_at(&mut self.fields, "monitors", at, value);
        Ok(())
    }

    /// `mon c addr 10.0.0.3:6789 epoch 6`
    fn mon(&mut self, line: &mut Line, at: Place) -> Result<(), DocError> {
        let mon = line.mon()?;
        let mut fields = Vec::new();
        put(&mut fields, "mon", mon);
        while fields.len() == 1 || !line.at_end() {
            let name = line.word("a field of a monitor, such as `addr`")?;
            let value = match name.text.as_str() {
                "seed_map" | "features" | "required_features" => line.some_mons(&[MON_FIELDS])?,
                _ => line.scalar("its value")?,
            };
            put_at(&mut fields, &name.text, name.at, value);
        }
        self.push("mon", object(at, fields));
        Ok(())
    }

    /// `imported "ceph mon dump" outside d e`
    fn imported(&mut self, line: &mut Line, at: Place) -> Result<(), DocError> {
        let mut fields = Vec::new();
        put(
            &mut fields,
            "command",
            quoted_text(line, "a command, in quotes")?,
        );
        let modern = line.place();
        if line.take("modern") {
            put(&mut fields, "modern", Value::new(modern, Data::Bool(true)));
        }
        if line.take("outside") {
            let mons = line.some_mons(&[])?;
            put(&mut fields, "outside", mons);
        }
        put_at(&mut self.fields, "imported", at, object(at, fields));
        Ok(())
    }

    fn push(&mut self, list: &str, value: Value) {
        let at = value.at;
        let known = self.lists.iter_mut().find(|field| field.name == list);
        match known.map(|field| &mut field.value.data) {
            Some(Data::List(items)) => items.push(value),
            _ => put(
                &mut self.lists,
                list,
                Value::new(at, Data::List(vec![value])),
            ),
        }
    }

    fn value(mut self) -> Value {
        let start = Place { line: 1, column: 1 };
        for (name, fields) in [("network", self.network), ("options", self.options)] {
            if let Some(first) = fields.first() {
                let at = first.at;
                put_at(&mut self.fields, name, at, object(at, fields));
            }
        }
        self.fields.extend(self.lists);
        object(start, self.fields)
    }
}

/// `20s from 20s to 200s kill 2 then restart 2 after 5s`
fn every(line: &mut Line, fields: &mut Vec<Field>) -> Result<(), DocError> {
    let period = line.time("a period")?;
    put(fields, "every_ms", period);
    from_to(line, fields)?;
    action::action(line, fields)?;
    let mut then = Vec::new();
    let at = line.place();
    while line.take("then") {
        let start = line.place();
        let mut next = Vec::new();
        action::action(line, &mut next)?;
        line.need("after")?;
        let after = line.time("a time to wait")?;
        put(&mut next, "after_ms", after);
        then.push(object(start, next));
    }
    if !then.is_empty() {
        put(fields, "then", Value::new(at, Data::List(then)));
    }
    Ok(())
}

/// `from 20s to 200s`
fn from_to(line: &mut Line, fields: &mut Vec<Field>) -> Result<(), DocError> {
    for (word, name) in [("from", "from_ms"), ("to", "to_ms")] {
        line.need(word)?;
        let time = line.time("a time")?;
        put(fields, name, time);
    }
    Ok(())
}

/// Answers, the right ones followed by a star: `0 1* "nobody at all"`
fn answers(line: &mut Line) -> Result<Value, DocError> {
    let at = line.place();
    let mut answers = Vec::new();
    while answers.is_empty() || !line.at_end() {
        let answer = line.word("an answer")?;
        if answer.kind == Kind::Sign {
            return Err(answer.expected("an answer"));
        }
        let mut pair = Vec::new();
        put(&mut pair, "text", answer.text_value());
        let star = line.place();
        if line.take("*") {
            put(&mut pair, "right", Value::new(star, Data::Bool(true)));
        }
        answers.push(object(answer.at, pair));
    }
    Ok(Value::new(at, Data::List(answers)))
}

fn quoted_text(line: &mut Line, expected: &str) -> Result<Value, DocError> {
    let text = line.word(expected)?;
    if text.kind != Kind::Quoted {
        return Err(text.expected(expected));
    }
    Ok(text.text_value())
}

/// Adds a field that stands where its value does.
fn put(fields: &mut Vec<Field>, name: &str, value: Value) {
    put_at(fields, name, value.at, value);
}

/// Adds a field whose name stands somewhere else.
fn put_at(fields: &mut Vec<Field>, name: &str, at: Place, value: Value) {
    fields.push(Field {
        name: name.to_owned(),
        at,
        value,
    });
}

const fn object(at: Place, fields: Vec<Field>) -> Value {
    Value::new(at, Data::Object(fields))
}

/// Reads a time with its unit: `12s`, `1.5s`, `20ms`, `40us`. In microseconds; `None` when it is none.
pub(super) fn parse_time(text: &str) -> Option<u64> {
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let scale = match &text[unit..] {
        "s" => 1_000_000,
        "ms" => 1_000,
        "us" | "µs" => 1,
        _ => return None,
    };
    Number::parse(&text[..unit])?.scaled(scale)
}

/// Microseconds as a number of milliseconds.
fn millis(micros: u64) -> Data {
    Data::Number(Number::thousandths(micros))
}
