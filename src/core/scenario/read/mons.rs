//! The monitors of a document, and what names them.

use super::super::error::{DocError, shorten};
use super::super::limits;
use super::super::model::{Edition, MonSpec, RankOrder, Starts};
use super::super::node::Node;
use super::super::ranks::{addr_key, rank_order};
use super::super::value::Number;
use super::super::words::{MON_FIELDS, NAMING_ACTIONS, NO_FEATURES, strip_mon};
use super::{is_empty, needs_modern};
use crate::mon::feature::{FEATURES, RELEASES, Release};
use crate::mon::message::Features;
use crate::mon::{MonId, Rank};
use crate::order;

/// Whom a document's names and starting ranks mean.
pub(crate) struct Mons<'a> {
    list: &'a [MonSpec],
    by_rank: &'a [MonId],
}

impl<'a> Mons<'a> {
    pub(crate) const fn new(list: &'a [MonSpec], by_rank: &'a [MonId]) -> Self {
        Self { list, by_rank }
    }

    /// The monitor that a number (its starting rank) or a text (its name) means.
    pub(crate) fn mon(&self, node: &Node<'_>) -> Result<MonId, DocError> {
        if let Some(number) = node.as_number() {
            let rank = number.as_whole().and_then(|n| usize::try_from(n).ok());
            return rank
                .and_then(|rank| self.by_rank.get(rank).copied())
                .ok_or_else(|| {
                    let last = self.by_rank.len().saturating_sub(1);
                    let found = node.value.describe();
                    let mut error = node.error(format!(
                        "no monitor has starting rank {found}; they go from 0 to {last}"
                    ));
                    error.expected = "a monitor".to_owned();
                    error
                });
        }
        let Some(name) = node.as_text() else {
            return Err(node.expected("a monitor: its starting rank, or its name"));
        };
        let name = strip_mon(name);
        let place = self.list.iter().position(|mon| mon.name == name);
        place.map(|place| MonId(place as u8)).ok_or_else(|| {
            let names: Vec<&str> = self.list.iter().map(|mon| mon.name.as_str()).collect();
            node.unknown("a monitor of this cluster", name, &names)
        })
    }

    /// The starting rank of a monitor.
    pub(crate) fn rank(&self, id: MonId) -> Rank {
        let place = self.by_rank.iter().position(|other| *other == id);
        Rank(place.unwrap_or(id.index()) as u8)
    }

    /// Monitors, or locations that stand for all monitors there; ascending.
    pub(crate) fn at_locations(&self, node: &Node<'_>) -> Result<Vec<MonId>, DocError> {
        let mut marked = vec![false; self.list.len()];
        for item in node.items_or_one() {
            let here =
                |mon: &MonSpec| mon.location.is_some() && mon.location.as_deref() == item.as_text();
            if self.list.iter().any(here) {
                for (mark, mon) in marked.iter_mut().zip(self.list) {
                    *mark |= here(mon);
                }
            } else {
                let known =
                    |mon: &MonSpec| item.as_text().map(strip_mon) == Some(mon.name.as_str());
                if let Some(word) = item.as_text().filter(|_| !self.list.iter().any(known)) {
                    let places = self.list.iter().filter_map(|mon| mon.location.as_deref());
                    let names = self.list.iter().map(|mon| mon.name.as_str());
                    let all: Vec<&str> = places.chain(names).collect();
                    return Err(item.unknown("a location or a monitor here", word, &all));
                }
                marked[self.mon(&item)?.index()] = true;
            }
        }
        let ids = (0..self.list.len()).map(|place| MonId(place as u8));
        Ok(ids
            .zip(marked)
            .filter_map(|(id, mark)| mark.then_some(id))
            .collect())
    }

    /// Names in a text, between commas or blanks, or in a list: a bit for each, by identity.
    pub(crate) fn named_in(&self, node: &Node<'_>) -> Result<u64, DocError> {
        let mut all = 0;
        for item in node.items_or_one() {
            let Some(text) = item.as_text() else {
                all |= 1 << self.mon(&item)?.0;
                continue;
            };
            let names = text.split([',', ' ']).map(strip_mon);
            for name in names.filter(|name| !name.is_empty()) {
                let place = self.list.iter().position(|mon| mon.name == name);
                let Some(place) = place else {
                    let known: Vec<&str> = self.list.iter().map(|mon| mon.name.as_str()).collect();
                    return Err(item.unknown("a monitor of this cluster", name, &known));
                };
                all |= 1 << place;
            }
        }
        Ok(all)
    }

    /// One monitor or a list of them.
    pub(crate) fn mons(&self, node: &Node<'_>) -> Result<Vec<MonId>, DocError> {
        let all: Vec<MonId> = node
            .items_or_one()
            .map(|mon| self.mon(&mon))
            .collect::<Result<_, _>>()?;
        if all.is_empty() {
            return Err(node.expected("at least one monitor"));
        }
        Ok(all)
    }
}

/// Checks a monitor's name (without `mon.`); an error says what is wrong with it.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    let short = shorten(name);
    if name.is_empty() || !name.chars().all(good) {
        Err(format!(
            "`{short}` can't be a monitor's name: letters, digits and `-_.+` make one"
        ))
    } else if name.len() > limits::NAME_MAX {
        Err(format!(
            "`{short}` is longer than {} characters",
            limits::NAME_MAX
        ))
    } else {
        Ok(())
    }
}

/// Checks a location; an error says what is wrong with it. A number would be taken for a rank, and what begins with
/// `mon.` for a name.
pub(crate) fn check_location(location: &str) -> Result<(), String> {
    if Number::parse(location).is_some() || strip_mon(location) != location {
        let short = shorten(location);
        return Err(format!(
            "`{short}` can't be a location: it would be taken for a monitor"
        ));
    }
    check_name(location).map_err(|error| error.replace("a monitor's name", "a location"))
}

/// A release, by its name or its number.
pub(super) fn release(node: &Node<'_>) -> Result<Release, DocError> {
    let number = node.as_number().and_then(Number::as_whole);
    let found = match (number, node.as_text()) {
        (Some(number), _) => Release::find(&number.to_string()),
        (None, word) => Release::find(word.unwrap_or_default()),
    };
    match (found, node.as_text()) {
        (Some(release), _) => Ok(release),
        (None, Some(word)) => Err(node.unknown("a release", word, RELEASES)),
        (None, None) => Err(node.expected("a release, such as `pacific` or 16")),
    }
}

/// Luminous monitors are all of one release.
pub(super) fn refuse_releases(doc: &Node<'_>) -> Result<(), DocError> {
    for lists in ["monitors", "mon"] {
        let Some(list) = doc.get(lists).filter(Node::is_list) else {
            continue;
        };
        for item in list.items()? {
            if let Some(release) = item.get("release") {
                return needs_modern(&release, Edition::Luminous);
            }
        }
    }
    Ok(())
}

/// The monitors: `monitors`, those that the script names first, and then the single fields in `mon`.
pub(super) fn monitors(doc: &Node<'_>, order: RankOrder) -> Result<Vec<MonSpec>, DocError> {
    let node = doc.need("monitors")?;
    let mut list = Vec::new();
    if node.is_list() {
        for (index, item) in node.items()?.enumerate() {
            if index as u64 >= limits::MONS_MAX {
                return Err(item.error(format!(
                    "a cluster can have at most {} monitors here",
                    limits::MONS_MAX
                )));
            }
            let monitor = listed(&item, index)?;
            if list
                .iter()
                .any(|other: &MonSpec| other.name == monitor.name)
            {
                return Err(item.error(format!("there are two monitors named `{}`", monitor.name)));
            }
            list.push(monitor);
        }
        if list.is_empty() {
            return Err(node.error("a cluster needs at least one monitor"));
        }
    } else {
        let count = node.whole("how many monitors, or a list of them", 1, limits::MONS_MAX)?;
        list.extend((0..count as usize).map(MonSpec::nth));
    }
    newcomers(doc, &mut list)?;
    if let Some(extra) = doc.get("mon") {
        single_fields(&extra, &mut list, order)?;
    }
    seed_maps(doc, &mut list, order)?;
    let mut addresses: Vec<_> = list
        .iter()
        .map(|mon| (addr_key(&mon.addr), &mon.name))
        .collect();
    order::few(&mut addresses, |a, b| a < b);
    if let Some(pair) = addresses.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let message = format!(
            "mon.{} and mon.{} have the same address",
            pair[0].1, pair[1].1
        );
        return Err(doc.get("mon").unwrap_or(node).error(message));
    }
    Ok(list)
}

/// Who is named first by what adds or boots it: a monitor without a seat in the first map.
fn newcomers(doc: &Node<'_>, list: &mut Vec<MonSpec>) -> Result<(), DocError> {
    for lines in ["script", "every"] {
        let Some(lines) = doc.get(lines) else {
            continue;
        };
        for line in lines.items_or_one() {
            newcomers_of(&line, list)?;
            if let Some(then) = line.get("then") {
                for next in then.items_or_one() {
                    newcomers_of(&next, list)?;
                }
            }
        }
    }
    Ok(())
}

fn newcomers_of(action: &Node<'_>, list: &mut Vec<MonSpec>) -> Result<(), DocError> {
    let names = |verb: &str| NAMING_ACTIONS.contains(&verb);
    if !action
        .get("do")
        .is_some_and(|verb| verb.as_text().is_some_and(names))
    {
        return Ok(());
    }
    let Some(mons) = action.get("mon") else {
        return Ok(());
    };
    for mon in mons.items_or_one().filter(|mon| mon.as_text().is_some()) {
        let name = name(&mon)?;
        if list.iter().any(|other| other.name == name) {
            continue;
        }
        if list.len() as u64 >= limits::MONS_MAX {
            return Err(mon.error(format!(
                "with mon.{name} there would be more than {} monitors, the most that can be here",
                limits::MONS_MAX
            )));
        }
        list.push(MonSpec {
            name,
            seat: false,
            ..MonSpec::nth(list.len())
        });
    }
    Ok(())
}

/// A monitor of the list: its name, or an object.
fn listed(node: &Node<'_>, index: usize) -> Result<MonSpec, DocError> {
    let mut monitor = MonSpec::nth(index);
    if node.as_text().is_some() {
        monitor.name = name(node)?;
        return Ok(monitor);
    }
    if node.as_number().is_some() {
        let message = "a number can't be a monitor's name; a name made of digits is written with `mon.` in front";
        return Err(node.error(message));
    }
    node.only("a field of a monitor", &with_field("name"))?;
    monitor.name = name(&node.need("name")?)?;
    fields(node, &mut monitor)?;
    Ok(monitor)
}

fn name(node: &Node<'_>) -> Result<String, DocError> {
    let name = strip_mon(node.text()?);
    check_name(name).map_err(|message| node.error(message))?;
    Ok(name.to_owned())
}

fn with_field(first: &'static str) -> Vec<&'static str> {
    std::iter::once(first)
        .chain(MON_FIELDS.iter().copied())
        .collect()
}

/// The fields in which a monitor may differ from its default.
fn fields(node: &Node<'_>, monitor: &mut MonSpec) -> Result<(), DocError> {
    if let Some(addr) = node.get("addr") {
        let text = addr.text()?;
        if addr_key(text).1 == u128::MAX || text.contains('/') {
            return Err(addr.expected("an address such as 10.0.0.3:6789 or [fd00::3]:6789"));
        }
        text.clone_into(&mut monitor.addr);
    }
    if let Some(epoch) = node.get("epoch") {
        monitor.epoch = Some(epoch.whole("a stored election epoch", 0, limits::EPOCH_MAX)? as u32);
    }
    if let Some(capable) = node.get("capable") {
        monitor.capable = capable.bool()?;
    }
    if let Some(starts) = node.get("starts") {
        monitor.starts = match starts.word("a way to start", &["up", "down"])? {
            0 => Starts::Up,
            _ => Starts::Down,
        };
    }
    if let Some(joined) = node.get("joined") {
        monitor.joined = Some(joined.bool()?);
    }
    if let Some(last) = node.get("last_committed") {
        monitor.last_committed = Some(last.whole("a Paxos version", 0, limits::VERSION_MAX)?);
    }
    if let Some(names) = node.get("features") {
        monitor.features = features(&names)?.or(monitor.features);
    }
    if let Some(names) = node.get("required_features") {
        monitor.required_features = features(&names)?.or(monitor.required_features);
    }
    if let Some(location) = node.get("location").filter(|field| !is_empty(field)) {
        let Some(text) = location.as_text() else {
            return Err(location.expected("a location, which is no number"));
        };
        check_location(text).map_err(|message| location.error(message))?;
        monitor.location = Some(text.to_owned());
    }
    for (name, what, value) in [
        ("priority", "a priority", &mut monitor.priority),
        ("weight", "a weight", &mut monitor.weight),
    ] {
        if let Some(field) = node.get(name) {
            *value = field.whole(what, 0, u64::from(u16::MAX))? as u16;
        }
    }
    if let Some(node) = node.get("release") {
        monitor.release = Some(release(&node)?);
    }
    Ok(())
}

/// Features by name; `None`: the list is empty, and says nothing.
fn features(node: &Node<'_>) -> Result<Option<Features>, DocError> {
    if is_empty(node) {
        return Ok(None);
    }
    let known: Vec<&str> = FEATURES
        .iter()
        .map(|feature| feature.name)
        .chain([NO_FEATURES])
        .collect();
    let mut all = Features::NONE;
    for name in node.items_or_one() {
        let place = name.word("a feature of monitors", &known)?;
        if let Some(feature) = FEATURES.get(place) {
            all = all.or(feature.bit);
        }
    }
    Ok(Some(all))
}

/// The maps that monitors were made with. They are read last, as they may name any monitor.
fn seed_maps(doc: &Node<'_>, list: &mut [MonSpec], order: RankOrder) -> Result<(), DocError> {
    let by_rank = rank_order(list, order);
    let mut found: Vec<(MonId, Vec<MonId>)> = Vec::new();
    let mons = Mons::new(list, &by_rank);
    let mut read = |of: MonId, node: &Node<'_>| {
        if let Some(map) = node.get("seed_map")
            && !is_empty(&map)
        {
            found.push((of, mons.mons(&map)?));
        }
        Ok(())
    };
    if let Some(listed) = doc.get("monitors").filter(Node::is_list) {
        for (place, node) in listed.items()?.enumerate() {
            read(MonId(place as u8), &node)?;
        }
    }
    if let Some(extra) = doc.get("mon") {
        for node in extra.items()? {
            read(mons.mon(&node.need("mon")?)?, &node)?;
        }
    }
    for (of, map) in found {
        list[of.index()].seed_map = map;
    }
    Ok(())
}

/// Fields of single monitors that stand apart from the list, as the text form's `mon` lines do. What names its
/// monitor by its starting rank is read when the addresses are known, as those decide about ranks.
fn single_fields(extra: &Node<'_>, list: &mut [MonSpec], order: RankOrder) -> Result<(), DocError> {
    let in_place: Vec<MonId> = (0..list.len()).map(|place| MonId(place as u8)).collect();
    for with_addr in [true, false] {
        let by_rank = if with_addr {
            in_place.clone()
        } else {
            rank_order(list, order)
        };
        for item in extra.items()? {
            item.only("a field of a monitor", &with_field("mon"))?;
            if item.get("addr").is_some() == with_addr {
                let id = Mons::new(list, &by_rank).mon(&item.need("mon")?)?;
                fields(&item, &mut list[id.index()])?;
            }
        }
    }
    let by_rank = rank_order(list, order);
    for item in extra.items()? {
        let mon = item.need("mon")?;
        if item.get("addr").is_some() && mon.as_number().is_some() {
            let meant = Mons::new(list, &in_place).mon(&mon)?;
            if by_rank[meant.index()] != meant {
                let name = &list[meant.index()].name;
                let message = format!(
                    "with these addresses mon.{name} has another starting rank: write its name here"
                );
                return Err(mon.error(message));
            }
        }
    }
    Ok(())
}
