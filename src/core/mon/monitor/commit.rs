//! Phase 2 of Paxos: a value goes out, everybody accepts it, it is written and made known.

use super::{Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::{Effect, Outcome, Write};
use crate::mon::kind::Timer;
use crate::mon::message::{Paxos as Word, PaxosOp};
use crate::mon::monmap::AddrSet;
use crate::mon::paxos::{Accepted, Phase, Share, Value};
use crate::mon::rank::{Rank, RankSet};
use crate::mon::state::State;
use crate::mon::time::Time;

impl Monitor {
    /// What this leader's services want committed; it waits until everything before it is.
    pub(super) fn queue_proposal(&mut self, now: Time, value: Value, out: &mut Outcome) -> Handled {
        self.paxos.proposals.push_back(value);
        self.propose_next(now, out)
    }

    /// PROPOSE: only when active and something is wanted.
    pub(super) fn propose_next(&mut self, now: Time, out: &mut Outcome) -> Handled {
        if self.state != State::Leader || self.paxos.phase != Phase::Active {
            return Ok(());
        }
        let Some(value) = self.paxos.proposals.pop_front() else {
            return Ok(());
        };
        out.path
            .take1(Branch::Propose, self.store.paxos.last_committed + 1);
        // All of them, the leases' too: a write holds the leases up.
        self.cancel_paxos_timers(out);
        self.paxos.phase = Phase::Updating;
        self.begin(now, value, out)
    }

    /// BEGIN: the value goes out.
    pub(super) fn begin(&mut self, now: Time, value: Value, out: &mut Outcome) -> Handled {
        out.path.take(Branch::Begin1);
        let ready = self.state == State::Leader
            && self.paxos.phase.is_updating()
            && (self.quorum.len() == 1 || self.paxos.num_last >= self.monmap.majority())
            && self.paxos.new_value.is_none();
        Self::assert_that(ready, Branch::Begin1, out)?;
        out.path.take(Branch::Begin2);
        self.paxos.accepted = self.rank.map_or(RankSet::EMPTY, RankSet::one);
        self.paxos.new_value = Some(value.clone());
        let version = self.store.paxos.last_committed + 1;
        let pn = self.paxos.accepted_pn;
        out.path.take2(Branch::Begin3, version, pn);
        self.store.paxos.accepted = Some(Accepted {
            version,
            pn,
            value: value.clone(),
        });
        Self::persist(Write::Accepted(version), out);
        if self.quorum.len() == 1 {
            out.path.take(Branch::Begin4);
            self.commit_start(out);
            return Ok(());
        }
        let members = self.members();
        out.path.take1(Branch::Begin5, members);
        for to in members.iter() {
            self.say(
                to,
                PaxosOp::Begin {
                    value: value.clone(),
                },
                pn,
                out,
            );
        }
        out.path.take(Branch::Begin6);
        self.arm(now, Timer::Accept, self.accept_patience(), out);
        Ok(())
    }

    /// HANDLE-BEGIN: a peon stores the value and accepts it. Its lease timeout is left running.
    pub(super) fn handle_begin(
        &mut self,
        from: Rank,
        word: &Word,
        value: &Value,
        out: &mut Outcome,
    ) -> Handled {
        let promised = self.paxos.accepted_pn;
        if word.pn < promised {
            out.path.take2(Branch::HandleBegin1, word.pn, promised);
            return Ok(());
        }
        let last = self.store.paxos.last_committed;
        out.path
            .take2(Branch::HandleBegin2, word.last_committed, last);
        let same = word.pn == promised && word.last_committed == last;
        Self::assert_that(same, Branch::HandleBegin2, out)?;
        out.path.take(Branch::HandleBegin3);
        self.paxos.phase = Phase::Updating;
        self.paxos.lease_expire = Time::ZERO;
        out.path.take2(Branch::HandleBegin4, last + 1, word.pn);
        self.store.paxos.accepted = Some(Accepted {
            version: last + 1,
            pn: word.pn,
            value: value.clone(),
        });
        Self::persist(Write::Accepted(last + 1), out);
        out.path.take1(Branch::HandleBegin5, last + 1);
        self.say(from, PaxosOp::Accept, word.pn, out);
        Ok(())
    }

    /// HANDLE-ACCEPT: everybody of the quorum must accept, not only a majority.
    pub(super) fn handle_accept(&mut self, from: Rank, word: &Word, out: &mut Outcome) -> Handled {
        if word.pn != self.paxos.accepted_pn {
            out.path
                .take2(Branch::HandleAccept1, word.pn, self.paxos.accepted_pn);
            return Ok(());
        }
        let last = self.store.paxos.last_committed;
        if last > 0 && word.last_committed + 1 < last {
            out.path
                .take2(Branch::HandleAccept2, word.last_committed, last);
            return Ok(());
        }
        out.path.take1(Branch::HandleAccept3, self.paxos.accepted);
        let awaited = self.paxos.phase.is_updating() && !self.paxos.accepted.contains(from);
        Self::assert_that(awaited, Branch::HandleAccept3, out)?;
        self.paxos.accepted.insert(from);
        out.path
            .take2(Branch::HandleAccept4, self.paxos.accepted, self.quorum);
        if self.paxos.accepted == self.quorum {
            self.commit_start(out);
        }
        Ok(())
    }

    /// COMMIT-START: the value is queued for the disk.
    fn commit_start(&mut self, out: &mut Outcome) {
        out.path
            .take1(Branch::CommitStart, self.store.paxos.last_committed + 1);
        let previous = self.paxos.phase == Phase::UpdatingPrevious;
        self.paxos.phase = if previous {
            Phase::WritingPrevious
        } else {
            Phase::Writing
        };
        self.cancel(Timer::Accept, out);
        out.effects.push(Effect::QueueWrite);
    }

    /// COMMIT-FINISH: the write is done.
    pub(super) fn commit_finish(&mut self, now: Time, out: &mut Outcome) -> Handled {
        if !self.paxos.phase.is_writing() {
            // It was completed already, by something that could not wait (MON-WAITWRITE).
            return Ok(());
        }
        // What is being written is always there.
        let Some(value) = self.paxos.new_value.take() else {
            return Ok(());
        };
        self.paxos.lease_expire = Time::ZERO;
        let before = self.store.paxos.last_committed;
        self.store.paxos.commit(&value);
        let version = self.store.paxos.last_committed;
        out.path.take1(Branch::CommitFinish1, version);
        Self::persist(Write::LastCommitted(version), out);
        out.effects.push(Effect::Committed {
            version,
            value: value.clone(),
            by: self.addresses(self.quorum),
        });
        let share: Option<Share> = self.store.paxos.share_beyond(before);
        let members = self.members();
        out.path.take1(Branch::CommitFinish2, members);
        for to in members.iter() {
            self.say_with(
                to,
                PaxosOp::Commit,
                self.paxos.accepted_pn,
                share.clone(),
                out,
            );
        }
        self.paxos.phase = Phase::Refresh;
        out.path.take(Branch::CommitFinish3);
        if self.refresh(now, out)? {
            return Ok(());
        }
        self.answer(&value, out);
        if self.quorum.len() > 1 {
            out.path.take(Branch::CommitFinish4);
            self.extend_lease(now, out);
        }
        self.finish_round(now, out)
    }

    fn addresses(&self, ranks: RankSet) -> AddrSet {
        let mut all = AddrSet::EMPTY;
        for addr in ranks.iter().filter_map(|rank| self.monmap.addr(rank)) {
            all.insert(addr);
        }
        all
    }

    /// HANDLE-COMMIT: the peon becomes active only with the lease that follows.
    pub(super) fn handle_commit(&mut self, now: Time, word: &Word, out: &mut Outcome) -> Handled {
        out.path.take(Branch::HandleCommit1);
        Self::assert_that(self.state == State::Peon, Branch::HandleCommit1, out)?;
        out.path.take2(
            Branch::HandleCommit2,
            word.last_committed,
            self.store.paxos.last_committed,
        );
        if let Some(share) = &word.share {
            self.store_share(share, out);
        }
        self.refresh(now, out)?;
        Ok(())
    }

    /// FINISH-ROUND: active; what is wanted next is proposed.
    pub(super) fn finish_round(&mut self, now: Time, out: &mut Outcome) -> Handled {
        out.path.take(Branch::FinishRound);
        self.become_active(out);
        let (first, last) = (
            self.store.paxos.first_committed,
            self.store.paxos.last_committed,
        );
        let (o, kept) = (&self.options, last.saturating_sub(first));
        let to = last
            .saturating_sub(o.paxos_min)
            .min(first.saturating_add(o.paxos_trim_max));
        if kept > o.paxos_min.saturating_add(o.paxos_trim_min) && to > first {
            // It goes with the next proposal, so that it is committed before anything that waits.
            out.path.take2(Branch::FinishRoundTrim, first, to);
            self.paxos.proposals.push_front(Value::Trim(to));
        }
        self.propose_next(now, out)
    }
}
