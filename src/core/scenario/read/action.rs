//! What is done: one action of the script.

use super::super::error::DocError;
use super::super::limits;
use super::super::model::{Action, Address, Deed, HealLink, How};
use super::super::node::Node;
use super::super::words::ACTIONS;
use super::{Mons, range, share, strategy};
use crate::mon::{Kind, MonId, Span};

/// Reads an action. `around` names the fields that belong to what the action stands in.
pub(super) fn action(
    node: &Node<'_>,
    mons: &Mons<'_>,
    around: &[&str],
) -> Result<Action, DocError> {
    let verb = node.need("do")?;
    let word = verb.text()?;
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
        "loss" => &["loss", "from", "to", "both"],
        "drop" | "duplicate" | "deliver" => &["message", "from", "to", "ordinal"],
        "delay" => &["message", "from", "to", "ordinal", "delay_ms"],
        _ => return Err(verb.unknown("an action", word, ACTIONS)),
    };
    let known: Vec<&str> = std::iter::once("do")
        .chain(own.iter().copied())
        .chain(around.iter().copied())
        .collect();
    node.only(&format!("a field of `{word}`"), &known)?;
    Ok(match word {
        "boot" => match node.get("mon") {
            Some(mon) => Action::Boot(mons.mons(&mon)?),
            None => Action::Boot(Vec::new()),
        },
        "kill" if how(node, &["process", "host"])? == 1 => Action::KillHost(targets(node, mons)?),
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
        "partition" => Action::Partition {
            groups: groups(&node.need("groups")?, mons)?,
            how: how_cut(node)?,
        },
        "latency" => Action::Latency {
            link: two_way(node, mons, word)?,
            range: range(&node.need("latency_ms")?)?,
        },
        "loss" => Action::Loss {
            link: two_way(node, mons, word)?,
            share: share(&node.need("loss")?)?,
        },
        "heal" => Action::Heal(link(node, mons)?),
        "cut" => {
            let HealLink { from, to, both } = need_link(node, mons)?;
            let how = how_cut(node)?;
            Action::Cut {
                from,
                to,
                both,
                how,
            }
        }
        _ => Action::Message {
            message: address(node, mons)?,
            deed: match word {
                "drop" => Deed::Drop,
                "duplicate" => Deed::Duplicate,
                "deliver" => Deed::Deliver,
                _ => {
                    let delay = node.need("delay_ms")?;
                    Deed::Delay(Span(delay.micros("a delay", limits::LATENCY_MAX)?))
                }
            },
        },
    })
}

/// One message: its kind, its ends, and which one it is.
fn address(node: &Node<'_>, mons: &Mons<'_>) -> Result<Address, DocError> {
    let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    let place = node.need("message")?.word("a kind of message", &names)?;
    let HealLink { from, to, .. } = need_link(node, mons)?;
    let ordinal = node.need("ordinal")?;
    let what = "which one of its kind on this link";
    Ok(Address {
        kind: Kind::ALL[place],
        from,
        to,
        ordinal: ordinal.whole(what, 1, limits::ORDINAL_MAX)? as u32,
    })
}

/// Which of these ways it is done; the first one unless the document says so.
fn how(node: &Node<'_>, ways: &[&str]) -> Result<usize, DocError> {
    node.get("how")
        .map_or(Ok(0), |how| how.word("a way to do it", ways))
}

fn how_cut(node: &Node<'_>) -> Result<How, DocError> {
    let ways = [How::Drop, How::Reset];
    Ok(ways[how(node, &ways.map(How::name))?])
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

fn need_link(node: &Node<'_>, mons: &Mons<'_>) -> Result<HealLink, DocError> {
    link(node, mons)?.ok_or_else(|| node.error("`from` and `to` are missing here"))
}

/// The link whose both directions are changed, if one is named.
fn two_way(
    node: &Node<'_>,
    mons: &Mons<'_>,
    word: &str,
) -> Result<Option<(MonId, MonId)>, DocError> {
    if let Some(both) = node.get("both")
        && !both.bool()?
    {
        return Err(both.later(&format!("{word} one way"), "changes it both ways"));
    }
    Ok(link(node, mons)?.map(|link| (link.from, link.to)))
}

fn groups(node: &Node<'_>, mons: &Mons<'_>) -> Result<Vec<Vec<MonId>>, DocError> {
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
    Ok(groups)
}
