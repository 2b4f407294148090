//! What is done, as the text form says it.

use super::super::error::DocError;
use super::super::value::{Data, Field, Number, Value};
use super::super::words::{ACTIONS, MESSAGE_ACTIONS, MON_ACTIONS};
use super::line::Line;
use super::{put, put_at};

/// Words that end a list of monitors in an action.
const STOPS: &[&[&str]] = &[&["by", "how", "then", "after"]];

/// Reads an action into the fields of its JSON form.
pub(super) fn action(line: &mut Line, fields: &mut Vec<Field>) -> Result<(), DocError> {
    let verb = line.word("an action such as `kill`")?;
    let quorum = verb.text == "quorum";
    let mut name = verb.text.clone();
    if quorum {
        let place = line.place();
        let word = line.word("`exit` or `enter`")?.text;
        if !matches!(word.as_str(), "exit" | "enter") {
            return Err(DocError::unknown(
                place,
                "a quorum command",
                &word,
                &["exit", "enter"],
            ));
        }
        name = format!("quorum_{word}");
    }
    put_at(fields, "do", verb.at, verb.value(Data::Text(name.clone())));
    match name.as_str() {
        // Each of these needs its monitor; only a boot without any means everybody.
        "boot" => {
            let mons = line.mons(STOPS)?;
            if !matches!(&mons.data, Data::List(list) if list.is_empty()) {
                put(fields, "mon", mons);
            }
        }
        "quorum_exit" | "quorum_enter" | "add" | "remove" | "disallow" | "allow" => {
            let mon = line.mon()?;
            put(fields, "mon", mon);
        }
        "set_strategy" => {
            let strategy = line.word("a strategy")?;
            put_at(fields, "strategy", strategy.at, strategy.text_value());
        }
        "commit" => {
            let count = line.scalar("how many commits")?;
            put(fields, "n", count);
            if line.take("mon") {
                let mon = line.mon()?;
                put(fields, "mon", mon);
            }
        }
        word if MON_ACTIONS.contains(&word) => {
            let mons = line.some_mons(STOPS)?;
            put(fields, "mon", mons);
        }
        "cut" => link(line, fields)?,
        "heal" => {
            if !line.at_end()
                && line
                    .peek()
                    .is_some_and(|token| !STOPS[0].contains(&token.text.as_str()))
            {
                link(line, fields)?;
            }
        }
        "partition" => partition(line, fields)?,
        "latency" => {
            if line.sign_follows() {
                link(line, fields)?;
            }
            latency(line, fields)?;
        }
        "loss" => {
            if line.sign_follows() {
                link(line, fields)?;
            }
            let share = line.scalar("how much is lost, from 0 to 1")?;
            put(fields, "loss", share);
        }
        word if MESSAGE_ACTIONS.contains(&word) => message(line, word, fields)?,
        word => {
            let spoken: Vec<&str> = ACTIONS.iter().map(|action| spoken(action)).collect();
            return Err(DocError::unknown(verb.at, "an action", word, &spoken));
        }
    }
    if line.take("how") {
        let how = line.word("how it is done")?;
        put(fields, "how", how.text_value());
    }
    Ok(())
}

/// An action as the text form says it: `quorum exit`.
pub(in super::super) fn spoken(action: &'static str) -> &'static str {
    match action {
        "quorum_exit" => "quorum exit",
        "quorum_enter" => "quorum enter",
        other => other,
    }
}

/// A latency: `20ms..60ms` or `20ms`.
pub(super) fn latency(line: &mut Line, fields: &mut Vec<Field>) -> Result<(), DocError> {
    let (lowest, highest) = line.range("a latency")?;
    let at = lowest.at;
    let value = match highest {
        Some(highest) => Value::new(at, Data::List(vec![lowest, highest])),
        None => lowest,
    };
    put_at(fields, "latency_ms", at, value);
    Ok(())
}

/// A link: `0 -> 1` one way, `0 - 1` both.
fn link(line: &mut Line, fields: &mut Vec<Field>) -> Result<(), DocError> {
    let from = line.mon()?;
    let at = line.place();
    let both = if line.take("-") {
        true
    } else if line.take("->") {
        false
    } else {
        return Err(line.expected("`->` (one way) or `-` (both ways)"));
    };
    let to = line.mon()?;
    put(fields, "from", from);
    put(fields, "to", to);
    put(fields, "both", Value::new(at, Data::Bool(both)));
    Ok(())
}

/// A message, and for a delay how long: `propose 2 -> 4 #3`, `ack 2 -> 0 #1 500ms`.
fn message(line: &mut Line, word: &str, fields: &mut Vec<Field>) -> Result<(), DocError> {
    let kind = line.word("a kind of message, such as `propose`")?;
    put(fields, "message", kind.text_value());
    let from = line.mon()?;
    line.need("->")?;
    let to = line.mon()?;
    put(fields, "from", from);
    put(fields, "to", to);
    let expected = "`#` and which one of its kind on this link, such as `#3`";
    let token = line.word(expected)?;
    let number = token.text.strip_prefix('#').and_then(Number::parse);
    let number = number.ok_or_else(|| token.expected(expected))?;
    put(fields, "ordinal", token.value(Data::Number(number)));
    if word == "delay" {
        let span = line.time("how much later")?;
        put(fields, "delay_ms", span);
    }
    Ok(())
}

fn partition(line: &mut Line, fields: &mut Vec<Field>) -> Result<(), DocError> {
    let at = line.place();
    let mut groups = vec![line.some_mons(STOPS)?];
    while line.take("|") {
        groups.push(line.some_mons(STOPS)?);
    }
    if groups.len() < 2 {
        return Err(line.expected("`|` and the monitors of the other side"));
    }
    put(fields, "groups", Value::new(at, Data::List(groups)));
    Ok(())
}
