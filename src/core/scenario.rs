//! Scenarios: what people write, paste or load, as one value.
//!
//! ```text
//! text form --text--+
//! JSON ------json---+--> Value --read--> Scenario --print--> text form, or Value --json--> JSON
//! JS objects -------+      |
//! Ceph's JSON --json-------+--ceph--> Scenario <--ceph-- Ceph's text forms
//! ```
//!
//! One reader, from a small value tree to [`Scenario`], serves the text form, JSON and JS objects; what Ceph prints
//! has its own, on the same tree. Errors know line and column, and the path in the JSON form.

mod action;
mod ceph;
mod cursor;
mod error;
pub mod gallery;
pub mod json;
pub mod limits;
mod model;
mod node;
mod number;
mod print;
mod ranks;
mod read;
#[cfg(test)]
mod roundtrip;
mod text;
pub mod url;
pub mod value;
mod words;

pub use action::BadAction;
pub use error::{DocError, Mistake, Place};
pub use model::*;
pub use ranks::*;
pub use read::read_action;

use cursor::Cursor;
use value::{Data, Value};

/// Reads a document in any form: a scenario as text or JSON, or what Ceph printed, with a prompt, messages or other
/// noise around it.
///
/// # Errors
/// When it is none of these, or has a mistake: what, where, and what could stand there.
pub fn read(document: &str) -> Result<Scenario, DocError> {
    if document.len() > limits::DOCUMENT_MAX {
        return Err(DocError::new(
            Place::NOWHERE,
            "this document is longer than 1 MB",
        ));
    }
    let document = document.strip_prefix('\u{feff}').unwrap_or(document);
    let lines = document.lines().map(str::trim);
    let Some(first) = lines
        .clone()
        .find(|line| !line.is_empty() && !line.starts_with('#'))
    else {
        return Err(DocError::new(
            Place::NOWHERE,
            "there is nothing in this document",
        ));
    };
    if first.starts_with('{') && lines.clone().find(|line| !line.is_empty()) == Some(first) {
        return read_json(&mut Cursor::new(document));
    }
    let word = first.split_whitespace().next().unwrap_or_default();
    // Ceph has lines that begin with these two words, too.
    let is_text = text::STATEMENTS.contains(&word) && !matches!(word, "fsid" | "cluster");
    if !is_text {
        let no_json = match json_inside(document) {
            Ok(found) => return found,
            Err(error) => error,
        };
        if let Some(found) = ceph::read_text(document) {
            return found;
        }
        if let Some(error) = no_json {
            return Err(error);
        }
        if let Some(message) = ceph::of_text(document) {
            return Err(DocError::new(Place { line: 1, column: 1 }, message));
        }
    }
    let value = text::parse(document)?;
    read::scenario(&value).map_err(DocError::without_path)
}

/// Reads what may stand in an `expect` line of this scenario after its time: `never two_leaders`. True: never.
///
/// # Errors
/// When it isn't something that can be expected; without a place.
pub fn read_conditions(
    text: &str,
    scenario: &Scenario,
) -> Result<(bool, Vec<Condition>), DocError> {
    let line = ["expect by 0s ", &text.replace('\n', " ")].concat();
    let read = text::parse(&line).and_then(|value| read::conditions(&value, scenario));
    read.map_err(|error| error.without_path().at(Place::NOWHERE))
}

/// Reads a document that a program made: a scenario in its JSON form, or Ceph's JSON.
///
/// # Errors
/// The same as [`read`], with paths.
pub fn read_value(value: &Value) -> Result<Scenario, DocError> {
    match ceph::recognise(value) {
        ceph::Kind::Scenario => {
            if let Data::Object(fields) = &value.data
                && !fields.iter().any(|field| field.name == "monscope")
            {
                return Err(DocError::new(
                    value.at,
                    "`monscope` is missing: a scenario says \"monscope\": 1",
                ));
            }
            read::scenario(value)
        }
        ceph::Kind::Monitors | ceph::Kind::Other => ceph::read(value),
    }
}

/// Reads the JSON at which the cursor stands. After a scenario nothing may follow; after Ceph's output anything may.
fn read_json(cursor: &mut Cursor<'_>) -> Result<Scenario, DocError> {
    let value = json::parse_value(cursor)?;
    if ceph::recognise(&value) == ceph::Kind::Scenario {
        cursor.skip_blanks();
        if cursor.peek().is_some() {
            let place = cursor.place();
            return Err(DocError::expected(
                place,
                "more after the document",
                "its end",
            ));
        }
    }
    read_value(&value)
}

/// Looks for JSON of a scenario or of Ceph's monitors somewhere in the text. Otherwise: what is wrong with the first
/// thing that looks like JSON, if there is one.
fn json_inside(document: &str) -> Result<Result<Scenario, DocError>, Option<DocError>> {
    const TRIES: usize = 20;
    let mut cursor = Cursor::new(document);
    let mut first_error = None;
    let mut tries = 0;
    while tries < TRIES {
        cursor.take_while(|c| c != '{');
        let Some(after) = cursor.rest().strip_prefix('{') else {
            break;
        };
        if !after.trim_start().starts_with('"') {
            cursor.next();
            continue;
        }
        tries += 1;
        let mut ahead = cursor.clone();
        match json::parse_value(&mut ahead) {
            Ok(value) if ceph::recognise(&value) != ceph::Kind::Other => {
                return Ok(read_value(&value));
            }
            Ok(value) => {
                first_error = first_error.or_else(|| read_value(&value).err());
                cursor = ahead;
            }
            Err(error) => {
                first_error = first_error.or(Some(error));
                cursor.next();
            }
        }
    }
    Err(first_error)
}
