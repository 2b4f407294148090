//! Phase 1 of Paxos: the leader asks every member of its quorum what it has, before anything else is done.

use super::{Ended, Handled, Monitor};
use crate::mon::branch::Branch;
use crate::mon::effect::{Outcome, Write};
use crate::mon::kind::Timer;
use crate::mon::message::{Paxos as Word, PaxosOp};
use crate::mon::paxos::{Accepted, PeerVersions, Phase};
use crate::mon::rank::Rank;
use crate::mon::state::State;
use crate::mon::time::Time;

/// Proposal numbers step by this much; what is below it is the rank that drew the number.
const PN_STEP: u64 = 100;

impl Monitor {
    /// COLLECT: the leader asks every member what it has.
    pub(super) fn collect(&mut self, now: Time, old_pn: u64, out: &mut Outcome) -> Handled {
        out.path.take(Branch::Collect1);
        self.paxos.phase = Phase::Recovering;
        Self::assert_that(self.state == State::Leader, Branch::Collect1, out)?;
        out.path.take(Branch::Collect2);
        self.paxos.peers.clear();
        self.paxos.uncommitted = self.store.paxos.uncommitted().cloned();
        if let Some(left) = &self.paxos.uncommitted {
            out.path.take2(Branch::Collect3, left.version, left.pn);
        }
        let pn = self.new_pn(self.paxos.accepted_pn.max(old_pn), out);
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
        self.arm(now, Timer::Collect, self.accept_patience(), out);
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

    /// HANDLE-COLLECT: a peon promises and tells.
    pub(super) fn handle_collect(
        &mut self,
        now: Time,
        from: Rank,
        word: &Word,
        out: &mut Outcome,
    ) -> Handled {
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
        let first = self.store.paxos.first_committed;
        out.path.take2(Branch::HandleCollect5, first, last);
        out.path
            .take2(Branch::HandleCollect6, word.pn, self.paxos.accepted_pn);
        if word.pn > self.paxos.accepted_pn {
            self.paxos.accepted_pn = word.pn;
            self.store.paxos.accepted_pn = word.pn;
            Self::persist(Write::AcceptedPn(word.pn), out);
        }
        let pn = self.paxos.accepted_pn;
        out.path.take1(Branch::HandleCollect7, pn);
        let share = self.store.paxos.share_beyond(word.last_committed);
        if share.is_some() {
            out.path
                .take2(Branch::HandleCollect8, word.last_committed, last);
        }
        let left = self
            .store
            .paxos
            .uncommitted()
            .filter(|_| word.last_committed <= last)
            .cloned();
        if let Some(left) = &left {
            out.path
                .take2(Branch::HandleCollect9, left.version, left.pn);
        }
        out.path.take1(Branch::HandleCollect10, pn);
        self.say_with(
            from,
            PaxosOp::Last {
                uncommitted: left.map(Box::new),
            },
            pn,
            share,
            out,
        );
        Ok(())
    }

    /// HANDLE-LAST: a member's answer.
    pub(super) fn handle_last(
        &mut self,
        now: Time,
        from: Rank,
        word: &Word,
        left: Option<&Accepted>,
        out: &mut Outcome,
    ) -> Handled {
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
        let mut unread = word
            .share
            .as_ref()
            .is_some_and(|share| self.store_share(share, out));
        let last = self.store.paxos.last_committed;
        self.paxos.uncommitted.take_if(|left| left.version <= last);
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
            self.collect(now, word.pn, out)?;
        } else if word.pn == self.paxos.accepted_pn {
            self.paxos.num_last += 1;
            out.path
                .take2(Branch::HandleLast7, self.paxos.num_last, self.quorum);
            self.weigh_uncommitted(word, left, out);
            if self.paxos.num_last == self.quorum.len() {
                unread &= !self.finish_collect(now, out)?;
            }
        } else {
            out.path
                .take2(Branch::HandleLast8, word.pn, self.paxos.accepted_pn);
        }
        if unread {
            out.path.take(Branch::HandleLast9);
            self.refresh(now, out)?;
        }
        Ok(())
    }

    /// HANDLE-LAST-7: of the values left uncommitted, the one with the highest number counts.
    fn weigh_uncommitted(&mut self, word: &Word, left: Option<&Accepted>, out: &mut Outcome) {
        let Some(left) = left else { return };
        let (pn, version) = self
            .paxos
            .uncommitted
            .as_ref()
            .map_or((0, 0), |mine| (mine.pn, mine.version));
        let recent = word.last_committed >= self.store.paxos.last_committed
            && word.last_committed + 1 >= version;
        if left.pn >= pn && recent {
            out.path
                .take2(Branch::HandleLast7Uncommitted, left.version, left.pn);
            self.paxos.uncommitted = Some(Accepted {
                version: word.last_committed + 1,
                ..left.clone()
            });
        }
    }

    /// Everybody answered: what an earlier leader left is proposed first, else the leases begin. True: the services
    /// have read what was committed.
    fn finish_collect(&mut self, now: Time, out: &mut Outcome) -> Result<bool, Ended> {
        self.cancel(Timer::Collect, out);
        self.paxos.peers.clear();
        let next = self.store.paxos.last_committed + 1;
        if let Some(left) = self.paxos.uncommitted.take_if(|left| left.version == next) {
            out.path
                .take2(Branch::HandleLast7Previous, left.version, left.pn);
            self.paxos.phase = Phase::UpdatingPrevious;
            self.begin(now, left.value, out)?;
            return Ok(false);
        }
        self.extend_lease(now, out);
        if !self.refresh(now, out)? {
            self.finish_round(now, out)?;
        }
        Ok(true)
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
                let share = self.store.paxos.share_beyond(peer.last);
                self.say_with(peer.peer, PaxosOp::Commit, 0, share, out);
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
}
