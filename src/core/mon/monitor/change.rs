//! What commands and joining monitors make of the monmap. Mirrors `src/mon/MonmapMonitor.cc`.

use std::sync::Arc;

use super::{Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::elector::modern::Strategy;
use crate::mon::message::Request;
use crate::mon::monmap::{Addr, Member, MonMap};
use crate::mon::paxos::Value;
use crate::mon::rank::{Rank, RankSet};
use crate::mon::time::Time;

impl Monitor {
    /// The map that a command asks for; `None`: nothing is changed.
    pub(super) fn changed_map(&self, request: Request, out: &mut Outcome) -> Option<MonMap> {
        match request {
            Request::Commit { .. } => None,
            Request::Join { name, addr, site } | Request::Add { name, addr, site } => {
                let member = Member {
                    site,
                    ..Member::new(name, addr)
                };
                self.with_member(member, out)
            }
            Request::Remove { name } => {
                let map = self.newest_map();
                // A stretch cluster can't do without its tiebreaker.
                let kept = map.len() < 2 || map.rules.tiebreaker == Some(name);
                if kept || !map.has_name(name) {
                    out.path.take1(Branch::RequestRemove1, u32::from(name.0));
                    return None;
                }
                out.path.take1(Branch::RequestRemove2, u32::from(name.0));
                Some(self.next_map(&map, |m| m.name == name))
            }
            Request::SetStrategy(strategy) => {
                let mut map = self.next_map(&self.newest_map(), |_| false);
                map.rules.strategy = strategy;
                self.with_rules(map, out)
            }
            Request::Disallow { name, allow } => {
                let mut map = self.next_map(&self.newest_map(), |_| false);
                // Ceph changes nothing here while the strategy would not heed it, nor for one without a seat, and
                // leaves somebody who may lead.
                let heeded = map.rules.strategy != Strategy::Classic && map.has_name(name);
                let others = map.rules.disallowed.len() + 1 < map.len();
                let disallowed = &mut map.rules.disallowed;
                match allow {
                    true if heeded => disallowed.remove(name),
                    false if heeded && others => disallowed.insert(name),
                    _ => {}
                }
                self.with_rules(map, out)
            }
        }
    }

    /// The map with this member, in place of those of its name and of its address.
    fn with_member(&self, mut member: Member, out: &mut Outcome) -> Option<MonMap> {
        let map = self.newest_map();
        let name = u32::from(member.name.0);
        let find = |of: &dyn Fn(&Member) -> bool| map.members.iter().find(|m| of(m)).copied();
        let named = find(&|m| m.name == member.name && m.addr != Addr::BLANK);
        let there = find(&|m| m.addr == member.addr);
        let moves = |m: Member| member.site.is_some() && m.site != member.site;
        let known = named.is_some_and(|named| !moves(named));
        member.site = member.site.or(there.and_then(|m| m.site));
        // A stretch cluster has to know on which side somebody stands.
        let nowhere = map.rules.tiebreaker.is_some() && member.site.is_none();
        if known || nowhere {
            out.path.take1(Branch::RequestJoin1, name);
            return None;
        }
        out.path.take1(Branch::RequestJoin2, name);
        let gone = |m: &Member| m.name == member.name || m.addr == member.addr;
        let mut map = self.next_map(&map, gone);
        map.members.push(member);
        Some(map)
    }

    /// A map with other rules, if they are others.
    fn with_rules(&self, map: MonMap, out: &mut Outcome) -> Option<MonMap> {
        let strategy = map.rules.strategy as u32;
        let old = self.newest_map().rules;
        let same = (old.strategy, old.disallowed) == (map.rules.strategy, map.rules.disallowed);
        if same || !self.edition.has_rules() {
            out.path.take1(Branch::RequestRules1, strategy);
            return None;
        }
        let disallowed = map.disallowed_leaders();
        out.path.take2(Branch::RequestRules2, strategy, disallowed);
        Some(map)
    }

    /// The map in use, or one that waits to be committed already.
    pub(super) fn newest_map(&self) -> Arc<MonMap> {
        let waiting = self
            .paxos
            .proposals
            .iter()
            .chain(&self.paxos.new_value)
            .rev()
            .find_map(|value| match value {
                Value::Monmap(map) => Some(map),
                _ => None,
            });
        Arc::clone(waiting.unwrap_or(&self.monmap))
    }

    /// The map after this one, without those who go.
    pub(super) fn next_map(&self, old: &MonMap, goes: impl Fn(&Member) -> bool) -> MonMap {
        let mut map = old.clone();
        map.epoch += 1;
        map.rules.removed = RankSet::EMPTY;
        map.members.clear();
        for (member, rank) in old.members.iter().zip(0..) {
            if !goes(member) {
                map.members.push(*member);
            } else if self.edition.has_rules() {
                map.rules.removed.insert(Rank(rank));
                map.rules.disallowed.remove(member.name);
                map.rules.marked_down.remove(member.name);
            }
        }
        map
    }

    pub(super) fn propose_map(&mut self, now: Time, mut map: MonMap, out: &mut Outcome) -> Handled {
        map.sort(self.edition);
        self.queue_proposal(now, Value::Monmap(Arc::new(map)), out)
    }
}
