//! Ceph's JSON. It has many fields; only those that matter here are read.

use super::super::error::DocError;
use super::super::model::{Edition, Scenario};
use super::super::node::Node;
use super::super::value::{Data, Number, Value};
use super::{Import, Member, build, hint, plain_addr, strategy};
use crate::mon::{Rank, RankSet};

/// What an object of JSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// A scenario.
    Scenario,
    /// Something of Ceph's that lists monitors.
    Monitors,
    /// Anything else.
    Other,
}

/// Tells what an object is by its fields.
pub(in super::super) fn recognise(value: &Value) -> Kind {
    let node = Node::root(value);
    let has = |name: &str| node.get(name).is_some();
    if has("monscope") || has("monitors") || has("script") {
        Kind::Scenario
    } else if has("mons")
        || node
            .get("monmap")
            .is_some_and(|map| map.get("mons").is_some())
    {
        Kind::Monitors
    } else {
        Kind::Other
    }
}

/// Reads what Ceph printed about its monitors.
///
/// # Errors
/// When it lists none, or a cluster that can't run here.
pub(in super::super) fn read(value: &Value) -> Result<Scenario, DocError> {
    let doc = Node::root(value);
    match doc.get("monmap") {
        _ if doc.get("mons").is_some() => monmap(&doc, &doc, "ceph mon dump"),
        Some(map) if map.get("mons").is_some() => {
            let command = if doc.get("quorum_names").is_some() && doc.get("health").is_none() {
                "ceph quorum_status"
            } else if doc.get("state").is_some() && doc.get("rank").is_some() {
                "ceph tell mon.X mon_status"
            } else {
                "ceph status"
            };
            monmap(&doc, &map, command)
        }
        _ => Err(doc.locate(DocError::new(value.at, hint::of_json(&doc)))),
    }
}

fn monmap(doc: &Node<'_>, map: &Node<'_>, command: &'static str) -> Result<Scenario, DocError> {
    let mut import = Import {
        command,
        monmap_epoch: whole(map, "epoch"),
        election_epoch: whole(doc, "election_epoch"),
        ..Import::default()
    };
    if let Some(node) = map.get("election_strategy") {
        import.edition = Edition::Modern;
        let number = node.whole("an election strategy", 0, u64::from(u32::MAX))?;
        import.strategy = strategy(number).map_err(|message| node.error(message))?;
        let text = |name: &str| map.get(name)?.as_text().map(str::to_owned);
        // Ceph's own field ends in a colon and a blank.
        let disallowed = text("disallowed_leaders: ").or_else(|| text("disallowed_leaders"));
        import.disallowed = disallowed.unwrap_or_default();
        import.tiebreaker = text("tiebreaker_mon").unwrap_or_default();
        import.marked_down = text("stretch_marked_down_mons").unwrap_or_default();
        import.min_release = whole(map, "min_mon_release").unwrap_or_default();
    }
    import.fsid = map
        .get("fsid")
        .and_then(|fsid| fsid.as_text().map(str::to_owned));
    import.as_now = doc.get("as_now").map(|as_now| as_now.bool()).transpose()?;
    import.mons = members(&map.need("mons")?)?;
    if let Some(quorum) = doc.get("quorum") {
        import.quorum = Some(ranks(&quorum, import.mons.len())?);
    }
    if import.as_now == Some(true) && import.quorum.is_none_or(RankSet::is_empty) {
        import.quorum = seen(doc, &import.mons);
    }
    build(import).map_err(|error| map.locate(error))
}

/// Whom a monitor without a quorum has seen, itself included.
fn seen(doc: &Node<'_>, mons: &[Member]) -> Option<RankSet> {
    let mut all = RankSet::EMPTY;
    let outside = doc.get("outside_quorum");
    let outside = outside
        .iter()
        .flat_map(Node::items_or_one)
        .filter_map(|node| node.as_text());
    for name in outside.chain(doc.get("name").and_then(|name| name.as_text())) {
        if let Some(place) = mons.iter().position(|mon| mon.name == name) {
            all.insert(Rank(place as u8));
        }
    }
    Some(all)
}

fn whole(node: &Node<'_>, name: &str) -> Option<u64> {
    node.get(name)?.as_number().and_then(Number::as_whole)
}

/// The monitors in order of rank.
fn members(mons: &Node<'_>) -> Result<Vec<Member>, DocError> {
    let Data::List(list) = &mons.value.data else {
        return Err(mons.expected("a list of monitors"));
    };
    let mut members: Vec<Option<Member>> = vec![None; list.len()];
    for (place, mon) in mons.items()?.enumerate() {
        let rank = match mon.get("rank") {
            Some(rank) => rank.whole("a rank", 0, list.len() as u64 - 1)? as usize,
            None => place,
        };
        if members[rank].is_some() {
            return Err(mon.error(format!("there are two monitors of rank {rank}")));
        }
        members[rank] = Some(Member {
            name: mon.need("name")?.text()?.to_owned(),
            addr: address(&mon)?,
            location: mon
                .get("crush_location")
                .and_then(|location| location.as_text().map(str::to_owned))
                .unwrap_or_default(),
            priority: whole(&mon, "priority").unwrap_or_default(),
            weight: whole(&mon, "weight").unwrap_or_default(),
        });
    }
    Ok(members.into_iter().flatten().collect())
}

fn address(mon: &Node<'_>) -> Result<String, DocError> {
    if let Some(addrs) = mon.get("public_addrs")
        && let Some(vector) = addrs.get("addrvec")
    {
        let text_of = |entry: &Node<'_>, name: &str| {
            entry
                .get(name)
                .and_then(|text| text.as_text().map(str::to_owned))
        };
        let mut best = None;
        for entry in vector.items()? {
            let is_old = text_of(&entry, "type").as_deref() == Some("v1");
            if best.is_none() || is_old {
                best = text_of(&entry, "addr").or(best);
            }
        }
        if let Some(addr) = best {
            return Ok(plain_addr(&addr));
        }
    }
    match mon.get("addr").or_else(|| mon.get("public_addr")) {
        Some(addr) => Ok(plain_addr(addr.text()?)),
        None => Err(mon.error("`addr` is missing here")),
    }
}

fn ranks(quorum: &Node<'_>, count: usize) -> Result<RankSet, DocError> {
    let mut ranks = RankSet::EMPTY;
    for rank in quorum.items()? {
        ranks.insert(Rank(
            rank.whole("a rank", 0, (count as u64).saturating_sub(1))? as u8,
        ));
    }
    Ok(ranks)
}
