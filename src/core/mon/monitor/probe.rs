//! Probing, both ways: who asks, who answers, and when enough are known alive to elect.

use std::sync::Arc;

use super::{Effect, Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::message::{Body, Message, Probe, ProbeOp};
use crate::mon::monmap::MonMap;
use crate::mon::rank::RankSet;
use crate::mon::state::State;
use crate::mon::time::Time;

impl Monitor {
    /// BOOTSTRAP-13: a probe to every rank but mine, then to every other address known.
    pub(super) fn probe_everybody(&self, out: &mut Outcome) {
        let others = self.monmap.others(self.rank);
        out.path.take1(Branch::Boot13, others);
        for to in others.iter() {
            self.send(to, self.probe(ProbeOp::Probe), out);
        }
        for addr in self.extra_probe_peers.iter() {
            if addr != self.addr {
                out.effects.push(Effect::Send {
                    to: addr,
                    body: self.probe(ProbeOp::Probe),
                });
            }
        }
    }

    fn probe(&self, op: ProbeOp) -> Body {
        Body::Probe(Probe {
            fsid: self.monmap.fsid,
            name: self.name,
            has_ever_joined: self.has_ever_joined,
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
            ProbeOp::Probe => self.handle_probe_probe(now, m, 0, out),
            ProbeOp::Reply { quorum, monmap, .. } => {
                self.handle_probe_reply(now, probe, *quorum, monmap, out)
            }
            ProbeOp::MissingFeatures => {
                // Only logged: the prober keeps probing.
                out.path.take(Branch::ProbeMissing);
                Ok(())
            }
        }
    }

    /// HANDLE-PROBE-PROBE: someone asks me. `their_first` is the first Paxos version of the message, which real
    /// ones leave at 0.
    fn handle_probe_probe(
        &mut self,
        now: Time,
        m: &Message,
        their_first: u64,
        out: &mut Outcome,
    ) -> Handled {
        if self.required.con & !m.con_features != 0 {
            out.path
                .take2(Branch::Probe1, m.con_features, self.required.con);
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
            monmap: Arc::clone(&self.monmap),
            first_committed: self.store.paxos.first_committed,
            last_committed: last,
        };
        out.effects.push(Effect::Send {
            to: m.addr,
            body: self.probe(reply),
        });
        if self.monmap.rank_of_addr(m.addr).is_none() {
            out.path.take(Branch::Probe5);
            self.extra_probe_peers.insert(m.addr);
        }
        Ok(())
    }

    /// HANDLE-PROBE-REPLY: what a peer knows. Steps 3, 4 and 6 to 9 belong to new clusters and to sync.
    fn handle_probe_reply(
        &mut self,
        now: Time,
        probe: &Probe,
        their_quorum: RankSet,
        their_map: &Arc<MonMap>,
        out: &mut Outcome,
    ) -> Handled {
        if !matches!(self.state, State::Probing | State::Electing) {
            out.path.take(Branch::Reply1);
            return Ok(());
        }
        let newer = their_map.epoch > self.monmap.epoch || !self.has_ever_joined;
        if probe.has_ever_joined && newer && **their_map != *self.monmap {
            out.path
                .take2(Branch::Reply2, their_map.epoch, self.monmap.epoch);
            self.monmap = Arc::clone(their_map);
            return self.bootstrap(now, out);
        }
        if self.state != State::Probing {
            out.path.take(Branch::Reply5);
            return Ok(());
        }
        if !their_quorum.is_empty() {
            out.path.take1(Branch::Reply10a, their_quorum);
            return self.start_election(now, out);
        }
        if !self.monmap.has_name(probe.name) {
            out.path.take(Branch::Reply11a);
            return Ok(());
        }
        self.outside_quorum.insert(probe.name);
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
