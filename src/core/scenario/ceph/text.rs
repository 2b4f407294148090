//! Ceph's text forms: `ceph mon dump` line by line, and `ceph mon stat` (which older releases print inside
//! `ceph status`, too).

use super::super::cursor::part_at;
use super::super::error::{DocError, Place};
use super::super::model::{Edition, Scenario};
use super::super::ranks::addr_key;
use super::{Import, Member, build, plain_addr, strategy};
use crate::mon::{Rank, RankSet};
use crate::order;

/// Reads one of the text forms; `None` when it is none.
pub(in super::super) fn read(text: &str) -> Option<Result<Scenario, DocError>> {
    let (line, import) = match stat(text) {
        Some(found) => found,
        None => dump(text)?,
    };
    let place = Place { line, column: 1 };
    let import = import.map_err(|message| DocError::new(place, message));
    Some(import.and_then(|import| build(import).map_err(|error| error.at(place))))
}

/// Where it was found, and what it says or what is wrong with it.
type Found = Option<(u32, Result<Import, String>)>;

/// `0: 10.0.0.1:6789/0 mon.a` and what stands around such lines.
fn dump(text: &str) -> Found {
    let mut import = Import {
        command: "ceph mon dump",
        ..Import::default()
    };
    let mut first = None;
    let mut refused = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let after = |name: &str| {
            line.strip_prefix(name)?
                .trim_start_matches(':')
                .trim()
                .split(' ')
                .next()
        };
        if let Some((rank, member)) = dump_line(line) {
            first.get_or_insert(index as u32 + 1);
            if rank != import.mons.len() {
                let expected = import.mons.len();
                return Some((
                    index as u32 + 1,
                    Err(format!("expected rank {expected} here, found rank {rank}")),
                ));
            }
            import.mons.push(member);
        } else if let Some(epoch) = after("epoch ").and_then(|epoch| epoch.parse().ok()) {
            import.monmap_epoch = Some(epoch);
        } else if let Some(number) =
            after("election_strategy").and_then(|number| number.parse().ok())
        {
            import.edition = Edition::Modern;
            match strategy(number) {
                Ok(known) => import.strategy = known,
                Err(message) => refused = Some((index as u32 + 1, Err(message))),
            }
        } else if let Some(names) = line.strip_prefix("disallowed_leaders ") {
            names.clone_into(&mut import.disallowed);
        } else if let Some(name) = after("tiebreaker_mon ") {
            name.clone_into(&mut import.tiebreaker);
        } else if let Some(names) = line.strip_prefix("stretch_marked_down_mons ") {
            names.clone_into(&mut import.marked_down);
        } else if let Some(number) = after("min_mon_release ").and_then(|n| n.parse().ok()) {
            import.min_release = number;
        } else if let Some(fsid) = after("fsid ") {
            import.fsid = Some(fsid.to_owned());
        }
    }
    let first = first?;
    refused.or(Some((first, Ok(import))))
}

fn dump_line(line: &str) -> Option<(usize, Member)> {
    let (rank, rest) = part_at(line, ": ")?;
    let rank = rank.parse().ok()?;
    let (addr, rest) = part_at(rest, " mon.")?;
    let name = rest.split([';', ' ']).next()?;
    let mut member = Member {
        name: name.to_owned(),
        addr: plain_addr(addr.trim()),
        ..Member::default()
    };
    for said in rest.split(';').skip(1) {
        match said.trim().split_once(' ') {
            Some(("crush_location", location)) => location.clone_into(&mut member.location),
            Some(("priority", number)) => member.priority = number.parse().unwrap_or_default(),
            Some(("weight", number)) => member.weight = number.parse().unwrap_or_default(),
            _ => {}
        }
    }
    Some((rank, member))
}

/// `e1: 3 mons at {a=…,b=…,c=…}, election epoch 6, leader 0 a, quorum 0,1,2 a,b,c`
fn stat(text: &str) -> Found {
    let (before, rest) = part_at(text, " mons at {")?;
    let (inside, after) = rest.split_once('}')?;
    let line = before.lines().count().max(1) as u32;
    let mut import = Import {
        command: "ceph mon stat",
        ..Import::default()
    };
    if after.trim_start().starts_with("removed_ranks") {
        import.edition = Edition::Modern;
    }
    if part_at(before, "monmap e").is_some() {
        import.command = "ceph status";
    }
    let epoch = before.rsplit('e').next()?.split(':').next()?;
    import.monmap_epoch = epoch.parse().ok();
    import.election_epoch = number_after(after, "election epoch ");
    let mut listed = Vec::new();
    for entry in split_outside_brackets(inside) {
        let Some((name, addr)) = entry.split_once('=') else {
            return Some((
                line,
                Err(format!("expected a name and its address, found `{entry}`")),
            ));
        };
        listed.push(Member {
            name: name.trim().to_owned(),
            addr: plain_addr(addr.trim()),
            ..Member::default()
        });
    }
    Some((
        line,
        in_rank_order(&mut import, listed, after).map(|()| import),
    ))
}

/// This form is sorted by name. The quorum says who has which rank; the ranks that are left go to the others in
/// order of their addresses, as luminous gives them.
fn in_rank_order(import: &mut Import, mut listed: Vec<Member>, after: &str) -> Result<(), String> {
    let quorum = part_at(after, "quorum ").map(|(_, quorum)| quorum);
    let mut words = quorum.unwrap_or_default().split_whitespace();
    let (ranks, names) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let mut places: Vec<Option<Member>> = vec![None; listed.len()];
    let mut set = RankSet::EMPTY;
    for (rank, name) in ranks.split(',').zip(names.split(',')) {
        let place = rank
            .parse::<usize>()
            .ok()
            .filter(|rank| *rank < places.len());
        let member = listed.iter().position(|member| member.name == name);
        let (Some(place), Some(member)) = (place, member) else {
            continue;
        };
        set.insert(Rank(place as u8));
        places[place] = Some(listed.swap_remove(member));
    }
    let key = |member: &Member| (addr_key(&member.addr), member.name.clone());
    order::few(&mut listed, |a, b| key(a) < key(b));
    let mut others = listed.into_iter();
    import.mons = places
        .into_iter()
        .filter_map(|place| place.or_else(|| others.next()))
        .collect();
    import.quorum = (!set.is_empty()).then_some(set);
    let disallowed =
        part_at(after, "disallowed_leaders: {").is_some_and(|(_, rest)| !rest.starts_with('}'));
    let leader: Option<usize> = number_after(after, "leader ").map(|rank| rank as usize);
    if disallowed
        || leader.is_some_and(|leader| set.first().is_some_and(|first| first.index() != leader))
    {
        return Err(
            "this cluster doesn't elect by `classic` (the lowest rank of its quorum doesn't lead, or some may not), \
             and this form doesn't say by what; paste what `ceph quorum_status -f json` prints instead"
                .to_owned(),
        );
    }
    Ok(())
}

fn number_after(text: &str, words: &str) -> Option<u64> {
    let rest = part_at(text, words)?.1;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Splits at commas that stand in no brackets.
fn split_outside_brackets(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    text.split(move |c| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
}
