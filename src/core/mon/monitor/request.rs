//! What clients and joining monitors ask of the cluster: commits, and changes of the monmap. A peon forwards it to its
//! leader; one that is in no quorum keeps it until it is.

use std::sync::Arc;

use super::{Effect, Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::elector::modern::Strategy;
use crate::mon::message::{Body, Request};
use crate::mon::monmap::{Addr, Member, MonMap};
use crate::mon::paxos::Value;
use crate::mon::rank::{Rank, RankSet};
use crate::mon::state::State;
use crate::mon::time::Time;

impl Monitor {
    /// Somebody asks for something.
    pub(super) fn handle_request(
        &mut self,
        now: Time,
        request: Request,
        out: &mut Outcome,
    ) -> Handled {
        match (self.state, self.leader) {
            (State::Leader, _) => self.carry_out_request(now, request, out),
            (State::Peon, Some(leader)) => {
                out.path.take1(Branch::RequestForward, leader);
                self.send(leader, Body::Request(request), out);
                Ok(())
            }
            _ => {
                out.path.take(Branch::RequestWait);
                self.waiting.push(request);
                Ok(())
            }
        }
    }

    /// FINISH-ELECTION-4: everything that waited for a quorum goes on.
    pub(super) fn wake_requests(&mut self, now: Time, out: &mut Outcome) -> Handled {
        for request in std::mem::take(&mut self.waiting) {
            self.handle_request(now, request, out)?;
        }
        Ok(())
    }

    /// Asks to be taken into the map under its name and address.
    pub(super) fn ask_to_join(&self, to: Addr, out: &mut Outcome) {
        let request = Request::Join {
            name: self.name,
            addr: self.addr,
            site: self.settings.site,
        };
        out.effects.push(Effect::Send {
            to,
            body: Body::Request(request),
        });
    }

    fn carry_out_request(&mut self, now: Time, request: Request, out: &mut Outcome) -> Handled {
        match request {
            Request::Commit { first, count } => {
                out.path.take1(Branch::RequestCommit, count);
                let values = (0..count).map(|i| Value::Plain(first.wrapping_add(i)));
                self.paxos.proposals.extend(values);
                self.propose_next(now, out)
            }
            Request::Join { name, addr, site } | Request::Add { name, addr, site } => {
                let member = Member {
                    site,
                    ..Member::new(name, addr)
                };
                self.join(now, member, out)
            }
            Request::Remove { name } => {
                let map = self.newest_map();
                // A stretch cluster can't do without its tiebreaker.
                let kept = map.len() < 2 || map.rules.tiebreaker == Some(name);
                if kept || !map.has_name(name) {
                    out.path.take1(Branch::RequestRemove1, u32::from(name.0));
                    return Ok(());
                }
                out.path.take1(Branch::RequestRemove2, u32::from(name.0));
                let map = self.next_map(&map, |m| m.name == name);
                self.propose_map(now, map, out)
            }
            Request::SetStrategy(strategy) => {
                let mut map = self.next_map(&self.newest_map(), |_| false);
                map.rules.strategy = strategy;
                self.propose_rules(now, map, out)
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
                self.propose_rules(now, map, out)
            }
        }
    }

    /// Takes a member into the map, in place of those of its name and of its address.
    fn join(&mut self, now: Time, mut member: Member, out: &mut Outcome) -> Handled {
        let map = self.newest_map();
        let find = |of: &dyn Fn(&Member) -> bool| map.members.iter().find(|m| of(m)).copied();
        let named = find(&|m| m.name == member.name && m.addr != Addr::BLANK);
        let there = find(&|m| m.addr == member.addr);
        let moves = |m: Member| member.site.is_some() && m.site != member.site;
        let known = named.is_some_and(|named| !moves(named));
        // A stretch cluster has to know on which side somebody stands.
        let lost =
            map.rules.tiebreaker.is_some() && member.site.or(there.and_then(|m| m.site)).is_none();
        if known || lost {
            out.path
                .take1(Branch::RequestJoin1, u32::from(member.name.0));
            return Ok(());
        }
        out.path
            .take1(Branch::RequestJoin2, u32::from(member.name.0));
        member.site = member.site.or(there.and_then(|m| m.site));
        let gone = |m: &Member| m.name == member.name || m.addr == member.addr;
        let mut map = self.next_map(&map, gone);
        map.members.push(member);
        self.propose_map(now, map, out)
    }

    /// Commits a map with other rules, if they are others.
    fn propose_rules(&mut self, now: Time, map: MonMap, out: &mut Outcome) -> Handled {
        let strategy = map.rules.strategy as u32;
        let old = self.newest_map().rules;
        let same = (old.strategy, old.disallowed) == (map.rules.strategy, map.rules.disallowed);
        if same || !self.edition.has_rules() {
            out.path.take1(Branch::RequestRules1, strategy);
            return Ok(());
        }
        let disallowed = map.disallowed_leaders();
        out.path.take2(Branch::RequestRules2, strategy, disallowed);
        self.propose_map(now, map, out)
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
