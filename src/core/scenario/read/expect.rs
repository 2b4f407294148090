//! What the author expects.

use super::super::error::DocError;
use super::super::limits;
use super::super::model::{Condition, Expect, When};
use super::super::node::Node;
use super::super::value::Data;
use super::super::words::STATES;
use super::{Mons, in_order, time};
use crate::mon::branch::BRANCHES;
use crate::mon::{Branch, RankSet, Span, Time};

const FIELDS: &[&str] = &[
    "at_ms",
    "by_ms",
    "never",
    "leader",
    "quorum",
    "state",
    "epoch",
    "victories",
    "branch",
    "two_leaders",
    "leaders",
    "outage_ms",
    "elections",
    "violation",
    "monmap_epoch",
    "last_committed",
];

const COUNT_MAX: u64 = 1_000_000;

/// Reads one expectation.
pub(super) fn expect(node: &Node<'_>, mons: &Mons<'_>) -> Result<Expect, DocError> {
    node.only("a field of `expect`", FIELDS)?;
    let when = match (node.get("at_ms"), node.get("by_ms")) {
        (Some(_), None) => When::At(time(node, "at_ms")?),
        (None, Some(_)) => When::By(time(node, "by_ms")?),
        _ => return Err(node.error("an expectation needs either `at_ms` or `by_ms`")),
    };
    let never = node.yes("never")?;
    let what = conditions(node, mons)?;
    if what.is_empty() {
        return Err(node.error("nothing is expected here"));
    }
    Ok(Expect { when, never, what })
}

/// What is expected, in the order of the kinds of condition: an object has no order of its own.
fn conditions(node: &Node<'_>, mons: &Mons<'_>) -> Result<Vec<Condition>, DocError> {
    let mut what = Vec::new();
    if let Some(leader) = node.get_or_null("leader") {
        let none = leader.value.data == Data::Null || leader.as_text() == Some("none");
        what.push(Condition::Leader(if none {
            None
        } else {
            Some(mons.mon(&leader)?)
        }));
    }
    if let Some(quorum) = node.get("quorum") {
        let ranks: RankSet = mons
            .mons(&quorum)?
            .into_iter()
            .map(|id| mons.rank(id))
            .collect();
        what.push(Condition::Quorum(ranks));
    }
    if let Some(states) = node.get("state") {
        for state in states.items_or_one() {
            state.only("a field of `state`", &["mon", "state"])?;
            let words: Vec<&str> = STATES.iter().map(|(word, _)| *word).collect();
            let index = state.need("state")?.word("a state of a monitor", &words)?;
            what.push(Condition::State(
                mons.mon(&state.need("mon")?)?,
                STATES[index].1,
            ));
        }
    }
    if let Some(epoch) = node.get("epoch") {
        what.push(Condition::Epoch(
            epoch.whole("an election epoch", 0, limits::EPOCH_MAX)? as u32,
        ));
    }
    if let Some(victories) = node.get("victories") {
        what.push(Condition::Victories(
            victories.whole("a number of victories", 0, COUNT_MAX)? as u32,
        ));
    }
    if let Some(branches) = node.get("branch") {
        for branch in branches.items_or_one() {
            what.push(branch_taken(&branch, mons)?);
        }
    }
    leaders_and_times(node, &mut what)?;
    maps_and_data(node, mons, &mut what)?;
    Ok(what)
}

/// The rest of them, in the same order.
fn leaders_and_times(node: &Node<'_>, what: &mut Vec<Condition>) -> Result<(), DocError> {
    if let Some(two) = node.get("two_leaders") {
        if !two.bool()? {
            return Err(two.error("write `never` with `two_leaders` instead of false"));
        }
        what.push(Condition::TwoLeaders);
    }
    if let Some(leaders) = node.get("leaders") {
        what.push(Condition::Leaders(
            leaders.whole("a number of leaders", 0, limits::MONS_MAX)? as u32,
        ));
    }
    if let Some(outage) = node.get("outage_ms") {
        what.push(Condition::Outage(Span(
            outage.micros("an outage", limits::TIME_MAX)?,
        )));
    }
    if let Some(elections) = node.get("elections") {
        for stretch in elections.items_or_one() {
            what.push(election_count(&stretch)?);
        }
    }
    if let Some(violations) = node.get_or_null("violation") {
        for violation in violations.items_or_one() {
            what.push(broken(&violation)?);
        }
    }
    Ok(())
}

/// What a monitor has of the cluster's data.
fn maps_and_data(
    node: &Node<'_>,
    mons: &Mons<'_>,
    what: &mut Vec<Condition>,
) -> Result<(), DocError> {
    if let Some(maps) = node.get("monmap_epoch") {
        for map in maps.items_or_one() {
            map.only("a field of `monmap_epoch`", &["mon", "epoch"])?;
            let epoch = map
                .need("epoch")?
                .whole("an epoch of the monmap", 0, limits::EPOCH_MAX)?;
            let mon = mons.mon(&map.need("mon")?)?;
            what.push(Condition::MonmapEpoch(mon, epoch as u32));
        }
    }
    if let Some(versions) = node.get("last_committed") {
        for version in versions.items_or_one() {
            version.only("a field of `last_committed`", &["mon", "version"])?;
            let least =
                version
                    .need("version")?
                    .whole("a Paxos version", 0, limits::VERSION_MAX)?;
            what.push(Condition::LastCommitted(
                mons.mon(&version.need("mon")?)?,
                least,
            ));
        }
    }
    Ok(())
}

/// A branch: its id, or an object that says whose.
fn branch_taken(node: &Node<'_>, mons: &Mons<'_>) -> Result<Condition, DocError> {
    let id = |node: &Node<'_>| {
        let text = node.text()?;
        Branch::from_id(text).ok_or_else(|| {
            let ids: Vec<&str> = BRANCHES.iter().map(|branch| branch.id()).collect();
            match super::super::error::nearest(text, &ids) {
                Some(_) => node.unknown("a branch of the specification", text, &ids),
                None => {
                    node.expected("the id of a branch of the specification, such as PROPOSE-5a")
                }
            }
        })
    };
    if node.as_text().is_some() {
        return Ok(Condition::BranchTaken(id(node)?, None));
    }
    node.only("a field of `branch`", &["id", "mon"])?;
    let mon = node.get("mon").map(|mon| mons.mon(&mon)).transpose()?;
    Ok(Condition::BranchTaken(id(&node.need("id")?)?, mon))
}

fn election_count(node: &Node<'_>) -> Result<Condition, DocError> {
    node.only("a field of `elections`", &["count", "from_ms", "to_ms"])?;
    let count = node
        .need("count")?
        .whole("a number of elections", 0, COUNT_MAX)? as u32;
    let (from, to): (Time, Time) = (time(node, "from_ms")?, time(node, "to_ms")?);
    in_order(node, from, to)?;
    Ok(Condition::Elections { count, from, to })
}

/// An invariant: `SAFE-3`, `SAFE-6a`, or none.
fn broken(node: &Node<'_>) -> Result<Condition, DocError> {
    if node.value.data == Data::Null {
        return Ok(Condition::Violation(None));
    }
    let text = node.text()?;
    if text == "none" {
        return Ok(Condition::Violation(None));
    }
    let number = text
        .strip_prefix("SAFE-")
        .map(|rest| rest.trim_end_matches(['a', 'b', 'c']));
    match number.and_then(|digits| digits.parse::<u8>().ok()) {
        Some(1..=11) if text.len() <= 8 => Ok(Condition::Violation(Some(text.to_owned()))),
        _ => Err(node.expected("an invariant from SAFE-1 to SAFE-11, or `none`")),
    }
}
