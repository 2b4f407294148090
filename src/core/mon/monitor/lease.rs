//! Leases: the leader lets its members read for a while, and so shows that it lives.

use super::Monitor;
use crate::mon::branch::Branch;
use crate::mon::effect::Outcome;
use crate::mon::kind::Timer;
use crate::mon::message::{Paxos as Word, PaxosOp};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::state::State;
use crate::mon::time::Time;

impl Monitor {
    /// EXTEND-LEASE: the leader lets its members read for a while, and so shows that it lives.
    pub(super) fn extend_lease(&mut self, now: Time, out: &mut Outcome) {
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
    }

    /// HANDLE-LEASE: a peon may read, and answers.
    pub(super) fn handle_lease(
        &mut self,
        now: Time,
        from: Rank,
        word: &Word,
        until: Time,
        out: &mut Outcome,
    ) {
        let last = self.store.paxos.last_committed;
        if self.state != State::Peon || word.last_committed != last {
            out.path
                .take2(Branch::HandleLease1, word.last_committed, last);
            return;
        }
        self.paxos.lease_expire = self.paxos.lease_expire.max(until);
        out.path
            .take1(Branch::HandleLease2, self.paxos.lease_expire.0);
        self.say(from, PaxosOp::LeaseAck, 0, out);
        self.arm(now, Timer::LeaseTimeout, self.lease_patience(), out);
        self.become_active(out);
    }

    /// HANDLE-LEASE-ACK.
    pub(super) fn handle_lease_ack(&mut self, from: Rank, out: &mut Outcome) {
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
}
