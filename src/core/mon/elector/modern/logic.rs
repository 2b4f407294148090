//! What every strategy has in common: epochs, rounds, acks and victories. Mirrors `src/mon/ElectionLogic.cc`.

use super::{Effect, Out, Strategy, View};
use crate::mon::branch::Branch;
use crate::mon::elector::Aborted;
use crate::mon::rank::{Rank, RankSet};
use crate::mon::tracker::{ConnectionTracker, Real};

/// What the store holds for the elector. A write has completed before the next step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Store {
    /// `election_epoch`; 0: absent.
    pub epoch: u32,
    /// `connectivity_scores`, not yet decoded; `None`: absent.
    pub scores: Option<ConnectionTracker>,
}

/// The half of the elector that decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ElectionLogic {
    /// By what rule it chooses.
    pub strategy: Strategy,
    /// `mon_elector_ignore_propose_margin`: how much better another leader must be before a monitor outside the quorum
    /// is worth an election.
    pub ignore_propose_margin: Real,
    /// The election epoch; 0 until the first A-INIT. Odd: an election runs.
    pub epoch: u32,
    /// The disk. It outlives the process.
    pub store: Store,
    /// Who won the last election that I saw end.
    pub last_election_winner: Option<Rank>,
    /// Whom I voted for in it; `None` also when I lost without having acked anybody.
    pub last_voted_for: Option<Rank>,
    /// False after `quorum exit`.
    pub participating: bool,
    /// Am I a candidate in the present round?
    pub electing_me: bool,
    /// Who acked me, myself included.
    pub acked_me: RankSet,
    /// Whom I acked. Outlives A-BUMP: a stale deferral survives.
    pub leader_acked: Option<Rank>,
    /// The live scores. They belong to the owner, who reports links and merges what the others say.
    pub peer_tracker: ConnectionTracker,
    /// The scores frozen for the present round. (`stable_peer_tracker`)
    pub stable_tracker: Option<ConnectionTracker>,
    /// The scores that the candidate I acked sent along. (`leader_peer_tracker`)
    pub leader_tracker: Option<ConnectionTracker>,
}

impl ElectionLogic {
    /// The logic of a process that just started over this store. Its live scores are the stored ones, or `fresh`, which
    /// also says how often they are stored.
    #[must_use]
    pub fn new(
        strategy: Strategy,
        ignore_propose_margin: Real,
        store: Store,
        fresh: ConnectionTracker,
    ) -> Self {
        let peer_tracker = match &store.scores {
            Some(stored) => stored.restored(fresh.persist_interval),
            None => fresh,
        };
        Self {
            strategy,
            ignore_propose_margin,
            epoch: 0,
            store,
            last_election_winner: None,
            last_voted_for: None,
            participating: true,
            electing_me: false,
            acked_me: RankSet::EMPTY,
            leader_acked: None,
            peer_tracker,
            stable_tracker: None,
            leader_tracker: None,
        }
    }

    // -- the calls of the owner

    /// A-START, called by the monitor's START-ELECTION. (`ElectionLogic::start`)
    pub fn start(&mut self, view: &View, out: &mut Out<'_>) {
        // An assertion that fails is an effect already, here and below.
        let _aborted = self.try_start(view, out);
    }

    /// A-END: the election timer fired. (`ElectionLogic::end_election_period`)
    pub fn end_election_period(&mut self, view: &View, out: &mut Out<'_>) {
        let (voters, needed) = (self.acked_me, view.monitors / 2 + 1);
        if self.electing_me && voters.len() >= needed {
            out.path.take2(Branch::AEnd1, voters, needed);
            let _aborted = self.declare_victory(view, out);
        } else if view.ever_participated {
            out.path.take2(Branch::AEnd2a, voters, needed);
            self.start(view, out);
        } else {
            out.path.take2(Branch::AEnd2b, voters, needed);
            out.effect(Effect::ResetElection);
        }
    }

    /// A-PROP: `from` proposes itself in `epoch` and, in connectivity, sends its scores along.
    /// (`ElectionLogic::receive_propose`)
    pub fn receive_propose(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        scores: Option<&ConnectionTracker>,
        out: &mut Out<'_>,
    ) {
        if from == view.me {
            out.path.take2(Branch::AProp0, from, view.me);
            return;
        }
        out.path.take1(Branch::AProp1, self.strategy as u32);
        let _aborted = match self.strategy {
            Strategy::Classic => self.propose_classic(view, from, epoch, out),
            Strategy::Disallow => self.propose_disallow(view, from, epoch, out),
            Strategy::Connectivity => self.propose_connectivity(view, from, epoch, scores, out),
        };
    }

    /// A-ACK: `from` acked my proposal of `epoch`. (`ElectionLogic::receive_ack`)
    pub fn receive_ack(&mut self, view: &View, from: Rank, epoch: u32, out: &mut Out<'_>) {
        let _aborted = self.try_receive_ack(view, from, epoch, out);
    }

    /// A-CLAIM: `from` says it won `epoch`; true: I follow it. (`ElectionLogic::receive_victory_claim`)
    pub fn receive_victory_claim(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        out: &mut Out<'_>,
    ) -> bool {
        self.try_receive_claim(view, from, epoch, out)
            .unwrap_or(false)
    }

    /// A-STANDALONE: the only monitor of its map leads without an election. Parity is not kept.
    /// (`ElectionLogic::declare_standalone_victory`)
    pub fn declare_standalone_victory(&mut self, view: &View, out: &mut Out<'_>) {
        out.path.take2(Branch::AStandalone, view.monitors, view.me);
        let alone = view.monitors == 1 && view.me == Rank(0);
        if out.assert_that(alone, Branch::AStandalone).is_ok() {
            self.init(out);
            let _aborted = self.bump(self.next_epoch(), out);
        }
    }

    /// Stores the live scores, as the tracker asked for. (`persist_connectivity_scores`)
    pub fn persist_scores(&mut self) {
        self.store.scores = Some(self.peer_tracker.clone());
    }

    // -- procedures

    /// The next epoch. It wraps as Ceph's does, and A-BUMP-1 then fails.
    const fn next_epoch(&self) -> u32 {
        self.epoch.wrapping_add(1)
    }

    fn persist(&mut self, out: &mut Out<'_>) {
        self.store.epoch = self.epoch;
        self.persist_scores();
        out.effect(Effect::PersistEpoch(self.epoch));
    }

    fn init(&mut self, out: &mut Out<'_>) {
        self.epoch = self.store.epoch;
        out.path.take1(Branch::AInit1, self.epoch);
        if self.epoch == 0 {
            // Not persisted: until some bump, another start reads 0 and gives 1 again.
            self.epoch = 1;
            out.path.take1(Branch::AInit2, self.epoch);
        } else if self.epoch % 2 == 1 {
            self.epoch = self.next_epoch();
            self.persist(out);
            out.path.take1(Branch::AInit3, self.epoch);
        } else {
            out.path.take1(Branch::AInit4, self.epoch);
        }
    }

    pub(super) fn bump(&mut self, epoch: u32, out: &mut Out<'_>) -> Result<(), Aborted> {
        out.path.take2(Branch::ABump1, self.epoch, epoch);
        out.assert_that(self.epoch <= epoch, Branch::ABump1)?;
        self.epoch = epoch;
        out.path.take1(Branch::ABump2, epoch);
        let scored = self.peer_tracker.epoch;
        if self.peer_tracker.increase_epoch(epoch) {
            out.path.take1(Branch::D2Epoch, epoch);
        } else {
            out.path.take2(Branch::D2EpochOld, epoch, scored);
        }
        out.path.take1(Branch::ABump3, epoch);
        self.persist(out);
        out.path.take1(Branch::ABump4, epoch);
        self.electing_me = false;
        self.acked_me = RankSet::EMPTY;
        out.path.take(Branch::ABump5);
        out.effect(Effect::NotifyBumpEpoch);
        out.path.take(Branch::ABump6);
        Ok(())
    }

    fn clear_live_election_state(&mut self, out: &mut Out<'_>) {
        self.leader_acked = None;
        self.electing_me = false;
        self.stable_tracker = Some(self.peer_tracker.clone());
        self.leader_tracker = None;
        out.path.take(Branch::AClear);
    }

    pub(super) fn reset_stable_tracker(&mut self, out: &mut Out<'_>) {
        self.stable_tracker = Some(self.peer_tracker.clone());
        out.path.take(Branch::AStable);
    }

    pub(super) fn try_start(&mut self, view: &View, out: &mut Out<'_>) -> Result<(), Aborted> {
        if !self.participating {
            out.path.take(Branch::AStart1);
            return Ok(());
        }
        self.acked_me = RankSet::EMPTY;
        out.path.take(Branch::AStart2);
        out.path.take(Branch::AStart3);
        self.init(out);
        if self.epoch.is_multiple_of(2) {
            out.path.take1(Branch::AStart4a, self.next_epoch());
            self.bump(self.next_epoch(), out)?;
        } else {
            out.path.take1(Branch::AStart4b, self.epoch);
            out.effect(Effect::ValidateStore);
        }
        self.acked_me.insert(view.me);
        out.path.take1(Branch::AStart5, view.me);
        out.path.take(Branch::AStart6);
        self.clear_live_election_state(out);
        out.path.take(Branch::AStart7);
        self.reset_stable_tracker(out);
        self.electing_me = true;
        let mut others = RankSet::below(view.monitors);
        others.remove(view.me);
        out.path.take2(Branch::AStart8, self.epoch, others);
        let connectivity = self.strategy == Strategy::Connectivity;
        out.effect(Effect::ProposeToPeers {
            epoch: self.epoch,
            scores: connectivity.then(|| self.peer_tracker.decoded()),
        });
        out.path.take(Branch::AStart9);
        out.effect(Effect::Start);
        Ok(())
    }

    /// Monitor START-ELECTION, which leads straight back to A-START.
    pub(super) fn trigger_new_election(
        &mut self,
        view: &View,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        out.effect(Effect::TriggerNewElection);
        self.try_start(view, out)
    }

    pub(super) fn defer(
        &mut self,
        who: Rank,
        view: &View,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        let may_lead = match self.strategy {
            Strategy::Classic => who < view.me,
            Strategy::Disallow | Strategy::Connectivity => !view.disallowed.contains(who),
        };
        out.path
            .take3(Branch::ADefer1, who, view.me, view.disallowed);
        out.assert_that(may_lead, Branch::ADefer1)?;
        if self.electing_me {
            out.path.take1(Branch::ADefer2, self.acked_me);
            self.acked_me = RankSet::EMPTY;
            self.electing_me = false;
        }
        self.leader_acked = Some(who);
        out.path.take1(Branch::ADefer3, who);
        let epoch = self.epoch;
        out.path.take2(Branch::ADefer4, who, epoch);
        out.effect(Effect::DeferTo { to: who, epoch });
        Ok(())
    }

    fn declare_victory(&mut self, view: &View, out: &mut Out<'_>) -> Result<(), Aborted> {
        self.last_election_winner = Some(view.me);
        self.last_voted_for = Some(view.me);
        out.path.take1(Branch::AVic1, view.me);
        out.path.take(Branch::AVic2);
        self.clear_live_election_state(out);
        let quorum = std::mem::take(&mut self.acked_me);
        out.path.take1(Branch::AVic3, quorum);
        out.path.take1(Branch::AVic4, self.epoch);
        out.assert_that(self.epoch % 2 == 1, Branch::AVic4)?;
        out.path.take1(Branch::AVic5, self.next_epoch());
        self.bump(self.next_epoch(), out)?;
        let epoch = self.epoch;
        out.path.take2(Branch::AVic6, epoch, quorum);
        out.effect(Effect::MessageVictory { epoch, quorum });
        Ok(())
    }

    /// A-PREFIX: what a proposal's epoch means to the strategies without scores; true: nothing more is to be done.
    pub(super) fn prefix(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        out: &mut Out<'_>,
    ) -> Result<bool, Aborted> {
        let mine = self.epoch;
        if epoch > mine {
            out.path.take2(Branch::APrefix1, epoch, mine);
            self.bump(epoch, out)?;
        } else if epoch < mine {
            if mine.is_multiple_of(2) && !view.quorum.contains(from) {
                out.path.take3(Branch::APrefix2a, epoch, mine, view.quorum);
                self.trigger_new_election(view, out)?;
            } else {
                out.path.take3(Branch::APrefix2b, epoch, mine, view.quorum);
            }
            return Ok(true);
        } else {
            out.path.take1(Branch::APrefix3, epoch);
        }
        Ok(false)
    }

    // -- acks and victories

    fn try_receive_ack(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        out: &mut Out<'_>,
    ) -> Result<(), Aborted> {
        out.path.take1(Branch::AAck1, epoch);
        out.assert_that(epoch % 2 == 1, Branch::AAck1)?;
        if epoch > self.epoch {
            out.path.take2(Branch::AAck2, epoch, self.epoch);
            self.bump(epoch, out)?;
            return self.try_start(view, out);
        }
        if !self.electing_me {
            out.path.take1(Branch::AAck4, self.leader_acked);
            return out.assert_that(self.leader_acked.is_some(), Branch::AAck4);
        }
        self.acked_me.insert(from);
        out.path.take2(Branch::AAck3, self.acked_me, view.monitors);
        if self.acked_me.len() == view.monitors {
            return self.declare_victory(view, out);
        }
        Ok(())
    }

    fn try_receive_claim(
        &mut self,
        view: &View,
        from: Rank,
        epoch: u32,
        out: &mut Out<'_>,
    ) -> Result<bool, Aborted> {
        let makes_sense = match self.strategy {
            Strategy::Classic => from < view.me,
            Strategy::Disallow => from < view.me || view.disallowed.contains(view.me),
            Strategy::Connectivity => {
                self.noted_score(view, Some(from), out)
                    >= self.noted_score(view, Some(view.me), out)
            }
        };
        out.path
            .take2(Branch::AClaim1, from, u32::from(makes_sense));
        self.last_election_winner = Some(from);
        self.last_voted_for = self.leader_acked;
        out.path.take2(
            Branch::AClaim2,
            self.last_election_winner,
            self.last_voted_for,
        );
        // Done even if the claim is refused.
        self.clear_live_election_state(out);
        if !makes_sense {
            out.path.take3(Branch::AClaim3, from, epoch, self.epoch);
            let scored = self.strategy == Strategy::Connectivity;
            out.assert_that(scored, Branch::AClaim3)?;
        } else if epoch == self.next_epoch() {
            out.path.take2(Branch::AClaim5, epoch, self.epoch);
            self.bump(epoch, out)?;
            return Ok(true);
        } else {
            out.path.take2(Branch::AClaim4, epoch, self.epoch);
        }
        self.bump(epoch, out)?;
        self.try_start(view, out)?;
        Ok(false)
    }
}
