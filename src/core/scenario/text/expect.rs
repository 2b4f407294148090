//! What is expected, as the text form says it.

use super::super::error::{DocError, Place};
use super::super::value::{Data, Field, Value};
use super::super::words::CONDITIONS;
use super::line::{Kind, Line};
use super::{object, put, put_at};

/// Reads what follows `expect`, into the fields of its JSON form.
pub(super) fn expect(line: &mut Line) -> Result<Value, DocError> {
    let start = line.place();
    let mut fields = Vec::new();
    let name = if line.take("at") {
        "at_ms"
    } else if line.take("by") {
        "by_ms"
    } else {
        return Err(line.expected("`at` or `by`, and a time"));
    };
    let time = line.time("a time")?;
    put(&mut fields, name, time);
    let at = line.place();
    if line.take("never") {
        put(&mut fields, "never", Value::new(at, Data::Bool(true)));
    }
    condition(line, &mut fields)?;
    while !line.at_end() {
        condition(line, &mut fields)?;
    }
    Ok(object(start, fields))
}

fn condition(line: &mut Line, fields: &mut Vec<Field>) -> Result<(), DocError> {
    let word = line.word("what is expected, such as `leader 0`")?;
    let at = word.at;
    let name = word.text.as_str();
    match name {
        "leader" => {
            let none = line.take("none");
            let value = if none {
                Value::new(at, Data::Null)
            } else {
                line.mon()?
            };
            put_at(fields, name, at, value);
        }
        "quorum" => {
            let mons = line.some_mons(&[CONDITIONS])?;
            put_at(fields, name, at, mons);
        }
        "state" => {
            let mon = line.mon()?;
            let state = line.word("a state such as `peon`")?;
            let mut pair = Vec::new();
            put(&mut pair, "mon", mon);
            put(&mut pair, "state", state.text_value());
            push_to_list(fields, name, object(at, pair));
        }
        "epoch" | "victories" | "leaders" | "outage" | "elections" => {
            measured(line, name, at, fields)?
        }
        "branch" => {
            let id = line.word("the id of a branch, such as PROPOSE-5a")?;
            let mut pair = Vec::new();
            put(&mut pair, "id", id.text_value());
            if line.take("mon") {
                let mon = line.mon()?;
                put(&mut pair, "mon", mon);
            }
            push_to_list(fields, name, object(at, pair));
        }
        "two_leaders" => put_at(fields, name, at, Value::new(at, Data::Bool(true))),
        "violation" => {
            let id = line.word("an invariant such as SAFE-3, or `none`")?;
            push_to_list(fields, name, id.text_value());
        }
        "monmap_epoch" => {
            let mut pair = Vec::new();
            put(&mut pair, "mon", line.mon()?);
            put(&mut pair, "epoch", line.scalar("an epoch of the monmap")?);
            push_to_list(fields, name, object(at, pair));
        }
        "last_committed" => {
            let mut pair = Vec::new();
            put(&mut pair, "mon", line.mon()?);
            line.need(">=")?;
            put(&mut pair, "version", line.scalar("a Paxos version")?);
            push_to_list(fields, name, object(at, pair));
        }
        _ if word.kind == Kind::Bare => {
            return Err(DocError::unknown(
                at,
                "something to expect",
                name,
                CONDITIONS,
            ));
        }
        _ => return Err(word.expected("what is expected, such as `leader 0`")),
    }
    Ok(())
}

/// What is a number or a length of time.
fn measured(
    line: &mut Line,
    name: &str,
    at: Place,
    fields: &mut Vec<Field>,
) -> Result<(), DocError> {
    match name {
        "epoch" => {
            let epoch = line.scalar("an election epoch")?;
            put_at(fields, name, at, epoch);
        }
        "victories" | "leaders" => {
            line.need(">=")?;
            let count = line.scalar("a number")?;
            put_at(fields, name, at, count);
        }
        "outage" => {
            line.need("<=")?;
            let outage = line.time("a length of time")?;
            put_at(fields, "outage_ms", at, outage);
        }
        _ => {
            line.need("==")?;
            let count = line.scalar("a number of elections")?;
            let mut stretch = Vec::new();
            put(&mut stretch, "count", count);
            super::from_to(line, &mut stretch)?;
            push_to_list(fields, name, object(at, stretch));
        }
    }
    Ok(())
}

/// Adds to the list of that name; such a condition may stand in one line more than once.
fn push_to_list(fields: &mut Vec<Field>, name: &str, value: Value) {
    let at = value.at;
    let list = fields.iter_mut().find(|field| field.name == name);
    match list.map(|field| &mut field.value.data) {
        Some(Data::List(list)) => list.push(value),
        _ => put_at(fields, name, at, Value::new(at, Data::List(vec![value]))),
    }
}
