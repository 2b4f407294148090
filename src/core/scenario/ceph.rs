//! What Ceph printed, as a scenario: the monmap becomes the cluster, as it is now.

mod hint;
mod json;
mod text;

pub(super) use hint::of_text;
pub(super) use json::{Kind, read, recognise};
pub(super) use text::read as read_text;

use super::error::{DocError, Place};
use super::limits;
use super::model::{Edition, MonSpec, Origin, RankOrder, Scenario, Session, Starts, Strategy};
use super::ranks::{addr_key, rank_order};
use super::read::{check_location, check_name};
use crate::mon::feature::Release;
use crate::mon::{MonId, RankSet};
use crate::order;

/// What a printed cluster says about itself.
#[derive(Default)]
struct Import {
    /// The command, as a person would type it; one of [`super::words::COMMANDS`].
    command: &'static str,
    monmap_epoch: Option<u64>,
    fsid: Option<String>,
    /// It is of a release with election strategies.
    edition: Edition,
    strategy: Strategy,
    /// Names of those who may not lead.
    disallowed: String,
    /// The name of the tiebreaker; empty: there is none.
    tiebreaker: String,
    /// Names of those who are marked down.
    marked_down: String,
    /// `min_mon_release`; 0: not said.
    min_release: u64,
    election_epoch: Option<u64>,
    quorum: Option<RankSet>,
    /// `None`: as it is now if it names a quorum.
    as_now: Option<bool>,
    /// The monitors, in order of rank.
    mons: Vec<Member>,
}

/// A monitor of a printed map.
#[derive(Clone, Default)]
struct Member {
    name: String,
    addr: String,
    /// As Ceph prints it: `{datacenter=dc1}`.
    location: String,
    priority: u64,
    weight: u64,
}

/// Makes the scenario. Errors have no place yet: they concern the whole.
fn build(import: Import) -> Result<Scenario, DocError> {
    if import.mons.is_empty() || import.mons.len() as u64 > limits::MONS_MAX {
        let count = import.mons.len();
        return refuse(format!(
            "this map has {count} monitors; from 1 to {} can run here",
            limits::MONS_MAX
        ));
    }
    let epochs = [import.monmap_epoch, import.election_epoch];
    if let Some(epoch) = epochs
        .into_iter()
        .flatten()
        .find(|epoch| *epoch > limits::EPOCH_MAX)
    {
        return refuse(format!(
            "epoch {epoch} is higher than any that can run here"
        ));
    }
    let mut scenario = Scenario::of(0);
    scenario.edition = import.edition;
    scenario.strategy = import.strategy;
    scenario.network.session = Session::Messenger;
    scenario.monmap_epoch = import.monmap_epoch.unwrap_or(1) as u32;
    scenario.fsid = import.fsid.filter(|fsid| fsid.len() <= limits::NAME_MAX);
    let quorum = import.quorum.filter(|quorum| !quorum.is_empty());
    let as_now = import.as_now.unwrap_or(true);
    let mut down = Vec::new();
    for (place, member) in import.mons.iter().enumerate() {
        let id = MonId(place as u8);
        let outside = quorum.is_some_and(|quorum| !quorum.contains(crate::mon::Rank(id.0)));
        if outside && as_now {
            down.push(id);
        }
        scenario.monitors.push(MonSpec {
            name: member.name.clone(),
            addr: member.addr.clone(),
            epoch: import.election_epoch.map(|epoch| epoch as u32),
            location: site(&member.location),
            priority: u16::try_from(member.priority).unwrap_or(u16::MAX),
            weight: u16::try_from(member.weight).unwrap_or(u16::MAX),
            starts: if outside && as_now {
                Starts::Down
            } else {
                Starts::Up
            },
            ..MonSpec::nth(place)
        });
    }
    check_members(&scenario.monitors).or_else(refuse)?;
    scenario.rank_order = scenario.usual_rank_order();
    let listed: Vec<MonId> = rank_order(&scenario.monitors, RankOrder::AsListed);
    if scenario.by_rank() != listed {
        scenario.rank_order = RankOrder::AsListed;
    }
    let named = |names: &str| -> Vec<MonId> {
        let names = names.split([',', ' ']).map(|name| name.trim());
        names
            .filter_map(|name| scenario.monitors.iter().position(|mon| mon.name == name))
            .map(|place| MonId(place as u8))
            .collect()
    };
    let tiebreaker = named(&import.tiebreaker).first().copied();
    scenario.disallowed = named(&import.disallowed);
    let mut marked_down = named(&import.marked_down);
    order::few(&mut marked_down, |a, b| a < b);
    scenario.marked_down = marked_down;
    scenario.min_release = Release::find(&import.min_release.to_string())
        .filter(|_| import.edition == Edition::Modern);
    scenario.tiebreaker = tiebreaker;
    scenario.origin = Origin::Ceph {
        command: import.command,
        down,
    };
    Ok(scenario)
}

/// The strategy of this number, as a monmap has it.
fn strategy(number: u64) -> Result<Strategy, String> {
    let known = Strategy::ALL
        .into_iter()
        .find(|strategy| *strategy as u64 == number);
    known.ok_or_else(|| format!("no election strategy has the number {number}"))
}

fn refuse<T>(message: String) -> Result<T, DocError> {
    Err(DocError::new(Place::NOWHERE, message))
}

fn check_members(monitors: &[MonSpec]) -> Result<(), String> {
    for (place, monitor) in monitors.iter().enumerate() {
        check_name(&monitor.name)?;
        let key = addr_key(&monitor.addr);
        if key.1 == u128::MAX {
            return Err(format!(
                "mon.{} has no address that can be read: `{}`",
                monitor.name, monitor.addr
            ));
        }
        for other in &monitors[..place] {
            if other.name == monitor.name {
                return Err(format!("there are two monitors named `{}`", monitor.name));
            }
            if addr_key(&other.addr) == key {
                return Err(format!(
                    "mon.{} and mon.{} have the same address",
                    other.name, monitor.name
                ));
            }
        }
    }
    Ok(())
}

/// The site of a location as Ceph prints it, `{datacenter=dc1,rack=r2}`: its data centre, by which stretch mode divides
/// a cluster as a rule, else the first that is named. `None`: nothing that can be read is said.
fn site(printed: &str) -> Option<String> {
    let inside = printed.trim().trim_start_matches('{').trim_end_matches('}');
    let pairs = || {
        inside
            .split([',', ' '])
            .filter_map(|pair| pair.split_once('='))
    };
    let (kind, name) = pairs()
        .find(|(kind, _)| kind.trim() == "datacenter")
        .or_else(|| pairs().next())?;
    let (kind, name) = (kind.trim(), name.trim());
    if name.is_empty() {
        return None;
    }
    let plain = check_location(name).is_ok();
    let found = if plain {
        name.to_owned()
    } else {
        [kind, "-", name].concat()
    };
    check_location(&found).is_ok().then_some(found)
}

/// The address to show of what Ceph prints: the old protocol's if there is one, without its nonce.
/// `[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0]` and `10.0.0.1:6789/0` both become `10.0.0.1:6789`.
fn plain_addr(printed: &str) -> String {
    let inner = match printed.strip_prefix('[') {
        Some(rest) if rest.starts_with('v') => rest.trim_end_matches(']'),
        _ => printed,
    };
    let mut best = inner;
    for part in inner.split(',') {
        if let Some(addr) = part.strip_prefix("v1:") {
            best = addr;
            break;
        }
        best = part.strip_prefix("v2:").unwrap_or(part);
    }
    best.split('/').next().unwrap_or(best).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{plain_addr, site};

    #[test]
    fn a_location_is_a_site() {
        for (printed, name) in [
            ("{datacenter=dc1}", Some("dc1")),
            ("{rack=r2,datacenter=dc1}", Some("dc1")),
            ("{rack=r2,room=x}", Some("r2")),
            ("{datacenter=1}", Some("datacenter-1")),
            ("{datacenter=mon.a}", Some("datacenter-mon.a")),
            ("{}", None),
            ("", None),
            ("{=}", None),
            ("{datacenter=a b}", Some("a")),
        ] {
            assert_eq!(site(printed).as_deref(), name, "{printed}");
        }
    }

    #[test]
    fn every_way_to_print_an_address_is_understood() {
        for (printed, plain) in [
            ("10.0.0.1:6789/0", "10.0.0.1:6789"),
            ("[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0]", "10.0.0.1:6789"),
            (
                "[v2:[fd00::1]:3300/0,v1:[fd00::1]:6789/0]",
                "[fd00::1]:6789",
            ),
            ("[fd00::1]:6789/0", "[fd00::1]:6789"),
            ("v1:10.0.0.1:6789/0", "10.0.0.1:6789"),
            ("v2:[fd00::1]:3300/0", "[fd00::1]:3300"),
            ("[v2:[fd00::1]:3300/0]", "[fd00::1]:3300"),
            ("10.0.0.1:3300", "10.0.0.1:3300"),
        ] {
            assert_eq!(plain_addr(printed), plain);
        }
    }
}
