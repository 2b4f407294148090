//! What follows an election: collect and last, then leases and the timers by which a death is noticed.
//!
//! Mirrors `src/mon/Paxos.cc` as far as no value is in flight; begin, accept and commit of values come later.

use super::{Handled, Monitor, Write};
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::kind::Timer;
use crate::mon::message::{Body, Message, Paxos as Word, PaxosOp};
use crate::mon::paxos::{PeerVersions, Phase};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::state::State;
use crate::mon::time::{Span, Time};

/// Proposal numbers step by this much; what is below it is the rank that drew the number.
const PN_STEP: u64 = 100;

const PAXOS_TIMERS: [Timer; 4] = [
    Timer::Collect,
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
        self.paxos.phase = Phase::Recovering;
    }

    /// LEADER-INIT.
    pub(super) fn leader_init(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::LeaderInit1);
        self.cancel_paxos_timers(out);
        if self.quorum.len() == 1 {
            out.path.take1(Branch::LeaderInit2, self.quorum);
            self.become_active(out);
            return Ok(());
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
        self.paxos.phase = Phase::Recovering;
        self.paxos.lease_expire = Time::ZERO;
        self.arm(now, Timer::LeaseTimeout, self.lease_patience(), out);
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
        let mine = self.elector.epoch;
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
        match word.op {
            PaxosOp::Collect => self.handle_collect(now, from, word, out),
            PaxosOp::Last => self.handle_last(now, from, word, out),
            PaxosOp::Commit => self.handle_commit(word, out),
            PaxosOp::Lease { until } => self.handle_lease(now, from, word, until, out),
            PaxosOp::LeaseAck => {
                self.handle_lease_ack(from, out);
                Ok(())
            }
        }
    }

    // -- recovery

    /// COLLECT: the leader asks every member what it has. Step 3 (a value of its own in flight) comes later.
    fn collect(&mut self, now: Time, old_pn: u64, out: &mut Outcome) -> Handled {
        out.path.take(Branch::Collect1);
        self.paxos.phase = Phase::Recovering;
        Self::assert_that(self.state == State::Leader, Branch::Collect1, out)?;
        out.path.take(Branch::Collect2);
        self.paxos.peers.clear();
        let pn = self.new_pn(self.promised().max(old_pn), out);
        self.paxos.accepted_pn = pn;
        out.path.take1(Branch::Collect4, pn);
        self.paxos.num_last = 1;
        out.path.take(Branch::Collect5);
        let members = self.members();
        out.path.take1(Branch::Collect6, members);
        for to in members.iter() {
            self.say(to, PaxosOp::Collect, pn, out);
        }
        out.path.take(Branch::Collect7);
        let wait = self
            .options
            .mon_lease
            .times_milli(self.options.mon_accept_timeout_factor);
        self.arm(now, Timer::Collect, wait, out);
        Ok(())
    }

    /// NEW-PN: above all numbers seen, and no one else's, as its last two digits are the rank.
    fn new_pn(&mut self, above: u64, out: &mut Outcome) -> u64 {
        let last = self.store.paxos.last_pn.max(above);
        let rank = self.rank.map_or(0, |rank| u64::from(rank.0));
        let pn = (last / PN_STEP + 1) * PN_STEP + rank;
        self.store.paxos.last_pn = pn;
        Self::persist(Write::LastPn(pn), out);
        out.path.take2(Branch::NewPn, above, pn);
        pn
    }

    /// HANDLE-COLLECT: a peon promises and tells. Steps 8 and 9 carry values; versions alone are told here.
    fn handle_collect(&mut self, now: Time, from: Rank, word: &Word, out: &mut Outcome) -> Handled {
        out.path.take(Branch::HandleCollect1);
        Self::assert_that(self.state == State::Peon, Branch::HandleCollect1, out)?;
        out.path.take(Branch::HandleCollect2);
        self.paxos.phase = Phase::Recovering;
        out.path.take(Branch::HandleCollect3);
        self.arm(now, Timer::LeaseTimeout, self.lease_patience(), out);
        let last = self.store.paxos.last_committed;
        if word.first_committed > last + 1 {
            out.path
                .take2(Branch::HandleCollect4, word.first_committed, last);
            return self.bootstrap(now, out);
        }
        out.path
            .take2(Branch::HandleCollect6, word.pn, self.promised());
        if word.pn > self.promised() {
            self.paxos.accepted_pn = word.pn;
            self.store.paxos.accepted_pn = word.pn;
            Self::persist(Write::AcceptedPn(word.pn), out);
        }
        out.path.take1(Branch::HandleCollect10, self.promised());
        self.say(from, PaxosOp::Last, self.promised(), out);
        Ok(())
    }

    /// HANDLE-LAST: a member's answer.
    fn handle_last(&mut self, now: Time, from: Rank, word: &Word, out: &mut Outcome) -> Handled {
        if self.state != State::Leader {
            out.path.take(Branch::HandleLast1);
            return Ok(());
        }
        out.path.take2(
            Branch::HandleLast2,
            word.first_committed,
            word.last_committed,
        );
        self.note_peer(PeerVersions {
            peer: from,
            first: word.first_committed,
            last: word.last_committed,
        });
        if word.first_committed > self.store.paxos.last_committed + 1 {
            out.path.take2(
                Branch::HandleLast3,
                word.first_committed,
                self.store.paxos.last_committed,
            );
            return self.bootstrap(now, out);
        }
        out.path.take2(
            Branch::HandleLast4,
            word.last_committed,
            self.store.paxos.last_committed,
        );
        self.store_up_to(word.last_committed, out);
        if let Some(lost) = self.catch_up_peers(out) {
            out.path.take3(
                Branch::HandleLast5Gap,
                lost.peer,
                lost.last,
                self.store.paxos.first_committed,
            );
            return self.bootstrap(now, out);
        }
        if word.pn > self.paxos.accepted_pn {
            out.path
                .take2(Branch::HandleLast6, word.pn, self.paxos.accepted_pn);
            self.cancel(Timer::Collect, out);
            return self.collect(now, word.pn, out);
        }
        if word.pn < self.paxos.accepted_pn {
            out.path
                .take2(Branch::HandleLast8, word.pn, self.paxos.accepted_pn);
            return Ok(());
        }
        self.paxos.num_last += 1;
        out.path
            .take2(Branch::HandleLast7, self.paxos.num_last, self.quorum);
        if self.paxos.num_last == self.quorum.len() {
            self.cancel(Timer::Collect, out);
            self.paxos.peers.clear();
            self.extend_lease(now, out)?;
            out.path.take(Branch::FinishRound);
            self.become_active(out);
        }
        Ok(())
    }

    /// HANDLE-LAST-5: sends those who miss versions what they miss; gives a peer for whom that is trimmed away.
    fn catch_up_peers(&self, out: &mut Outcome) -> Option<PeerVersions> {
        let (first, last) = (
            self.store.paxos.first_committed,
            self.store.paxos.last_committed,
        );
        for peer in &self.paxos.peers {
            if first > 1 && peer.last + 1 < first {
                return Some(*peer);
            }
            if peer.last < last {
                out.path
                    .take3(Branch::HandleLast5, peer.peer, peer.last, last);
                self.say(peer.peer, PaxosOp::Commit, 0, out);
            }
        }
        None
    }

    fn note_peer(&mut self, versions: PeerVersions) {
        match self
            .paxos
            .peers
            .binary_search_by_key(&versions.peer, |peer| peer.peer)
        {
            Ok(place) => self.paxos.peers[place] = versions,
            Err(place) => self.paxos.peers.insert(place, versions),
        }
    }

    /// HANDLE-COMMIT: versions this peon lacked. It becomes active only with the lease that follows.
    fn handle_commit(&mut self, word: &Word, out: &mut Outcome) -> Handled {
        out.path.take(Branch::HandleCommit1);
        Self::assert_that(self.state == State::Peon, Branch::HandleCommit1, out)?;
        out.path.take2(
            Branch::HandleCommit2,
            word.last_committed,
            self.store.paxos.last_committed,
        );
        self.store_up_to(word.last_committed, out);
        Ok(())
    }

    fn store_up_to(&mut self, last: u64, out: &mut Outcome) {
        let paxos = &mut self.store.paxos;
        if last > paxos.last_committed {
            paxos.last_committed = last;
            paxos.first_committed = paxos.first_committed.max(1);
            Self::persist(Write::LastCommitted(last), out);
        }
    }

    // -- leases

    /// EXTEND-LEASE: the leader lets its members read for a while, and so shows that it lives.
    pub(super) fn extend_lease(&mut self, now: Time, out: &mut Outcome) -> Handled {
        let until = now + self.options.mon_lease;
        self.paxos.lease_expire = until;
        self.paxos.acked_lease = self.rank.map_or(RankSet::EMPTY, RankSet::one);
        out.path.take1(Branch::ExtendLease1, until.0);
        let members = self.members();
        out.path.take1(Branch::ExtendLease2, members);
        for to in members.iter() {
            self.say(to, PaxosOp::Lease { until }, 0, out);
        }
        if self.armed(Timer::LeaseAck).is_none() {
            // One that runs already is left running: it counts from the first lease not acked by all.
            out.path.take(Branch::ExtendLease3);
            self.arm(now, Timer::LeaseAck, self.lease_patience(), out);
        }
        out.path.take(Branch::ExtendLease4);
        let renew = self
            .options
            .mon_lease
            .times_milli(self.options.mon_lease_renew_interval_factor);
        self.arm(now, Timer::LeaseRenew, renew, out);
        Ok(())
    }

    /// HANDLE-LEASE: a peon may read, and answers.
    fn handle_lease(
        &mut self,
        now: Time,
        from: Rank,
        word: &Word,
        until: Time,
        out: &mut Outcome,
    ) -> Handled {
        let last = self.store.paxos.last_committed;
        if self.state != State::Peon || word.last_committed != last {
            out.path
                .take2(Branch::HandleLease1, word.last_committed, last);
            return Ok(());
        }
        self.paxos.lease_expire = self.paxos.lease_expire.max(until);
        out.path
            .take1(Branch::HandleLease2, self.paxos.lease_expire.0);
        self.say(from, PaxosOp::LeaseAck, 0, out);
        self.arm(now, Timer::LeaseTimeout, self.lease_patience(), out);
        self.become_active(out);
        Ok(())
    }

    /// HANDLE-LEASE-ACK.
    fn handle_lease_ack(&mut self, from: Rank, out: &mut Outcome) {
        if self.armed(Timer::LeaseAck).is_none() {
            out.path.take(Branch::HandleLeaseAck1);
            return;
        }
        if self.paxos.acked_lease.contains(from) {
            out.path
                .take1(Branch::HandleLeaseAck3, self.paxos.acked_lease);
            return;
        }
        self.paxos.acked_lease.insert(from);
        out.path
            .take2(Branch::HandleLeaseAck2, self.paxos.acked_lease, self.quorum);
        if self.paxos.acked_lease == self.quorum {
            self.cancel(Timer::LeaseAck, out);
        }
    }

    // -- timers

    pub(super) fn collect_timeout(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path
            .take2(Branch::CollectTimeout, self.paxos.num_last, self.quorum);
        Self::assert_that(self.state == State::Leader, Branch::CollectTimeout, out)?;
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

    // -- small things

    /// The round is over, or a lease came. The services run now, and note that this monitor belongs (MON-JOINED).
    fn become_active(&mut self, out: &mut Outcome) {
        self.paxos.phase = Phase::Active;
        if !self.has_ever_joined && self.store.paxos.last_committed > 0 {
            out.path
                .take1(Branch::MonJoined, self.store.paxos.last_committed);
            self.has_ever_joined = true;
            self.store.joined = true;
            Self::persist(Write::Joined, out);
        }
    }

    /// The quorum without this monitor.
    fn members(&self) -> RankSet {
        let mut members = self.quorum;
        if let Some(me) = self.rank {
            members.remove(me);
        }
        members
    }

    /// The highest number promised: what the store says, or this round's own.
    fn promised(&self) -> u64 {
        self.paxos.accepted_pn.max(self.store.paxos.accepted_pn)
    }

    fn lease_patience(&self) -> Span {
        self.options
            .mon_lease
            .times_milli(self.options.mon_lease_ack_timeout_factor)
    }

    fn say(&self, to: Rank, op: PaxosOp, pn: u64, out: &mut Outcome) {
        let paxos = &self.store.paxos;
        let word = Word {
            op,
            epoch: self.elector.epoch,
            first_committed: paxos.first_committed,
            last_committed: paxos.last_committed,
            pn,
        };
        self.send(to, Body::Paxos(word), out);
    }

    fn cancel_paxos_timers(&mut self, out: &mut Outcome) {
        for timer in PAXOS_TIMERS {
            self.cancel(timer, out);
        }
    }
}
