//! What is done: one action of the script.

use super::super::error::DocError;
use super::super::limits;
use super::super::model::{Action, HealLink};
use super::super::node::Node;
use super::super::words::{ACTIONS, ACTIONS_LATER, RUNS_ACTIONS};
use super::{Mons, range, strategy};
use crate::mon::MonId;

/// Reads an action. `around` names the fields that belong to what the action stands in.
pub(super) fn action(
    node: &Node<'_>,
    mons: &Mons<'_>,
    around: &[&str],
) -> Result<Action, DocError> {
    let verb = node.need("do")?;
    let word = verb.text()?;
    if ACTIONS_LATER.contains(&word) {
        return Err(verb.later(word, RUNS_ACTIONS));
    }
    let own: &[&str] = match word {
        "boot" | "restart" | "pause" | "resume" | "wipe" | "terminate" | "quorum_exit"
        | "quorum_enter" | "add" | "remove" | "disallow" | "allow" => &["mon"],
        "set_strategy" => &["strategy"],
        "commit" => &["n", "mon"],
        "kill" => &["mon", "how"],
        "cut" => &["from", "to", "both", "how"],
        "heal" => &["from", "to", "both"],
        "partition" => &["groups", "how"],
        "latency" => &["latency_ms", "from", "to", "both"],
        _ => return Err(verb.unknown("an action", word, ACTIONS)),
    };
    let known: Vec<&str> = std::iter::once("do")
        .chain(own.iter().copied())
        .chain(around.iter().copied())
        .collect();
    node.only(&format!("a field of `{word}`"), &known)?;
    let how = how(node, word)?;
    Ok(match word {
        "boot" => match node.get("mon") {
            Some(mon) => Action::Boot(mons.mons(&mon)?),
            None => Action::Boot(Vec::new()),
        },
        "kill" if how => Action::KillHost(targets(node, mons)?),
        "kill" => Action::Kill(targets(node, mons)?),
        "terminate" => Action::Terminate(targets(node, mons)?),
        "restart" => Action::Restart(targets(node, mons)?),
        "pause" => Action::Pause(targets(node, mons)?),
        "resume" => Action::Resume(targets(node, mons)?),
        "wipe" => Action::Wipe(targets(node, mons)?),
        "quorum_exit" => Action::QuorumExit(mons.mon(&node.need("mon")?)?),
        "quorum_enter" => Action::QuorumEnter(mons.mon(&node.need("mon")?)?),
        "add" => Action::Add(mons.mon(&node.need("mon")?)?),
        "remove" => Action::Remove(mons.mon(&node.need("mon")?)?),
        "disallow" => Action::Disallow(mons.mon(&node.need("mon")?)?),
        "allow" => Action::Allow(mons.mon(&node.need("mon")?)?),
        "set_strategy" => Action::SetStrategy(strategy(&node.need("strategy")?)?),
        "commit" => Action::Commit {
            count: node
                .need("n")?
                .whole("how many commits", 1, limits::COMMITS_MAX)? as u32,
            mon: node.get("mon").map(|mon| mons.mon(&mon)).transpose()?,
        },
        "partition" => partition(&node.need("groups")?, mons)?,
        "latency" => latency(node, mons)?,
        "heal" => Action::Heal(link(node, mons)?),
        _ => match link(node, mons)? {
            Some(HealLink { from, to, both }) => Action::Cut { from, to, both },
            None => return Err(node.error("`from` and `to` are missing here")),
        },
    })
}

/// Is it done the other way than usual? A host dies instead of a process; a cut can only be silent yet.
fn how(node: &Node<'_>, word: &str) -> Result<bool, DocError> {
    let Some(how) = node.get("how") else {
        return Ok(false);
    };
    if word == "kill" {
        return Ok(how.word("a way to do it", &["process", "host"])? == 1);
    }
    match how.word("a way to do it", &["drop", "reset"])? {
        0 => Ok(false),
        _ => Err(how.later(
            &format!("{word} how reset"),
            &format!("does `{word} how drop`"),
        )),
    }
}

fn targets(node: &Node<'_>, mons: &Mons<'_>) -> Result<Vec<MonId>, DocError> {
    mons.mons(&node.need("mon")?)
}

/// The link between `from` and `to`, when they are given.
fn link(node: &Node<'_>, mons: &Mons<'_>) -> Result<Option<HealLink>, DocError> {
    if node.get("from").is_none() && node.get("to").is_none() {
        return match node.get("both") {
            Some(both) => Err(both.error("`both` needs `from` and `to`")),
            None => Ok(None),
        };
    }
    let (from, to) = (mons.mon(&node.need("from")?)?, mons.mon(&node.need("to")?)?);
    if from == to {
        return Err(node.need("to")?.error("a monitor has no link to itself"));
    }
    let both = node.yes("both")?;
    Ok(Some(HealLink { from, to, both }))
}

fn latency(node: &Node<'_>, mons: &Mons<'_>) -> Result<Action, DocError> {
    if let Some(both) = node.get("both")
        && !both.bool()?
    {
        return Err(both.later("latency one way", "changes it both ways"));
    }
    Ok(Action::Latency {
        link: link(node, mons)?.map(|link| (link.from, link.to)),
        range: range(&node.need("latency_ms")?)?,
    })
}

fn partition(node: &Node<'_>, mons: &Mons<'_>) -> Result<Action, DocError> {
    let mut groups = Vec::new();
    let mut seen = Vec::new();
    for group in node.items()? {
        for mon in group.items()? {
            let id = mons.mon(&mon)?;
            if seen.contains(&id) {
                return Err(mon.error("a monitor can't be on two sides of a partition"));
            }
            seen.push(id);
        }
        groups.push(mons.mons(&group)?);
    }
    if groups.len() < 2 {
        return Err(node.error("a partition needs at least two groups"));
    }
    Ok(Action::Partition(groups))
}
