//! What is expected, as the text form says it.

use super::super::error::{DocError, Place};
use super::super::value::{Data, Field, Value};
use super::super::words::CONDITIONS;
use super::line::{Kind, Line};
use super::{field, object};

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
    fields.push(field(name, time.at, time));
    let at = line.place();
    if line.take("never") {
        fields.push(field("never", at, Value::new(at, Data::Bool(true))));
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
            fields.push(field(name, at, value));
        }
        "quorum" => {
            let mons = line.some_mons(&[CONDITIONS])?;
            fields.push(field(name, at, mons));
        }
        "state" => {
            let mon = line.mon()?;
            let state = line.word("a state such as `peon`")?;
            let pair = vec![
                field("mon", mon.at, mon),
                field("state", state.at, state.text_value()),
            ];
            push_to_list(fields, name, object(at, pair));
        }
        "epoch" | "victories" | "leaders" | "outage" | "elections" => {
            measured(line, name, at, fields)?
        }
        "branch" => {
            let id = line.word("the id of a branch, such as PROPOSE-5a")?;
            let mut pair = vec![field("id", id.at, id.text_value())];
            if line.take("mon") {
                let mon = line.mon()?;
                pair.push(field("mon", mon.at, mon));
            }
            push_to_list(fields, name, object(at, pair));
        }
        "two_leaders" => fields.push(field(name, at, Value::new(at, Data::Bool(true)))),
        "violation" => {
            let id = line.word("an invariant such as SAFE-3, or `none`")?;
            push_to_list(fields, name, id.text_value());
        }
        "monmap_epoch" => {
            let mon = line.mon()?;
            let epoch = line.scalar("an epoch of the monmap")?;
            let pair = vec![field("mon", mon.at, mon), field("epoch", epoch.at, epoch)];
            push_to_list(fields, name, object(at, pair));
        }
        "last_committed" => {
            let mon = line.mon()?;
            line.need(">=")?;
            let version = line.scalar("a Paxos version")?;
            let pair = vec![
                field("mon", mon.at, mon),
                field("version", version.at, version),
            ];
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
            fields.push(field(name, at, epoch));
        }
        "victories" | "leaders" => {
            line.need(">=")?;
            let count = line.scalar("a number")?;
            fields.push(field(name, at, count));
        }
        "outage" => {
            line.need("<=")?;
            let outage = line.time("a length of time")?;
            fields.push(field("outage_ms", at, outage));
        }
        _ => {
            line.need("==")?;
            let count = line.scalar("a number of elections")?;
            let mut stretch = vec![field("count", count.at, count)];
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
        _ => fields.push(field(name, at, Value::new(at, Data::List(vec![value])))),
    }
}
