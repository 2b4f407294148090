//! Paxos' entry points, its gate and its timers. Mirrors `src/mon/Paxos.cc`; what a round does stands in
//! [`recovery`](super::recovery), [`commit`](super::commit) and [`lease`](super::lease).

use std::sync::Arc;

use super::{Ended, Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::{Outcome, Write};
use crate::mon::kind::Timer;
use crate::mon::message::{Body, Message, Paxos as Word, PaxosOp};
use crate::mon::paxos::{Phase, Share, Value};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::state::State;
use crate::mon::time::{Span, Time};

const PAXOS_TIMERS: [Timer; 5] = [
    Timer::Collect,
    Timer::Accept,
    Timer::LeaseRenew,
    Timer::LeaseAck,
    Timer::LeaseTimeout,
];

impl Monitor {
    // -- entry points

    /// RESTART: part of MON-RESET.
    pub(super) fn paxos_restart(&mut self, out: &mut Outcome) {
        out.path.take(Branch::PaxosRestart);
        self.cancel_paxos_timers(out);
        self.forget_round();
        self.paxos.phase = Phase::Recovering;
    }

    /// LEADER-INIT.
    pub(super) fn leader_init(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::LeaderInit1);
        self.cancel_paxos_timers(out);
        self.forget_round();
        if self.quorum.len() == 1 {
            out.path.take1(Branch::LeaderInit2, self.quorum);
            self.become_active(out);
            return self.propose_next(now, out);
        }
        out.path.take1(Branch::LeaderInit3, self.quorum);
        self.paxos.phase = Phase::Recovering;
        self.paxos.lease_expire = Time::ZERO;
        self.collect(now, 0, out)
    }

    /// PEON-INIT.
    pub(super) fn peon_init(&mut self, now: Time, out: &mut Outcome) {
        out.path.take(Branch::PeonInit);
        self.cancel_paxos_timers(out);
        self.forget_round();
        self.paxos.phase = Phase::Recovering;
        self.paxos.lease_expire = Time::ZERO;
        self.arm(now, Timer::LeaseTimeout, self.lease_patience(), out);
    }

    /// What a new role drops: the value in flight and what the services wanted. Those who wait for it are told to try
    /// again: a command of this monitor's own waits for the next quorum, and who forwarded one sends it again.
    fn forget_round(&mut self) {
        self.paxos.new_value = None;
        self.paxos.proposals.clear();
        let own = self.under_way.drain(..).filter(|one| one.by.is_none());
        self.waiting.extend(own.map(|one| one.request));
    }

    /// MON-WAITWRITE: a commit on its way to the disk is completed before anything else; so is one that follows it.
    pub(super) fn wait_for_write(&mut self, now: Time, out: &mut Outcome) -> Handled {
        while self.paxos.phase.is_writing() {
            out.path.take(Branch::MonWaitWrite);
            self.commit_finish(now, out)?;
        }
        Ok(())
    }

    /// The epoch test of the monitor's dispatch, then Paxos' own gate.
    pub(super) fn dispatch_paxos(
        &mut self,
        now: Time,
        m: &Message,
        word: &Word,
        out: &mut Outcome,
    ) -> Handled {
        if self.state == State::Synchronizing {
            out.path.take(Branch::PaxosGate5);
            return Ok(());
        }
        let mine = self.elector.epoch();
        if word.epoch > mine {
            out.path.take2(Branch::PaxosGate1, word.epoch, mine);
            return self.bootstrap(now, out);
        }
        if word.epoch < mine {
            out.path.take2(Branch::PaxosGate2, word.epoch, mine);
            return Ok(());
        }
        if !self.state.in_quorum() {
            out.path.take(Branch::PaxosGate3);
            return Ok(());
        }
        out.path.take2(Branch::PaxosGate4, m.source, self.leader);
        let heard = self.state == State::Leader || m.source == self.leader;
        Self::assert_that(heard, Branch::PaxosGate4, out)?;
        // A monitor in a quorum has a rank, and so has whoever speaks to it in its epoch.
        let Some(from) = m.source else { return Ok(()) };
        match &word.op {
            PaxosOp::Collect => self.handle_collect(now, from, word, out),
            PaxosOp::Last { uncommitted } => {
                self.handle_last(now, from, word, uncommitted.as_deref(), out)
            }
            PaxosOp::Begin { value } => self.handle_begin(from, word, value, out),
            PaxosOp::Accept => self.handle_accept(from, word, out),
            PaxosOp::Commit => self.handle_commit(now, word, out),
            PaxosOp::Lease { until } => {
                self.handle_lease(now, from, word, *until, out);
                Ok(())
            }
            PaxosOp::LeaseAck => {
                self.handle_lease_ack(from, out);
                Ok(())
            }
        }
    }

    // -- timers

    pub(super) fn collect_timeout(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path
            .take2(Branch::CollectTimeout, self.paxos.num_last, self.quorum);
        Self::assert_that(self.state == State::Leader, Branch::CollectTimeout, out)?;
        self.bootstrap(now, out)
    }

    pub(super) fn accept_timeout(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path
            .take2(Branch::AcceptTimeout, self.paxos.accepted, self.quorum);
        let busy = self.paxos.phase.is_updating() || self.paxos.phase.is_writing();
        Self::assert_that(
            self.state == State::Leader && busy,
            Branch::AcceptTimeout,
            out,
        )?;
        self.bootstrap(now, out)
    }

    pub(super) fn lease_ack_timeout(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path
            .take2(Branch::LeaseAckTimeout, self.paxos.acked_lease, self.quorum);
        let grants = self.state == State::Leader && self.paxos.phase == Phase::Active;
        Self::assert_that(grants, Branch::LeaseAckTimeout, out)?;
        self.bootstrap(now, out)
    }

    pub(super) fn lease_timeout(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take1(Branch::LeaseTimeout, self.leader);
        Self::assert_that(self.state == State::Peon, Branch::LeaseTimeout, out)?;
        self.bootstrap(now, out)
    }

    // -- what the rounds share

    /// The services read what was committed; a newer monmap sends everybody back to probing (MON-MONMAP).
    ///
    /// True: it did, and nothing else is to be done with this round.
    pub(super) fn refresh(&mut self, now: Time, out: &mut Outcome) -> Result<bool, Ended> {
        let Some(latest) = self.store.paxos.latest_map() else {
            return Ok(false);
        };
        if latest.epoch <= self.monmap.epoch {
            return Ok(false);
        }
        out.path
            .take2(Branch::MonMonmap, latest.epoch, self.monmap.epoch);
        self.take_latest_map(now, out)?;
        self.bootstrap(now, out)?;
        Ok(true)
    }

    /// Uses the latest map committed, if it is newer than the one in use.
    pub(super) fn take_latest_map(&mut self, now: Time, out: &mut Outcome) -> Handled {
        if let Some(latest) = self.store.paxos.latest_map()
            && latest.epoch > self.monmap.epoch
        {
            let latest = Arc::clone(latest);
            Self::persist(Write::Monmap(latest.epoch), out);
            let removed = latest.rules.removed;
            self.adopt_map(now, latest, (Some(removed), true), out)?;
        }
        Ok(())
    }

    /// The round is over, or a lease came. The services run now, and note that this monitor belongs (MON-JOINED).
    pub(super) fn become_active(&mut self, out: &mut Outcome) {
        self.paxos.phase = Phase::Active;
        let has_map = self.store.paxos.latest_map().is_some();
        if !self.has_ever_joined && has_map {
            out.path
                .take1(Branch::MonJoined, self.store.paxos.last_committed);
            self.has_ever_joined = true;
            self.store.joined = true;
            Self::persist(Write::Joined, out);
        }
        if self.state == State::Leader && !has_map && self.paxos.proposals.is_empty() {
            // A cluster that doesn't exist yet: its first version is the map that founds it.
            out.path.take(Branch::CreateInitial);
            let mut map = (*self.monmap).clone();
            map.epoch = 1;
            self.paxos.proposals.push_back(Value::Monmap(Arc::new(map)));
        }
    }

    /// STORE, written down.
    pub(super) fn store_share(&mut self, share: &Share, out: &mut Outcome) -> bool {
        let last = self.store.paxos.last_committed;
        let changed = self.store.paxos.apply(share);
        if share.from > last + 1 {
            out.path.take2(Branch::StoreGap, share.from, last);
        } else if !changed {
            out.path.take2(Branch::StoreOld, share.to, last);
        }
        if changed {
            out.path.take2(Branch::StoreApply, share.from, share.to);
            Self::persist(Write::LastCommitted(self.store.paxos.last_committed), out);
        }
        changed
    }

    /// The quorum without this monitor.
    pub(super) fn members(&self) -> RankSet {
        let mut members = self.quorum;
        if let Some(me) = self.rank {
            members.remove(me);
        }
        members
    }

    pub(super) fn lease_patience(&self) -> Span {
        self.options
            .mon_lease
            .times_milli(self.options.mon_lease_ack_timeout_factor)
    }

    pub(super) fn accept_patience(&self) -> Span {
        self.options
            .mon_lease
            .times_milli(self.options.mon_accept_timeout_factor)
    }

    pub(super) fn say(&self, to: Rank, op: PaxosOp, pn: u64, out: &mut Outcome) {
        self.say_with(to, op, pn, None, out);
    }

    pub(super) fn say_with(
        &self,
        to: Rank,
        op: PaxosOp,
        pn: u64,
        share: Option<Share>,
        out: &mut Outcome,
    ) {
        let paxos = &self.store.paxos;
        let word = Word {
            op,
            epoch: self.elector.epoch(),
            first_committed: paxos.first_committed,
            last_committed: paxos.last_committed,
            pn,
            share: share.map(Box::new),
        };
        self.send(to, Body::Paxos(word), out);
    }

    pub(super) fn cancel_paxos_timers(&mut self, out: &mut Outcome) {
        for timer in PAXOS_TIMERS {
            self.cancel(timer, out);
        }
    }
}
