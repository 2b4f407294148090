//! Probing, both ways: who asks, who answers, and when enough are known alive to elect.

use std::sync::Arc;

use super::{Effect, Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::elector::modern::PingCall;
use crate::mon::feature::Release;
use crate::mon::kind::Timer;
use crate::mon::message::{Body, Message, Probe, ProbeOp};
use crate::mon::monmap::{Addr, MonMap, Name};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::state::State;
use crate::mon::sync::Extent;
use crate::mon::time::Time;

/// What a monitor asks; its version stays 0.
const ASK: ProbeOp = ProbeOp::Probe { first_committed: 0 };

/// What a peer tells of itself.
struct Told<'a> {
    quorum: RankSet,
    leader: Option<Rank>,
    monmap: &'a Arc<MonMap>,
    first_committed: u64,
    last_committed: u64,
}

impl Monitor {
    /// BOOTSTRAP-13: a probe to every rank but mine, then to every other address known.
    pub(super) fn probe_everybody(&self, out: &mut Outcome) {
        let others = self.monmap.others(self.rank);
        out.path.take1(Branch::Boot13, others);
        for to in others.iter() {
            self.send(to, self.probe(ASK), out);
        }
        for addr in self.extra_probe_peers.iter() {
            if addr != self.addr {
                out.effects.push(Effect::Send {
                    to: addr,
                    body: self.probe(ASK),
                });
            }
        }
    }

    fn probe(&self, op: ProbeOp) -> Body {
        Body::Probe(Probe {
            fsid: self.monmap.fsid,
            name: self.name,
            has_ever_joined: self.has_ever_joined,
            release: self.settings.release,
            op,
        })
    }

    /// HANDLE-PROBE: in every state.
    pub(super) fn handle_probe(
        &mut self,
        now: Time,
        m: &Message,
        probe: &Probe,
        out: &mut Outcome,
    ) -> Handled {
        if probe.fsid != self.monmap.fsid {
            out.path.take(Branch::ProbeFsid);
            return Ok(());
        }
        match &probe.op {
            ProbeOp::Probe { first_committed } => {
                let asks = (probe.release, *first_committed);
                self.handle_probe_probe(now, m, asks, out)
            }
            ProbeOp::Reply {
                quorum,
                leader,
                monmap,
                first_committed,
                last_committed,
            } => {
                let told = Told {
                    quorum: *quorum,
                    leader: *leader,
                    monmap,
                    first_committed: *first_committed,
                    last_committed: *last_committed,
                };
                self.handle_probe_reply(now, m.addr, probe, &told, out)
            }
            ProbeOp::MissingFeatures => {
                // Only logged: the prober keeps probing.
                out.path.take(Branch::ProbeMissing);
                Ok(())
            }
        }
    }

    /// HANDLE-PROBE-PROBE: someone of this release asks me. `their_first` is the first Paxos version that the message
    /// names.
    fn handle_probe_probe(
        &mut self,
        now: Time,
        m: &Message,
        (release, their_first): (Release, u64),
        out: &mut Outcome,
    ) -> Handled {
        let lacks_feature = self.required.con & !m.con_features != 0;
        if lacks_feature || release < self.monmap.rules.min_release {
            out.path.take3(
                Branch::Probe1,
                m.con_features,
                self.required.con,
                u32::from(release.0),
            );
            out.effects.push(Effect::Send {
                to: m.addr,
                body: self.probe(ProbeOp::MissingFeatures),
            });
            return Ok(());
        }
        out.path.take(Branch::Probe2);
        let last = self.store.paxos.last_committed;
        let searching = matches!(self.state, State::Probing | State::Synchronizing);
        if !searching && last + 1 < their_first {
            out.path.take2(Branch::Probe3, last, their_first);
            return self.bootstrap(now, out);
        }
        out.path.take1(Branch::Probe4, self.quorum);
        let reply = ProbeOp::Reply {
            quorum: self.quorum,
            leader: self.leader,
            monmap: Arc::clone(&self.monmap),
            first_committed: self.store.paxos.first_committed,
            last_committed: last,
        };
        out.effects.push(Effect::Send {
            to: m.addr,
            body: self.probe(reply),
        });
        let Some(peer) = self.monmap.rank_of_addr(m.addr) else {
            out.path.take(Branch::Probe5);
            self.extra_probe_peers.insert(m.addr);
            return Ok(());
        };
        self.ping(now, &PingCall::Begin(peer), out)
    }

    /// HANDLE-PROBE-REPLY: what a peer knows.
    fn handle_probe_reply(
        &mut self,
        now: Time,
        from: Addr,
        probe: &Probe,
        told: &Told<'_>,
        out: &mut Outcome,
    ) -> Handled {
        if !matches!(self.state, State::Probing | State::Electing) {
            out.path.take(Branch::Reply1);
            return Ok(());
        }
        let newer = told.monmap.epoch > self.monmap.epoch || !self.has_ever_joined;
        if probe.has_ever_joined && newer && **told.monmap != *self.monmap {
            out.path
                .take2(Branch::Reply2, told.monmap.epoch, self.monmap.epoch);
            let next = told.monmap.epoch == self.monmap.epoch + 1 && self.has_ever_joined;
            let removed = next.then_some(told.monmap.rules.removed);
            let known = (removed, false);
            self.adopt_map(now, Arc::clone(told.monmap), known, out)?;
            return self.bootstrap(now, out);
        }
        if self.monmap.epoch == 0 && self.learn(from, probe, out) {
            return self.bootstrap(now, out);
        }
        if self.state != State::Probing {
            out.path.take(Branch::Reply5);
            return Ok(());
        }
        if let Some(extent) = self.lag_behind(told, out) {
            self.cancel(Timer::Probe, out);
            return self.sync_start(now, from, extent, out);
        }
        if told.quorum.is_empty() {
            return self.count_alive(now, probe.name, out);
        }
        let seat = self
            .monmap
            .members
            .iter()
            .find(|member| member.name == self.name);
        if seat.is_some_and(|seat| seat.addr != Addr::BLANK) && self.stands_as_listed() {
            out.path.take1(Branch::Reply10a, told.quorum);
            return self.start_election(now, out);
        }
        out.path.take1(Branch::Reply10b, told.quorum);
        // Its own map is the peer's by now: a monitor that never joined takes over any other (REPLY-2).
        if let Some(addr) = self
            .edition
            .asked_to_join(told.quorum, told.leader)
            .and_then(|asked| self.monmap.addr(asked))
        {
            self.ask_to_join(addr, out);
        }
        Ok(())
    }

    /// REPLY-3 and 4: a seed map learns the names and addresses it lacks. True: it is to be started over with.
    fn learn(&mut self, from: Addr, probe: &Probe, out: &mut Outcome) -> bool {
        let mut map = (*self.monmap).clone();
        if let Some(seat) = map
            .members
            .iter_mut()
            .find(|m| m.addr == from && m.name.is_placeholder())
        {
            out.path.take1(Branch::Reply3, u32::from(probe.name.0));
            seat.name = probe.name;
            map.sort(self.edition);
            self.monmap = Arc::new(map);
            return self.state == State::Electing;
        }
        if let Some(seat) = map
            .members
            .iter_mut()
            .find(|m| m.name == probe.name && m.addr == Addr::BLANK)
        {
            out.path.take1(Branch::Reply4, u32::from(probe.name.0));
            seat.addr = from;
            map.sort(self.edition);
            self.monmap = Arc::new(map);
            return true;
        }
        false
    }

    /// REPLY-6 to 8: is the peer so far ahead that this monitor must copy before it elects?
    fn lag_behind(&self, told: &Told<'_>, out: &mut Outcome) -> Option<Extent> {
        if told.last_committed < self.sync_floor {
            out.path
                .take2(Branch::Reply6, told.last_committed, self.sync_floor);
            return None;
        }
        let (mine, drift) = (
            self.store.paxos.last_committed,
            self.options.paxos_max_join_drift,
        );
        if mine < told.first_committed && told.first_committed > 1 {
            out.path.take2(Branch::Reply7, mine, told.first_committed);
            return Some(Extent::Full);
        }
        if mine + drift < told.last_committed {
            out.path
                .take3(Branch::Reply8, mine, told.last_committed, drift);
            return Some(Extent::Recent);
        }
        None
    }

    /// REPLY-11: nobody is in a quorum; enough of us may make one.
    fn count_alive(&mut self, now: Time, name: Name, out: &mut Outcome) -> Handled {
        if !self.monmap.has_name(name) {
            out.path.take(Branch::Reply11a);
            return Ok(());
        }
        self.outside_quorum.insert(name);
        out.path
            .take1(Branch::Reply11b, RankSet(self.outside_quorum.0));
        let (alive, needed) = (self.outside_quorum.len(), self.monmap.majority());
        if alive < needed {
            out.path.take2(Branch::Reply11e, alive, needed);
            Ok(())
        } else if self.outside_quorum.contains(self.name) {
            out.path.take2(Branch::Reply11c, alive, needed);
            self.start_election(now, out)
        } else {
            out.path.take2(Branch::Reply11d, alive, needed);
            Ok(())
        }
    }
}
