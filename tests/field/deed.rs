//! What was done to a real cluster, in the simulator's own actions.

use monscope::core::mon::{MonId, Span};
use monscope::core::scenario::{Action, How, Share};
use serde_json::Value;

use crate::recording::{list, number, span, strategy, text};

/// Something that was done.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    /// When it was done by hand, counted from the beginning of the run.
    pub(crate) at: Span,
    /// How long it takes until the monitor knows.
    pub(crate) delay: Delay,
    pub(crate) what: Action,
}

/// How long something takes from the hand to the monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delay {
    /// Nothing worth a word.
    None,
    /// A process that runs has to hear it.
    Word,
    /// A process has to start.
    Boot,
    /// A client has to start, find the monitors and speak.
    Client,
}

/// One intervention; some are several actions, some are none.
///
/// # Errors
/// When it isn't known, or lacks something.
pub(crate) fn read(value: &Value) -> Result<Vec<Deed>, String> {
    let at = span(value, "t")?;
    let kind = text(value, "do")?;
    let mon = || number(value, "mon").map(|mon| MonId(mon as u8));
    let one = || mon().map(|mon| vec![mon]);
    let said = text(value, "action")?;
    let (delay, actions) = match kind.as_str() {
        "note" => return Ok(Vec::new()),
        "start" => (Delay::Boot, vec![Action::Boot(one()?)]),
        "kill" if said.contains("SIGTERM") => (Delay::None, vec![Action::Terminate(one()?)]),
        "kill" if said.contains("host") => (Delay::None, vec![Action::KillHost(one()?)]),
        "kill" => (Delay::None, vec![Action::Kill(one()?)]),
        "pause" => (Delay::None, vec![Action::Pause(one()?)]),
        "resume" => (Delay::Word, vec![Action::Resume(one()?)]),
        "quorum_exit" => (Delay::Word, vec![Action::QuorumExit(mon()?)]),
        "quorum_enter" => (Delay::Word, vec![Action::QuorumEnter(mon()?)]),
        "heal" => (Delay::None, vec![Action::Heal(None)]),
        "partition" => (
            Delay::None,
            vec![Action::Partition {
                groups: groups(value)?,
                how: How::Drop,
            }],
        ),
        "cut" => {
            let end = |field| number(value, field).map(|mon| MonId(mon as u8));
            let both = value.get("both").and_then(Value::as_bool).unwrap_or(true);
            (
                Delay::None,
                vec![Action::Cut {
                    from: end("from")?,
                    to: end("to")?,
                    both,
                    how: How::Drop,
                }],
            )
        }
        "cut_reset" => (Delay::None, pairs(value)?),
        "latency" => (Delay::None, vec![latency(number(value, "ms")?)]),
        "loss" => {
            let share = value.get("p").and_then(Value::as_f64);
            let share = loss(share.ok_or("`p`: a share is expected")?);
            (Delay::None, vec![Action::Loss { link: None, share }])
        }
        "commit" => {
            let count = number(value, "n")? as u32;
            (Delay::None, vec![Action::Commit { count, mon: None }])
        }
        "command" => (Delay::Client, vec![command(&text(value, "cmd")?)?]),
        _ => return Err(format!("`interventions`: what is `{kind}`?")),
    };
    Ok(actions
        .into_iter()
        .map(|what| Deed { at, delay, what })
        .collect())
}

/// The network delays every message by so much: what it takes besides is the scenario's.
fn latency(ms: u64) -> Action {
    Action::Latency {
        link: None,
        range: (Span::from_ms(ms), Span::from_ms(ms)),
    }
}

/// This part of all packets is lost.
pub(crate) fn loss(part: f64) -> Share {
    Share((part.clamp(0.0, 1.0) * 1e6).round() as u32)
}

fn groups(value: &Value) -> Result<Vec<Vec<MonId>>, String> {
    let group = |group: &Value| -> Vec<MonId> {
        let mons = group.as_array().into_iter().flatten();
        mons.filter_map(Value::as_u64)
            .map(|mon| MonId(mon as u8))
            .collect()
    };
    Ok(list(value, "groups")?.iter().map(group).collect())
}

fn pairs(value: &Value) -> Result<Vec<Action>, String> {
    let mut cuts = Vec::new();
    for pair in list(value, "pairs")? {
        let end = |i: usize| {
            pair.get(i)
                .and_then(Value::as_u64)
                .map(|mon| MonId(mon as u8))
        };
        let (from, to) = end(0)
            .zip(end(1))
            .ok_or("`pairs`: two monitors are expected")?;
        cuts.push(Action::Cut {
            from,
            to,
            both: true,
            how: How::Reset,
        });
    }
    Ok(cuts)
}

fn command(words: &str) -> Result<Action, String> {
    let unknown = || format!("`cmd`: what is `{words}`?");
    let mon = |name: &str| {
        let place = name.bytes().next().filter(u8::is_ascii_lowercase);
        place.map(|letter| MonId(letter - b'a')).ok_or_else(unknown)
    };
    let all: Vec<&str> = words.split_whitespace().collect();
    match all.as_slice() {
        ["ceph", "mon", "set", "election_strategy", name] => {
            strategy(name).map(Action::SetStrategy)
        }
        ["ceph", "mon", "add", "disallowed_leader", name] => mon(name).map(Action::Disallow),
        ["ceph", "mon", "rm", "disallowed_leader", name] => mon(name).map(Action::Allow),
        ["ceph", "mon", "remove" | "rm", name] => mon(name).map(Action::Remove),
        _ => Err(unknown()),
    }
}
